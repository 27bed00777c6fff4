"""Decide from a selection what to bring from the database, lists inside documents included.

What doesn't depend on variables is decided once an operation. A list with arguments, or with such a list anywhere
below it, is computed by the database and stands in the document under a slot named after its response key.
Everything else is the stored key of its name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from graphql import FieldNode, get_named_type, is_composite_type, is_list_type, is_non_null_type

from loaders.fetch import Order
from loaders.predicates import TRUE, expression
from schema.errors import BadUserInput
from schema.names import stored_key
from schema.nested import flattened, limited, sorted_by
from schema.orders import order_of
from schema.projection import Tree, projection, with_paths
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
_FORMS: Final = ("zh_hans", "en", "zh_hant")
# Fields that are computed from keys of other names.
_NEEDS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = MappingProxyType(
    {
        ("LocalizedText", "language"): _FORMS,
        ("LocalizedText", "text"): _FORMS,
        ("Metric", "standing"): ("indicator", "quantity"),
        ("Quantity", "formatted"): ("value", "multiplier", "comparator", "max_value", "unit"),
    }
)
# Fields that lead to other documents, by the slugs that they find them by.
_CROSSING: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"initiative": ("initiative", "district"), "pillar": ("pillar", "district")}
)
# Stored as a slug or a code, where the contract has an object.
_SLUGS: Final = frozenset({"district", "indicator", "initiative", "pillar", "source", "unit"})
_DERIVED: Final = frozenset({("Pillar", "metrics"), ("Pillar", "metricCount")})


# Turns the variables of a request into parts of a projection, by key. Raises BadUserInput.
Computed: TypeAlias = Callable[[Operation], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to bring for a selection on one type.

    project: the output, as MongoDB's `$project` takes it; None for whole documents. sources, indicators: whether
    slugs must be replaced by what they name. has_slots: whether lists stand under slots.
    """

    project: dict[str, Any] | None
    sources: bool = False
    indicators: bool = False
    has_slots: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A plan without the values of variables, shared by all requests that run an operation.

    stored: the paths of what is brought as it is stored. computed: what arguments decide about.
    """

    stored: Mapping[str, int] | None
    computed: tuple[Computed, ...]
    sources: bool
    indicators: bool

    def bind(self, operation: Operation, order: Order) -> Plan:
        """The plan for the variables of an operation, and for documents that an order is read from."""
        return Plan(self._project(operation, order), self.sources, self.indicators, bool(self.computed))

    def _project(self, operation: Operation, order: Order) -> dict[str, Any] | None:
        if self.stored is None:
            return None
        project: dict[str, Any] = with_paths(self.stored, (key.path for key in order))
        for compute in self.computed:
            project |= compute(operation)
        return project


def plan_item(operation: Operation, type_name: str, nodes: Iterable[FieldNode], order: Order = ()) -> Plan:
    """Plan a selection on documents of one type, which the caller may order and page by `order`.

    Raises BadUserInput for arguments that can't be used.
    """
    wanted = list(nodes)
    place = (type_name, *map(id, wanted))
    if place not in operation.templates:
        operation.templates[place] = _template(operation, type_name, wanted)
    template: Template = operation.templates[place]
    return template.bind(operation, order)


def _template(operation: Operation, type_name: str, nodes: Sequence[FieldNode]) -> Template:
    planner = _Planner(operation)
    tree, computed = planner.item(type_name, operation.fields(type_name, nodes), "$", 0)
    tree |= {"id": True, "slug": True}
    if planner.sources:
        tree["sources"] = {"slug": True, **planner.sources}
    if planner.indicators:
        tree["indicators"] = {"slug": True, **planner.indicators}
    stored = projection(tree, type_name, or_whole=type_name == "District" and not computed)
    return Template(stored, tuple(computed), bool(planner.sources), bool(planner.indicators))


class _Planner:
    """Walks a selection once. sources, indicators: what is selected on them, at any level."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self.sources: Tree = {}
        self.indicators: Tree = {}

    def item(self, type_name: str, fields: Fields, at: str, depth: int) -> tuple[Tree, list[Computed]]:
        """What to bring of one item, and what to compute; `at` is "$" or "$$name." for an item of an array."""
        tree: Tree = {}
        computed: list[Computed] = []
        for response_key, nodes in fields.items():
            name = name_of(nodes)
            if type_name in _HOLDERS and name in _LISTS:
                items = self._list(type_name, response_key, nodes, at, depth)
                if isinstance(items, dict):
                    _merge(tree, {name: items or {"slug": True}})
                else:
                    computed.append(items)
            elif type_name in _HOLDERS and name in _COUNTS and self._is_filtered(type_name, nodes[0]):
                computed.append(partial(_count, type_name, response_key, nodes[0], at, depth))
            else:
                self._add(tree, type_name, nodes)
        return tree, computed

    def _is_filtered(self, type_name: str, node: FieldNode) -> bool:
        return bool(node.arguments) or (type_name, node.name.value) in _DERIVED

    def _add(self, tree: Tree, type_name: str, nodes: list[FieldNode]) -> None:
        """Add what a field needs, as deep as nothing above it may be null: a path through null would lose it."""
        name = name_of(nodes)
        if name == "source":
            _merge(self.sources, self._below("Source", nodes))
        elif name == "indicator":
            _merge(self.indicators, self._below("Indicator", nodes))
        for key in _NEEDS.get((type_name, name), _CROSSING.get(name, (stored_key(name),))):
            type_: Any = self._operation.field(type_name, nodes[0]).type
            deep = key == stored_key(name) and key not in _SLUGS and _is_always_there(type_)
            below = self._below(get_named_type(type_).name, nodes) if deep else {}
            _merge(tree, {key: below or True})

    def _below(self, type_name: str, nodes: list[FieldNode]) -> Tree:
        return self.item(type_name, self._operation.fields(type_name, nodes), "$", 0)[0]

    def _list(
        self, type_name: str, response_key: str, nodes: list[FieldNode], at: str, depth: int
    ) -> Computed | Tree:
        """How to compute the items of a list; what to bring of each where the stored list is what is wanted."""
        name = name_of(nodes)
        item_type = _LISTS[name]
        tree, computed = self.item(item_type, self._operation.fields(item_type, nodes), f"$$v{depth}.", depth + 1)
        path = THROUGH.get((type_name, name), (name,))
        if not computed and len(path) == 1 and not nodes[0].arguments:
            return tree
        keys = sorted({"id", "slug", *tree})
        return partial(_items, _List(type_name, item_type, response_key, nodes[0], path), keys, computed, at, depth)


