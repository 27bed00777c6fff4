"""graphql-core's executor, extended to complete documents by compiled functions where possible.

A compiled function is tried first. The values of its placeholders are loaded, with one call for each placeholder, and
completed by functions too. If a function fails on a document, graphql-core completes the same subtree, so that nulls,
errors and paths are always those of graphql-core. The tests in `tests/conformance/` compare the two.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from functools import partial
from inspect import iscoroutine
from typing import Any, Final, cast

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    GroupedFieldSet,
)
from graphql.execution.values import get_argument_values
from graphql.pyutils import AwaitableOrValue, Path, gather_with_cancel

from loaders.errors import StoreError
from schema.base.context import info_of
from schema.base.errors import BadUserInput
from schema.execution.compiled_operation import CompiledOperation
from schema.execution.compiled_types import MISFITS, ArgumentsRefused, Binding, Function, Placeholder, Waiting

COMPILED: Final = "compiled"
ORDINARY: Final = "ordinary"


class CompiledExecutor(Executor[Any]):
    """Completes documents by compiled functions where possible, and everything else as graphql-core does."""

    _program: CompiledOperation

    async def run(self, program: CompiledOperation) -> ExecutionResult:
        """Execute a query, or a subscription's event, by compiled functions (GraphQL spec, 6.2.1 and 6.2.3.2)."""
        self._program = program
        self._relevant_sub_fields = program.sub_fields
        self._bound: list[Any] = []
        if program.root is None:
            return cast(ExecutionResult, self.execute_operation())
        try:
            data = self.execute_fields(program.root_type, self.root_value, None, program.root, None)
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
        """Complete a list; a list of documents by a compiled function."""
        ordinary = partial(
            super().complete_list_value, return_type, field_details_list, info, path, result, position_context
        )
        item = return_type.of_type
        item = item.of_type if isinstance(item, GraphQLNonNull) else item
        if is_object_type(item) and result.__class__ is list:
            function = self._program.compiler.function(item, field_details_list, with_placeholders=_is_once(path))
            return self._completed(path, function and _of_each(function), result, ordinary)
        return ordinary()

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
        function = self._program.compiler.function(return_type, field_details_list, with_placeholders=_is_once(path))
        ordinary = partial(
            super().complete_object_value, return_type, field_details_list, info, path, result, position_context
        )
        return self._completed(path, function, result, ordinary)

    def complete_awaitable_value(  # type: ignore[override]  # the caller needs only an awaitable
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> "_Completion":
        """Complete the value of an asynchronous resolver, unless the field is cancelled first."""
        completing = super().complete_awaitable_value(
            return_type, field_details_list, info, path, result, position_context
        )
        return _Completion(completing, result)

    def execute_field(self, *arguments: Any, **options: Any) -> Any:
        """Execute one field."""
        completed = super().execute_field(*arguments, **options)
        return _Completion(completed) if iscoroutine(completed) else completed

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> Any:
        """Execute a selection set; a compiled function completes the fields that it can."""
        level = self._program.compiler.level(parent_type, grouped_field_set)
        # If all fields are compiled, the function has already been tried and has failed.
        if level.rest and (data := self._tried(path, level.function, source_value, [])) is not None:
            rest = super().execute_fields(parent_type, source_value, path, level.rest, position_context)
            return _Completion(_filled_later(data, rest), rest) if self.is_awaitable(rest) else data | rest
        self._record_completion(path, ORDINARY)
        fields = super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)
        return _Completion(fields) if iscoroutine(fields) else fields

    def _completed(
        self, path: Path, function: Function | None, value: Any, ordinary: Callable[[], AwaitableOrValue[Any]]
    ) -> AwaitableOrValue[Any]:
        """Complete a value by a function and fill its placeholders; without a result, as graphql-core does."""
        waiting: list[Waiting] = []
        if (data := self._tried(path, function, value, waiting)) is None:
            return ordinary()
        return self._filled(path, data, waiting, ordinary) if waiting else data

    def _tried(self, path: Path | None, function: Function | None, value: Any, waiting: list[Waiting]) -> Any:
        """The result of a function for a value; None if there is no function or the value is not as its type says."""
        if function is None:
            return None
        try:
            data = function(value, self._bindings(), waiting)
        except MISFITS as error:  # graphql-core completes the value and reports any error
            self._report(error)
            return None
        self._record_completion(path, COMPILED)
        return data

    async def _filled(
        self, path: Path, data: Any, waiting: list[Waiting], ordinary: Callable[[], AwaitableOrValue[Any]]
    ) -> Any:
        """Fill the placeholders in data; if that fails, graphql-core completes the value, reusing what was loaded."""
        try:
            await self._fill(path, waiting)
        except (*MISFITS, StoreError) as error:  # as above
            self._report(error)
            completed = ordinary()
            return await completed if self.is_awaitable(completed) else completed
        return data

    async def _fill(self, path: Path, waiting: list[Waiting]) -> None:
        placeholders: dict[Placeholder, dict[Any, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        for placeholder, key, data in waiting:
            placeholders[placeholder][key].append(data)
        await gather_with_cancel(
            *(self._fill_one(path, placeholder, places) for placeholder, places in placeholders.items())
        )

    async def _fill_one(
        self, path: Path, placeholder: Placeholder, places: Mapping[Any, list[dict[str, Any]]]
    ) -> None:
        """Load the values of one placeholder for several documents, complete each once, and fill theirs."""
        nodes = [details.node for details in placeholder.details]
        info = info_of(self.build_resolve_info(placeholder.field, nodes, placeholder.type_, path))
        found = await placeholder.load(info, list(places))
        waiting: list[Waiting] = []
        for key, several in places.items():
            completed = placeholder.function(found[key], self._bindings(), waiting)
            for data in several:
                data[placeholder.response_key] = completed
        if waiting:
            await self._fill(path, waiting)

    def _report(self, error: Exception) -> None:
        """Report a failed function, unless the request or the database is the cause, which the response tells."""
        if not isinstance(error, ArgumentsRefused | BadUserInput | StoreError):
            self._program.failures.add(error)

    def _record_completion(self, path: Path | None, how: str) -> None:
        """Record for `extensions.explain`, if requested, how a value under a root field was completed."""
        if path is not None and self.context_value.explanations is not None:
            while path.prev is not None:
                path = path.prev
            self.context_value.completions.setdefault(str(path.key), set()).add(how)

    def _bindings(self) -> list[Any]:
        """The request's bound functions, by binding number; extended when more is compiled."""
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


class _Completion:
    """The completion of a field; closes its coroutines if it is never awaited.

    An error that nulls a parent cancels its other fields, some of them before they start. Python would warn about
    each coroutine that was never awaited.
    """

    __slots__ = ("_coroutines",)

    def __init__(self, completing: Coroutine[Any, Any, Any], result: Any = None) -> None:
        self._coroutines = (completing, result)

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coroutines[0].__await__()

    def __del__(self) -> None:
        for coroutine in self._coroutines:
            if iscoroutine(coroutine):
                coroutine.close()


def _of_each(function: Function) -> Function:
    return lambda documents, bound, waiting: [function(document, bound, waiting) for document in documents]


def _is_once(path: Path | None) -> bool:
    """Whether a path is outside all lists, so that the values below it can be loaded by placeholders.

    Inside a list, a function might complete some items and graphql-core others, which would take two calls.
    """
    while path is not None and not isinstance(path.key, int):
        path = path.prev
    return path is None


def _refused(_: Any) -> Any:
    raise ArgumentsRefused


async def _filled_later(data: dict[str, Any], rest: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    return data | await rest
