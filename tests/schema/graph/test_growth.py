"""How figures grew, and who grew fastest: on a store, with what the metric and the ranking say of it."""

from copy import deepcopy
from decimal import Decimal
from random import Random
from typing import Any, Final

import pytest

from loaders.mongo.driver import Database
from tests.schema.graph.test_rankings import BESIDES, in_dollars, metric_of, place, put_places, seen
from tests.support.api import Api
from tests.support.data.content import text

GROWTH: Final = (
    'from { slug } to { slug } quantity { formatted(lang: ["en"]) } reason published { quantity { value } }'
)
RANKING: Final = """query ($from: String!, $to: String!, $unit: String, $best: OrderDirection! = DESC,
    $first: Int! = 20, $after: String) { indicator(slug: "output") {
    growthRanking(from: $from, to: $to, unit: $unit, best: $best, first: $first, after: $after) {
        totalCount unit { code } leftOutCount leftOut { district { slug } reason } pageInfo { hasNextPage endCursor }
        nodes { position district { slug } metric { slug }
            growth { quantity { value comparator } from { id } to { id } } } } } }"""


def changed(basis: str, value: str, reference: str | None = None) -> dict[str, Any]:
    found = {"basis": basis, "direction": "UP", "quantity": {"value": Decimal(value), "unit": "percent"}}
    period = {"kind": "YEAR", "edtf": reference, "label": text("年")}
    return found | ({"reference": period} if reference else {})


async def grown(api: Api, arguments: str = "") -> Any:
    query = f'{{ node(id: "Metric:a/output") {{ ... on Metric {{ growth{arguments} {{ {GROWTH} }} }} }} }}'
    return (await api.data(query))["node"]["growth"]


async def ranked(api: Api, earlier: str = "2023", later: str = "2024", **arguments: Any) -> Any:
    return (await api.data(RANKING, **{"from": earlier, "to": later}, **arguments))["indicator"]["growthRanking"]


def told(ranking: Any) -> list[tuple[int, str, str]]:
    return [
        (one["position"], one["district"]["slug"], one["growth"]["quantity"]["value"]) for one in ranking["nodes"]
    ]


async def test_a_metric_grows_from_the_year_before_to_its_latest_figure(database: Database, api: Api) -> None:
    figures = [
        seen("2022", 50, "2022"),
        seen("2024", 150, "2024", changes=[changed("YEAR_ON_YEAR", "49.7")]),
        seen("2023", 100, "2023"),
        seen("2025-forecast", 999, "2025", status="FORECAST"),
    ]
    await put_places(database, [place("a", *figures)])
    assert await grown(api) == {
        "from": {"slug": "2023"},
        "to": {"slug": "2024"},
        "quantity": {"formatted": "50%"},
        "reason": None,
        # What the source says stands beside what its figures give.
        "published": {"quantity": {"value": "49.7"}},
    }
    since = await grown(api, '(from: "2022")')
    assert (since["quantity"]["formatted"], since["published"]) == ("200%", None)
    assert (await grown(api, '(from: "2022", to: "2023")'))["quantity"]["formatted"] == "100%"
    # Neither forecasts nor what isn't published.
    assert await grown(api, '(to: "2025")') is None
    assert await grown(api, '(from: "2021")') is None


async def test_a_change_that_names_its_reference_belongs_to_that_growth(database: Database, api: Api) -> None:
    changes = [changed("BASELINE", "210", "2022"), changed("YEAR_ON_YEAR", "209", "2022")]
    later = seen("2024", 150, "2024", changes=changes)
    await put_places(database, [place("a", seen("2022", 50, "2022"), seen("2023", 100, "2023"), later)])
    assert (await grown(api))["published"] is None
    assert (await grown(api, '(from: "2022")'))["published"]["quantity"]["value"] == "210"


