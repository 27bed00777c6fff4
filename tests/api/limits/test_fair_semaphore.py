"""Only so many run at once, and a busy client queues behind itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from api.limits import fair_semaphore
from api.limits.fair_semaphore import FairSemaphore, Lane, QueueFull, Turn
from tests.support.waiting import until_async


class Crowd:
    """Requests at a gate, each held until it is let go; `passed` has them in the order that they passed."""

    def __init__(self, semaphore: FairSemaphore) -> None:
        self._semaphore = semaphore
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, asyncio.Event] = {}
        self.passed: list[str] = []

    async def come(self, name: str) -> None:
        """A request named after its client and a number, such as a1."""
        self._held[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._ask(name))
        await asyncio.sleep(0)

    async def let_go(self, name: str) -> None:
        self._held[name].set()
        await self._tasks[name]
        await asyncio.sleep(0)

    async def release(self, name: str) -> None:
        self._tasks[name].cancel()
        with pytest.raises(asyncio.CancelledError):
            await self._tasks[name]
        await asyncio.sleep(0)

    async def outcome(self, name: str) -> None:
        await self._tasks[name]

    async def end(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _ask(self, name: str) -> None:
        turn = await self._semaphore.acquire(name[0])
        try:
            self.passed.append(name)
            await self._held[name].wait()
        finally:
            self._semaphore.release(turn)


@asynccontextmanager
async def crowd(running: int, waiting: int) -> AsyncIterator[Crowd]:
    crowd = Crowd(FairSemaphore(running, waiting))
    yield crowd
    await crowd.end()


async def test_so_many_pass_and_the_next_when_one_leaves() -> None:
    async with crowd(running=2, waiting=12) as requests:
        for name in ("a1", "b1", "c1"):
            await requests.come(name)
        assert requests.passed == ["a1", "b1"]
        await requests.let_go("b1")
        assert requests.passed == ["a1", "b1", "c1"]


async def test_clients_take_turns_whatever_each_has_waiting() -> None:
    async with crowd(running=1, waiting=16) as requests:
        for name in ("a1", "a2", "a3", "a4", "b1", "c1", "b2"):
            await requests.come(name)
        for _ in range(6):
            await requests.let_go(requests.passed[-1])
        assert requests.passed == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]


async def test_a_client_fills_half_of_the_room_and_no_more() -> None:
    async with crowd(running=1, waiting=8) as requests:
        for name in ("a1", "a2", "a3", "a4", "a5", "a6", "b1"):
            await requests.come(name)
        with pytest.raises(QueueFull):
            await requests.outcome("a6")
        await requests.let_go("a1")
        await requests.let_go("a2")
        assert requests.passed == ["a1", "a2", "b1"]


async def test_nobody_waits_where_the_room_is_full() -> None:
    async with crowd(running=1, waiting=4) as requests:
        for name in ("a1", "b1", "c1", "d1", "e1", "f1"):
            await requests.come(name)
        with pytest.raises(QueueFull):
            await requests.outcome("f1")


async def test_who_leaves_while_waiting_leaves_its_place_to_others() -> None:
    async with crowd(running=1, waiting=4) as requests:
        for name in ("a1", "b1", "c1"):
            await requests.come(name)
        await requests.release("b1")
        await requests.let_go("a1")
        assert requests.passed == ["a1", "c1"]
        await requests.let_go("c1")
        await requests.come("d1")
        assert requests.passed == ["a1", "c1", "d1"]


async def test_a_turn_that_comes_as_its_client_leaves_goes_to_the_next() -> None:
    semaphore = FairSemaphore(1, 4)
    async with crowd(running=1, waiting=4) as requests:
        requests._semaphore = semaphore
        for name in ("a1", "b1", "c1"):
            await requests.come(name)
        requests._tasks["b1"].cancel()
        requests._held["a1"].set()
        await until_async(lambda: requests.passed == ["a1", "c1"])


@pytest.fixture
def long_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients ask one long after the other."""
    monkeypatch.setattr(fair_semaphore, "RECENT_S", -1.0)


async def test_among_others_a_client_gets_few_places_and_all_of_its_half_when_they_have_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(fair_semaphore, "monotonic", lambda: now)
    names = [f"a{number:02d}" for number in range(40)]
    async with crowd(running=32, waiting=64) as requests:
        for name in names:
            await requests.come(name)
        assert requests.passed == names[:16]
        await requests.come("b1")
        assert requests.passed[-1] == "b1"
        # Nothing that runs is ended, and nothing more begins until all of it has ended.
        for name in names[:15]:
            await requests.let_go(name)
        assert requests.passed == [*names[:16], "b1"]
        await requests.let_go(names[15])
        assert requests.passed[-1] == names[16]
        now += 2 * fair_semaphore.RECENT_S
        await requests.let_go(names[16])
        assert requests.passed == [*names[:16], "b1", *names[16:33]]


async def test_among_others_each_lane_of_a_client_has_a_place_and_lanes_apart_have_theirs() -> None:
    semaphore = FairSemaphore(32, 64)
    light, heavy, apart = Lane(), Lane(), Lane(places=0.125, is_apart=True)
    await semaphore.acquire("b")
    for lane, places in ((light, 1), (heavy, 1), (apart, 2)):
        turns = [Turn(lane) for _ in range(3)]
        for turn in turns:
            semaphore.enter(turn, "a")
        assert [turn.client for turn in turns] == ["a"] * places + [None] * (3 - places)


@pytest.mark.usefixtures("long_apart")
async def test_one_client_gets_at_most_half_of_the_slots() -> None:
    async with crowd(running=4, waiting=16) as requests:
        for name in ("a1", "a2", "a3", "b1", "b2", "b3"):
            await requests.come(name)
        assert requests.passed == ["a1", "a2", "b1", "b2"]
        await requests.let_go("b1")
        assert requests.passed == ["a1", "a2", "b1", "b2", "b3"]
        await requests.let_go("a2")
        assert requests.passed[-1] == "a3"


async def test_a_place_that_the_next_may_not_take_goes_to_one_who_may() -> None:
    async with crowd(running=3, waiting=16) as requests:
        for name in ("a1", "b1", "c1", "a2", "d1"):
            await requests.come(name)
        await requests.let_go("b1")
        assert requests.passed == ["a1", "b1", "c1", "d1"]
        await requests.let_go("a1")
        assert requests.passed[-1] == "a2"
