"""Definitions that the files of a folder share: used as if they stood in each, and checked where they stand."""

import json
from pathlib import Path
from typing import Any

import pytest

from seeds.format.problems import Problem
from seeds.inputs import Inputs, check_inputs
from tests.support.data.content import district, text

SHARED = """indicators:
  - {slug: terminals, name: {zhHans: 终端}, unit: terminal, periodType: INSTANT, partOf: devices}
  - {slug: devices, name: {zhHans: 设备}, unit: terminal}
  - {slug: other, name: {zhHans: 其他}, unit: event}
"""


def folder(tmp_path: Path, shared: str, *given: dict[str, Any]) -> list[Path]:
    (tmp_path / "indicators.yaml").write_text(shared, encoding="utf-8")
    paths = []
    for one in given:
        path = tmp_path / f"{one['slug']}.json"
        path.write_text(json.dumps(one), encoding="utf-8")
        paths.append(path)
    return paths


def built(paths: list[Path]) -> dict[str, Any]:
    found = check_inputs(paths)
    assert isinstance(found, Inputs), found
    with found:
        assert [one["name"] for one in found.files] == [*(path.name for path in paths), "indicators.yaml"]
        return {one["slug"]: one for one in found.read(frozenset(found.hashes))}


def test_a_district_has_the_definitions_that_its_metrics_use_and_what_they_are_part_of(tmp_path: Path) -> None:
    [path] = folder(tmp_path, SHARED, district("a"))
    content = built([path])["a"]
    assert [(one["slug"], one["period_type"], one["part_of"]) for one in content["indicators"]] == [
        ("terminals", "INSTANT", "devices"),
        ("devices", None, None),
    ]


def test_what_a_file_defines_itself_goes_before(tmp_path: Path) -> None:
    own = district("a", indicators=[{"slug": "terminals", "name": text("终端机"), "unit": "terminal"}])
    [path] = folder(tmp_path, SHARED, own)
    [indicator] = built([path])["a"]["indicators"]
    assert (indicator["name"]["texts"]["zh-Hans"], indicator["period_type"]) == ("终端机", None)


def test_the_digest_of_a_record_covers_the_definitions(tmp_path: Path) -> None:
    paths = folder(tmp_path, SHARED, district("a"))
    before = check_inputs(paths)
    folder(tmp_path, SHARED.replace("periodType: INSTANT", "periodType: DURATION"))
    after = check_inputs(paths)
    assert isinstance(before, Inputs) and isinstance(after, Inputs)
    with before, after:
        assert before.digests["a"] != after.digests["a"]


@pytest.mark.parametrize(
    ("shared", "line", "message"),
    [
        ("indicators: []", 1, "must have at least 1 item"),
        ("indicators:\n  - {slug: a, name: {zhHans: 甲}, units: bushel}", 2, "must be a list, not text"),
        (
            "indicators:\n  - {slug: a, name: {zhHans: 甲}}\n  - {slug: a, name: {zhHans: 乙}}",
            3,
            "'a' is defined twice",
        ),
        ("indicators:\n  - {slug: a, name: {zhHans: 甲}, partOf: b}", 2, "'b' is no indicator of this file"),
        ("districts: []", 1, "is missing"),
        ("indicators: [", 1, ""),
    ],
)
def test_a_wrong_definition_is_a_problem_of_its_own_file(
    tmp_path: Path, shared: str, line: int, message: str
) -> None:
    paths = folder(tmp_path, shared, district("a"), district("b"))
    found = check_inputs(paths)
    assert isinstance(found, list)
    [problem, *others] = [one for one in found if message in one.message]
    assert isinstance(problem, Problem)
    assert (Path(problem.file).name, problem.line) == ("indicators.yaml", line)
    assert not others, "told once, and not for each district"


def test_definitions_alone_are_no_load(tmp_path: Path) -> None:
    """With --prune, it would remove every district."""
    folder(tmp_path, SHARED)
    [problem] = check_inputs([tmp_path / "indicators.yaml"])  # type: ignore[misc]  # problems
    assert problem.message == "no district is in these files; name those of districts too"
