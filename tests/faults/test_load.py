"""A server that is asked more than it can do: it takes turns, keeps to its time, and stops in good order."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from api.limits.fair_semaphore import RECENT_S
from api.release import VERSION
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from tests.support.data.content import contents, load_of
from tests.support.replica_set import ReplicaSet, replica_set, waiting_aggregations
from tests.support.servers import Server, running_server
from tests.support.waiting import PATIENCE_S, until, until_async

pytestmark = pytest.mark.slow

NAME = "load"
DISTRICTS = f"{NAME}.districts_2"
# An aggregation of 500 points, which the tests let wait; the other is a find.
HEAVY, LIGHT = (
    "{{ heavy{}: districts(first: 100) {{ nodes {{ slug pillars {{ slug }} }} }} }}",
    '{ district(slug: "one") { slug } }',
)
HEAVY_DATA = {"heavy1": {"nodes": [{"slug": slug, "pillars": [{"slug": "foundations"}]} for slug in ("one", "two")]}}


@pytest.fixture(scope="module")
def member(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("load") / "set", size=1) as own:
        asyncio.run(load(own.uri))
        yield own


async def load(uri: str) -> None:
    database = Database.open(uri, StoreSettings(mongodb_database=NAME), timeout_ms=30_000)
    await ensure_collections(database)
    await publish(database, load_of(contents(["one", "two"], "mark")))
    await database.close()


@contextmanager
def serving(member: ReplicaSet, **settings: str) -> Iterator[Server]:
    """A server that answers already, keeps nothing, and tells clients apart by what a proxy says."""
    own = {
        "MONGODB_URI": member.uri,
        "MONGODB_DATABASE": NAME,
        "RESPONSE_CACHE_BYTES": "0",
        "TRUSTED_PROXIES": "127.0.0.1",
        **settings,
    }
    with running_server(own) as server:
        assert server.data(LIGHT) == {"district": {"slug": "one"}}
        yield server


async def ask(client: httpx2.AsyncClient, query: str, address: str = "192.0.2.1") -> httpx2.Response:
    headers = {"X-Forwarded-For": address, "Accept": "application/graphql-response+json"}
    return await client.post("/graphql", json={"query": query}, headers=headers)


def code(response: httpx2.Response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("other", ["192.0.2.2", "192.0.2.1"], ids=["of another client", "of its own"])
async def test_what_asks_much_waits_behind_itself_and_keeps_no_light_question_waiting(
    member: ReplicaSet, other: str
) -> None:
    with serving(member, MAX_RUNNING="8", MAX_WAITING="20", MONGODB_OPERATION_TIMEOUT_MS="300000") as server:
        async with httpx2.AsyncClient(base_url=server.url, timeout=300) as client:
            # Whoever asked whether the server is there counts as another client for so long.
            await asyncio.sleep(2 * RECENT_S)
            with waiting_aggregations(member.members, DISTRICTS):
                heavy = [asyncio.create_task(ask(client, HEAVY.format(number))) for number in range(40)]
                # Heavy ones get three quarters of a client's half of the slots and the queue; the rest is rejected.
                await until_async(lambda: sum(task.done() for task in heavy) == 40 - 3 - 7)
                for _ in range(20):
                    # Nothing that runs has ended when it is answered.
                    assert (await ask(client, LIGHT, other)).status_code == 200
                busy = [task.result() for task in heavy if task.done()]
                assert len(busy) == 40 - 3 - 7
            answers = await asyncio.gather(*heavy)
    assert sum(answer.status_code == 200 for answer in answers) == 3 + 7
    assert {code(answer) for answer in busy} == {(503, "SERVER_BUSY")}
    assert {answer.headers["retry-after"] for answer in busy} == {"1"}


async def test_a_request_has_its_time_and_no_more(member: ReplicaSet) -> None:
    settings = {"REQUEST_DEADLINE_S": "1", "MAX_RUNNING": "2", "MONGODB_OPERATION_TIMEOUT_MS": "600000"}
    with serving(member, **settings) as server, waiting_aggregations(member.members, DISTRICTS):
        async with httpx2.AsyncClient(base_url=server.url, timeout=300) as client:
            # The second waits for its turn, which counts too.
            answers = await asyncio.gather(*(ask(client, HEAVY.format(number)) for number in range(2)))
            # The second gets its turn when the first one's time is over, with no time of its own left.
            assert {code(answer) for answer in answers} <= {(504, "DEADLINE_EXCEEDED"), (504, "STORE_TIMEOUT")}
            assert (await ask(client, LIGHT)).status_code == 200


def test_an_answer_that_is_too_large_is_refused_and_the_next_is_not(member: ReplicaSet) -> None:
    with serving(member, MAX_RESPONSE_BYTES="1024") as server:
        every = "id slug name { en text } pillars { id slug name { en text } }"
        large = " ".join(f"a{number}: districts {{ nodes {{ {every} }} }}" for number in range(8))
        headers = {"Accept": "application/graphql-response+json"}
        response = httpx2.post(
            f"{server.url}/graphql", json={"query": f"{{ {large} }}"}, headers=headers, timeout=PATIENCE_S
        )
        assert code(response) == (400, "RESPONSE_LIMIT_EXCEEDED")
        [error] = response.json()["errors"]
        assert error["extensions"]["measured"] > error["extensions"]["allowed"] == 1024
        assert len(response.content) < 1024
        assert server.data(LIGHT) == {"district": {"slug": "one"}}


async def test_a_server_that_is_told_to_stop_says_so_answers_on_and_finishes_what_runs(member: ReplicaSet) -> None:
    # Enough time for requests that arrive while it drains, and then for those that run.
    settings = {"DRAIN_S": "5", "SHUTDOWN_TIMEOUT_S": "300", "MONGODB_OPERATION_TIMEOUT_MS": "300000"}
    with serving(member, **settings) as server:
        async with httpx2.AsyncClient(base_url=server.url, timeout=300) as client:
            with waiting_aggregations(member.members, DISTRICTS):
                running = asyncio.create_task(ask(client, HEAVY.format(1)))
                await asyncio.to_thread(until, lambda: member.running(DISTRICTS))
                server.process.send_signal(signal.SIGTERM)
                while (ready := await client.get("/readyz")).status_code == 200:
                    pass
                assert ready.json()["reason"] == "the server is about to stop"
                assert ready.json()["version"] == VERSION
                # A client with an open connection is answered, and the response closes the connection.
                answered = await ask(client, LIGHT)
                assert (answered.status_code, answered.headers["connection"]) == (200, "close")
                assert (await client.get("/healthz")).status_code == 200
                # A second signal hurries nothing: both the supervisor and the parent of workers send one.
                server.process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(until, lambda: not listens(server), what="the end of listening")
                assert not running.done()
            assert (await running).json()["data"] == HEAVY_DATA
        assert await asyncio.to_thread(server.process.wait, PATIENCE_S) == 0


def listens(server: Server) -> bool:
    try:
        httpx2.get(f"{server.url}/healthz", timeout=PATIENCE_S)
    except httpx2.TransportError:
        return False
    return True


async def test_what_takes_longer_than_stopping_may_is_told_to_come_back(member: ReplicaSet) -> None:
    with (
        serving(member, DRAIN_S="0", SHUTDOWN_TIMEOUT_S="1", MONGODB_OPERATION_TIMEOUT_MS="600000") as server,
        waiting_aggregations(member.members, DISTRICTS),
    ):
        async with httpx2.AsyncClient(base_url=server.url, timeout=300) as client:
            running = asyncio.create_task(ask(client, HEAVY.format(1)))
            await asyncio.to_thread(until, lambda: member.running(DISTRICTS))
            server.process.send_signal(signal.SIGTERM)
            assert code(await running) == (503, "SERVER_BUSY")
        assert await asyncio.to_thread(server.process.wait, PATIENCE_S) == 0


def test_ctrl_c_stops_a_server_without_draining_it(member: ReplicaSet) -> None:
    with serving(member, DRAIN_S="60") as server:
        server.process.send_signal(signal.SIGINT)
        # Draining would take longer.
        server.process.wait(50)
