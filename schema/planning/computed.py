"""Expressions that filter, order, page or count a list inside a document, in the database.

The result is put into the document under a key, the slot, that is derived from the field and its arguments. So all
selections of a list with equal arguments share one result, and other arguments never collide with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final, Protocol

from graphql import FieldNode, GraphQLError, get_named_type, print_ast

from loaders.store.fetch import Order
from loaders.store.predicates import TRUE, Predicate, expression_for
from schema.arguments.orders import FIGURE_PATH, order_of
from schema.arguments.where import (
    compares_unpinned_figures,
    paths_through,
    pins_unit,
    predicate_of,
    without_figure_comparisons,
)
from schema.base.errors import BadUserInput
from schema.planning.selection import SelectionReader

MAX_NESTED: Final = 100
SLOT_PREFIX: Final = "~"

NESTED_ITEM_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pillars": "Pillar",
        "initiatives": "Initiative",
        "metrics": "Metric",
        "observations": "Observation",
        "awards": "Award",
    }
)
COUNTED_LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pillarCount": "pillars",
        "initiativeCount": "initiatives",
        "metricCount": "metrics",
        "observationCount": "observations",
        "awardCount": "awards",
    }
)


class ComputedField(Protocol):
    """Builds the projection of a computed field."""

    def __call__(self, operation: SelectionReader, at: str, depth: int) -> dict[str, Any]:
        """Build the expressions of a projection, by key, for the variables of a request.

        at: the prefix of the enclosing object, "$" or "$$name." for an item of an array. depth: of enclosing arrays.
        A field with invalid arguments is left out; its error is put into `operation.refused`.
        """
        ...

    @property
    def size(self) -> int:
        """How many parts it has, which its memory is proportional to."""
        ...


def slot_of(node: FieldNode) -> str:
    """The slot of a field node: equal for equal fields with equal arguments."""
    return slot_named(node.name.value, ",".join(map(print_ast, node.arguments or ())))


def slot_named(name: str, arguments: str = "") -> str:
    """The slot of a field, by its name and its printed arguments."""
    return f"{SLOT_PREFIX}{blake2b(f'{name}({arguments})'.encode(), digest_size=12).hexdigest()}"


def units_key(slot: str) -> str:
    """The key of the units of the figures that a slot compares."""
    return f"{slot}:units"


@dataclass(frozen=True, slots=True)
class ListItems:
    """A list to compute: the stored keys to fetch of each item, and the computed fields of each.

    node: a field node with the arguments; None if there are none, and only fields below the list need computing.
    """

    type_name: str
    name: str
    node: FieldNode | None
    keys: Sequence[str]
    computed: Sequence[ComputedField]

    @property
    def size(self) -> int:
        """How many keys and fields there are, at any depth."""
        return 1 + len(self.keys) + sum(field.size for field in self.computed)

    def __call__(self, operation: SelectionReader, at: str, depth: int) -> dict[str, Any]:
        """The items of the list, and their units if figures are compared."""
        name, variable = self.name, f"v{depth}"
        slot = slot_of(self.node) if self.node else slot_named(name)
        items = flattened(at, paths_through(self.type_name, name))
        try:
            arguments = operation.arguments(self.type_name, self.node) if self.node else {}
            where = _filter(operation, self.type_name, self.node, arguments)
            order = order_of(arguments.get("orderBy"), f"{name}.orderBy", "id") if arguments.get("orderBy") else ()
            offset, first = _page(arguments, name)
        except GraphQLError as error:
            operation.refused[slot] = error
            return {}
        units = _units(slot, where, order, items, variable, depth)
        if where != TRUE:
            items = _filtered(items, where, variable, depth)
        items = limited(sorted_by(items, order, variable), offset, first)
        item: dict[str, Any] = {key: f"$${variable}.{key}" for key in self.keys}
        for compute in self.computed:
            item |= compute(operation, f"$${variable}.", depth + 1)
        return {slot: {"$map": {"input": items, "as": variable, "in": item}}, **units}


@dataclass(frozen=True, slots=True)
class Count:
    """A list to count."""

    type_name: str
    node: FieldNode

    @property
    def size(self) -> int:
        """It has one part."""
        return 1

    def __call__(self, operation: SelectionReader, at: str, depth: int) -> dict[str, Any]:
        """The number of items, and their units if figures are compared."""
        slot, name, variable = slot_of(self.node), COUNTED_LISTS[self.node.name.value], f"v{depth}"
        items = flattened(at, paths_through(self.type_name, name))
        try:
            arguments = operation.arguments(self.type_name, self.node)
            where = _filter(operation, self.type_name, self.node, arguments)
        except GraphQLError as error:
            operation.refused[slot] = error
            return {}
        units = _units(slot, where, (), items, variable, depth)
        if where != TRUE:
            items = _filtered(items, where, variable, depth)
        return {slot: {"$size": items}, **units}


def _filter(
    operation: SelectionReader, type_name: str, node: FieldNode | None, arguments: Mapping[str, Any]
) -> Predicate:
    if node is None:
        return TRUE
    filter_type: Any = get_named_type(operation.field(type_name, node).args["where"].type)
    return predicate_of(filter_type, arguments.get("where"), "where")


def _units(slot: str, where: Predicate, order: Order, items: Any, variable: str, depth: int) -> dict[str, Any]:
    """The units of the figures that a filter or an order compares, by the slot's key; empty if it compares none."""
    by_figure = any(key.path == FIGURE_PATH for key in order)
    if not (compares_unpinned_figures(where) or (by_figure and not pins_unit(where))):
        return {}
    candidates = _filtered(items, without_figure_comparisons(where), variable, depth)
    units = {"$map": {"input": candidates, "as": variable, "in": f"$${variable}.quantity.unit"}}
    return {units_key(slot): {"$setUnion": [units]}}


def _filtered(items: Any, where: Predicate, variable: str, depth: int) -> dict[str, Any]:
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
    """The items at some paths through nested arrays, in the order of the document.

    An object's own items come before those of the objects below it.
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
    """The items sorted by an order; unchanged if the order is empty."""
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
