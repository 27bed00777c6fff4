"""CORS (Fetch standard, "CORS protocol"): which origins may read responses, never with credentials.

Starlette's middleware modifies the message that it passes on; our cached messages are shared by requests.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from starlette.responses import Response
from starlette.types import Scope

from api.settings import ORIGIN, Settings

Headers: TypeAlias = list[tuple[bytes, bytes]]
logger = logging.getLogger(__name__)

# Set by browser clients: fetch and EventSource, tracing (W3C Trace Context and Baggage), and Apollo Client.
_REQUEST_HEADERS: Final = (
    *("Accept", "Accept-Language", "Content-Type", "If-None-Match", "Last-Event-ID", "X-Request-ID"),
    *("Yunshan-Cost", "Yunshan-Explain", "traceparent", "tracestate", "baggage", "Apollo-Require-Preflight"),
)
_EXPOSE_HEADERS: Final = (
    b"access-control-expose-headers",
    b"Allow, Content-Disposition, Content-Encoding, Content-Language, ETag, RateLimit, RateLimit-Policy, "
    b"Retry-After, X-Request-ID",
)
_VARY: Final = (b"vary", b"Origin")
# Requests of the server's own pages, and requests without a page.
_SAME_SITES: Final = frozenset({b"same-origin", b"none"})
_ANY: Final = "*"


class Cors:
    """The allowed origins, and the headers that their pages may send and read."""

    def __init__(self, settings: Settings) -> None:
        self._is_any = _ANY in settings.cors_origins
        self._origins = frozenset(origin.encode() for origin in settings.cors_origins)
        self._request_headers = (*_REQUEST_HEADERS, *settings.cors_headers)
        self._allowed_headers = frozenset(name.lower() for name in self._request_headers)

    def allows(self, origin: bytes) -> bool:
        """Whether pages of an origin may read responses."""
        return self._is_any or origin in self._origins

    def response_headers(self, headers: Mapping[bytes, bytes]) -> Headers:
        """Return the CORS headers of a response, for the headers of its request."""
        if self._is_any:
            return [_EXPOSE_HEADERS, (b"access-control-allow-origin", b"*")] if b"origin" in headers else []
        varies = [_VARY] if self._origins else []
        origin = headers.get(b"origin")
        if origin is None or origin not in self._origins:
            return varies
        return [*varies, _EXPOSE_HEADERS, (b"access-control-allow-origin", origin)]

    def preflight(self, headers: Mapping[bytes, bytes]) -> Response:
        """Respond to a preflight request of an allowed origin."""
        for name in self._refused_headers(headers):
            logger.warning("cross-origin requests may not send the header %.100a; add it to CORS_HEADERS", name)
        return Response(
            None,
            204,
            {
                "Access-Control-Allow-Methods": "GET, HEAD, POST",
                "Access-Control-Allow-Headers": ", ".join(self._request_headers),
                "Access-Control-Max-Age": "600",
            },
        )

    def log_if_refused(self, headers: Mapping[bytes, bytes]) -> None:
        """Log a request whose page can't read the response, with the setting that would allow it."""
        origin = headers.get(b"origin")
        if origin is None or self.allows(origin) or headers.get(b"sec-fetch-site") in _SAME_SITES:
            return
        if is_same_origin(origin, headers):
            return
        name = origin.decode("latin-1")
        remedy = "add it to CORS_ORIGINS" if ORIGIN.fullmatch(name) else "CORS_ORIGINS=* alone would allow it"
        logger.warning("the origin %.200a is not allowed; %s", name, remedy)

    def _refused_headers(self, headers: Mapping[bytes, bytes]) -> Iterator[str]:
        if _ANY not in self._allowed_headers:
            requested = headers.get(b"access-control-request-headers", b"").decode("latin-1").lower()
            names = (name.strip() for name in requested.split(","))
            yield from (name for name in names if name and name not in self._allowed_headers)


def is_same_origin(origin: bytes, headers: Mapping[bytes, bytes]) -> bool:
    """Whether an origin is the server itself, according to the Host header."""
    host = headers.get(b"host", b"")
    return origin.lower() in {b"http://" + host, b"https://" + host}


def is_preflight(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request is a CORS-preflight request (Fetch standard)."""
    return scope["method"] == "OPTIONS" and b"origin" in headers and b"access-control-request-method" in headers
