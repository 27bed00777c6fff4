"""Figures of a list are put together under the rules of rankings, or not at all."""

from copy import deepcopy
from random import Random
from typing import Any, Final

import pytest

from loaders.mongo.driver import Database
from tests.schema.graph.test_instants import stock
from tests.schema.graph.test_ranked_parts import part
from tests.schema.graph.test_rankings import BESIDES, metric_of, place, put_places, seen, years
from tests.support.api import Api

QUERY: Final = """query ($where: ObservationFilter, $by: GroupBy!) { observations(where: $where) { aggregate {
    figures { count min max average median certain unit { code } } sum { value comparator }
    groups(by: $by) { key count reason figures { count average certain } sum { value } } } } }"""
OUTPUT: Final[dict[str, Any]] = {"indicator": {"eq": "output"}}
OF_2024: Final[dict[str, Any]] = {**OUTPUT, "period": {"during": "2024"}}


async def asked(api: Api, where: Any, by: str = "YEAR") -> Any:
    """The aggregate, and the messages of what is refused."""
    response = await api.run(QUERY, where=where, by=by)
    messages = [error["message"] for error in response.errors]
    return response.data["observations"]["aggregate"], messages  # type: ignore[index]  # its fields may be null


async def test_figures_of_one_period_are_put_together(database: Database, api: Api) -> None:
    given = [place(slug, seen("2024", value, "2024")) for slug, value in (("a", 6), ("b", 3), ("c", 1), ("d", 2))]
    metric_of(given[1])["observations"][0]["quantity"]["comparator"] = "GT"
    await put_places(database, given)
    found, messages = await asked(api, OF_2024)
    spread = {"count": 4, "min": 1e8, "max": 6e8, "average": 3e8, "median": 2.5e8, "certain": False}
    assert found == {
        "figures": {**spread, "unit": {"code": "cny"}},
        "sum": {"value": "1200000000", "comparator": "GT"},
        "groups": [
            {
                "key": "2024",
                "count": 4,
                "reason": None,
                "figures": {"count": 4, "average": 3e8, "certain": False},
                "sum": {"value": "1200000000"},
            }
        ],
    }
    assert messages == []


def in_currencies(given: dict[str, Any]) -> dict[str, Any]:
    """The same district, its indicator of amounts in two currencies."""
    given["indicators"][0]["units"] = [given["indicators"][0].pop("unit"), "usd"]
    return given


DOLLARS: Final = {"value": 1, "multiplier": 8, "unit": "usd"}
TARGET: Final = seen("aim", 9, "2024", status="TARGET")


