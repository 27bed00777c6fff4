"""The executor: graphql-core's own, with whole documents completed by compiled functions (`schema.completion`).

A compiled function is tried first. On any surprise the same subtree is completed by graphql-core, so that nulls,
errors and paths are always its own. `tests/conformance/` holds the two against each other.
"""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    is_object_type,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Path

from schema.completion import Binding, Compiler, Function, Surprise

COMPILED: Final = "compiled"
ORDINARY: Final = "ordinary"


class Program:
    """The collected fields and the compiled functions of an operation, shared by all requests that run it.

    variables: those that decide what is skipped and included. Requests where they differ have programs of their own.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDetails],
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> None:
        self._parts = (schema, fragments, variables, operation)
        self.root_type = cast(GraphQLObjectType, schema.query_type)
        self.root = self._collect_root()
        # As graphql-core keeps them, for one request, in `Executor._relevant_sub_fields`.
        self.sub_fields: dict[tuple[GraphQLObjectType, int], tuple[FieldDetailsList, CollectedFields]] = {}
        self.compiler = Compiler(schema, self.collect)
        self._users = 0
        self._is_dropped = False

    @contextmanager
    def used(self) -> Iterator["Program"]:
        """Keep what is compiled for as long as a request runs, also when the program is dropped meanwhile."""
        self._users += 1
        try:
            yield self
        finally:
            self._users -= 1
            if self._is_dropped:
                self.drop()

    def collect(self, type_: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
        """The fields that are selected on a type, the same object each time."""
        key = (type_, id(details))
        if key not in self.sub_fields:
            self.sub_fields[key] = (details, collect_subfields(*self._parts, type_, details))
        return self.sub_fields[key][1].grouped_field_set

    def _collect_root(self) -> GroupedFieldSet | None:
        """The query's fields; None where graphql-core can't tell what they are, and shall say so."""
        schema, fragments, variables, operation = self._parts
        try:
            return collect_fields(schema, fragments, variables, self.root_type, operation).grouped_field_set
        except (GraphQLError, RecursionError):
            return None

    def drop(self) -> None:
        """Let go of what is compiled as soon as no request needs it: functions and their names are a cycle."""
        self._is_dropped = True
        if not self._users:
            self.compiler.drop()
            del self.compiler


class CompiledExecutor(Executor[Any]):
    """Completes documents by the functions of a program, and what they can't the way of graphql-core."""

    _program: Program

    async def run(self, program: Program) -> ExecutionResult:
        """Execute a query by its program (GraphQL spec, section 6.2.1)."""
        self._program = program
        self._relevant_sub_fields = program.sub_fields
        self._bound: list[Any] = []
        if program.root is None:
            return cast(ExecutionResult, self.execute_operation())
        try:
            data = self.execute_fields(program.root_type, None, None, program.root, None)
            if self.is_awaitable(data):
                data = await data
        except GraphQLError as error:
            self.collected_errors.add(error, None)
            data = None
        return cast(ExecutionResult, self.build_response(data))

    def complete_list_value(
        self,
        return_type: GraphQLList[Any],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete a list, of documents by a compiled function."""
        item = return_type.of_type
        item = item.of_type if isinstance(item, GraphQLNonNull) else item
        if is_object_type(item) and result.__class__ is list:
            function = self._program.compiler.function(item, field_details_list)
            if (data := self._tried(path, function and _of_each(function), result)) is not None:
                return data
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete a document by a compiled function."""
        function = self._program.compiler.function(return_type, field_details_list)
        if (data := self._tried(path, function, result)) is not None:
            return data
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> Any:
        """Execute a selection set, its plain fields by a compiled function."""
        level = self._program.compiler.level(parent_type, grouped_field_set)
        # Where all are plain, the function has been tried and was surprised.
        if level.rest and (data := self._tried(path, level.function, source_value)) is not None:
            rest = super().execute_fields(parent_type, source_value, path, level.rest, position_context)
            return _filled_later(data, rest) if self.is_awaitable(rest) else data | rest
        self._tell(path, ORDINARY)
        return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)

    def _tried(self, path: Path | None, function: Function | None, value: Any) -> Any:
        """What a function makes of a value; None where there is no function, or it meets anything unusual."""
        if function is None:
            return None
        try:
            data = function(value, self._bindings())
        except Exception:  # a surprise of any kind is graphql-core's to tell
            return None
        self._tell(path, COMPILED)
        return data

    def _tell(self, path: Path | None, how: str) -> None:
        """Note how something under a root field was completed, if the request wants to know."""
        if path is not None and self.context_value.explanations is not None:
            while path.prev is not None:
                path = path.prev
            self.context_value.completions.setdefault(str(path.key), set()).add(how)

    def _bindings(self) -> list[Any]:
        """What the request binds to the numbers of the compiled functions; grows as more is compiled."""
        bindings = self._program.compiler.bindings
        while len(self._bound) < len(bindings):
            self._bound.append(self._bind(bindings[len(self._bound)]))
        return self._bound

    def _bind(self, binding: Binding) -> Any:
        node = binding.details[0].node
        try:
            arguments = get_argument_values(binding.field, node, self.variable_values) if node.arguments else {}
            return binding.binder(self.context_value, **arguments)
        except GraphQLError:
            return _refused


def _of_each(function: Function) -> Function:
    return lambda documents, bound: [function(document, bound) for document in documents]


def _refused(_: Any) -> Any:
    raise Surprise


async def _filled_later(data: dict[str, Any], rest: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    return data | await rest
