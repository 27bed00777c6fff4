"""WebSockets that flood, lie or stay silent; somebody else is answered all the while."""

import json
from contextlib import AsyncExitStack, suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.attacks.raw_http import connection
from tests.support.servers import Server
from tests.support.subscriber import PROTOCOL, event_stream, subscriber

NOTHING = "subscription { datasetChanged { revision } }"


def upgrade(*headers: str) -> bytes:
    given = {"Host": "127.0.0.1", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    lines = [f"{name}: {value}" for name, value in given.items()]
    return "\r\n".join(["GET /graphql HTTP/1.1", *lines, *headers, "", ""]).encode()


KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (upgrade(), 400),
        (upgrade("Sec-WebSocket-Key: short"), 400),
        (upgrade(KEY, "Origin: https://evil.example"), 403),
        (upgrade(KEY, "Origin: null"), 403),
        (upgrade(KEY).replace(b"13", b"8"), 400),
        (upgrade(KEY).replace(b"GET", b"POST"), 405),
        (upgrade(KEY).replace(b"/graphql", b"/healthz"), 403),
        (upgrade(KEY, *(f"X-{number}: a" for number in range(200))), 431),
        (upgrade(KEY, "Host: other"), 400),
    ],
    ids=["no key", "short key", "origin", "null", "version", "post", "path", "headers", "hosts"],
)
def test_a_handshake_that_is_wrong_is_refused(server: Server, data: bytes, status: int) -> None:
    with connection(server) as client:
        client.send(data)
        assert client.answer().status == status


def test_a_slash_at_the_end_of_the_address_is_passed_over(server: Server) -> None:
    with connection(server) as client:
        data = upgrade(KEY, f"Sec-WebSocket-Protocol: {PROTOCOL}")
        client.send(data.replace(b"/graphql", b"/graphql/"))
        assert client.answer().status == 101


@pytest.mark.parametrize(
    "frame",
    [
        b"\x81\x05hello",
        b"\x83\x80\x00\x00\x00\x00",
        b"\xc1\x80\x00\x00\x00\x00",
        b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
        b"\x89\xfe\x01\x00\x00\x00\x00\x00" + bytes(256),
    ],
    ids=["unmasked", "reserved opcode", "reserved bit", "endless", "long ping"],
)
def test_frames_that_break_the_protocol_end_the_connection(server: Server, frame: bytes) -> None:
    with connection(server) as client:
        client.send(upgrade(KEY, f"Sec-WebSocket-Protocol: {PROTOCOL}"))
        assert client.answer().status == 101
        client.send(frame)
        assert client.ends()


async def test_a_flood_of_operations_runs_no_more_than_are_allowed(server: Server) -> None:
    refused = 0
    async with subscriber(server) as client:
        await client.begin()
        for number in range(2_000):
            await client.ask(str(number), NOTHING)
        message: dict[str, Any] = {}
        # Operations are taken in their order, and so are refusals.
        while message.get("id") != "1999":
            message = await client.message()
            refused += message["type"] == "error"
    assert refused == 1_950


async def test_dear_operations_are_refused_before_they_run(server: Server) -> None:
    async with subscriber(server) as client:
        await client.begin()
        await client.ask("1", f"subscription {{ districtChanged {{ district {{ {deep(20)} }} }} }}")
        message = await client.message()
        assert message["payload"][0]["extensions"]["code"] == "DEPTH_LIMIT_EXCEEDED"
        await client.ask("2", "{ districts(first: 100) { nodes { initiatives { metrics { id } awards { id } } } } }")
        message = await client.message()
        assert message["payload"][0]["extensions"]["code"] == "COST_LIMIT_EXCEEDED"


def deep(levels: int) -> str:
    return "pillars { district { " * levels + "slug" + " } }" * levels


async def test_starting_and_stopping_again_and_again_leaves_nothing(server: Server) -> None:
    async with subscriber(server) as client:
        await client.begin()
        for number in range(1_000):
            await client.ask(str(number), NOTHING)
            await client.send(id=str(number), type="complete")
        await client.ask("last", "{ __typename }")
        while (message := await client.message())["id"] != "last":
            assert message["type"] != "error", message
        assert message["payload"]["data"] == {"__typename": "Query"}


async def test_connections_that_come_and_go_leave_room_for_others(server: Server) -> None:
    for _ in range(20):
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(subscriber(server)) for _ in range(20)]
            for client in clients:
                await client.begin()
                await client.ask("1", NOTHING)
    async with event_stream(server, "{ __typename }") as events:
        assert [name async for name, _, _ in events] == ["next", "complete"]


@pytest.mark.parametrize("size", [1, 1_000, 100_000])
async def test_messages_that_nobody_understands_end_the_connection(server: Server, size: int) -> None:
    async with subscriber(server) as client:
        with suppress(ConnectionClosed):
            while True:
                await client.connection.send(json.dumps({"type": "x" * size}))
        # Who goes on sending to a closed connection may not get to read why.
        assert (await client.closed())[0] in {4400, 1006}


async def test_a_place_far_back_asked_for_many_times_is_worked_out_once(server: Server) -> None:
    told: list[Any] = []
    async with subscriber(server) as client:
        await client.begin()
        for number in range(50):
            query = "subscription { districtChanged(resumeAfter: 0) { paths district { id } } }"
            await client.ask(str(number), query)
        told += [await client.next() for _ in range(50)]
    assert len({json.dumps(one) for one in told}) == 1
