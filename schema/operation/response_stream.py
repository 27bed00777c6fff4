"""Answer a subscription: each event as it comes, executed like a query (GraphQL spec, section 6.2.3)."""

from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import replace
from typing import Any, Final, cast

from graphql import ExecutionResult, VariableNode, Visitor, create_source_event_stream, visit

from schema.base.context import Context
from schema.base.errors import BAD_USER_INPUT
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.runner import Prepared, RequestError, Response, Turn, executor_of, prepare, respond
from schema.retrieval.events import Event

# The arguments that say where a subscription begins.
PLACES: Final = frozenset({"resumeAfter", "after"})


class Stream:
    """A subscription that has begun: iterate over its events, and ask for the response of each."""

    def __init__(self, prepared: Prepared, context: Context, events: AsyncIterable[Event]) -> None:
        self._prepared = prepared
        self._context = context
        self._events = events

    @property
    def cost(self) -> int:
        """What each event costs, in points."""
        return self._prepared.points

    @property
    def place_variables(self) -> frozenset[str]:
        """The variables that say where to begin, and nothing else."""
        operation = self._prepared.operation
        uses, places = _Uses(), _Uses()
        visit(operation.document, uses)
        for field in operation.node.selection_set.selections:
            for argument in getattr(field, "arguments", None) or ():
                if argument.name.value in PLACES:
                    visit(argument, places)
        # A variable's definition is one use more.
        return frozenset(name for name, count in places.counts.items() if uses.counts[name] == count + 1)

    def __aiter__(self) -> AsyncIterator[Event]:
        """Yield its events, for ever. Raises BadUserInput where there can be no more, and StoreError."""
        return aiter(self._events)

    async def response(self, event: Event, turn: Turn) -> Response:
        """Execute the operation for an event. Raises what `turn` raises."""
        published = self._context.store.known_published() or event.published
        context = Context(
            self._context.store,
            self._context.languages,
            known=replace(published, revision=event.revision),
            is_past=event.revision < published.oldest_readable,
        )
        # An awaitable is awaited as the root field's value, so that what it raises is that field's error.
        root_value = context.store.revision(event.revision) if event.document is None else event.document
        return await respond(self._prepared, context, root_value=root_value, turn=turn)


async def subscribe(operations: Operations, request: Request, context: Context) -> Stream:
    """Begin a subscription, with the revision that the context sees as published.

    Raises RequestError where it can't be.
    """
    prepared = prepare(operations, request, context)
    source = create_source_event_stream(executor_of(prepared, context))
    if not isinstance(source, AsyncIterable | ExecutionResult):
        source = await source
    if isinstance(source, ExecutionResult):
        raise RequestError(BAD_USER_INPUT, source.errors or [])
    return Stream(prepared, context, cast(AsyncIterable[Event], source))


class _Uses(Visitor):
    """Counts how often each variable stands somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.counts[node.name.value] += 1
