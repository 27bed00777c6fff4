"""Fields that load other documents cost one command per level for any number of rows; rankings and standings."""

from pathlib import Path
from typing import Any

import pytest

from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from schema.base.cursors import Listing, fingerprint
from seeds.building.district import build
from seeds.format.model import District
from tests.support.api import Api
from tests.support.data.content import district, load_of, put

RANKING = Path("bench/queries/ranking.graphql").read_text()
SLUGS = [f"d-{number:02d}" for number in range(30)]


def figure(slug: str, value: float, period: str | None = None) -> dict[str, Any]:
    """A district whose one metric is a figure about the indicator terminals."""
    given = district(slug)
    metric = given["pillars"][0]["initiatives"][0]["metrics"][0]
    metric["quantity"] = {"value": value, "unit": "terminal"}
    if period:
        kind = "RANGE" if "/" in period else "YEAR"
        metric["period"] = {"kind": kind, "edtf": period, "label": {"zhHans": period}}
    return given


async def put_figures(database: Database, *values: int, others: int = 0) -> None:
    """Figures for 2025, and some others for 2024 before them."""
    given = [figure(f"d-{at}", value, "2024" if at < others else "2025") for at, value in enumerate(values)]
    await publish(database, load_of([build(District.model_validate(one)) for one in given]))


@pytest.mark.parametrize("first", [1, 30])
async def test_each_level_of_references_costs_one_command(database: Database, api: Api, first: int) -> None:
    await put(database, SLUGS)
    data = await api.data(
        """query ($first: Int) { metrics(first: $first) { totalCount nodes { id
            district { slug initiatives { slug } } pillar { slug } initiative { slug district { name { en } } }
            standing { position } indicator { slug districtCount metricCount } } } }""",
        first=first,
    )
    metrics = data["metrics"]["nodes"]
    assert [metric["district"]["slug"] for metric in metrics] == SLUGS[:first]
    assert {metric["initiative"]["slug"] for metric in metrics} == {"sensing"}
    assert {metric["initiative"]["district"]["name"]["en"] for metric in metrics} == {"a"}
    # The pointer, the page, and one each for district, pillar, initiative, standing, uses, and initiative.district.
    assert api.commands.names == ["find", *["aggregate"] * 7]


async def test_figures_with_their_districts_cost_two_commands(database: Database, api: Api) -> None:
    await put_figures(database, 50, 80, 20)
    metrics = (await api.data(RANKING, indicator="terminals", atMost=60))["metrics"]["nodes"]
    assert [(metric["quantity"]["normalized"], metric["district"]["slug"]) for metric in metrics] == [
        (50, "d-0"),
        (20, "d-2"),
    ]
    assert api.commands.names == ["find", "aggregate", "aggregate"]


async def test_two_references_below_nested_lists_cost_one_command_a_level(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    data = await api.data(
        """{ districts(first: 30) { edges { node { pillars { initiatives { slug
        metrics(first: 1) { initiative { slug district { ...D } } } } } } } nodes { awards { pillar { ...D } } } } }
        fragment D on Node { id ... on District { slug } }"""
    )
    initiatives = [edge["node"]["pillars"][0]["initiatives"][0] for edge in data["districts"]["edges"]]
    assert [initiative["metrics"][0]["initiative"]["district"]["slug"] for initiative in initiatives] == SLUGS
    assert api.commands.names == ["find", "aggregate", "aggregate", "aggregate"]


async def test_one_command_for_nodes_of_every_kind(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    ids = [
        id_
        for slug in SLUGS[:19]
        for id_ in (f"District:{slug}", f"Pillar:{slug}/foundations", f"Metric:{slug}/terminals")
    ]
    ids += ["Indicator:terminals", "Initiative:d-01/sensing", "Award:d-01/none"]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Pillar { metricCount metrics { id } } } }"
    nodes = (await api.data(query, ids=ids))["nodes"]
    assert [node and node["id"] for node in nodes] == [*ids[:-1], None]
    assert nodes[1] == {
        "id": "Pillar:d-00/foundations",
        "metricCount": 1,
        "metrics": [{"id": "Metric:d-00/terminals"}],
    }
    assert api.commands.names == ["find", "aggregate"]


