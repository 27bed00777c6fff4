"""Which HTTP status an error code means, in one table."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from schema import errors as codes

BAD_REQUEST: Final = "BAD_REQUEST"
PERSISTED_QUERY_NOT_FOUND: Final = "PERSISTED_QUERY_NOT_FOUND"
PERSISTED_QUERY_NOT_SUPPORTED: Final = "PERSISTED_QUERY_NOT_SUPPORTED"
NOT_TRUSTED: Final = "DOCUMENT_NOT_TRUSTED"

STATUS: Final[Mapping[str, int]] = MappingProxyType(
    {
        BAD_REQUEST: 400,
        PERSISTED_QUERY_NOT_FOUND: 404,
        PERSISTED_QUERY_NOT_SUPPORTED: 400,
        NOT_TRUSTED: 403,
        codes.PARSE_FAILED: 400,
        codes.VALIDATION_FAILED: 400,
        codes.RESOLUTION_FAILURE: 400,
        codes.BAD_USER_INPUT: 400,
        **dict.fromkeys(codes.LIMITS, 400),
        codes.STORE_UNAVAILABLE: 503,
        codes.STORE_TIMEOUT: 504,
        codes.INTERNAL: 500,
    }
)


class HttpError(Exception):
    """A request that is turned away before GraphQL sees it; `status` is its HTTP status."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


def status_of(error_codes: Iterable[str]) -> int:
    """The gravest status among some codes."""
    return max((STATUS[code] for code in error_codes), default=200)
