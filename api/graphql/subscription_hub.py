"""Deliver events to subscribers, over any transport; identical subscriptions share each execution.

Each subscriber reads the log of revisions (`schema.retrieval.events`) from its own position and at its own pace:
there is no queue that could overflow, and subscribers do not wait for one another. Reads of the past take turns
(`api.limits.replays`).
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

import orjson

from api.graphql.response_cache import CachedResponse, ResponseCache, key_of
from api.http.errors import HttpError, gravest_code
from api.http.outcome import OK, OutcomeSummary
from api.limits.admission import AdmissionController
from api.limits.replays import Replays
from api.settings import Settings
from loaders.model.revisions import Published
from schema.base.context import Context
from schema.base.errors import RESPONSE_LIMIT, STORE_TIMEOUT, STORE_UNAVAILABLE, OverLimit
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.response_stream import ResponseStream, subscribe
from schema.operation.runner import Admit, RequestError, Response
from schema.retrieval.events import Event

logger = logging.getLogger(__name__)

# Recent events, for subscribers that are slightly behind.
EVENT_CACHE_BYTES: Final = 16_777_216
EVENT_RETRY_S: Final = 0.5
# After this many timeouts of the database, an event is sent as an error.
MAX_EVENT_ATTEMPTS: Final = 3
_RETRYABLE: Final = frozenset({STORE_UNAVAILABLE, STORE_TIMEOUT})
_NO_REVISION: Final = Published(0, 0)


class EventMessage(NamedTuple):
    """An event as it is sent: its cursor, and the response as JSON."""

    cursor: str
    payload: bytes


class SubscriptionHub:
    """The shared state of the subscriptions of one worker."""

    def __init__(
        self, settings: Settings, operations: Operations, admission: AdmissionController, replays: Replays
    ) -> None:
        self._operations = operations
        self.replays = replays
        self._responses = ResponseCache(EVENT_CACHE_BYTES, admission)
        self._max_streams = settings.max_streams
        self._max_response_bytes = settings.max_response_bytes
        self._open: Counter[str] = Counter()
        self.events_sent = 0

    @property
    def open(self) -> int:
        """Number of connections with subscriptions."""
        return self._open.total()

    def connection(self, client: str) -> ExitStack:
        """Count a connection of a client until the returned stack is closed.

        Raises HttpError if the client has too many.
        """
        if self._open[client] >= self._max_streams:
            raise HttpError(429, f"at most {self._max_streams} connections a client; run several operations over one")
        self._open[client] += 1
        connection = ExitStack()
        connection.callback(self._leave, client)
        return connection

    def _leave(self, client: str) -> None:
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]

    async def subscribe(self, request: Request, context: Context, client: str) -> "EventSubscription":
        """Start a subscription.

        Raises RequestError if the request is invalid.
        """
        context.replay = partial(self.replays.read, client)
        stream = await subscribe(self._operations, request, context)
        variables = {
            name: value for name, value in (request.variables or {}).items() if name not in stream.position_variables
        }
        topic = key_of(replace(request, variables=variables), context.tags, _NO_REVISION, "")
        return EventSubscription(self, stream, topic, client)

    async def response(self, stream: ResponseStream, topic: str, event: Event, client: str) -> bytes:
        """Return the response to an event as JSON, executed once for a topic. Retries while the database is down."""
        key = f"{topic} {event.published.epoch} {event.cursor}"
        attempts = 0
        while True:
            try:
                cached = await self._responses.get_or_make(key, client, partial(self._execute, stream, event))
            except HttpError as error:
                # The queue is full, or the deadline has passed.
                code = STORE_UNAVAILABLE if error.status == 503 else STORE_TIMEOUT
                cached = _json_response(Response(None, [error.formatted], has_data=False), code)
            attempts += cached.summary.code == STORE_TIMEOUT
            if cached.summary.code not in _RETRYABLE or attempts == MAX_EVENT_ATTEMPTS:
                self.events_sent += 1
                return cached.body
            await asyncio.sleep(EVENT_RETRY_S)

    async def _execute(self, stream: ResponseStream, event: Event, admit: Admit) -> CachedResponse:
        try:
            response = await stream.response(event, admit)
        except RequestError as error:
            response = error.response
        cached = _json_response(response, gravest_code(response.codes))
        if len(cached.body) > self._max_response_bytes:
            over = OverLimit(RESPONSE_LIMIT, self._max_response_bytes, len(cached.body))
            return _json_response(RequestError(over.code, [over]).response, over.code)
        return cached


class EventSubscription:
    """The events of one subscriber, as responses in JSON."""

    def __init__(self, hub: SubscriptionHub, stream: ResponseStream, topic: str, client: str) -> None:
        self._hub = hub
        self._stream = stream
        self._topic = topic
        self._client = client
        self.cost = stream.cost

    async def __aiter__(self) -> AsyncIterator[EventMessage]:
        """Yield events without end. Raises BadUserInput if the subscription can't continue."""
        async for event in self._stream:
            yield EventMessage(event.cursor, await self._hub.response(self._stream, self._topic, event, self._client))


def _json_response(response: Response, code: str) -> CachedResponse:
    body = orjson.dumps(response.body())
    return CachedResponse(body, 200, code == OK, {}, summary=OutcomeSummary(code=code))
