"""Responses as server-sent events ("GraphQL over Server-Sent Events", distinct connections mode).

The id of an event is its cursor. A browser's EventSource sends the last id when it reconnects, and thus resumes where
it left off.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from typing import Final

import orjson
from starlette.types import Message, Receive, Scope, Send

from api.graphql.subscription_hub import EventMessage
from api.http.content_negotiation import EVENT_STREAM
from api.server.draining import IS_STREAM, SERVER_STOPS
from schema.base.errors import BadUserInput, format_error

# Proxies close idle connections, mostly after a minute.
HEARTBEAT_INTERVAL_S: Final = 12.0
_HEADERS: Final = [
    (b"content-type", f"{EVENT_STREAM}; charset=utf-8".encode()),
    (b"cache-control", b"no-store"),
    # nginx would buffer events until it has a page of them.
    (b"x-accel-buffering", b"no"),
    (b"vary", b"Accept, Accept-Language"),
]
_HEARTBEAT: Final[Message] = {"type": "http.response.body", "body": b":\n\n", "more_body": True}


class EventStream:
    """An ASGI application that sends responses until the source ends, the client disconnects, or the server stops.

    connection: closed at the end.
    """

    def __init__(self, responses: AsyncIterator[EventMessage], connection: ExitStack | None = None) -> None:
        self._responses = responses
        self._connection = connection or ExitStack()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream."""
        scope[IS_STREAM] = True
        with self._connection:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            heartbeat = asyncio.create_task(_send_heartbeats(send))
            try:
                await self._send_all(send)
                await _send(send, b"event: complete\ndata:\n\n")
            except asyncio.CancelledError as cancelled:
                if cancelled.args != (SERVER_STOPS,):
                    raise
                # Omit the "complete" event, so that the client reconnects.
            finally:
                heartbeat.cancel()
                with suppress(asyncio.CancelledError):
                    await heartbeat
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_all(self, send: Send) -> None:
        try:
            async for cursor, payload in self._responses:
                id_ = f"id: {cursor}\n".encode() if cursor else b""
                await _send(send, b"event: next\n%bdata: %b\n\n" % (id_, payload))
        except BadUserInput as error:
            # The subscription can't continue; send the reason as an event.
            await _send(send, b"event: next\ndata: %b\n\n" % orjson.dumps({"errors": [format_error(error)]}))


async def single_event(payload: bytes) -> AsyncIterator[EventMessage]:
    """Yield one response."""
    yield EventMessage("", payload)


async def _send_heartbeats(send: Send) -> None:
    while True:
        await send(_HEARTBEAT)
        await asyncio.sleep(HEARTBEAT_INTERVAL_S)


async def _send(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})