@dataclass(frozen=True, slots=True)
class _List:
    """A list inside documents, to be computed."""

    type_name: str
    item_type: str
    response_key: str
    node: FieldNode
    path: tuple[str, ...]


def _items(
    listed: _List, keys: Sequence[str], computed: Sequence[Computed], at: str, depth: int, operation: Operation
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


def _count(
    type_name: str, response_key: str, node: FieldNode, at: str, depth: int, operation: Operation
) -> dict[str, Any]:
    name = _COUNTS[node.name.value]
    variable = f"v{depth}"
    items = flattened(at, THROUGH.get((type_name, name), (name,)))
    where, units = _where(operation, _LISTS[name], operation.arguments(type_name, node), items, variable, depth)
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


def _is_always_there(type_: Any) -> bool:
    """Whether a field holds objects that are never null, themselves or in a list."""
    if is_non_null_type(type_) and is_list_type(type_.of_type):
        type_ = type_.of_type.of_type
    return is_non_null_type(type_) and is_composite_type(type_.of_type)


def _merge(into: Tree, tree: Tree) -> Tree:
    for key, subtree in tree.items():
        known = into.get(key, {})
        into[key] = True if known is True or subtree is True else _merge(known, subtree)
    return into


def _filtered(items: Any, where: Any, variable: str, depth: int) -> dict[str, Any]:
    return {"$filter": {"input": items, "as": variable, "cond": expression(where, f"$${variable}.", depth + 1)}}


def _page(arguments: Mapping[str, Any], name: str) -> tuple[int, int | None]:
    first, offset = arguments.get("first"), arguments.get("offset") or 0
    if first is not None and not 1 <= first <= MAX_NESTED:
        raise BadUserInput(f'"{name}.first" is {first}; 1 to {MAX_NESTED}, or leave it out for all')
    if offset < 0:
        raise BadUserInput(f'"{name}.offset" is {offset}; 0 or more')
    return offset, first
