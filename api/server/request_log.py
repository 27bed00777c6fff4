"""The request log and all other logging: one line a record, request ids, and unexpected exceptions.

Headers, query strings and bodies are never logged: they may contain personal data.
"""

import asyncio
import logging
import re
import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from random import getrandbits
from time import perf_counter
from typing import Any, Final

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import HttpError, error_response
from api.http.outcome import CLIENT_LEFT, OUTCOME, RequestOutcome
from schema.base.errors import MASKED

REQUEST_ID_HEADER: Final = "X-Request-ID"
_RAW_HEADER: Final = REQUEST_ID_HEADER.lower().encode()
PROBE_PATHS: Final = frozenset({"/healthz", "/readyz", "/metrics"})
# The message of the cancellation when a client disconnects, and the status that nginx logs for that.
CLIENT_LEFT_REASON: Final = "the client has left"
_CLIENT_LEFT_STATUS: Final = 499
_RESPONSE_STARTS: Final = frozenset({"http.response.start", "websocket.http.response.start"})
_VALID_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")

request_id: Final[ContextVar[str]] = ContextVar("request_id", default="-")
logger = logging.getLogger(__name__)
trace_id: Final[ContextVar[str | None]] = ContextVar("trace_id", default=None)
access_log: Final = logging.getLogger("yunshan.access")


class JsonFormatter(logging.Formatter):
    """One JSON object a record: time, level, logger, message, request id, and the record's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            **getattr(record, "fields", {}),
        }
        if traced := trace_id.get():
            entry["trace_id"] = traced
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(entry, default=str).decode()


def configure_logging(level: str, log_format: str) -> None:
    """Log everything, including uvicorn's records, to standard error in the given format."""
    handler = logging.StreamHandler(sys.stderr)
    text = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(JsonFormatter() if log_format == "json" else logging.Formatter(text))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The driver logs each command and heartbeat at DEBUG.
    logging.getLogger("pymongo").setLevel(logging.WARNING)


class RequestLogMiddleware:
    """Gives each request an id (the client's, if valid), returns it in the response, and logs the outcome.

    Unexpected exceptions are logged, and answered with a 500 without details.
    record: called with the outcome and the duration in seconds of each GraphQL or export request.
    """

    def __init__(self, app: ASGIApp, record: Callable[[RequestOutcome, float], None] | None = None) -> None:
        self._app = app
        self._record = record

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(_RAW_HEADER)
        identity = given.decode() if given and _VALID_REQUEST_ID.fullmatch(given) else f"{getrandbits(128):032x}"
        token = request_id.set(identity)
        started = perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "websocket.accept":
                status = 101
            elif message["type"] in _RESPONSE_STARTS:
                status = message["status"]
                # A copy: requests share the message of a cached response.
                message = {**message, "headers": [*message["headers"], (_RAW_HEADER, identity.encode())]}
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except asyncio.CancelledError as cancelled:
            if cancelled.args == (CLIENT_LEFT_REASON,):
                status = _CLIENT_LEFT_STATUS
                if OUTCOME in scope:
                    scope[OUTCOME].summary = replace(scope[OUTCOME].summary, code=CLIENT_LEFT)
            elif not status:
                # The graceful shutdown has timed out.
                await error_response(HttpError(503, "the server is stopping; try again in a moment"))(
                    scope, receive, send_with_id
                )
        except Exception:
            logger.exception("the request failed")
            if status:
                # The response has started: only closing the connection can signal the error.
                raise
            await error_response(HttpError(500, MASKED))(scope, receive, send_with_id)
        finally:
            seconds = perf_counter() - started
            if self._record and OUTCOME in scope:
                self._record(scope[OUTCOME], seconds)
            # Successful probes come every few seconds and carry no information.
            level = logging.DEBUG if scope["path"] in PROBE_PATHS and status == 200 else logging.INFO
            if access_log.isEnabledFor(level):
                _log_request(scope, level, status, seconds)
            request_id.reset(token)


def _log_request(scope: Scope, level: int, status: int, seconds: float) -> None:
    fields: dict[str, Any] = {
        "method": scope.get("method", "WEBSOCKET"),
        "path": scope["path"],
        "status": status,
        "ms": round(seconds * 1000, 2),
        **(scope[OUTCOME].fields() if OUTCOME in scope else {}),
    }
    access_log.log(level, "%(method)s %(path)s %(status)s", fields, extra={"fields": fields})
