"""Let only so many requests be worked on at once, and let those who wait take turns by client.

A client that sends a thousand questions waits behind itself: half of the places, and of the room to wait, are never
its own, and another's first question is next. Each worker has a gate of its own.
"""

import asyncio
from collections import Counter, deque


class QueueFull(Exception):
    """Too many wait already."""


class FairSemaphore:
    """At most `running` pass at once and at most `waiting` wait, of one client half as many."""

    def __init__(self, max_running: int, max_waiting: int) -> None:
        self._free = max_running
        self._max_running_per_client = max(1, max_running // 2)
        self._max_waiting = max_waiting
        self._max_waiting_per_client = max(1, max_waiting // 2)
        self._running: Counter[str] = Counter()
        # By client; the first has waited longest for a turn.
        self._queues: dict[str, deque[asyncio.Future[None]]] = {}

    async def acquire(self, client: str) -> None:
        """Wait for a turn; whoever gets one calls `leave`.

        Raises Overloaded at once where there is no room to wait.
        """
        if self._can_run(client):
            self._occupy(client)
            return
        queue = self._queues.get(client, deque())
        if sum(map(len, self._queues.values())) >= self._max_waiting or len(queue) >= self._max_waiting_per_client:
            raise QueueFull
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(waiter)
        self._queues[client] = queue
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                # The turn came at the moment that the client left.
                self.release(client)
            else:
                self._remove_waiter(client, waiter)
            raise

    def release(self, client: str) -> None:
        """Give a place back, to whoever is next."""
        self._free += 1
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        while (next_client := next(filter(self._can_run, self._queues), None)) is not None:
            queue = self._queues.pop(next_client)
            waiter = queue.popleft()
            if queue:
                # To the end: the others' turns come first.
                self._queues[next_client] = queue
            if not waiter.done():
                self._occupy(next_client)
                waiter.set_result(None)

    def _can_run(self, client: str) -> bool:
        return self._free > 0 and self._running[client] < self._max_running_per_client

    def _occupy(self, client: str) -> None:
        self._free -= 1
        self._running[client] += 1

    def _remove_waiter(self, client: str, waiter: "asyncio.Future[None]") -> None:
        queue = self._queues.get(client)
        if queue and waiter in queue:
            queue.remove(waiter)
            if not queue:
                del self._queues[client]
