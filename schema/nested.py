"""Aggregation expressions for a list inside a document: flattened, ordered, cut to a page.

Nothing a client sent stands in them but behind `$literal` (`loaders.predicates`).
"""

from typing import Any, Final

from loaders.fetch import Order

# More than any array holds.
_ALL: Final = 2**31 - 1


def flattened(at: str, path: tuple[str, ...]) -> Any:
    """The items at a path that goes through arrays of arrays, in the order of the document."""
    items: Any = f"{at}{path[0]}"
    for key in path[1:]:
        items = {
            "$reduce": {
                "input": items,
                "initialValue": [],
                "in": {"$concatArrays": ["$$value", f"$$this.{key}"]},
            }
        }
    return items


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
