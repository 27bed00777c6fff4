"""What changed since a revision: as a subscription would tell it, page by page, each change once."""

from typing import Any, Final

import pytest

from loaders.model.collections import REVISIONS
from loaders.mongo.driver import Database
from tests.schema.graph.test_past import tell
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


async def test_all_later_changes_are_told_in_order(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(database, api, monkeypatch)
    for since in range(9):
        page = await updates(api, since, first=100)
        assert told(page) == [one for one in CHANGES if one[0] > since]
        assert page["pageInfo"]["hasNextPage"] is False
        assert [one["paths"] for one in page["nodes"]] == [
            ["name.en"] if one["kind"] == "CHANGED" else [] for one in page["nodes"]
        ]


async def test_pages_follow_each_other_and_a_last_cursor_goes_on_later(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(database, api, monkeypatch)
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


async def test_a_cursor_is_bound_to_its_since(database: Database, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await tell(database, api, monkeypatch)
    cursor = (await updates(api, 1, first=1))["pageInfo"]["endCursor"]
    [error] = (await api.run(UPDATES, since=0, after=cursor)).errors
    assert error["message"].startswith('"after" is a cursor of another filter')


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"since": 9}, '"since" is 9, which is not published; the newest is 8'),
        ({"since": 3}, 'changes are kept after revision 4 only; read all districts, and then "since: 4"'),
        ({"since": 4, "first": 0}, '"first" is 0; 1 to 100 (page with "after")'),
    ],
)
async def test_what_can_not_be_told_is_refused(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], message: str
) -> None:
    await tell(database, api, monkeypatch)
    await database.update_one(REVISIONS, {"_id": "published"}, {"$set": {"kept": 4}})
    [error] = (await api.run(UPDATES, **arguments)).errors
    assert error["message"] == message


async def test_a_district_of_the_past_has_nothing_of_other_documents(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(database, api, monkeypatch)
    query = "{ updates(since: 7, first: 1) { nodes { district { metrics { standing { of } } } } } }"
    errors = (await api.run(query)).errors
    assert {error["path"][-1] for error in errors} == {"standing"}
