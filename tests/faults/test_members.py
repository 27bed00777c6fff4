"""A replica set that lags, stops, or is kept busy by clients that leave: what is served, and what is left running."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio

from loaders.errors import StoreTimeout
from loaders.model.preparation import ensure_collections
from loaders.model.revisions import Published
from loaders.mongo.deadline import deadline
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from loaders.store.fetch import Fetch
from loaders.store.store import Store
from tests.support.data.content import contents, load_of
from tests.support.replica_set import ReplicaSet, failing, replica_set, waiting_aggregations
from tests.support.servers import Server, running_server
from tests.support.waiting import PATIENCE_S, until_async

pytestmark = pytest.mark.slow

SLUGS = ["one", "two"]
VANISHING, AT_ONCE = 200, 20
# What docs/engineering/reliability.md says of quiet machines is printed. A refusal "at once" is not one that
# waited for the time of an operation, which is as long as this.
OPERATION_S = 120
WAITED_S = 60.0
# How the log tells that a client closed its connection.
LEFT_STATUS = '"status":499'
# Nothing but the client's leaving ends what it asked, and all that are asked at once run.
LASTING = {
    "RESPONSE_CACHE_BYTES": "1000000",
    "MONGODB_OPERATION_TIMEOUT_MS": str(1_000 * OPERATION_S),
    "MAX_RUNNING": str(2 * AT_ONCE),
}
# Longer than any test waits, in steps: a single long one may begin too late for MongoDB to interrupt it.
SLEEP = {"body": "function(step) { sleep(20); return true; }", "args": ["$step"], "lang": "js"}
SLOW: list[dict[str, Any]] = [
    {"$set": {"step": {"$range": [0, 30_000]}}},
    {"$unwind": "$step"},
    {"$match": {"$expr": {"$function": SLEEP}}},
]


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """Shared by the tests below; each leaves it whole."""
    with replica_set(tmp_path_factory.mktemp("faults") / "set") as own:
        yield own


@pytest.fixture
def settings() -> StoreSettings:
    return StoreSettings(mongodb_database=f"faults-{uuid4().hex[:8]}")


@pytest_asyncio.fixture
async def loaded(members: ReplicaSet, settings: StoreSettings) -> AsyncIterator[Database]:
    database = Database.open(members.uri, settings, timeout_ms=30_000)
    await ensure_collections(database)
    await publish(database, load_of(contents(SLUGS, "old")))
    yield database
    await database.close()


@asynccontextmanager
async def connected(members: ReplicaSet, settings: StoreSettings, timeout_ms: int) -> AsyncIterator[Database]:
    """Another client, which knows what is published: a member that lags could tell it that there is nothing."""
    database = Database.open(members.uri, settings, timeout_ms=timeout_ms)
    try:
        await Store(database).published()
        yield database
    finally:
        await database.close()


async def names(store: Store, published: Published) -> set[str]:
    fetched = await store.fetch(Fetch("districts", project={"name": 1}), published)
    return {document["name"]["texts"]["en"] for document in fetched.documents}


async def test_a_member_that_lacks_what_is_known_to_be_published_does_not_answer(
    members: ReplicaSet, settings: StoreSettings, loaded: Database
) -> None:
    primary = members.primary()
    ahead, behind = (member for member in members.members if member is not primary)
    database = Database.open(members.uri, settings)
    store = Store(database)
    with failing([behind], "rsSyncApplyStop"):
        await publish(loaded, load_of(contents(SLUGS, "new")))
        published = await store.published()
        assert published.revision == 2
        assert await names(store, published) == {"new"}
        await asyncio.to_thread(ahead.kill)
        await asyncio.to_thread(primary.kill)
        for _ in range(3):
            with pytest.raises(StoreTimeout):
                await names(store, published)
            with pytest.raises(StoreTimeout):
                await store.published()
    await asyncio.to_thread(ahead.start)
    await asyncio.to_thread(primary.start)
    await asyncio.to_thread(members.wait_until_whole)
    assert await names(store, published) == {"new"}
    await database.close()


async def test_clients_that_leave_leave_nothing_running(
    members: ReplicaSet, settings: StoreSettings, loaded: Database
) -> None:
    room = settings.model_copy(update={"mongodb_max_pool_size": AT_ONCE})
    namespace = f"{settings.mongodb_database}.districts_2"
    left: list[float] = []
    async with connected(members, room, 120_000) as database:
        with waiting_finds(members, namespace):
            for _ in range(VANISHING // AT_ONCE):
                asked = [asyncio.create_task(ask_slowly(database, number)) for number in range(AT_ONCE)]
                left.append(await seconds_until_nothing_runs(members, namespace, asked))
                # Their connections serve again.
                one = await database.aggregate("districts", [{"$match": {"slug": "one"}}], allow_secondary=True)
                assert len(one) == 1
    tell(left)


async def test_clients_that_hang_up_leave_nothing_running(
    members: ReplicaSet, settings: StoreSettings, loaded: Database
) -> None:
    namespace = f"{settings.mongodb_database}.districts_2"
    left: list[float] = []
    with running_server(served(members, settings, **LASTING)) as server:
        async with httpx2.AsyncClient(timeout=300) as client:
            for turn in range(VANISHING // AT_ONCE):
                with waiting_finds(members, namespace):
                    questions = [
                        f'{{ v{turn}x{number}: district(slug: "one") {{ slug }} }}' for number in range(AT_ONCE)
                    ]
                    asked = [asyncio.create_task(hang_up(server, question)) for question in questions]
                    left.append(await seconds_until_nothing_runs(members, namespace, asked))
                response = await client.post(f"{server.url}/graphql", json={"query": questions[0]})
                assert response.json()["data"] == {f"v{turn}x0": {"slug": "one"}}
            figures = (await client.get(f"{server.url}/metrics")).text
        assert f'outcome="CLIENT_LEFT"}} {VANISHING}.0' in figures
        assert "Traceback" not in server.log.read_text()
    tell(left)


async def test_who_hangs_up_takes_the_answer_from_none_who_asked_for_the_same(
    members: ReplicaSet, settings: StoreSettings, loaded: Database
) -> None:
    namespace = f"{settings.mongodb_database}.districts_2"
    question = '{ district(slug: "two") { slug } }'
    with running_server(served(members, settings, **LASTING)) as server:
        async with httpx2.AsyncClient(timeout=300) as client:
            with waiting_finds(members, namespace):
                first = asyncio.create_task(hang_up(server, question))
                await until(members, namespace, 1)
                other = asyncio.create_task(client.post(f"{server.url}/graphql", json={"query": question}))
                # What it sends has arrived when something that it sends later is answered.
                await answered_after(client, server)
                first.cancel()
                await logged(server, LEFT_STATUS)
                # Asked once for both.
                await until(members, namespace, 1)
                assert not other.done()
            assert (await other).json()["data"] == {"district": {"slug": "two"}}


async def answered_after(client: httpx2.AsyncClient, server: Server) -> None:
    """Wait until the server, which takes requests in their order, has taken those that were sent so far."""
    for _ in range(20):
        assert (await client.get(f"{server.url}/healthz")).status_code == 200


async def logged(server: Server, text: str) -> None:
    await until_async(lambda: text in server.log.read_text(), what=f"{text} in the log")


async def hang_up(server: Server, query: str) -> None:
    """Ask, and close the connection when cancelled."""
    async with httpx2.AsyncClient(timeout=300) as client:
        await client.post(f"{server.url}/graphql", json={"query": query})


def waiting_finds(members: ReplicaSet, namespace: str) -> AbstractContextManager[None]:
    """Let finds in a collection wait, until they are interrupted."""
    return failing(members.members, "waitInFindBeforeMakingBatch", nss=namespace, shouldCheckForInterrupt=True)


async def seconds_until_nothing_runs(
    members: ReplicaSet, namespace: str, asked: Sequence[asyncio.Task[None]]
) -> float:
    """How long an operation runs on after its client has left."""
    await until(members, namespace, len(asked), asked)
    for task in asked:
        task.cancel()
    gone = time.monotonic()
    await until(members, namespace, 0)
    seconds = time.monotonic() - gone
    for task in asked:
        with pytest.raises(asyncio.CancelledError):
            await task
    return seconds


def tell(left: Sequence[float]) -> None:
    usual = sorted(left)[len(left) // 2]
    print(f"{VANISHING} clients left: nothing runs after {usual:.2f} s, at most {max(left):.2f} s")


async def ask_slowly(database: Database, number: int) -> None:
    if number % 2:
        await database.aggregate("districts", SLOW, allow_secondary=True)
    else:
        await database.find_one("districts", {}, allow_secondary=True)


async def until(members: ReplicaSet, namespace: str, count: int, asked: Sequence[asyncio.Task[None]] = ()) -> None:
    """Wait until so many operations run on a collection, none of those who ask being answered meanwhile."""
    began = time.monotonic()
    while (found := len(await asyncio.to_thread(members.running, namespace))) != count:
        assert [task.result() for task in asked if task.done()] == []
        assert time.monotonic() - began < WAITED_S, f"{found} operations run, not {count}"
        await asyncio.sleep(0.01)


async def test_an_operation_has_no_longer_than_its_request(
    members: ReplicaSet, settings: StoreSettings, loaded: Database
) -> None:
    # By itself, an operation would have longer than the test.
    async with connected(members, settings, 3_600_000) as database:
        with deadline(0.3), pytest.raises(StoreTimeout):
            await database.aggregate("districts", SLOW, allow_secondary=True)
        with deadline(-1), pytest.raises(StoreTimeout):
            await database.find_one("districts", {})
    await until(members, f"{settings.mongodb_database}.districts_2", 0)


def timed(server: Server, query: str = "{ districts { nodes { slug } } }") -> tuple[httpx2.Response, float]:
    started = time.monotonic()
    response = httpx2.post(f"{server.url}/graphql", json={"query": query}, timeout=300)
    return response, time.monotonic() - started


def served(members: ReplicaSet, settings: StoreSettings, **others: str) -> dict[str, str]:
    return {
        "MONGODB_URI": members.uri,
        "MONGODB_DATABASE": settings.mongodb_database,
        "RESPONSE_CACHE_BYTES": "0",
        "MONGODB_OPERATION_TIMEOUT_MS": str(settings.mongodb_operation_timeout_ms),
        "MONGODB_POOL_WAIT_MS": str(settings.mongodb_pool_wait_ms),
        **others,
    }


async def test_a_set_that_stops_is_told_at_once_and_answers_soon_after_its_return(
    members: ReplicaSet, settings: StoreSettings, loaded: Database
) -> None:
    patient = served(members, settings, MONGODB_OPERATION_TIMEOUT_MS=str(1_000 * OPERATION_S))
    with running_server(patient) as server:
        assert (await asyncio.to_thread(timed, server))[0].status_code == 200
        await asyncio.gather(*(asyncio.to_thread(member.stop) for member in members.members))
        refused: list[float] = []
        for _ in range(5):
            response, seconds = await asyncio.to_thread(timed, server)
            assert (response.status_code, response.headers["retry-after"]) == (503, "1")
            refused.append(seconds)
        assert httpx2.get(f"{server.url}/healthz", timeout=PATIENCE_S).status_code == 200
        assert httpx2.get(f"{server.url}/readyz", timeout=300).status_code == 503
        await asyncio.gather(*(asyncio.to_thread(member.start) for member in members.members))
        await asyncio.to_thread(members.wait_until_whole)
        back = time.monotonic()
        while (await asyncio.to_thread(timed, server))[0].status_code != 200:
            assert time.monotonic() - back < WAITED_S, server.log.read_text()[-3000:]
        returned = time.monotonic() - back
    print(f"refused within {max(refused):.1f} s, the first answer {returned:.1f} s after the return")
    assert min(refused) < OPERATION_S / 2


async def test_who_finds_every_connection_in_use_is_told_at_once(
    members: ReplicaSet, settings: StoreSettings, loaded: Database
) -> None:
    small = served(
        members, settings, MONGODB_MAX_POOL_SIZE="2", MONGODB_OPERATION_TIMEOUT_MS=str(1_000 * OPERATION_S)
    )
    namespace = f"{settings.mongodb_database}.districts_2"
    with running_server(small) as server:
        assert (await asyncio.to_thread(timed, server))[0].status_code == 200
        with waiting_aggregations(members.members, namespace):
            waiting = [
                asyncio.create_task(
                    asyncio.to_thread(timed, server, f"{{ slow{number}: districts {{ nodes {{ slug }} }} }}")
                )
                for number in range(2)
            ]
            await until(members, namespace, 2)
            response, seconds = await asyncio.to_thread(timed, server)
            assert not any(one.done() for one in waiting)
            assert (response.status_code, response.headers["retry-after"]) == (503, "1")
            assert response.json()["errors"][0]["extensions"] == {"code": "STORE_UNAVAILABLE"}
        assert [(await one)[0].status_code for one in waiting] == [200, 200]
        assert (await asyncio.to_thread(timed, server))[0].status_code == 200
    print(f"refused after {seconds:.2f} s")