@pytest.mark.parametrize(
    ("besides", "where", "message", "reason"),
    [
        (
            seen("half", 9, "2024-07/2024-12"),
            OUTPUT,
            'periods: 2024, 2024-07/2024-12; narrow the list to one, such as where: {period: {during: "2024"}}',
            "SEVERAL_PERIODS",
        ),
        (
            seen("dollars", 1, "2024", quantity=DOLLARS),
            OF_2024,
            'units: cny, usd; narrow the list to one, such as where: {quantity: {unit: {eq: "cny"}}}',
            "SEVERAL_UNITS",
        ),
        (
            TARGET,
            {**OF_2024, "status": {"in": ["NORMAL", "TARGET"]}},
            "statuses: NORMAL, TARGET; narrow the list to one, such as where: {status: {eq: TARGET}}",
            "SEVERAL_STATUSES",
        ),
        (
            seen("2024", 1, None),
            {},
            'indicators: output, terminals; narrow the list to one, such as where: {indicator: {eq: "output"}}',
            "SEVERAL_INDICATORS",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isupper() else "",
)
async def test_what_does_not_compare_is_refused_or_has_a_reason(
    database: Database, api: Api, besides: Any, where: Any, message: str, reason: str
) -> None:
    other = in_currencies(place("b", besides))
    one = place("a", seen("2024", 5, "2024"))
    one["indicators"] = other["indicators"]
    await put_places(database, [one, other])
    found, messages = await asked(api, where, by="PILLAR" if reason == "SEVERAL_INDICATORS" else "YEAR")
    assert messages == [f'"{field}" would compare figures of several {message}' for field in ("figures", "sum")]
    assert (found["figures"], found["sum"]) == (None, None)
    [group] = found["groups"]
    assert (group["reason"], group["figures"], group["sum"]) == (reason, None, None)


async def test_targets_are_put_together_if_the_filter_or_the_groups_name_them(database: Database, api: Api) -> None:
    await put_places(database, [place(slug, seen("2024", 5, "2024"), TARGET) for slug in "ab"])
    assert (await asked(api, OF_2024))[0]["sum"] == {"value": "1000000000", "comparator": "EQ"}
    for named in ({"status": {"eq": "TARGET"}}, {"or": [{"status": {"in": ["TARGET"]}}]}):
        assert (await asked(api, {**OF_2024, **named}))[0]["sum"] == {"value": "1800000000", "comparator": "EQ"}
    # A filter that leaves something out names nothing.
    found, _ = await asked(api, {**OF_2024, "status": {"ne": "NORMAL"}}, by="STATUS")
    assert (found["figures"], [(one["key"], one["sum"]) for one in found["groups"]]) == (
        None,
        [("TARGET", {"value": "1800000000"})],
    )


async def test_each_place_has_its_latest_figure_of_what_is_at_one_time(database: Database, api: Api) -> None:
    first = stock("a", seen("2023", 9, "2023-12-31"), seen("2024", 5, "2024-12-31"))
    await put_places(database, [first, stock("b", seen("undated", 6, None)), stock("c", seen("2022", 1, "2022-06"))])
    found, messages = await asked(api, OUTPUT, by="INDICATOR")
    # They have an average, and no sum: that would be of several days.
    several = '"sum" would add figures of several days: 2024-12-31, 2022-06-30, none; add up those of one, such as '
    assert messages == [several + 'observations(where: {period: {during: "2024-12-31"}})']
    assert found["groups"][0]["figures"] == {"count": 3, "average": 4e8, "certain": True}
    assert (found["sum"], found["groups"][0]["sum"]) == (None, None)
    metrics = await api.run(
        '{ metrics(where: {indicator: {eq: "output"}}) { aggregate { figures { average } sum { value } } } }'
    )
    assert (metrics.data or {})["metrics"]["aggregate"] == {"figures": {"average": 4e8}, "sum": None}
    of_2024 = {**OUTPUT, "period": {"during": "2024-12-31"}}
    assert (await asked(api, of_2024))[0]["sum"] == {"value": "500000000", "comparator": "EQ"}


async def test_of_unknown_periods_no_position_is_certain_and_nothing_is_added_up(
    database: Database, api: Api
) -> None:
    # A place alone is certain of its place.
    await put_places(database, [place("a", seen("undated", 6, None))])
    alone = await api.data('{ indicator(slug: "output") { ranking { sum { value } nodes { certain } } } }')
    assert alone["indicator"]["ranking"] == {"sum": {"value": "600000000"}, "nodes": [{"certain": True}]}
    await put_places(database, [place("b", seen("undated", 3, None))])
    response = await api.run(
        '{ indicator(slug: "output") { ranking { sum { value } nodes { undated certain share } } } }'
    )
    assert [one["message"] for one in response.errors] == [
        '"sum" would add figures of unknown days; "figures" has their average'
    ]
    assert (response.data or {})["indicator"]["ranking"] == {
        "sum": None,
        "nodes": [{"undated": True, "certain": False, "share": None}] * 2,
    }


async def test_percentages_have_an_average_and_no_sum(database: Database, api: Api) -> None:
    given = place("a", seen("2024", 5, "2024", quantity={"value": 5, "unit": "percent"}))
    given["indicators"][0]["unit"] = "percent"
    await put_places(database, [given])
    found, messages = await asked(api, OF_2024)
    assert messages == ['"sum" of figures in percent has no meaning; "figures" has their average']
    assert found["groups"][0] == {
        "key": "2024",
        "count": 1,
        "reason": None,
        "figures": {"count": 1, "average": 5.0, "certain": True},
        "sum": None,
    }


async def test_a_list_without_figures_has_none(database: Database, api: Api) -> None:
    await put_places(database, [place("a", seen("2024", 5, "2024"))])
    assert await asked(api, {"slug": {"eq": "nowhere"}}) == ({"figures": None, "sum": None, "groups": []}, [])


@pytest.mark.parametrize("besides", [*BESIDES, "a part", "another currency"])
async def test_what_else_is_published_changes_no_figure_that_did_not_ask_for_it(
    database: Database, api: Api, besides: str
) -> None:
    random = Random(besides)
    given = [in_currencies(one) for one in years(random)]
    wheres = [
        {**OUTPUT, "period": {"during": year}, "quantity": {"unit": {"eq": "cny"}}} for year in ("2024", "2023")
    ]
    await put_places(database, given)
    before = [await asked(api, where, by) for where in wheres for by in ("YEAR", "INDICATOR", "UNIT")]
    wide, _ = await asked(api, OUTPUT, "YEAR")
    more = deepcopy(given)
    for one in random.sample(given, 4):
        figure = random.randint(7, 99)
        if besides == "a part":
            below = part(f"below-{one['slug']}", one["slug"], seen("2024", figure, "2024"))
            more.append({**below, "indicators": one["indicators"]})
        elif besides == "another currency":
            dollars = seen("dollars", 1, "2024", quantity=DOLLARS)
            metrics = more[given.index(one)]["pillars"][0]["initiatives"][0]["metrics"]
            metrics.append({**metric_of(one), "slug": "dollars", "observations": [dollars]})
        else:
            metric_of(more[given.index(one)])["observations"].append(BESIDES[besides])
    await put_places(database, more)
    after = [await asked(api, where, by) for where in wheres for by in ("YEAR", "INDICATOR", "UNIT")]
    for found, _ in (*before, *after):
        for group in found["groups"]:
            # A part is an item of the group, though it doesn't stand in it.
            del group["count"]
    assert after == before
    # Whoever pinned less gets the same numbers, or a reason.
    known = {group["key"]: (group["figures"], group["sum"]) for group in wide["groups"]}
    for group in (await asked(api, OUTPUT, "YEAR"))[0]["groups"]:
        own = group["figures"], group["sum"]
        assert own == (None, None) if group["reason"] else own == known.get(group["key"], own)
