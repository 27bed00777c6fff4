"""A client's operations share half of the places and of the queue; light ones don't wait behind heavy ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from api.http.errors import HttpError
from api.limits import fair_semaphore
from api.limits.admission import LIGHT_POINTS, AdmissionController
from api.settings import Settings

LIGHT, HEAVY = 1, LIGHT_POINTS + 1
PLACES, QUEUE = 16, 64


class Crowd:
    """Operations of several clients, each held until it is let go."""

    def __init__(self) -> None:
        self._admission = AdmissionController(
            Settings(mongodb_uri=None, max_running=PLACES, max_waiting=QUEUE, request_deadline_s=300)
        )
        self._held: dict[str, list[asyncio.Event]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.refused: list[str] = []

    async def come(self, client: str, points: int, times: int) -> None:
        for _ in range(times):
            self._tasks.append(asyncio.create_task(self._run(client, points)))
        await asyncio.sleep(0)

    def running(self, client: str, points: int | None = None) -> int:
        names = [f"{client} {each}" for each in ((LIGHT, HEAVY) if points is None else (points,))]
        return sum(len(self._held.get(name, ())) for name in names)

    async def let_go(self, client: str, points: int) -> None:
        self._held[f"{client} {points}"].pop(0).set()
        for _ in range(3):
            await asyncio.sleep(0)

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, client: str, points: int) -> None:
        try:
            async with self._admission.slot(client, points):
                event = asyncio.Event()
                self._held.setdefault(f"{client} {points}", []).append(event)
                await event.wait()
        except HttpError as error:
            self.refused.append(f"{client} {points}")
            if error.status != 503:
                raise


@asynccontextmanager
async def crowd() -> AsyncIterator[Crowd]:
    crowd = Crowd()
    yield crowd
    await crowd.end()


async def test_light_and_heavy_operations_of_a_client_share_its_half(monkeypatch: pytest.MonkeyPatch) -> None:
    # Clients ask one long after the other; among others, each gets less.
    monkeypatch.setattr(fair_semaphore, "RECENT_S", -1.0)
    async with crowd() as operations:
        await operations.come("a", HEAVY, PLACES + QUEUE)
        await operations.come("a", LIGHT, PLACES + QUEUE)
        assert operations.running("a") == PLACES // 2
        assert len(operations.refused) == 2 * (PLACES + QUEUE) - PLACES // 2 - QUEUE // 2
        # Another client has the other half of the places, and of the queue.
        await operations.come("b", LIGHT, PLACES // 2)
        assert operations.running("b") == PLACES // 2
        refused = len(operations.refused)
        await operations.come("c", HEAVY, QUEUE // 4)
        assert len(operations.refused) == refused


async def test_light_operations_of_a_client_do_not_wait_for_its_heavy_ones() -> None:
    async with crowd() as operations:
        await operations.come("a", HEAVY, PLACES + QUEUE)
        await operations.come("a", LIGHT, 1)
        assert operations.running("a", LIGHT) == 1
        # All heavy ones still run; the next light one has the place of the one before.
        await operations.let_go("a", LIGHT)
        await operations.come("a", LIGHT, 1)
        assert operations.running("a", LIGHT) == 1


async def test_neither_light_nor_heavy_operations_starve_the_others() -> None:
    async with crowd() as operations:
        await operations.come("a", LIGHT, PLACES + QUEUE)
        await operations.come("a", HEAVY, 4)
        refused = operations.refused.count(f"a {HEAVY}")
        assert (operations.running("a", HEAVY), refused) == (0, 0)
        # They take turns at the places that become free.
        for _ in range(8):
            await operations.let_go("a", LIGHT)
        assert operations.running("a", HEAVY) == 4
        assert operations.running("a", LIGHT) == PLACES // 2 - 4
