"""A place and its ancestor are never ranked or summed together: adding parts of ranked places changes no ranking."""

from random import Random
from typing import Any, Final

import pytest

from loaders.mongo.driver import Database
from tests.schema.graph.test_rankings import place, put_places, seen, years
from tests.support.api import Api

QUERY: Final = """query ($during: String, $best: OrderDirection!) { indicator(slug: "output") {
    ranking(during: $during, best: $best) { period unit { code } totalCount sum { value } figures { count average }
        leftOutCount leftOut { district { slug } reason }
        nodes { position certain share observation { id }
            metric { id standing(best: $best) { position of percentile } } } }
    growthRanking(from: "2023", to: "2024", best: $best) {
        totalCount leftOutCount leftOut { district { slug } reason }
        nodes { position district { slug } growth { quantity { value } } } } } }"""


async def rankings(api: Api) -> list[Any]:
    return [
        (await api.data(QUERY, during=during, best=best))["indicator"]
        for during in (None, "2023", "2024")
        for best in ("DESC", "ASC")
    ]


def without(given: list[Any], parts: set[str]) -> list[Any]:
    """Rankings without what is said of parts that are left out, which must be said of each of them."""
    for indicator in given:
        for ranking in indicator.values():
            told = {one["district"]["slug"] for one in ranking["leftOut"]}
            assert parts <= told
            ranking["leftOut"] = [one for one in ranking["leftOut"] if one["district"]["slug"] not in parts]
            ranking["leftOutCount"] -= len(parts)
    return given


def part(slug: str, parent: str, *observations: dict[str, Any]) -> dict[str, Any]:
    return {**place(slug, *observations), "parent": parent}


@pytest.mark.parametrize("seed", range(4))
async def test_parts_of_ranked_places_change_no_ranking(database: Database, api: Api, seed: int) -> None:
    random = Random(seed)
    given = years(random)
    await put_places(database, given)
    before = await rankings(api)
    added: list[dict[str, Any]] = []
    for number in range(4):
        # A part of a place, or of one of its parts, with figures for days that the place has too.
        whole = random.choice([*given, *added])
        figures = whole["pillars"][0]["initiatives"][0]["metrics"][1]["observations"]
        chosen = [one for one in figures if random.random() < 0.7] or figures
        own = [seen(one["slug"], random.choice((0, 3, 99)), one["slug"]) for one in chosen]
        added.append(part(f"a-part-{number}", whole["slug"], *own))
    loads = [[one] for one in added] if seed % 2 else [added]
    for load in loads:
        await put_places(database, load)
    assert without(await rankings(api), {one["slug"] for one in added}) == before


@pytest.mark.parametrize("part_first", [False, True])
async def test_what_is_loaded_first_makes_no_difference(database: Database, api: Api, part_first: bool) -> None:
    whole, below = place("whole", seen("2024", 5, "2024")), part("below", "whole", seen("2024", 9, "2024"))
    other = place("other", seen("2024", 7, "2024"))
    # The part is published before its place has the figure, or after.
    first = [place("whole", seen("2020", 5, "2020")), below, other] if part_first else [whole, other]
    await put_places(database, first)
    await put_places(database, [whole] if part_first else [below])
    [ranking] = [one["ranking"] for one in (await rankings(api))[:1]]
    assert [one["observation"]["id"].split("/")[0] for one in ranking["nodes"]] == [
        "Observation:other",
        "Observation:whole",
    ]
    assert ranking["leftOut"] == [{"district": {"slug": "below"}, "reason": "PART_OF_RANKED"}]
    assert (ranking["totalCount"], ranking["leftOutCount"], ranking["sum"]) == (2, 1, {"value": "1200000000"})
    data = await api.data('{ node(id: "Metric:below/output") { ... on Metric { standing { position } } } }')
    assert data["node"]["standing"] is None


async def test_a_part_stands_where_its_ancestors_do_not(database: Database, api: Api) -> None:
    top = place("top", seen("2024", 5, "2024"), seen("2023", 5, "2023"))
    middle = part("middle", "top", seen("2022", 1, "2022"))
    low = part("low", "middle", seen("2024", 4, "2024"), seen("2022", 2, "2022"), seen("2021", 3, "2021"))
    await put_places(database, [top, middle, low, place("other", seen("2024", 1, "2024"), seen("2021", 1, "2021"))])

    async def ranked(year: str) -> list[str]:
        query = f'{{ indicator(slug: "output") {{ ranking(during: "{year}") {{ nodes {{ metric {{ id }} }} }} }} }}'
        nodes = (await api.data(query))["indicator"]["ranking"]["nodes"]
        return [one["metric"]["id"].removeprefix("Metric:").removesuffix("/output") for one in nodes]

    assert [await ranked(year) for year in ("2024", "2023", "2022", "2021")] == [
        ["top", "other"],
        ["top"],
        ["middle"],
        ["low", "other"],
    ]


async def test_pages_of_a_ranking_leave_the_parts_out(database: Database, api: Api) -> None:
    wholes = [place(f"p-{number}", seen("2024", number + 1, "2024")) for number in range(5)]
    parts = [part(f"q-{number}", f"p-{number}", seen("2024", number + 1, "2024")) for number in range(5)]
    await put_places(database, [*wholes, *parts])
    query = """query ($after: String) { indicator(slug: "output") { ranking(first: 2, after: $after) {
        totalCount nodes { position metric { id } } pageInfo { hasNextPage endCursor } } } }"""
    found: list[Any] = []
    after, more = None, True
    while more:
        page = (await api.data(query, after=after))["indicator"]["ranking"]
        found += [(one["position"], one["metric"]["id"]) for one in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert page["totalCount"] == 5
    assert found == [(number + 1, f"Metric:p-{4 - number}/output") for number in range(5)]
