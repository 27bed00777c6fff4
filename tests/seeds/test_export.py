"""An export holds what an editor would have written, and no more; loading it changes nothing."""

import io
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

import pytest

from seeds.building.district import build
from seeds.commands import BAIYUN
from seeds.export import WRITERS, seed_value
from seeds.format.model import District
from seeds.format.reader import Record
from seeds.format.shared import SharedDefinitions
from tests.support.data.content import district, text

CITED = [{"source": "notice", "locator": "L1"}]
DERIVED = {"id", "normalized", "decimals", "start", "end", "derived", "pillarCount", "initiativeCount", "metricCount",
           "awardCount", "totalAwardCount", "heldBy", "_id", "from", "to", "hash"}  # fmt: skip


async def each(values: tuple[dict[str, Any], ...]) -> AsyncIterator[dict[str, Any]]:
    for value in values:
        yield value


async def written(form: str, *values: dict[str, Any]) -> str:
    out = io.StringIO()
    await WRITERS[form](each(values), out)
    return out.getvalue()


def exported(value: dict[str, Any]) -> dict[str, Any]:
    """The export of a district that was loaded from a value."""
    return seed_value(dict(build(District.model_validate(value))))


def with_metrics(*metrics: dict[str, Any], **fields: Any) -> dict[str, Any]:
    full = [{"name": text("数"), "citations": CITED} | metric for metric in metrics]
    initiative = {"slug": "i", "name": text("事"), "metrics": full}
    return district("a", pillars=[{"slug": "p", "name": text("柱"), "initiatives": [initiative]}], **fields)


