"""Rankings of figures that are each of one time: every place with its latest, or its latest up to a day."""

from copy import deepcopy
from typing import Any, Final

import pytest

from loaders.mongo.driver import Database
from tests.schema.graph.test_rankings import CITED, in_dollars, metric_of, place, put_places, seen
from tests.support.api import Api
from tests.support.data.content import text

RANKING: Final = """query ($asAt: Date, $during: String, $first: Int! = 20, $after: String, $best: OrderDirection) {
    indicator(slug: "output") { periodType
        ranking(asAt: $asAt, during: $during, first: $first, after: $after, best: $best) {
            asAt period totalCount leftOutCount leftOut { district { slug } reason }
            pageInfo { endCursor hasNextPage }
            nodes { position undated certain observation { id } metric { standing { position of } } } } } }"""


def stock(slug: str, *observations: dict[str, Any], period_type: str = "INSTANT") -> dict[str, Any]:
    given = place(slug, *observations)
    given["indicators"][0]["periodType"] = period_type
    return given


PLACES: Final = [
    stock("a", seen("2022", 9, "2022-12-31"), seen("2024", 5, "2024-12-31"), seen("2023", 8, "2023-12-31")),
    stock("b", seen("2023", 7, "2023-06")),
    stock("c", seen("undated", 6, None)),
    stock("d", seen("2025", 4, "2025-03-01"), seen("2024", 1, "2024-01-31", status="PROVISIONAL")),
    stock("e", seen("2030", 99, "2030", status="TARGET")),
]


async def ranked(api: Api, **arguments: Any) -> Any:
    return (await api.data(RANKING, **arguments))["indicator"]["ranking"]


def ids(ranking: Any) -> list[str]:
    return [one["observation"]["id"].partition(":")[2].replace("/output", "") for one in ranking["nodes"]]


async def test_each_place_stands_with_its_latest_figure(database: Database, api: Api) -> None:
    await put_places(database, PLACES)
    ranking = await ranked(api)
    assert ids(ranking) == ["b/2023", "c/undated", "a/2024", "d/2025"]
    assert [one["undated"] for one in ranking["nodes"]] == [False, True, False, False]
    # The standing of a metric is its place in that same ranking.
    assert [one["metric"]["standing"] for one in ranking["nodes"]] == [
        {"position": position, "of": 4} for position in (1, 2, 3, 4)
    ]
    assert (ranking["period"], ranking["asAt"], ranking["totalCount"]) == (None, None, 4)
    assert [(one["district"]["slug"], one["reason"]) for one in ranking["leftOut"]] == [("e", "OTHER_STATUS")]


SUM: Final = """query ($asAt: Date) { indicator(slug: "output") {
    ranking(asAt: $asAt) { sum { value } figures { average } nodes { share } } } }"""


@pytest.mark.parametrize(
    ("given", "as_at", "message"),
    [
        (
            PLACES,
            None,
            "several days: 2025-03-01, 2024-12-31, 2023-06-30, none; add up those of one, such as observations("
            'where: {period: {during: "2025-03-01"}})',
        ),
        (
            PLACES,
            "2023-06-30",
            "several days: 2023-06-30, 2022-12-31; add up those of one, such as observations("
            'where: {period: {during: "2023-06-30"}})',
        ),
        (
            [stock(slug, seen("undated", 6, None)) for slug in "ab"],
            None,
            'unknown days; "figures" has their average',
        ),
    ],
    ids=["the latest", "up to a day", "undated"],
)
async def test_figures_of_several_days_are_not_added_up(
    database: Database, api: Api, given: Any, as_at: str | None, message: str
) -> None:
    await put_places(database, given)
    response = await api.run(SUM, asAt=as_at)
    assert [error["message"] for error in response.errors] == [f'"sum" would add figures of {message}']
    ranking = response.data["indicator"]["ranking"]  # type: ignore[index]  # the sum alone is null
    assert ranking["sum"] is None
    assert ranking["figures"]["average"] > 0
    assert {one["share"] for one in ranking["nodes"]} == {None}


async def test_figures_of_one_day_are_added_up_however_it_is_written(database: Database, api: Api) -> None:
    given = [stock("a", seen("2024", 6, "2024")), stock("b", seen("end", 2, "2024-12-31"))]
    await put_places(database, given)
    ranking = (await api.data(SUM))["indicator"]["ranking"]
    assert ranking["sum"] == {"value": "800000000"}
    assert [one["share"] for one in ranking["nodes"]] == [75.0, 25.0]


@pytest.mark.parametrize(
    ("as_at", "expected", "left_out"),
    [
        ("2024-12-31", ["b/2023", "a/2024", "d/2024"], [("c", "OTHER_PERIOD"), ("e", "OTHER_STATUS")]),
        ("2024-12-30", ["a/2023", "b/2023", "d/2024"], [("c", "OTHER_PERIOD"), ("e", "OTHER_STATUS")]),
        ("2023-06-30", ["a/2022", "b/2023"], [("c", "OTHER_PERIOD"), ("d", "OTHER_PERIOD"), ("e", "OTHER_STATUS")]),
        ("2022-12-31", ["a/2022"], [(one, "OTHER_PERIOD") for one in "bcd"] + [("e", "OTHER_STATUS")]),
        ("2000-01-01", [], [(one, "OTHER_PERIOD") for one in "abcd"] + [("e", "OTHER_STATUS")]),
    ],
)
async def test_up_to_a_day_the_latest_until_then_stands(
    database: Database, api: Api, as_at: str, expected: list[str], left_out: list[tuple[str, str]]
) -> None:
    await put_places(database, PLACES)
    ranking = await ranked(api, asAt=as_at)
    assert ids(ranking) == expected
    assert (ranking["asAt"], ranking["totalCount"], ranking["leftOutCount"]) == (as_at, len(expected), len(left_out))
    assert [(one["district"]["slug"], one["reason"]) for one in ranking["leftOut"]] == left_out
    assert not any(one["undated"] for one in ranking["nodes"])
    found, after = [], None
    for _ in expected:
        page = await ranked(api, asAt=as_at, first=1, after=after)
        found += ids(page)
        after = page["pageInfo"]["endCursor"]
    assert found == expected


