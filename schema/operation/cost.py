"""What an operation costs, known before it runs: the items that it may bring, page sizes multiplied in.

A point is an item: an element of a list of objects, or a thing with an id that a field leads to. What belongs to an
item (its texts, figures and dates) comes with it. What goes through a whole list has a weight of its own.

Pure. Each fragment is walked once a type. What depends on variables stays a sum that each request binds, in time of
the text and not of what it expands to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    value_from_ast_untyped,
)
from graphql.execution.collect_fields import does_fragment_condition_match

from schema.types.connections import DEFAULT_PAGE, MAX_PAGE

# Coerced, by name.
Variables: TypeAlias = dict[str, Any]

# The arguments that say how many items there are.
_SIZES: Final = frozenset({"first", "last", "ids"})


@dataclass(frozen=True, slots=True)
class Page:
    """How many items a list has: as its arguments say, the first that is given, or else as usual."""

    given: tuple[ValueNode, ...]
    usual: int

    def size(self, variables: Variables) -> int:
        """Within what any page may have: more than that is refused when the list is read."""
        for node in self.given:
            match value_from_ast_untyped(node, variables):
                case int() as size:
                    return max(0, min(size, MAX_PAGE))
                case list() as ids:
                    return min(len(ids), MAX_PAGE)
        return self.usual


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """A sum: points, costs times the sizes of their pages, other costs, the greatest of some that exclude each other.

    Only what variables decide about is left open; costs that several sums share are bound once.
    """

    points: int = 0
    terms: tuple[tuple[Page, "Cost"], ...] = ()
    parts: tuple["Cost", ...] = ()
    choices: tuple["Cost", ...] = ()

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same for all variables."""
        return not (self.terms or self.parts or self.choices)

    def bind(self, variables: Variables) -> int:
        """The points for the coerced variables of a request."""
        return self._bound(variables, {})

    def _bound(self, variables: Variables, known: "dict[Cost, int]") -> int:
        if self.is_fixed:
            return self.points
        if self not in known:
            total = self.points
            for page, cost in self.terms:
                total += page.size(variables) * cost._bound(variables, known)
            for cost in self.parts:
                total += cost._bound(variables, known)
            known[self] = total + max((cost._bound(variables, known) for cost in self.choices), default=0)
        return known[self]


NOTHING: Final = Cost()
ITEM: Final = Cost(1)


def cost_of(
    schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], node: OperationDefinitionNode
) -> Cost:
    """The cost of a valid operation, as if `@skip` and `@include` selected. What is selected twice counts twice."""
    root = schema.get_root_type(node.operation)
    assert root is not None, "validation has seen to it"
    return _Walk(schema, fragments).selected(root, node.selection_set.selections).once


@dataclass(frozen=True, slots=True)
class _Selected:
    """The cost of a selection set on an object; each: for every item of its page, if the object is a connection."""

    once: Cost = NOTHING
    each: Cost = NOTHING


