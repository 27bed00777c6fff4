"""A client of GraphQL over WebSockets and over server-sent events, for tests."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.support.servers import Server
from tests.support.waiting import PATIENCE_S

PROTOCOL = "graphql-transport-ws"
# A message that never comes fails the test that waits for it.
WITHIN_S = 120.0


class Subscriber:
    """One connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._ended: set[str] = set()

    async def begin(self, payload: Any = None) -> Self:
        await self.send(type="connection_init", **({} if payload is None else {"payload": payload}))
        assert await self.message() == {"type": "connection_ack"}
        return self

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def message(self) -> Any:
        async with asyncio.timeout(WITHIN_S):
            return json.loads(await self.connection.recv())

    async def ask(self, id_: str, query: str, variables: Mapping[str, Any] | None = None) -> None:
        self._ended.discard(id_)
        await self.send(id=id_, type="subscribe", payload={"query": query, "variables": variables})

    async def end(self, id_: str) -> None:
        """End an operation; events of it that are on their way may still come."""
        self._ended.add(id_)
        await self.send(id=id_, type="complete")

    async def next(self) -> Any:
        """The data of the next event, of whichever operation that was not ended here."""
        while (message := await self.message()).get("id") in self._ended:
            pass
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]

    async def closed(self) -> tuple[int, str]:
        """Read on until the connection closes, and tell by what."""
        async with asyncio.timeout(WITHIN_S):
            await self.connection.wait_closed()
        assert self.connection.close_code is not None
        return self.connection.close_code, self.connection.close_reason or ""


@asynccontextmanager
async def subscriber(
    server: Server, protocol: str = PROTOCOL, *, host: str = "127.0.0.1", **options: Any
) -> AsyncIterator[Subscriber]:
    """Connect; nothing is sent yet. host: what the server is called."""
    port = int(server.url.rpartition(":")[2])
    own: dict[str, Any] = {} if "sock" in options else {"host": "127.0.0.1", "port": port}
    async with connect(
        f"ws://{host}:{port}/graphql",
        subprotocols=[Subprotocol(protocol)],
        max_size=None,
        proxy=None,
        **own,
        **options,
    ) as connection:
        yield Subscriber(connection)


@asynccontextmanager
async def event_stream(
    server: Server, query: str, variables: Mapping[str, Any] | None = None, **headers: str
) -> AsyncIterator[AsyncIterator[tuple[str, str, Any]]]:
    """Ask for a stream; yields its events: name, id and data."""
    body = {"query": query, "variables": variables}
    async with (
        httpx2.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client,
        client.stream(
            "POST", f"{server.url}/graphql", json=body, headers={"accept": "text/event-stream", **headers}
        ) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield _events(response)


async def _events(response: httpx2.Response) -> AsyncIterator[tuple[str, str, Any]]:
    lines = response.aiter_lines()
    while fields := await _next_fields(lines):
        data = fields.get("data")
        yield fields["event"], fields.get("id", ""), json.loads(data) if data else None


async def _next_fields(lines: AsyncIterator[str]) -> dict[str, str]:
    """The fields of the next event; none at the end. Comments, which keep the connection alive, are no event."""
    fields: dict[str, str] = {}
    async with asyncio.timeout(WITHIN_S):
        async for line in lines:
            if line and not line.startswith(":"):
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
            elif not line and fields:
                return fields
    return {}
