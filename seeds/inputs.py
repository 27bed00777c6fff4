"""The files of one load: all are checked before anything is written; then their districts are read one by one.

Memory use does not grow with the number of districts: checked districts are kept in a temporary file.
"""

import hashlib
import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, Self, TypeAlias

from loaders.documents import DistrictContent
from loaders.model.revisions import FileDigest
from loaders.publishing.processes import compute_each
from loaders.publishing.publish import Load
from loaders.publishing.records import KnownRecord
from seeds.agreement import Agreement, Statements
from seeds.format.checks import check
from seeds.format.problems import Problem
from seeds.format.reader import Record
from seeds.format.shared import SharedDefinitions
from seeds.preparing import Prepared, prepare_record
from seeds.records import digest_of

MAX_PROBLEMS: Final = 1_000
# Compared in one query.
RECORDS_AT_ONCE: Final = 50
# Gives the published records of some slugs, by slug.
KnownRecords: TypeAlias = Callable[[Sequence[str]], Mapping[str, KnownRecord]]
_TOO_LARGE: Final = "a district may have at most 16 MiB when stored; divide it, or shorten its texts"


class Inputs:
    """A checked input whose districts are in a temporary file; use it as a context manager.

    hashes: each district's content hash by slug. digests: those of the records that were checked, by slug; the others
    are published as they are. files: those read. statements: what must agree across loads.
    """

    def __init__(self, files: list[FileDigest]) -> None:
        self.files = files
        self.hashes: dict[str, str] = {}
        self.digests: dict[str, str] = {}
        self.statements: Statements = {}
        self._offsets: dict[str, int] = {}
        self._spool = TemporaryFile(prefix="yunshan-seeds-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._spool.close()

    def add(self, district: Prepared) -> None:
        """Store a district for `read`."""
        self._offsets[district.slug] = self._spool.tell()
        self.hashes[district.slug] = district.hash
        self.digests[district.slug] = district.digest
        self._spool.write(district.content)

    def load(self, **options: Any) -> Load:
        """The load of this input, with the options of `loaders.publishing.publish.Load`."""
        return Load(self.hashes, self.read, self.files, digests=self.digests, **options)

    def read(self, wanted: frozenset[str]) -> Iterator[DistrictContent]:
        """Yield the wanted districts in the order of the input."""
        for slug, offset in self._offsets.items():
            if slug in wanted:
                self._spool.seek(offset)
                content: DistrictContent = pickle.load(self._spool)
                yield content


def check_inputs(paths: Sequence[Path], known: KnownRecords | None = None) -> Inputs | list[Problem]:
    """Read and check all files; returns the input, or all problems.

    known: tells of some slugs which records are published; those that are the same are not checked again.
    """
    problems: list[Problem] = []
    inputs = Inputs([])
    agreement = Agreement()
    shared = SharedDefinitions()
    items = (item for path in paths for item in shared.records(path))
    compared = _compared(items, known)
    values = ((None if same or isinstance(item, Problem) else item.value, (item, same)) for item, same in compared)
    for district, (item, same) in compute_each(prepare_record, values):
        if isinstance(item, Problem):
            problems.append(item)
        elif same:
            problems += agreement.check_slug(item.location, same.slug)
            inputs.hashes[same.slug] = same.hash
        elif district is None:
            found = check(item)
            assert isinstance(found, list)
            problems += found
        else:
            problems += agreement.check(item.location, district.slug, district.statements)
            if not district.fits:
                problems.append(item.location.problem((), _TOO_LARGE))
            if not problems:
                inputs.add(district)
        if len(problems) >= MAX_PROBLEMS:
            problems.append(
                Problem(problems[-1].file, problems[-1].line, (), "too many problems; the rest is not read")
            )
            break
    if not problems and not inputs.hashes:
        problems.append(Problem(str(paths[0]), 1, (), "no district is in these files; name those of districts too"))
    if problems:
        inputs.__exit__()
        return problems
    inputs.statements = agreement.statements
    inputs.files.extend(_digest(path) for path in dict.fromkeys([*paths, *shared.paths]))
    return inputs


def _compared(
    items: Iterator[Record | Problem], known: KnownRecords | None
) -> Iterator[tuple[Record | Problem, KnownRecord | None]]:
    """Give each item with the published record that it repeats, if it does."""
    if known is None:
        yield from ((item, None) for item in items)
        return
    while some := list(islice(items, RECORDS_AT_ONCE)):
        published = known([slug for item in some if (slug := _slug_of(item))])
        for item in some:
            same = published.get(_slug_of(item))
            is_same = same is not None and isinstance(item, Record) and same.digest == digest_of(item.value)
            yield item, same if is_same else None


def _slug_of(item: Record | Problem) -> str:
    """The slug of a record that may be valid; empty if there is none."""
    slug = item.value.get("slug") if isinstance(item, Record) and isinstance(item.value, dict) else None
    return slug if isinstance(slug, str) else ""


def _digest(path: Path) -> FileDigest:
    with open(path, "rb") as file:
        # MongoDB does not store a name that isn't UTF-8.
        name = os.fsencode(path.name).decode("utf-8", "replace")
        return {"name": name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
