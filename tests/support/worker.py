"""What a server asks and admits with, on a real store, in the process of a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.response_cache import CachedResponse
from api.graphql.subscription_hub import EventMessage
from api.http.content_negotiation import JSON
from api.http.outcome import RequestOutcome
from api.limits.admission import AdmissionController
from api.limits.rate_limit import RateLimiter
from api.settings import Settings
from loaders.mongo.driver import Database
from loaders.store.store import Store
from loaders.store.watch import Watch
from schema.base.context import Context
from schema.base.request import Request
from tests.support.waiting import PATIENCE_S, until_async

PLACES: Final = 4


class Worker:
    """The admission, the endpoint and the subscriptions of one worker."""

    def __init__(self, store: Store, max_waiting: int, rate_limiter: RateLimiter | None) -> None:
        settings = Settings(
            mongodb_uri=None, max_running=PLACES, max_waiting=max_waiting, request_deadline_s=int(PATIENCE_S)
        )
        self.store = store
        self.admission = AdmissionController(settings)
        self.endpoint = GraphQLEndpoint(settings, self.admission, rate_limiter)

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

    def ask(self, client: str, request: Request) -> "asyncio.Task[CachedResponse]":
        http_request = self.endpoint.http_request_for(request, self.store, client, {}, JSON)
        assert http_request.key, "only what is known to be current is shared"
        return asyncio.create_task(self.endpoint.response_for(http_request, RequestOutcome()))

    async def events(self, client: str, request: Request) -> AsyncIterator[EventMessage]:
        context = Context(self.store, known=self.store.known_published())
        async for event in await self.endpoint.hub.subscribe(request, context, client):
            yield event

    async def next_event(self, client: str, request: Request) -> EventMessage:
        return await anext(self.events(client, request))

    async def until_waiting(self, *clients: str) -> None:
        await until_async(lambda: set(clients) <= self.admission.semaphore._queues.keys())


@asynccontextmanager
async def worker_on(
    database: Database, *, max_waiting: int = 20, rate_limiter: RateLimiter | None = None
) -> AsyncIterator[Worker]:
    """A worker that follows what is published in a database."""
    watch = Watch(database)
    store = Store(database, watch)
    following = asyncio.create_task(watch.run())
    await until_async(store.known_published)
    yield Worker(store, max_waiting, rate_limiter)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
