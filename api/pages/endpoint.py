"""The pages over HTTP: find the page and its language, answer with HTML and an entity tag, or say what is wrong."""

import logging
from collections.abc import Sequence
from typing import Final

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.http_request import headers_of
from api.graphql.response_cache import CachedResponse, etag_of, match_etag, matches_any_etag
from api.graphql.responses import prepare_response
from api.http.client_address import client_of
from api.http.content_coding import IDENTITY, MIN_COMPRESSED_BYTES, coding_for
from api.http.errors import HttpError
from api.http.outcome import OUTCOME, OutcomeSummary, RequestOutcome
from api.pages.addresses import PAGE_OPERATIONS, SITEMAP_PATH, read_parameters, read_revision, with_parameters
from api.pages.composition import PAGE_VARY, PageAddress, PageComposer
from api.pages.languages import Language, language_for, languages
from api.pages.operations import operation, operation_names
from api.pages.page import Page
from api.pages.registry import PAGES, SITEMAP
from api.settings import Settings
from loaders.mongo.deadline import deadline
from schema.base.context import Store
from schema.base.errors import INTERNAL

logger = logging.getLogger(__name__)

PAGE_METHODS: Final = "GET, HEAD, OPTIONS"
# A page of a revision never changes; what it looks like may, with a release.
PAST_CACHE_CONTROL: Final = "public, max-age=604800, immutable"
_QUERIES: Final = "queries/"
_VARIABLES: Final = "variables"


class PagesEndpoint:
    """Serves `/{language}/{path}` as an ASGI application; the store is in the application's state."""

    def __init__(self, settings: Settings, endpoint: GraphQLEndpoint) -> None:
        self._settings = settings
        self._cache = endpoint.cache
        self._composer = PageComposer(settings, endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        outcome = scope[OUTCOME] = RequestOutcome()
        try:
            response = await self._response(HttpRequest(scope), outcome)
        except HttpError as error:
            response = self.error_page(scope, error)
            outcome.summary = OutcomeSummary(outcome.summary.operation, error.code, outcome.summary.cost)
        except Exception:
            # Operations answer with errors of their own: a view or a template has failed.
            logger.exception("the page %s could not be made", scope["path"])
            response = self.error_page(scope, HttpError(500, "the page could not be made"))
        await response(scope, receive, send)

    def error_page(self, scope: Scope, error: HttpError) -> ASGIApp:
        """Say what is wrong in the language of the address, or in the reader's."""
        request = HttpRequest(scope)
        made = self._composer.error(_language_of(request), _base_of(request), error)
        return prepare_response(made, None, coding_for(request.headers.get("accept-encoding")), "no-store")

    async def _response(self, request: HttpRequest, outcome: RequestOutcome) -> ASGIApp:
        if request.method == "OPTIONS":
            return HttpResponse(None, 204, {"Allow": PAGE_METHODS})
        if request.method not in {"GET", "HEAD"}:
            raise HttpError(405, f"{request.method} is not one of {PAGE_METHODS}", {"Allow": PAGE_METHODS})
        path = request.path_params.get("path", SITEMAP_PATH)
        if path.startswith(_QUERIES) and self._settings.shows_explorer:
            return _to_explorer(request, path.removeprefix(_QUERIES))
        address = _address_of(request, path)
        outcome.summary = OutcomeSummary(PAGE_OPERATIONS[address.page.name], INTERNAL)
        return await self._answer(request, address, outcome)

    async def _answer(self, request: HttpRequest, address: PageAddress, outcome: RequestOutcome) -> ASGIApp:
        store: Store = request.app.state.store
        known = store.known_published()
        key = address.key(known) if known else None
        headers = headers_of(request.scope)
        condition = headers.get("if-none-match")
        cache_control = self._settings.cache_control if address.as_of is None else PAST_CACHE_CONTROL
        if key and (tag := match_etag(condition, key)):
            outcome.cache = "unchanged"
            cached = self._cache.get(key)
            outcome.summary = cached.summary if cached else OutcomeSummary(outcome.summary.operation)
            return _not_modified(tag, cache_control)
        cached = await self._cached_page(key, address, store, client_of(request.scope), outcome)
        coding = coding_for(headers.get("accept-encoding")) if len(cached.body) >= MIN_COMPRESSED_BYTES else IDENTITY
        if key and cached.is_cacheable and matches_any_etag(condition):
            return _not_modified(etag_of(key, coding), cache_control)
        if coding not in cached.prepared:
            cached.prepared[coding] = prepare_response(cached, key, coding, cache_control)
            if key:
                self._cache.update_size(key)
        return cached.prepared[coding]

    async def _cached_page(
        self, key: str | None, address: PageAddress, store: Store, client: str, outcome: RequestOutcome
    ) -> CachedResponse:
        cached = self._cache.get(key) if key else None
        outcome.cache = "hit" if cached else "miss"
        if cached is None:
            with deadline(self._settings.request_deadline_s):
                cached = await self._composer.page(address, store, client)
            if key and cached.is_cacheable:
                self._cache.put(key, cached)
        outcome.summary = cached.summary
        return cached


def _not_modified(tag: str, cache_control: str) -> ASGIApp:
    return HttpResponse(None, 304, {"ETag": tag, "Vary": PAGE_VARY, "Cache-Control": cache_control})


def _address_of(request: HttpRequest, path: str) -> PageAddress:
    # Only the sitemap is below no language.
    page, values = _page_at(path, PAGES if "path" in request.path_params else (SITEMAP,))
    parameters = read_parameters(request.query_params.multi_items(), page.parameters)
    as_of = read_revision(parameters) if page.has_past else None
    return PageAddress(page, _language_of(request), _base_of(request), path, values, parameters, as_of)


def _page_at(path: str, pages: Sequence[Page]) -> tuple[Page, dict[str, str]]:
    for page in pages:
        if (values := page.match(path)) is not None:
            return page, values
    raise HttpError(404, "there is no page at this address")


def _language_of(request: HttpRequest) -> Language:
    tag = request.url.path.split("/")[1]
    return languages().get(tag) or language_for(request.headers.get("accept-language", ""))


def _base_of(request: HttpRequest) -> str:
    """Scheme and host of the address, which `canonical` and `hreflang` must name."""
    return f"{request.url.scheme}://{request.url.netloc}"


def _to_explorer(request: HttpRequest, name: str) -> ASGIApp:
    """Open the explorer with an operation of the pages."""
    if name not in operation_names():
        raise HttpError(404, f"there is no operation of that name; the pages run {', '.join(operation_names())}")
    parameters = read_parameters(request.query_params.multi_items(), {_VARIABLES})
    try:
        variables = orjson.loads(parameters.get(_VARIABLES, "{}"))
    except orjson.JSONDecodeError:
        raise HttpError(400, f'"{_VARIABLES}" must be a JSON object, such as {{"slug": "baiyun"}}') from None
    shown = orjson.dumps(variables, option=orjson.OPT_INDENT_2).decode()
    return RedirectResponse(with_parameters("/graphql", {"query": operation(name), _VARIABLES: shown}), 302)
