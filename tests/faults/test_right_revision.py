"""Whatever happens to the pointer, to members and to workers, no worker answers by a revision it could know is wrong.

Two workers are asked all the time. What one knows is trusted for `TRUSTED_S` from when it was requested, so an answer
may be by a replaced revision only if it was asked for so soon after the replacement, on any machine. How soon the
first right answer comes is printed.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from pymongo import MongoClient

from loaders.errors import StoreError
from loaders.model.collections import REVISIONS
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.mongo.stored_names import stored_name
from loaders.publishing.audit import audit
from loaders.publishing.lease import LeaseHeld, LeaseLost
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from loaders.store.store import Store
from loaders.store.watch import TRUSTED_S
from tests.support.data.content import contents, load_of
from tests.support.replica_set import ReplicaSet, replica_set
from tests.support.servers import Server, processor_s, running_server
from tests.support.subscriber import subscriber
from tests.support.waiting import PATIENCE_S, until_async

pytestmark = pytest.mark.slow

SLUGS = ["one", "three", "two"]
QUERY = "{ dataset { revision } districts(first: 50) { nodes { slug name { en } } } }"
# What users have, so that whoever waits for a silent database gives up.
USUAL = {"MONGODB_OPERATION_TIMEOUT_MS": "2000", "MONGODB_POOL_WAIT_MS": "500", "REQUEST_DEADLINE_S": "10"}


@dataclass
class Worker:
    """A worker that is asked all the time. answers: when each was asked for, and its mark, None without data."""

    server: Server
    answers: list[tuple[float, str | None]] = field(default_factory=list)
    is_left: bool = False

    async def ask(self) -> None:
        async with httpx2.AsyncClient(timeout=60) as client:
            while not self.is_left:
                asked = monotonic()
                self.answers.append((asked, await self._mark(client)))
                await asyncio.sleep(0.02)

    async def _mark(self, client: httpx2.AsyncClient) -> str | None:
        try:
            response = await client.post(f"{self.server.url}/graphql", json={"query": QUERY})
        except httpx2.TransportError:
            return None
        if response.status_code != 200 or "errors" in response.json():
            return None
        nodes = response.json()["data"]["districts"]["nodes"]
        marks = {node["name"]["en"] for node in nodes}
        whole = [node["slug"] for node in nodes] == SLUGS and len(marks) == 1
        return marks.pop() if whole else f"torn: {nodes}"

    def is_ready(self) -> bool:
        return httpx2.get(f"{self.server.url}/readyz", timeout=60).status_code == 200


class Scene:
    """A replica set, a database in it, and workers; `show` notes what is right from now on."""

    def __init__(self, members: ReplicaSet) -> None:
        self.members = members
        self.settings = StoreSettings(mongodb_database=f"right-{uuid4().hex[:8]}")
        self.workers: list[Worker] = []
        self.shown: list[tuple[float, str]] = []
        self.database = Database.open(members.uri, self.settings, timeout_ms=60_000)

    @property
    def raw(self) -> MongoClient[dict[str, Any]]:
        return MongoClient(self.members.uri, serverSelectionTimeoutMS=60_000)

    async def load(self, mark: str) -> None:
        """Publish, as often as it takes: members that were stopped may elect another primary meanwhile."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with suppress(StoreError, LeaseHeld, LeaseLost):
                    await publish(self.database, load_of(contents(SLUGS, mark)))
                    break
                await asyncio.sleep(0.1)
        self.show(mark)

    def show(self, mark: str) -> None:
        self.shown.append((monotonic(), mark))

    async def until_right(self, what: str) -> None:
        """Wait until both workers answer as is right; print how long the slower one took."""
        since, mark = monotonic(), self.shown[-1][1]

        def is_right() -> bool:
            return all(worker.answers[-1:] and worker.answers[-1][1] == mark for worker in self.workers)

        await until_async(is_right, what=f"{mark} after {what}")
        print(f"{what}: right {monotonic() - since:.2f} s later")
        await until_async(lambda: all(worker.is_ready() for worker in self.workers), what="readiness")

    async def until_none_answers(self) -> None:
        """Wait until neither worker answers or says that it is ready."""
        await until_async(lambda: not any(worker.is_ready() for worker in self.workers), what="unreadiness")
        await until_async(lambda: all(worker.answers[-1][1] is None for worker in self.workers), what="refusals")

    def judge(self) -> None:
        """Fail for an answer that was never right, or asked for too long after it had been replaced."""
        begun = [0.0, *(at for at, _ in self.shown[:-1])]
        ended = [*(at for at, _ in self.shown[1:]), inf]
        spans = [(mark, start, end) for (_, mark), start, end in zip(self.shown, begun, ended, strict=True)]
        for worker in self.workers:
            wrong = [
                (asked, mark)
                for asked, mark in worker.answers
                if mark is not None
                and not any(mark == one and start <= asked <= end + TRUSTED_S for one, start, end in spans)
            ]
            assert wrong == [], self.shown
            assert any(mark for _, mark in worker.answers)


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("faults") / "set") as own:
        yield own


@asynccontextmanager
async def scene_of(members: ReplicaSet) -> AsyncIterator[Scene]:
    scene = Scene(members)
    await ensure_collections(scene.database)
    await scene.load("first")
    async with AsyncExitStack() as stack:
        environment = {"MONGODB_URI": members.uri, "MONGODB_DATABASE": scene.settings.mongodb_database, **USUAL}
        for _ in range(2):
            scene.workers.append(Worker(stack.enter_context(running_server(environment))))
        asking = [asyncio.create_task(worker.ask()) for worker in scene.workers]
        try:
            await scene.until_right("the start")
            yield scene
        finally:
            for worker in scene.workers:
                worker.is_left = True
            await asyncio.gather(*asking)
    scene.judge()
    await scene.database.command({"dropDatabase": 1})
    await scene.database.close()


