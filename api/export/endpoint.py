"""The export endpoint: files over HTTP, such as `GET /export/metrics.csv`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.export.download import BatchQueue, Download, store_failure
from api.export.export_request import ExportRequest, ExportRequestParser
from api.export.flat_files import FILE_FORMATS
from api.graphql.http_request import headers_of
from api.graphql.response_cache import PreparedResponse, etag_of, match_etag, matches_any_etag
from api.graphql.responses import response_start
from api.http.client_address import client_of
from api.http.content_coding import STREAM_CODINGS, coding_for, compressor_for
from api.http.errors import HttpError, error_response
from api.http.outcome import OK, OUTCOME, OutcomeSummary, RequestOutcome
from api.limits.admission import RETRY_HEADERS, AdmissionController
from api.limits.fair_semaphore import FairSemaphore, QueueFull
from api.settings import Settings
from loaders.errors import StoreTimeout, StoreUnavailable
from loaders.model.revisions import Published
from schema.base.context import Store
from schema.base.errors import INTERNAL, BadUserInput
from schema.base.languages import LANGUAGES, preferred
from schema.export.batches import EXPORTS, Export

EXPORT_METHODS: Final = "GET, HEAD, OPTIONS"
EXPORT_VARY: Final = "Accept-Encoding"
# The operation names of exports in metrics and logs.
EXPORT_OPERATIONS: Final = {name: f"export {name}" for name in EXPORTS}


class ExportEndpoint:
    """Serves `/export/{file}` as an ASGI application, with the store in the state of the Starlette application."""

    def __init__(self, settings: Settings, admission: AdmissionController) -> None:
        self._cache_control = settings.cache_control
        self._request_parser = ExportRequestParser(settings)
        self._batches = BatchQueue(admission)
        self._file_slots = FairSemaphore(settings.max_exports, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        if scope["method"] == "OPTIONS":
            await HttpResponse(None, 204, {"Allow": EXPORT_METHODS})(scope, receive, send)
            return
        outcome = scope[OUTCOME] = RequestOutcome()
        try:
            response = await self._response(HttpRequest(scope), outcome)
            await response(scope, receive, send)
        except HttpError as error:
            outcome.summary = replace(outcome.summary, code=error.code)
            await error_response(error)(scope, receive, send)

    async def _response(self, http_request: HttpRequest, outcome: RequestOutcome) -> ASGIApp:
        if http_request.method not in {"GET", "HEAD"}:
            raise HttpError(405, f"{http_request.method} is not one of {EXPORT_METHODS}", {"Allow": EXPORT_METHODS})
        export_request = self._request_parser.read(http_request)
        outcome.summary = OutcomeSummary(EXPORT_OPERATIONS[export_request.name], INTERNAL)
        store: Store = http_request.app.state.store
        published = store.known_published() or await _published(store)
        export = _open_export(store, export_request, published)
        key = export_request.key(published)
        request_headers = headers_of(http_request.scope)
        coding = coding_for(request_headers.get("accept-encoding"), STREAM_CODINGS)
        headers = {
            "ETag": etag_of(key, coding),
            "Cache-Control": self._cache_control,
            "Vary": EXPORT_VARY,
        }
        condition = request_headers.get("if-none-match")
        if tag := match_etag(condition, key) or (matches_any_etag(condition) and headers["ETag"]):
            outcome.summary, outcome.cache = replace(outcome.summary, code=OK), "unchanged"
            return HttpResponse(None, 304, {**headers, "ETag": tag})
        start = response_start(200, {**headers, **_file_headers(export_request, published, coding)})
        if http_request.method == "HEAD":
            outcome.summary = replace(outcome.summary, code=OK)
            # No Content-Length: the length is not known.
            return PreparedResponse(start, {"type": "http.response.body", "body": b""})
        form = FILE_FORMATS[export_request.form]
        download = Download(self._batches, export, form, export_request.layout, compressor_for(coding), outcome)
        return self._stream(download, start)

    def _stream(self, download: Download, start: Message) -> ASGIApp:
        async def send_file(scope: Scope, receive: Receive, send: Send) -> None:
            client = client_of(scope)
            async with self._file_slot(client):
                await download.send(start, client, send)

        return send_file

    @asynccontextmanager
    async def _file_slot(self, client: str) -> AsyncIterator[None]:
        """Hold one of the limited slots for exports; a client has at most half of them."""
        try:
            turn = await self._file_slots.acquire(client)
        except QueueFull:
            message = "too many exports are running; try again when one has finished"
            raise HttpError(503, message, RETRY_HEADERS) from None
        try:
            yield
        finally:
            self._file_slots.release(turn)


async def _published(store: Store) -> Published:
    try:
        return await store.published()
    except (StoreUnavailable, StoreTimeout) as error:
        raise store_failure(error) from error


def _open_export(store: Store, export_request: ExportRequest, published: Published) -> Export:
    try:
        return Export(store, export_request.name, export_request.where, export_request.lang, published)
    except BadUserInput as error:
        raise HttpError(400, error.message) from None


def _file_headers(export_request: ExportRequest, published: Published, coding: str) -> dict[str, str]:
    """Return the headers that describe a file."""
    file = f"{export_request.name}-{published.revision}.{export_request.form}"
    languages = preferred(export_request.lang) if export_request.lang else LANGUAGES
    return {
        "Content-Type": FILE_FORMATS[export_request.form].media,
        "Content-Disposition": f'attachment; filename="{file}"',
        "Content-Language": ", ".join(languages),
        **({"Content-Encoding": coding} if coding else {}),
    }
