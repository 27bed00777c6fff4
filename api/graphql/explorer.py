"""The explorer: GraphiQL, served with all its files, so that it works without internet access.

The files are built from `web/`; their versions and licences are in `static/explorer/THIRD_PARTY.md`.
"""

from functools import cache
from pathlib import Path
from typing import Final

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from api.graphql.http_request import headers_of
from api.http.content_coding import coding_for

EXPLORER_FOLDER: Final = Path(__file__).parents[1] / "static" / "explorer"

# Monaco sets styles from scripts and draws squiggles from data: URLs. Nothing else needs an exception.
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = {"Content-Security-Policy": _POLICY, "Cross-Origin-Opener-Policy": "same-origin"}


def explorer_page() -> Response:
    """Respond with the page, which is served at the URL that it sends queries to."""
    headers = {**_HEADERS, "Cache-Control": "no-cache", "Vary": "Accept"}
    return Response(_page(), headers=headers, media_type="text/html; charset=utf-8")


@cache
def _page() -> bytes:
    return (EXPLORER_FOLDER / "index.html").read_bytes()


class _Assets(StaticFiles):
    """Static files; those whose names change with their content are cacheable for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_HEADERS)
        if path.startswith("assets/"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def explorer_files() -> Mount:
    """Serve the files of the page under `/explorer`."""
    compressed: ASGIApp = GZipMiddleware(_Assets(directory=EXPLORER_FOLDER))

    async def files(scope: Scope, receive: Receive, send: Send) -> None:
        if not coding_for(headers_of(scope).get("accept-encoding"), ("gzip",)):
            # The middleware ignores weights, and would compress for a client that refuses gzip with q=0.
            scope = {**scope, "headers": [header for header in scope["headers"] if header[0] != b"accept-encoding"]}
        await compressed(scope, receive, send)

    return Mount("/explorer", app=files)
