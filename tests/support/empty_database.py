"""A database that the tests of one worker share: it is emptied after each test, and not created again.

Creating one makes eighty files, which takes a hundred times as long as emptying it.
"""

import os
from typing import Any

from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.mongo.stored_names import plain_name
from loaders.settings import StoreSettings

# The shape of a database: its collections with their options, and their indexes.
Shape = dict[str, Any]
_pristine: dict[str, Shape] = {}


def database_name() -> str:
    """The name of this worker's database."""
    return f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}"


def settings_for(uri: str) -> StoreSettings:
    """The settings of this worker's database."""
    return StoreSettings.model_validate({"mongodb_uri": uri, "mongodb_database": database_name()})


async def prepare(database: Database, name: str) -> None:
    """Create the collections when a worker first asks for them, or after a test that had changed their shape."""
    if name not in _pristine:
        await database.command({"dropDatabase": 1})
        await ensure_collections(database)
        _pristine[name] = await _shape(database)


async def empty(database: Database, name: str) -> None:
    """Delete every document; forget the database where a test has changed its shape."""
    shape = await _shape(database)
    if shape != _pristine.get(name):
        await database.command({"dropDatabase": 1})
        _pristine.pop(name, None)
        return
    for collection in shape:
        await database.command({"delete": collection, "deletes": [{"q": {}, "limit": 0}]})


async def _shape(database: Database) -> Shape:
    listed = await database.command({"listCollections": 1, "cursor": {"batchSize": 1000}})
    shape: Shape = {}
    for collection in listed["cursor"]["firstBatch"]:
        plain = plain_name(collection["name"])
        if collection["type"] == "collection" and not collection["name"].startswith("system."):
            indexes = await database.command({"listIndexes": plain, "cursor": {"batchSize": 1000}})
            described = sorted(indexes["cursor"]["firstBatch"], key=lambda index: str(index["name"]))
            shape[plain] = (collection["options"], described)
    return shape
