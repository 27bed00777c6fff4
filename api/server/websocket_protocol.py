"""A WebSocket whose client doesn't read is closed, with a code that says so; uvicorn would wait for ever.

uvicorn gets this protocol by its name, as it gets `api.server.http_protocol`, which hands connections over to it.
"""

import asyncio
import logging
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api.settings import settings_of_process

logger = logging.getLogger(__name__)
logger.setLevel(logging.WARNING)

# A client that fell behind: it goes on, in a new connection, after the last revision that it was told.
FELL_BEHIND_CODE: Final = 4410
# For so long it may still read what was written before, and why nothing comes after it.
CLOSE_LINGER_S: Final = 60.0
# What a client that is told to go may still have been sending.
MAX_BYTES_AFTER_CLOSE: Final = 65_536


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One WebSocket. What is not read fills the transport's buffer; then nothing is written until it is."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # uvicorn's own tells the query string of each.
        self.logger = logger
        self._write_timeout_s = settings_of_process().request_timeout_s
        self._behind_timer: asyncio.TimerHandle | None = None
        self._bytes_after_close = 0

    def data_received(self, data: bytes) -> None:
        """Read, and from a client that was told to go no more than it may have been sending."""
        if self.close_sent:
            self._bytes_after_close += len(data)
            if self._bytes_after_close > MAX_BYTES_AFTER_CLOSE:
                self.transport.abort()
                return
        super().data_received(data)

    def pause_writing(self) -> None:
        """The client does not read; it has as long for that as for sending a request."""
        super().pause_writing()
        self._behind_timer = self.loop.call_later(self._write_timeout_s, self._close_behind)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._behind_timer:
            self._behind_timer.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        super().connection_lost(exc)
        if self._behind_timer:
            self._behind_timer.cancel()

    def _close_behind(self) -> None:
        """Close, behind all that was written: who reads on after all comes to the code."""
        if not self.close_sent:
            reason = "Fell behind; go on with resumeAfter"
            self.queue.put_nowait({"type": "websocket.disconnect", "code": FELL_BEHIND_CODE, "reason": reason})
            self.conn.send_close(FELL_BEHIND_CODE, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.stop_keepalive()
            self.close_timer = self.loop.call_later(CLOSE_LINGER_S, self.transport.abort)
