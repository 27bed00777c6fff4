"""Decide from a selection set which stored keys to fetch, what to compute, and which slugs to replace.

A plan is a tree of needs, one for each stored object that is selected. Several selection sets may read the same
documents (`nodes` and `edges { node }`, aliases): each is visited separately, and their needs are merged by stored
key, never by response key. A field that needs a fetch of its own ends the plan: only the keys that identify its
object are fetched.

A list with arguments, or with such a list anywhere below it, is computed by the database and put into the document
under a slot (`schema.planning.computed`). A list whose items are stored below other lists, such as a district's
metrics, is fetched where it is stored and gathered by `schema.retrieval.nested_lists`. What doesn't depend on
variables is planned once per operation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import FieldNode, get_named_type, is_composite_type, is_list_type, is_non_null_type

from loaders.store.fetch import Order
from schema.arguments.where import paths_through
from schema.base.names import stored_key
from schema.planning.computed import (
    COUNTED_LISTS,
    NESTED_ITEM_TYPES,
    ComputedField,
    Count,
    ListItems,
    slot_named,
    slot_of,
)
from schema.planning.link_references import Links
from schema.planning.projection import Tree, projection, with_paths
from schema.planning.required_keys import CHOSEN, CODE_FIELDS, REFERENCES, REQUIRED_KEYS
from schema.planning.selection import SelectionReader, name_of

_TYPES_WITH_LISTS: Final = frozenset({"District", "Pillar", "Initiative", "Metric"})
# Memory of a template, of each key and field in it, and of each node that it was made for.
TEMPLATE_BYTES: Final = 900
PART_BYTES: Final = 120
ID_BYTES: Final = 40


@dataclass(frozen=True, slots=True)
class Plan:
    """What to fetch for the selection sets on one type, for the variables of a request.

    project: as in MongoDB's `$project`; None for whole documents.
    links: the slugs to replace by objects.
    """

    project: dict[str, Any] | None
    links: Links


@dataclass(frozen=True, slots=True)
class Template:
    """A plan without the values of variables, shared by all requests that execute an operation.

    stored: the stored paths to fetch; None for whole documents. computed: the fields that depend on arguments.
    """

    stored: Mapping[str, int] | None
    computed: tuple[ComputedField, ...]
    links: Links

    @property
    def weight(self) -> int:
        """Bytes, about as many as tracemalloc counts."""
        size = len(self.stored or ()) + sum(field.size for field in self.computed) + self.links.size
        return TEMPLATE_BYTES + PART_BYTES * size

    def bind(self, operation: SelectionReader, order: Order) -> Plan:
        """The plan for the variables of an operation; the keys of `order` are fetched too."""
        if self.stored is None:
            return Plan(None, self.links)
        project: dict[str, Any] = with_paths(self.stored, (key.path for key in order))
        for compute in self.computed:
            project |= compute(operation, "$", 0)
        return Plan(project, self.links)


def plan_item(
    operation: SelectionReader, type_name: str, selections: Iterable[Sequence[FieldNode]], order: Order = ()
) -> Plan:
    """Plan the selection sets on documents of one type; the keys of `order` are fetched too.

    selections: the field nodes of each selection set that the documents complete.
    """
    wanted = tuple(tuple(nodes) for nodes in selections)
    key = (type_name, *(tuple(map(id, nodes)) for nodes in wanted))
    template: Template | None = operation.templates.get(key)
    if template is None:
        template = _template(operation, type_name, wanted)
        # Each combination of included nodes has a plan of its own.
        operation.templates.put(key, template, template.weight + ID_BYTES * sum(map(len, wanted)))
    return template.bind(operation, order)


def _template(operation: SelectionReader, type_name: str, selections: Iterable[Sequence[FieldNode]]) -> Template:
    tables: dict[str, _Needs] = {}
    needs = _Needs(type_name)
    for nodes in selections:
        _SelectionCollector(operation, tables).collect_into(needs, nodes)
    tree = needs.tree()
    _merge(tree, {"id": True, "slug": True})
    for name, table in tables.items():
        _merge(tree, {name: _merge(table.tree(), {"slug": True})})
    computed = tuple(needs.computed())
    stored = projection(tree, type_name, may_be_whole=type_name == "District" and not computed)
    return Template(stored, computed, needs.links())


class _Needs:
    """The needs of all selection sets that read the same stored objects."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name
        self._stored: Tree = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, FieldNode] = {}
        self._objects: dict[str, _Needs] = {}
        self._tables: dict[str, str] = {}
        self._chosen: dict[str, str] = {}

    def add_key(self, key: str) -> None:
        """Fetch everything stored under a key."""
        self._stored[key] = True

    def add_reference(self, key: str, table: str) -> None:
        """Fetch the slug under a key, and replace it by the object it names in a table."""
        self._stored[key] = True
        self._tables[key] = table

    def add_choice(self, key: str, listed: str) -> "_Needs":
        """Fetch the slug under a key, and replace it by the item of a list that it names; the needs of the items."""
        self._stored[key] = True
        self._chosen[key] = listed
        items = self.items(listed)
        items.add_key("slug")
        return items

    def count(self, node: FieldNode) -> None:
        """Count the items of a list."""
        self._counts[slot_of(node)] = node

    def items(self, name: str, node: FieldNode | None = None) -> "_Needs":
        """The needs of a list's items, shared by all fields that select the list with equal arguments."""
        slot = slot_of(node) if node else slot_named(name)
        return self._lists.setdefault(slot, _List(name, node, _Needs(NESTED_ITEM_TYPES[name]))).items

    def object(self, key: str, type_name: str) -> "_Needs":
        """The needs of the object, or of the objects in the list, stored under a key."""
        return self._objects.setdefault(key, _Needs(type_name))

    def tree(self) -> Tree:
        """The stored keys to fetch."""
        tree = dict(self._stored)
        for key, needs in self._objects.items():
            _merge(tree, {key: needs.tree() or True})
        for listed in self._lists.values():
            if not listed.is_computed:
                _merge(tree, {listed.name: listed.items.tree() or {"slug": True}})
        return tree

    def computed(self) -> Iterable[ComputedField]:
        """The fields to compute."""
        for listed in self._lists.values():
            if listed.is_computed:
                keys = sorted({"id", "slug", *listed.items.tree()})
                yield ListItems(self.type_name, listed.name, listed.node, keys, tuple(listed.items.computed()))
        for node in self._counts.values():
            yield Count(self.type_name, node)

    def links(self) -> Links:
        """The slugs to replace."""
        below = {key: needs.links() for key, needs in self._objects.items()}
        for slot, listed in self._lists.items():
            below[slot if listed.is_computed else listed.name] = listed.items.links()
        linked = tuple((key, links) for key, links in below.items() if links)
        return Links(tuple(self._tables.items()), linked, tuple(self._chosen.items()))


