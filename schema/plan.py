"""Decide from a selection what to bring from the database, lists inside documents included.

A list with arguments, or with such a list anywhere below it, is computed by the database and stands in the document
under a slot named after its response key. Everything else is the stored key of its name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from graphql import FieldNode

from loaders.fetch import Order
from loaders.predicates import TRUE, expression
from schema.errors import BadUserInput
from schema.names import stored_key
from schema.nested import flattened, limited, sorted_by
from schema.orders import order_of
from schema.selection import Fields, Operation, name_of
from schema.where import THROUGH, compares_figures, pins_unit, predicate_of, without_figures

MAX_NESTED: Final = 100
SLOT: Final = "~"
UNITS_OF: Final = "~units:"

_LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {"pillars": "Pillar", "initiatives": "Initiative", "metrics": "Metric", "awards": "Award"}
)
_COUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {"pillarCount": "pillars", "initiativeCount": "initiatives", "metricCount": "metrics", "awardCount": "awards"}
)
_HOLDERS: Final = frozenset({"District", "Pillar", "Initiative"})
# Fields that are computed from keys of other names.
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "indicator": ("indicator", "indicators"),
        "initiative": ("initiative", "district"),
        "pillar": ("pillar", "district"),
        "standing": ("indicator", "quantity"),
    }
)
_DERIVED: Final = frozenset({("Pillar", "metrics"), ("Pillar", "metricCount")})


@dataclass(slots=True)
class Plan:
    """What to bring for a selection on one type.

    project: the output, as MongoDB's `$project` takes it. sources, indicators: whether slugs must be replaced by
    what they name.
    """

    project: dict[str, Any] = field(default_factory=dict)
    sources: bool = False
    indicators: bool = False


def plan_item(operation: Operation, type_name: str, nodes: Iterable[FieldNode], order: Order = ()) -> Plan:
    """Plan a selection on documents of one type, which the caller may order and page by `order`.

    Raises BadUserInput for arguments that can't be used.
    """
    planner = _Planner(operation)
    fields = operation.fields(type_name, nodes)
    project = planner.item(type_name, fields, "$", 0)
    for key in order:
        project[key.path.partition(".")[0]] = 1
    if planner.sources:
        project["sources"] = 1
    if planner.indicators:
        project["indicators"] = 1
    return Plan(project, planner.sources, planner.indicators)


class _Planner:
    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self.sources = False
        self.indicators = False

    def item(self, type_name: str, fields: Fields, at: str, depth: int) -> dict[str, Any]:
        """The output of one item; `at` is "$" for a document, or "$$name." for an item of an array."""
        kept: set[str] = {"id", "slug"}
        computed: dict[str, Any] = {}
        for response_key, nodes in fields.items():
            name = name_of(nodes)
            if type_name in _HOLDERS and name in _LISTS:
                if (found := self._list(type_name, nodes, at, depth)) is None:
                    kept.add(name)
                else:
                    items, units = found
                    computed[f"{SLOT}{response_key}"] = items
                    if units is not None:
                        computed[f"{UNITS_OF}{response_key}"] = units
            elif type_name in _HOLDERS and name in _COUNTS and self._is_filtered(type_name, nodes[0]):
                computed |= self._count(type_name, response_key, nodes[0], at, depth)
            else:
                kept.update(_NEEDS.get(name, (stored_key(name),)))
                self._link(type_name, nodes)
        if at != "$":
            kept.discard("indicators")
        plain = {key: 1 if at == "$" else f"{at}{key}" for key in sorted(kept)}
        return {**plain, **computed}

    def _is_filtered(self, type_name: str, node: FieldNode) -> bool:
        return bool(node.arguments) or (type_name, node.name.value) in _DERIVED

    def _link(self, type_name: str, nodes: Sequence[FieldNode]) -> None:
        name = nodes[0].name.value
        self.sources = self.sources or name == "citations"
        self.indicators = self.indicators or name == "indicator"

    def _list(self, type_name: str, nodes: list[FieldNode], at: str, depth: int) -> tuple[Any, Any] | None:
        """The items of a list and the units among them, or None where the stored list is what is wanted."""
        name = name_of(nodes)
        item_type = _LISTS[name]
        variable = f"v{depth}"
        item = self.item(item_type, self._operation.fields(item_type, nodes), f"$${variable}.", depth + 1)
        arguments = self._operation.arguments(type_name, nodes[0])
        path = THROUGH.get((type_name, name), (name,))
        has_slots = any(key.startswith(SLOT) for key in item)
        if not has_slots and len(path) == 1 and not nodes[0].arguments:
            return None
        items = flattened(at, path)
        where, units = self._where(item_type, arguments, items, variable, depth)
        order = order_of(arguments.get("orderBy"), f"{name}.orderBy", "id") if arguments.get("orderBy") else ()
        if where != TRUE:
            items = _filtered(items, where, variable, depth)
        items = limited(sorted_by(items, order, variable), *_page(arguments, name))
        return {"$map": {"input": items, "as": variable, "in": item}}, units

    def _where(
        self, item_type: str, arguments: Mapping[str, Any], items: Any, variable: str, depth: int
    ) -> tuple[Any, Any]:
        """The filter, and the units of what it chooses from where they must be one."""
        filter_type: Any = self._operation.schema.type_map[f"{item_type}Filter"]
        where = predicate_of(filter_type, arguments.get("where"), "where")
        by_figure = any("quantity" in key for key in arguments.get("orderBy") or ())
        if not (compares_figures(where) or (by_figure and not pins_unit(where))):
            return where, None
        chosen = _filtered(items, without_figures(where), variable, depth)
        return where, {
            "$setUnion": [{"$map": {"input": chosen, "as": variable, "in": f"$${variable}.quantity.unit"}}]
        }

    def _count(self, type_name: str, response_key: str, node: FieldNode, at: str, depth: int) -> dict[str, Any]:
        name = _COUNTS[node.name.value]
        arguments = self._operation.arguments(type_name, node)
        variable = f"v{depth}"
        items = flattened(at, THROUGH.get((type_name, name), (name,)))
        where, units = self._where(_LISTS[name], arguments, items, variable, depth)
        if where != TRUE:
            items = _filtered(items, where, variable, depth)
        found = {f"{SLOT}{response_key}": {"$size": items}}
        return found if units is None else {**found, f"{UNITS_OF}{response_key}": units}


def _filtered(items: Any, where: Any, variable: str, depth: int) -> dict[str, Any]:
    return {"$filter": {"input": items, "as": variable, "cond": expression(where, f"$${variable}.", depth + 1)}}


def _page(arguments: Mapping[str, Any], name: str) -> tuple[int, int | None]:
    first, offset = arguments.get("first"), arguments.get("offset") or 0
    if first is not None and not 1 <= first <= MAX_NESTED:
        raise BadUserInput(f'"{name}.first" is {first}; 1 to {MAX_NESTED}, or leave it out for all')
    if offset < 0:
        raise BadUserInput(f'"{name}.offset" is {offset}; 0 or more')
    return offset, first
