"""Synthetic districts are valid, repeatable, shaped like Baiyun and never taken for real ones."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from loaders.documents import Award, DistrictContent, Initiative, Metric
from seeds.commands import BAIYUN, generate_districts
from seeds.console import Console
from seeds.export import json_line
from seeds.generate import generate
from seeds.inputs import Inputs, check_inputs


def contents(paths: list[Path]) -> list[DistrictContent]:
    inputs = check_inputs(paths)
    assert isinstance(inputs, Inputs), inputs[:5]
    with inputs:
        return list(inputs.read(frozenset(inputs.hashes)))


@pytest.fixture(scope="module")
def baiyun() -> DistrictContent:
    [content] = contents([BAIYUN])
    return content


@pytest.fixture(scope="module")
def fifty(baiyun: DistrictContent) -> list[dict[str, Any]]:
    return list(generate(dict(baiyun), 50, seed=1))


@pytest.fixture(scope="module")
def loaded(fifty: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> list[DistrictContent]:
    path = tmp_path_factory.mktemp("generated") / "fifty.jsonl"
    path.write_text("".join(map(json_line, fifty)), encoding="utf-8")
    return contents([path])


def written(baiyun: DistrictContent, count: int, seed: int) -> str:
    return "".join(map(json_line, generate(dict(baiyun), count, seed)))


def shape(content: DistrictContent) -> Any:
    """How much there is of everything, in the order it stands."""
    return [
        len(content["awards"]),
        [
            [
                len(pillar["awards"]),
                [
                    (len(initiative["systems"]), len(initiative["metrics"]), len(initiative["awards"]))
                    for initiative in pillar["initiatives"]
                ],
            ]
            for pillar in content["pillars"]
        ],
    ]


def initiatives(content: DistrictContent) -> list[Initiative]:
    return [initiative for pillar in content["pillars"] for initiative in pillar["initiatives"]]


def metrics(content: DistrictContent) -> list[Metric]:
    return [metric for initiative in initiatives(content) for metric in initiative["metrics"]]


def awards(content: DistrictContent) -> list[Award]:
    holders = (content, *content["pillars"], *initiatives(content))
    return [award for holder in holders for award in holder["awards"]]


def citations(value: Any) -> Iterator[str]:
    """The sources that anything cites."""
    if isinstance(value, dict):
        yield from (citation["source"] for citation in value.get("citations", ()))
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from citations(item)


def test_the_same_seed_gives_the_same_bytes(baiyun: DistrictContent) -> None:
    assert written(baiyun, 3, seed=7) == written(baiyun, 3, seed=7)


def test_another_seed_gives_other_figures(baiyun: DistrictContent) -> None:
    one, other = (written(baiyun, 3, seed).splitlines() for seed in (7, 8))
    assert [a == b for a, b in zip(one, other, strict=True)] == [False, False, False]


def test_a_district_is_the_same_however_many_are_made(baiyun: DistrictContent) -> None:
    assert written(baiyun, 5, seed=1).startswith(written(baiyun, 2, seed=1))


@pytest.mark.slow
def test_districts_of_a_run_differ_in_their_figures(loaded: list[DistrictContent]) -> None:
    figures = [[metric["quantity"] for metric in metrics(content)] for content in loaded]
    assert all(figures[0] != other for other in figures[1:])


def test_fifty_districts_are_valid_input(loaded: list[DistrictContent]) -> None:
    assert [content["slug"] for content in loaded] == [f"synthetic-{number:05}" for number in range(1, 51)]


def test_each_has_as_much_of_everything_as_baiyun(loaded: list[DistrictContent], baiyun: DistrictContent) -> None:
    assert {(one["pillar_count"], one["initiative_count"], one["metric_count"], one["total_award_count"])
            for one in loaded} == {(4, 15, 33, 7)}  # fmt: skip
    assert [content["slug"] for content in loaded if shape(content) != shape(baiyun)] == []


def test_each_is_clearly_named_as_synthetic(fifty: list[dict[str, Any]]) -> None:
    first, last = fifty[0], fifty[49]
    assert first["name"] == {"zhHans": "示例区00001", "en": "Synthetic District 00001"}
    assert first["city"] == {"zhHans": "示例市00001", "en": "Synthetic City 00001"}
    assert first["province"] == {"zhHans": "示例省00001", "en": "Synthetic Province 00001"}
    assert [fifty[number]["city"]["en"] for number in (9, 10)] == [
        "Synthetic City 00001",
        "Synthetic City 00002",
    ]
    assert last["name"] == {"zhHans": "示例区00050", "en": "Synthetic District 00050"}
    assert last["city"] == {"zhHans": "示例市00005", "en": "Synthetic City 00005"}
    assert first["codes"] == [{"scheme": "synthetic", "value": "00001", "level": "DISTRICT"}]


def test_everything_cites_a_source_of_kind_synthetic_and_no_other(fifty: list[dict[str, Any]]) -> None:
    for district in fifty:
        assert [(source["slug"], source["kind"]) for source in district["sources"]] == [("synthetic", "SYNTHETIC")]
        assert set(citations(district)) == {"synthetic"}


def test_every_metric_and_award_says_that_it_is_generated(loaded: list[DistrictContent]) -> None:
    for content in loaded:
        noted = [*metrics(content), *awards(content)]
        assert len(noted) == 40
        notes = [item["note"] for item in noted]
        assert {note["texts"]["en"] if note else None for note in notes} == {
            "Generated sample data, not a real figure."
        }


def test_shares_stay_below_a_hundred_percent(loaded: list[DistrictContent]) -> None:
    shares = [
        metric["quantity"]["normalized"]
        for content in loaded
        for metric in metrics(content)
        if metric["quantity"] and metric["quantity"]["unit"] == "percent"
    ]
    assert shares and all(0 < share < 100 for share in shares)


def test_the_command_writes_one_line_a_district(baiyun: DistrictContent) -> None:
    out = io.StringIO()
    assert generate_districts(Console(out, lambda _: None), 4, 9) == 0
    assert out.getvalue() == written(baiyun, 4, seed=9)
    assert [orjson.loads(line)["slug"] for line in out.getvalue().splitlines()] == [
        "synthetic-00001",
        "synthetic-00002",
        "synthetic-00003",
        "synthetic-00004",
    ]
