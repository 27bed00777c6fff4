"""Let only so many requests be worked on at once, and let those who wait take turns by client.

A client that sends a thousand questions waits behind itself; another's first question is next but for what runs.
Each worker has a gate of its own.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

_Queue: TypeAlias = "deque[asyncio.Future[None]]"


class Overloaded(Exception):
    """Too many wait already; `retry_after_s` is when it is worth trying again."""

    retry_after_s = 1


class Gate:
    """At most `running` pass at once; at most `waiting` wait, of one client a quarter of them."""

    def __init__(self, running: int, waiting: int) -> None:
        self._free = running
        self._places = waiting
        self._places_of_one = max(1, waiting // 4)
        # By client; the first is next, and goes to the end once one of its requests has passed.
        self._queues: OrderedDict[str, _Queue] = OrderedDict()

    @asynccontextmanager
    async def passed(self, client: str) -> AsyncIterator[None]:
        """Wait for a turn, and keep it for as long as the block runs.

        Raises Overloaded at once where there is no room to wait.
        """
        await self._enter(client)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, client: str) -> None:
        if self._free > 0:
            self._free -= 1
            return
        queue = self._queues.get(client, deque())
        if sum(map(len, self._queues.values())) >= self._places or len(queue) >= self._places_of_one:
            raise Overloaded
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        self._queues[client] = queue
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The turn came at the moment that the client left.
                self._leave()
            else:
                self._forget(client, turn)
            raise

    def _leave(self) -> None:
        """Give the place to whoever is next."""
        while self._queues:
            client, queue = self._queues.popitem(last=False)
            turn = queue.popleft()
            if queue:
                self._queues[client] = queue
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _forget(self, client: str, turn: "asyncio.Future[None]") -> None:
        queue = self._queues.get(client)
        if queue and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[client]