async def test_the_pointer_is_dropped_and_restored(members: ReplicaSet) -> None:
    async with scene_of(members) as scene:
        with scene.raw as client:
            revisions = client[scene.settings.mongodb_database][stored_name(REVISIONS)]
            await scene.load("second")
            await scene.until_right("a load")
            kept = list(revisions.find())
            for _ in range(2):
                before = [processor_s(worker.server) for worker in scene.workers]
                revisions.drop()
                await scene.until_none_answers()
                since = monotonic()
                await asyncio.sleep(2)
                spent = [processor_s(worker.server) - one for worker, one in zip(scene.workers, before, strict=True)]
                print(f"processor time without the pointer: {max(spent):.2f} s in {monotonic() - since:.1f} s")
                revisions.insert_many(kept)
                await scene.until_right("the pointer's return")


async def test_an_older_pointer_is_restored_twice_and_loads_go_on(members: ReplicaSet) -> None:
    async with scene_of(members) as scene:
        with scene.raw as client:
            revisions = client[scene.settings.mongodb_database][stored_name(REVISIONS)]
            kept = list(revisions.find())
            for number in range(2):
                await scene.load(f"lost {number}")
                await scene.until_right("a load")
                async with subscriber(scene.workers[0].server) as events:
                    await events.begin()
                    await events.ask("1", "subscription { datasetChanged { revision } }")
                    await events.ask("2", "subscription { nonsense }")
                    assert (await events.message())["id"] == "2"
                    revisions.drop()
                    revisions.insert_many(kept)
                    scene.show("first")
                    await scene.until_right("an older pointer")
                    told = await events.message()
                    assert told["type"] == "error", told
                    assert "recreated" in told["payload"][0]["message"]
            await scene.load("afterwards")
            await scene.until_right("a load after the restore")
            assert [one async for one in audit(scene.database, await Store(scene.database).published())] == []


async def test_everything_is_dropped_and_an_older_copy_is_restored(members: ReplicaSet) -> None:
    async with scene_of(members) as scene:
        with scene.raw as client:
            database = client[scene.settings.mongodb_database]
            kept = {name: list(database[name].find()) for name in database.list_collection_names()}
            await scene.load("lost")
            await scene.until_right("a load")
            client.drop_database(scene.settings.mongodb_database)
            await scene.until_none_answers()
            for name in sorted(kept, key=lambda name: name == stored_name(REVISIONS)):
                if kept[name]:
                    database[name].insert_many(kept[name])
            scene.show("first")
            await scene.until_right("an older copy of everything")
            await ensure_collections(scene.database)
            await scene.load("afterwards")
            await scene.until_right("a load after the restore")
            assert [one async for one in audit(scene.database, await Store(scene.database).published())] == []


@contextmanager
def stopped(processes: Iterable[int]) -> Iterator[None]:
    """Stop processes by SIGSTOP in the block; they then go on where they were."""
    stopped = list(processes)
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)


async def test_workers_are_stopped_and_go_on(members: ReplicaSet) -> None:
    async with scene_of(members) as scene:
        for number in range(2):
            with stopped(worker.server.process.pid for worker in scene.workers):
                await scene.load(f"while stopped {number}")
                await asyncio.sleep(2 * TRUSTED_S)
            await scene.until_right("the workers went on")


async def test_the_primary_is_stopped_and_goes_on(members: ReplicaSet) -> None:
    async with scene_of(members) as scene:
        for number in range(2):
            old = members.primary()
            others = [member for member in members.members if member is not old]
            with stopped([old.process_id]):
                await asyncio.to_thread(members.primary_of, others)
                await scene.load(f"while stopped {number}")
                await scene.until_right("a load without the old primary")
            await scene.until_right("the old primary went on")
            await asyncio.to_thread(members.wait_until_whole)
            await scene.load(f"afterwards {number}")
            await scene.until_right("a load afterwards")


async def test_all_members_are_stopped_and_go_on(members: ReplicaSet) -> None:
    async with scene_of(members) as scene:
        for number in range(2):
            with stopped(member.process_id for member in members.members):
                await until_async(lambda: all(worker.answers[-1][1] is None for worker in scene.workers))
            await scene.until_right("the members went on")
            await scene.load(f"afterwards {number}")
            await scene.until_right("a load afterwards")


async def test_the_oplog_rolls_over_while_workers_are_stopped(members: ReplicaSet) -> None:
    async with scene_of(members) as scene:
        with scene.raw as client:
            with stopped(worker.server.process.pid for worker in scene.workers):
                await scene.load("while stopped")
                bulk = client[scene.settings.mongodb_database]["bulk"]
                oplog = client.local["oplog.rs"]
                [newest] = oplog.find().sort("$natural", -1).limit(1)

                def has_rolled_over() -> bool:
                    bulk.insert_many([{"text": os.urandom(500_000)} for _ in range(8)])
                    oldest: bool = oplog.find().sort("$natural", 1).limit(1)[0]["ts"] > newest["ts"]
                    return oldest

                await until_async(has_rolled_over, within_s=300, what="the oplog rolled over")
            await scene.until_right("the oplog rolled over")
            await scene.load("afterwards")
            await scene.until_right("a load afterwards")
