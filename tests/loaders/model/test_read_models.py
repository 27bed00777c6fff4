"""Rows say what their district says, with what their slugs name; indicators have one unit and are counted."""

from typing import Any

import pytest

from loaders.documents import STILL_LIVE, Document
from loaders.model.read_models import derive_rows
from loaders.mongo.driver import Database
from loaders.publishing.indicators import IndicatorConflict
from loaders.publishing.publish import publish
from loaders.store.store import Store
from seeds.building.district import build
from seeds.format.model import District
from tests.support.data.content import district, load_of, put, text
from tests.support.data.generated import template


def stored(content: Any) -> Any:
    return {**content, "_id": "x@3", "from": 3, "to": STILL_LIVE, "hash": "", "tokens": []}


def test_every_item_has_a_row_and_the_row_is_the_item() -> None:
    content = template()
    rows = derive_rows(stored(content))
    initiatives = [initiative for pillar in content["pillars"] for initiative in pillar["initiatives"]]
    metrics = [metric for initiative in initiatives for metric in initiative["metrics"]]
    assert [row["id"] for row in rows["initiatives"]] == [initiative["id"] for initiative in initiatives]
    assert [row["id"] for row in rows["metrics"]] == [metric["id"] for metric in metrics]
    assert len(rows["awards"]) == content["total_award_count"]
    found = {row["id"]: [item["id"] for item in row["items"]] for row in rows["search"]}
    assert {id_: len(ids) for id_, ids in found.items()} == {
        "District:baiyun": 1,
        "Pillar:baiyun": len(content["pillars"]),
        "Initiative:baiyun": len(initiatives),
        "Metric:baiyun": len(metrics),
        "Award:baiyun": len(rows["awards"]),
    }
    assert sorted(found["Metric:baiyun"]) == sorted(metric["id"] for metric in metrics)
    for row, metric in zip(rows["metrics"], metrics, strict=True):
        assert {key: row[key] for key in metric} == metric
        assert [indicator["slug"] for indicator in row["indicators"]] == [metric["indicator"]]
        assert {source["slug"] for source in row["sources"]} == {one["source"] for one in metric["citations"]}
        assert (row["_id"], row["from"], row["to"]) == (f"{metric['id']}@3", 3, STILL_LIVE)


def test_a_row_of_an_initiative_has_the_sources_that_it_and_its_systems_cite() -> None:
    given = district("a", sources=[{"slug": slug, "title": text("源"), "kind": "OTHER"} for slug in "defg"])
    initiative = given["pillars"][0]["initiatives"][0]
    initiative |= {"metrics": [], "awards": [], "citations": [{"source": "d", "locator": "L1"}]}
    initiative["systems"] = [{"slug": "s", "name": text("云"), "citations": [{"source": "f", "locator": "L1"}]}]
    given |= {"awards": [], "strategy": {**text("战略"), "citations": [{"source": "g", "locator": "L1"}]}}
    rows = derive_rows(stored(build(District.model_validate(given))))
    assert [[source["slug"] for source in row["sources"]] for row in rows["initiatives"]] == [["d", "f"]]
    assert [source["slug"] for source in rows["sources"]] == ["d", "e", "f", "g"]
    [found] = [row["items"][0]["texts"] for row in rows["search"] if row["kind"] == "DISTRICT"]
    assert {tuple(sorted(one)) for one in found} == {("derived", "field", "master", "texts")}


def test_items_know_what_holds_them() -> None:
    content = template()
    for pillar in content["pillars"]:
        assert pillar["district"] == "baiyun"
        for initiative in pillar["initiatives"]:
            assert (initiative["district"], initiative["pillar"]) == ("baiyun", pillar["slug"])
            for item in (*initiative["metrics"], *initiative["awards"]):
                assert (item["pillar"], item["initiative"]) == (pillar["slug"], initiative["slug"])
    assert {(award["pillar"], award["initiative"]) for award in content["awards"]} == {(None, None)}


def measured(slug: str, unit: str, indicator: str = "terminals") -> Any:
    given = district(slug)
    metric = given["pillars"][0]["initiatives"][0]["metrics"][0]
    metric["slug"], metric["quantity"] = indicator, {"value": 1, "unit": unit}
    return build(District.model_validate(given))


async def indicators(database: Database) -> list[Document]:
    found = await database.find("indicators", {"to": STILL_LIVE}, order=[("slug", 1)])
    return [{key: row[key] for key in ("slug", "unit", "district_count", "metric_count")} for row in found]


async def test_an_indicator_with_two_units_stops_the_load(database: Database) -> None:
    await publish(database, load_of([measured("a", "terminal")]))
    with pytest.raises(IndicatorConflict, match="'terminals' would be measured in percent and terminal"):
        await publish(database, load_of([measured("b", "percent")]))
    assert (await Store(database).published()).revision == 1
    # The next load is none the worse for it.
    assert (await publish(database, load_of([measured("b", "terminal")]))).revision == 3
    assert await indicators(database) == [
        {"slug": "terminals", "unit": "terminal", "district_count": 2, "metric_count": 2}
    ]


