"""The GraphQL endpoint: one request in, one response out, over GET and POST."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.account import ACCOUNT, BATCH, OK, UNKNOWN, Account, Told
from api.body import Requests, canonical
from api.cache import Answer, Answers, Sent, held, key_of
from api.client import client_of
from api.documents import open_documents
from api.encoding import IDENTITY, MIN_BYTES, coding_for, encoded
from api.errors import HttpError, outcome_of, refused, status_of
from api.explorer import explorer_page
from api.media import GRAPHQL_RESPONSE, HTML, JSON, negotiate
from api.settings import Settings
from api.turns import Turns
from loaders.deadline import deadline
from schema.context import Context, Store
from schema.errors import FATAL, RESPONSE_LIMIT, OverLimit
from schema.languages import accepted_languages
from schema.operation import Request, RequestError, Response, run
from schema.operations import Operations

ALLOWED: Final = "GET, HEAD, OPTIONS, POST"
# Data and errors in one answer; only the newer media type says what that means (GraphQL over HTTP, section 6.1).
PARTIAL_SUCCESS: Final = 294
RETRY_AFTER_S = "1"
EXPLAIN = "Yunshan-Explain"
COST = "Yunshan-Cost"
VALIDATE = "validate"
VARY = f"Accept, Accept-Encoding, Accept-Language, {EXPLAIN}, {COST}"


class Endpoint:
    """Serves `/graphql` as an ASGI application, with the store of the Starlette application that it is part of."""

    def __init__(self, settings: Settings, turns: Turns | None = None) -> None:
        """turns: those of the worker, where others work too."""
        self._settings = settings
        self._requests = Requests(settings, open_documents(settings))
        self._operations = Operations(settings.limits, is_locked=settings.is_locked)
        self._answers = Answers(settings.response_cache_bytes)
        self._turns = turns or Turns(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        response = await self._response(HttpRequest(scope, receive))
        await response(scope, receive, send)

    @property
    def bytes_kept(self) -> int:
        """Bytes of all answers that are kept."""
        return self._answers.size

    async def _response(self, http: HttpRequest) -> ASGIApp:
        if http.method == "OPTIONS":
            return HttpResponse(None, 204, {"Allow": ALLOWED})
        offers: tuple[str, ...] = (JSON, GRAPHQL_RESPONSE)
        if http.method in {"GET", "HEAD"} and self._settings.shows_explorer:
            offers = (*offers, HTML)
        headers = _headers(http)
        media = negotiate(headers.get("accept"), offers)
        if media == HTML:
            return explorer_page()
        account = http.scope[ACCOUNT] = Account()
        try:
            if http.method not in {"GET", "HEAD", "POST"}:
                raise HttpError(405, f"{http.method} is not one of {ALLOWED}", {"Allow": ALLOWED})
            if media is None:
                raise HttpError(406, f"ask for {GRAPHQL_RESPONSE} or {JSON} in Accept")
            return await self._respond(http, headers, media, account)
        except HttpError as error:
            account.told = Told(outcome=error.code)
            return refused(error, media or JSON)

    async def _respond(self, http: HttpRequest, headers: Mapping[str, str], media: str, account: Account) -> ASGIApp:
        try:
            request = await self._requests.read(http, headers)
        except RequestError as error:
            account.told = Told(outcome=outcome_of(error.response.codes))
            answer = _answer(error.response, media, account.told, is_for_all=False)
            return self._written(answer, None, IDENTITY)
        if isinstance(request, list):
            return await self._respond_to_all(request, http, headers, account)
        asked = self._asked(request, http, headers, media)
        key = asked.key
        if key and http.method != "POST" and (tag := held(headers.get("if-none-match"), key)):
            kept = self._answers.get(key)
            account.told, account.cache = kept.told if kept else Told(UNKNOWN), "unchanged"
            return HttpResponse(None, 304, {"ETag": tag, "Vary": VARY, "Cache-Control": self._settings.cache_control})
        answer = await self._answered(asked, account)
        return self._written(answer, key, coding_for(headers.get("accept-encoding")))

    async def _respond_to_all(
        self, requests: Sequence[Request], http: HttpRequest, headers: Mapping[str, str], account: Account
    ) -> ASGIApp:
        """Answer a batch, one request after the other: its share of the server is that of one."""
        with deadline(self._settings.request_deadline_s):
            asked = [self._asked(request, http, headers, JSON) for request in requests]
            answers = [await self._answered(one, Account()) for one in asked]
        outcomes = {answer.told.outcome for answer in answers}
        account.told = Told(BATCH, outcome_of(outcomes - {OK}), sum(answer.told.cost or 0 for answer in answers))
        body = b"[%b]" % b",".join(answer.body for answer in answers)
        return HttpResponse(body, 200, {"Cache-Control": "no-store", "Vary": VARY}, f"{JSON}; charset=utf-8")

    def _asked(self, request: Request, http: HttpRequest, headers: Mapping[str, str], media: str) -> "_Asked":
        explains = self._explains(headers)
        only_validates = _only_validates(headers)
        store: Store = http.app.state.store
        context = Context(
            store,
            accepted_languages(headers.get("accept-language", "")),
            known=store.known(),
            explanations={} if explains else None,
            only_validates=only_validates,
        )
        key = None
        if context.known and context.is_for_all:
            key = key_of(request, canonical(request.variables), context.tags, context.known, media)
        return _Asked(request, context, media, client_of(http.scope), key)

    async def _answered(self, asked: "_Asked", account: Account) -> Answer:
        if asked.key and self._settings.response_cache_bytes:
            account.cache = self._answers.state(asked.key)
            answer = await self._answers.get_or_make(asked.key, lambda: self._answer(asked))
        else:
            answer = await self._answer(asked)
        account.told = answer.told
        return answer

    async def _answer(self, asked: "_Asked") -> Answer:
        context = asked.context
        turn = partial(self._turns.taken, asked.client)
        try:
            response = await run(self._operations, asked.request, context, turn=turn)
        except RequestError as error:
            response = error.response
        told = Told.of(context.root_fields, outcome_of(response.codes), context.cost)
        # Whoever had to look for a newer revision than the key says gives an answer that belongs to no key.
        answer = _answer(response, asked.media, told, is_for_all=context.is_for_all and not context.is_past_known)
        if len(answer.body) <= self._settings.max_response_bytes:
            return answer
        over = OverLimit(RESPONSE_LIMIT, self._settings.max_response_bytes, len(answer.body))
        told = Told.of(context.root_fields, RESPONSE_LIMIT, context.cost)
        return _answer(RequestError(over.code, [over]).response, asked.media, told, is_for_all=False)

    def _written(self, answer: Answer, key: str | None, coding: str) -> Sent:
        if len(answer.body) < MIN_BYTES:
            coding = IDENTITY
        if coding not in answer.sent:
            answer.sent[coding] = self._in_coding(answer, key, coding)
            if key and coding:
                self._answers.measure(key)
        return answer.sent[coding]

    def _in_coding(self, answer: Answer, key: str | None, coding: str) -> Sent:
        headers = dict(answer.headers)
        if coding:
            headers["Content-Encoding"] = coding
        if answer.is_whole:
            headers["Cache-Control"] = self._settings.cache_control
            if key:
                headers["ETag"] = f'"{key}-{coding}"' if coding else f'"{key}"'
        body = encoded(answer.body, coding) if coding else answer.body
        headers["Content-Length"] = str(len(body))
        start = {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
        }
        return Sent(start, {"type": "http.response.body", "body": body})

    def _explains(self, headers: Mapping[str, str]) -> bool:
        """Whether the answer tells how the database found it: where it is asked for and allowed."""
        asked = headers.get(EXPLAIN.lower())
        if asked not in {None, "0", "1"}:
            raise HttpError(400, f"{EXPLAIN} is {asked!a}; send 1, or leave it out")
        if asked == "1" and not self._settings.explain:
            raise HttpError(403, f"{EXPLAIN} is not allowed here; the server's setting EXPLAIN allows it")
        return asked == "1"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, what it is answered in, and the key of its answer if that may be kept."""

    request: Request
    context: Context
    media: str
    client: str
    key: str | None


