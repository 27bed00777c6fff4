"""Decide from a selection what to bring from the database, lists inside documents included.

What doesn't depend on variables is decided once an operation. A list with arguments, or with such a list anywhere
below it, is computed by the database and stands in the document under a slot named after its response key.
Everything else is the stored key of its name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from graphql import FieldNode, get_named_type, is_composite_type, is_list_type, is_non_null_type

from loaders.fetch import Order
from schema.computed import COUNTS, LISTS, Computed, ListField, count_items, list_items
from schema.names import stored_key
from schema.projection import Tree, projection, with_paths
from schema.selection import Fields, Operation, name_of
from schema.where import THROUGH

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
            if type_name in _HOLDERS and name in LISTS:
                items = self._list(type_name, response_key, nodes, at, depth)
                if isinstance(items, dict):
                    _merge(tree, {name: items or {"slug": True}})
                else:
                    computed.append(items)
            elif type_name in _HOLDERS and name in COUNTS and self._is_filtered(type_name, nodes[0]):
                computed.append(partial(count_items, type_name, response_key, nodes[0], at, depth))
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
        item_type = LISTS[name]
        tree, computed = self.item(item_type, self._operation.fields(item_type, nodes), f"$$v{depth}.", depth + 1)
        path = THROUGH.get((type_name, name), (name,))
        if not computed and len(path) == 1 and not nodes[0].arguments:
            return tree
        listed = ListField(type_name, item_type, response_key, nodes[0], path)
        return partial(list_items, listed, sorted({"id", "slug", *tree}), computed, at, depth)


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