async def test_the_same_id_in_two_places_is_never_served_with_the_fields_of_the_other(
    database: Database, api: Api
) -> None:
    await put(database, ["a"])
    data = await api.data(
        """{ metrics { nodes { one: district { slug } two: district { name { en } metricCount } } }
        awards { totalCount } }"""
    )
    assert data["metrics"]["nodes"] == [{"one": {"slug": "a"}, "two": {"name": {"en": "a"}, "metricCount": 1}}]


async def test_references_of_an_older_page_read_its_revision(database: Database, api: Api) -> None:
    await put(database, ["a", "b"], "old")
    query = """query ($after: String) { metrics(first: 1, after: $after) {
        nodes { district { slug name { en } } } pageInfo { endCursor } } }"""
    first = (await api.data(query))["metrics"]
    await put(database, ["a", "b"], "new")
    second = (await api.data(query, after=first["pageInfo"]["endCursor"]))["metrics"]
    assert second["nodes"] == [{"district": {"slug": "b", "name": {"en": "old"}}}]


async def test_a_ranking_shares_positions_and_counts_those_before(database: Database, api: Api) -> None:
    await put_figures(database, 50, 80, 80, 20, 90, 80)
    query = """query ($after: String, $first: Int!, $best: OrderDirection!) { indicator(slug: "terminals") {
        districtCount metricCount unit { code }
        ranking(first: $first, after: $after, best: $best) { totalCount pageInfo { hasNextPage endCursor }
            nodes { position metric { quantity { normalized } standing { position of percentile } } } } } }"""
    for best, expected in (
        ("DESC", [(1, 90), (2, 80), (2, 80), (2, 80), (5, 50), (6, 20)]),
        ("ASC", [(1, 20), (2, 50), (3, 80), (3, 80), (3, 80), (6, 90)]),
    ):
        walked: list[tuple[int, float]] = []
        after = None
        while True:
            found = (await api.data(query, after=after, first=2, best=best))["indicator"]
            assert (found["districtCount"], found["metricCount"], found["unit"]["code"]) == (6, 6, "terminal")
            assert found["ranking"]["totalCount"] == 6
            for ranked in found["ranking"]["nodes"]:
                walked.append((ranked["position"], ranked["metric"]["quantity"]["normalized"]))
                assert ranked["metric"]["standing"]["of"] == 6
                if best == "DESC":
                    assert ranked["metric"]["standing"]["position"] == ranked["position"]
            after = found["ranking"]["pageInfo"]["endCursor"]
            if not found["ranking"]["pageInfo"]["hasNextPage"]:
                break
        assert walked == expected


async def test_a_percentile_is_the_share_of_worse_figures(database: Database, api: Api) -> None:
    await put_figures(database, 50, 80, 80, 20, 90)
    data = await api.data(
        """{ metrics { nodes { quantity { normalized } best: standing { position of percentile }
        least: standing(best: ASC) { position percentile } } } }"""
    )
    found = {
        metric["quantity"]["normalized"]: (*metric["best"].values(), *metric["least"].values())
        for metric in data["metrics"]["nodes"]
    }
    assert found == {
        50: (4, 5, 25.0, 2, 75.0),
        80: (2, 5, 50.0, 3, 25.0),
        20: (5, 5, 0.0, 1, 100.0),
        90: (1, 5, 100.0, 5, 0.0),
    }


async def test_a_ranking_can_be_of_one_period(database: Database, api: Api) -> None:
    await put_figures(database, 50, 80, 70, 20, 60, others=2)
    query = """query ($during: String) { indicator(slug: "terminals") { ranking(during: $during) {
        period unit { code } totalCount leftOutCount leftOut { reason district { slug } }
        nodes { position observation { quantity { value } metric { slug } } metric { id } } } } }"""
    of_2024 = (await api.data(query, during="2024"))["indicator"]["ranking"]
    assert of_2024["nodes"] == [
        {
            "position": position,
            "observation": {"quantity": {"value": value}, "metric": {"slug": "terminals"}},
            "metric": {"id": f"Metric:{slug}/terminals"},
        }
        for position, value, slug in ((1, "80", "d-1"), (2, "50", "d-0"))
    ]
    assert (of_2024["period"], of_2024["totalCount"], of_2024["leftOutCount"]) == ("2024", 2, 3)
    of_most = (await api.data(query))["indicator"]["ranking"]
    assert (of_most["period"], of_most["unit"]["code"]) == ("2025", "terminal")
    assert [one["metric"]["id"][7:10] for one in of_most["nodes"]] == ["d-2", "d-4", "d-3"]
    assert of_most["leftOut"] == [{"reason": "OTHER_PERIOD", "district": {"slug": slug}} for slug in ("d-0", "d-1")]


