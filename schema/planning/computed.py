"""Compute a list inside documents, or the number of its items, in the database: filtered, ordered and paged there.

The result stands in the document under a slot that is named after the field and its arguments. So every place of a
selection that asks a list for the same shares its result, and places that ask it for something else never meet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final, Protocol

from graphql import FieldNode, GraphQLError, print_ast

from loaders.store.fetch import Order
from loaders.store.predicates import TRUE, expression_for
from schema.arguments.orders import order_of
from schema.arguments.where import compares_figures, paths_through, pins_unit, predicate_of, without_figures
from schema.base.errors import BadUserInput
from schema.planning.selection import SelectionReader

MAX_NESTED: Final = 100
SLOT: Final = "~"

LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {"pillars": "Pillar", "initiatives": "Initiative", "metrics": "Metric", "awards": "Award"}
)
COUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {"pillarCount": "pillars", "initiativeCount": "initiatives", "metricCount": "metrics", "awardCount": "awards"}
)


class Compute(Protocol):
    """Writes what to compute for a field."""

    def __call__(self, operation: SelectionReader, at: str, depth: int) -> dict[str, Any]:
        """Write the parts of a projection, by key, for the variables of a request.

        at: what holds the field, "$" or "$$name." for an item of an array. depth: of arrays around it.
        A field whose arguments can't be used is left out, and its error noted in `operation.refused`.
        """
        ...


def slot_of(node: FieldNode) -> str:
    """The key that a computed field stands under: the same for the same field with the same arguments."""
    return slot_named(node.name.value, ",".join(map(print_ast, node.arguments or ())))


def slot_named(name: str, arguments: str = "") -> str:
    """The key that a computed field stands under, by its name and its arguments as they are written."""
    return f"{SLOT}{blake2b(f'{name}({arguments})'.encode(), digest_size=12).hexdigest()}"


def units_key(slot: str) -> str:
    """The key of the units among what a slot holds, where they must be one."""
    return f"{slot}:units"


@dataclass(frozen=True, slots=True)
class ListItems:
    """A list to be computed: the stored keys to bring of each item, and what to compute below each.

    node: a field that has the arguments; None where there are none, and the list is computed for what is below it.
    """

    type_name: str
    name: str
    node: FieldNode | None
    keys: Sequence[str]
    computed: Sequence[Compute]

    def __call__(self, operation: SelectionReader, at: str, depth: int) -> dict[str, Any]:
        """The items of the list, and the units among them where they must be one."""
        name, variable = self.name, f"v{depth}"
        slot = slot_of(self.node) if self.node else slot_named(name)
        items = flattened(at, paths_through(self.type_name, name))
        try:
            arguments = operation.arguments(self.type_name, self.node) if self.node else {}
            where, units = _where(operation, LISTS[name], arguments, items, variable, depth)
            order = order_of(arguments.get("orderBy"), f"{name}.orderBy", "id") if arguments.get("orderBy") else ()
            offset, first = _page(arguments, name)
        except GraphQLError as error:
            operation.refused[slot] = error
            return {}
        if where != TRUE:
            items = _filtered(items, where, variable, depth)
        items = limited(sorted_by(items, order, variable), offset, first)
        item: dict[str, Any] = {key: f"$${variable}.{key}" for key in self.keys}
        for compute in self.computed:
            item |= compute(operation, f"$${variable}.", depth + 1)
        return {slot: {"$map": {"input": items, "as": variable, "in": item}}, **_units(slot, units)}


@dataclass(frozen=True, slots=True)
class Count:
    """The items of a list to be counted."""

    type_name: str
    node: FieldNode

    def __call__(self, operation: SelectionReader, at: str, depth: int) -> dict[str, Any]:
        """The number of items, and the units among them where they must be one."""
        slot, name, variable = slot_of(self.node), COUNTS[self.node.name.value], f"v{depth}"
        items = flattened(at, paths_through(self.type_name, name))
        try:
            arguments = operation.arguments(self.type_name, self.node)
            where, units = _where(operation, LISTS[name], arguments, items, variable, depth)
        except GraphQLError as error:
            operation.refused[slot] = error
            return {}
        if where != TRUE:
            items = _filtered(items, where, variable, depth)
        return {slot: {"$size": items}, **_units(slot, units)}


def _units(slot: str, units: Any) -> dict[str, Any]:
    return {} if units is None else {units_key(slot): units}


def _where(
    operation: SelectionReader, item_type: str, arguments: Mapping[str, Any], items: Any, variable: str, depth: int
) -> tuple[Any, Any]:
    """The filter, and the units of what it chooses from where they must be one."""
    filter_type: Any = operation.schema.type_map[f"{item_type}Filter"]
    where = predicate_of(filter_type, arguments.get("where"), "where")
    by_figure = any("quantity" in key for key in arguments.get("orderBy") or ())
    if not (compares_figures(where) or (by_figure and not pins_unit(where))):
        return where, None
    chosen_from = _filtered(items, without_figures(where), variable, depth)
    units = {"$map": {"input": chosen_from, "as": variable, "in": f"$${variable}.quantity.unit"}}
    return where, {"$setUnion": [units]}


def _filtered(items: Any, where: Any, variable: str, depth: int) -> dict[str, Any]:
    return {"$filter": {"input": items, "as": variable, "cond": expression_for(where, f"$${variable}.", depth + 1)}}


def _page(arguments: Mapping[str, Any], name: str) -> tuple[int, int | None]:
    first, offset = arguments.get("first"), arguments.get("offset") or 0
    if first is not None and not 1 <= first <= MAX_NESTED:
        raise BadUserInput(f'"{name}.first" is {first}; 1 to {MAX_NESTED}, or leave it out for all')
    if offset < 0:
        raise BadUserInput(f'"{name}.offset" is {offset}; 0 or more')
    return offset, first


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
