"""The GraphQL endpoint: one request in, one response out, over GET and POST."""

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from api.body import read_request
from api.errors import BAD_REQUEST, HttpError, status_of
from api.explorer import explorer_page
from api.media import GRAPHQL_RESPONSE, HTML, JSON, negotiate
from api.settings import Settings
from schema.context import Context, Store
from schema.errors import FATAL
from schema.languages import accepted_languages
from schema.operation import Documents, RequestError, Response, run

RETRY_AFTER_S = "1"
EXPLAIN = "Yunshan-Explain"


class Endpoint:
    """Serves `/graphql`."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._documents = Documents()

    async def __call__(self, http: HttpRequest) -> HttpResponse:
        """Answer one HTTP request."""
        offers = [JSON, GRAPHQL_RESPONSE]
        if http.method != "POST" and self._settings.explorer:
            offers.append(HTML)
        media = negotiate(http.headers.get("accept"), offers)
        if media == HTML:
            return explorer_page()
        try:
            if media is None:
                raise HttpError(406, f"ask for {GRAPHQL_RESPONSE} or {JSON} in Accept")
            return _answer(await self._run(http), media)
        except HttpError as error:
            return _refusal(error, media or JSON)

    async def _run(self, http: HttpRequest) -> Response:
        request = await read_request(http, self._settings.max_body_bytes)
        context = Context(
            self._store,
            accepted_languages(http.headers.get("accept-language", "")),
            explanations={} if self._explains(http) else None,
        )
        try:
            return await run(self._documents, request, context)
        except RequestError as error:
            return error.response

    def _explains(self, http: HttpRequest) -> bool:
        """Whether the answer tells how the database found it: where it is asked for and allowed."""
        asked = http.headers.get(EXPLAIN)
        if asked not in {None, "0", "1"}:
            raise HttpError(400, f"{EXPLAIN} is {asked!a}; send 1, or leave it out")
        if asked == "1" and not self._settings.explain:
            raise HttpError(403, f"{EXPLAIN} is not allowed here; the server's setting EXPLAIN allows it")
        return asked == "1"


def _answer(response: Response, media: str) -> HttpResponse:
    headers = {"Vary": f"Accept, Accept-Language, {EXPLAIN}"}
    if response.languages:
        headers["Content-Language"] = ", ".join(response.languages)
    status = 200
    if not response.has_data:
        status = status_of(response.codes)
        if media == JSON and not response.codes & FATAL:
            # Clients of the older media type take any other status for a broken server.
            status = 200
    if status == 503:
        headers["Retry-After"] = RETRY_AFTER_S
    if response.errors:
        headers["Cache-Control"] = "no-store"
    body = orjson.dumps(response.body())
    return HttpResponse(body, status, headers, media_type=f"{media}; charset=utf-8")


def _refusal(error: HttpError, media: str) -> HttpResponse:
    written = {"message": str(error), "extensions": {"code": BAD_REQUEST}}
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **error.headers}
    return HttpResponse(
        orjson.dumps({"errors": [written]}), error.status, headers, media_type=f"{media}; charset=utf-8"
    )
