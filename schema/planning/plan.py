"""Decide from a selection what to bring from the database, what to compute there, and which slugs to replace.

A plan is a tree of places: each selection set on a stored object is one, and says for itself what it needs. Several
selections may be answered by the same documents (`nodes` and `edges { node }`, aliases): each is walked by itself,
and what they need is united by stored key. Nothing is told apart, or put together, by the response keys that clients
choose. A field that another fetch answers ends the plan: only the keys that it is found by are brought.

A list with arguments, or with such a list anywhere below it, is computed by the database and stands in the document
under a slot named after the field and its arguments (`schema.planning.computed`). A list that goes through others,
such as a district's metrics, is brought where it is stored, and `schema.retrieval.lists` gathers it. What doesn't
depend on variables is decided once an operation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from graphql import FieldNode, get_named_type, is_composite_type, is_list_type, is_non_null_type

from loaders.store.fetch import Order
from schema.arguments.where import paths_through
from schema.base.names import stored_key
from schema.planning.computed import COUNTS, LISTS, Compute, Count, ListItems, slot_named, slot_of
from schema.planning.link_references import Links
from schema.planning.projection import Tree, projection, with_paths
from schema.planning.selection import SelectionReader, name_of

_HOLDERS: Final = frozenset({"District", "Pillar", "Initiative"})
_FORMS: Final = ("zh_hans", "en", "zh_hant")
# Fields that are computed from keys of other names, and fields that another fetch answers, by the keys that it needs.
NEEDS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = MappingProxyType(
    {
        ("LocalizedText", "language"): _FORMS,
        ("LocalizedText", "text"): _FORMS,
        ("Quantity", "formatted"): ("value", "multiplier", "comparator", "max_value", "unit"),
        ("Metric", "standing"): ("indicator", "quantity"),
        ("Indicator", "ranking"): ("slug",),
        ("Award", "district"): ("district",),
        ("Award", "pillar"): ("pillar", "district"),
        ("Award", "initiative"): ("initiative", "district"),
        ("Metric", "district"): ("district",),
        ("Metric", "pillar"): ("pillar", "district"),
        ("Metric", "initiative"): ("initiative", "district"),
        ("Initiative", "district"): ("district",),
        ("Initiative", "pillar"): ("pillar", "district"),
        ("Pillar", "district"): ("district",),
    }
)
# Fields whose object is named by a slug, and stands in a table that the document carries.
REFERENCES: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {("Citation", "source"): "sources", ("Metric", "indicator"): "indicators"}
)
# Fields whose object is made of the code that is stored.
_CODES: Final = frozenset({("Quantity", "unit"), ("Indicator", "unit")})


@dataclass(frozen=True, slots=True)
class Plan:
    """What to bring for the selections on one type, with the variables of a request.

    project: the output, as MongoDB's `$project` takes it; None for whole documents.
    links: which slugs to replace by what they name.
    """

    project: dict[str, Any] | None
    links: Links


@dataclass(frozen=True, slots=True)
class Template:
    """A plan without the values of variables, shared by all requests that run an operation.

    stored: the paths of what is brought as it is stored; None for whole documents. computed: what arguments decide.
    """

    stored: Mapping[str, int] | None
    computed: tuple[Compute, ...]
    links: Links

    def bind(self, operation: SelectionReader, order: Order) -> Plan:
        """The plan for the variables of an operation, and for documents that an order is read from."""
        if self.stored is None:
            return Plan(None, self.links)
        project: dict[str, Any] = with_paths(self.stored, (key.path for key in order))
        for compute in self.computed:
            project |= compute(operation, "$", 0)
        return Plan(project, self.links)


def plan_item(
    operation: SelectionReader, type_name: str, selections: Iterable[Sequence[FieldNode]], order: Order = ()
) -> Plan:
    """Plan what is selected on documents of one type, which the caller may order and page by `order`.

    selections: the field nodes of each place where the documents are completed.
    """
    wanted = tuple(tuple(nodes) for nodes in selections)
    key = (type_name, *(tuple(map(id, nodes)) for nodes in wanted))
    if key not in operation.templates:
        operation.templates[key] = _template(operation, type_name, wanted)
    template: Template = operation.templates[key]
    return template.bind(operation, order)


def _template(operation: SelectionReader, type_name: str, selections: Iterable[Sequence[FieldNode]]) -> Template:
    tables: dict[str, _Place] = {}
    place = _Place(type_name)
    for nodes in selections:
        _Walk(operation, tables).into(place, nodes)
    tree = place.tree()
    _unite(tree, {"id": True, "slug": True})
    for name, table in tables.items():
        _unite(tree, {name: _unite(table.tree(), {"slug": True})})
    computed = tuple(place.computed())
    stored = projection(tree, type_name, or_whole=type_name == "District" and not computed)
    return Template(stored, computed, place.links())


class _Place:
    """What all selections need that are answered by the same stored objects."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name
        self._stored: Tree = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, FieldNode] = {}
        self._objects: dict[str, _Place] = {}
        self._tables: dict[str, str] = {}

    def bring(self, key: str) -> None:
        """Bring all that is stored under a key."""
        self._stored[key] = True

    def refer(self, key: str, table: str) -> None:
        """Bring the slug under a key, and replace it by what it names in a table."""
        self._stored[key] = True
        self._tables[key] = table

    def count(self, node: FieldNode) -> None:
        """Have the items of a list counted."""
        self._counts[slot_of(node)] = node

    def items(self, name: str, node: FieldNode | None = None) -> "_Place":
        """The place of the items of a list: one for all that select it with the same arguments, those of `node`."""
        slot = slot_of(node) if node else slot_named(name)
        return self._lists.setdefault(slot, _List(name, node, _Place(LISTS[name]))).items

    def object(self, key: str, type_name: str) -> "_Place":
        """The place of the object, or of the objects of the list, that is stored under a key."""
        return self._objects.setdefault(key, _Place(type_name))

    def tree(self) -> Tree:
        """What to bring as it is stored."""
        tree = dict(self._stored)
        for key, place in self._objects.items():
            _unite(tree, {key: place.tree() or True})
        for listed in self._lists.values():
            if not listed.is_computed:
                _unite(tree, {listed.name: listed.items.tree() or {"slug": True}})
        return tree

    def computed(self) -> Iterable[Compute]:
        """What to have computed beside it."""
        for listed in self._lists.values():
            if listed.is_computed:
                keys = sorted({"id", "slug", *listed.items.tree()})
                yield ListItems(self.type_name, listed.name, listed.node, keys, tuple(listed.items.computed()))
        for node in self._counts.values():
            yield Count(self.type_name, node)

    def links(self) -> Links:
        """Which slugs to replace."""
        below = {key: place.links() for key, place in self._objects.items()}
        for slot, listed in self._lists.items():
            below[slot if listed.is_computed else listed.name] = listed.items.links()
        return Links(tuple(self._tables.items()), tuple((key, links) for key, links in below.items() if links))


