"""The collections, their validators and their indexes: created when missing, put right when they differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from loaders.documents import District, Document, LeaseDocument, Pointer, Revision, SourceRow
from loaders.driver import Database
from loaders.validators import json_schema_for

REVISIONS: Final = "revisions"
# For readers. A scan passes a key that moves behind it a second time, so `to`, which loads change, is no part of it.
BY_SLUG: Final = "by_slug"
# For the loader, which alone writes while it reads: what it totals and compares, without a look at the documents.
BY_VERSION: Final = "by_version"
# The counts ride along so that a load can total them from the index alone.
COUNTED: Final = ("pillar_count", "initiative_count", "metric_count", "total_award_count")


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection whose documents have versions; its past ones are moved to `history`."""

    name: str
    schema: Document
    indexes: Mapping[str, tuple[str, ...]]

    @property
    def history(self) -> str:
        """The collection of its past versions."""
        return f"{self.name}_history"


VERSIONED: Final[Mapping[str, Collection]] = MappingProxyType(
    {
        collection.name: collection
        for collection in (
            Collection(
                "districts",
                json_schema_for(District),
                {BY_SLUG: ("slug", "from"), BY_VERSION: ("slug", "to", "from", "hash", *COUNTED)},
            ),
            Collection(
                "sources",
                json_schema_for(SourceRow),
                {BY_SLUG: ("slug", "from"), BY_VERSION: ("slug", "to", "from", "district")},
            ),
        )
    }
)

_REVISIONS_SCHEMA: Final[Document] = {"anyOf": [json_schema_for(kind) for kind in (Revision, Pointer, LeaseDocument)]}


async def ensure_collections(database: Database) -> None:
    """Create what is missing and put right what differs; writes nothing when all is well."""
    options = await _existing_options(database)
    await _ensure(database, REVISIONS, _REVISIONS_SCHEMA, options)
    for collection in VERSIONED.values():
        for name in (collection.name, collection.history):
            await _ensure(database, name, collection.schema, options)
            await database.ensure_indexes(
                name,
                [{"name": index, "key": dict.fromkeys(keys, 1)} for index, keys in collection.indexes.items()],
            )


async def _existing_options(database: Database) -> dict[str, Any]:
    listed = await database.command({"listCollections": 1, "cursor": {"batchSize": 1000}})
    return {entry["name"]: entry.get("options", {}) for entry in listed["cursor"]["firstBatch"]}


async def _ensure(database: Database, name: str, schema: Document, existing: Mapping[str, Any]) -> None:
    options = {"validator": {"$jsonSchema": schema}, "validationLevel": "strict", "validationAction": "error"}
    if existing.get(name) != options:
        await database.ensure_collection(name, options)
