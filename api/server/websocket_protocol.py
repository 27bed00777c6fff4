"""The WebSocket protocol of uvicorn; closes connections whose client does not read, with a code of their own.

uvicorn itself would wait forever. It loads this class by name; `api.server.http_protocol` hands connections to it.
"""

import asyncio
import logging
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api.settings import settings_of_process

logger = logging.getLogger(__name__)
logger.setLevel(logging.WARNING)

# The client fell behind. It can resume, in a new connection, after the last revision that it received.
FELL_BEHIND_CODE: Final = 4410
# The time that the client has to read pending messages and the close frame.
CLOSE_LINGER_S: Final = 60.0
# Input that a client may have sent before it received the close frame.
MAX_BYTES_AFTER_CLOSE: Final = 65_536


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One WebSocket. Unread messages fill the transport's buffer; writing pauses until the client reads."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # uvicorn's logger would log the query string of each connection.
        self.logger = logger
        self._write_timeout_s = settings_of_process().request_timeout_s
        self._behind_timer: asyncio.TimerHandle | None = None
        self._bytes_after_close = 0

    def data_received(self, data: bytes) -> None:
        """Process input; after a close, abort if the client sends more than it can have had in flight."""
        if self.close_sent:
            self._bytes_after_close += len(data)
            if self._bytes_after_close > MAX_BYTES_AFTER_CLOSE:
                self.transport.abort()
                return
        super().data_received(data)

    def pause_writing(self) -> None:
        """Start a timeout: the client does not read. It has as long as for sending a request."""
        super().pause_writing()
        self._behind_timer = self.loop.call_later(self._write_timeout_s, self._close_behind)

    def resume_writing(self) -> None:
        """Stop the timeout: the client reads again."""
        super().resume_writing()
        if self._behind_timer:
            self._behind_timer.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timeout."""
        super().connection_lost(exc)
        if self._behind_timer:
            self._behind_timer.cancel()

    def _close_behind(self) -> None:
        """Send a close frame after all pending messages, so that a client that reads again receives the code."""
        if not self.close_sent:
            reason = "Fell behind; reconnect with resumeAfter"
            self.queue.put_nowait({"type": "websocket.disconnect", "code": FELL_BEHIND_CODE, "reason": reason})
            self.conn.send_close(FELL_BEHIND_CODE, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.stop_keepalive()
            self.close_timer = self.loop.call_later(CLOSE_LINGER_S, self.transport.abort)
