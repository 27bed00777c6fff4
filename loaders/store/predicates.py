"""What must hold of a document, as data, and how MongoDB is asked for it.

Two-valued: a comparison with a value that is null or not there is false, and `Not` of it is true. Two translations
mean the same: `matching` for what indexes serve, `expression` for the items inside an array.
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
    """Every part holds; nothing to hold is true."""

    parts: tuple["Predicate", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A part holds, or several do; of no parts, none does."""

    parts: tuple["Predicate", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Predicate"


@dataclass(frozen=True, slots=True)
class Compare:
    """The value at a path compares as told; `value` is a text, a number, or a tuple of them for "in"."""

    path: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Exists:
    """There is a value at a path, and it is not null."""

    path: str


@dataclass(frozen=True, slots=True)
class ContainsAll:
    """The folded text at a path contains, of each term, at least one form (`loaders.values.tokens.Term`)."""

    path: str
    terms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class AnyItem:
    """An item of an array has the part; a path of several keys goes through arrays of arrays."""

    path: tuple[str, ...]
    part: "Predicate" = field(default_factory=AllOf)


Predicate: TypeAlias = AllOf | AnyOf | Not | Compare | Exists | ContainsAll | AnyItem

TRUE: Final = AllOf()
# The folded texts of documents whose `tokens` have all that stands there.
_HAVE_TOKENS: Final = frozenset({"name.folded", "folded"})
_NOTHING: Final[Document] = {"_id": {"$in": []}}


def filter_for(predicate: Predicate) -> Document:
    """Translate into a filter. What MongoDB's match language can't say goes along as an expression."""
    found, exact = _match(predicate, row=True)
    if exact:
        return found
    return {"$and": [found, {"$expr": expression_for(predicate)}]} if found else {"$expr": expression_for(predicate)}


def _match(predicate: Predicate, *, row: bool) -> tuple[Document, bool]:
    """A filter that everything wanted passes, and whether nothing else does.

    row: whether the filter is on documents, which have tokens, or on items in an array.
    """
    match predicate:
        case AllOf(parts):
            found = [_match(part, row=row) for part in parts]
            given = [filter_ for filter_, _ in found if filter_]
            exact = all(exact for _, exact in found)
            return (given[0] if len(given) == 1 else {"$and": given} if given else {}), exact
        case AnyOf(parts):
            found = [_match(part, row=row) for part in parts]
            if not parts:
                return _NOTHING, True
            if not all(filter_ for filter_, _ in found):
                return {}, any(exact and not filter_ for filter_, exact in found)
            return {"$or": [filter_ for filter_, _ in found]}, all(exact for _, exact in found)
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
            # Of a phrase or a longer run the tokens tell that its parts are there, not that they stand together.
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
    """The filters that a document with one of some forms passes, all of them."""
    ways = [[{"tokens": _token(needle)} for needle in needles_of(form)] for form in forms]
    if len(ways) == 1:
        return ways[0]
    return [{"$or": [way[0] if len(way) == 1 else {"$and": way} for way in ways]}]


def _token(needle: str) -> Document:
    if is_prefix(needle):
        return {"$elemMatch": {"$gte": needle, "$lt": needle + LAST_CHARACTER}}
    return {"$eq": needle.strip()}


def expression_for(predicate: Predicate, at: str = "$", depth: int = 0) -> Any:
    """Translate into an aggregation expression on the document, or on the item that `at` names ("$$item.")."""
    match predicate:
        case AllOf(parts):
            return {"$and": [expression_for(part, at, depth) for part in parts]}
        case AnyOf(parts):
            return {"$or": [expression_for(part, at, depth) for part in parts]}
        case Not(part):
            return {"$not": [expression_for(part, at, depth)]}
        case Compare(path, "lt" | "lte" as operator, value):
            # In expressions null sorts below every value.
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
    ways = [{"$gte": [{"$indexOfBytes": [{"$ifNull": [path, ""]}, {"$literal": form}]}, 0]} for form in forms]
    return ways[0] if len(ways) == 1 else {"$or": ways}


def _some(path: tuple[str, ...], part: Predicate, at: str, depth: int) -> Document:
    item = f"item{depth}"
    rest = path[1:]
    inner = _some(rest, part, f"$${item}.", depth + 1) if rest else expression_for(part, f"$${item}.", depth + 1)
    items = {"$ifNull": [f"{at}{path[0]}", []]}
    return {"$anyElementTrue": [{"$map": {"input": items, "as": item, "in": inner}}]}


def walk(predicate: Predicate, *, into_lists: bool) -> Iterator[Predicate]:
    """Yield a predicate and every part of it; what is asked of a list's items only with `into_lists`."""
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
    """Every item of an array has the part; true of an empty one."""
    return Not(AnyItem(path, Not(part)))


def all_of(*parts: Predicate) -> Predicate:
    """All of some parts, those that are always true left out."""
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
    """Whether a document, or an item inside one, is as a predicate says."""
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
    """The value at a path, None where there is none."""
    value: Any = document
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value
