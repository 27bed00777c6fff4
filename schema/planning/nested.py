"""Aggregation expressions for a list inside a document: flattened, ordered, cut to a page.

Nothing a client sent stands in them but behind `$literal` (`loaders.store.predicates`).
"""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from loaders.store.fetch import Order

# More than any array holds.
_ALL: Final = 2**31 - 1


def flattened(at: str, paths: Iterable[tuple[str, ...]]) -> Any:
    """The items that paths through arrays of arrays lead to, in the order of the document.

    What an object holds itself stands before what it holds through others.
    """
    parts = [_through(at, key, [path[1:] for path in group]) for key, group in groupby(paths, itemgetter(0))]
    return parts[0] if len(parts) == 1 else {"$concatArrays": parts}


def _through(at: str, key: str, rest: list[tuple[str, ...]]) -> Any:
    if rest == [()]:
        return f"{at}{key}"
    below = flattened("$$this.", rest)
    parts = below["$concatArrays"] if isinstance(below, dict) and "$concatArrays" in below else [below]
    return {
        "$reduce": {
            "input": f"{at}{key}",
            "initialValue": [],
            "in": {"$concatArrays": ["$$value", *parts]},
        }
    }


def sorted_by(items: Any, order: Order, variable: str) -> Any:
    """The items in an order, nulls where it says; as they come where there is none."""
    if not order:
        return items
    keys: dict[str, Any] = {"item": f"$${variable}"}
    sort: dict[str, int] = {}
    for number, key in enumerate(order):
        value = f"$${variable}.{key.path}"
        keys[f"key{number}"] = value
        if key.nullable:
            keys[f"null{number}"] = {"$cond": [{"$gt": [value, None]}, 0, -1 if key.nulls_first else 1]}
            sort[f"null{number}"] = 1
        sort[f"key{number}"] = -1 if key.descending else 1
    decorated = {"$map": {"input": items, "as": variable, "in": keys}}
    ordered = {"$sortArray": {"input": decorated, "sortBy": sort}}
    return {"$map": {"input": ordered, "as": variable, "in": f"$${variable}.item"}}


def limited(items: Any, offset: int, first: int | None) -> Any:
    """A page of the items."""
    if first is None and not offset:
        return items
    return {"$slice": [items, offset, first or _ALL]}