def _only_validates(headers: Mapping[str, str]) -> bool:
    asked = headers.get(COST.lower())
    if asked not in {None, VALIDATE}:
        raise HttpError(400, f"{COST} is {asked!a}; send {VALIDATE}, or leave it out")
    return asked == VALIDATE


def _headers(http: HttpRequest) -> dict[str, str]:
    """The headers by name, the first of each; looked up often, and Starlette goes through all of them each time."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(http.scope["headers"])}


def _answer(response: Response, media: str, told: Told, *, is_for_all: bool) -> Answer:
    headers = {"Vary": VARY, "Content-Type": f"{media}; charset=utf-8"}
    if response.languages:
        headers["Content-Language"] = ", ".join(response.languages)
    status = PARTIAL_SUCCESS if response.errors and media == GRAPHQL_RESPONSE else 200
    if not response.has_data:
        status = status_of(response.codes)
        if media == JSON and not response.codes & FATAL:
            # Clients of the older media type take any other status for a broken server.
            status = 200
    if status == 503:
        headers["Retry-After"] = RETRY_AFTER_S
    is_whole = response.has_data and not response.errors and is_for_all
    if not is_whole:
        headers["Cache-Control"] = "no-store"
    return Answer(orjson.dumps(response.body()), status, is_whole, headers, told=told)
