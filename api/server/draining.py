"""Draining: before the server stops, it gives load balancers time to stop sending requests.

Meanwhile `/readyz` returns 503 and every response closes its connection, but all requests are still answered. Then
uvicorn closes its listening sockets, finishes running requests, and exits.
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

# Set in the scope of a request whose response is a stream; it ends cleanly if cancelled with `SERVER_STOPS`.
IS_STREAM: Final = "yunshan.streamed"
SERVER_STOPS: Final = "the server stops"


class Draining:
    """Whether this process is draining. SIGTERM starts it, `seconds` before the stop; SIGINT stops immediately."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self.has_begun = False

    @contextmanager
    def on_sigterm(self) -> Iterator[None]:
        """Delay the current SIGTERM handler within the block."""
        stop = signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is not threading.main_thread() or not callable(stop):
            yield
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            # A supervisor and the parent process may both send the signal.
            if not self.has_begun:
                self.has_begun = True
                loop.call_soon_threadsafe(lambda: loop.call_later(self._seconds, stop, number, None))

        signal.signal(signal.SIGTERM, begin)
        try:
            yield
        finally:
            if signal.getsignal(signal.SIGTERM) is begin:
                signal.signal(signal.SIGTERM, stop)
