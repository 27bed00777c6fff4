"""Which pages and hosts may reach the server, and what browsers are told about every answer.

Answers hold no secrets and nothing here changes anything, so that what is left to guard is what a page of another
site may read (CORS: the origins of the settings, never with credentials) and what it may make the server do.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from api.draining import Draining
from api.errors import HttpError, refused
from api.logs import QUIET
from api.settings import Settings

Headers: TypeAlias = list[tuple[bytes, bytes]]

_SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_POLICY: Final = b"content-security-policy"
# Data is no page. The explorer has a policy of its own.
_NO_PAGE: Final = (_POLICY, b"default-src 'none'; frame-ancestors 'none'")
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match, X-Request-ID, Yunshan-Cost, Yunshan-Explain",
    "Access-Control-Max-Age": "600",
}
_EXPOSED: Final = (
    b"access-control-expose-headers",
    b"Content-Language, ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID",
)
# By these the machine asks itself; no page of another site has them.
_OWN_HOSTS: Final = ("127.0.0.1", "[::1]", "localhost")
_PORT: Final = re.compile(r":\d*$")
_VARY: Final = (b"vary", b"Origin")
_FOREIGN_HOST: Final = "this server does not answer for that host"
_FOREIGN_PAGE: Final = "pages of this origin may not ask here"
# Whoever asks again does so over a connection to a server that stays.
_CLOSE: Final = (b"connection", b"close")


class Guard:
    """Turns away foreign hosts and foreign pages, and adds headers to every answer."""

    def __init__(
        self, app: ASGIApp, settings: Settings, draining: Draining, count: Callable[[str], None] | None = None
    ) -> None:
        """count: told the code of each that is turned away."""
        self._app = app
        self._count = count or (lambda _: None)
        self._draining = draining
        self._origins = frozenset(origin.encode() for origin in settings.cors_origins)
        self._hosts = (*settings.trusted_hosts, settings.host, *_OWN_HOSTS)
        self._is_any_host = "*" in self._hosts
        # Few hosts are asked for.
        self._is_trusted = lru_cache(maxsize=64)(self._is_ours)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if scope["type"] == "websocket":
            if wrong := self._wrong_socket(headers):
                self._count(wrong.code)
                await WebSocket(scope, receive, send).send_denial_response(refused(wrong))
            else:
                await self._app(scope, receive, send)
            return
        added = self._added(headers.get(b"origin")) if self._origins else ()

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message["headers"]
                own = () if _POLICY in dict(given) else (_NO_PAGE,)
                last = (_CLOSE,) if self._draining.has_begun else ()
                # A copy: the message of a kept answer is shared by requests.
                message = {**message, "headers": [*given, *_SECURITY, *own, *added, *last]}
            await send(message)

        app = self._app
        if wrong := self._wrong(scope, headers):
            self._count(wrong.code)
            app = refused(wrong)
        elif _is_preflight(scope, headers):
            app = Response(None, 204, _PREFLIGHT)
        await app(scope, receive, send_guarded)

    def _added(self, origin: bytes | None) -> Headers:
        if origin is None or origin not in self._origins:
            return [_VARY]
        return [_VARY, _EXPOSED, (b"access-control-allow-origin", origin)]

    def _wrong_socket(self, headers: Mapping[bytes, bytes]) -> HttpError | None:
        """Why a WebSocket is not opened: no browser asks first whether a page of another site may."""
        if not (self._is_any_host or self._is_trusted(headers.get(b"host", b""))):
            return HttpError(421, _FOREIGN_HOST)
        origin = headers.get(b"origin")
        own = {scheme + headers.get(b"host", b"") for scheme in (b"http://", b"https://")}
        if origin is None or origin in self._origins or origin.lower() in own:
            return None
        return HttpError(403, _FOREIGN_PAGE)

    def _wrong(self, scope: Scope, headers: Mapping[bytes, bytes]) -> HttpError | None:
        """Why a request is turned away."""
        if not (self._is_any_host or self._is_trusted(headers.get(b"host", b"")) or scope["path"] in QUIET):
            return HttpError(421, _FOREIGN_HOST)
        if _is_preflight(scope, headers) and headers[b"origin"] not in self._origins:
            return HttpError(403, _FOREIGN_PAGE)
        if headers.get(b"sec-fetch-site") == b"cross-site" and headers.get(b"sec-fetch-mode") == b"no-cors":
            # An image or a script of another site: it could not read the answer, and would only have it worked out.
            return HttpError(403, "a page of another site may not ask for this without CORS")
        return None

    def _is_ours(self, host: bytes) -> bool:
        name = _PORT.sub("", host.decode("latin-1").lower())
        return any(name.endswith(one[1:]) if one.startswith("*") else name == one for one in self._hosts)


def _is_preflight(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a browser asks what a page may do (Fetch standard, CORS-preflight request)."""
    return scope["method"] == "OPTIONS" and b"origin" in headers and b"access-control-request-method" in headers