DURING = """query ($during: String, $first: Int! = 9, $after: String) { indicator(slug: "terminals") {
    ranking(during: $during, first: $first, after: $after) { nodes { metric { id } } pageInfo { endCursor } } } }"""
SPELLED = {
    "a": "2025",
    "b": "2025-01/2025-12",
    "c": "2025-33/2025-36",
    "d": "2025-40/2025-41",
    "e": "2025-01/2025-11",
    "f": "2025/..",
    "g": "2025/",
    "h": "../2025",
    "i": None,
}


async def put_spelled(database: Database) -> None:
    given = [figure(slug, ord(slug), edtf) for slug, edtf in SPELLED.items()]
    await publish(database, load_of([build(District.model_validate(one)) for one in given]))


async def ranked(api: Api, **variables: Any) -> tuple[str, str]:
    """The districts of a page of the ranking, one letter each, and the page's cursor."""
    page = (await api.data(DURING, **variables))["indicator"]["ranking"]
    return "".join(node["metric"]["id"][len("Metric:")] for node in page["nodes"]), page["pageInfo"]["endCursor"]


RANKED_BY_DAYS: dict[str | None, str] = {
    **dict.fromkeys(("2025", "2025-01/2025-12", "2025-33/2025-36", "2025-40/2025-41"), "dcba"),
    "2025-01-01/2025-12-31": "dcba",
    "2025-01/2025-11": "e",
    "2025-01-01/2025-11-30": "e",
    "2025/..": "f",
    "2025-01/..": "f",
    "2025/": "g",
    "../2025": "h",
    "/2025": "",
    "2025-01": "",
    None: "dcba",
}


async def test_a_ranking_compares_periods_by_their_days(database: Database, api: Api) -> None:
    await put_spelled(database)
    for during, found in RANKED_BY_DAYS.items():
        assert (await ranked(api, during=during))[0] == found, during


async def test_a_rankings_cursor_belongs_to_the_days_and_not_to_their_spelling(database: Database, api: Api) -> None:
    await put_spelled(database)
    found, after = await ranked(api, during="2025", first=2)
    assert found == "dc"
    assert (await ranked(api, during="2025-33/2025-36", after=after))[0] == "ba"
    for other in ("2024", "2025-01/2025-11", "2025/..", None):
        code, message = await api.error(DURING, during=other, after=after)
        assert (code, message.split(";")[0]) == ("BAD_USER_INPUT", '"after" is a cursor of another filter')


REFUSED = [
    ("2025-Q3", "'2025-Q3' is written 2025-35 in EDTF"),
    ("2025Q3", "'2025Q3' is written 2025-35 in EDTF"),
    ("2025-H1", "'2025-H1' is written 2025-40 in EDTF"),
    ("2025年", "'2025年' is written 2025 in EDTF"),
    ("2025-13", "'2025-13' has no month 13; write 01 to 12, 33 to 36 for a quarter, 40 or 41 for a half"),
    ("2025-02-30", "'2025-02-30' is not a calendar day: day is out of range for month"),
    ("2025-06/2025-01", "the interval ends (2025-01) before it starts (2025-06); write 2025-01/2025-06"),
    ("../..", "an interval needs a start or an end; leave it out when neither is known"),
    *(
        (
            text,
            f"'{text}' is not an EDTF date; write a year (2025), a month (2025-06), a day (2025-06-30), "
            "a quarter (2025-33 to 2025-36), a half (2025-40, 2025-41) or an interval (2025-01/2025-09)",
        )
        for text in ("", "abc")
    ),
]


