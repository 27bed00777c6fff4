"""The primary is killed again and again under readers and a loader: no read fails, nothing acknowledged is lost.

YUNSHAN_KILLS sets how often, twenty times at most.
"""

import asyncio
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import httpx2
import pytest

from loaders.errors import StoreError
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.lease import LeaseHeld, LeaseLost
from loaders.publishing.publish import LoadOvertaken, publish
from loaders.settings import StoreSettings
from loaders.store.store import Store
from tests.support.data.content import contents, load_of
from tests.support.replica_set import ReplicaSet, replica_set
from tests.support.servers import Server, running_server
from tests.support.waiting import until_async

pytestmark = pytest.mark.slow

KILLS = min(20, int(os.environ.get("YUNSHAN_KILLS", "3")))
READERS = 4
SLUGS = [f"d-{number:02d}" for number in range(20)]
QUERY = "{ dataset { revision } districts(first: 50) { nodes { slug name { en } pillars { name { en } } } } }"
NAME = "failover"


@dataclass
class Seen:
    """What readers were answered: how long each answer took, and what was wrong."""

    seconds: list[float] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def judge(self, response: httpx2.Response, newest: int) -> int:
        if response.status_code != 200:
            self.faults.append(f"{response.status_code}: {response.text}")
            return newest
        body = json.loads(response.content)
        if "errors" in body:
            self.faults.append(str(body["errors"]))
            return newest
        revision: int = body["data"]["dataset"]["revision"]
        nodes: list[dict[str, Any]] = body["data"]["districts"]["nodes"]
        marks = {node["name"]["en"] for node in nodes}
        mark = self.marks.setdefault(revision, min(marks, default=""))
        if marks != {mark} or [node["slug"] for node in nodes] != SLUGS:
            self.faults.append(
                f"revision {revision} with marks {sorted(marks)} in {len(nodes)} districts, not {mark}"
            )
        if revision < newest:
            self.faults.append(f"revision {revision} after {newest}")
        return revision


async def read(server: Server, seen: Seen, stop: asyncio.Event) -> None:
    newest = 0
    async with httpx2.AsyncClient(timeout=300) as client:
        while not stop.is_set():
            asked = monotonic()
            response = await client.post(f"{server.url}/graphql", json={"query": QUERY})
            seen.seconds.append(monotonic() - asked)
            newest = seen.judge(response, newest)
            await asyncio.sleep(0.02)


async def load(uri: str, acknowledged: dict[int, str], failed: list[str], stop: asyncio.Event) -> None:
    """Publish a new mark again and again; a load may fail, but what was acknowledged must stay."""
    database = Database.open(uri, StoreSettings(mongodb_database=NAME), timeout_ms=60_000)
    number = max(acknowledged)
    while not stop.is_set():
        number += 1
        try:
            outcome = await publish(database, load_of(contents(SLUGS, f"mark {number}")))
        except (StoreError, LeaseHeld, LeaseLost, LoadOvertaken) as error:
            failed.append(f"{type(error).__name__}: {error}")
        else:
            acknowledged[outcome.revision] = f"mark {number}"
        await asyncio.sleep(0.2)
    await database.close()


async def load_first(uri: str) -> dict[int, str]:
    database = Database.open(uri, StoreSettings(mongodb_database=NAME), timeout_ms=30_000)
    await ensure_collections(database)
    outcome = await publish(database, load_of(contents(SLUGS, "mark 1")))
    await database.close()
    return {outcome.revision: "mark 1"}


async def kill_primaries(members: ReplicaSet, times: int, acknowledged: dict[int, str]) -> None:
    """Kill primaries, each after the one before has acknowledged a load."""
    for _ in range(times):
        before = len(acknowledged)
        await until_async(lambda: len(acknowledged) > before, within_s=300)  # noqa: B023  # it ends in this turn
        victim = await asyncio.to_thread(members.primary)
        await asyncio.to_thread(victim.kill)
        await asyncio.to_thread(members.primary)
        await asyncio.to_thread(victim.start)
        await asyncio.to_thread(members.wait_until_whole)


@pytest.mark.timeout(600 + 60 * KILLS)
async def test_no_read_fails_and_nothing_acknowledged_is_lost_while_primaries_are_killed(tmp_path: Path) -> None:
    seen, failed = Seen(), list[str]()
    stop_loading, stop_reading = asyncio.Event(), asyncio.Event()
    members = replica_set(tmp_path / "set")
    own = await asyncio.to_thread(members.__enter__)
    try:
        acknowledged = await load_first(own.uri)
        loading = asyncio.create_task(load(own.uri, acknowledged, failed, stop_loading))
        # Every answer is read from the database; a busy machine may take its time.
        environment = {
            "MONGODB_URI": own.uri,
            "MONGODB_DATABASE": NAME,
            "RESPONSE_CACHE_BYTES": "0",
            "MONGODB_OPERATION_TIMEOUT_MS": "100000",
        }
        with running_server(environment) as server:
            readers = [asyncio.create_task(read(server, seen, stop_reading)) for _ in range(READERS)]
            started = monotonic()
            await kill_primaries(own, KILLS, acknowledged)
            took = monotonic() - started
            stop_loading.set()
            await loading
            stop_reading.set()
            await asyncio.gather(*readers)
        lost = await missing(own.uri, acknowledged)
    finally:
        await asyncio.to_thread(members.__exit__, None, None, None)
    slow = sorted(seen.seconds)
    print(
        f"{KILLS} kills in {took:.0f} s, {len(slow)} reads: median {slow[len(slow) // 2]:.3f} s, "
        f"99 % {slow[int(len(slow) * 0.99)]:.3f} s, worst {slow[-1]:.3f} s; "
        f"{len(acknowledged)} loads acknowledged, {len(failed)} failed"
    )
    assert seen.faults == []
    assert lost == []
    assert {revision: seen.marks[revision] for revision in acknowledged.keys() & seen.marks.keys()} == {
        revision: acknowledged[revision] for revision in acknowledged.keys() & seen.marks.keys()
    }


async def missing(uri: str, acknowledged: dict[int, str]) -> list[str]:
    """What was acknowledged and is not there: the newest revision, or a record of any."""
    database = Database.open(uri, StoreSettings(mongodb_database=NAME), timeout_ms=60_000)
    store = Store(database)
    published = await store.published()
    lost = [f"revision {number}" for number in acknowledged if await store.revision(number) is None]
    newest = max(acknowledged)
    if published.revision < newest:
        lost.append(f"{newest} was published, and now {published.revision} is")
    live = await database.find("districts", {"from": {"$lte": newest}, "to": {"$gt": newest}})
    if {document["name"]["texts"]["en"] for document in live} != {acknowledged[newest]}:
        lost.append(f"the districts of revision {newest}")
    await database.close()
    return lost
