"""Compare the collections of a database with those that this release needs; create or update them."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from loaders.documents import Document
from loaders.errors import StoreFailure
from loaders.model.collections import (
    BY_DISTRICT,
    BY_SLUG,
    ENDED_INDEX,
    HISTORY,
    LIVE_INDEX,
    NUMBERS,
    RECORDS,
    REVISIONS,
    VERSIONED_COLLECTIONS,
)
from loaders.model.revisions import LeaseDocument, Note, Numbers, Pointer, Revision, SeedRecord
from loaders.model.validators import json_schema_for
from loaders.mongo.driver import Database
from loaders.mongo.stored_names import stored_name

# What a load reads and writes by.
_LOADING: Final = frozenset({"by_id", BY_SLUG, BY_DISTRICT, "by_indicator", ENDED_INDEX, LIVE_INDEX})
NAMESPACE_EXISTS: Final = 48


async def schema_problems(database: Database) -> list[str]:
    """What differs from the collections and indexes that this release needs, one line each; reads only.

    Empty for a database that has none of the collections: the first load creates them.
    """
    existing = await _existing_options(database)
    if not any(needed.name in existing for needed in _needed()):
        return []
    problems = []
    for needed in _needed():
        if needed.name not in existing:
            problems.append(f"{needed.name} is missing")
            continue
        if _differs(needed, existing[needed.name]):
            problems.append(f"{needed.name} has another validator")
        indexes = await _existing_indexes(database, needed.name)
        for index in needed.indexes:
            if index["name"] not in indexes:
                problems.append(f"{needed.name} lacks the index {index['name']}")
            elif _description(indexes[index["name"]]) != _description(index):
                problems.append(f"{needed.name} has another index {index['name']}")
    return problems


async def ensure_collections(database: Database, *, for_readers: bool = True) -> list[str]:
    """Create what is missing and update what differs; returns what it did, one line each.

    for_readers: False to leave out the indexes that only readers use: a first load is faster if they are made of what
    it has written. Writes nothing when nothing differs.
    """
    existing = await _existing_options(database)
    done = []
    for needed in _needed():
        options = existing.get(needed.name)
        if options is None or _differs(needed, options):
            await _write_options(database, needed)
        indexed = await _ensure_indexes(database, needed, _LOADING if not for_readers else None)
        if options is None:
            done.append(f"created {needed.name} with its indexes")
            continue
        if _differs(needed, options):
            done.append(f"updated the validator of {needed.name}")
        done += indexed
    return done


@dataclass(frozen=True, slots=True)
class _Needed:
    """What a collection has in this release: options as `create` takes them, indexes as `createIndexes` does."""

    name: str
    options: Document
    indexes: Sequence[Document] = ()


@cache
def _needed() -> tuple[_Needed, ...]:
    own = ((REVISIONS, (Revision, Pointer, LeaseDocument)), (NUMBERS, (Numbers, Note)))
    districts = VERSIONED_COLLECTIONS["districts"]
    kept = [index for index in districts.indexes() if index["name"] in {BY_SLUG, ENDED_INDEX}]
    return (
        *(
            _Needed(name, _validated({"anyOf": [*map(json_schema_for, kinds)]}, level="strict"))
            for name, kinds in own
        ),
        _Needed(RECORDS, _validated(json_schema_for(SeedRecord), level="strict")),
        _Needed(HISTORY, _validated(_history_schema()), kept),
        *(
            _Needed(collection.name, _validated(collection.schema), collection.indexes())
            for collection in VERSIONED_COLLECTIONS.values()
        ),
    )


def _history_schema() -> Document:
    """That of versions which older releases wrote, and which are moved there as they are."""
    return {
        "bsonType": "object",
        "required": ["from", "slug", "to"],
        "properties": {name: json_schema_for(kind) for name, kind in (("slug", str), ("from", int), ("to", int))},
    }


def _validated(schema: Document, level: Literal["moderate", "strict"] = "moderate") -> Document:
    """Options that validate inserts; "moderate" lets a load end a version that an older release wrote otherwise."""
    return {"validator": {"$jsonSchema": schema}, "validationLevel": level, "validationAction": "error"}


def _differs(needed: _Needed, options: Mapping[str, Any]) -> bool:
    return any(options.get(name) != value for name, value in needed.options.items())


async def _existing_options(database: Database) -> dict[str, Any]:
    listed = await database.command({"listCollections": 1, "cursor": {"batchSize": 1000}})
    stored = {entry["name"]: entry.get("options", {}) for entry in listed["cursor"]["firstBatch"]}
    names = {needed.name: stored_name(needed.name) for needed in _needed()}
    return {name: stored[in_mongo] for name, in_mongo in names.items() if in_mongo in stored}


async def _existing_indexes(database: Database, collection: str) -> dict[str, Document]:
    listed = await database.command({"listIndexes": collection, "cursor": {"batchSize": 1000}})
    return {index["name"]: index for index in listed["cursor"]["firstBatch"]}


async def _write_options(database: Database, needed: _Needed) -> None:
    try:
        await database.command({"create": needed.name, **needed.options})
    except StoreFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise
        await database.command({"collMod": needed.name, **needed.options})


async def _ensure_indexes(database: Database, needed: _Needed, names: Set[str] | None) -> list[str]:
    """Create missing indexes; replace those that differ under the same name. names: of which; None for all."""
    existing = await _existing_indexes(database, needed.name)
    done = []
    chosen = [index for index in needed.indexes if names is None or index["name"] in names]
    missing = [index for index in chosen if index["name"] not in existing]
    for index in chosen:
        found = existing.get(index["name"])
        if found and _description(found) != _description(index):
            await database.command({"dropIndexes": needed.name, "index": index["name"]})
            missing.append(index)
            done.append(f"replaced the index {index['name']} of {needed.name}")
        elif not found:
            done.append(f"created the index {index['name']} of {needed.name}")
    if missing:
        await database.command({"createIndexes": needed.name, "indexes": missing})
    return done


def _description(index: Mapping[str, Any]) -> tuple[Any, ...]:
    """What identifies an index: its keys in order, and its partial filter."""
    return (*index["key"].items(), index.get("partialFilterExpression"))
