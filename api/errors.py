"""Which HTTP status an error code means, in one table."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from api.account import OK
from schema import errors as codes

BAD_REQUEST: Final = "BAD_REQUEST"

STATUS: Final[Mapping[str, int]] = MappingProxyType(
    {
        BAD_REQUEST: 400,
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


def outcome_of(error_codes: Iterable[str]) -> str:
    """What a request with some codes comes to: the gravest of them."""
    return max(error_codes, key=lambda code: (STATUS[code], code), default=OK)