async def test_an_indicator_may_change_its_unit_with_all_its_districts(database: Database) -> None:
    await publish(database, load_of([measured("a", "terminal")]))
    await publish(database, load_of([measured("a", "percent")]))
    assert [row["unit"] for row in await indicators(database)] == ["percent"]


async def test_the_units_of_an_indicator_are_the_currencies_in_use(database: Database) -> None:
    async def units() -> Any:
        [row] = await database.find("indicators", {"to": STILL_LIVE})
        return row["unit"], row["units"]

    await publish(database, load_of([measured("a", "cny"), measured("b", "usd")]))
    assert await units() == (None, ["cny", "usd"])
    await publish(database, load_of([measured("c", "cny")]))
    assert await units() == (None, ["cny", "usd"])
    await publish(database, load_of([measured("a", "krw")]))
    assert await units() == (None, ["cny", "krw", "usd"])
    await publish(database, load_of([measured("b", "krw")]))
    assert await units() == (None, ["cny", "krw"])
    await publish(database, load_of([measured("c", "krw")]))
    assert await units() == ("krw", ["krw"])
    with pytest.raises(
        IndicatorConflict, match="measured in krw and terminal; one indicator has one unit, or several"
    ):
        await publish(database, load_of([measured("c", "terminal")]))


async def test_an_indicator_that_nothing_measures_any_more_is_gone(database: Database) -> None:
    await publish(database, load_of([measured("a", "terminal"), measured("b", "terminal", "other")]))
    await put(database, ["a"], prune=True)
    assert [row["slug"] for row in await indicators(database)] == ["terminals"]
    assert await database.find("indicators", {"slug": "other", "to": 2}, {"_id": 1}) == [{"_id": "other@1"}]


async def shared(database: Database) -> list[str]:
    found = await database.find("search", {"district": None, "to": STILL_LIVE}, order=[("id", 1)])
    return [row["_id"] for row in found]


def test_a_search_row_has_its_items_with_shorter_names_first_and_no_token_of_a_text_that_its_name_has() -> None:
    given = district("a")
    [initiative] = given["pillars"][0]["initiatives"]
    texts = {"name": {"zhHans": "大屏", "en": "Wall"}, "summary": {"zhHans": "大屏感知"}}
    given["pillars"][0]["initiatives"] = [initiative, {**initiative, "slug": "wall", "metrics": [], **texts}]
    initiative["name"] = {"zhHans": "感知网"}
    [row] = [
        row for row in derive_rows(stored(build(District.model_validate(given))))["search"] if row["rank"] == "2/a"
    ]
    assert [(item["id"], item["length"]) for item in row["items"]] == [
        ("Initiative:a/wall", 2),
        ("Initiative:a/sensing", 3),
    ]
    assert row["name_tokens"] == sorted(["感", "知", "网", "感知", "知网", "大", "屏", "大屏", "wall"])
    # The summary has 大屏 as the name has; 感知 is in the name of the other one only.
    assert row["tokens"] == sorted(["感", "知", "屏感", "感知"])


async def test_what_districts_share_has_one_search_row(database: Database) -> None:
    await put(database, ["a", "b"])
    assert await shared(database) == ["Indicator:terminals@1", "Source:notice@1"]
    await put(database, ["b", "c"], "new")
    assert await shared(database) == ["Indicator:terminals@1", "Source:notice@1"]


async def test_the_search_row_of_what_changes_or_goes_is_replaced_or_ends(database: Database) -> None:
    await publish(database, load_of([measured("a", "terminal"), measured("b", "terminal", "other")]))
    assert await shared(database) == ["Indicator:other@1", "Indicator:terminals@1", "Source:notice@1"]
    given = district("a")
    given["sources"][0]["title"] = {"zhHans": "公报"}
    await publish(database, load_of([build(District.model_validate(given))], prune=True))
    assert await shared(database) == ["Indicator:terminals@1", "Source:notice@2"]
    [row] = await database.find("search", {"_id": "Source:notice@2"})
    [item] = row["items"]
    assert (row["kind"], row["rank"], row["tokens"]) == ("SOURCE", "6/0002/Source:notice", [])
    assert (item["name"]["folded"], row["name_tokens"]) == (" 公报 ", ["公", "公报", "报"])


async def test_a_load_that_changes_no_indicator_writes_none(database: Database) -> None:
    await put(database, ["a"], "old")
    await put(database, ["a"], "new")
    assert await database.find("indicators", {}, {"_id": 1}) == [{"_id": "terminals@1"}]
