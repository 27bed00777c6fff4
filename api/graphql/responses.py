"""Answers as HTTP carries them: status, headers, entity tag, content coding (GraphQL over HTTP, section 6)."""

from collections.abc import Mapping
from typing import Final

import orjson
from starlette.types import Message

from api.graphql.response_cache import CachedResponse, PreparedResponse, etag_of
from api.http.content_coding import encode
from api.http.content_negotiation import GRAPHQL_RESPONSE, JSON
from api.http.errors import gravest_status
from api.http.outcome import OutcomeSummary
from schema.base.errors import FATAL
from schema.operation.runner import Response

# Data and errors in one answer; only the newer media type says what that means (GraphQL over HTTP, section 6.1).
PARTIAL_SUCCESS_STATUS: Final = 294
RETRY_AFTER_S: Final = "1"
EXPLAIN_HEADER: Final = "Yunshan-Explain"
COST_HEADER: Final = "Yunshan-Cost"
GRAPHQL_VARY: Final = f"Accept, Accept-Encoding, Accept-Language, {EXPLAIN_HEADER}, {COST_HEADER}"


def cached_response(response: Response, media: str, summary: OutcomeSummary, *, is_shareable: bool) -> CachedResponse:
    """The answer with a response; is_for_all: whether everyone who asks the same gets it."""
    headers = {"Vary": GRAPHQL_VARY, "Content-Type": f"{media}; charset=utf-8"}
    if response.languages:
        headers["Content-Language"] = ", ".join(response.languages)
    status = PARTIAL_SUCCESS_STATUS if response.errors and media == GRAPHQL_RESPONSE else 200
    if not response.has_data:
        status = gravest_status(response.codes)
        if media == JSON and not response.codes & FATAL:
            # Clients of the older media type take any other status for a broken server.
            status = 200
    if status == 503:
        headers["Retry-After"] = RETRY_AFTER_S
    is_cacheable = response.has_data and not response.errors and is_shareable
    if not is_cacheable:
        headers["Cache-Control"] = "no-store"
    return CachedResponse(orjson.dumps(response.body()), status, is_cacheable, headers, summary=summary)


def prepare_response(cached: CachedResponse, key: str | None, coding: str, cache_control: str) -> PreparedResponse:
    """An answer as it is sent in a content coding; key: its own, if it may be kept."""
    headers = dict(cached.headers)
    if coding:
        headers["Content-Encoding"] = coding
    if cached.is_cacheable:
        headers["Cache-Control"] = cache_control
        if key:
            headers["ETag"] = etag_of(key, coding)
    body = encode(cached.body, coding) if coding else cached.body
    headers["Content-Length"] = str(len(body))
    return PreparedResponse(response_start(cached.status, headers), {"type": "http.response.body", "body": body})


def response_start(status: int, headers: Mapping[str, str]) -> Message:
    """Status and headers, as ASGI sends them."""
    written = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": written}
