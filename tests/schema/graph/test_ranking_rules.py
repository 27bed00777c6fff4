"""What a ranking is asked for: figures of some statuses, and places of some kinds."""

from random import Random
from typing import Any, Final

import pytest

from loaders.mongo.driver import Database
from tests.schema.graph.test_instants import stock
from tests.schema.graph.test_rankings import BESIDES, metric_of, place, put_places, seen, years
from tests.support.api import Api

RANKING: Final = """query ($statuses: [MetricStatus!], $kinds: [PlaceKind!], $during: String, $asAt: Date,
    $first: Int! = 20, $after: String) { indicator(slug: "output") {
    ranking(statuses: $statuses, kinds: $kinds, during: $during, asAt: $asAt, first: $first, after: $after) {
        period totalCount leftOutCount leftOut { district { slug } reason } sum { value }
        pageInfo { endCursor hasNextPage } nodes { position certain share observation { id } } } } }"""
GROWTH: Final = """query ($kinds: [PlaceKind!], $after: String) { indicator(slug: "output") {
    growthRanking(from: "2023", to: "2024", kinds: $kinds, after: $after, first: 1) { totalCount leftOutCount
        leftOut { district { slug } reason } pageInfo { endCursor } nodes { position district { slug } } } } }"""
PLACES: Final = [
    place(
        "a",
        seen("2024", 5, "2024"),
        seen("aim", 9, "2030", status="TARGET"),
        seen("hope", 7, "2025", status="FORECAST"),
    ),
    place("b", seen("2024", 6, "2024", status="ESTIMATED"), seen("aim", 8, "2030", status="TARGET")),
    place("c", seen("2024", 4, "2024", status="PROVISIONAL"), seen("aim", 99, "2035", status="TARGET")),
    place("d", seen("hope", 3, "2025", status="FORECAST")),
]


async def ranked(api: Api, **arguments: Any) -> Any:
    return (await api.data(RANKING, **arguments))["indicator"]["ranking"]


def ids(ranking: Any) -> list[str]:
    return [one["observation"]["id"].partition(":")[2].replace("/output", "") for one in ranking["nodes"]]


def left(ranking: Any) -> list[tuple[str, str]]:
    return [(one["district"]["slug"], one["reason"]) for one in ranking["leftOut"]]


@pytest.mark.parametrize(
    ("statuses", "expected", "left_out"),
    [
        (["TARGET"], ["a/aim", "b/aim"], [("c", "OTHER_PERIOD"), ("d", "OTHER_STATUS")]),
        (["FORECAST"], ["a/hope", "d/hope"], [("b", "OTHER_STATUS"), ("c", "OTHER_STATUS")]),
        (["NORMAL"], ["a/2024"], [(one, "OTHER_STATUS") for one in "bcd"]),
        (["PROVISIONAL", "NORMAL"], ["a/2024", "c/2024"], [("b", "OTHER_STATUS"), ("d", "OTHER_STATUS")]),
        (["ESTIMATED", "PROVISIONAL", "NORMAL"], ["b/2024", "a/2024", "c/2024"], [("d", "OTHER_STATUS")]),
    ],
)
async def test_figures_of_the_statuses_asked_for_are_ranked(
    database: Database, api: Api, statuses: list[str], expected: list[str], left_out: list[tuple[str, str]]
) -> None:
    await put_places(database, PLACES)
    ranking = await ranked(api, statuses=statuses)
    assert (ids(ranking), left(ranking)) == (expected, left_out)
    assert (ranking["totalCount"], ranking["leftOutCount"]) == (len(expected), len(left_out))
    found, after = [], None
    for _ in expected:
        page = await ranked(api, statuses=statuses, first=1, after=after)
        found += ids(page)
        after = page["pageInfo"]["endCursor"]
    assert (found, page["pageInfo"]["hasNextPage"]) == (expected, False)


async def test_targets_have_sums_shares_and_certain_positions_of_their_own(database: Database, api: Api) -> None:
    await put_places(database, PLACES)
    ranking = await ranked(api, statuses=["TARGET"])
    assert (ranking["period"], ranking["sum"]) == ("2030", {"value": "1700000000"})
    assert [(one["certain"], round(one["share"])) for one in ranking["nodes"]] == [(True, 53), (True, 47)]
    assert ids(await ranked(api, statuses=["TARGET"], during="2035")) == ["c/aim"]


async def test_targets_of_how_things_are_at_one_time_are_ranked_for_a_period(database: Database, api: Api) -> None:
    aims = [seen("aim", 9, "2030", status="TARGET"), seen("2024", 1, "2024-12-31")]
    later = seen("aim", 20, "2035", status="TARGET")
    await put_places(database, [stock("a", *aims), stock("b", *aims), stock("c", later)])
    ranking = await ranked(api, statuses=["TARGET"])
    assert (ids(ranking), ranking["period"]) == (["b/aim", "a/aim"], "2030")
    assert left(ranking) == [("c", "OTHER_PERIOD")]
    assert ids(await ranked(api, statuses=["TARGET"], during="2035")) == ["c/aim"]
    response = await api.run(RANKING, statuses=["TARGET"], asAt="2030-12-31")
    assert response.errors[0]["message"] == (
        '"asAt" is for results; forecasts and targets are for periods: give "during"'
    )
    assert ids(await ranked(api, statuses=["NORMAL"], asAt="2024-12-31")) == ["b/2024", "a/2024"]


