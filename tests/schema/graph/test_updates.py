"""What changed since a revision: as a subscription would tell it, page by page, each change once."""

import re
from datetime import timedelta
from typing import Any, Final

import pytest

from loaders.model.collections import REVISIONS
from loaders.mongo.driver import Database
from loaders.publishing import history
from tests.schema.graph.conftest import Past, kept_from, tell
from tests.support.api import Api
from tests.support.data.content import put

UPDATES: Final = """query ($since: Revision!, $first: Int, $after: String) {
    updates(since: $since, first: $first, after: $after) {
        pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor }
        nodes { cursor revision kind slug paths district { slug name { en } } } } }"""
# As they are published by `tell`: the revision, the district, what happened, and its name from then on.
CHANGES: Final = [
    *((1, slug, "ADDED", "one") for slug in "abc"),
    *((3, "a", "CHANGED", "two"), (3, "d", "ADDED", "two")),
    *((4, "a", "CHANGED", "three"), (4, "b", "CHANGED", "three"), (4, "c", "REMOVED", None)),
    *((4, "d", "CHANGED", "three"), (7, "a", "CHANGED", "four")),
    *((8, "b", "CHANGED", "five"), (8, "e", "ADDED", "five")),
]


async def updates(api: Api, since: int, **arguments: Any) -> Any:
    return (await api.data(UPDATES, since=since, **arguments))["updates"]


def told(page: Any) -> list[tuple[int, str, str, str | None]]:
    return [
        (one["revision"], one["slug"], one["kind"], one["district"] and one["district"]["name"]["en"])
        for one in page["nodes"]
    ]


async def test_all_later_changes_are_told_in_order(past: Past) -> None:
    for since in range(9):
        page = await updates(past.api, since, first=100)
        assert told(page) == [one for one in CHANGES if one[0] > since]
        assert page["pageInfo"]["hasNextPage"] is False
        assert [one["paths"] for one in page["nodes"]] == [
            ["name.en"] if one["kind"] == "CHANGED" else [] for one in page["nodes"]
        ]


async def test_pages_follow_each_other_and_a_last_cursor_goes_on_later(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "READER_GRACE", timedelta(0))
    await tell(database, api)
    ends = [await _paged(api, first) for first in (1, 2, 3, 5)]
    await put(database, ["a"], "six")
    for end in ends:
        # The number before was drawn by the load that failed.
        assert told(await updates(api, 0, after=end)) == [(10, "a", "CHANGED", "six")]


async def _paged(api: Api, first: int) -> str:
    """Page through all changes; returns the last cursor."""
    found, after = [], None
    for number in range(20):
        page = await updates(api, 0, first=first, after=after)
        assert page["pageInfo"]["hasPreviousPage"] is (number > 0)
        assert len(page["edges"]) == len(page["nodes"])
        found += told(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == CHANGES
    return str(after)


async def _publish_nothing(database: Database, revisions: range) -> None:
    """Revisions that changed no district, as those that only remove rows without a district."""
    [record] = await database.find(REVISIONS, {"_id": revisions.start - 1})
    changes = {"added": 0, "changed": 0, "removed": 0, "unchanged": 1, "slugs": []}
    await database.insert_many(REVISIONS, [{**record, "_id": number, "changes": changes} for number in revisions])
    newest = {"revision": revisions.stop - 1, "drawn": revisions.stop - 1}
    await database.update_one(REVISIONS, {"_id": "published"}, {"$set": newest})


def _revisions_read(api: Api) -> set[int]:
    """Of which revisions the last operation has read the changes: of each, the record."""
    found = (re.findall(r"'filter': \{'_id': (\d+)\}", text) for text in api.commands.texts)
    return {int(number) for numbers in found for number in numbers}


async def test_a_page_reads_so_many_revisions_and_its_cursor_goes_on_after_them(database: Database, api: Api) -> None:
    await put(database, ["a"], "one")
    await _publish_nothing(database, range(2, 251))
    await put(database, ["a"], "two")
    pages: list[Any] = []
    after = None
    while not pages or pages[-1]["pageInfo"]["hasNextPage"]:
        pages.append(await updates(api, 1, first=5, after=after))
        after = pages[-1]["pageInfo"]["endCursor"]
        expected = [range(2, 103), range(103, 204), range(204, 252)][len(pages) - 1]
        assert _revisions_read(api) == set(expected)
    assert [told(page) for page in pages] == [[], [], [(251, "a", "CHANGED", "two")]]
    assert [page["edges"] == [] for page in pages] == [True, True, False]


async def test_a_page_that_is_full_earlier_reads_no_more_revisions(database: Database, api: Api) -> None:
    for number in range(1, 6):
        await put(database, ["a"], f"mark {number}")
    page = await updates(api, 0, first=2)
    assert [one["revision"] for one in page["nodes"]] == [1, 2]
    assert page["pageInfo"]["hasNextPage"] is True
    # One change more than the page has tells that there is a next one.
    assert _revisions_read(api) == {1, 2, 3}


async def test_a_cursor_is_bound_to_its_since(past: Past) -> None:
    cursor = (await updates(past.api, 1, first=1))["pageInfo"]["endCursor"]
    [error] = (await past.api.run(UPDATES, since=0, after=cursor)).errors
    assert error["message"].startswith('"after" is a cursor of another filter')


async def test_what_can_not_be_told_is_refused(past: Past) -> None:
    refused: list[tuple[dict[str, Any], str]] = [
        ({"since": 9}, '"since" is 9, which is not published; the newest is 8'),
        ({"since": 3}, 'changes are kept after revision 4 only; read all districts, and then "since: 4"'),
        ({"since": 4, "first": 0}, '"first" is 0; 1 to 100 (page with "after")'),
    ]
    async with kept_from(past, 4):
        for arguments, message in refused:
            [error] = (await past.api.run(UPDATES, **arguments)).errors
            assert error["message"] == message


async def test_a_district_of_the_past_has_nothing_of_other_documents(past: Past) -> None:
    query = "{ updates(since: 7, first: 1) { nodes { district { metrics { standing { of } } } } } }"
    errors = (await past.api.run(query)).errors
    assert {error["path"][-1] for error in errors} == {"standing"}
