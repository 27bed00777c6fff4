"""The HTTP status of each error code, in one table, and errors of requests that are rejected before GraphQL."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson
from starlette.responses import Response

from api.http.outcome import OK
from schema.base import errors as codes

BAD_REQUEST: Final = "BAD_REQUEST"
PERSISTED_QUERY_NOT_FOUND: Final = "PERSISTED_QUERY_NOT_FOUND"
PERSISTED_QUERY_NOT_SUPPORTED: Final = "PERSISTED_QUERY_NOT_SUPPORTED"
NOT_TRUSTED: Final = "DOCUMENT_NOT_TRUSTED"
REVISION_GONE: Final = "REVISION_GONE"

# Errors of HTTP requests. Each status has one code, so that the status determines the code.
_HTTP: Final = {
    BAD_REQUEST: 400,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    codes.NOT_ACCEPTABLE: 406,
    "REQUEST_TIMEOUT": 408,
    "CONTENT_TOO_LARGE": 413,
    "URI_TOO_LONG": 414,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "MISDIRECTED_REQUEST": 421,
    "TOO_MANY_REQUESTS": 429,
    "HEADERS_TOO_LARGE": 431,
    codes.INTERNAL: 500,
    "SERVER_BUSY": 503,
    "DEADLINE_EXCEEDED": 504,
}
_CODES: Final = {status: code for code, status in _HTTP.items()}

# 422 is for well-formed requests that can't be executed. GraphQL over HTTP also wants it for invalid documents, but
# the audit of its reference implementation (tests/clients) still requires 400 for those.
STATUS: Final[Mapping[str, int]] = MappingProxyType(
    {
        **_HTTP,
        PERSISTED_QUERY_NOT_SUPPORTED: 400,
        NOT_TRUSTED: 403,
        PERSISTED_QUERY_NOT_FOUND: 404,
        REVISION_GONE: 503,
        codes.PARSE_FAILED: 400,
        codes.VALIDATION_FAILED: 400,
        codes.RESOLUTION_FAILURE: 422,
        codes.BAD_USER_INPUT: 422,
        **dict.fromkeys(codes.LIMIT_MESSAGES, 400),
        codes.STORE_UNAVAILABLE: 503,
        codes.STORE_TIMEOUT: 504,
    }
)


class HttpError(Exception):
    """A request that is rejected before GraphQL processes it, with its HTTP status and error code."""

    def __init__(
        self, status: int, message: str, headers: Mapping[str, str] | None = None, *, code: str | None = None
    ) -> None:
        """code: replaces the default code of the status."""
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.code = code or _CODES[status]

    @property
    def formatted(self) -> dict[str, Any]:
        """The error as an entry of `errors` in a GraphQL response."""
        return {"message": str(self), "extensions": {"code": self.code}}


def error_body(error: HttpError) -> bytes:
    """Write the body of an error response: a GraphQL response with one error."""
    return orjson.dumps({"errors": [error.formatted]})


def error_response(error: HttpError, media: str = "application/json") -> Response:
    """Build the response to a rejected request."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **error.headers}
    return Response(error_body(error), error.status, headers, f"{media}; charset=utf-8")


def gravest_status(error_codes: Iterable[str]) -> int:
    """Return the highest status among error codes; 200 if there are none."""
    return max((STATUS[code] for code in error_codes), default=200)


def gravest_code(error_codes: Iterable[str]) -> str:
    """Return the error code with the highest status; OK if there are none."""
    return max(error_codes, key=lambda code: (STATUS[code], code), default=OK)
