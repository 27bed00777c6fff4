"""The routes of the pages; `api.pages.addresses.page_paths` has their paths."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from api.graphql.http_request import headers_of
from api.http.content_negotiation import HTML, JSON, negotiate
from api.pages.addresses import ANY_LANGUAGE_PATHS, SITEMAP_PATH, STYLE_PATH
from api.pages.languages import language_for, languages
from api.pages.stylesheet import stylesheet

Handler: TypeAlias = Callable[[HttpRequest], Awaitable[Response]]


def page_router(pages: ASGIApp, otherwise: Handler | None) -> Router:
    """Build the router. otherwise: what answers programs at `/`; None for 404."""

    async def root(request: HttpRequest) -> Response:
        """Send readers to the first page in a language that they read; programs get what they get without pages."""
        if negotiate(headers_of(request.scope).get("accept"), (JSON, HTML)) != HTML:
            if otherwise is None:
                raise HTTPException(404)
            return await otherwise(request)
        language = language_for(headers_of(request.scope).get("accept-language", ""))
        return RedirectResponse(
            f"/{language.tag}/", 302, {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
        )

    routes = [
        Route("/", root),
        Route(STYLE_PATH, stylesheet),
        Route(f"/{SITEMAP_PATH}", pages),
        *(Route(path, _to_language) for path in ANY_LANGUAGE_PATHS),
        *(Route(f"/{tag}", _to_first_page) for tag in languages()),
        *(Route(f"/{tag}/{{path:path}}", pages) for tag in languages()),
    ]
    return Router(routes, redirect_slashes=False)


async def _to_first_page(request: HttpRequest) -> Response:
    return RedirectResponse(f"{request.url.path}/", 308)


async def _to_language(request: HttpRequest) -> Response:
    """Send an address without a language to the one in the reader's."""
    language = language_for(headers_of(request.scope).get("accept-language", ""))
    address = f"/{language.tag}{quote(request.scope['path'])}"
    query = request.url.query
    return RedirectResponse(f"{address}?{query}" if query else address, 302, {"Vary": "Accept-Language"})
