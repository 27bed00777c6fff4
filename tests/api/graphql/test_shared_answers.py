"""What several clients ask for at once is executed once, as soon as any of them gets a place."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from api.http.errors import HttpError
from api.limits import fair_semaphore
from loaders.mongo.deadline import deadline
from loaders.mongo.driver import Database
from schema.base.request import Request
from tests.support.data.content import put
from tests.support.waiting import until_async
from tests.support.worker import PLACES, Worker, worker_on

QUESTION = Request('{ district(slug: "a") { slug } }')
CHANGES = Request("subscription { districtChanged { slug } }")
ANSWER = b'"data":{"district":{"slug":"a"}}'


@pytest.fixture(autouse=True)
def nobody_is_among_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each client may hold its half of the few places here, whoever else has just asked."""
    monkeypatch.setattr(fair_semaphore, "RECENT_S", -1)


@pytest_asyncio.fixture
async def worker(database: Database) -> AsyncIterator[Worker]:
    await put(database, ["a"])
    async with worker_on(database) as worker:
        yield worker


async def test_an_answer_is_made_as_soon_as_any_who_asks_has_a_place(worker: Worker) -> None:
    async with worker.held("busy", PLACES // 2):
        first = worker.ask("busy", QUESTION)
        await worker.until_waiting("busy")
        answer = await worker.ask("other", QUESTION)
        assert ANSWER in answer.body
        assert await first is answer
    assert not worker.admission.semaphore._queues


async def test_who_leaves_takes_nothing_from_the_others(worker: Worker) -> None:
    async with worker.held("x", PLACES // 2), worker.held("y", PLACES // 2):
        tasks = [worker.ask(client, QUESTION) for client in ("a", "b", "b", "c")]
        await worker.until_waiting("a", "b", "c")
        for task in tasks[:2]:
            task.cancel()
        await asyncio.wait(tasks[:2])
        # The other request of b still waits in its queue, and nobody does in that of a.
        assert worker.admission.semaphore._queues.keys() == {"b", "c"}
    assert [ANSWER in (await task).body for task in tasks[2:]] == [True, True]


async def test_an_execution_that_nobody_waits_for_any_more_leaves_the_queues(worker: Worker) -> None:
    async with worker.held("x", PLACES // 2), worker.held("y", PLACES // 2):
        tasks = [worker.ask(client, QUESTION) for client in ("a", "b")]
        await worker.until_waiting("a", "b")
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await until_async(lambda: not worker.admission.semaphore._queues)
    assert ANSWER in (await worker.ask("a", QUESTION)).body


async def test_each_who_asks_has_a_time_of_its_own(worker: Worker) -> None:
    async with worker.held("x", PLACES // 2), worker.held("y", PLACES // 2):
        with deadline(0.1):
            hurried = worker.ask("a", QUESTION)
        patient = worker.ask("b", QUESTION)
        with pytest.raises(HttpError) as late:
            await hurried
        assert late.value.status == 504
        assert worker.admission.semaphore._queues.keys() == {"b"}
    assert ANSWER in (await patient).body


async def test_who_has_no_room_in_its_queue_is_refused_alone(database: Database) -> None:
    await put(database, ["a"])
    async with (
        worker_on(database, max_waiting=4) as worker,
        worker.held("x", PLACES // 2),
        worker.held("y", PLACES // 2),
    ):
        other = worker.ask("full", Request('{ district(slug: "other") { slug } }'))
        await worker.until_waiting("full")
        # The lane of one client has room for one.
        refused, shared = worker.ask("full", QUESTION), worker.ask("b", QUESTION)
        with pytest.raises(HttpError) as busy:
            await refused
        assert busy.value.status == 503
        assert not shared.done()
        later = worker.ask("full", QUESTION)
        with pytest.raises(HttpError):
            await later
    assert ANSWER in (await shared).body
    assert (await other).status == 200


async def test_an_event_is_made_as_soon_as_any_subscriber_has_a_place(worker: Worker, database: Database) -> None:
    async with worker.held("busy", PLACES // 2):
        events = [asyncio.create_task(worker.next_event(client, CHANGES)) for client in ("busy", "other")]
        await put(database, ["a"], "changed")
        first, second = await asyncio.gather(*events)
        assert b'"districtChanged":{"slug":"a"}' in first.payload
        assert first == second
