"""Run one GraphQL request: parse, validate, choose the operation, execute.

graphql-core is the only executor. What doesn't depend on variables is kept between requests.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from graphql import ExecutionResult, Executor, GraphQLError, default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues

from schema.base.context import Context
from schema.base.errors import BAD_USER_INPUT, FATAL, INTERNAL, NOT_ACCEPTABLE, OverLimit, first_of, presented
from schema.base.request import Request
from schema.base.spans import span
from schema.execution.executor import CompiledExecutor
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.explain import explanation
from schema.operation.operation_cache import Operation, Operations
from schema.operation.parsing import Rejected

# What an operation of some points is executed inside.
Turn: TypeAlias = Callable[[int], AbstractAsyncContextManager[None]]
_AT_ONCE: Final = nullcontext()


@dataclass(frozen=True, slots=True)
class Response:
    """A GraphQL response; `data` is absent (None, and not `has_data`) when nothing was executed.

    languages: the BCP 47 tags of the texts in it; none are told where there are errors.
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
        """The response as it is serialised (GraphQL spec, section 7.1)."""
        body: dict[str, Any] = {"errors": list(self.errors)} if self.errors else {}
        if self.has_data:
            body["data"] = self.data
        if self.extensions:
            body["extensions"] = self.extensions
        return body


class RequestError(Exception):
    """A request that can't be executed; carries the response that says why."""

    def __init__(self, code: str, errors: Sequence[GraphQLError]) -> None:
        super().__init__(code)
        self.response = Response(None, [presented(error, code) for error in errors], has_data=False)


async def run(
    operations: Operations,
    request: Request,
    context: Context,
    *,
    executor_class: type[Executor[Any]] = CompiledExecutor,
    turn: Turn = lambda _: _AT_ONCE,
) -> Response:
    """Execute a request; every failure is in the response.

    executor_class: graphql-core's own is the reference that every other must equal.
    turn: given what the operation costs; it is executed inside.
    Raises RequestError when nothing could be executed, and what `turn` raises.
    """
    prepared = prepare(operations, request, context)
    if context.only_validates:
        return Response(None, [], has_data=True, extensions={"cost": prepared.cost})
    if prepared.operation.is_subscription:
        raise RequestError(NOT_ACCEPTABLE, [GraphQLError("A subscription is answered as a stream of events.")])
    return await respond(prepared, context, executor_class=executor_class, turn=turn)


async def respond(
    prepared: "Prepared",
    context: Context,
    *,
    root_value: Any = None,
    executor_class: type[Executor[Any]] = CompiledExecutor,
    turn: Turn = lambda _: _AT_ONCE,
) -> Response:
    """Execute what is prepared, of a subscription for the event that is its root value; as `run`."""
    async with turn(prepared.points):
        with span("execute"):
            result = await _executed(prepared, context, executor_class, root_value)
    if result.data is None and _is_before_execution(result):
        raise RequestError(BAD_USER_INPUT, result.errors or [])
    raised = result.errors or []
    told = first_of(raised, prepared.operation.limits.errors)
    extensions = _extensions(context, prepared)
    if len(told) < len(raised):
        extensions["errorCount"] = len(raised)
    response = Response(
        result.data,
        [presented(error, INTERNAL) for error in told],
        has_data=True,
        # Where something failed, what was served may have gone with it.
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
        """As `extensions.cost` tells it."""
        return {"estimated": self.points, "limit": self.operation.limits.cost}


def prepare(operations: Operations, request: Request, context: Context) -> Prepared:
    """Make a request ready to be executed.

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


def executor_of(
    prepared: Prepared,
    context: Context,
    executor_class: type[Executor[Any]] = CompiledExecutor,
    root_value: Any = None,
) -> Executor[Any]:
    """What executes a request."""
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


async def _executed(
    prepared: Prepared, context: Context, executor_class: type[Executor[Any]], root_value: Any
) -> ExecutionResult:
    executor = executor_of(prepared, context, executor_class, root_value)
    try:
        if isinstance(executor, CompiledExecutor):
            with prepared.operation.program(prepared.variables).used() as program:
                return await executor.run(program)
        outcome: Any = executor.execute_operation()
        result: ExecutionResult = outcome if isinstance(outcome, ExecutionResult) else await outcome
        return result
    except asyncio.CancelledError:
        context.give_up()
        raise


def _extensions(context: Context, prepared: Prepared) -> dict[str, Any]:
    extensions: dict[str, Any] = {"cost": prepared.cost}
    if context.explanations is not None:
        extensions["explain"] = explanation(context.explanations, context.completions)
    return extensions


def _is_before_execution(result: ExecutionResult) -> bool:
    """Errors of variable coercion come without a path: no field was executed."""
    return all(error.path is None for error in result.errors or [])
