"""The export endpoint: files over HTTP, such as `GET /export/metrics.csv`."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.export.catalog_endpoint import CatalogResponse, languages_of, media_of
from api.export.download import BatchQueue, Download, RowReader, held_slot, store_failure
from api.export.export_request import ExportRequest, ExportRequestParser
from api.export.flat_files import TEXT_FORMATS
from api.export.names import DESCRIPTIONS, EXPORT_OPERATIONS, INDEX
from api.export.workbook import XLSX, XLSX_MEDIA, Cover
from api.export.workbook_download import MAX_CONCURRENT_WORKBOOKS, WorkbookDownload
from api.graphql.http_request import headers_of
from api.graphql.response_cache import PreparedResponse, etag_of, match_etag, matches_any_etag
from api.graphql.responses import response_start
from api.http.client_address import client_of
from api.http.content_coding import STREAM_CODINGS, coding_for, compressor_for
from api.http.errors import HttpError, error_response
from api.http.outcome import OK, OUTCOME, OutcomeSummary, RequestOutcome
from api.limits.admission import AdmissionController
from api.limits.fair_semaphore import FairSemaphore
from api.settings import Settings
from loaders.errors import StoreTimeout, StoreUnavailable
from loaders.model.revisions import Published
from schema.base.context import Store
from schema.base.errors import INTERNAL, BadUserInput
from schema.base.languages import WORDED, preferred
from schema.base.request import canonical
from schema.export.batches import Export
from schema.export.files import EXPORTED_FILES

# Of the columns that a file has for each text.
_LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en")
_BUSY: Final = "too many exports are running; try again when one has finished"
MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {**{name: form.media for name, form in TEXT_FORMATS.items()}, XLSX: XLSX_MEDIA}
)
EXPORT_METHODS: Final = "GET, HEAD, OPTIONS"
EXPORT_VARY: Final = "Accept-Encoding"


class ExportEndpoint:
    """Serves `/export/` and `/export/{file}` as an ASGI application; the store is in the application's state."""

    def __init__(self, settings: Settings, admission: AdmissionController) -> None:
        self._cache_control = settings.cache_control
        self._is_locked = settings.is_locked
        self._request_parser = ExportRequestParser(settings)
        self._batches = BatchQueue(admission)
        self._file_slots = FairSemaphore(settings.max_exports, 0)
        self._workbook_slots = FairSemaphore(MAX_CONCURRENT_WORKBOOKS, 0)

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
        path = http_request.path_params.get("file", INDEX)
        if path in DESCRIPTIONS:
            return await self._description(http_request, path, outcome)
        export_request = self._request_parser.read(http_request)
        _check_that_breaking_off_shows(http_request, export_request.form)
        outcome.summary = OutcomeSummary(EXPORT_OPERATIONS[export_request.name], INTERNAL)
        store: Store = http_request.app.state.store
        published = store.known_published() or await _published(store)
        export = _open_export(store, export_request, published)
        key = export_request.key(published)
        request_headers = headers_of(http_request.scope)
        coding = (
            "" if export_request.form == XLSX else coding_for(request_headers.get("accept-encoding"), STREAM_CODINGS)
        )
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
        reader = RowReader(self._batches, export, client_of(http_request.scope), outcome)
        return self._stream(self._download(export_request, published, export, reader, store, coding), reader, start)

    async def _description(self, http_request: HttpRequest, path: str, outcome: RequestOutcome) -> ASGIApp:
        """Respond with the index, or with the Data Package."""
        outcome.summary = OutcomeSummary(EXPORT_OPERATIONS[DESCRIPTIONS[path]], INTERNAL)
        media = media_of(http_request, path)
        languages = languages_of(http_request, path)
        store: Store = http_request.app.state.store
        published = store.known_published() or await _published(store)
        response = CatalogResponse(
            published, MEDIA_TYPES, self._cache_control, languages, shows_filters=not self._is_locked
        )
        prepared = response.unchanged(http_request, path, media)
        if prepared:
            outcome.cache = "unchanged"
        else:
            read = partial(store.revision, published.revision)
            record = await self._batches.run(client_of(http_request.scope), read)
            prepared = response.full(http_request, path, media, record)
        outcome.summary = replace(outcome.summary, code=OK)
        return prepared

    def _download(
        self,
        export_request: ExportRequest,
        published: Published,
        export: Export,
        reader: RowReader,
        store: Store,
        coding: str,
    ) -> Download | WorkbookDownload:
        layout = export_request.layout
        if export_request.form == XLSX:
            cover_of = partial(_cover, store, export_request, published)
            return WorkbookDownload(reader, self._workbook_slots, layout.columns, cover_of)
        form = TEXT_FORMATS[export_request.form]
        return Download(reader, export, form, layout, compressor_for(coding))

    def _stream(self, download: Download | WorkbookDownload, reader: RowReader, start: Message) -> ASGIApp:
        async def send_file(scope: Scope, receive: Receive, send: Send) -> None:
            async with held_slot(self._file_slots, reader.client, _BUSY):
                await download.send(start, send)

        return send_file


def _check_that_breaking_off_shows(http_request: HttpRequest, form: str) -> None:
    """Refuse a streamed file to HTTP/1.0, in which a file ends with the connection, complete or not."""
    if form in TEXT_FORMATS and http_request.scope.get("http_version") == "1.0":
        raise HttpError(
            400,
            "HTTP/1.0 can't tell a file that broke off from a complete one; use HTTP/1.1, also from the proxy to the "
            "server, or download xlsx",
        )


async def _published(store: Store) -> Published:
    try:
        return await store.published()
    except (StoreUnavailable, StoreTimeout) as error:
        raise store_failure(error) from error


async def _cover(store: Store, export_request: ExportRequest, published: Published, count: int) -> Cover:
    """What a workbook says of itself."""
    name, revision = export_request.name, published.revision
    try:
        record = await store.revision(revision)
    except (StoreUnavailable, StoreTimeout) as error:
        raise store_failure(error) from error
    where = canonical(export_request.raw_where).decode() if export_request.raw_where else ""
    return Cover(name, EXPORTED_FILES[name].rows, revision, record["loaded_at"] if record else None, where, count)


def _open_export(store: Store, export_request: ExportRequest, published: Published) -> Export:
    try:
        return Export(store, export_request.name, export_request.where, export_request.languages, published)
    except BadUserInput as error:
        raise HttpError(400, error.message) from None


def _file_headers(export_request: ExportRequest, published: Published, coding: str) -> dict[str, str]:
    """Return the headers that describe a file."""
    file = f"{export_request.name}-{published.revision}.{export_request.form}"
    # The languages that were asked for; a text that has none of them is in its own.
    asked = [preferred((one,)) for one in export_request.languages.ranges]
    chosen = [next((tag for tag in tags if tag in WORDED), tags[0]) for tags in asked if tags] or _LANGUAGES
    return {
        "Content-Type": MEDIA_TYPES[export_request.form],
        "Content-Disposition": f'attachment; filename="{file}"',
        "Content-Language": ", ".join((*chosen, *export_request.languages.further)),
        **({"Content-Encoding": coding} if coding else {}),
    }
