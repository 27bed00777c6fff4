"""Let clients compute in turns: one computation at each turn of the event loop, of each waiting client in rotation.

Parsing, validating and completing hold the event loop. Without turns, what many requests of one client compute would
run in one go whenever they are ready at the same time, and another client's request would wait for all of it at each
of its steps.
"""

import asyncio
from collections import OrderedDict, deque


class Turns:
    """The turns of one event loop. A computation that nobody else waits for begins at once."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._is_taken = False

    async def take(self, client: str) -> None:
        """Wait until a computation of this client may begin; it ends when the task waits for anything."""
        loop = asyncio.get_running_loop()
        if not self._is_taken:
            self._is_taken = True
            loop.call_soon(self._pass_on, loop)
            return
        turn = loop.create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        await turn

    def _pass_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give the next turn; what was given before has computed by now."""
        while self._waiting:
            client, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[client] = turns
            if not turn.done():
                turn.set_result(None)
                loop.call_soon(self._pass_on, loop)
                return
        self._is_taken = False
