"""One operation, parsed and validated, with what executing it adds: plans and compiled functions.

It weighs itself, in bytes estimated from what was measured with tracemalloc; tests compare the two.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    Node,
    OperationDefinitionNode,
    OperationType,
    Undefined,
    VariableNode,
    coerce_input_value,
    get_nullable_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

from loaders.lru_cache import LruCache
from schema.base.errors import COST_LIMIT, OverLimit
from schema.execution.compiled_operation import CompiledOperation, FailureCount, FailureReport
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.cost import cost_of
from schema.operation.limits import Limits
from schema.operation.root_fields import root_fields
from schema.operation.suggestions import with_suggested_paths

# Of the plans of one operation.
MAX_PLAN_BYTES: Final = 1_000_000
# Memory of an operation without a syntax tree, and of each node of the tree.
OPERATION_BYTES: Final = 4_000
NODE_BYTES: Final = 400
# Each combination of skipped and included selections is compiled separately.
MAX_PROGRAMS: Final = 8


class Operation:
    """One operation of a document, with its cost, plans and compiled functions.

    templates: the plans of its selection sets (`schema.planning.plan`). cost: a sum that depends on variables.
    is_locked: whether errors don't suggest names of the schema. failures: the total that its failures are added to.
    text_bytes: the memory of its text. accounted: its weight as its cache knows it.
    """

    def __init__(
        self,
        document: DocumentNode,
        node: OperationDefinitionNode,
        limits: Limits,
        failures: FailureCount,
        *,
        text_bytes: int = 0,
        is_locked: bool = False,
    ) -> None:
        self.document = document
        self.node = node
        self.limits = limits
        self._is_locked = is_locked
        self.templates = LruCache[Any, Any](max_weight=MAX_PLAN_BYTES)
        self.definitions = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self.fragments = {name: FragmentDetails(definition) for name, definition in self.definitions.items()}
        self.cost = cost_of(GRAPHQL_SCHEMA, self.definitions, node)
        self.root_fields = root_fields(node, self.definitions)
        self._failure_count = failures
        self._failures: FailureReport | None = None
        self._leaf_variables = _leaf_variables(node)
        self._conditions = sorted(_condition_names(document))
        self._programs = LruCache[tuple[Any, ...], CompiledOperation](
            max_entries=MAX_PROGRAMS, on_evict=CompiledOperation.drop
        )
        self._own_bytes = OPERATION_BYTES + text_bytes + NODE_BYTES * _count_nodes(document)
        # Called when an execution has changed the weight, while the operation is kept.
        self.on_growth: Callable[[], None] | None = None
        self.accounted = 0

    @property
    def weight(self) -> int:
        """Bytes, about as many as tracemalloc counts; grows while the operation is executed."""
        return self._own_bytes + self.templates.weight + sum(program.weight for program in self._programs.values())

    def shrink(self, max_weight: float) -> None:
        """Drop compiled functions that were not used last, and then plans, until the weight is within a bound."""
        while len(self._programs) > 1 and self.weight > max_weight:
            self._programs.evict()
        while len(self.templates) and self.weight > max_weight:
            self.templates.evict()

    def settle(self) -> None:
        """Account for what an execution has added; without a cache that keeps the operation, release it."""
        if self.on_growth is None:
            self._programs.clear()
        elif self.weight != self.accounted:
            self.on_growth()

    @property
    def is_compiled(self) -> bool:
        """Whether something of it has been compiled already."""
        return len(self._programs) > 0

    @property
    def is_subscription(self) -> bool:
        """Whether its response is a stream of events."""
        return self.node.operation is OperationType.SUBSCRIPTION

    def drop(self) -> None:
        """Release the compiled functions of an operation that is no longer kept."""
        self.on_growth = None
        self._programs.clear()

    def variables(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """Coerce the variables of a request (GraphQL spec, section 6.1.2); returns errors if they are invalid."""
        if self._leaf_variables is not None and (plain := _coerce_leaves(self._leaf_variables, given)):
            return plain
        definitions, most = self.node.variable_definitions or (), self.limits.errors
        found = get_variable_values(
            GRAPHQL_SCHEMA, definitions, dict(given), max_errors=most, hide_suggestions=self._is_locked
        )
        # graphql-core adds an error that says that it stopped.
        if not isinstance(found, list):
            return found
        return found[:most] if self._is_locked else [with_suggested_paths(error) for error in found[:most]]

    def points(self, variables: dict[str, Any]) -> int:
        """The cost of the operation with these coerced variables.

        Raises OverLimit if it exceeds the limit.
        """
        points = self.cost.bind(variables)
        if points > self.limits.cost:
            raise OverLimit(COST_LIMIT, self.limits.cost, points)
        return points

    def program(self, variables: VariableValues) -> CompiledOperation:
        """The compiled operation for the selections that these variables skip and include."""
        key = tuple(variables.coerced.get(name) for name in self._conditions)
        if (known := self._programs.get(key)) is not None:
            return known
        deciding = VariableValues(
            {name: variables.sources[name] for name in self._conditions if name in variables.sources},
            {name: variables.coerced[name] for name in self._conditions if name in variables.coerced},
        )
        if self._failures is None:
            self._failures = FailureReport(self.root_fields, self._failure_count)
        program = CompiledOperation(GRAPHQL_SCHEMA, self.fragments, self.node, deciding, self._failures)
        self._programs.put(key, program)
        return program


def _leaf_variables(node: OperationDefinitionNode) -> list[GraphQLVariableSignature] | None:
    """The variables of an operation if all are scalars or enums, as in most operations; else None."""
    signatures = [get_variable_signature(GRAPHQL_SCHEMA, one) for one in node.variable_definitions or ()]
    leaves = [one for one in signatures if isinstance(one, GraphQLVariableSignature) and _is_leaf(one.type)]
    return leaves if len(leaves) == len(signatures) else None


def _is_leaf(type_: GraphQLInputType) -> bool:
    return is_leaf_type(get_nullable_type(type_))


def _coerce_leaves(leaves: Sequence[GraphQLVariableSignature], given: Mapping[str, Any]) -> VariableValues | None:
    """Coerce variables as graphql-core does, without looking up their types; None if any is missing or invalid."""
    values = VariableValues({}, {})
    for leaf in leaves:
        if leaf.name not in given:
            return None
        value = given[leaf.name]
        values.sources[leaf.name] = VariableValueSource(leaf, value)
        values.coerced[leaf.name] = coerce_input_value(value, leaf.type)
        if values.coerced[leaf.name] is Undefined:
            return None
    return values


def _count_nodes(document: DocumentNode) -> int:
    """The number of nodes of a syntax tree."""
    count, nodes = 0, [cast(Node, document)]
    while nodes:
        at = nodes.pop()
        count += 1
        for key in at.keys:
            value = getattr(at, key, None)
            nodes += value if isinstance(value, tuple | list) else [value] if isinstance(value, Node) else ()
    return count


def _condition_names(node: Node) -> set[str]:
    """The variables used in `@skip` and `@include`."""
    found: set[str] = set()
    nodes: list[Any] = [node]
    while nodes:
        at = nodes.pop()
        for directive in getattr(at, "directives", None) or ():
            if directive.name.value in {"skip", "include"}:
                values = (argument.value for argument in directive.arguments)
                found.update(value.name.value for value in values if isinstance(value, VariableNode))
        nodes += getattr(at, "definitions", None) or ()
        if selection_set := getattr(at, "selection_set", None):
            nodes += selection_set.selections
    return found
