"""HTTP responses of GraphQL: status, headers, entity tag, content coding (GraphQL over HTTP, section 6)."""

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

# Data together with errors; only defined for the newer media type (GraphQL over HTTP, section 6.1).
PARTIAL_SUCCESS_STATUS: Final = 294
RETRY_AFTER_S: Final = "1"
EXPLAIN_HEADER: Final = "Yunshan-Explain"
COST_HEADER: Final = "Yunshan-Cost"
GRAPHQL_VARY: Final = f"Accept, Accept-Encoding, Accept-Language, {EXPLAIN_HEADER}, {COST_HEADER}"


def cached_response(response: Response, media: str, summary: OutcomeSummary, *, is_shareable: bool) -> CachedResponse:
    """Encode a response. is_shareable: whether the same request of another client has the same response."""
    headers = {"Vary": GRAPHQL_VARY, "Content-Type": f"{media}; charset=utf-8"}
    if response.languages:
        headers["Content-Language"] = ", ".join(response.languages)
    status = PARTIAL_SUCCESS_STATUS if response.errors and media == GRAPHQL_RESPONSE else 200
    if not response.has_data:
        status = gravest_status(response.codes)
        if media == JSON and not response.codes & FATAL:
            # Clients of the older media type treat any other status as a server failure.
            status = 200
    if status == 503:
        headers["Retry-After"] = RETRY_AFTER_S
    is_cacheable = response.has_data and not response.errors and is_shareable
    if not is_cacheable:
        headers["Cache-Control"] = "no-store"
    return CachedResponse(orjson.dumps(response.body()), status, is_cacheable, headers, summary=summary)


def prepare_response(cached: CachedResponse, key: str | None, coding: str, cache_control: str) -> PreparedResponse:
    """Prepare a response in a content coding. key: its cache key, if cacheable."""
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
    """Build the ASGI message with status and headers."""
    written = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": written}