async def test_a_break_a_part_of_a_year_and_zero_give_the_reason(database: Database, api: Api) -> None:
    figures = [
        seen("2021", 0, "2021"),
        seen("2022", 5, "2022"),
        seen("2023", 7, "2023", breaks=text("口径调整")),
        seen("2023-h1", 3, "2023-01/2023-06"),
        seen("2024", 8, "2024"),
    ]
    await put_places(database, [place("a", *figures)])
    for arguments, reason in (
        ('(from: "2022")', "BREAK"),
        ('(from: "2021", to: "2022")', "FROM_ZERO"),
        ('(from: "2023-01/2023-06")', "OTHER_LENGTH"),
        ('(from: "2023")', None),
    ):
        found = await grown(api, arguments)
        assert (found["reason"], found["quantity"] is None) == (reason, reason is not None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('(from: "2023", to: "2024-01/2024-09")', "not equally long"),
        ('(from: "2024", to: "2023")', 'give the earlier period as "from"'),
        ('(from: "2023Q1")', '"from" is no period: '),
        ('(to: "x")', '"to" is no period: '),
    ],
)
async def test_periods_that_do_not_compare_are_refused(
    database: Database, api: Api, arguments: str, message: str
) -> None:
    await put_places(database, [place("a", seen("2024", 1, "2024"))])
    query = f'{{ node(id: "Metric:a/output") {{ ... on Metric {{ growth{arguments} {{ {GROWTH} }} }} }} }}'
    [error] = (await api.run(query)).errors
    assert message in error["message"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_districts_are_ranked_by_growth_and_told_apart_from_those_without(database: Database, api: Api) -> None:
    given = [
        place("a", seen("2023", 100, "2023"), seen("2024", 110, "2024")),
        place("b", seen("2023", 10, "2023"), seen("2024", 15, "2024-01/2024-12")),
        place("c", seen("2023", 1_000, "2023"), seen("2024", 1_100, "2024")),
        place("d", seen("2024", 5, "2024")),
        place("e", seen("2023", 1, "2023"), seen("2024", 9, "2024", breaks=text("口径调整"))),
        place("f", seen("2023", 1, "2023"), seen("2024", 9, "2024", status="FORECAST")),
        place("g", seen("2023", 9, "2023"), seen("2024", 3, "2024", status="PROVISIONAL")),
        place("h", seen("h1", 9, "2023-01/2023-06"), seen("h2", 90, "2024-01/2024-06")),
    ]
    await put_places(database, given)
    ranking = await ranked(api)
    assert told(ranking) == [(1, "b", "50"), (2, "a", "10"), (2, "c", "10"), (4, "g", "-66.67")]
    assert (ranking["totalCount"], ranking["unit"]) == (4, {"code": "cny"})
    assert ranking["leftOutCount"] == 4
    assert [(one["district"]["slug"], one["reason"]) for one in ranking["leftOut"]] == [
        ("d", "NO_FIGURE"),
        ("e", "BREAK"),
        ("f", "NO_FIGURE"),
        ("h", "NO_FIGURE"),
    ]
    assert told(await ranked(api, best="ASC")) == [(1, "g", "-66.67"), (2, "a", "10"), (2, "c", "10"), (4, "b", "50")]
    assert told(await ranked(api, "2023-01/2023-06", "2024-01/2024-06")) == [(1, "h", "900")]
    assert told(await ranked(api, unit="usd")) == []
    # Page by page, positions go on.
    pages, after = [], None
    for _ in range(4):
        page = await ranked(api, first=1, after=after)
        pages += told(page)
        after = page["pageInfo"]["endCursor"]
    assert pages == told(ranking)
    assert not page["pageInfo"]["hasNextPage"]


async def test_the_firmer_of_two_metrics_stands_for_the_district(database: Database, api: Api) -> None:
    both = place("a", seen("2023", 1, "2023"), seen("2024", 5, "2024", status="ESTIMATED"))
    again = [seen("2023", 1, "2023"), seen("2024", 2, "2024")]
    both["pillars"][0]["initiatives"][0]["metrics"].append(
        {**metric_of(both), "slug": "again", "observations": again}
    )
    await put_places(database, [both])
    [node] = (await ranked(api))["nodes"]
    assert (node["metric"]["slug"], node["growth"]["quantity"]["value"]) == ("again", "100")


async def test_bounds_leave_open_who_grew_faster(database: Database, api: Api) -> None:
    over, half = seen("2024", 150, "2024"), seen("2023", 100, "2023")
    over["quantity"]["comparator"] = "GT"
    under = {**half, "quantity": {**half["quantity"], "comparator": "GT"}}
    given = [
        place("a", seen("2023", 100, "2023"), over),
        place("b", under, seen("2024", 150, "2024")),
        place("c", seen("2023", 100, "2023"), seen("2024", 170, "2024")),
        place("d", seen("2023", 100, "2023"), seen("2024", 90, "2024")),
    ]
    await put_places(database, given)
    query = """query ($first: Int!, $after: String) { indicator(slug: "output") {
        growthRanking(from: "2023", to: "2024", first: $first, after: $after) { pageInfo { endCursor } nodes {
            position certain district { slug } growth { quantity { formatted(lang: ["en"]) } } } } } }"""
    found, after = [], None
    for first in (1, 3):
        page = (await api.data(query, first=first, after=after))["indicator"]["growthRanking"]
        found += [(one["position"], one["district"]["slug"], one["certain"]) for one in page["nodes"]]
        found += [one["growth"]["quantity"]["formatted"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert found == [
        *((1, "c", False), "70%"),
        *((2, "a", False), (2, "b", False), (4, "d", False)),
        *("over 50%", "under 50%", "-10%"),
    ]


async def test_figures_in_another_currency_change_no_growth_ranking(database: Database, api: Api) -> None:
    given = [
        in_dollars(place(slug, seen("2023", 10, "2023"), seen("2024", value, "2024")))
        for slug, value in (("a", 12), ("b", 11), ("c", 13))
    ]
    await put_places(database, given)
    before = await ranked(api)
    dollars = seen("2023", 1, "2023"), seen("2024", 9, "2024")
    await put_places(database, [in_dollars(given[0], *dollars), *given[1:]])
    assert [await ranked(api) | {"pageInfo": None}] == [before | {"pageInfo": None}]
    found = await ranked(api, unit="usd")
    assert told(found) == [(1, "a", "800")]
    assert [one["reason"] for one in found["leftOut"]] == ["OTHER_UNIT", "OTHER_UNIT"]


@pytest.mark.parametrize("besides", BESIDES)
async def test_what_else_is_published_changes_no_growth_ranking(database: Database, api: Api, besides: str) -> None:
    random = Random(besides)
    given = [
        place(f"p-{number}", seen("2023", random.randint(1, 6), "2023"), seen("2024", random.randint(1, 6), "2024"))
        for number in range(6)
    ]
    await put_places(database, given)
    before = await ranked(api)
    assert len(before["nodes"]) == 6
    more = deepcopy(given)
    for one in random.sample(more, 3):
        observations = metric_of(one)["observations"]
        observations.insert(random.randint(0, len(observations)), BESIDES[besides])
    await put_places(database, more)
    # Cursors name the revision.
    assert [await ranked(api) | {"pageInfo": None}] == [before | {"pageInfo": None}]
