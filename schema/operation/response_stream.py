"""Execute a subscription: for each event, the operation is executed like a query (GraphQL spec, section 6.2.3)."""

from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import replace
from typing import Any, Final, cast

from graphql import ExecutionResult, VariableNode, Visitor, create_source_event_stream, visit

from schema.base.context import Context
from schema.base.errors import BAD_USER_INPUT
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.runner import Admit, Prepared, RequestError, Response, executor_for, prepare, respond
from schema.retrieval.events import Event

# The arguments that set where a subscription begins.
POSITION_ARGUMENTS: Final = frozenset({"resumeAfter", "after"})


class ResponseStream:
    """An active subscription: iterate over its events, and call `response` for each."""

    def __init__(self, prepared: Prepared, context: Context, events: AsyncIterable[Event]) -> None:
        self._prepared = prepared
        self._context = context
        self._events = events

    @property
    def cost(self) -> int:
        """The cost of each event, in points."""
        return self._prepared.points

    @property
    def position_variables(self) -> frozenset[str]:
        """The variables that are used only to set where the subscription begins."""
        operation = self._prepared.operation
        uses, places = _VariableCounter(), _VariableCounter()
        visit(operation.document, uses)
        for field in operation.node.selection_set.selections:
            for argument in getattr(field, "arguments", None) or ():
                if argument.name.value in POSITION_ARGUMENTS:
                    visit(argument, places)
        # A variable's definition counts as one use.
        return frozenset(name for name, count in places.counts.items() if uses.counts[name] == count + 1)

    def __aiter__(self) -> AsyncIterator[Event]:
        """Iterate over its events, without end. Raises BadUserInput if the log was recreated, and StoreError."""
        return aiter(self._events)

    async def response(self, event: Event, admit: Admit) -> Response:
        """Execute the operation for an event. Raises what `admit` raises."""
        published = self._context.store.known_published() or event.published
        context = Context(
            self._context.store,
            self._context.languages,
            known=replace(published, revision=event.revision),
            is_past=event.revision < published.oldest_readable,
        )
        # An awaitable is awaited as the root field's value, so that what it raises is that field's error.
        root_value = context.store.revision(event.revision) if event.document is None else event.document
        return await respond(self._prepared, context, root_value=root_value, admit=admit)


async def subscribe(operations: Operations, request: Request, context: Context) -> ResponseStream:
    """Begin a subscription at the revision that the context reads as published.

    Raises RequestError if it can't be executed.
    """
    prepared = prepare(operations, request, context)
    source = create_source_event_stream(executor_for(prepared, context))
    if not isinstance(source, AsyncIterable | ExecutionResult):
        source = await source
    if isinstance(source, ExecutionResult):
        raise RequestError(BAD_USER_INPUT, source.errors or [])
    return ResponseStream(prepared, context, cast(AsyncIterable[Event], source))


class _VariableCounter(Visitor):
    """Counts the uses of each variable."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.counts[node.name.value] += 1
