"""Execute one GraphQL request: parse, validate, choose the operation, execute.

`schema.operation.operation_cache` keeps between requests what doesn't depend on variables.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from graphql import ExecutionResult, Executor, GraphQLError, default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues

from schema.base.context import Context
from schema.base.errors import (
    BAD_USER_INPUT,
    FATAL,
    INTERNAL,
    NOT_ACCEPTABLE,
    OverLimit,
    format_error,
    most_important,
)
from schema.base.request import Request
from schema.base.spans import span
from schema.execution.executor import CompiledExecutor
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.explain import explanation
from schema.operation.operation import Operation
from schema.operation.operation_cache import Operations
from schema.operation.parsing import Rejected

# Takes the cost of an operation, in points; the operation is executed inside the context manager that it returns.
Admit: TypeAlias = Callable[[int], AbstractAsyncContextManager[None]]
_NO_ADMISSION: Final = nullcontext()


@dataclass(frozen=True, slots=True)
class Response:
    """A GraphQL response; `data` is absent (None, and not `has_data`) if nothing was executed.

    languages: the BCP 47 tags of the texts in it; empty if there are errors.
    """

    data: dict[str, Any] | None
    errors: Sequence[dict[str, Any]]
    has_data: bool
    languages: Sequence[str] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its errors."""
        return frozenset(error["extensions"]["code"] for error in self.errors)

    def body(self) -> dict[str, Any]:
        """The response as it is serialized (GraphQL spec, section 7.1)."""
        body: dict[str, Any] = {"errors": list(self.errors)} if self.errors else {}
        if self.has_data:
            body["data"] = self.data
        if self.extensions:
            body["extensions"] = self.extensions
        return body


class RequestError(Exception):
    """A request error: nothing can be executed. Its `response` has the errors."""

    def __init__(self, code: str, errors: Sequence[GraphQLError]) -> None:
        super().__init__(code)
        self.response = Response(None, [format_error(error, code) for error in errors], has_data=False)


async def run(
    operations: Operations,
    request: Request,
    context: Context,
    *,
    executor_class: type[Executor[Any]] = CompiledExecutor,
    admit: Admit = lambda _: _NO_ADMISSION,
) -> Response:
    """Execute a request. Field errors are in the response.

    executor_class: the tests compare the default with graphql-core's own.
    admit: called with the operation's cost; the operation is executed inside the context manager it returns.
    Raises RequestError if nothing could be executed, and what `admit` raises.
    """
    prepared = prepare(operations, request, context)
    if context.only_validates:
        return Response(None, [], has_data=True, extensions={"cost": prepared.cost})
    if prepared.operation.is_subscription:
        raise RequestError(NOT_ACCEPTABLE, [GraphQLError("A subscription is answered as a stream of events.")])
    if not prepared.operation.is_compiled:
        # Validating a new operation takes as long as planning and completing it; other clients come in between.
        await context.turn()
    return await respond(prepared, context, executor_class=executor_class, admit=admit)


async def respond(
    prepared: "Prepared",
    context: Context,
    *,
    root_value: Any = None,
    executor_class: type[Executor[Any]] = CompiledExecutor,
    admit: Admit = lambda _: _NO_ADMISSION,
) -> Response:
    """Execute a prepared request, as `run`. root_value: the event, for a subscription."""
    async with admit(prepared.points):
        with span("execute"):
            try:
                result = await _execute(prepared, context, executor_class, root_value)
            finally:
                prepared.operation.settle()
    if result.data is None and _is_before_execution(result):
        raise RequestError(BAD_USER_INPUT, result.errors or [])
    raised = result.errors or []
    reported = most_important(raised, prepared.operation.limits.errors)
    extensions = _extensions(context, prepared)
    if len(reported) < len(raised):
        extensions["errorCount"] = len(raised)
    response = Response(
        result.data,
        [format_error(error, INTERNAL) for error in reported],
        has_data=True,
        # A text that was served may have been nulled by an error.
        languages=[] if raised else sorted(context.served),
        extensions=extensions,
    )
    if fatal := response.codes & FATAL:
        kept = [error for error in response.errors if error["extensions"]["code"] in fatal]
        return Response(None, kept[:1], has_data=False)
    return response


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that can be executed."""

    operation: Operation
    variables: VariableValues
    points: int

    @property
    def cost(self) -> dict[str, int]:
        """The value of `extensions.cost`."""
        return {"estimated": self.points, "limit": self.operation.limits.cost}


def prepare(operations: Operations, request: Request, context: Context) -> Prepared:
    """Parse and validate a request, coerce its variables and check its cost.

    Raises RequestError.
    """
    try:
        operation = operations.get(request.query, request.operation_name)
        context.root_fields = operation.root_fields
        variables = operation.variables(request.variables or {})
        if isinstance(variables, list):
            raise RequestError(BAD_USER_INPUT, variables)
        context.cost = operation.points(variables.coerced)
        return Prepared(operation, variables, context.cost)
    except Rejected as rejected:
        raise RequestError(rejected.code, rejected.errors) from None
    except OverLimit as over:
        raise RequestError(over.code, [over]) from None


def executor_for(
    prepared: Prepared,
    context: Context,
    executor_class: type[Executor[Any]] = CompiledExecutor,
    root_value: Any = None,
) -> Executor[Any]:
    """The executor of a request."""
    operation = prepared.operation
    context.templates = operation.templates
    return executor_class(
        GRAPHQL_SCHEMA,
        operation.definitions,
        operation.fragments,
        root_value,
        context,
        operation.node,
        prepared.variables,
        default_field_resolver,
        default_type_resolver,
        default_field_resolver,
    )


async def _execute(
    prepared: Prepared, context: Context, executor_class: type[Executor[Any]], root_value: Any
) -> ExecutionResult:
    executor = executor_for(prepared, context, executor_class, root_value)
    try:
        if isinstance(executor, CompiledExecutor):
            with prepared.operation.program(prepared.variables).used() as program:
                return await executor.run(program)
        outcome: Any = executor.execute_operation()
        result: ExecutionResult = outcome if isinstance(outcome, ExecutionResult) else await outcome
        return result
    except asyncio.CancelledError:
        context.cancel_reads()
        raise


def _extensions(context: Context, prepared: Prepared) -> dict[str, Any]:
    extensions: dict[str, Any] = {"cost": prepared.cost}
    if context.explanations is not None:
        extensions["explain"] = explanation(context.explanations, context.completions)
    return extensions


def _is_before_execution(result: ExecutionResult) -> bool:
    """Whether all errors are without a path, as those of variable coercion are: no field was executed."""
    return all(error.path is None for error in result.errors or [])
