"""The queue in which operations wait for admission: a bounded semaphore, fair among clients.

Requests from a busy client queue behind one another: a client gets at most half of the places and half of the queue,
and waiting clients are served in rotation. Each worker has its own semaphore.
"""

import asyncio
from collections import Counter, deque


class QueueFull(Exception):
    """The queue is full, for all clients or for this one."""


class FairSemaphore:
    """At most `max_running` holders and `max_waiting` waiters; half as many of each for one client."""

    def __init__(self, max_running: int, max_waiting: int) -> None:
        self._free = max_running
        self._max_running_per_client = max(1, max_running // 2)
        self._max_waiting = max_waiting
        self._max_waiting_per_client = max(1, max_waiting // 2)
        self._running: Counter[str] = Counter()
        # By client, in the order in which they are served next.
        self._queues: dict[str, deque[asyncio.Future[None]]] = {}

    async def acquire(self, client: str) -> None:
        """Wait for a place; the caller must `release` it.

        Raises QueueFull immediately if the queue is full.
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
                # The place was granted at the moment of the cancellation.
                self.release(client)
            else:
                self._remove_waiter(client, waiter)
            raise

    def release(self, client: str) -> None:
        """Return a place, and grant it to the next waiter."""
        self._free += 1
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        while (next_client := next(filter(self._can_run, self._queues), None)) is not None:
            queue = self._queues.pop(next_client)
            waiter = queue.popleft()
            if queue:
                # Move the client to the end, so that others are served first.
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
