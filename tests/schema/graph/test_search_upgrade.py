"""Search entries of an older release, one an item and without a rank, are not found until a load replaces them."""

import pytest

from loaders.documents import STILL_LIVE
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from tests.support.api import Api
from tests.support.data.content import put

QUERY = (
    "query ($match: SearchMatch) { search(text: %s, match: $match) { totalCount isComplete nodes { node { id } } } }"
)
NOTHING = {"totalCount": 0, "isComplete": True, "nodes": []}
pytestmark = pytest.mark.asyncio


async def _write_as_an_older_release(database: Database) -> None:
    await database.command({"dropIndexes": "search", "index": ["by_name_tokens", "by_tokens"]})
    await database.command({"createIndexes": "search", "indexes": [{"name": "by_tokens", "key": {"tokens": 1}}]})
    updates = [
        {
            "q": {"_id": entry["_id"]},
            "u": {
                **{key: entry[key] for key in ("_id", "id", "kind", "district", "from", "to")},
                **{key: entry["items"][0][key] for key in ("name", "texts", "folded")},
                **{key: entry[key] for key in ("name_tokens", "tokens")},
            },
        }
        for entry in await database.find("search", {})
    ]
    await database.command({"update": "search", "updates": updates, "bypassDocumentValidation": True})


@pytest.mark.parametrize("text", ['"感知"', '"Sensing terminals"', '"感知终端底座"'])
async def test_a_load_replaces_search_entries_of_an_older_release(database: Database, api: Api, text: str) -> None:
    await put(database, ["a", "b"])
    found = await api.data(QUERY % text)
    assert found["search"] != NOTHING
    await _write_as_an_older_release(database)
    assert await api.data(QUERY % text) == {"search": NOTHING}
    # A loader begins with this.
    await ensure_collections(database)
    assert await api.data(QUERY % text) == {"search": NOTHING}
    await put(database, ["a", "b"], "other")
    assert await api.data(QUERY % text) == found
    assert await database.find("search", {"items": None, "district": {"$ne": None}, "to": STILL_LIVE}) == []
