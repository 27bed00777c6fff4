"""The HTTP protocol of uvicorn, with limits on slow clients, sizes, and ambiguous requests.

uvicorn itself does not time out slow requests and does not limit headers. It loads this class by name, in every
worker and after every reload; the limits come from the settings.
"""

import asyncio
import sys
from types import SimpleNamespace
from typing import Any, Final, Literal

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from api.http.errors import HttpError
from api.http.outcome import COUNT_REFUSAL
from api.server.draining import IS_STREAM, SERVER_STOPS
from api.server.request_head import closing_response, framing_header, head_error, parse_error
from api.server.request_log import CLIENT_LEFT_REASON
from api.settings import settings_of_process

# The time that a rejected client has to read the error. Closing immediately would reset the connection.
REFUSAL_LINGER_S: Final = 1.0
# A chunk of one byte takes six bytes on the wire; a higher ratio is not a legitimate body.
MAX_WIRE_BYTES_PER_BODY_BYTE: Final = 8


class HttpProtocol(HttpToolsProtocol):
    """One connection.

    Two timeouts apply: from the first byte of a request to its end, and from a response to the next request. A
    connection has one timer, which checks `_deadline` and restarts: a request reads the clock, and sets no timer.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = settings_of_process()
        # The error that a parser callback has raised.
        self._refusal: HttpError | None = None
        # Whether further input is ignored.
        self._discards_input = False
        # The part of a request that is being received.
        self._receiving: Literal["nothing", "head", "body"] = "nothing"
        self._is_begun = False
        self._chunk = b""
        # Bytes of the current message, without the chunk in which it began.
        self._received = 0
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._running_cycle: RequestResponseCycle | None = None
        self._running_task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Start the timeout; reject the connection if there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.max_connections:
            self._refuse(HttpError(503, "too many connections; try again in a moment", {"Retry-After": "1"}))
            return
        self._set_deadline(self._limits.request_timeout_s)
        self._timer = self.loop.call_later(self._limits.request_timeout_s, self._check_deadlines)

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to the WebSocket protocol."""
        if self._timer:
            self._timer.cancel()
        super().handle_websocket_upgrade()

    def shutdown(self) -> None:
        """Finish the running request; end a stream immediately."""
        if self._running_task and self._running_cycle and IS_STREAM in self._running_cycle.scope:
            self._running_task.cancel(SERVER_STOPS)
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer, and cancel the work on a response that nobody will read."""
        if self._timer:
            self._timer.cancel()
        if self._running_cycle:
            # uvicorn notifies only the newest request, which may be queued behind this one.
            self._running_cycle.disconnected = True
            self._running_cycle.message_event.set()
        if self._running_task:
            self._running_task.cancel(CLIENT_LEFT_REASON)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse input, and enforce the size limits."""
        if self._discards_input or self.transport.is_closing():
            return
        self._is_begun = False
        self._chunk = data
        super().data_received(data)
        if not self._is_begun:
            self._received += len(data)
            limits = self._limits
            head = limits.max_url_bytes + limits.max_header_bytes
            if self._receiving == "head" and self._received > head:
                self._refuse(HttpError(431, f"the headers are larger than {limits.max_header_bytes} bytes"))
            elif self._received > head + MAX_WIRE_BYTES_PER_BODY_BYTE * limits.max_body_bytes:
                self._refuse(HttpError(413, f"the body is larger than {limits.max_body_bytes} bytes"))

    def send_400_response(self, msg: str) -> None:
        """Reject a request that the parser, or one of its callbacks, found invalid."""
        self._refuse(self._refusal or parse_error(sys.exception()))

    def on_message_begin(self) -> None:
        """Start the timeout of a request."""
        super().on_message_begin()
        self._receiving = "head"
        self._is_begun = True
        self._received = 0
        self._set_deadline(self._limits.request_timeout_s)

    def on_url(self, url: bytes) -> None:
        """Add a part of the URL."""
        super().on_url(url)
        if len(self.url) > self._limits.max_url_bytes:
            self._stop_parser(
                HttpError(414, f"the URL is longer than {self._limits.max_url_bytes} bytes; send a POST")
            )

    def on_headers_complete(self) -> None:
        """Check the headers, and start the request."""
        if error := head_error(self.headers, self.parser.get_http_version(), self._limits):
            self._stop_parser(error)
        if len(self.pipeline) > self._limits.max_pipelined:
            self._stop_parser(HttpError(400, "too many pipelined requests on one connection"))
        super().on_headers_complete()
        self._receiving = "body"
        if not (self.parser.should_upgrade() and self._should_upgrade()):
            # Trailers are ignored: the request has its headers and is already running.
            self.headers = []

    def on_message_complete(self) -> None:
        """Stop counting time against the client: the request is complete."""
        if self.parser.should_upgrade() and (self._should_upgrade() or framing_header(self.scope["headers"])):
            return
        super().on_message_complete()
        self._receiving = "nothing"
        self._set_deadline(self._limits.request_timeout_s)

    def on_response_complete(self) -> None:
        """Start the keep-alive timeout."""
        super().on_response_complete()
        self._set_deadline(self._limits.keep_alive_s)

    def pause_writing(self) -> None:
        """Start a timeout: the client does not read. It has as long as for sending a request."""
        super().pause_writing()
        self._set_deadline(self._limits.request_timeout_s)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running_cycle = cycle
        # As in uvicorn, which does not keep the task of the cycle.
        self._running_task = self.loop.create_task(cycle.run_asgi(app))
        self._running_task.add_done_callback(self.tasks.discard)
        self.tasks.add(self._running_task)

    def _unsupported_upgrade_warning(self) -> None:
        """Ignore the Upgrade header (RFC 9110, section 7.8); some clients send it with every request.

        The parser stops, since it expects the other protocol. A second parser reads the body, if there is one.
        """
        self.cycle.keep_alive = False
        if (framing := framing_header(self.scope["headers"])) is None:
            self._discards_input = True
            return
        upgrade = sys.exception()
        rest = self._chunk[upgrade.args[0] :] if upgrade else b""
        callbacks = SimpleNamespace(
            on_body=self._on_remaining_body, on_message_complete=self._on_remaining_body_complete
        )
        self.parser = httptools.HttpRequestParser(callbacks)
        try:
            self.parser.feed_data(b"POST / HTTP/1.1\r\n%b: %b\r\n\r\n" % framing)
            self.parser.feed_data(rest)
        except httptools.HttpParserError as failure:
            self._refuse(self._refusal or parse_error(failure))

    def _on_remaining_body(self, body: bytes) -> None:
        if not self._discards_input:
            self.on_body(body)

    def _on_remaining_body_complete(self) -> None:
        self.on_message_complete()
        # Further input could not be told apart from the body.
        self._discards_input = True

    def _set_deadline(self, seconds: float) -> None:
        self._deadline = self.loop.time() + seconds

    def _check_deadlines(self) -> None:
        """Close the connection if its deadline has passed."""
        now = self.loop.time()
        if self.transport.is_closing():
            # The pending output can't be sent: the client does not read.
            self.transport.abort()
            return
        if self._is_responding():
            self._set_deadline(self._limits.request_timeout_s)
        if now >= self._deadline:
            self._close_overdue()
            return
        self._timer = self.loop.call_later(self._deadline - now, self._check_deadlines)

    def _is_responding(self) -> bool:
        if self.flow.write_paused:
            return False
        return bool(self.pipeline) or (self._incomplete_cycle is not None and not self._incomplete_cycle.more_body)

    @property
    def _incomplete_cycle(self) -> RequestResponseCycle | None:
        """The newest request, if its response is not complete."""
        # None until the first request, although uvicorn's annotation denies it.
        if self.cycle is None:
            return None
        return None if self.cycle.response_complete else self.cycle

    def _close_overdue(self) -> None:
        is_awaited = self._receiving == "head" or (self._receiving == "body" and self._incomplete_cycle is not None)
        if is_awaited and not self.flow.write_paused:
            self._refuse(HttpError(408, f"the request took longer than {self._limits.request_timeout_s} s to arrive"))
        else:
            self.transport.abort()

    def _stop_parser(self, error: HttpError) -> None:
        """Stop the parser with an exception; uvicorn then calls `send_400_response`."""
        self._refusal = error
        raise error

    def _refuse(self, error: HttpError) -> None:
        """Send the error, and close the connection after the client has had time to read it."""
        self._discards_input = True
        if count := self.app_state.get(COUNT_REFUSAL):
            count(error.code)
        cycle = self._incomplete_cycle
        if cycle is not None:
            if self.pipeline or cycle.response_started:
                self.transport.abort()
                return
            if not cycle.more_body:
                # The preceding request is valid and gets its response, with no other bytes in between.
                cycle.keep_alive = False
                return
            cycle.disconnected = True
            cycle.message_event.set()
        # A response has already been sent if this is the rest of a body, such as one that was too large.
        if cycle is not None or self._receiving != "body":
            self.transport.write(closing_response(error))
        if self._timer:
            self._timer.cancel()
        self.transport.write_eof()
        self.loop.call_later(REFUSAL_LINGER_S, self.transport.abort)
