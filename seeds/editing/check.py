"""The command `check`: all errors of files, as `validate` has them, and warnings beside.

It exits with 0 if there is nothing to tell, with 1 if there are errors, and with 6 if there are warnings alone.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from loaders.errors import StoreUnavailable
from loaders.mongo.driver import Database
from seeds.console import Console, counted
from seeds.editing.alike import AlikeIndicators
from seeds.editing.coverage import Coverage, NotPublished, lost_coverage, published_coverage
from seeds.editing.evidence import impossible_locators, missing_periods, weak_sources
from seeds.editing.slugs import years_in_slugs
from seeds.editing.sums import parts_that_miss_their_whole
from seeds.editing.warnings import EditorWarning
from seeds.format.checks import check
from seeds.format.model import District
from seeds.format.problems import Problem, path_text
from seeds.format.reader import Location, Record
from seeds.format.shared import SharedDefinitions
from seeds.inputs import Inputs, check_inputs

CLEAN, WRONG_INPUT, ONLY_WARNINGS = 0, 1, 6
Form = Literal["text", "json"]
_OF_A_DISTRICT: Final = (
    years_in_slugs,
    missing_periods,
    weak_sources,
    impossible_locators,
    parts_that_miss_their_whole,
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check found: errors, for which nothing can be loaded, and warnings."""

    errors: list[Problem]
    warnings: list[EditorWarning]


def check_files(console: Console, paths: Sequence[Path], *, against: Path | None = None, form: Form = "text") -> int:
    """Check files and report errors and warnings. against: a file of an earlier version."""
    before = None
    if against is not None:
        before = Coverage(against.name)
        for item in _districts([against]):
            if isinstance(item, Problem):
                console.tell(str(item))
                return WRONG_INPUT
            before.add(item[1])
    return _report(console, _find(paths, before), form)


async def check_against_published(
    console: Console,
    database: Database,
    *,
    paths: Sequence[Path],
    revision: int | None,
    is_required: bool,
    form: Form = "text",
) -> int:
    """Check files, and compare their coverage with a published revision.

    revision: None is the newest. is_required: whether to fail if the database can't be reached.
    """
    slugs = [item[1].slug for item in _districts(paths) if not isinstance(item, Problem)]
    try:
        before = await published_coverage(database, revision, slugs)
    except NotPublished as error:
        console.tell(str(error))
        return WRONG_INPUT
    except StoreUnavailable as error:
        if is_required:
            raise
        console.tell(f"{error.diagnosis}; not compared with what is published")
        before = None
    return _report(console, _find(paths, before), form)


def _find(paths: Sequence[Path], before: Coverage | None) -> Findings:
    checked = check_inputs(paths)
    if isinstance(checked, Inputs):
        checked.__exit__()
    return Findings([] if isinstance(checked, Inputs) else checked, list(_warnings(paths, before)))


def _warnings(paths: Sequence[Path], before: Coverage | None) -> Iterator[EditorWarning]:
    """The warnings for all districts that are valid by themselves, those of each in the order of its lines."""
    alike = AlikeIndicators()
    for item in _districts(paths):
        if isinstance(item, Problem):
            continue
        location, district = item
        found = [warning for each in _OF_A_DISTRICT for warning in each(location, district)]
        found += lost_coverage(location, district, before) if before else ()
        yield from sorted(found, key=lambda warning: warning.problem.line)
        alike.add(location, district)
    yield from alike.warnings()


def _districts(paths: Sequence[Path]) -> Iterator[tuple[Location, District] | Problem]:
    shared = SharedDefinitions()
    for item in (item for path in paths for item in shared.records(path)):
        if isinstance(item, Record):
            found = check(item)
            if isinstance(found, District):
                yield item.location, found
            else:
                yield from found
        else:
            yield item


def _report(console: Console, findings: Findings, form: Form) -> int:
    if form == "json":
        told = {
            "errors": [_as_json(problem) for problem in findings.errors],
            "warnings": [{"code": one.code, **_as_json(one.problem)} for one in findings.warnings],
        }
        console.out.write(f"{json.dumps(told, ensure_ascii=False, indent=2)}\n")
    else:
        console.out.writelines(f"{finding}\n" for finding in (*findings.errors, *findings.warnings))
        errors, warnings = counted(len(findings.errors), "error"), counted(len(findings.warnings), "warning")
        console.out.write(f"{errors}, {warnings}\n")
    if findings.errors:
        return WRONG_INPUT
    return ONLY_WARNINGS if findings.warnings else CLEAN


def _as_json(problem: Problem) -> dict[str, str | int]:
    return {
        "file": problem.file,
        "line": problem.line,
        "field": path_text(problem.path),
        "message": problem.message,
    }
