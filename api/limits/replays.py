"""Bound what subscriptions read of the past: few reads at once, in turns, paid for by their clients.

A replay reads revisions that were published before its subscription began. A client that asks for many must keep
neither other subscribers nor requests waiting, and pays also where nothing is left to tell.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from api.http.errors import HttpError
from api.limits.admission import AdmissionController
from api.limits.fair_semaphore import Lane
from api.limits.rate_limit import RateLimiter
from loaders.errors import StoreTimeout

T = TypeVar("T")

# Reads of one client at once. They wait for admission; the client's other replays wait here for their turn.
MAX_READS_PER_CLIENT: Final = 2
# An eighth of the places for the replays of all clients, four by default.
REPLAY: Final = Lane(places=0.125, queue=0.25, all_places=0.125, is_apart=True)
RETRY_S: Final = 0.5
# How often a replay looks whether its client has points again.
MAX_PAUSE_S: Final = 1.0


class Replays:
    """Runs the reads of the replays of one worker."""

    def __init__(self, admission: AdmissionController, rate_limiter: RateLimiter | None) -> None:
        self._admission = admission
        self._rate_limiter = rate_limiter
        # By client, while it has replays that read or wait.
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._users: Counter[str] = Counter()

    async def read(self, client: str, points: int, read: Callable[[], Awaitable[T]]) -> T:
        """Run a read when its turn comes and its client has points left, and charge it.

        Raises StoreTimeout at the deadline, and what `read` raises; nothing is charged then.
        """
        self._users[client] += 1
        try:
            async with self._turns.setdefault(client, asyncio.Semaphore(MAX_READS_PER_CLIENT)):
                return await self._read(client, points, read)
        finally:
            self._users[client] -= 1
            if not self._users[client]:
                del self._users[client], self._turns[client]

    async def _read(self, client: str, points: int, read: Callable[[], Awaitable[T]]) -> T:
        while True:
            if self._rate_limiter and (seconds := self._rate_limiter.wait_s(client)):
                await asyncio.sleep(min(seconds, MAX_PAUSE_S))
                continue
            try:
                async with self._admission.slot(client, points, REPLAY):
                    found = await read()
            except HttpError as error:
                if error.status != 503:
                    raise StoreTimeout("reading changes took too long") from None
                # The queue is full.
                await asyncio.sleep(RETRY_S)
            else:
                if self._rate_limiter:
                    self._rate_limiter.spend(client, points)
                return found
