"""Work on an operation when it is its client's turn, and for as long as a request may take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.errors import HttpError
from api.gate import Gate, Overloaded
from api.settings import Settings
from loaders.deadline import deadline

RETRY_AFTER: dict[str, str] = {"Retry-After": "1"}


class Turns:
    """The turns of one worker."""

    def __init__(self, settings: Settings) -> None:
        self._gate = Gate(settings.max_running, settings.max_waiting)
        self._seconds = settings.request_deadline_s

    @asynccontextmanager
    async def taken(self, client: str) -> AsyncIterator[None]:
        """Wait for a client's turn, and end the block when its time is over, the wait included.

        Raises HttpError, with 503 where too many wait already and 504 where the time is over.
        """
        try:
            async with asyncio.timeout(self._seconds):
                with deadline(self._seconds):
                    await self._gate.enter(client)
                    try:
                        yield
                    finally:
                        self._gate.leave(client)
        except Overloaded:
            raise HttpError(503, "the server is busy; try again in a moment", RETRY_AFTER) from None
        except TimeoutError:
            raise HttpError(504, f"the answer took longer than {self._seconds} s; ask for less") from None
