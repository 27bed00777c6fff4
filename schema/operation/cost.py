"""The cost of an operation, computed before execution: the number of items it may return, with page sizes multiplied.

A point is an item: an element of a list of objects, or an object with an id. The parts of an item (its texts, figures
and dates) are free. Fields that read a whole list have a weight of their own.

Pure. Each fragment is visited once per type. What depends on variables stays a sum that each request evaluates, in
time proportional to the text and not to its expansion.
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
class ListSize:
    """The number of items of a list: the first size argument that is given, or else the usual number."""

    given: tuple[ValueNode, ...]
    usual: int

    def size(self, variables: Variables) -> int:
        """The number of items, at most `MAX_PAGE`; a larger page is rejected when the list is read."""
        for node in self.given:
            match value_from_ast_untyped(node, variables):
                case int() as size:
                    return max(0, min(size, MAX_PAGE))
                case list() as ids:
                    return min(len(ids), MAX_PAGE)
        return self.usual


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """A sum of points, of costs multiplied by list sizes, of other costs, and of the greatest of some alternatives.

    Only terms that depend on variables are kept apart; costs shared by several sums are evaluated once.
    """

    points: int = 0
    terms: tuple[tuple[ListSize, "Cost"], ...] = ()
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
            for length, cost in self.terms:
                total += length.size(variables) * cost._bound(variables, known)
            for cost in self.parts:
                total += cost._bound(variables, known)
            known[self] = total + max((cost._bound(variables, known) for cost in self.choices), default=0)
        return known[self]


NOTHING: Final = Cost()
ITEM: Final = Cost(1)


def cost_of(
    schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], node: OperationDefinitionNode
) -> Cost:
    """The cost of a valid operation. Skipped fields count; a field selected twice counts twice."""
    root = schema.get_root_type(node.operation)
    assert root is not None, "validation guarantees it"
    return _CostCalculator(schema, fragments).selected(root, node.selection_set.selections).once


@dataclass(frozen=True, slots=True)
class _Selected:
    """The cost of a selection set. each: the cost for every item of the page, if the type is a connection."""

    once: Cost = NOTHING
    each: Cost = NOTHING


class _CostCalculator:
    """Computes the cost of selection sets. The cost of a fragment on a type is computed once for all its spreads."""

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
        assert definition is not None, "validation guarantees it"
        named_weights = (ARGUMENT_WEIGHTS.get((type_.name, name, one.name.value), 0) for one in node.arguments or ())
        own = Cost(WEIGHTS.get((type_.name, name), 0) + max(named_weights, default=0))
        named: Any = get_named_type(definition.type)
        if is_leaf_type(named):
            return own
        below = self._below(named, node.selection_set)
        if _is_connection(type_) or _is_edge(type_):
            # The field that returns the connection counts its items.
            return below.once
        if _is_connection(named):
            return _total([own, below.once, _times(_list_size(type_, node), _total([ITEM, below.each]))])
        if is_list_type(get_nullable_type(definition.type)):
            return _total([own, _times(_list_size(type_, node), _total([ITEM, below.once]))])
        is_item = "id" in named.fields and (type_.name, name) not in INCLUDED_ITEMS
        return _total([own, ITEM if is_item else NOTHING, below.once])

    def _below(self, named: GraphQLNamedType, selection_set: SelectionSetNode | None) -> _Selected:
        assert selection_set is not None, "validation guarantees it"
        if is_abstract_type(named):
            types = self._schema.get_possible_types(named)
            return _Selected(_greatest([self.selected(one, selection_set.selections).once for one in types]))
        assert is_object_type(named)
        return self.selected(named, selection_set.selections)


def _is_connection(type_: GraphQLNamedType) -> bool:
    return is_object_type(type_) and "edges" in type_.fields


def _is_edge(type_: GraphQLObjectType) -> bool:
    return "cursor" in type_.fields and "node" in type_.fields


def _list_size(type_: GraphQLObjectType, node: FieldNode) -> ListSize:
    given = tuple(argument.value for argument in node.arguments or () if argument.name.value in _SIZES)
    return ListSize(given, USUAL_SIZES.get((type_.name, node.name.value), DEFAULT_PAGE))


def _total(costs: Sequence[Cost]) -> Cost:
    late = [cost for cost in costs if not cost.is_fixed]
    points = sum(cost.points for cost in costs if cost.is_fixed)
    return late[0] if len(late) == 1 and not points else Cost(points, parts=tuple(late))


def _times(length: ListSize, cost: Cost) -> Cost:
    if cost.is_fixed and not any(isinstance(node, VariableNode) for node in length.given):
        return Cost(length.size({}) * cost.points)
    return Cost(terms=((length, cost),))


def _greatest(costs: Sequence[Cost]) -> Cost:
    if all(cost.is_fixed for cost in costs):
        return Cost(max(cost.points for cost in costs))
    return Cost(choices=tuple(costs))


# Fields that are more work than an item, in items: measured with 300 districts (`docs/engineering/architecture.md`).
WEIGHTS: Final[Mapping[tuple[str, str], int]] = MappingProxyType(
    {
        ("Aggregate", "counts"): 200,
        **{("MetricAggregate", name): 200 for name in ("counts", "figures", "sum", "groups")},
        ("Query", "search"): 200,
        ("Query", "updates"): 500,
        ("Query", "__schema"): 500,
        ("DistrictConnection", "totalCount"): 100,
        ("InitiativeConnection", "totalCount"): 100,
        ("MetricConnection", "totalCount"): 100,
        ("ObservationConnection", "totalCount"): 100,
        ("AwardConnection", "totalCount"): 100,
        ("IndicatorConnection", "totalCount"): 100,
        ("SourceConnection", "totalCount"): 100,
        ("SearchConnection", "totalCount"): 100,
        **{("RankingConnection", name): 200 for name in ("leftOut", "sum", "figures")},
        **{("RankedMetric", name): 10 for name in ("certain", "share")},
        ("GrowthConnection", "leftOut"): 200,
        ("District", "parts"): 10,
        ("Indicator", "growthRanking"): 200,
        ("Indicator", "ranking"): 10,
        ("Metric", "growth"): 10,
        ("Metric", "standing"): 10,
        **{(holder, "initiativeCount"): 1 for holder in ("District", "Pillar")},
        **{(holder, "metricCount"): 1 for holder in ("District", "Pillar", "Initiative")},
        ("Metric", "observationCount"): 1,
        **{(holder, "awardCount"): 1 for holder in ("District", "Pillar", "Initiative")},
    }
)
# What naming an argument adds: the list is computed then, and not read from an index in its order.
ARGUMENT_WEIGHTS: Final = {("Indicator", "ranking", name): 40 for name in ("asAt", "statuses", "kinds")}
# Fields of objects with an id that are stored with their parent, and are free.
INCLUDED_ITEMS: Final = frozenset(
    {
        *(("Citation", "source"), ("Metric", "latest"), ("RankedMetric", "observation")),
        *(("Growth", "from"), ("Growth", "to")),
    }
)
# How many items a list has without a size argument: Baiyun's average, the schema's number of types, or the default of
# the argument. Connections have their default page. Most things have no rank, and ranks are free.
USUAL_SIZES: Final[Mapping[tuple[str, str], int]] = MappingProxyType(
    {
        **dict.fromkeys((("LocalizedText", "translations"), ("Strategy", "translations")), 4),
        ("District", "codes"): 3,
        ("District", "pillars"): 4,
        ("District", "initiatives"): 15,
        ("District", "metrics"): 33,
        ("District", "awards"): 7,
        ("District", "parts"): DEFAULT_PAGE,
        ("Pillar", "initiatives"): 4,
        ("Pillar", "metrics"): 8,
        ("Pillar", "awards"): 1,
        **{(holder, "citations"): 1 for holder in ("Strategy", "Initiative", "System")},
        ("Initiative", "systems"): 2,
        ("Initiative", "metrics"): 2,
        ("Initiative", "awards"): 1,
        ("Metric", "observations"): 1,
        ("Indicator", "units"): 1,
        ("Dataset", "units"): 10,
        ("Metric", "changes"): 1,
        ("Metric", "ranks"): 0,
        ("Metric", "citations"): 1,
        ("Observation", "changes"): 1,
        ("Observation", "ranks"): 0,
        ("Observation", "citations"): 1,
        ("Observation", "otherReports"): 1,
        ("OtherReport", "citations"): 1,
        ("Award", "ranks"): 0,
        ("Award", "citations"): 2,
        ("Aggregate", "counts"): 100,
        **{("MetricAggregate", name): 100 for name in ("counts", "groups")},
        ("SearchResult", "highlights"): 2,
        ("Highlight", "ranges"): 2,
        ("Dataset", "files"): 10,
        ("Dataset", "sources"): 10,
        ("__Schema", "types"): 170,
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
