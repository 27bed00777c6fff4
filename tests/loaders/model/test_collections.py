"""Collections come with their validators and indexes, and are put right when they differ."""

import pytest

from loaders.errors import StoreConflict
from loaders.model.preparation import ensure_collections, schema_problems
from loaders.mongo.driver import Database
from loaders.mongo.stored_names import stored_name


async def options_of(database: Database, collection: str) -> dict[str, object]:
    listed = await database.command({"listCollections": 1, "filter": {"name": stored_name(collection)}})
    [entry] = listed["cursor"]["firstBatch"]
    return dict(entry["options"])


async def test_a_validator_that_was_weakened_is_put_right(database: Database) -> None:
    strict = await options_of(database, "districts")
    await database.command({"collMod": "districts", "validator": {}, "validationLevel": "off"})
    assert await options_of(database, "districts") != strict
    await ensure_collections(database)
    assert await options_of(database, "districts") == strict
    with pytest.raises(StoreConflict):
        await database.insert_many("districts", [{"slug": "x"}])


async def index_names(database: Database, collection: str) -> set[str]:
    listed = await database.command({"listIndexes": collection})
    return {index["name"] for index in listed["cursor"]["firstBatch"]}


async def test_a_dropped_index_is_made_again(database: Database) -> None:
    before = await index_names(database, "sources")
    await database.command({"dropIndexes": "sources", "index": "by_slug"})
    assert await index_names(database, "sources") == before - {"by_slug"}
    await ensure_collections(database)
    assert await index_names(database, "sources") == before


async def test_an_index_that_differs_is_replaced(database: Database) -> None:
    await database.command({"dropIndexes": "sources", "index": "by_slug"})
    differs = {"name": "by_slug", "key": {"slug": 1, "to": 1}}
    await database.command({"createIndexes": "sources", "indexes": [differs]})
    await ensure_collections(database)
    listed = await database.command({"listIndexes": "sources"})
    keys = {index["name"]: index["key"] for index in listed["cursor"]["firstBatch"]}
    assert keys["by_slug"] == {"slug": 1, "from": 1}


async def test_every_collection_is_there(database: Database) -> None:
    listed = await database.command({"listCollections": 1, "nameOnly": True})
    versioned = ["awards", "districts", "indicators", "initiatives", "metrics", "observations", "search", "sources"]
    others = ["revisions", "numbers", "records", "districts_history", "tallies"]
    assert sorted(entry["name"] for entry in listed["cursor"]["firstBatch"]) == sorted(
        f"{name}_2" for name in [*versioned, *others]
    )


async def test_nothing_differs_after_the_collections_are_made_and_nothing_is_done_again(database: Database) -> None:
    assert await schema_problems(database) == []
    assert await ensure_collections(database) == []


async def test_each_difference_is_named_and_mended(database: Database) -> None:
    await database.command({"collMod": "awards", "validator": {}})
    await database.command({"dropIndexes": "metrics", "index": "by_tokens"})
    await database.command({"dropIndexes": "sources", "index": "by_slug"})
    differs = {"name": "by_slug", "key": {"slug": 1, "to": 1}}
    await database.command({"createIndexes": "sources", "indexes": [differs]})
    await database.command({"drop": "search"})
    assert await schema_problems(database) == [
        "sources has another index by_slug",
        "metrics lacks the index by_tokens",
        "awards has another validator",
        "search is missing",
    ]
    assert await ensure_collections(database) == [
        "replaced the index by_slug of sources",
        "created the index by_tokens of metrics",
        "updated the validator of awards",
        "created search with its indexes",
    ]
    assert await schema_problems(database) == []


async def test_indexes_of_others_are_left_alone(database: Database) -> None:
    theirs = {"name": "theirs", "key": {"kind": 1}}
    await database.command({"createIndexes": "sources", "indexes": [theirs]})
    assert await schema_problems(database) == []
    await ensure_collections(database)
    assert "theirs" in await index_names(database, "sources")


async def test_a_database_without_collections_has_no_problems_before_its_first_load(database: Database) -> None:
    await database.command({"dropDatabase": 1})
    assert await schema_problems(database) == []
