"""Flat files over HTTP: `GET /export/metrics.csv` and its like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.export.download import Batches, Download, failure
from api.export.export_request import ExportRequest, ExportRequests
from api.export.flat_files import FORMS
from api.graphql.http_request import headers_of
from api.graphql.response_cache import PreparedResponse, match_etag, matches_any_etag, tag_of
from api.graphql.responses import head_of
from api.http.client_address import client_of
from api.http.content_coding import STREAMED, coding_for, compressor_for
from api.http.errors import HttpError, refused
from api.http.outcome import OK, OUTCOME, OutcomeSummary, RequestOutcome
from api.limits.admission import RETRY_AFTER, AdmissionController
from api.limits.fair_semaphore import FairSemaphore, QueueFull
from api.settings import Settings
from loaders.errors import StoreTimeout, StoreUnavailable
from loaders.model.revisions import Published
from schema.base.context import Store
from schema.base.errors import INTERNAL, BadUserInput
from schema.base.languages import LANGUAGES, preferred
from schema.export.batches import EXPORTS, Export

ALLOWED: Final = "GET, HEAD, OPTIONS"
VARY: Final = "Accept-Encoding"
# What metrics and logs call the files by, whatever is asked of them.
NAMES: Final = {name: f"export {name}" for name in EXPORTS}


class Exports:
    """Serves `/export/{file}` as an ASGI application, with the store of the application that it is part of."""

    def __init__(self, settings: Settings, turns: AdmissionController) -> None:
        self._cache_control = settings.cache_control
        self._requests = ExportRequests(settings)
        self._batches = Batches(turns)
        self._places = FairSemaphore(settings.max_exports, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["method"] == "OPTIONS":
            await HttpResponse(None, 204, {"Allow": ALLOWED})(scope, receive, send)
            return
        account = scope[OUTCOME] = RequestOutcome()
        try:
            response = await self._response(HttpRequest(scope), account)
            await response(scope, receive, send)
        except HttpError as error:
            account.told = replace(account.told, outcome=error.code)
            await refused(error)(scope, receive, send)

    async def _response(self, http: HttpRequest, account: RequestOutcome) -> ASGIApp:
        if http.method not in {"GET", "HEAD"}:
            raise HttpError(405, f"{http.method} is not one of {ALLOWED}", {"Allow": ALLOWED})
        asked = self._requests.read(http)
        account.told = OutcomeSummary(NAMES[asked.name], INTERNAL)
        store: Store = http.app.state.store
        published = store.known_published() or await _published(store)
        export = _export(store, asked, published)
        key = asked.key(published)
        given = headers_of(http.scope)
        coding = coding_for(given.get("accept-encoding"), STREAMED)
        headers = {
            "ETag": tag_of(key, coding),
            "Cache-Control": self._cache_control,
            "Vary": VARY,
        }
        condition = given.get("if-none-match")
        if tag := match_etag(condition, key) or (matches_any_etag(condition) and headers["ETag"]):
            account.told, account.cache = replace(account.told, outcome=OK), "unchanged"
            return HttpResponse(None, 304, {**headers, "ETag": tag})
        start = head_of(200, {**headers, **_about(asked, published, coding)})
        if http.method == "HEAD":
            account.told = replace(account.told, outcome=OK)
            # Its length is not known.
            return PreparedResponse(start, {"type": "http.response.body", "body": b""})
        form = FORMS[asked.form]
        download = Download(self._batches, export, form, compressor_for(coding), account, bom=asked.bom)
        return self._placed(download, start)

    def _placed(self, download: Download, start: Message) -> ASGIApp:
        async def send_file(scope: Scope, receive: Receive, send: Send) -> None:
            client = client_of(scope)
            async with self._place(client):
                await download.send(start, client, send)

        return send_file

    @asynccontextmanager
    async def _place(self, client: str) -> AsyncIterator[None]:
        """Have one of the places for files, of which a client has half at most."""
        try:
            await self._places.enter(client)
        except QueueFull:
            message = "as many files are under way as may be; try again when one has ended"
            raise HttpError(503, message, RETRY_AFTER) from None
        try:
            yield
        finally:
            self._places.leave(client)


async def _published(store: Store) -> Published:
    try:
        return await store.published()
    except (StoreUnavailable, StoreTimeout) as error:
        raise failure(error) from error


def _export(store: Store, asked: ExportRequest, published: Published) -> Export:
    try:
        return Export(store, asked.name, asked.where, asked.lang, published)
    except BadUserInput as wrong:
        raise HttpError(400, wrong.message) from None


def _about(asked: ExportRequest, published: Published, coding: str) -> dict[str, str]:
    """The headers that describe a file."""
    file = f"{asked.name}-{published.revision}.{asked.form}"
    languages = preferred(asked.lang) if asked.lang else LANGUAGES
    return {
        "Content-Type": FORMS[asked.form].media,
        "Content-Disposition": f'attachment; filename="{file}"',
        "Content-Language": ", ".join(languages),
        **({"Content-Encoding": coding} if coding else {}),
    }
