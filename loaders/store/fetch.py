"""One database call, as data: what a plan asks of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from loaders.documents import Document
from loaders.store.predicates import TRUE, AnyOf, Compare, Exists, Not, Predicate, all_of


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order. Null stands where `nulls_first` says, whatever the direction."""

    path: str
    descending: bool = False
    nullable: bool = False
    nulls_first: bool = False

    @property
    def is_natural(self) -> bool:
        """Whether nulls stand where MongoDB, which sorts them below everything, puts them."""
        return not self.nullable or self.nulls_first != self.descending

    def reversed(self) -> "SortKey":
        """The same key read from the end."""
        return SortKey(self.path, not self.descending, self.nullable, not self.nulls_first)


Order = tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """Something computed from all that match, in the same call as the page: `stages` of an aggregation.

    where: in place of the fetch's own filter.
    """

    stages: tuple[Mapping[str, Any], ...]
    where: Predicate | None = None


TOTAL: Final = Extra(({"$count": "total"},))


@dataclass(frozen=True, slots=True)
class Fetch:
    """Documents of one collection, as they stood at one revision.

    within: an array of the documents, or a path through arrays of arrays, whose items are wanted in the documents'
    place, each with the document's `sources` and `indicators`; `item_where` then says which.
    bounds: what lies on the page, `where` being what is in the whole list.
    compute: stages that make the order's keys, where they are not stored.
    order: ends in a key that is different for each document. limit: 0 for all.
    project: the output by key, as MongoDB's `$project` takes it; None for whole documents.
    extras: what else to bring in the same call, by a name of the caller's.
    """

    collection: str
    where: Predicate = TRUE
    within: str | None = None
    item_where: Predicate = TRUE
    bounds: Predicate = TRUE
    compute: tuple[Mapping[str, Any], ...] = ()
    order: Order = ()
    limit: int = 0
    project: Mapping[str, Any] | None = None
    extras: Mapping[str, "Extra | Fetch"] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether a find answers it, which is faster than an aggregation: a filter, no order, nothing computed."""
        return not (self.within or self.compute or self.order or self.extras)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought, and what each extra gave."""

    documents: Sequence[Document]
    extras: Mapping[str, list[Document]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """What `TOTAL` counted; nothing to count gives no row."""
        return self.extras["total"][0]["total"] if self.extras["total"] else 0


def after(order: Order, values: Sequence[Any]) -> Predicate:
    """What follows the document that has `values` at the keys of an order."""
    ways: list[Predicate] = []
    tied: list[Predicate] = []
    for key, value in zip(order, values, strict=True):
        ways.append(all_of(*tied, _follows(key, value)))
        tied.append(_ties(key, value))
    # The first key's own bound, so that an index scan begins at it.
    return all_of(_at_or_past(order[0], values[0]), AnyOf(tuple(ways))) if len(order) > 1 else ways[0]


def _ties(key: SortKey, value: Any) -> Predicate:
    return Not(Exists(key.path)) if value is None else Compare(key.path, "eq", value)


def _follows(key: SortKey, value: Any) -> Predicate:
    if value is None:
        return Exists(key.path) if key.nulls_first else AnyOf()
    past = Compare(key.path, "lt" if key.descending else "gt", value)
    return _or_null(key, past)


def _at_or_past(key: SortKey, value: Any) -> Predicate:
    if value is None:
        return TRUE if key.nulls_first else Not(Exists(key.path))
    return _or_null(key, Compare(key.path, "lte" if key.descending else "gte", value))


def _or_null(key: SortKey, past: Predicate) -> Predicate:
    return AnyOf((past, Not(Exists(key.path)))) if key.nullable and not key.nulls_first else past
