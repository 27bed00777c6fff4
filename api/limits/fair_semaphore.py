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

    def __init__(self, running: int, waiting: int) -> None:
        self._free = running
        self._running_of_one = max(1, running // 2)
        self._waiting = waiting
        self._waiting_of_one = max(1, waiting // 2)
        self._running: Counter[str] = Counter()
        # By client; the first has waited longest for a turn.
        self._queues: dict[str, deque[asyncio.Future[None]]] = {}

    async def enter(self, client: str) -> None:
        """Wait for a turn; whoever gets one calls `leave`.

        Raises Overloaded at once where there is no room to wait.
        """
        if self._may_run(client):
            self._take(client)
            return
        queue = self._queues.get(client, deque())
        if sum(map(len, self._queues.values())) >= self._waiting or len(queue) >= self._waiting_of_one:
            raise QueueFull
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        self._queues[client] = queue
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The turn came at the moment that the client left.
                self.leave(client)
            else:
                self._forget(client, turn)
            raise

    def leave(self, client: str) -> None:
        """Give a place back, to whoever is next."""
        self._free += 1
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        while (following := next(filter(self._may_run, self._queues), None)) is not None:
            queue = self._queues.pop(following)
            turn = queue.popleft()
            if queue:
                # To the end: the others' turns come first.
                self._queues[following] = queue
            if not turn.done():
                self._take(following)
                turn.set_result(None)

    def _may_run(self, client: str) -> bool:
        return self._free > 0 and self._running[client] < self._running_of_one

    def _take(self, client: str) -> None:
        self._free -= 1
        self._running[client] += 1

    def _forget(self, client: str, turn: "asyncio.Future[None]") -> None:
        queue = self._queues.get(client)
        if queue and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[client]
