"""Define the collections with their validators and indexes (`loaders.model.preparation` makes them).

Readers may filter and order by the first keys of an index. An index scan returns a document twice if its key moves
ahead of the scan, so `to`, which changes when a version is superseded, is in no index that a reader's query can use:
indexes with `to` are partial, and no reader's filter implies their filter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from loaders.documents import STILL_LIVE, District, Document
from loaders.model.read_models import (
    AwardRow,
    IndicatorRow,
    InitiativeRow,
    MetricRow,
    ObservationRow,
    SearchRow,
    SharedSourceRow,
    SourceRow,
)
from loaders.model.tallies import TALLIES, TallyRow
from loaders.model.validators import json_schema_for

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
BY_UNIT: Final = "by_units_code"
# Indexes for the loader: of superseded versions, to move or to restore; and of live ones with the fields that it
# compares and counts, so that it reads no documents.
ENDED_INDEX: Final = "ended"
LIVE_INDEX: Final = "live"
COUNT_FIELDS: Final = ("pillar_count", "initiative_count", "metric_count", "observation_count", "total_award_count")


@dataclass(frozen=True, slots=True)
class VersionedCollection:
    """A collection whose documents have versions.

    documents: their type. key: the field that is unique within a revision. indexed: the other fields that readers
    filter and order by; the key is appended to each, so that every order is total. shared: the same, of rows whose
    `district` is null. rank: what is appended to tokens, which have no key.
    """

    name: str
    documents: Any
    key: str
    indexed: tuple[tuple[str, ...], ...] = ()
    shared: tuple[tuple[str, ...], ...] = ()
    rank: str | None = None

    @property
    def schema(self) -> Document:
        """The schema that validates documents. A server needs it only once it answers."""
        return json_schema_for(self.documents)

    @property
    def by_key(self) -> str:
        """The name of the index on the key."""
        return f"by_{self.key}"

    def indexes(self) -> list[Document]:
        """The indexes of the live collection."""
        indexed, shared = (
            {f"by_{'_'.join(keys).replace('.', '_')}": self._index_keys(keys) for keys in each}
            for each in (self.indexed, self.shared)
        )
        own = {self.by_key: (self.key, "from")}
        loading = [_index(ENDED_INDEX, ("to", self.key), {"to": {"$lt": STILL_LIVE}})]
        if self.name in _LIVE_KEYS:
            loading.append(_index(LIVE_INDEX, ("to", *_LIVE_KEYS[self.name]), {"to": STILL_LIVE}))
        reading = [_index(name, keys) for name, keys in (own | indexed).items()]
        return [*reading, *(_index(name, keys, _SHARED) for name, keys in shared.items()), *loading]

    def _index_keys(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        if keys in _TOKENS:
            # A document has hundreds of tokens; with the key appended to each, the index would be twice as large.
            return (*keys, self.rank) if self.rank else keys
        return (*keys, self.key)


def _index(name: str, keys: tuple[str, ...], part: Document | None = None) -> Document:
    options = {"partialFilterExpression": part} if part else {}
    return {"name": name, "key": dict.fromkeys(keys, 1), **options}


_SHARED: Final[Document] = {"district": None}
_LIVE_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "districts": ("slug", "from", "hash", *COUNT_FIELDS),
    TALLIES: ("from",),
}
_TOKENS: Final = (("name_tokens",), ("tokens",))
_NAME_ORDERS: Final = (("name.sort_zh",), ("name.sort_en",))
_PLACE_FIELDS: Final = (*_NAME_ORDERS, ("district",), ("pillar",), ("slug",), ("tokens",), ("citations.source",))
_PERIOD_FIELDS: Final = (("period.start",), ("period.end",))
_RANK_FIELDS: Final = (("best_rank",), ("ranks.position",), ("ranks.kind", "ranks.scope"), ("ranks.scope",))
_FIGURE_FIELDS: Final = (
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
)

_SOURCE_FIELDS: Final = (
    *(("tokens",), ("kind",), ("url",), ("language",), ("accessed_on",)),
    *(("published_on",), ("published_period.start",), ("published_period.end",)),
)

VERSIONED_COLLECTIONS: Final[Mapping[str, VersionedCollection]] = MappingProxyType(
    {
        collection.name: collection
        for collection in (
            VersionedCollection(
                "districts",
                District,
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
                    ("kind",),
                    ("country",),
                    ("parent",),
                    ("units.code",),
                ),
            ),
            VersionedCollection(
                "sources",
                SourceRow | SharedSourceRow,
                "slug",
                (("district",),),
                shared=_SOURCE_FIELDS,
            ),
            VersionedCollection(
                "initiatives",
                InitiativeRow,
                "id",
                (*_PLACE_FIELDS[:-1], ("status",), ("metric_count",), ("award_count",)),
            ),
            VersionedCollection(
                "metrics",
                MetricRow,
                "id",
                (*_PLACE_FIELDS, *_FIGURE_FIELDS, ("observation_count",)),
            ),
            VersionedCollection(
                "observations",
                ObservationRow,
                "id",
                (
                    *(("district",), ("pillar",), ("slug",), ("metric",), ("citations.source",), ("reference_date",)),
                    *_FIGURE_FIELDS,
                    ("ranked_as", "quantity.normalized"),
                ),
            ),
            VersionedCollection(
                "awards",
                AwardRow,
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
            VersionedCollection("search", SearchRow, "id", (*_TOKENS, ("district",)), rank="rank"),
            VersionedCollection(
                "indicators",
                IndicatorRow,
                "slug",
                (("tokens",), ("unit",), ("district_count",), ("metric_count",)),
            ),
            VersionedCollection(TALLIES, TallyRow, "id", (("tally", "rank"),)),
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
ROW_COLLECTIONS: Final = ("sources", "initiatives", "metrics", "observations", "awards", "search")
# Those of them that the totals of a revision count.
COUNTED_ROWS: Final = ("initiatives", "metrics", "observations", "awards")
