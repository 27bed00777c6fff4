"""Reads of the past take turns, few at once, and are paid for."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.limits.admission import AdmissionController
from api.limits.rate_limit import RateLimiter
from api.limits.replays import MAX_READS_PER_CLIENT, Replays
from api.settings import Settings
from loaders.errors import StoreTimeout, StoreUnavailable
from tests.support.waiting import PATIENCE_S, until_async

PLACES = 32
AT_ONCE = PLACES // 8


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Reads:
    """Reads of several clients, each held until all are let go; `most` has how many there were at once."""

    def __init__(self, rate_limiter: RateLimiter | None = None, max_waiting: int = 1_000) -> None:
        settings = Settings(mongodb_uri=None, max_running=PLACES, max_waiting=max_waiting, request_deadline_s=300)
        self.admission = AdmissionController(settings)
        self.replays = Replays(self.admission, rate_limiter)
        self.running: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.done: list[str] = []
        self.go_on = asyncio.Event()

    def start(self, client: str, points: int = 10) -> "asyncio.Task[None]":
        return asyncio.create_task(self.replays.read(client, points, self._read(client)))

    def _read(self, client: str) -> Callable[[], Awaitable[None]]:
        async def read() -> None:
            self.running[client] += 1
            for key, value in ((client, self.running[client]), ("all", self.running.total())):
                self.most[key] = max(self.most[key], value)
            await self.go_on.wait()
            self.running[client] -= 1
            self.done.append(client)

        return read


async def test_so_many_are_read_at_once_by_a_client_and_by_all() -> None:
    reads = Reads()
    tasks = [reads.start(client) for client in "abcdef" for _ in range(10)]
    await until_async(lambda: reads.running.total() == AT_ONCE)
    # Requests have all other places.
    async with asyncio.timeout(PATIENCE_S), reads.admission.slot("a", 1):
        pass
    reads.go_on.set()
    await asyncio.gather(*tasks)
    assert reads.most["all"] == AT_ONCE
    assert {reads.most[client] for client in "abcdef"} <= {1, MAX_READS_PER_CLIENT}
    assert len(reads.done) == 60
    assert not reads.replays._turns


async def test_clients_take_turns_whatever_each_has_to_read() -> None:
    reads = Reads()
    many = [reads.start(client) for client in "ab" for _ in range(50)]
    await until_async(lambda: reads.running.total() == AT_ONCE)
    one = reads.start("c")
    await asyncio.sleep(0)
    reads.go_on.set()
    await asyncio.gather(*many, one)
    # It waited for those that were being read, and for one more of each client.
    assert reads.done.index("c") <= AT_ONCE + 2


async def test_one_that_leaves_leaves_its_turn_to_others() -> None:
    reads = Reads()
    first = [reads.start("a") for _ in range(MAX_READS_PER_CLIENT)]
    await until_async(lambda: reads.running["a"] == MAX_READS_PER_CLIENT)
    waiting, last = reads.start("a"), reads.start("a")
    await asyncio.sleep(0)
    for task in (waiting, first[0]):
        task.cancel()
    await asyncio.wait([waiting, first[0]])
    reads.go_on.set()
    await asyncio.gather(first[1], last)
    assert reads.done == ["a", "a"]
    assert not reads.replays._turns


async def test_a_read_is_paid_for_and_waits_until_its_client_has_points() -> None:
    clock = Clock()
    rate_limiter = RateLimiter(60, clock)
    reads = Reads(rate_limiter)
    reads.go_on.set()
    await reads.start("a", 70)
    waiting = reads.start("a")
    await reads.start("b")
    assert reads.done == ["a", "b"]
    assert [rate_limiter.wait_s(client) for client in "ab"] == [11, 0]
    clock.now = 11
    await waiting
    assert reads.done == ["a", "b", "a"]
    assert rate_limiter.wait_s("a") == 10


async def test_a_read_that_fails_costs_nothing() -> None:
    rate_limiter = RateLimiter(60, Clock())
    replays = Reads(rate_limiter).replays

    async def read() -> Any:
        raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable):
        await replays.read("a", 60, read)
    assert rate_limiter.wait_s("a") == 0


async def test_a_read_has_the_time_of_a_request() -> None:
    reads = Reads()
    reads.admission.deadline_s = 1
    with pytest.raises(StoreTimeout):
        await reads.start("a")


async def test_a_read_without_a_place_in_the_queue_is_tried_again() -> None:
    reads = Reads(max_waiting=0)
    held = [reads.start(client) for client in "aabb"]
    await until_async(lambda: reads.running.total() == AT_ONCE)
    later = reads.start("c")
    await asyncio.sleep(0)
    reads.go_on.set()
    await asyncio.gather(*held, later)
    assert reads.done[-1] == "c"
