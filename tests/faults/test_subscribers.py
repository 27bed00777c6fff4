"""Many subscribers, and subscribers through every failure: each receives each change once, and in order.

YUNSHAN_SUBSCRIBERS and YUNSHAN_REVISIONS set how many there are of each, a thousand and two hundred at most;
a fifth of YUNSHAN_KILLS how often the primary is killed under each of two servers.
"""

import asyncio
import os
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from pymongo import MongoClient
from websockets.exceptions import WebSocketException

from loaders.errors import StoreError
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.lease import LeaseHeld, LeaseLost
from loaders.publishing.publish import LoadOvertaken
from loaders.settings import StoreSettings
from loaders.store.store import Store
from tests.support.data.content import put
from tests.support.replica_set import replica_set
from tests.support.servers import Server, free_port, running_server
from tests.support.subscriber import Subscriber, event_stream, subscriber
from tests.support.thoroughness import examples
from tests.support.waiting import until_async

SUBSCRIBERS = min(1_000, int(os.environ.get("YUNSHAN_SUBSCRIBERS", examples(quick=10, thorough=100))))
REVISIONS = min(200, int(os.environ.get("YUNSHAN_REVISIONS", examples(quick=3, thorough=20))))
# For each of the two servers, one after the other.
KILLS = max(1, min(20, int(os.environ.get("YUNSHAN_KILLS", "3"))) // 5)
FOLLOW = """subscription($after: String) {
  districtChanged(slug: "a", after: $after) { cursor revision district { name { en } } }
}"""
# How many revisions both subscribers receive between two failovers.
STEP = 3
# The client does not read for so long; nothing is sent to it for a minute more.
UNREAD_S = 2
# What Python keeps for itself of what a thousand connections took, in MB.
KEPT_MB = 60
NAME = "subscribers"


def megabytes(server: Server) -> float:
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def change_streams(uri: str, name: str) -> int:
    with MongoClient[dict[str, Any]](uri) as client:
        stages: list[dict[str, Any]] = [
            {"$currentOp": {"allUsers": True, "idleCursors": True}},
            {
                "$match": {
                    "ns": f"{name}.revisions_2",
                    "cursor.originatingCommand.pipeline.0.$changeStream": {"$exists": 1},
                }
            },
        ]
        return len(list(client.admin.aggregate(stages)))


async def test_each_of_many_subscribers_is_told_each_change_once_and_in_order(
    database: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    await put(database, ["a"], "mark 1")
    published: dict[int, float] = {}
    late: list[float] = []
    seen: dict[int, list[int]] = defaultdict(list)

    async def follow(number: int, client: Subscriber) -> None:
        for _ in range(REVISIONS):
            change = (await client.next())["districtChanged"]
            assert change["district"]["name"]["en"] == f"mark {change['revision']}"
            seen[number].append(change["revision"])
            late.append(monotonic() - published[change["revision"]])

    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": settings.mongodb_database,
        "MAX_STREAMS": "2000",
        "MAX_CONNECTIONS": "2000",
    }
    with running_server(environment) as server:
        server.data("{ dataset { revision } }")
        before = megabytes(server)
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(subscriber(server)) for _ in range(SUBSCRIBERS)]
            for client in clients:
                await client.begin()
                await client.ask("1", FOLLOW)
            # Each has begun when a question after it is answered.
            for client in clients:
                await client.ask("2", "{ __typename }")
                await client.next()
                await client.message()
            following = [asyncio.create_task(follow(number, client)) for number, client in enumerate(clients)]
            for revision in range(2, REVISIONS + 2):
                published[revision] = monotonic()
                await put(database, ["a"], f"mark {revision}")
            await asyncio.wait_for(asyncio.gather(*following), 500)
            streams = change_streams(mongodb_uri, settings.mongodb_database)
            during = megabytes(server)
        await until_async(lambda: megabytes(server) < before + KEPT_MB, what="memory to be given back")
        after = megabytes(server)
    late.sort()
    print(
        f"{SUBSCRIBERS} subscribers, {REVISIONS} revisions: told after {late[len(late) // 2]:.3f} s, "
        f"p99 {late[len(late) * 99 // 100]:.3f} s; {before:.0f}, {during:.0f}, {after:.0f} MB"
    )
    assert streams == 1
    assert all(seen[number] == list(range(2, REVISIONS + 2)) for number in range(SUBSCRIBERS))


async def over_sockets(server: Server, after: str) -> AsyncIterator[Any]:
    async with subscriber(server) as client:
        await client.begin()
        await client.ask("1", FOLLOW, {"after": after})
        while True:
            yield (await client.next())["districtChanged"]