async def test_a_status_that_is_asked_for_alone_brings_the_figure_that_was_less_firm(
    database: Database, api: Api
) -> None:
    both = place("a", seen("2024", 5, "2024"))
    again = {**metric_of(both), "slug": "again", "observations": [seen("2024", 4, "2024", status="ESTIMATED")]}
    both["pillars"][0]["initiatives"][0]["metrics"].append(again)
    await put_places(database, [both])
    assert ids(await ranked(api)) == ["a/2024"]
    assert ids(await ranked(api, statuses=["ESTIMATED"])) == ["a/again/2024"]
    assert ids(await ranked(api, statuses=["ESTIMATED", "NORMAL"])) == ["a/2024"]


def of_kind(kind: str, given: dict[str, Any], parent: str | None = None) -> dict[str, Any]:
    return {**given, "kind": kind, **({"parent": parent} if parent else {})}


KINDS: Final = [
    of_kind("CITY", place("city", seen("2024", 9, "2024"), seen("2023", 3, "2023"))),
    place("other", seen("2024", 2, "2024"), seen("2023", 1, "2023")),
    of_kind("DISTRICT", place("within", seen("2024", 5, "2024"), seen("2023", 4, "2023")), "city"),
    of_kind("TOWN", place("town", seen("2024", 1, "2024"), seen("2023", 1, "2023")), "within"),
]


@pytest.mark.parametrize(
    ("kinds", "expected", "left_out"),
    [
        (None, ["city/2024", "other/2024"], [("town", "PART_OF_RANKED"), ("within", "PART_OF_RANKED")]),
        (["DISTRICT"], ["within/2024", "other/2024"], [("city", "OTHER_KIND"), ("town", "OTHER_KIND")]),
        (["TOWN", "DISTRICT"], ["within/2024", "other/2024"], [("city", "OTHER_KIND"), ("town", "PART_OF_RANKED")]),
        (["CITY", "CITY"], ["city/2024"], [(one, "OTHER_KIND") for one in ("other", "town", "within")]),
        (["REGION"], [], [(one, "OTHER_KIND") for one in ("city", "other", "town", "within")]),
    ],
)
async def test_places_of_the_kinds_asked_for_are_ranked(
    database: Database, api: Api, kinds: list[str] | None, expected: list[str], left_out: list[tuple[str, str]]
) -> None:
    await put_places(database, KINDS)
    for statuses in (None, ["NORMAL"]):
        ranking = await ranked(api, kinds=kinds, statuses=statuses)
        assert (ids(ranking), left(ranking)) == (expected, left_out)
        assert (ranking["totalCount"], ranking["leftOutCount"]) == (len(expected), len(left_out))


async def test_growth_is_ranked_among_places_of_the_kinds_asked_for(database: Database, api: Api) -> None:
    await put_places(database, KINDS)
    ranking = (await api.data(GROWTH, kinds=["DISTRICT"]))["indicator"]["growthRanking"]
    assert [one["district"]["slug"] for one in ranking["nodes"]] == ["other"]
    assert (ranking["totalCount"], ranking["leftOutCount"]) == (2, 2)
    assert left(ranking) == [("city", "OTHER_KIND"), ("town", "OTHER_KIND")]
    after = ranking["pageInfo"]["endCursor"]
    ranking = (await api.data(GROWTH, kinds=["DISTRICT"], after=after))["indicator"]["growthRanking"]
    assert [(one["position"], one["district"]["slug"]) for one in ranking["nodes"]] == [(2, "within")]
    response = await api.run(GROWTH, **{"kinds": ["CITY"], "after": after})
    assert response.errors[0]["message"] == '"after" is a cursor of another filter; page with the filter it is from'


async def test_cursors_belong_to_the_statuses_and_kinds_of_their_ranking(database: Database, api: Api) -> None:
    await put_places(database, PLACES)
    after = (await ranked(api, statuses=["NORMAL", "PROVISIONAL"], first=1))["pageInfo"]["endCursor"]
    # The order in which they are named makes no difference.
    assert ids(await ranked(api, statuses=["PROVISIONAL", "NORMAL"], first=1, after=after)) == ["c/2024"]
    for others in ({}, {"statuses": ["NORMAL"]}, {"statuses": ["NORMAL", "PROVISIONAL"], "kinds": ["DISTRICT"]}):
        response = await api.run(RANKING, **{**others, "after": after})
        [error] = response.errors
        assert error["message"] == '"after" is a cursor of another filter; page with the filter it is from'


@pytest.mark.parametrize("besides", BESIDES)
async def test_what_else_is_published_changes_no_ranking_of_a_status(
    database: Database, api: Api, besides: str
) -> None:
    random = Random(besides)
    given = years(random)
    for one in random.sample(given, 5):
        metric_of(one)["observations"].append(seen("aim", random.randint(1, 9), "2028", status="TARGET"))
    asked = (["NORMAL"], ["TARGET"])
    await put_places(database, given)
    before = [await ranked(api, statuses=one, during=during) for one in asked for during in ("2024", "2028")]
    for one in random.sample(given, 4):
        metric_of(one)["observations"].append(BESIDES[besides])
    await put_places(database, given)
    after = [await ranked(api, statuses=one, during=during) for one in asked for during in ("2024", "2028")]
    for ranking in (*before, *after):
        # Whoever had nothing else is left out for another reason now.
        del ranking["leftOut"], ranking["pageInfo"]
    assert after == before
