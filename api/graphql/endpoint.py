"""The GraphQL endpoint: one request in, one response out, over GET and POST."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import orjson
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.graphql.explorer import ExplorerState, explorer_links, explorer_page
from api.graphql.http_request import GraphQLHttpRequest, headers_of
from api.graphql.persisted_documents import open_persisted_documents
from api.graphql.request_parser import RequestParser
from api.graphql.response_cache import (
    CachedResponse,
    PreparedResponse,
    ResponseCache,
    etag_of,
    match_etag,
    matches_any_etag,
)
from api.graphql.responses import GRAPHQL_VARY, cached_response, prepare_response
from api.graphql.server_sent_events import EventStream, single_event
from api.graphql.subscription_hub import EventMessage, EventSubscription, SubscriptionHub
from api.http.client_address import client_of
from api.http.content_coding import IDENTITY, MIN_COMPRESSED_BYTES, coding_for
from api.http.content_negotiation import EVENT_STREAM, GRAPHQL_RESPONSE, HTML, JSON, negotiate
from api.http.errors import HttpError, error_body, error_response, gravest_code
from api.http.outcome import BATCH_OPERATION, OK, OUTCOME, UNKNOWN_OPERATION, OutcomeSummary, RequestOutcome
from api.limits.admission import AdmissionController
from api.limits.rate_limit import MIN_COST, RateLimiter
from api.limits.replays import Replays
from api.limits.turns import Turns
from api.settings import Settings
from loaders.mongo.deadline import deadline
from schema.base.context import Store
from schema.base.errors import RESPONSE_LIMIT, OverLimit
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.parsing import Rejected
from schema.operation.runner import Admit, RequestError, run

GRAPHQL_METHODS: Final = "GET, HEAD, OPTIONS, POST"
_OFFERS: Final = (JSON, GRAPHQL_RESPONSE)


class GraphQLEndpoint:
    """Serves `/graphql` as an ASGI application, with the store in the state of the Starlette application."""

    def __init__(
        self,
        settings: Settings,
        admission: AdmissionController | None = None,
        rate_limiter: RateLimiter | None = None,
    ) -> None:
        """admission, rate_limiter: the worker's, where other endpoints share them."""
        self._settings = settings
        self._request_parser = RequestParser(settings, open_persisted_documents(settings))
        self._operations = Operations(settings.limits, is_locked=settings.is_locked)
        self._admission = admission or AdmissionController(settings)
        self._turns = Turns()
        self.cache = ResponseCache(settings.response_cache_bytes, self._admission)
        self.hub = SubscriptionHub(
            settings, self._operations, self._admission, Replays(self._admission, rate_limiter)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        response = await self._handle(scope, receive)
        await response(scope, receive, send)

    @property
    def cached_bytes(self) -> int:
        """Bytes of all cached responses."""
        return self.cache.size

    @property
    def compiled_failures(self) -> int:
        """How often compiled functions failed on a document."""
        return self._operations.failures.count

    async def _handle(self, scope: Scope, receive: Receive) -> ASGIApp:
        method = scope["method"]
        if method == "OPTIONS":
            return HttpResponse(None, 204, {"Allow": GRAPHQL_METHODS})
        headers = headers_of(scope)
        accept = headers.get("accept")
        offers = (*_OFFERS, HTML) if method in {"GET", "HEAD"} and self._settings.shows_explorer else _OFFERS
        media = negotiate(accept, offers, (EVENT_STREAM,))
        if media == HTML:
            return await self._explorer(scope, receive, headers)
        outcome = scope[OUTCOME] = RequestOutcome()
        try:
            if method not in {"GET", "HEAD", "POST"}:
                raise HttpError(405, f"{method} is not one of {GRAPHQL_METHODS}", {"Allow": GRAPHQL_METHODS})
            if media is None:
                raise HttpError(406, f"the Accept header must allow {GRAPHQL_RESPONSE} or {JSON}")
            try:
                request = await self._request_parser.read(scope, receive, headers)
            except RequestError as error:
                return self._error_response(error, media, outcome)
            return await self._respond(request, scope, headers, media, outcome)
        except HttpError as error:
            outcome.summary = OutcomeSummary(code=error.code)
            return error_response(error, GRAPHQL_RESPONSE if media == GRAPHQL_RESPONSE else JSON)

    async def _explorer(self, scope: Scope, receive: Receive, headers: Mapping[str, str]) -> ASGIApp:
        """Respond with the explorer, and in it the answer to the operation of the URL or to the first example."""
        outcome = scope[OUTCOME] = RequestOutcome()
        state, body = ExplorerState.empty(), b""
        try:
            state = ExplorerState.of(scope["query_string"], headers)
            read = {**scope, "method": "GET", "query_string": state.parameters}
            request = await self._request_parser.read(read, receive, headers)
            if isinstance(request, Request) and self.is_subscription(request):
                outcome.summary = OutcomeSummary()
            elif isinstance(request, Request):
                asked = {"accept-language": state.accept_language}
                store, client = scope["app"].state.store, client_of(scope)
                http_request = self.http_request_for(request, store, client, asked, JSON)
                body = (await self.response_for(http_request, outcome)).body
        except RequestError as error:
            body, outcome.summary = (
                orjson.dumps(error.response.body()),
                OutcomeSummary(code=gravest_code(error.response.codes)),
            )
        except HttpError as error:
            body, outcome.summary = error_body(error), OutcomeSummary(code=error.code)
        cost = outcome.summary.cost
        links = explorer_links(self._settings)
        return explorer_page(
            state, body, f"cost {cost}" if cost is not None else "", links, headers.get("accept-encoding")
        )

    async def _respond(
        self,
        request: list[Request] | Request,
        scope: Scope,
        headers: Mapping[str, str],
        media: str,
        outcome: RequestOutcome,
    ) -> ASGIApp:
        store, client = scope["app"].state.store, client_of(scope)
        if isinstance(request, list):
            return await self._respond_to_batch(
                [self.http_request_for(one, store, client, headers, JSON) for one in request], outcome
            )
        http_request = self.http_request_for(request, store, client, headers, media)
        if self.is_subscription(request) and not http_request.only_validates:
            if scope["method"] == "HEAD" or negotiate(headers.get("accept"), (EVENT_STREAM,)) is None:
                raise HttpError(
                    406, f"subscriptions are served as {EVENT_STREAM}; allow it in Accept, or use a WebSocket"
                )
            return await self._stream(http_request, outcome)
        if media == EVENT_STREAM:
            return EventStream(single_event((await self.response_for(http_request, outcome)).body))
        key = http_request.key
        condition = headers.get("if-none-match") if scope["method"] != "POST" else None
        if key and (tag := match_etag(condition, key)):
            known = self.cache.get(key)
            outcome.summary = known.summary if known else OutcomeSummary(UNKNOWN_OPERATION)
            outcome.cache = "unchanged"
            return self._not_modified(tag)
        cached = await self.response_for(http_request, outcome)
        coding = coding_for(headers.get("accept-encoding")) if len(cached.body) >= MIN_COMPRESSED_BYTES else IDENTITY
        if key and cached.is_cacheable and matches_any_etag(condition):
            outcome.cache = "unchanged"
            return self._not_modified(etag_of(key, coding))
        return self._prepare(cached, key, coding)

    def _not_modified(self, tag: str) -> ASGIApp:
        return HttpResponse(
            None, 304, {"ETag": tag, "Vary": GRAPHQL_VARY, "Cache-Control": self._settings.cache_control}
        )

    async def _stream(self, http_request: GraphQLHttpRequest, outcome: RequestOutcome) -> ASGIApp:
        outcome.is_stream = True
        connection = self.hub.connection(http_request.client)
        try:
            context = http_request.context()
            subscription = await self.hub.subscribe(http_request.request, context, http_request.client)
        except RequestError as error:
            connection.close()
            return self._error_response(error, http_request.media, outcome)
        except BaseException:
            connection.close()
            raise
        outcome.summary = OutcomeSummary.of(context.root_fields, OK, 0)
        return EventStream(_with_cost(subscription, outcome), connection)

    def _error_response(self, error: RequestError, media: str, outcome: RequestOutcome) -> ASGIApp:
        outcome.summary = OutcomeSummary(code=gravest_code(error.response.codes))
        if media == EVENT_STREAM:
            # Clients show no body of another status ("GraphQL over Server-Sent Events", document validation).
            return EventStream(single_event(orjson.dumps(error.response.body())))
        return self._prepare(
            cached_response(error.response, media, outcome.summary, is_shareable=False), None, IDENTITY
        )

    async def _respond_to_batch(self, requests: Sequence[GraphQLHttpRequest], outcome: RequestOutcome) -> ASGIApp:
        """Execute a batch sequentially, so that it takes no larger share of the server than a single request."""
        with deadline(self._settings.request_deadline_s):
            responses = [await self.response_for(one, RequestOutcome()) for one in requests]
        outcomes = {cached.summary.code for cached in responses}
        outcome.summary = OutcomeSummary(
            BATCH_OPERATION, gravest_code(outcomes - {OK}), sum(cached.summary.cost or 0 for cached in responses)
        )
        body = b"[%b]" % b",".join(cached.body for cached in responses)
        return HttpResponse(body, 200, {"Cache-Control": "no-store", "Vary": GRAPHQL_VARY}, f"{JSON}; charset=utf-8")

    def parse_parameters(self, parameters: Mapping[str, Any]) -> Request:
        """Validate the parameters of a request. Raises HttpError, RequestError."""
        return self._request_parser.request_from(parameters)

    def is_subscription(self, request: Request) -> bool:
        """Whether a request is a subscription."""
        if "subscription" not in request.query:
            return False
        try:
            return self._operations.get(request.query, request.operation_name).is_subscription
        except Rejected:
            return False

    def http_request_for(
        self, request: Request, store: Store, client: str, headers: Mapping[str, str], media: str
    ) -> GraphQLHttpRequest:
        """Combine a request with the options that its headers (names in lower case) set.

        Raises HttpError.
        """
        return GraphQLHttpRequest.of(request, store, client, headers, media, may_explain=self._settings.explain)

    async def response_for(self, http_request: GraphQLHttpRequest, outcome: RequestOutcome) -> CachedResponse:
        """Return the response from the cache, or execute the request. Raises HttpError."""
        if http_request.key and self._settings.response_cache_bytes:
            outcome.cache = self.cache.state(http_request.key)
            cached = await self.cache.get_or_make(
                http_request.key, http_request.client, partial(self._execute, http_request)
            )
        else:
            cached = await self._execute(http_request, partial(self._admission.slot, http_request.client))
        outcome.summary = cached.summary
        return cached

    async def _execute(self, http_request: GraphQLHttpRequest, admit: Admit) -> CachedResponse:
        context = http_request.context()
        context.turn = partial(self._turns.take, http_request.client)
        await context.turn()
        try:
            response = await run(self._operations, http_request.request, context, admit=admit)
        except RequestError as error:
            response = error.response
        summary = OutcomeSummary.of(context.root_fields, gravest_code(response.codes), context.cost)
        # An operation that read a newer revision than its key names must not be cached under that key.
        cached = cached_response(
            response, http_request.media, summary, is_shareable=context.is_shareable and not context.is_past_known
        )
        if len(cached.body) <= self._settings.max_response_bytes:
            return cached
        over = OverLimit(RESPONSE_LIMIT, self._settings.max_response_bytes, len(cached.body))
        summary = OutcomeSummary.of(context.root_fields, RESPONSE_LIMIT, context.cost)
        return cached_response(
            RequestError(over.code, [over]).response, http_request.media, summary, is_shareable=False
        )

    def _prepare(self, cached: CachedResponse, key: str | None, coding: str) -> PreparedResponse:
        if coding not in cached.prepared:
            cached.prepared[coding] = prepare_response(cached, key, coding, self._settings.cache_control)
            if key:
                self.cache.update_size(key)
        return cached.prepared[coding]


async def _with_cost(subscription: EventSubscription, outcome: RequestOutcome) -> AsyncIterator[EventMessage]:
    """Yield the events of a subscription; the cost of each is added to the outcome before it is sent."""
    async for event in subscription:
        points = (outcome.summary.cost or 0) + max(MIN_COST, subscription.cost)
        outcome.summary = replace(outcome.summary, cost=points)
        yield event
