"""A ranking compares like with like: what else is published changes no ranking that does not ask for it."""

from copy import deepcopy
from random import Random
from typing import Any, Final

import pytest

from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.values.edtf import parse_edtf
from seeds.building.district import build
from seeds.format.model import District
from tests.support.api import Api
from tests.support.data.content import district, load_of, text

CITED: Final = [{"source": "notice", "locator": "L1"}]
QUERY: Final = """query ($during: String, $best: OrderDirection! = DESC) { indicator(slug: "output") {
    ranking(during: $during, best: $best, first: 100) { period unit { code } totalCount
        nodes { position observation { id quantity { value } } metric { id standing { position of } } } } } }"""


def seen(slug: str, value: int, edtf: str | None, **fields: Any) -> dict[str, Any]:
    """One figure."""
    found = {"slug": slug, "quantity": {"value": value, "multiplier": 8, "unit": "cny"}, "citations": CITED}
    if edtf:
        found["period"] = {"kind": parse_edtf(edtf).kind, "edtf": edtf, "label": text(edtf)}
    return found | fields


def place(slug: str, *observations: dict[str, Any]) -> dict[str, Any]:
    """A district with one metric about the indicator."""
    given = district(slug, indicators=[{"slug": "output", "name": text("产值", "Output"), "unit": "cny"}])
    initiative = given["pillars"][0]["initiatives"][0]
    metric = {"slug": "output", "name": text("产值"), "indicator": "output", "observations": list(observations)}
    initiative["metrics"] = [*initiative["metrics"], metric]
    return given


async def put_places(database: Database, given: list[dict[str, Any]]) -> None:
    await publish(database, load_of([build(District.model_validate(one)) for one in given]))


def years(random: Random) -> list[dict[str, Any]]:
    """Nine districts, all with figures of 2024, some with figures of 2023 too."""
    found = []
    for number in range(9):
        figures = [seen("2024", random.randint(1, 6), "2024")]
        if random.random() < 0.5:
            figures.insert(random.randint(0, 1), seen("2023", random.randint(1, 9), "2023"))
        found.append(place(f"p-{number}", *figures))
    return found


def metric_of(given: dict[str, Any]) -> dict[str, Any]:
    metric: dict[str, Any] = given["pillars"][0]["initiatives"][0]["metrics"][1]
    return metric


def in_dollars(given: dict[str, Any], *figures: dict[str, Any]) -> dict[str, Any]:
    """A district that may publish figures in dollars, and does so of a metric that comes last by slug."""
    more = deepcopy(given)
    more["indicators"][0]["units"] = ["cny", "usd"]
    more["indicators"][0].pop("unit", None)
    observations = [{**one, "quantity": {**one["quantity"], "unit": "usd"}} for one in figures]
    metric = {**metric_of(more), "slug": "usd", "observations": observations}
    if observations:
        more["pillars"][0]["initiatives"][0]["metrics"].append(metric)
    return more


# What may be published besides: each is for other days, or no result.
BESIDES: Final = {
    "a forecast": seen("2025-forecast", 99, "2025", status="FORECAST"),
    "a forecast of the same days": seen("2024-forecast", 99, "2024", status="FORECAST"),
    "a target": seen("2030-target", 999, "2030", status="TARGET"),
    "a shorter period": seen("2024-q1-q3", 99, "2024-01/2024-09"),
    "a later part": seen("2025-h1", 99, "2025-01/2025-06"),
    "a longer period": seen("five-years", 99, "2020/2024"),
    "a figure without a date": seen("undated", 99, None),
}


@pytest.mark.parametrize("besides", BESIDES)
async def test_what_else_is_published_changes_no_ranking(database: Database, api: Api, besides: str) -> None:
    random = Random(besides)
    given = years(random)
    await put_places(database, given)
    before = {during: await api.data(QUERY, during=during) for during in (None, "2024", "2023")}
    assert before[None] == before["2024"]
    more = deepcopy(given)
    for one in random.sample(more, 4):
        observations = metric_of(one)["observations"]
        observations.insert(random.randint(0, len(observations)), BESIDES[besides])
    await put_places(database, more)
    for during, expected in before.items():
        found = await api.data(QUERY, during=during)
        # The latest figure of a district may be another one now; the standing is that figure's.
        for answer in (found, expected):
            for node in answer["indicator"]["ranking"]["nodes"]:
                node["metric"].pop("standing", None)
        assert found == expected


async def test_many_figures_of_few_places_in_another_currency_change_no_ranking(database: Database, api: Api) -> None:
    given = [in_dollars(one) for one in years(Random(1))]
    await put_places(database, given)
    before = {during: await api.data(QUERY, during=during) for during in (None, "2024", "2023")}
    many = [seen(f"m-{month}", 9, f"2024-{month:02}") for month in range(1, 13)]
    many += [seen(f"y-{year}", 9, str(year)) for year in (2024, 2022, 2021)]
    await put_places(database, [in_dollars(one, *many) for one in given[:3]] + given[3:])
    for during, expected in before.items():
        assert await api.data(QUERY, during=during) == expected
    months = (await api.data(QUERY, during="2024-05"))["indicator"]["ranking"]
    assert (months["unit"], months["totalCount"]) == ({"code": "usd"}, 3)


