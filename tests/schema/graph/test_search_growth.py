"""What a page of a search reads doesn't grow with the data, and is the start of what all pages give.

The larger database has the search entries of the smaller one ten times, with districts of other names.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from loaders.documents import Document
from loaders.mongo.driver import Database
from loaders.store.store import Store
from schema.base.context import Context
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.runner import run
from schema.planning.search_plan import MAX_COUNT, MAX_EXAMINED
from tests.support.data.generated import generated_database
from tests.support.limits import FREE

SMALL = 100
TIMES = 10
# Beyond the results themselves, MongoDB reads batches of entries that double, and an index ends with a key more.
SLACK = 300
QUERY = """
query ($text: String!, $match: SearchMatch, $kinds: [SearchKind!], $first: Int, $after: String) {
  search(text: $text, match: $match, kinds: $kinds, first: $first, after: $after) {
    %s isComplete pageInfo { hasNextPage endCursor } nodes { kind }
  }
}
"""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="module")]


class Measured:
    """One database, whose profiler tells what each search reads."""

    def __init__(self, database: Database) -> None:
        self.database, self.store, self.operations = database, Store(database), Operations(FREE)

    async def search(self, text: str, selected: str = "", **variables: Any) -> dict[str, Any]:
        response = await run(
            self.operations, Request(QUERY % selected, {"text": text, **variables}), Context(self.store)
        )
        assert not response.errors
        assert response.data is not None
        found: dict[str, Any] = response.data["search"]
        return found

    async def examined(self, text: str, selected: str = "", **variables: Any) -> tuple[int, int]:
        """The index keys and documents that a search reads."""
        await self.database.command({"profile": 2, "filter": {"ns": {"$regex": "[.]search_2$"}}})
        try:
            await self.search(text, selected, **variables)
        finally:
            await self.database.command({"profile": 0})
        found = await self.database.find("system.profile", {})
        await self.database.command({"drop": "system.profile"})
        assert found
        return sum(one["keysExamined"] for one in found), sum(one["docsExamined"] for one in found)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def small(mongodb_uri: str) -> AsyncIterator[Measured]:
    async with generated_database(mongodb_uri, SMALL) as database:
        yield Measured(database)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def large(mongodb_uri: str) -> AsyncIterator[Measured]:
    async with generated_database(mongodb_uri, SMALL) as database:
        entries = await database.find("search", {"district": {"$ne": None}})
        for number in range(1, TIMES):
            await database.insert_many("search", [_copy(entry, number) for entry in entries])
        yield Measured(database)


def _copy(entry: Document, number: int) -> Document:
    """The same entry of another district."""
    slug = f"{entry['district']}-{number}"
    changed = {key: entry[key].replace(entry["district"], slug) for key in ("_id", "id", "rank")}
    items = [{**item, "id": item["id"].replace(entry["district"], slug)} for item in entry["items"]]
    return {**entry, **changed, "district": slug, "items": items}


# A common word, a rare one, several that meet, several that never do, single characters, a long run.
TEXTS = {
    "hotline": 1,
    "热线": 1,
    "00042": 1,
    "蝉": 1,
    "热": 1,
    "智慧热线": 3,
    "smart hotline 12345": 3,
    "12345 工单": 2,
    "hotline revenue": 2,
    "数字经济政务服务智慧城市大脑": 13,
}


@pytest.mark.parametrize("match", ["ANY", "ALL"])
@pytest.mark.parametrize(("text", "tokens"), TEXTS.items())
async def test_a_page_of_ten_times_as_many_districts_reads_no_more_than_a_fixed_number_of_entries(
    small: Measured, large: Measured, text: str, tokens: int, match: str
) -> None:
    few, many = [await one.examined(text, match=match) for one in (small, large)]
    counted = 2 * MAX_COUNT * tokens if tokens > 1 else 0
    assert many[1] <= MAX_EXAMINED + SLACK
    # The index alone tells whether entries are left that were not examined.
    assert many[0] <= counted + 2 * MAX_EXAMINED + SLACK
    if tokens == 1:
        assert many[0] <= few[0] + SLACK
        assert many[1] <= few[1] + SLACK


async def test_a_page_of_one_word_reads_little_more_than_its_results(large: Measured) -> None:
    for text in ("hotline", "热线", "热"):
        keys, documents = await large.examined(text, first=20)
        assert documents <= 60, text
        assert keys <= 60, text


async def test_a_kind_without_the_word_is_answered_by_the_index(large: Measured) -> None:
    assert await large.search("hotline", kinds=["AWARD"]) == {
        "isComplete": True,
        "pageInfo": {"hasNextPage": False, "endCursor": None},
        "nodes": [],
    }
    keys, documents = await large.examined("hotline", kinds=["AWARD"])
    assert keys <= 10
    assert documents <= 2


async def test_the_last_page_costs_what_the_first_does(large: Measured) -> None:
    after, last = None, None
    while True:
        page = await large.search("hotline", first=100, after=after)
        if not page["pageInfo"]["hasNextPage"]:
            break
        last, after = after, page["pageInfo"]["endCursor"]
    assert last is not None
    first, end = [await large.examined("hotline", first=100, after=cursor) for cursor in (None, last)]
    assert end[0] <= first[0] + SLACK
    assert end[1] <= first[1] + SLACK


async def test_words_that_never_meet_are_told_apart_from_words_that_may_meet_beyond_what_is_read(
    small: Measured, large: Measured
) -> None:
    nothing = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}
    assert await small.search("hotline revenue", match="ALL") == {"isComplete": True, **nothing}
    assert await large.search("hotline revenue", match="ALL") == {"isComplete": False, **nothing}
    # The rarer word bounds the search, however common the other one is.
    assert await large.search("hotline 蝉", match="ALL") == {"isComplete": True, **nothing}


async def test_results_are_counted_up_to_a_thousand(large: Measured) -> None:
    counted = await large.search("smart", "totalCount")
    assert (counted["totalCount"], counted["isComplete"]) == (1_000, True)
    keys, documents = await large.examined("smart", "totalCount")
    assert keys <= 1_000 + SLACK
    assert documents <= 1_000 + SLACK
