"""Host and origin checks, and the security headers of all responses.

The data is public and read-only. What remains to protect is what pages of other sites may read (CORS: the configured
origins, never with credentials), and the work that they can cause.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from api.http.errors import HttpError, error_response
from api.server.cors import Cors, is_preflight, is_same_origin
from api.server.draining import Draining
from api.server.request_log import PROBE_PATHS
from api.settings import Settings

_SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# Charts are there for pages of other sites.
_EMBEDDABLE_HEADERS: Final = (*_SECURITY_HEADERS[:2], (b"cross-origin-resource-policy", b"cross-origin"))
_CSP: Final = b"content-security-policy"
# Responses with data are not pages. The explorer has its own policy.
_DATA_CSP: Final = (_CSP, b"default-src 'none'; frame-ancestors 'none'")
# Names of the local machine, which no page of another site has.
_LOCAL_HOSTS: Final = ("127.0.0.1", "[::1]", "localhost")
_PORT: Final = re.compile(r":\d*$")
_HOST_NOT_SERVED: Final = "this host is not allowed; add it to TRUSTED_HOSTS"
_ORIGIN_NOT_ALLOWED: Final = "this origin is not allowed; add it to CORS_ORIGINS"
# Close the connection so that clients reconnect to another server.
_CLOSE_CONNECTION: Final = (b"connection", b"close")


class SecurityMiddleware:
    """Rejects requests for other hosts and from disallowed origins, and adds headers to all responses."""

    def __init__(
        self, app: ASGIApp, settings: Settings, draining: Draining, count: Callable[[str], None] | None = None
    ) -> None:
        """count: called with the error code of each rejected request."""
        self._app = app
        self._count = count or (lambda _: None)
        self._draining = draining
        self._cors = Cors(settings)
        self._hosts = (*settings.trusted_hosts, settings.host, *_LOCAL_HOSTS)
        self._is_any_host = "*" in self._hosts
        # Requests name few different hosts.
        self._is_trusted = lru_cache(maxsize=64)(self._is_trusted_host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if scope["type"] == "websocket":
            if error := self._websocket_rejection(headers):
                self._count(error.code)
                await WebSocket(scope, receive, send).send_denial_response(error_response(error))
            else:
                await self._app(scope, receive, send)
            return
        self._cors.log_if_refused(headers)
        added = self._cors.response_headers(headers)
        security = _EMBEDDABLE_HEADERS if _is_embeddable(scope["path"]) else _SECURITY_HEADERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message["headers"]
                policy = () if _CSP in dict(given) else (_DATA_CSP,)
                closing = (_CLOSE_CONNECTION,) if self._draining.has_begun else ()
                # A copy: requests share the message of a cached response.
                message = {**message, "headers": [*given, *security, *policy, *added, *closing]}
            await send(message)

        app = self._app
        if error := self._rejection(scope, headers):
            self._count(error.code)
            app = error_response(error)
        elif is_preflight(scope, headers):
            app = self._cors.preflight(headers)
        await app(scope, receive, send_with_headers)

    def _websocket_rejection(self, headers: Mapping[bytes, bytes]) -> HttpError | None:
        """Return the error of a rejected WebSocket, or None. Browsers send no preflight for WebSockets."""
        if not (self._is_any_host or self._is_trusted(headers.get(b"host", b""))):
            return HttpError(421, _HOST_NOT_SERVED)
        origin = headers.get(b"origin")
        if origin is None or self._cors.allows(origin) or is_same_origin(origin, headers):
            return None
        self._cors.log_if_refused(headers)
        return HttpError(403, _ORIGIN_NOT_ALLOWED)

    def _rejection(self, scope: Scope, headers: Mapping[bytes, bytes]) -> HttpError | None:
        """Return the error of a rejected request, or None."""
        if not (self._is_any_host or self._is_trusted(headers.get(b"host", b"")) or scope["path"] in PROBE_PATHS):
            return HttpError(421, _HOST_NOT_SERVED)
        if is_preflight(scope, headers) and not self._cors.allows(headers[b"origin"]):
            return HttpError(403, _ORIGIN_NOT_ALLOWED)
        is_cross_site = (
            headers.get(b"sec-fetch-site") == b"cross-site" and headers.get(b"sec-fetch-mode") == b"no-cors"
        )
        if is_cross_site and not _is_embeddable(scope["path"]):
            # An image or a script of another site: it can't read the response, but would cause the work.
            return HttpError(403, "cross-site requests without CORS are not allowed")
        return None

    def _is_trusted_host(self, host: bytes) -> bool:
        name = _PORT.sub("", host.decode("latin-1").lower())
        return any(name.endswith(one[1:]) if one.startswith("*") else name == one for one in self._hosts)


def _is_embeddable(path: str) -> bool:
    """Whether pages of other sites may show what is at a path: a chart (api/pages/figures/embedding.py)."""
    return path.endswith(".svg") and "charts" in path.split("/")[1:3]
