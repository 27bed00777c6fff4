"""Define the collections with their validators and indexes; compare them with the database, create or update them.

Readers may filter and order by the first keys of an index. An index scan returns a document twice if its key moves
ahead of the scan, so `to`, which changes when a version is superseded, is in no index that a reader's query can use:
indexes with `to` are partial, and no reader's filter implies their filter.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from loaders.documents import STILL_LIVE, District, Document
from loaders.errors import StoreFailure
from loaders.model.read_models import AwardRow, IndicatorRow, InitiativeRow, MetricRow, SearchRow, SourceRow
from loaders.model.revisions import LeaseDocument, Note, Numbers, Pointer, Revision, SeedRecord
from loaders.model.tallies import TALLIES, TallyRow
from loaders.model.validators import json_schema_for
from loaders.mongo.driver import Database

REVISIONS: Final = "revisions"
# Of which districts each unpublished load writes versions, and the highest number drawn for a load, so that none is
# used twice where `revisions` is replaced by an older copy.
NUMBERS: Final = "numbers"
# By slug, of which record a district was built last (`loaders.publishing.records`).
RECORDS: Final = "records"
# Past versions of districts. Those of rows are not kept, as rows are derived from districts.
HISTORY: Final = "districts_history"
BY_SLUG: Final = "by_slug"
BY_DISTRICT: Final = "by_district"
# Indexes for the loader: of superseded versions, to move or to restore; and of live ones with the fields that it
# compares and counts, so that it reads no documents.
ENDED_INDEX: Final = "ended"
LIVE_INDEX: Final = "live"
# What a load reads and writes by.
_LOADING: Final = frozenset({"by_id", BY_SLUG, BY_DISTRICT, "by_indicator", ENDED_INDEX, LIVE_INDEX})
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
        if self.name in _LIVE_KEYS:
            loading.append(_index(LIVE_INDEX, ("to", *_LIVE_KEYS[self.name]), {"to": STILL_LIVE}))
        return [*(_index(name, keys) for name, keys in (own | indexed).items()), *loading]

    def _index_keys(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        if keys in _TOKENS:
            # A document has hundreds of tokens; with the key appended to each, the index would be twice as large.
            return (*keys, self.rank) if self.rank else keys
        return (*keys, self.key)


def _index(name: str, keys: tuple[str, ...], part: Document | None = None) -> Document:
    options = {"partialFilterExpression": part} if part else {}
    return {"name": name, "key": dict.fromkeys(keys, 1), **options}


_LIVE_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "districts": ("slug", "from", "hash", *COUNT_FIELDS),
    TALLIES: ("from",),
}
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
            VersionedCollection(
                "indicators",
                json_schema_for(IndicatorRow),
                "slug",
                (("tokens",), ("unit",), ("district_count",), ("metric_count",)),
            ),
            VersionedCollection(TALLIES, json_schema_for(TallyRow), "id", (("tally", "rank"),)),
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
_REVISIONS_SCHEMA: Final[Document] = {"anyOf": [json_schema_for(kind) for kind in (Revision, Pointer, LeaseDocument)]}
_NUMBERS_SCHEMA: Final[Document] = {"anyOf": [json_schema_for(kind) for kind in (Numbers, Note)]}
# Versions that older releases wrote are moved there as they are.
_HISTORY_SCHEMA: Final[Document] = {
    "bsonType": "object",
    "required": ["from", "slug", "to"],
    "properties": {name: json_schema_for(kind) for name, kind in (("slug", str), ("from", int), ("to", int))},
}


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


def _needed() -> Iterator[_Needed]:
    yield _Needed(REVISIONS, _validated(_REVISIONS_SCHEMA, level="strict"))
    yield _Needed(NUMBERS, _validated(_NUMBERS_SCHEMA, level="strict"))
    yield _Needed(RECORDS, _validated(json_schema_for(SeedRecord), level="strict"))
    districts = VERSIONED_COLLECTIONS["districts"]
    kept = [index for index in districts.indexes() if index["name"] in {BY_SLUG, ENDED_INDEX}]
    yield _Needed(HISTORY, _validated(_HISTORY_SCHEMA), kept)
    for collection in VERSIONED_COLLECTIONS.values():
        yield _Needed(collection.name, _validated(collection.schema), collection.indexes())


def _validated(schema: Document, level: Literal["moderate", "strict"] = "moderate") -> Document:
    """Options that validate inserts; "moderate" lets a load end a version that an older release wrote otherwise."""
    return {"validator": {"$jsonSchema": schema}, "validationLevel": level, "validationAction": "error"}


def _differs(needed: _Needed, options: Mapping[str, Any]) -> bool:
    return any(options.get(name) != value for name, value in needed.options.items())


async def _existing_options(database: Database) -> dict[str, Any]:
    listed = await database.command({"listCollections": 1, "cursor": {"batchSize": 1000}})
    return {entry["name"]: entry.get("options", {}) for entry in listed["cursor"]["firstBatch"]}


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
