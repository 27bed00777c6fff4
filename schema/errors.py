"""Errors a client sees: a sentence for people, a code for machines, and nothing internal.

BAD_USER_INPUT                an argument can't be used; the message says what can
GRAPHQL_PARSE_FAILED          the document is no GraphQL
GRAPHQL_VALIDATION_FAILED     the document doesn't fit the schema
OPERATION_RESOLUTION_FAILURE  the request doesn't say which operation to run
STORE_UNAVAILABLE             the database can't be reached
STORE_TIMEOUT                 the database took too long
INTERNAL_SERVER_ERROR         a fault of ours; the log has it under the request's id
"""

import logging
from typing import Any, Final

from graphql import GraphQLError

from loaders.errors import StoreTimeout, StoreUnavailable

logger = logging.getLogger(__name__)

BAD_USER_INPUT: Final = "BAD_USER_INPUT"
PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"
RESOLUTION_FAILURE: Final = "OPERATION_RESOLUTION_FAILURE"
STORE_UNAVAILABLE: Final = "STORE_UNAVAILABLE"
STORE_TIMEOUT: Final = "STORE_TIMEOUT"
INTERNAL: Final = "INTERNAL_SERVER_ERROR"

# What a client is told of any exception that is not meant for it.
MASKED: Final = "Something went wrong on our side; the log has it under this request's id."

# Errors that no part of an answer survives: half an answer would pass for a whole one.
FATAL: Final = frozenset({STORE_UNAVAILABLE, STORE_TIMEOUT})

_STORE_MESSAGES: Final[dict[type[Exception], tuple[str, str]]] = {
    StoreUnavailable: (STORE_UNAVAILABLE, "The database cannot be reached right now; try again in a moment."),
    StoreTimeout: (STORE_TIMEOUT, "The database took too long; ask for less, or try again in a moment."),
}


class BadUserInput(GraphQLError):
    """An argument that can't be used."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": BAD_USER_INPUT})


def presented(error: GraphQLError, default_code: str = BAD_USER_INPUT) -> dict[str, Any]:
    """Write an error as the response carries it (GraphQL spec, section 7.1.2).

    An exception that is not meant for clients is logged and masked. default_code: for errors of graphql-core's
    own, which come without one.
    """
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    written: dict[str, Any] = {"message": error.message}
    if error.locations:
        written["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        written["path"] = error.path
    written["extensions"] = {"code": default_code, **(error.extensions or {})}
    if cause is None or isinstance(cause, GraphQLError):
        return written
    code, message = next(
        (known for kind, known in _STORE_MESSAGES.items() if isinstance(cause, kind)),
        (INTERNAL, MASKED),
    )
    logger.log(
        logging.ERROR if code == INTERNAL else logging.WARNING,
        "field %s failed: %s",
        ".".join(map(str, error.path or ())),
        code,
        exc_info=cause,
    )
    return {**written, "message": message, "extensions": {"code": code}}