def its_metrics(value: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = value["pillars"][0]["initiatives"][0]["metrics"]
    return found


def keys(value: Any) -> Iterator[str]:
    """Every key at any depth."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from keys(item)


def values(value: Any) -> Iterator[Any]:
    """Everything at any depth."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from values(item)


@pytest.fixture(scope="module")
def baiyun() -> dict[str, Any]:
    [record] = SharedDefinitions().records(BAIYUN)
    assert isinstance(record, Record)
    value: dict[str, Any] = record.value
    return value


def with_lists_of_ranks(value: Any) -> Any:
    """A district as its file has it, with `ranks` where the file writes `rank`, which is for a single one."""
    if isinstance(value, list):
        return [with_lists_of_ranks(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        **{key: with_lists_of_ranks(inner) for key, inner in value.items() if key != "rank"},
        **({"ranks": [value["rank"]]} if "rank" in value else {}),
    }


def test_the_shipped_district_exports_as_it_is_written(baiyun: dict[str, Any]) -> None:
    written = with_lists_of_ranks(baiyun)
    # What editors keep for themselves is not published.
    assert any(source.pop("keptText", None) for source in written["sources"])
    assert exported(baiyun) == written


def test_nothing_derived_nothing_of_the_version_and_no_nulls_are_written(baiyun: dict[str, Any]) -> None:
    stored = {**build(District.model_validate(baiyun)), "_id": "baiyun@1", "from": 1, "to": 2**53 - 1, "hash": "0"}
    written = seed_value(stored)
    assert set(keys(written)) & DERIVED == set()
    assert [value for value in values(written) if value is None or value == []] == []


def test_derived_traditional_text_is_left_out_and_given_text_is_written() -> None:
    given = {"zhHans": "软件", "zhHant": "軟體"}
    written = exported(district("a", city=given, province=text("广东", "Guangdong")))
    assert written["city"] == given
    assert written["province"] == {"zhHans": "广东", "en": "Guangdong"}


def test_what_the_format_takes_for_granted_is_left_out() -> None:
    quantity = {"value": Decimal("5"), "multiplier": 0, "comparator": "EQ", "unit": "cny", "maxValue": None}
    more = {"value": Decimal("5"), "multiplier": 4, "comparator": "GT", "unit": "cny"}
    first, second = its_metrics(
        exported(
            with_metrics(
                {"slug": "m", "quantity": quantity, "status": "NORMAL", "changes": []},
                {"slug": "n", "quantity": more, "status": "TARGET"},
            )
        )
    )
    assert first == {
        "slug": "m",
        "name": {"zhHans": "数"},
        "quantity": {"value": Decimal("5"), "unit": "cny"},
        "citations": [{"source": "notice", "locator": "L1"}],
    }
    assert (second["quantity"], second["status"]) == (more, "TARGET")


def test_an_indicator_that_a_metric_defines_is_not_listed() -> None:
    own = {"slug": "own", "quantity": {"value": 1, "unit": "cny"}}
    other = {"slug": "other", "indicator": "own", "quantity": {"value": 2, "unit": "cny"}}
    written = exported(with_metrics(own, other))
    assert "indicators" not in written
    assert [metric.get("indicator") for metric in its_metrics(written)] == [None, "own"]


def test_a_listed_indicator_that_looks_like_a_metrics_own_stays_when_that_metric_measures_another() -> None:
    listed = [
        {"slug": "gdp", "name": text("总值"), "unit": "cny"},
        {"slug": "m", "name": text("数"), "unit": "cny"},
    ]
    measured = {"slug": "m", "indicator": "gdp", "quantity": {"value": 1, "unit": "cny"}}
    other = {"slug": "n", "indicator": "m", "quantity": {"value": 2, "unit": "cny"}}
    written = exported(with_metrics(measured, other, indicators=listed))
    assert written["indicators"] == listed
    assert exported(written) == written


@pytest.mark.parametrize("listed", [["b"], ["b", "x"], ["b", "a"]])
def test_a_listed_indicator_that_looks_like_a_metrics_own_stays_where_it_gives_the_order(listed: list[str]) -> None:
    value = with_metrics(
        {"slug": "a", "quantity": {"value": 1, "unit": "cny"}},
        {"slug": "b", "quantity": {"value": 2, "unit": "cny"}},
        indicators=[{"slug": slug, "name": text("数"), "unit": "cny"} for slug in listed],
    )
    order = [one["slug"] for one in build(District.model_validate(value))["indicators"]]
    again = build(District.model_validate(exported(value)))
    assert (
        [one["slug"] for one in again["indicators"]]
        == order
        == listed + [slug for slug in "ab" if slug not in listed]
    )


async def test_yaml_has_one_readable_document_a_district_with_figures_as_they_were_written() -> None:
    found = await written(
        "yaml",
        {"slug": "a", "name": {"zhHans": "白云区", "en": "no"}, "value": Decimal("90.950"), "more": Decimal("140")},
        {"slug": "b", "code": "440111", "figure": Decimal("0.00000001"), "lines": "one\ntwo"},
    )
    assert found == (
        "---\nslug: a\nname:\n  zhHans: 白云区\n  en: 'no'\nvalue: 90.950\nmore: 140\n"
        "---\nslug: b\ncode: '440111'\nfigure: 0.00000001\nlines: 'one\n\n  two'\n"
    )


async def test_yaml_keeps_a_long_text_on_one_line() -> None:
    words = " ".join(["word"] * 200)
    assert await written("yaml", {"en": words}) == f"---\nen: {words}\n"


async def test_yaml_writes_a_thing_that_stands_twice_twice() -> None:
    note = {"en": "x"}
    assert await written("yaml", {"a": note, "b": note}) == "---\na:\n  en: x\nb:\n  en: x\n"


async def test_json_is_an_array_with_figures_as_exact_texts() -> None:
    found = await written("json", {"slug": "a", "value": Decimal("90.950")}, {"slug": "白云"})
    assert found == '[\n{\n  "slug": "a",\n  "value": "90.950"\n},\n{\n  "slug": "白云"\n}\n]\n'


async def test_json_lines_are_one_line_a_district() -> None:
    found = await written("jsonl", {"slug": "a", "value": Decimal("1E-8"), "en": "one\ntwo"}, {"slug": "白云"})
    assert found == '{"slug":"a","value":"0.00000001","en":"one\\ntwo"}\n{"slug":"白云"}\n'


@pytest.mark.parametrize(("form", "nothing"), [("yaml", ""), ("json", "[]\n"), ("jsonl", "")])
async def test_nothing_published_is_an_empty_file_of_its_format(form: str, nothing: str) -> None:
    assert await written(form) == nothing


@pytest.mark.parametrize("form", ["json", "jsonl"])
async def test_what_has_no_place_in_a_seed_file_is_not_written(form: str) -> None:
    with pytest.raises(TypeError):
        await written(form, {"slug": object()})


def test_what_an_indicator_is_and_its_units_are_written_as_they_were_given() -> None:
    listed = [
        {"slug": "gdp", "name": text("总值"), "periodType": "DURATION", "units": ["cny", "usd"]},
        {"slug": "sales", "name": text("零售"), "partOf": "gdp", "unit": "cny", "direction": "NEITHER"},
    ]
    assert exported(with_metrics(indicators=listed))["indicators"] == listed
