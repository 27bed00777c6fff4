"""Define the collections with their validators and indexes; create or update them in the database.

Readers may filter and order by the first keys of an index. An index scan returns a document twice if its key moves
ahead of the scan, so `to`, which changes when a version is superseded, is in no index that a reader's query can use:
indexes with `to` are partial, and no reader's filter implies their filter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from loaders.documents import STILL_LIVE, District, Document
from loaders.errors import StoreFailure
from loaders.model.read_models import AwardRow, IndicatorRow, InitiativeRow, MetricRow, SearchRow, SourceRow
from loaders.model.revisions import LeaseDocument, Numbers, Pointer, Revision
from loaders.model.validators import json_schema_for
from loaders.mongo.driver import Database

REVISIONS: Final = "revisions"
# The highest number drawn for a load, so that none is used twice where `revisions` is replaced by an older copy.
NUMBERS: Final = "numbers"
# Past versions of districts. Those of rows are not kept, as rows are derived from districts.
HISTORY: Final = "districts_history"
BY_SLUG: Final = "by_slug"
BY_DISTRICT: Final = "by_district"
# Indexes for the loader: of superseded versions, to move or to restore; and of live ones with the fields that it
# compares and counts, so that it reads no documents.
ENDED_INDEX: Final = "ended"
LIVE_INDEX: Final = "live"
COUNT_FIELDS: Final = ("pillar_count", "initiative_count", "metric_count", "total_award_count")


@dataclass(frozen=True, slots=True)
class VersionedCollection:
    """A collection whose documents have versions.

    key: the field that is unique within a revision. indexed: the other fields that readers filter and order by;
    the key is appended to each, so that every order is total. rank: what is appended to tokens, which have no key.
    """

    name: str
    schema: Document
    key: str
    indexed: tuple[tuple[str, ...], ...] = ()
    rank: str | None = None

    @property
    def by_key(self) -> str:
        """The name of the index on the key."""
        return f"by_{self.key}"

    def indexes(self) -> list[Document]:
        """The indexes of the live collection."""
        indexed = {f"by_{'_'.join(keys).replace('.', '_')}": self._index_keys(keys) for keys in self.indexed}
        own = {self.by_key: (self.key, "from")}
        loading = [_index(ENDED_INDEX, ("to", self.key), {"to": {"$lt": STILL_LIVE}})]
        if self.name == "districts":
            loading.append(_index(LIVE_INDEX, ("to", "slug", "from", "hash", *COUNT_FIELDS), {"to": STILL_LIVE}))
        return [*(_index(name, keys) for name, keys in (own | indexed).items()), *loading]

    def _index_keys(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        if keys in _TOKENS:
            # A document has hundreds of tokens; with the key appended to each, the index would be twice as large.
            return (*keys, self.rank) if self.rank else keys
        return (*keys, self.key)


def _index(name: str, keys: tuple[str, ...], part: Document | None = None) -> Document:
    options = {"partialFilterExpression": part} if part else {}
    return {"name": name, "key": dict.fromkeys(keys, 1), **options}


_TOKENS: Final = (("name_tokens",), ("tokens",))
_NAME_ORDERS: Final = (("name.sort_zh",), ("name.sort_en",))
_PLACE_FIELDS: Final = (*_NAME_ORDERS, ("district",), ("pillar",), ("slug",), ("tokens",), ("citations.source",))
_PERIOD_FIELDS: Final = (("period.start",), ("period.end",))
_RANK_FIELDS: Final = (("rank.position",), ("rank.kind", "rank.scope"), ("rank.scope",))

VERSIONED_COLLECTIONS: Final[Mapping[str, VersionedCollection]] = MappingProxyType(
    {
        collection.name: collection
        for collection in (
            VersionedCollection(
                "districts",
                json_schema_for(District),
                "slug",
                (
                    *_NAME_ORDERS,
                    ("tokens",),
                    ("pillar_count",),
                    ("initiative_count",),
                    ("metric_count",),
                    ("award_count",),
                    ("total_award_count",),
                    ("codes.value",),
                ),
            ),
            VersionedCollection("sources", json_schema_for(SourceRow), "slug", (("district",),)),
            VersionedCollection(
                "initiatives",
                json_schema_for(InitiativeRow),
                "id",
                (*_PLACE_FIELDS[:-1], ("status",), ("metric_count",), ("award_count",)),
            ),
            VersionedCollection(
                "metrics",
                json_schema_for(MetricRow),
                "id",
                (
                    *_PLACE_FIELDS,
                    ("initiative",),
                    ("indicator",),
                    ("indicator", "quantity.normalized"),
                    ("quantity.unit", "quantity.normalized"),
                    ("quantity.normalized",),
                    ("status",),
                    ("changes.basis", "changes.direction"),
                    ("changes.direction",),
                    *_PERIOD_FIELDS,
                    *_RANK_FIELDS,
                ),
            ),
            VersionedCollection(
                "awards",
                json_schema_for(AwardRow),
                "id",
                (
                    *_PLACE_FIELDS,
                    ("initiative",),
                    ("held_by",),
                    ("kind",),
                    ("level",),
                    ("streak_years",),
                    *_PERIOD_FIELDS,
                    *_RANK_FIELDS,
                ),
            ),
            VersionedCollection("search", json_schema_for(SearchRow), "id", (*_TOKENS, ("district",)), rank="rank"),
            VersionedCollection("indicators", json_schema_for(IndicatorRow), "slug"),
        )
    }
)
# The key of each collection, including the history.
DOCUMENT_KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        HISTORY: VERSIONED_COLLECTIONS["districts"].key,
        **{name: collection.key for name, collection in VERSIONED_COLLECTIONS.items()},
    }
)
# Collections with the rows of districts; `district` is the slug.
ROW_COLLECTIONS: Final = ("sources", "initiatives", "metrics", "awards", "search")

NAMESPACE_EXISTS: Final = 48
# IndexOptionsConflict, IndexKeySpecsConflict
INDEX_DIFFERS: Final = frozenset({85, 86})
_REVISIONS_SCHEMA: Final[Document] = {"anyOf": [json_schema_for(kind) for kind in (Revision, Pointer, LeaseDocument)]}


async def ensure_collections(database: Database) -> None:
    """Create what is missing and update what differs; writes nothing when nothing differs."""
    options = await _existing_options(database)
    await _ensure(database, REVISIONS, _REVISIONS_SCHEMA, options)
    await _ensure(database, NUMBERS, json_schema_for(Numbers), options)
    districts = VERSIONED_COLLECTIONS["districts"]
    await _ensure(database, HISTORY, districts.schema, options)
    kept = [index for index in districts.indexes() if index["name"] in {BY_SLUG, ENDED_INDEX}]
    await ensure_indexes(database, HISTORY, kept)
    for collection in VERSIONED_COLLECTIONS.values():
        await _ensure(database, collection.name, collection.schema, options)
        await ensure_indexes(database, collection.name, collection.indexes())


async def _existing_options(database: Database) -> dict[str, Any]:
    listed = await database.command({"listCollections": 1, "cursor": {"batchSize": 1000}})
    return {entry["name"]: entry.get("options", {}) for entry in listed["cursor"]["firstBatch"]}


async def _ensure(database: Database, name: str, schema: Document, existing: Mapping[str, Any]) -> None:
    # Moderate: a load can end a version that an older release wrote in another shape.
    options = {"validator": {"$jsonSchema": schema}, "validationLevel": "moderate", "validationAction": "error"}
    if existing.get(name) == options:
        return
    try:
        await database.command({"create": name, **options})
    except StoreFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise
        await database.command({"collMod": name, **options})


async def ensure_indexes(database: Database, collection: str, indexes: Sequence[Document]) -> None:
    """Create missing indexes, given as `createIndexes` takes them; replace those that differ under the same name."""
    try:
        await database.command({"createIndexes": collection, "indexes": indexes})
    except StoreFailure as error:
        if error.code not in INDEX_DIFFERS:
            raise
        described = {index["name"]: _description(index) for index in indexes}
        listed = await database.command({"listIndexes": collection})
        for index in listed["cursor"]["firstBatch"]:
            if described.get(index["name"], _description(index)) != _description(index):
                await database.command({"dropIndexes": collection, "index": index["name"]})
        await database.command({"createIndexes": collection, "indexes": indexes})


def _description(index: Mapping[str, Any]) -> tuple[Any, ...]:
    """What identifies an index: its keys in order, and its partial filter."""
    return (*index["key"].items(), index.get("partialFilterExpression"))