async def test_an_invalid_period_is_refused_with_valid_examples(database: Database, api: Api) -> None:
    await put_spelled(database)
    for during, reason in REFUSED:
        assert await api.error(DURING, during=during) == ("BAD_USER_INPUT", f'"during" is no period: {reason}')
        for query in (
            "query ($during: String!) { metrics(where: {period: {during: $during}}) { totalCount } }",
            "query ($during: String!) { awards(where: {not: {period: {during: $during}}}) { totalCount } }",
        ):
            code, message = await api.error(query, during=during)
            argument, _, told = message.partition(" is no period: ")
            assert (code, told) == ("BAD_USER_INPUT", reason)
            assert argument in {'"where.period.during"', '"where.not.period.during"'}


async def test_rankings_of_many_indicators_cost_one_command(database: Database, api: Api) -> None:
    given = district("a")
    metrics = given["pillars"][0]["initiatives"][0]["metrics"]
    given["pillars"][0]["initiatives"][0]["metrics"] = [
        {**metrics[0], "slug": f"m-{number:02d}"} for number in range(40)
    ]
    await publish(database, load_of([build(District.model_validate(given))]))
    data = await api.data(
        "{ indicators(first: 100) { totalCount nodes { slug ranking(first: 1) { totalCount nodes { position } } } } }"
    )
    assert [one["slug"] for one in data["indicators"]["nodes"]] == [f"m-{number:02d}" for number in range(40)]
    assert {one["ranking"]["totalCount"] for one in data["indicators"]["nodes"]} == {1}
    # The pointer, the indicators, the lists of all of them, and their pages.
    assert api.commands.names == ["find", *["aggregate"] * 3]
    data = await api.data("{ indicators(first: 2) { nodes { ranking(first: 1) { nodes { position } } } } }")
    assert data == {"indicators": {"nodes": [{"ranking": {"nodes": [{"position": 1}]}}] * 2}}


async def test_an_indicator_follows_the_metrics_of_each_revision(database: Database, api: Api) -> None:
    query = "{ indicators { totalCount nodes { slug districtCount metricCount } } }"
    await put(database, ["a", "b"])
    await put(database, ["a"], prune=True)
    one = {"slug": "terminals", "districtCount": 1, "metricCount": 1}
    assert (await api.data(query))["indicators"] == {"totalCount": 1, "nodes": [one]}
    await put(database, [], prune=True)
    assert (await api.data(query))["indicators"] == {"totalCount": 0, "nodes": []}
    assert await api.data('{ indicator(slug: "terminals") { slug } }') == {"indicator": None}


async def test_pages_of_a_ranking_stay_with_its_revision(database: Database, api: Api) -> None:
    query = """query ($after: String) { indicator(slug: "terminals") { ranking(first: 1, after: $after) {
        totalCount nodes { position metric { id district { name { en } } } } pageInfo { endCursor } } } }"""
    await put_figures(database, 10, 20, 30)
    after = (await api.data(query))["indicator"]["ranking"]["pageInfo"]["endCursor"]
    # What was third is first now, and what was second is gone.
    await publish(
        database,
        load_of([build(District.model_validate(figure(f"d-{at}", 90 - at, "2025"))) for at in (0, 2)], prune=True),
    )
    page = (await api.data(query, after=after))["indicator"]["ranking"]
    assert page["totalCount"] == 3
    assert page["nodes"] == [
        {"position": 2, "metric": {"id": "Metric:d-1/terminals", "district": {"name": {"en": "a"}}}}
    ]


@pytest.mark.parametrize(
    "keys", [[30.0, "Metric:d-2/terminals", "1", 1], ["30", "x", 1, 1], [30.0, "x", 1], [True, "x", 1, 1]]
)
async def test_a_rankings_cursor_that_was_changed_is_refused(database: Database, api: Api, keys: list[Any]) -> None:
    await put_figures(database, 10, 20, 30)
    after = Listing("ranking:terminals", "", fingerprint([None, None, None, [], None])).cursor(1, keys)
    code, message = await api.error(
        """query ($after: String) { indicator(slug: "terminals") { ranking(after: $after) { totalCount } } }""",
        after=after,
    )
    assert (code, message.split(";")[0]) == ("BAD_USER_INPUT", '"after" is no cursor')
