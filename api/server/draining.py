"""Before the server stops it says so for a while, so that whoever shares out requests sends it no more.

`/readyz` answers 503 and each answer ends its connection, but everything is answered still. Then uvicorn closes what
it listens on, finishes what is in flight, and ends.
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

# Set in the scope of a request that is answered by a stream, which ends in good order when cancelled with `STOPS`.
IS_STREAM: Final = "yunshan.streamed"
SERVER_STOPS: Final = "the server stops"


class Draining:
    """Whether this process is about to stop; set by SIGTERM, `seconds` before it does. SIGINT stops it at once."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self.has_begun = False

    @contextmanager
    def on_sigterm(self) -> Iterator[None]:
        """Put ourselves before whoever handles the signal, in the block."""
        stop = signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is not threading.main_thread() or not callable(stop):
            yield
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            # A supervisor and the parent process may both send one.
            if not self.has_begun:
                self.has_begun = True
                loop.call_soon_threadsafe(lambda: loop.call_later(self._seconds, stop, number, None))

        signal.signal(signal.SIGTERM, begin)
        try:
            yield
        finally:
            if signal.getsignal(signal.SIGTERM) is begin:
                signal.signal(signal.SIGTERM, stop)