@dataclass(frozen=True, slots=True)
class _List:
    """A list, with the needs of its items."""

    name: str
    node: FieldNode | None
    items: _Needs

    @property
    def is_computed(self) -> bool:
        """Whether the database computes it, instead of returning it as stored."""
        return self.node is not None or any(self.items.computed())


class _SelectionCollector:
    """Collects the needs of one selection set. tables: the needs of sources and indicators, by table."""

    def __init__(self, operation: SelectionReader, tables: dict[str, _Needs]) -> None:
        self._operation = operation
        self._tables = tables

    def collect_into(self, needs: _Needs, nodes: Sequence[FieldNode]) -> None:
        """Add the fields selected below field nodes, which share a response key, to the needs of a type."""
        for below in self._operation.fields(needs.type_name, nodes).values():
            name = name_of(below)
            if needs.type_name in _TYPES_WITH_LISTS and name in NESTED_ITEM_TYPES:
                for items in _needs_of_items(needs, name, below[0]):
                    self.collect_into(items, below)
            elif needs.type_name in _TYPES_WITH_LISTS and name in COUNTED_LISTS and below[0].arguments:
                needs.count(below[0])
            else:
                self._add(needs, below)

    def _add(self, needs: _Needs, nodes: list[FieldNode]) -> None:
        """Add a field. A nullable object is fetched as a whole: a path below a null would lose the null."""
        field = (needs.type_name, name_of(nodes))
        key = stored_key(field[1])
        if table := REFERENCES.get(field):
            needs.add_reference(key, table)
            type_name = get_named_type(self._operation.field(needs.type_name, nodes[0]).type).name
            self.collect_into(self._tables.setdefault(table, _Needs(type_name)), nodes)
        elif listed := CHOSEN.get(field):
            self.collect_into(needs.add_choice(key, listed), nodes)
        elif field in REQUIRED_KEYS:
            for required in REQUIRED_KEYS[field]:
                needs.add_key(required)
        elif field in CODE_FIELDS or not is_composite_type(get_named_type(self._type(field, nodes))):
            needs.add_key(key)
        else:
            type_ = self._type(field, nodes)
            self.collect_into(needs.object(key, get_named_type(type_).name), nodes)
            if not _is_always_there(type_):
                needs.add_key(key)

    def _type(self, field: tuple[str, str], nodes: list[FieldNode]) -> Any:
        return self._operation.field(field[0], nodes[0]).type


def _needs_of_items(needs: _Needs, name: str, node: FieldNode) -> Iterable[_Needs]:
    """The needs of a list's items: one if it has arguments, else one for each stored path."""
    if node.arguments:
        yield needs.items(name, node)
        return
    for path in paths_through(needs.type_name, name):
        items = needs
        for key in path:
            items = items.items(key)
        yield items


def _is_always_there(type_: Any) -> bool:
    """Whether the type is a non-null object or a list of non-null objects."""
    if is_non_null_type(type_) and is_list_type(type_.of_type):
        type_ = type_.of_type.of_type
    return is_non_null_type(type_) and is_composite_type(type_.of_type)


def _merge(into: Tree, tree: Tree) -> Tree:
    for key, subtree in tree.items():
        known = into.get(key, {})
        into[key] = True if known is True or subtree is True else _merge(dict(known), subtree)
    return into
