"""Clients that are slow, that flood or that smuggle are turned away while their bytes arrive.

uvicorn closes no connection that is merely slow, and takes as many headers as are sent. It gets this protocol by its
name, so that it holds in every worker and after every reload; the limits come from the settings.
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
from api.server.draining import STOPS, STREAMED
from api.server.logs import LEFT
from api.server.request_head import answer_to, framing_of, wrong_bytes, wrong_head
from api.settings import settings_of_process

# How long a client that was turned away may take to read why. Closing at once would reset the connection under it.
LINGER_S: Final = 1.0
# What counts refusals by their codes is in the state of the application under this name.
COUNT_REFUSAL: Final = "yunshan.count_refusal"
# Chunks of one byte take six; past that, what is sent is no body.
WIRE_PER_BODY: Final = 8


class Protocol(HttpToolsProtocol):
    """One connection.

    A request must be complete within a time from its first byte, and begin within a time from the last answer. The
    one timer of a connection looks at `_due` and sets itself again: a request reads the clock, and sets no timer.
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
        # What a callback of the parser has found wrong.
        self._refusal: HttpError | None = None
        # Whether what still comes is passed over.
        self._discards_input = False
        # What is being received.
        self._part: Literal["nothing", "head", "body"] = "nothing"
        self._is_begun = False
        self._chunk = b""
        # Bytes of the current message, the chunk that it began in left out.
        self._received = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._working: RequestResponseCycle | None = None
        self._work: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Give the client its time; turn it away where there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.max_connections:
            self._refuse(HttpError(503, "too many connections; try again in a moment", {"Retry-After": "1"}))
            return
        self._expect(self._limits.request_timeout_s)
        self._timer = self.loop.call_later(self._limits.request_timeout_s, self._check_deadlines)

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over."""
        if self._timer:
            self._timer.cancel()
        super().handle_websocket_upgrade()

    def shutdown(self) -> None:
        """Let what is in flight end, streams at once."""
        if self._work and self._working and STREAMED in self._working.scope:
            self._work.cancel(STOPS)
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop looking, and end the work on an answer that nobody will read."""
        if self._timer:
            self._timer.cancel()
        if self._working:
            # uvicorn tells the newest request, which others may be ahead of.
            self._working.disconnected = True
            self._working.message_event.set()
        if self._work:
            self._work.cancel(LEFT)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and count it."""
        if self._discards_input or self.transport.is_closing():
            return
        self._is_begun = False
        self._chunk = data
        super().data_received(data)
        if not self._is_begun:
            self._received += len(data)
            limits = self._limits
            head = limits.max_url_bytes + limits.max_header_bytes
            if self._part == "head" and self._received > head:
                self._refuse(HttpError(431, f"the headers are larger than {limits.max_header_bytes} bytes"))
            elif self._received > head + WIRE_PER_BODY * limits.max_body_bytes:
                self._refuse(HttpError(413, f"the body is larger than {limits.max_body_bytes} bytes"))

    def send_400_response(self, msg: str) -> None:
        """Turn away what can't be parsed, or what a callback of the parser has found to turn away."""
        self._refuse(self._refusal or wrong_bytes(sys.exception()))

    def on_message_begin(self) -> None:
        """A request begins, and with it its time."""
        super().on_message_begin()
        self._part = "head"
        self._is_begun = True
        self._received = 0
        self._expect(self._limits.request_timeout_s)

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        super().on_url(url)
        if len(self.url) > self._limits.max_url_bytes:
            self._stop(HttpError(414, f"the URL is longer than {self._limits.max_url_bytes} bytes; send a POST"))

    def on_headers_complete(self) -> None:
        """Begin to work on the request, if its headers are right."""
        if wrong := wrong_head(self.headers, self.parser.get_http_version(), self._limits):
            self._stop(wrong)
        if len(self.pipeline) > self._limits.max_pipelined:
            self._stop(HttpError(400, "too many requests at once on one connection"))
        super().on_headers_complete()
        self._part = "body"
        if not (self.parser.should_upgrade() and self._should_upgrade()):
            # What follows a body (trailers) is for nobody: the request has its headers, and is being worked on.
            self.headers = []

    def on_message_complete(self) -> None:
        """The request is complete; the rest is our time."""
        if self.parser.should_upgrade() and (self._should_upgrade() or framing_of(self.scope["headers"])):
            return
        super().on_message_complete()
        self._part = "nothing"
        self._expect(self._limits.request_timeout_s)

    def on_response_complete(self) -> None:
        """The next request may begin."""
        super().on_response_complete()
        self._expect(self._limits.keep_alive_s)

    def pause_writing(self) -> None:
        """The client does not read; it has as long for that as for sending."""
        super().pause_writing()
        self._expect(self._limits.request_timeout_s)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._working = cycle
        # As uvicorn's own, which doesn't tell the task.
        self._work = self.loop.create_task(cycle.run_asgi(app))
        self._work.add_done_callback(self.tasks.discard)
        self.tasks.add(self._work)

    def _unsupported_upgrade_warning(self) -> None:
        """Answer as if no upgrade were asked for (RFC 9110, section 7.8), as some clients do with every request.

        The parser takes the rest for the other protocol's. Another reads the body, if there is one.
        """
        self.cycle.keep_alive = False
        if (framing := framing_of(self.scope["headers"])) is None:
            self._discards_input = True
            return
        upgrade = sys.exception()
        rest = self._chunk[upgrade.args[0] :] if upgrade else b""
        callbacks = SimpleNamespace(on_body=self._on_rest, on_message_complete=self._on_rest_complete)
        self.parser = httptools.HttpRequestParser(callbacks)
        try:
            self.parser.feed_data(b"POST / HTTP/1.1\r\n%b: %b\r\n\r\n" % framing)
            self.parser.feed_data(rest)
        except httptools.HttpParserError as failure:
            self._refuse(self._refusal or wrong_bytes(failure))

    def _on_rest(self, body: bytes) -> None:
        if not self._discards_input:
            self.on_body(body)

    def _on_rest_complete(self) -> None:
        self.on_message_complete()
        # Another request on this connection would not be told from the body of this one.
        self._discards_input = True

    def _expect(self, seconds: float) -> None:
        self._due = self.loop.time() + seconds

    def _check_deadlines(self) -> None:
        """Close the connection if the client has let its time pass."""
        now = self.loop.time()
        if self.transport.is_closing():
            # What it is closed after can't be sent: the client does not read.
            self.transport.abort()
            return
        if self._is_answering():
            self._expect(self._limits.request_timeout_s)
        if now >= self._due:
            self._close_late()
            return
        self._timer = self.loop.call_later(self._due - now, self._check_deadlines)

    def _is_answering(self) -> bool:
        if self.flow.write_paused:
            return False
        return bool(self.pipeline) or (self._unanswered is not None and not self._unanswered.more_body)

    @property
    def _unanswered(self) -> RequestResponseCycle | None:
        """What works on a request, if its answer is not complete."""
        # None until the first request, whatever its type says.
        if self.cycle is None:
            return None
        return None if self.cycle.response_complete else self.cycle

    def _close_late(self) -> None:
        is_awaited = self._part == "head" or (self._part == "body" and self._unanswered is not None)
        if is_awaited and not self.flow.write_paused:
            self._refuse(HttpError(408, f"the request took longer than {self._limits.request_timeout_s} s to arrive"))
        else:
            self.transport.abort()

    def _stop(self, wrong: HttpError) -> None:
        """Let the parser stop; what it raises leads to `send_400_response`."""
        self._refusal = wrong
        raise wrong

    def _refuse(self, wrong: HttpError) -> None:
        """Say why, and close the connection once the client has had time to read it."""
        self._discards_input = True
        if count := self.app_state.get(COUNT_REFUSAL):
            count(wrong.code)
        cycle = self._unanswered
        if cycle is not None:
            if self.pipeline or cycle.response_started:
                self.transport.abort()
                return
            if not cycle.more_body:
                # What came before is right, and gets its answer; nothing may stand in it.
                cycle.keep_alive = False
                return
            cycle.disconnected = True
            cycle.message_event.set()
        # What comes after the answer, such as the rest of a body that was too large, has been answered.
        if cycle is not None or self._part != "body":
            self.transport.write(answer_to(wrong))
        if self._timer:
            self._timer.cancel()
        self.transport.write_eof()
        self.loop.call_later(LINGER_S, self.transport.abort)
