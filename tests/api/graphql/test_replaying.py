"""Subscriptions that begin in the past pay for what they read, and keep nobody waiting."""

import asyncio

import pytest

from api.limits.rate_limit import RateLimiter
from loaders.mongo.driver import Database
from schema.base.request import Request
from schema.retrieval.events import DISTRICT_POINTS, REVISION_POINTS
from tests.support.data.content import put
from tests.support.waiting import until_async
from tests.support.worker import worker_on

POINTS = 100_000
DISTRICTS = "subscription($slug: String) { districtChanged(slug: $slug, resumeAfter: 0) { slug } }"
METRICS = """subscription($where: MetricFilter) {
  metricChanged(where: $where, resumeAfter: 0) { metricId }
}"""
OBSERVATIONS = """subscription($where: ObservationFilter) {
  observationChanged(where: $where, resumeAfter: 0) { observationId }
}"""
DATASET = "subscription { datasetChanged(resumeAfter: 0) { revision } }"
LIVE = "subscription { districtChanged { slug } }"


def stopped_clock() -> float:
    return 0.0


def spent(rate_limiter: RateLimiter, client: str) -> int:
    _, left, _ = rate_limiter.headers(client)["RateLimit"].split(";")
    return POINTS - int(left.removeprefix("r="))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("request_", "told", "points"),
    [
        # Nothing is told of the past: eleven revisions, in which twelve districts changed.
        (Request(DISTRICTS, {"slug": "z"}), b'"slug":"z"', 11 * REVISION_POINTS),
        (
            Request(METRICS, {"where": {"district": {"eq": "z"}}}),
            b'"metricId":"Metric:z/terminals"',
            11 * REVISION_POINTS + 12 * DISTRICT_POINTS,
        ),
        (
            Request(OBSERVATIONS, {"where": {"district": {"eq": "z"}}}),
            b'"observationId":"Observation:z/terminals/main"',
            11 * REVISION_POINTS + 12 * DISTRICT_POINTS,
        ),
        # Nothing is read that an event does not tell.
        (Request(DATASET), b'"revision":1}', REVISION_POINTS),
    ],
    ids=["districtChanged", "metricChanged", "observationChanged", "datasetChanged"],
)
async def test_what_is_read_of_the_past_is_paid_for(
    database: Database, request_: Request, told: bytes, points: int
) -> None:
    await put(database, ["a", "b"])
    for number in range(10):
        await put(database, ["a"], f"mark {number}")
    rate_limiter = RateLimiter(POINTS, stopped_clock)
    async with worker_on(database, rate_limiter=rate_limiter) as worker:
        event = asyncio.create_task(worker.next_event("a", request_))
        await until_async(lambda: spent(rate_limiter, "a") >= points)
        # What is published from now on is no replay.
        await put(database, ["z"])
        assert told in (await event).payload
        assert spent(rate_limiter, "a") == points


async def test_who_is_up_to_date_does_not_wait_for_those_who_read_the_past(database: Database) -> None:
    await put(database, ["a"])
    async with worker_on(database) as worker:
        release = asyncio.Event()
        reading = 0

        async def read() -> None:
            nonlocal reading
            reading += 1
            await release.wait()

        # One who reads the past has the place for that, and others wait for theirs.
        past = [asyncio.create_task(worker.endpoint.hub.replays.read(client, 10, read)) for client in "aabb"]
        await until_async(lambda: reading)
        late = asyncio.create_task(worker.next_event("late", Request(DISTRICTS)))
        live = asyncio.create_task(worker.next_event("live", Request(LIVE)))
        await worker.until_waiting("late")
        await put(database, ["b"])
        assert b'"slug":"b"' in (await live).payload
        assert not late.done()
        # Requests don't wait either.
        answer = await worker.ask("late", Request('{ district(slug: "b") { slug } }'))
        assert b'"slug":"b"' in answer.body
        release.set()
        assert b'"slug":"a"' in (await late).payload
        await asyncio.gather(*past)
