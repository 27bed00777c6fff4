"""The GraphQL endpoint: one request in, one response out, over GET and POST."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import orjson
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.graphql.explorer import explorer_page
from api.graphql.http_request import GraphQLHttpRequest, headers_of
from api.graphql.persisted_documents import open_documents
from api.graphql.request_parser import Requests
from api.graphql.response_cache import (
    CachedResponse,
    PreparedResponse,
    ResponseCache,
    match_etag,
    matches_any_etag,
    tag_of,
)
from api.graphql.responses import VARY, answer_of, in_coding
from api.graphql.server_sent_events import EventStream, once
from api.graphql.subscription_hub import EventMessage, Subscription, SubscriptionHub
from api.http.client_address import client_of
from api.http.content_coding import IDENTITY, MIN_BYTES, coding_for
from api.http.content_negotiation import EVENT_STREAM, GRAPHQL_RESPONSE, HTML, JSON, negotiate
from api.http.errors import HttpError, outcome_of, refused
from api.http.outcome import BATCH, OK, OUTCOME, UNKNOWN, OutcomeSummary, RequestOutcome
from api.limits.admission import AdmissionController
from api.limits.rate_limit import LEAST
from api.settings import Settings
from loaders.mongo.deadline import deadline
from schema.base.context import Store
from schema.base.errors import RESPONSE_LIMIT, OverLimit
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.parsing import Rejected
from schema.operation.runner import RequestError, run

ALLOWED: Final = "GET, HEAD, OPTIONS, POST"
_OFFERS: Final = (JSON, GRAPHQL_RESPONSE)


class Endpoint:
    """Serves `/graphql` as an ASGI application, with the store of the Starlette application that it is part of."""

    def __init__(self, settings: Settings, turns: AdmissionController | None = None) -> None:
        """turns: those of the worker, where others work too."""
        self._settings = settings
        self._requests = Requests(settings, open_documents(settings))
        self._operations = Operations(settings.limits, is_locked=settings.is_locked)
        self._answers = ResponseCache(settings.response_cache_bytes)
        self._turns = turns or AdmissionController(settings)
        self.live = SubscriptionHub(settings, self._operations, self._turns)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        response = await self._response(scope, receive)
        await response(scope, receive, send)

    @property
    def bytes_kept(self) -> int:
        """Bytes of all answers that are kept."""
        return self._answers.size

    async def _response(self, scope: Scope, receive: Receive) -> ASGIApp:
        method = scope["method"]
        if method == "OPTIONS":
            return HttpResponse(None, 204, {"Allow": ALLOWED})
        headers = headers_of(scope)
        accept = headers.get("accept")
        offers = (*_OFFERS, HTML) if method in {"GET", "HEAD"} and self._settings.shows_explorer else _OFFERS
        media = negotiate(accept, offers, (EVENT_STREAM,))
        if media == HTML:
            return explorer_page()
        account = scope[OUTCOME] = RequestOutcome()
        try:
            if method not in {"GET", "HEAD", "POST"}:
                raise HttpError(405, f"{method} is not one of {ALLOWED}", {"Allow": ALLOWED})
            if media is None:
                raise HttpError(406, f"ask for {GRAPHQL_RESPONSE} or {JSON} in Accept")
            try:
                request = await self._requests.read(scope, receive, headers)
            except RequestError as error:
                return self._failed(error, media, account)
            return await self._respond(request, scope, headers, media, account)
        except HttpError as error:
            account.told = OutcomeSummary(outcome=error.code)
            return refused(error, GRAPHQL_RESPONSE if media == GRAPHQL_RESPONSE else JSON)

    async def _respond(
        self,
        request: list[Request] | Request,
        scope: Scope,
        headers: Mapping[str, str],
        media: str,
        account: RequestOutcome,
    ) -> ASGIApp:
        store, client = scope["app"].state.store, client_of(scope)
        if isinstance(request, list):
            return await self._respond_to_all(
                [self.asked(one, store, client, headers, JSON) for one in request], account
            )
        asked = self.asked(request, store, client, headers, media)
        if self.is_subscription(request) and not asked.only_validates:
            if scope["method"] == "HEAD" or negotiate(headers.get("accept"), (EVENT_STREAM,)) is None:
                raise HttpError(406, f"a subscription is answered as {EVENT_STREAM}; ask for it, or use a WebSocket")
            return await self._subscribed(asked, account)
        if media == EVENT_STREAM:
            return EventStream(once((await self.answer_to(asked, account)).body))
        key = asked.key
        condition = headers.get("if-none-match") if scope["method"] != "POST" else None
        if key and (tag := match_etag(condition, key)):
            kept = self._answers.get(key)
            account.told, account.cache = kept.told if kept else OutcomeSummary(UNKNOWN), "unchanged"
            return self._unchanged(tag)
        answer = await self.answer_to(asked, account)
        coding = coding_for(headers.get("accept-encoding")) if len(answer.body) >= MIN_BYTES else IDENTITY
        if key and answer.is_cacheable and matches_any_etag(condition):
            account.cache = "unchanged"
            return self._unchanged(tag_of(key, coding))
        return self._written(answer, key, coding)

    def _unchanged(self, tag: str) -> ASGIApp:
        return HttpResponse(None, 304, {"ETag": tag, "Vary": VARY, "Cache-Control": self._settings.cache_control})

    async def _subscribed(self, asked: GraphQLHttpRequest, account: RequestOutcome) -> ASGIApp:
        account.is_stream = True
        place = self.live.connection(asked.client)
        try:
            context = asked.context()
            subscription = await self.live.subscribe(asked.request, context, asked.client)
        except RequestError as error:
            place.close()
            return self._failed(error, asked.media, account)
        except BaseException:
            place.close()
            raise
        account.told = OutcomeSummary.of(context.root_fields, OK, 0)
        return EventStream(_charged(subscription, account), place)

    def _failed(self, error: RequestError, media: str, account: RequestOutcome) -> ASGIApp:
        account.told = OutcomeSummary(outcome=outcome_of(error.response.codes))
        if media == EVENT_STREAM:
            # Where no body is shown for another status ("GraphQL over Server-Sent Events", document validation).
            return EventStream(once(orjson.dumps(error.response.body())))
        return self._written(answer_of(error.response, media, account.told, is_shareable=False), None, IDENTITY)

    async def _respond_to_all(self, asked: Sequence[GraphQLHttpRequest], account: RequestOutcome) -> ASGIApp:
        """Answer a batch, one request after the other: its share of the server is that of one."""
        with deadline(self._settings.request_deadline_s):
            answers = [await self.answer_to(one, RequestOutcome()) for one in asked]
        outcomes = {answer.told.outcome for answer in answers}
        account.told = OutcomeSummary(
            BATCH, outcome_of(outcomes - {OK}), sum(answer.told.cost or 0 for answer in answers)
        )
        body = b"[%b]" % b",".join(answer.body for answer in answers)
        return HttpResponse(body, 200, {"Cache-Control": "no-store", "Vary": VARY}, f"{JSON}; charset=utf-8")

    def request_of(self, parameters: Mapping[str, Any]) -> Request:
        """The request that parameters are. Raises HttpError, RequestError."""
        return self._requests.checked(parameters)

    def is_subscription(self, request: Request) -> bool:
        """Whether a request is answered by a stream of events."""
        if "subscription" not in request.query:
            return False
        try:
            return self._operations.get(request.query, request.operation_name).is_subscription
        except Rejected:
            return False

    def asked(
        self, request: Request, store: Store, client: str, headers: Mapping[str, str], media: str
    ) -> GraphQLHttpRequest:
        """A request of a client, as its headers (names in lower case) want it answered.

        Raises HttpError.
        """
        return GraphQLHttpRequest.of(request, store, client, headers, media, may_explain=self._settings.explain)

    async def answer_to(self, asked: GraphQLHttpRequest, account: RequestOutcome) -> CachedResponse:
        """Answer a request, or find its answer. Raises HttpError."""
        if asked.key and self._settings.response_cache_bytes:
            account.cache = self._answers.state(asked.key)
            answer = await self._answers.get_or_make(asked.key, lambda: self._answer(asked))
        else:
            answer = await self._answer(asked)
        account.told = answer.told
        return answer

    async def _answer(self, asked: GraphQLHttpRequest) -> CachedResponse:
        context = asked.context()
        turn = partial(self._turns.taken, asked.client)
        try:
            response = await run(self._operations, asked.request, context, admit=turn)
        except RequestError as error:
            response = error.response
        told = OutcomeSummary.of(context.root_fields, outcome_of(response.codes), context.cost)
        # Whoever had to look for a newer revision than the key says gives an answer that belongs to no key.
        answer = answer_of(
            response, asked.media, told, is_shareable=context.is_shareable and not context.is_past_known
        )
        if len(answer.body) <= self._settings.max_response_bytes:
            return answer
        over = OverLimit(RESPONSE_LIMIT, self._settings.max_response_bytes, len(answer.body))
        told = OutcomeSummary.of(context.root_fields, RESPONSE_LIMIT, context.cost)
        return answer_of(RequestError(over.code, [over]).response, asked.media, told, is_shareable=False)

    def _written(self, answer: CachedResponse, key: str | None, coding: str) -> PreparedResponse:
        if coding not in answer.sent:
            answer.sent[coding] = in_coding(answer, key, coding, self._settings.cache_control)
            if key and coding:
                self._answers.measure(key)
        return answer.sent[coding]


async def _charged(subscription: Subscription, account: RequestOutcome) -> AsyncIterator[EventMessage]:
    """The events of a subscription, each told in the account before it is sent."""
    async for delivered in subscription:
        points = (account.told.cost or 0) + max(LEAST, subscription.cost)
        account.told = replace(account.told, cost=points)
        yield delivered
