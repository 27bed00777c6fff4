"""Versions that an older release wrote in a form that is refused today are ended and retired like any other."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pymongo import MongoClient

from loaders.documents import STILL_LIVE, Document
from loaders.errors import StoreConflict
from loaders.mongo.codec import CODEC
from loaders.mongo.driver import Database
from loaders.mongo.stored_names import stored_name
from loaders.publishing import history
from loaders.settings import StoreSettings
from tests.support.data.content import put


def older_district(document: Document) -> None:
    """A field of today is missing, one that is gone is there, and a closed set had another value."""
    del document["total_award_count"]
    document["mayor"] = "x"
    document["pillars"][0]["initiatives"][0]["status"] = "STARTED"


def older_metric(document: Document) -> None:
    document["status"] = "DRAFT"


def older_source(document: Document) -> None:
    del document["kind"]


OLDER: dict[str, Callable[[Document], None]] = {
    "districts": older_district,
    "metrics": older_metric,
    "sources": older_source,
}


async def write_as_older(database: Database, settings: StoreSettings, collection: str) -> list[Document]:
    """Put the documents of a collection in their older form, past the validator; returns them."""
    documents = await database.find(collection, {})
    await database.delete_many(collection, {})
    for document in documents:
        OLDER[collection](document)
        with pytest.raises(StoreConflict):
            await database.insert_many(collection, [document])
    assert settings.mongodb_uri
    with MongoClient[Document](settings.mongodb_uri.get_secret_value()) as client:
        past = client[settings.mongodb_database].get_collection(stored_name(collection), codec_options=CODEC)
        past.insert_many(documents, bypass_document_validation=True)
    return documents


@pytest.mark.parametrize("removed", [False, True], ids=["changed", "removed"])
async def test_an_older_district_is_changed_or_removed_and_retired(
    database: Database, settings: StoreSettings, monkeypatch: pytest.MonkeyPatch, *, removed: bool
) -> None:
    await put(database, ["a"])
    [district] = await write_as_older(database, settings, "districts")
    rows = {name: await write_as_older(database, settings, name) for name in ("metrics", "sources")}
    assert all(rows.values())

    await put(database, ["b"] if removed else ["a"], "new", prune=removed)
    for name, older in rows.items():
        ended = await database.find(name, {"from": 1})
        assert ended == [{**document, "to": 2} for document in older]

    monkeypatch.setattr(history, "READER_GRACE", timedelta(0))
    await put(database, ["b"] if removed else ["a"], "newer")
    assert await database.find("districts_history", {"from": 1}) == [{**district, "to": 2}]
    for name in OLDER:
        assert await database.find(name, {"from": 1}) == []


async def test_new_versions_are_validated_all_the_same(database: Database) -> None:
    await put(database, ["a"])
    [district] = await database.find("districts", {})
    with pytest.raises(StoreConflict):
        await database.update_many("districts", {}, {"$set": {"mayor": "x"}})
    with pytest.raises(StoreConflict):
        await database.insert_many("districts", [{**district, "_id": "a@2", "from": 2, "mayor": "x"}])


async def test_the_history_takes_only_what_has_a_slug_and_a_version(database: Database) -> None:
    await database.insert_many("districts_history", [{"_id": "a@1", "slug": "a", "from": 1, "to": 2}])
    for wrong in ({"slug": "a", "from": 1}, {"slug": "a", "from": "1", "to": STILL_LIVE}, {"from": 1, "to": 2}):
        with pytest.raises(StoreConflict):
            await database.insert_many("districts_history", [{"_id": "b@1", **wrong}])
