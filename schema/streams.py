"""Answer a subscription: each event as it comes, executed like a query (GraphQL spec, section 6.2.3)."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import replace
from typing import cast

from graphql import (
    ExecutionResult,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    TypeNode,
    create_source_event_stream,
)

from schema.context import Context
from schema.errors import BAD_USER_INPUT
from schema.events import Event
from schema.operation import Prepared, Request, RequestError, Response, Turn, executor_of, prepare, respond
from schema.operations import Operations


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
        """The variables that say where to begin, and nothing else: only arguments that do are of their type."""
        definitions = self._prepared.operation.node.variable_definitions or ()
        return frozenset(one.variable.name.value for one in definitions if _is_place(one.type))

    def __aiter__(self) -> AsyncIterator[Event]:
        """Yield its events, for ever. Raises BadUserInput where there can be no more, and StoreError."""
        return aiter(self._events)

    async def response(self, event: Event, turn: Turn) -> Response:
        """Execute the operation for an event. Raises what `turn` raises."""
        published = self._context.store.known() or event.published
        context = Context(
            self._context.store,
            self._context.languages,
            known=replace(published, revision=event.revision),
            is_past=event.revision < published.floor,
        )
        return await respond(self._prepared, context, root_value=event, turn=turn)


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


def _is_place(node: TypeNode) -> bool:
    while not isinstance(node, NamedTypeNode):
        node = cast(ListTypeNode | NonNullTypeNode, node).type
    return node.name.value == "Revision"