class _Walk:
    """Adds up selection sets; what a fragment costs on a type holds for each of its spreads."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._known: dict[tuple[str, str], _Selected] = {}

    def selected(self, type_: GraphQLObjectType, selections: Iterable[SelectionNode]) -> _Selected:
        once: list[Cost] = []
        each: list[Cost] = []
        for node in selections:
            if isinstance(node, FieldNode):
                is_of_page = _is_connection(type_) and node.name.value in {"nodes", "edges"}
                (each if is_of_page else once).append(self._field(type_, node))
            elif isinstance(node, FragmentSpreadNode | InlineFragmentNode):
                below = self._fragment(type_, node)
                once.append(below.once)
                each.append(below.each)
        return _Selected(_total(once), _total(each))

    def _fragment(self, type_: GraphQLObjectType, node: FragmentSpreadNode | InlineFragmentNode) -> _Selected:
        if isinstance(node, InlineFragmentNode):
            return self._narrowed(type_, node)
        key = (node.name.value, type_.name)
        if key not in self._known:
            self._known[key] = self._narrowed(type_, self._fragments[node.name.value])
        return self._known[key]

    def _narrowed(self, type_: GraphQLObjectType, node: FragmentDefinitionNode | InlineFragmentNode) -> _Selected:
        if not does_fragment_condition_match(self._schema, node, type_):
            return _Selected()
        return self.selected(type_, node.selection_set.selections)

    def _field(self, type_: GraphQLObjectType, node: FieldNode) -> Cost:
        name = node.name.value
        definition = self._schema.get_field(type_, name)
        assert definition is not None, "validation has seen to it"
        own = Cost(WEIGHTS.get((type_.name, name), 0))
        named: Any = get_named_type(definition.type)
        if is_leaf_type(named):
            return own
        below = self._below(named, node.selection_set)
        if _is_connection(type_) or _is_edge(type_):
            # The field that gives the page counts its items.
            return below.once
        if _is_connection(named):
            return _total([own, below.once, _times(_page(type_, node), _total([ITEM, below.each]))])
        if is_list_type(get_nullable_type(definition.type)):
            return _total([own, _times(_page(type_, node), _total([ITEM, below.once]))])
        is_item = "id" in named.fields and (type_.name, name) not in INCLUDED
        return _total([own, ITEM if is_item else NOTHING, below.once])

    def _below(self, named: GraphQLNamedType, selection_set: SelectionSetNode | None) -> _Selected:
        assert selection_set is not None, "validation has seen to it"
        if is_abstract_type(named):
            types = self._schema.get_possible_types(named)
            return _Selected(_greatest([self.selected(one, selection_set.selections).once for one in types]))
        assert is_object_type(named)
        return self.selected(named, selection_set.selections)


def _is_connection(type_: GraphQLNamedType) -> bool:
    return is_object_type(type_) and "edges" in type_.fields


def _is_edge(type_: GraphQLObjectType) -> bool:
    return "cursor" in type_.fields and "node" in type_.fields


def _page(type_: GraphQLObjectType, node: FieldNode) -> Page:
    given = tuple(argument.value for argument in node.arguments or () if argument.name.value in _SIZES)
    return Page(given, USUAL.get((type_.name, node.name.value), DEFAULT_PAGE))


def _total(costs: Sequence[Cost]) -> Cost:
    late = [cost for cost in costs if not cost.is_fixed]
    points = sum(cost.points for cost in costs if cost.is_fixed)
    return late[0] if len(late) == 1 and not points else Cost(points, parts=tuple(late))


def _times(page: Page, cost: Cost) -> Cost:
    if cost.is_fixed and not any(isinstance(node, VariableNode) for node in page.given):
        return Cost(page.size({}) * cost.points)
    return Cost(terms=((page, cost),))


def _greatest(costs: Sequence[Cost]) -> Cost:
    if all(cost.is_fixed for cost in costs):
        return Cost(max(cost.points for cost in costs))
    return Cost(choices=tuple(costs))


# What is more work than an item, in items: measured with 300 districts (`docs/engineering/architecture.md`).
WEIGHTS: Final[Mapping[tuple[str, str], int]] = MappingProxyType(
    {
        ("Aggregate", "counts"): 200,
        ("MetricAggregate", "counts"): 200,
        ("MetricAggregate", "figures"): 200,
        ("Query", "search"): 200,
        ("Query", "__schema"): 500,
        **{
            (f"{item}Connection", "totalCount"): 100
            for item in ("District", "Initiative", "Metric", "Award", "Indicator", "Search")
        },
        ("RankingConnection", "totalCount"): 10,
        ("Indicator", "ranking"): 10,
        ("Metric", "standing"): 10,
        **{(holder, "initiativeCount"): 1 for holder in ("District", "Pillar")},
        **{(holder, "metricCount"): 1 for holder in ("District", "Pillar", "Initiative")},
        **{(holder, "awardCount"): 1 for holder in ("District", "Pillar", "Initiative")},
    }
)
# Things with an id that come with what leads to them, and cost nothing by themselves.
INCLUDED: Final = frozenset({("Citation", "source")})
# How many items a list has that is given no size: as Baiyun has them on average, as the schema has types, or the
# default of its argument. Connections have their default page.
USUAL: Final[Mapping[tuple[str, str], int]] = MappingProxyType(
    {
        ("District", "codes"): 3,
        ("District", "pillars"): 4,
        ("District", "initiatives"): 15,
        ("District", "metrics"): 31,
        ("District", "awards"): 7,
        ("Pillar", "initiatives"): 4,
        ("Pillar", "metrics"): 8,
        ("Pillar", "awards"): 1,
        ("Initiative", "systems"): 2,
        ("Initiative", "metrics"): 2,
        ("Initiative", "awards"): 1,
        ("Metric", "changes"): 1,
        ("Metric", "citations"): 1,
        ("Award", "citations"): 2,
        ("Aggregate", "counts"): 100,
        ("MetricAggregate", "counts"): 100,
        ("SearchResult", "highlights"): 2,
        ("Highlight", "ranges"): 2,
        ("Dataset", "files"): 10,
        ("Dataset", "sources"): 10,
        ("__Schema", "types"): 130,
        ("__Schema", "directives"): 5,
        ("__Type", "fields"): 3,
        ("__Type", "inputFields"): 3,
        ("__Type", "enumValues"): 1,
        ("__Type", "interfaces"): 1,
        ("__Type", "possibleTypes"): 1,
        ("__Field", "args"): 1,
        ("__Directive", "args"): 1,
    }
)