@dataclass(frozen=True, slots=True)
class _List:
    """A list of a place, with the place of its items."""

    name: str
    node: FieldNode | None
    items: _Place

    @property
    def is_computed(self) -> bool:
        """Whether the database computes it, and not just brings what is stored."""
        return self.node is not None or any(self.items.computed())


class _Walk:
    """Walks one selection. tables: the places of sources and indicators, which are found by their slugs."""

    def __init__(self, operation: SelectionReader, tables: dict[str, _Place]) -> None:
        self._operation = operation
        self._tables = tables

    def into(self, place: _Place, nodes: Sequence[FieldNode]) -> None:
        """Add what is selected below nodes, which are merged into one place of the answer, to what a place needs."""
        for below in self._operation.fields(place.type_name, nodes).values():
            name = name_of(below)
            if place.type_name in _HOLDERS and name in LISTS:
                for items in _places_of(place, name, below[0]):
                    self.into(items, below)
            elif place.type_name in _HOLDERS and name in COUNTS and below[0].arguments:
                place.count(below[0])
            else:
                self._add(place, below)

    def _add(self, place: _Place, nodes: list[FieldNode]) -> None:
        """Add a field, as deep as nothing above it may be null: a path through null would lose it."""
        field = (place.type_name, name_of(nodes))
        key = stored_key(field[1])
        if table := REFERENCES.get(field):
            place.refer(key, table)
            type_name = get_named_type(self._operation.field(place.type_name, nodes[0]).type).name
            self.into(self._tables.setdefault(table, _Place(type_name)), nodes)
        elif field in NEEDS:
            for needed in NEEDS[field]:
                place.bring(needed)
        elif field in _CODES or not is_composite_type(get_named_type(self._type(field, nodes))):
            place.bring(key)
        else:
            type_ = self._type(field, nodes)
            self.into(place.object(key, get_named_type(type_).name), nodes)
            if not _is_always_there(type_):
                place.bring(key)

    def _type(self, field: tuple[str, str], nodes: list[FieldNode]) -> Any:
        return self._operation.field(field[0], nodes[0]).type


def _places_of(place: _Place, name: str, node: FieldNode) -> Iterable[_Place]:
    """The places of a list's items: what arguments choose has one; all that there is stands where it is stored."""
    if node.arguments:
        yield place.items(name, node)
        return
    for path in paths_through(place.type_name, name):
        items = place
        for key in path:
            items = items.items(key)
        yield items


def _is_always_there(type_: Any) -> bool:
    """Whether a field holds objects that are never null, themselves or in a list."""
    if is_non_null_type(type_) and is_list_type(type_.of_type):
        type_ = type_.of_type.of_type
    return is_non_null_type(type_) and is_composite_type(type_.of_type)


def _unite(into: Tree, tree: Tree) -> Tree:
    for key, subtree in tree.items():
        known = into.get(key, {})
        into[key] = True if known is True or subtree is True else _unite(dict(known), subtree)
    return into
