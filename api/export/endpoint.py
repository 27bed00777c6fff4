"""Flat files over HTTP: `GET /export/metrics.csv` and its like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.export.download import Batches, Download, failure
from api.export.flat_files import FORMS
from api.export.request import Asked, ExportRequests
from api.graphql.asked import headers_of
from api.graphql.cache import Sent, held, holds_any, tag_of
from api.graphql.responses import head_of
from api.http.account import ACCOUNT, OK, Account, Told
from api.http.client import client_of
from api.http.encoding import STREAMED, coding_for, compressor_for
from api.http.errors import HttpError, refused
from api.limits.gate import Gate, Overloaded
from api.limits.turns import RETRY_AFTER, Turns
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

    def __init__(self, settings: Settings, turns: Turns) -> None:
        self._cache_control = settings.cache_control
        self._requests = ExportRequests(settings)
        self._batches = Batches(turns)
        self._places = Gate(settings.max_exports, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["method"] == "OPTIONS":
            await HttpResponse(None, 204, {"Allow": ALLOWED})(scope, receive, send)
            return
        account = scope[ACCOUNT] = Account()
        try:
            response = await self._response(HttpRequest(scope), account)
            await response(scope, receive, send)
        except HttpError as error:
            account.told = replace(account.told, outcome=error.code)
            await refused(error)(scope, receive, send)

    async def _response(self, http: HttpRequest, account: Account) -> ASGIApp:
        if http.method not in {"GET", "HEAD"}:
            raise HttpError(405, f"{http.method} is not one of {ALLOWED}", {"Allow": ALLOWED})
        asked = self._requests.read(http)
        account.told = Told(NAMES[asked.name], INTERNAL)
        store: Store = http.app.state.store
        published = store.known() or await _published(store)
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
        if tag := held(condition, key) or (holds_any(condition) and headers["ETag"]):
            account.told, account.cache = replace(account.told, outcome=OK), "unchanged"
            return HttpResponse(None, 304, {**headers, "ETag": tag})
        start = head_of(200, {**headers, **_about(asked, published, coding)})
        if http.method == "HEAD":
            account.told = replace(account.told, outcome=OK)
            # Its length is not known.
            return Sent(start, {"type": "http.response.body", "body": b""})
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
        except Overloaded:
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


def _export(store: Store, asked: Asked, published: Published) -> Export:
    try:
        return Export(store, asked.name, asked.where, asked.lang, published)
    except BadUserInput as wrong:
        raise HttpError(400, wrong.message) from None


def _about(asked: Asked, published: Published, coding: str) -> dict[str, str]:
    """The headers that describe a file."""
    file = f"{asked.name}-{published.revision}.{asked.form}"
    languages = preferred(asked.lang) if asked.lang else LANGUAGES
    return {
        "Content-Type": FORMS[asked.form].media,
        "Content-Disposition": f'attachment; filename="{file}"',
        "Content-Language": ", ".join(languages),
        **({"Content-Encoding": coding} if coding else {}),
    }
