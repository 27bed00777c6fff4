"""Conditions on documents as data, and their translation into MongoDB's query language.

Two-valued logic: a comparison with a null or missing value is false, and `Not` of it is true. Two translations are
equivalent: `filter_for` gives a match filter, which indexes serve, and `expression_for` an aggregation expression.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from loaders.documents import Document
from loaders.values.tokens import LAST_CHARACTER, is_prefix, needles_of

Operator = Literal["eq", "in", "lt", "lte", "gt", "gte"]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part is true; true without parts."""

    parts: tuple["Predicate", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part is true; false without parts."""

    parts: tuple["Predicate", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part is false."""

    part: "Predicate"


@dataclass(frozen=True, slots=True)
class Compare:
    """The value at a path compares with `value`: a text, a number, or a tuple of them for "in"."""

    path: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Exists:
    """The value at a path is there and not null."""

    path: str


@dataclass(frozen=True, slots=True)
class ContainsAll:
    """The folded text at a path contains every term, each in one of its forms (`loaders.values.tokens.Term`)."""

    path: str
    terms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class AnyItem:
    """An item of an array satisfies `part`; a path of several keys goes through arrays in arrays."""

    path: tuple[str, ...]
    part: "Predicate" = field(default_factory=AllOf)


Predicate: TypeAlias = AllOf | AnyOf | Not | Compare | Exists | ContainsAll | AnyItem

TRUE: Final = AllOf()
# The folded texts whose tokens are in the `tokens` of their document.
_HAVE_TOKENS: Final = frozenset({"name.folded", "folded", "title_folded"})
_NOTHING: Final[Document] = {"_id": {"$in": []}}


def filter_for(predicate: Predicate) -> Document:
    """Translate into a match filter; `$expr` has what the match language can't express."""
    found, exact = _match(predicate, row=True)
    if exact:
        return found
    return {"$and": [found, {"$expr": expression_for(predicate)}]} if found else {"$expr": expression_for(predicate)}


def _match(predicate: Predicate, *, row: bool) -> tuple[Document, bool]:
    """A filter that all matching documents pass, and whether it is exact: no other document passes.

    row: whether the filter is for documents, which have tokens, or for items in an array.
    """
    match predicate:
        case AllOf(parts):
            translated = [_match(part, row=row) for part in parts]
            filters = [filter_ for filter_, _ in translated if filter_]
            exact = all(exact for _, exact in translated)
            return (filters[0] if len(filters) == 1 else {"$and": filters} if filters else {}), exact
        case AnyOf(parts):
            translated = [_match(part, row=row) for part in parts]
            if not parts:
                return _NOTHING, True
            if not all(filter_ for filter_, _ in translated):
                return {}, any(exact and not filter_ for filter_, exact in translated)
            return {"$or": [filter_ for filter_, _ in translated]}, all(exact for _, exact in translated)
        case Not(Exists(path)):
            return {path: {"$eq": None}}, True
        case Not(part):
            filter_, exact = _match(part, row=row)
            return ({"$nor": [filter_]}, True) if exact else ({}, False)
        case Compare(path, operator, value):
            return {path: {f"${operator}": list(value) if operator == "in" else value}}, True
        case Exists(path):
            return {path: {"$ne": None}}, True
        case ContainsAll(path, terms) if row and path in _HAVE_TOKENS:
            # For a phrase or a longer run, the tokens show that its parts are there, not that they are adjacent.
            exact = all(len(list(needles_of(form))) == 1 for forms in terms for form in forms)
            return {"$and": [part for forms in terms for part in _tokens_of_any(forms)]}, exact
        case ContainsAll():
            return {}, False
        case AnyItem(path, part):
            filter_, exact = _match(part, row=False)
            for key in reversed(path):
                filter_ = {key: {"$elemMatch": filter_}}
            return filter_, exact


def _tokens_of_any(forms: tuple[str, ...]) -> list[Document]:
    """Filters that a document with one of these forms passes; all are required."""
    alternatives = [[{"tokens": _token(needle)} for needle in needles_of(form)] for form in forms]
    if len(alternatives) == 1:
        return alternatives[0]
    return [{"$or": [one[0] if len(one) == 1 else {"$and": one} for one in alternatives]}]


def _token(needle: str) -> Document:
    if is_prefix(needle):
        return {"$elemMatch": {"$gte": needle, "$lt": needle + LAST_CHARACTER}}
    return {"$eq": needle.strip()}


def expression_for(predicate: Predicate, at: str = "$", depth: int = 0) -> Any:
    """Translate into an aggregation expression; `at` is the prefix of paths, "$$item." for an array's item."""
    match predicate:
        case AllOf(parts):
            return {"$and": [expression_for(part, at, depth) for part in parts]}
        case AnyOf(parts):
            return {"$or": [expression_for(part, at, depth) for part in parts]}
        case Not(part):
            return {"$not": [expression_for(part, at, depth)]}
        case Compare(path, "lt" | "lte" as operator, value):
            # Expressions sort null below every value.
            below = {f"${operator}": [f"{at}{path}", {"$literal": value}]}
            return {"$and": [expression_for(Exists(path), at), below]}
        case Compare(path, operator, value):
            given = list(value) if operator == "in" else value
            return {f"${operator}": [f"{at}{path}", {"$literal": given}]}
        case Exists(path):
            return {"$gt": [f"{at}{path}", None]}
        case ContainsAll(path, terms):
            return {"$and": [_has_any(f"{at}{path}", forms) for forms in terms]}
        case AnyItem(path, part):
            return _some(path, part, at, depth)


def _has_any(path: str, forms: tuple[str, ...]) -> Document:
    alternatives = [{"$gte": [{"$indexOfBytes": [{"$ifNull": [path, ""]}, {"$literal": form}]}, 0]} for form in forms]
    return alternatives[0] if len(alternatives) == 1 else {"$or": alternatives}


def _some(path: tuple[str, ...], part: Predicate, at: str, depth: int) -> Document:
    item = f"item{depth}"
    rest = path[1:]
    inner = _some(rest, part, f"$${item}.", depth + 1) if rest else expression_for(part, f"$${item}.", depth + 1)
    items = {"$ifNull": [f"{at}{path[0]}", []]}
    return {"$anyElementTrue": [{"$map": {"input": items, "as": item, "in": inner}}]}


def walk(predicate: Predicate, *, into_lists: bool) -> Iterator[Predicate]:
    """Yield a predicate and all its parts, those on items of an array only with `into_lists`."""
    yield predicate
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from walk(part, into_lists=into_lists)
        case Not(part):
            yield from walk(part, into_lists=into_lists)
        case AnyItem(_, part) if into_lists:
            yield from walk(part, into_lists=into_lists)


def every_item(path: tuple[str, ...], part: Predicate) -> Predicate:
    """Every item of an array satisfies `part`; true for an empty array."""
    return Not(AnyItem(path, Not(part)))


def all_of(*parts: Predicate) -> Predicate:
    """`AllOf` without the parts that are always true; a single part is returned as it is."""
    kept = tuple(part for part in parts if part != TRUE)
    return kept[0] if len(kept) == 1 else AllOf(kept)


_COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {
        "eq": operator.eq,
        "in": lambda value, wanted: value in wanted,
        "lt": operator.lt,
        "lte": operator.le,
        "gt": operator.gt,
        "gte": operator.ge,
    }
)


def matches(predicate: Predicate, document: Document) -> bool:
    """Evaluate a predicate on a document, or on an item inside one, in Python."""
    match predicate:
        case AllOf(parts):
            return all(matches(part, document) for part in parts)
        case AnyOf(parts):
            return any(matches(part, document) for part in parts)
        case Not(part):
            return not matches(part, document)
        case Exists(path):
            return value_at(document, path) is not None
        case Compare(path, compared, wanted):
            value = value_at(document, path)
            return value is not None and _COMPARED[compared](value, wanted)
        case ContainsAll(path, terms):
            folded = value_at(document, path) or ""
            return all(any(form in folded for form in forms) for forms in terms)
        case AnyItem(path, part):
            return _any_item_matches(document, path, part)


def _any_item_matches(document: Document, path: tuple[str, ...], part: Predicate) -> bool:
    key, *rest = path
    items = document.get(key) or ()
    return any(_any_item_matches(item, tuple(rest), part) if rest else matches(part, item) for item in items)


def value_at(document: Document, path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    value: Any = document
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value