async def over_events(server: Server, after: str) -> AsyncIterator[Any]:
    async with event_stream(server, FOLLOW, None, **{"last-event-id": after}) as events:
        async for _, _, body in events:
            assert "errors" not in body, body
            yield body["data"]["districtChanged"]


@pytest.mark.slow
@pytest.mark.timeout(900 + 120 * KILLS)
async def test_nothing_is_lost_or_told_twice_through_failovers_and_a_restart(tmp_path: Path) -> None:
    port = free_port()
    stop = asyncio.Event()
    seen: dict[Any, list[int]] = {over_sockets: [], over_events: []}
    servers: list[Server] = []

    async def follow(listen: Any) -> None:
        """Listen, and go on after the last event whenever the connection is lost."""
        place = "1"
        while not stop.is_set():
            with suppress(Exception):
                async for change in listen(servers[-1], place):
                    place = change["cursor"]
                    seen[listen].append(change["revision"])
            await asyncio.sleep(0.1)

    with replica_set(tmp_path) as members:
        settings = StoreSettings(mongodb_database=NAME)
        database = Database.open(members.uri, settings, timeout_ms=10_000)
        await ensure_collections(database)
        await put(database, ["a"], "mark 1")
        environment = {"MONGODB_URI": members.uri, "MONGODB_DATABASE": NAME, "PORT": str(port)}

        async def load() -> None:
            number = 1
            while not stop.is_set():
                number += 1
                # What was published and not acknowledged counts all the same: subscribers must be told it.
                with suppress(StoreError, LeaseHeld, LeaseLost, LoadOvertaken):
                    await put(database, ["a"], f"mark {number}")
                await asyncio.sleep(0.1)

        loading = asyncio.create_task(load())
        for servers_run in range(2):
            with running_server(environment) as server:
                servers.append(server)
                if not servers_run:
                    following = [asyncio.create_task(follow(listen)) for listen in seen]
                for _ in range(KILLS):
                    known = [len(revisions) for revisions in seen.values()]
                    await until_async(lambda: have_grown(seen.values(), known), within_s=300)  # noqa: B023
                    await asyncio.to_thread(members.wait_until_whole)
                    primary = await asyncio.to_thread(members.primary)
                    primary.kill()
                    await asyncio.to_thread(members.primary)
                    primary.start()
                if servers_run:
                    stop.set()
                    await loading
                    published = await Store(database).published()
                    newest = published.revision
                    await until_async(lambda: have_come_to(newest, seen.values()), within_s=300)  # noqa: B023
                    for task in following:
                        task.cancel()
        await database.close()
    print(f"{newest} revisions through {2 * KILLS} failovers and a restart")
    assert newest > 2 * KILLS * STEP
    for revisions in seen.values():
        # A load that a failover interrupted has left its number out.
        assert revisions == [number for number in range(2, newest + 1) if published.is_published(number)]


def have_come_to(revision: int, lists: Iterable[list[int]]) -> bool:
    return all(revisions[-1:] == [revision] for revisions in lists)


def have_grown(lists: Iterable[list[int]], lengths: Sequence[int]) -> bool:
    return all(len(each) >= length + STEP for each, length in zip(lists, lengths, strict=True))


@pytest.mark.slow
async def test_who_does_not_read_is_closed_with_a_code_and_keeps_nobody_waiting(
    database: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    await put(database, ["a"], "mark 1")
    long = "x" * 3_900
    much = FOLLOW.replace("{ en }", f"{{ en {' '.join(f'{letter}: en' for letter in 'abcdefghijkl')} }}")
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": settings.mongodb_database,
        "REQUEST_TIMEOUT_S": str(UNREAD_S),
    }
    with running_server(environment) as server:
        small = unread_socket(server)
        # Its own pings would go unanswered, and end the connection.
        async with (
            subscriber(server) as quick,
            subscriber(server, sock=small, max_queue=1, ping_interval=None) as slow,
        ):
            for client in (quick, slow):
                await client.begin()
                await client.ask("1", much)
            before, published = megabytes(server), 1
            # A connection that ends is a line of the log, and the quick one goes on.
            while "WEBSOCKET" not in server.log.read_text():
                published += 1
                await put(database, ["a"], f"{published} {long}")
                assert (await quick.next())["districtChanged"]["revision"] == published
            assert megabytes(server) < before + KEPT_MB
            # A client that reads on reaches the close code, with no gap before it.
            small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_000_000)
            told: list[int] = []
            with suppress(WebSocketException):
                while True:
                    told.append((await slow.next())["districtChanged"]["revision"])
            assert slow.connection.close_code == 4410
            assert told == list(range(2, 2 + len(told)))
            assert len(told) < published


def unread_socket(server: Server) -> socket.socket:
    """A connection that takes little of what is not read."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    small.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
    small.setblocking(False)
    return small
