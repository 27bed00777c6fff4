"""Every collection is divided by a key that its indexes and `_id` allow, or says why it stays whole."""

import re
from pathlib import Path

import pytest

from loaders.documents import Document
from loaders.model.collections import HISTORY
from loaders.model.sharding import SHARD_KEYS, WHOLE
from loaders.mongo.driver import Database
from loaders.mongo.stored_names import plain_name
from loaders.publishing import history
from tests.support.data.content import put
from tests.support.shard_targets import Part

PAGE = Path(__file__).parents[3] / "docs/guide/scale.md"


async def collections_of(database: Database) -> set[str]:
    listed = await database.command({"listCollections": 1, "nameOnly": True})
    return {plain_name(entry["name"]) for entry in listed["cursor"]["firstBatch"]}


async def test_every_collection_has_a_shard_key_or_stays_whole(database: Database) -> None:
    assert sorted([*SHARD_KEYS, *WHOLE]) == sorted(await collections_of(database))


@pytest.mark.parametrize("collection", SHARD_KEYS)
async def test_an_index_begins_with_the_shard_key_and_no_other_is_unique(database: Database, collection: str) -> None:
    listed = await database.command({"listIndexes": collection})
    indexes = listed["cursor"]["firstBatch"]
    key = SHARD_KEYS[collection]
    # A partial index doesn't have every document.
    whole = [index for index in indexes if "partialFilterExpression" not in index]
    assert [index for index in whole if next(iter(index["key"].items())) == (key, 1)]
    assert [index["name"] for index in indexes if index.get("unique") and next(iter(index["key"])) != key] == []


def key_told_by(collection: str, id_: str) -> str | None:
    """The shard key that an `_id` tells: the slug of its district, and None for what districts share."""
    name = id_.partition("@")[0]
    kind, _, path = name.rpartition(":")
    if collection in {"sources", "search"}:
        is_shared = "/" not in path if collection == "sources" else kind in {"Indicator", "Source"}
        return None if is_shared else path.partition("/")[0]
    return path.partition("/")[0]


async def test_an_id_tells_the_shard_key(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "READER_GRACE", history.READER_GRACE * 0)
    for mark in ("old", "new", "new"):
        await put(database, ["a", "a-b"], mark)
    for collection, key in SHARD_KEYS.items():
        documents: list[Document] = await database.find(collection, {})
        assert documents or collection in {"awards", "records"}
        assert [one[key] for one in documents if one[key] != key_told_by(collection, one["_id"])] == []
    assert await database.find(HISTORY, {"slug": "a"})


def test_the_page_divides_each_collection_by_its_key() -> None:
    page = PAGE.read_text(encoding="utf-8")
    commands = re.findall(r'^sh\.shardCollection\("yunshan\.(\w+)_2", \{(\w+): 1\}\)$', page, re.MULTILINE)
    assert dict(commands) == dict(SHARD_KEYS)
    table = dict(re.findall(r"^\| `(\w+)` \| (`\w+`|whole) \|", page, re.MULTILINE))
    assert table == {
        **{name: f"`{key}`" for name, key in SHARD_KEYS.items()},
        **dict.fromkeys(WHOLE, "whole"),
    }


@pytest.mark.parametrize(
    ("where", "is_targeted"),
    [
        ({"district": "a"}, True),
        ({"district": None}, True),
        ({"$and": [{"id": {"$gt": ""}}, {"$and": [{"district": {"$in": ["a"]}}, {"from": 1}]}]}, True),
        ({"$or": [{"district": "a"}, {"slug": "x"}]}, False),
        ({"$nor": [{"district": "a"}]}, False),
        ({"district": {"$ne": None}}, False),
        ({"district": {"$gt": ""}}, False),
        ({"slug": "a"}, False),
        ({}, False),
    ],
)
def test_a_filter_is_for_certain_shards_if_it_must_equal_the_key(where: Document, *, is_targeted: bool) -> None:
    assert Part("find", "metrics", where).is_targeted is is_targeted