async def test_sources_that_disagree_take_one_place(database: Database, api: Api) -> None:
    report = {"kind": "DIFFERS", "quantity": {"value": 9, "multiplier": 8, "unit": "cny"}, "citations": CITED}
    await put_places(
        database, [place("a", seen("2024", 5, "2024", otherReports=[report])), place("b", seen("x", 7, "2024"))]
    )
    ranking = (await api.data(QUERY))["indicator"]["ranking"]
    assert [(one["position"], one["observation"]["quantity"]["value"]) for one in ranking["nodes"]] == [
        (1, "7"),
        (2, "5"),
    ]


async def test_what_other_sources_say_changes_no_ranking_and_no_growth(database: Database, api: Api) -> None:
    given = years(Random(3))
    growth = """{ indicator(slug: "output") { growthRanking(from: "2023", to: "2024") {
        nodes { position district { slug } growth { quantity { value } } } } } }"""
    await put_places(database, given)
    before = [await api.data(growth), *[await api.data(QUERY, during=during) for during in (None, "2023")]]
    quantity = {"value": 99, "multiplier": 8, "unit": "cny", "comparator": "GT"}
    for one, kind in zip(given, ("DIFFERS", "SUPERSEDED") * 5, strict=False):
        for observation in metric_of(one)["observations"]:
            observation["otherReports"] = [{"kind": kind, "quantity": quantity, "citations": CITED}]
    await put_places(database, given)
    assert [
        await api.data(growth),
        *[await api.data(QUERY, during=during) for during in (None, "2023")],
    ] == before


async def test_of_two_metrics_of_a_district_the_firmer_one_stands_for_it(database: Database, api: Api) -> None:
    both = place("a", seen("2024", 5, "2024", status="PROVISIONAL"))
    initiative = both["pillars"][0]["initiatives"][0]
    initiative["metrics"].append({**metric_of(both), "slug": "again", "observations": [seen("2024", 4, "2024")]})
    await put_places(database, [both, place("b", seen("2024", 3, "2024"))])
    ranking = (await api.data(QUERY))["indicator"]["ranking"]
    assert [one["observation"]["id"] for one in ranking["nodes"]] == [
        "Observation:a/again/2024",
        "Observation:b/output/2024",
    ]
    standings = await api.data(
        '{ nodes(ids: ["Metric:a/output", "Metric:a/again"]) { ... on Metric { standing { position of } } } }'
    )
    assert standings["nodes"] == [{"standing": None}, {"standing": {"position": 1, "of": 2}}]


async def test_of_periods_that_equally_many_have_the_last_and_then_the_longest_is_taken(
    database: Database, api: Api
) -> None:
    figures = [seen("2023", 1, "2023"), seen("2024", 2, "2024"), seen("2024-h2", 3, "2024-07/2024-12")]
    await put_places(database, [place("a", *figures), place("b", *figures)])
    assert (await api.data(QUERY))["indicator"]["ranking"]["period"] == "2024"
    await put_places(database, [place("c", figures[2]), place("d", figures[0])])
    # 2023 and the second half of 2024 have three districts each.
    assert (await api.data(QUERY))["indicator"]["ranking"]["period"] == "2024-07/2024-12"


WHOLE: Final = """{ indicator(slug: "output") { ranking {
    sum { formatted(lang: ["en"]) value } figures { count median unit { code } }
    nodes { certain share observation { metric { slug } district { slug } } } } } }"""


async def test_a_ranking_says_its_sum_and_which_positions_are_certain(database: Database, api: Api) -> None:
    given = [place(slug, seen("2024", value, "2024")) for slug, value in (("a", 60), ("b", 30), ("c", 10), ("d", 50))]
    given.append(place("e", seen("2024-h1", 99, "2024-01/2024-06")))
    await put_places(database, given)
    ranking = (await api.data(WHOLE))["indicator"]["ranking"]
    assert ranking["sum"] == {"formatted": "CNY 15,000,000,000", "value": "15000000000"}
    assert ranking["figures"] == {"count": 4, "median": 40e8, "unit": {"code": "cny"}}
    assert [(one["certain"], one["share"]) for one in ranking["nodes"]] == [
        (True, 40.0),
        (True, pytest.approx(100 / 3)),
        (True, 20.0),
        (True, pytest.approx(20 / 3)),
    ]
    # One of them may be more than any other.
    metric_of(given[1])["observations"][0]["quantity"]["comparator"] = "GT"
    await put_places(database, given)
    ranking = (await api.data(WHOLE))["indicator"]["ranking"]
    assert ranking["sum"]["formatted"] == "over CNY 15,000,000,000"
    assert [(one["certain"], one["share"]) for one in ranking["nodes"]] == [
        (False, None),
        (False, None),
        (False, None),
        (True, None),
    ]


async def test_shares_of_percentages_are_not_added_up(database: Database, api: Api) -> None:
    given = place("a", seen("2024", 5, "2024", quantity={"value": 5, "unit": "percent"}))
    given["indicators"][0]["unit"] = "percent"
    await put_places(database, [given])
    response = await api.run(WHOLE)
    [error] = response.errors
    assert error["message"] == '"sum" of figures in percent has no meaning; "figures" has their average'
    ranking = response.data["indicator"]["ranking"]  # type: ignore[index]  # the sum alone is null
    assert (ranking["sum"], ranking["nodes"][0]["share"], ranking["nodes"][0]["certain"]) == (None, None, True)