async def test_a_later_figure_stands_before_a_firmer_one(database: Database, api: Api) -> None:
    later = seen("2024", 5, "2024-06-30", status="PROVISIONAL")
    await put_places(database, [stock("a", seen("2023", 9, "2023-12-31"), later)])
    for day in (None, "2024-12-31"):
        assert ids(await ranked(api, asAt=day)) == ["a/2024"]


async def test_the_argument_of_the_other_kind_is_refused_with_the_one_that_settles_it(
    database: Database, api: Api
) -> None:
    await put_places(database, PLACES)
    [error] = (await api.run(RANKING, during="2024")).errors
    expected = '"during" is for figures of periods; those of "output" are each of one time: give "asAt"'
    assert error["message"] == expected
    await put_places(database, [stock("a", seen("2024", 5, "2024"), period_type="DURATION")])
    [error] = (await api.run(RANKING, asAt="2024-12-31")).errors
    assert error["message"] == '"asAt" is for figures of one time; those of "output" are for periods: give "during"'


async def test_a_refusal_of_one_indicator_leaves_the_others(database: Database, api: Api) -> None:
    given = stock("a", seen("2024", 5, "2024"))
    given["indicators"].append({"slug": "flow", "name": text("流量"), "unit": "cny"})
    metrics = given["pillars"][0]["initiatives"][0]["metrics"]
    metrics.append({**metric_of(given), "slug": "flow", "indicator": "flow", "observations": [seen("y", 3, "2024")]})
    await put_places(database, [given])
    query = '{ indicators { nodes { slug ranking(during: "2024") { totalCount } } } }'
    response = await api.run(query)
    assert [error["message"].partition(";")[0] for error in response.errors] == ['"during" is for figures of periods']
    # The field can't be null, and nor can what it is in.
    flow = 'indicator(slug: "flow") { ranking(during: "2024") { totalCount } }'
    assert (await api.data(f"{{ {flow} }}"))["indicator"]["ranking"]["totalCount"] == 1


async def test_the_order_in_a_file_changes_nothing(database: Database, api: Api) -> None:
    await put_places(database, PLACES)
    before = ids(await ranked(api))
    turned = [stock(one["slug"], *reversed(metric_of(one)["observations"])) for one in PLACES]
    await put_places(database, turned)
    assert ids(await ranked(api)) == before


async def test_what_else_is_published_changes_no_ranking(database: Database, api: Api) -> None:
    given = [
        in_dollars(stock(slug, seen("2023", 9 - value, "2023-12-31"), seen("2024", value, "2024-06-30")))
        for slug, value in (("a", 3), ("b", 5), ("c", 3), ("d", 1))
    ]
    days = (None, "2024-12-31", "2023-12-31")
    await put_places(database, given)
    before = [await ranked(api, asAt=day) for day in days]
    more = [
        in_dollars(one, seen("2025", 99, "2024-07-31"), seen("2023", 99, "2023-01-31")) for one in given[:2]
    ] + deepcopy(given[2:])
    for one in more[1:]:
        figures = metric_of(one)["observations"]
        figures[:0] = [seen("aim", 99, "2024-08-31", status="TARGET"), seen("f", 99, "2023", status="FORECAST")]
        quantity = {"value": 99, "multiplier": 8, "unit": "cny"}
        kinds = ("SUPERSEDED", "DIFFERS")
        figures[-1]["otherReports"] = [{"kind": kind, "quantity": quantity, "citations": CITED} for kind in kinds]
    below = stock("e", seen("2024", 99, "2024-06-30"), seen("2023", 99, "2023-12-31"))
    more.append({**below, "parent": "b", "indicators": given[0]["indicators"]})
    await put_places(database, more)
    after = [await ranked(api, asAt=day) for day in days]
    for ranking in (*before, *after):
        # The part is told of.
        del ranking["leftOut"], ranking["leftOutCount"], ranking["pageInfo"]
    assert after == before


async def test_a_part_is_left_out_where_its_whole_stands(database: Database, api: Api) -> None:
    given = [*PLACES[:2], {**PLACES[3], "parent": "a"}]
    await put_places(database, given)
    ranking = await ranked(api)
    assert (ids(ranking), ranking["totalCount"]) == (["b/2023", "a/2024"], 2)
    assert [(one["district"]["slug"], one["reason"]) for one in ranking["leftOut"]] == [("d", "PART_OF_RANKED")]
    then = await ranked(api, asAt="2024-12-30")
    assert (ids(then), then["totalCount"]) == (["a/2023", "b/2023"], 2)
    assert [(one["district"]["slug"], one["reason"]) for one in then["leftOut"]] == [("d", "PART_OF_RANKED")]
    # Before the whole has a figure, the part stands.
    await put_places(database, [stock("a", seen("2025", 5, "2025-12-31")), given[1], given[2]])
    assert ids(await ranked(api, asAt="2024-12-30")) == ["b/2023", "d/2024"]
