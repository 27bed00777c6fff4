"""What several clients ask for at once is executed once, as soon as any of them gets a place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import pytest_asyncio

from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.response_cache import CachedResponse
from api.graphql.subscription_hub import EventMessage
from api.http.content_negotiation import JSON
from api.http.errors import HttpError
from api.http.outcome import RequestOutcome
from api.limits.admission import AdmissionController
from api.settings import Settings
from loaders.mongo.deadline import deadline
from loaders.mongo.driver import Database
from loaders.store.store import Store
from loaders.store.watch import Watch
from schema.base.context import Context
from schema.base.request import Request
from tests.support.data.content import put
from tests.support.waiting import PATIENCE_S, until_async

QUESTION = Request('{ district(slug: "a") { slug } }')
CHANGES = Request("subscription { districtChanged(resumeAfter: 0) { slug } }")
ANSWER = b'"data":{"district":{"slug":"a"}}'
PLACES = 4


class Worker:
    """What a server asks and admits with, on a real store, in this process."""

    def __init__(self, store: Store, max_waiting: int) -> None:
        settings = Settings(mongodb_uri=None, max_running=PLACES, max_waiting=max_waiting, request_deadline_s=300)
        self.store = store
        self.admission = AdmissionController(settings)
        self.endpoint = GraphQLEndpoint(settings, self.admission)
        self.executed = 0

    @asynccontextmanager
    async def held(self, client: str, places: int) -> AsyncIterator[None]:
        """Hold places as running operations of a client do."""
        release = asyncio.Event()
        held = 0

        async def hold() -> None:
            nonlocal held
            async with self.admission.slot(client, 1):
                held += 1
                await release.wait()

        tasks = [asyncio.create_task(hold()) for _ in range(places)]
        await until_async(lambda: held == places)
        try:
            yield
        finally:
            release.set()
            await asyncio.gather(*tasks)

    def ask(self, client: str, request: Request = QUESTION) -> "asyncio.Task[CachedResponse]":
        http_request = self.endpoint.http_request_for(request, self.store, client, {}, JSON)
        assert http_request.key, "only what is known to be current is shared"
        return asyncio.create_task(self.endpoint.response_for(http_request, RequestOutcome()))

    async def first_event(self, client: str) -> EventMessage:
        context = Context(self.store, known=self.store.known_published())
        async for event in await self.endpoint.hub.subscribe(CHANGES, context, client):
            return event
        raise AssertionError("a subscription never ends")

    async def until_waiting(self, *clients: str) -> None:
        await until_async(lambda: set(clients) <= self.admission.semaphore._queues.keys())


@asynccontextmanager
async def worker_on(database: Database, max_waiting: int = 20) -> AsyncIterator[Worker]:
    watch = Watch(database)
    store = Store(database, watch)
    following = asyncio.create_task(watch.run())
    await until_async(store.known_published)
    async with asyncio.timeout(PATIENCE_S):
        yield Worker(store, max_waiting)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


@pytest_asyncio.fixture
async def worker(database: Database) -> AsyncIterator[Worker]:
    await put(database, ["a"])
    async with worker_on(database) as worker:
        yield worker


async def test_an_answer_is_made_as_soon_as_any_who_asks_has_a_place(worker: Worker) -> None:
    async with worker.held("busy", PLACES // 2):
        first = worker.ask("busy")
        await worker.until_waiting("busy")
        answer = await worker.ask("other")
        assert ANSWER in answer.body
        assert await first is answer
    assert not worker.admission.semaphore._queues


async def test_who_leaves_takes_nothing_from_the_others(worker: Worker) -> None:
    async with worker.held("x", PLACES // 2), worker.held("y", PLACES // 2):
        tasks = [worker.ask(client) for client in ("a", "b", "b", "c")]
        await worker.until_waiting("a", "b", "c")
        for task in tasks[:2]:
            task.cancel()
        await asyncio.wait(tasks[:2])
        # The other request of b still waits in its queue, and nobody does in that of a.
        assert worker.admission.semaphore._queues.keys() == {"b", "c"}
    assert [ANSWER in (await task).body for task in tasks[2:]] == [True, True]


async def test_an_execution_that_nobody_waits_for_any_more_leaves_the_queues(worker: Worker) -> None:
    async with worker.held("x", PLACES // 2), worker.held("y", PLACES // 2):
        tasks = [worker.ask(client) for client in ("a", "b")]
        await worker.until_waiting("a", "b")
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await until_async(lambda: not worker.admission.semaphore._queues)
    assert ANSWER in (await worker.ask("a")).body


async def test_each_who_asks_has_a_time_of_its_own(worker: Worker) -> None:
    async with worker.held("x", PLACES // 2), worker.held("y", PLACES // 2):
        with deadline(0.1):
            hurried = worker.ask("a")
        patient = worker.ask("b")
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
        refused, shared = worker.ask("full"), worker.ask("b")
        with pytest.raises(HttpError) as busy:
            await refused
        assert busy.value.status == 503
        assert not shared.done()
        later = worker.ask("full")
        with pytest.raises(HttpError):
            await later
    assert ANSWER in (await shared).body
    assert (await other).status == 200


async def test_an_event_is_made_as_soon_as_any_subscriber_has_a_place(worker: Worker) -> None:
    async with worker.held("busy", PLACES // 2):
        first = asyncio.create_task(worker.first_event("busy"))
        await worker.until_waiting("busy")
        event = await worker.first_event("other")
        assert b'"districtChanged":{"slug":"a"}' in event.payload
        assert await first == event
