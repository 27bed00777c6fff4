"""What a loader of the first edition stored, as a dump of its database (`first_edition.jsonl.gz`).

It loaded Baiyun as revision 1, two small districts (Luhe and Gaochun) as 2, and Luhe with 1.5 million terminals
in place of 1.4 million as 3. Each line is a collection's name and a document, in MongoDB's canonical Extended JSON.
"""

import gzip
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bson import json_util
from pymongo import MongoClient
from pymongo.database import Database as MongoDatabase

from loaders.mongo.stored_names import SUFFIX
from loaders.settings import StoreSettings

DUMP: Final = Path(__file__).with_name("first_edition.jsonl.gz")
LIVE: Final = 2**53 - 1
Stored = MongoDatabase[dict[str, Any]]


@contextmanager
def stored_by_first_edition(settings: StoreSettings) -> Iterator[Stored]:
    """Insert the dump beside what the database has; remove it afterwards."""
    assert settings.mongodb_uri
    with MongoClient[dict[str, Any]](settings.mongodb_uri.get_secret_value()) as client:
        stored = client[settings.mongodb_database]
        found = defaultdict[str, list[Any]](list)
        for line in gzip.decompress(DUMP.read_bytes()).splitlines():
            entry = json_util.loads(line.decode())
            found[entry["in"]].append(entry["document"])
        for name, documents in found.items():
            stored[name].insert_many(documents)
        yield stored
        for name in first_collections(stored):
            stored[name].drop()


def first_collections(stored: Stored) -> list[str]:
    """The names of the first edition's collections."""
    return sorted(name for name in stored.list_collection_names() if not name.endswith(SUFFIX))


def everything(stored: Stored) -> dict[str, list[Any]]:
    """All documents of the first edition, by collection."""
    return {name: list(stored[name].find().sort("_id", 1)) for name in first_collections(stored)}


def publish_as_first_edition(stored: Stored, revision: int, slug: str, **fields: Any) -> None:
    """Publish a revision in which one district has other fields; none for a revision that changes nothing."""
    if fields:
        old = stored["districts"].find_one({"slug": slug, "to": LIVE})
        assert old
        stored["districts"].update_one({"_id": old["_id"]}, {"$set": {"to": revision}})
        stored["districts"].insert_one({**old, **fields, "_id": f"{slug}@{revision}", "from": revision, "to": LIVE})
    pointer = stored["revisions"].find_one({"_id": "published"})
    assert pointer
    record = stored["revisions"].find_one({"_id": pointer["revision"]})
    assert record
    stamp = f"{revision:032x}"
    stored["revisions"].insert_one({**record, "_id": revision, "stamp": stamp})
    stored["revisions"].update_one(
        {"_id": "published"}, {"$set": {"revision": revision, "drawn": revision, "writer": revision, "stamp": stamp}}
    )
