"""A database that the tests of one worker share: it is emptied after each test, and not created again.

Creating one makes eighty files, which takes a hundred times as long as emptying it. What is done before and after
each of thousands of tests goes over one client of the worker's own, without threads and with few commands.
"""

import os
from functools import cache
from typing import Any

from pymongo import MongoClient
from pymongo.write_concern import WriteConcern

from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.settings import StoreSettings

# The shape of a database: of each collection a hash of its options and its indexes.
Shape = dict[str, int]
_pristine: dict[str, Shape] = {}


def database_name() -> str:
    """The name of this worker's database."""
    return f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}"


@cache
def settings_for(uri: str) -> StoreSettings:
    """The settings of this worker's database."""
    return StoreSettings.model_validate({"mongodb_uri": uri, "mongodb_database": database_name()})


async def prepare(database: Database, uri: str, name: str) -> None:
    """Create the collections when a worker first asks for them, or after a test that had changed their shape."""
    if name not in _pristine:
        _client(uri).drop_database(name)
        await ensure_collections(database)
        _pristine[name] = _shape(uri, name)


def empty(uri: str, name: str) -> None:
    """Delete every document; drop the database where a test has changed its shape."""
    shape = _shape(uri, name)
    if shape != _pristine.get(name):
        _client(uri).drop_database(name)
        _pristine.pop(name, None)
        return
    *others, last = shape
    # Who waits for the last to have reached the majority has waited for all.
    for collections, concern in ((others, WriteConcern(1)), ([last], WriteConcern("majority"))):
        for collection in collections:
            _client(uri)[name].get_collection(collection, write_concern=concern).delete_many({})


@cache
def _client(uri: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(uri)


def _shape(uri: str, name: str) -> Shape:
    hashed = {
        "options": {"$unsetField": {"field": "uuid", "input": "$md.options"}},
        # Not whether they have had arrays to index, which documents change.
        "indexes": "$md.indexes.spec",
    }
    listed = _client(uri).admin.aggregate(
        [
            {"$listCatalog": {}},
            {"$match": {"db": name, "type": "collection"}},
            {"$project": {"name": 1, "hash": {"$toHashedIndexKey": hashed}}},
        ]
    )
    return {one["name"]: one["hash"] for one in listed if not one["name"].startswith("system.")}
