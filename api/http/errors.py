"""Which HTTP status an error code means, in one table, and requests that are turned away before GraphQL sees them."""

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

# What is wrong with a request as HTTP: one code each, so that a status tells its code too.
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

# 422 is a request that is right in itself and can't be executed. GraphQL over HTTP asks for it where a document is
# not valid too; the audit of its reference implementation (tests/clients) still wants 400 there.
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
        **dict.fromkeys(codes.LIMITS, 400),
        codes.STORE_UNAVAILABLE: 503,
        codes.STORE_TIMEOUT: 504,
    }
)


class HttpError(Exception):
    """A request that is turned away before GraphQL sees it; `status` is its HTTP status, `code` what is told."""

    def __init__(
        self, status: int, message: str, headers: Mapping[str, str] | None = None, *, code: str | None = None
    ) -> None:
        """code: in place of that of the status, where another says more."""
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.code = code or _CODES[status]

    @property
    def formatted(self) -> dict[str, Any]:
        """As an error of a GraphQL response."""
        return {"message": str(self), "extensions": {"code": self.code}}


def error_body(error: HttpError) -> bytes:
    """The body of a refusal: a GraphQL response with one error."""
    return orjson.dumps({"errors": [error.formatted]})


def error_response(error: HttpError, media: str = "application/json") -> Response:
    """The answer to a request that is turned away."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **error.headers}
    return Response(error_body(error), error.status, headers, f"{media}; charset=utf-8")


def gravest_status(error_codes: Iterable[str]) -> int:
    """The gravest status among some codes."""
    return max((STATUS[code] for code in error_codes), default=200)


def gravest_code(error_codes: Iterable[str]) -> str:
    """What a request with some codes comes to: the gravest of them."""
    return max(error_codes, key=lambda code: (STATUS[code], code), default=OK)
