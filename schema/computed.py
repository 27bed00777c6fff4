"""Compute a list inside documents, or the number of its items, in the database: filtered, ordered and paged there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from graphql import FieldNode

from loaders.predicates import TRUE, expression
from schema.errors import BadUserInput
from schema.nested import flattened, limited, sorted_by
from schema.orders import order_of
from schema.selection import Operation
from schema.where import THROUGH, compares_figures, pins_unit, predicate_of, without_figures

MAX_NESTED: Final = 100
SLOT: Final = "~"
UNITS_OF: Final = "~units:"

LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {"pillars": "Pillar", "initiatives": "Initiative", "metrics": "Metric", "awards": "Award"}
)
COUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {"pillarCount": "pillars", "initiativeCount": "initiatives", "metricCount": "metrics", "awardCount": "awards"}
)

# Turns the variables of a request into parts of a projection, by key. Raises BadUserInput.
Computed: TypeAlias = Callable[[Operation], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ListField:
    """A list inside documents, to be computed."""

    type_name: str
    item_type: str
    response_key: str
    node: FieldNode
    path: tuple[str, ...]


def list_items(
    listed: ListField, keys: Sequence[str], computed: Sequence[Computed], at: str, depth: int, operation: Operation
) -> dict[str, Any]:
    """The items of a list, and the units among them where they must be one."""
    name = listed.node.name.value
    arguments = operation.arguments(listed.type_name, listed.node)
    variable = f"v{depth}"
    items = flattened(at, listed.path)
    where, units = _where(operation, listed.item_type, arguments, items, variable, depth)
    order = order_of(arguments.get("orderBy"), f"{name}.orderBy", "id") if arguments.get("orderBy") else ()
    if where != TRUE:
        items = _filtered(items, where, variable, depth)
    items = limited(sorted_by(items, order, variable), *_page(arguments, name))
    item: dict[str, Any] = {key: f"$${variable}.{key}" for key in keys}
    for compute in computed:
        item |= compute(operation)
    found = {f"{SLOT}{listed.response_key}": {"$map": {"input": items, "as": variable, "in": item}}}
    return found if units is None else {**found, f"{UNITS_OF}{listed.response_key}": units}


def count_items(
    type_name: str, response_key: str, node: FieldNode, at: str, depth: int, operation: Operation
) -> dict[str, Any]:
    """The number of items of a list, and the units among them where they must be one."""
    name = COUNTS[node.name.value]
    variable = f"v{depth}"
    items = flattened(at, THROUGH.get((type_name, name), (name,)))
    where, units = _where(operation, LISTS[name], operation.arguments(type_name, node), items, variable, depth)
    if where != TRUE:
        items = _filtered(items, where, variable, depth)
    found = {f"{SLOT}{response_key}": {"$size": items}}
    return found if units is None else {**found, f"{UNITS_OF}{response_key}": units}


def _where(
    operation: Operation, item_type: str, arguments: Mapping[str, Any], items: Any, variable: str, depth: int
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
    return {"$filter": {"input": items, "as": variable, "cond": expression(where, f"$${variable}.", depth + 1)}}


def _page(arguments: Mapping[str, Any], name: str) -> tuple[int, int | None]:
    first, offset = arguments.get("first"), arguments.get("offset") or 0
    if first is not None and not 1 <= first <= MAX_NESTED:
        raise BadUserInput(f'"{name}.first" is {first}; 1 to {MAX_NESTED}, or leave it out for all')
    if offset < 0:
        raise BadUserInput(f'"{name}.offset" is {offset}; 0 or more')
    return offset, first
