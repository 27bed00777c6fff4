"""Describe one read as data: the command that a plan needs from the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from loaders.documents import Document
from loaders.store.predicates import TRUE, AnyOf, Compare, Exists, Not, Predicate, all_of


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of a sort order. `nulls_first` says where nulls are, whatever the direction."""

    path: str
    descending: bool = False
    nullable: bool = False
    nulls_first: bool = False

    @property
    def is_natural(self) -> bool:
        """Whether nulls are where MongoDB puts them, which sorts them below every value."""
        return not self.nullable or self.nulls_first != self.descending

    def reversed(self) -> "SortKey":
        """The same key in the opposite direction."""
        return SortKey(self.path, not self.descending, self.nullable, not self.nulls_first)


Order = tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """An aggregation over all matches, in the same command as the page.

    where: a filter that replaces the fetch's own.
    """

    stages: tuple[Mapping[str, Any], ...]
    where: Predicate | None = None


TOTAL: Final = Extra(({"$count": "total"},))


@dataclass(frozen=True, slots=True)
class Fetch:
    """Documents of one collection, as they stood at one revision.

    where: the filter of the whole list. bounds: the additional filter of the page (after a cursor).
    within: the path of an array, or of arrays in arrays, whose items are returned instead of the documents, each with
    the document's `sources` and `indicators`; `item_where` filters them.
    compute: stages that compute the sort keys, where they are not stored.
    order: ends in a key that is unique. limit: 0 for no limit.
    project: the output by key, as MongoDB's `$project` takes it; None for whole documents.
    extras: further results of the same command, by names that the caller chooses.
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
    def is_find(self) -> bool:
        """Whether a `find` command can run it, which is faster than an aggregation."""
        return not (self.within or self.compute or self.order or self.extras)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The documents of a fetch, and the rows of each extra."""

    documents: Sequence[Document]
    extras: Mapping[str, list[Document]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The count of `TOTAL`; MongoDB returns no row for a count of zero."""
        return self.extras["total"][0]["total"] if self.extras["total"] else 0


def after(order: Order, values: Sequence[Any]) -> Predicate:
    """Match the documents that follow the one with `values` at the keys of an order."""
    alternatives: list[Predicate] = []
    tied: list[Predicate] = []
    for key, value in zip(order, values, strict=True):
        alternatives.append(all_of(*tied, _follows(key, value)))
        tied.append(_ties(key, value))
    # The bound of the first key lets an index scan begin there.
    return all_of(_at_or_past(order[0], values[0]), AnyOf(tuple(alternatives))) if len(order) > 1 else alternatives[0]


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
