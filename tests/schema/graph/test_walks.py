"""Paging through a list by seven gives each item exactly once, while another client loads and removes districts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio

from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from tests.support.api import Api, api_of
from tests.support.data.content import load_of
from tests.support.data.generated import generated
from tests.support.thoroughness import sample
from tests.support.waiting import PATIENCE_S

DISTRICTS = 8
WALKS: dict[str, dict[str, Any]] = {
    "districts": {},
    "districts by metricCount": {"orderBy": [{"metricCount": {"direction": "DESC"}}]},
    "initiatives": {},
    "initiatives by status": {"where": {"status": {"exists": True}}, "orderBy": [{"metricCount": {}}, {"slug": {}}]},
    "metrics": {},
    "metrics by figure": {
        "where": {"quantity": {"unit": {"eq": "percent"}}},
        "orderBy": [{"quantity": {"direction": "DESC"}}],
    },
    "metrics by rank": {"orderBy": [{"rankPosition": {"nulls": "FIRST"}}]},
    "metrics by rank, nulls last": {
        "where": {"district": {"lt": "synthetic-00004"}},
        "orderBy": [{"rankPosition": {}}],
    },
    "observations": {},
    "observations by day": {"orderBy": [{"referenceDate": {"direction": "DESC", "nulls": "LAST"}}]},
    "awards": {},
    "awards by years": {"orderBy": [{"streakYears": {"direction": "DESC", "nulls": "FIRST"}}, {"periodEnd": {}}]},
}


def question(name: str, turn: str) -> str:
    type_ = name.removesuffix("s").capitalize()
    size, cursor = ("first", "after") if turn == "forward" else ("last", "before")
    return f"""query ($where: {type_}Filter, $orderBy: [{type_}Order!], $cursor: String, $size: Int) {{
        list: {name}(where: $where, orderBy: $orderBy, {size}: $size, {cursor}: $cursor) {{
            totalCount edges {{ cursor node {{ id }} }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        }}
    }}"""


@asynccontextmanager
async def loading(database: Database) -> AsyncIterator[tuple[list[int], asyncio.Event]]:
    """Publish other sets of districts, one after the other, until the block ends."""
    given = list(generated(DISTRICTS + 6))
    revisions: list[int] = []
    published = asyncio.Event()

    async def load_on() -> None:
        turn = 0
        while True:
            turn += 1
            chosen = [one for number, one in enumerate(given) if number % 3 != turn % 3]
            revisions.append((await publish(database, load_of(chosen, prune=True))).revision)
            published.set()

    task = asyncio.create_task(load_on())
    try:
        yield revisions, published
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def walk(api: Api, name: str, turn: str, arguments: dict[str, Any]) -> tuple[list[str], int]:
    seen: list[str] = []
    cursor, total = None, 0
    while True:
        page = (await api.data(question(name, turn), cursor=cursor, size=7, **arguments))["list"]
        ids = [edge["node"]["id"] for edge in page["edges"]]
        seen = seen + ids if turn == "forward" else ids + seen
        total = total or page["totalCount"]
        assert page["totalCount"] == total
        info = page["pageInfo"]
        assert info["startCursor"] == page["edges"][0]["cursor"]
        cursor = info["endCursor"] if turn == "forward" else info["startCursor"]
        if not info["hasNextPage" if turn == "forward" else "hasPreviousPage"]:
            return seen, total
        # Let the other client get on.
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("turn", ["forward", pytest.param("backward", marks=pytest.mark.slow)])
async def test_every_walk_gives_each_item_once_while_districts_come_and_go(
    database: Database, api: Api, turn: str
) -> None:
    await publish(database, load_of(list(generated(DISTRICTS))))
    expected = {
        name: (await api.data(question(name.split()[0], "forward"), size=100, **arguments))["list"]
        for name, arguments in WALKS.items()
    }
    async with loading(database) as (revisions, published):
        # Of each list one walk; a thorough run goes all.
        for name, arguments in sample(WALKS.items(), lambda one: one[0].split()[0]):
            seen, total = await walk(api, name.split()[0], turn, arguments)
            assert len(seen) == len(set(seen)) == total > 7, name
            if not revisions:
                assert total == expected[name]["totalCount"]
        await asyncio.wait_for(published.wait(), PATIENCE_S)
    assert revisions


@pytest_asyncio.fixture(scope="module")
async def eight(mongodb_uri: str) -> AsyncIterator[Api]:
    """Eight districts that stay as they are."""
    async with api_of(mongodb_uri, generated(DISTRICTS)) as api:
        yield api


ONE_OF_EACH: list[str] = sample([*WALKS], lambda name: name.split()[0])


@pytest.mark.parametrize("name", ONE_OF_EACH)
async def test_both_directions_see_the_same_order(eight: Api, name: str) -> None:
    forward, total = await walk(eight, name.split()[0], "forward", WALKS[name])
    backward, _ = await walk(eight, name.split()[0], "backward", WALKS[name])
    assert forward == backward
    assert len(set(forward)) == total


@pytest.mark.slow
async def test_what_stays_is_seen_once_even_when_the_walks_revision_is_gone(database: Database, api: Api) -> None:
    given = list(generated(DISTRICTS))
    await publish(database, load_of(given))
    seen: list[str] = []
    cursor = None
    for turn in range(1000):
        page = (await api.data(question("metrics", "forward"), cursor=cursor, size=7))["list"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        if turn % 10 == 0:
            gone = {"synthetic-00003"} if turn % 20 else {"synthetic-00006"}
            outcome = await publish(database, load_of([one for one in given if one["slug"] not in gone], prune=True))
            # As if two minutes had passed.
            await database.update_many("revisions", {"_id": "published"}, {"$set": {"floor": outcome.revision}})
    assert len(seen) == len(set(seen))
    staying = {
        metric["id"]
        for one in given
        if one["slug"] not in {"synthetic-00003", "synthetic-00006"}
        for pillar in one["pillars"]
        for initiative in pillar["initiatives"]
        for metric in initiative["metrics"]
    }
    assert staying <= set(seen)


FORWARD = {
    "indicators": "query ($after: String) { list: indicators(first: 7, after: $after) { %s } }",
    "search": 'query ($after: String) { list: search(text: "智慧", first: 7, after: $after) { %s } }',
    "ranking": """query ($after: String) { indicator(slug: "work-orders-handled") {
        list: ranking(first: 7, after: $after) { %s } } }""",
}
NODES = {"indicators": "id", "search": "kind node { id }", "ranking": "position metric { id }"}


@pytest.mark.parametrize("name", [pytest.param("indicators", marks=pytest.mark.slow), "search", "ranking"])
async def test_walks_through_other_connections_give_each_item_once(database: Database, api: Api, name: str) -> None:
    await publish(database, load_of(list(generated(DISTRICTS + 2))))
    fields = f"totalCount edges {{ cursor node {{ {NODES[name]} }} }} pageInfo {{ hasNextPage endCursor }}"
    seen: list[str] = []
    after = None
    async with loading(database):
        while True:
            data = await api.data(FORWARD[name] % fields, after=after)
            page = (data.get("indicator") or data)["list"]
            for edge in page["edges"]:
                node = edge["node"]
                seen.append((node.get("node") or node.get("metric") or node)["id"])
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
            await asyncio.sleep(0.01)
    assert len(seen) == len(set(seen)) == page["totalCount"] > 7
