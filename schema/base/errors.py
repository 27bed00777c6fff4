"""Errors as clients see them: a message for people, a code for programs, no internal details.

BAD_USER_INPUT                an argument is invalid; the message says what is valid
GRAPHQL_PARSE_FAILED          the document is not GraphQL
GRAPHQL_VALIDATION_FAILED     the document doesn't fit the schema
OPERATION_RESOLUTION_FAILURE  the request doesn't say which operation to run
NOT_ACCEPTABLE                a subscription requested over a transport that can't stream
…_LIMIT_EXCEEDED              a limit is exceeded; the message and the extensions give both numbers
STORE_UNAVAILABLE             the database can't be reached
STORE_TIMEOUT                 the database took too long
INTERNAL_SERVER_ERROR         a fault of ours; the log has it under the request's id
"""

import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from graphql import FieldNode, GraphQLError

from loaders.errors import StoreTimeout, StoreUnavailable

logger = logging.getLogger(__name__)

BAD_USER_INPUT: Final = "BAD_USER_INPUT"
PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"
RESOLUTION_FAILURE: Final = "OPERATION_RESOLUTION_FAILURE"
NOT_ACCEPTABLE: Final = "NOT_ACCEPTABLE"
TEXT_LIMIT: Final = "TEXT_LIMIT_EXCEEDED"
TOKEN_LIMIT: Final = "TOKEN_LIMIT_EXCEEDED"  # noqa: S105  # no password
OPERATION_LIMIT: Final = "OPERATION_LIMIT_EXCEEDED"
VARIABLE_LIMIT: Final = "VARIABLE_LIMIT_EXCEEDED"
DEPTH_LIMIT: Final = "DEPTH_LIMIT_EXCEEDED"
ROOT_FIELD_LIMIT: Final = "ROOT_FIELD_LIMIT_EXCEEDED"
ALIAS_LIMIT: Final = "ALIAS_LIMIT_EXCEEDED"
DIRECTIVE_LIMIT: Final = "DIRECTIVE_LIMIT_EXCEEDED"
OVERLAP_LIMIT: Final = "OVERLAP_LIMIT_EXCEEDED"
COST_LIMIT: Final = "COST_LIMIT_EXCEEDED"
RESPONSE_LIMIT: Final = "RESPONSE_LIMIT_EXCEEDED"
STORE_UNAVAILABLE: Final = "STORE_UNAVAILABLE"
STORE_TIMEOUT: Final = "STORE_TIMEOUT"
INTERNAL: Final = "INTERNAL_SERVER_ERROR"

# The message that replaces any unexpected exception.
MASKED: Final = "Something went wrong on our side; the log has it under this request's id."

# Errors that discard all data: a partial response could be mistaken for a complete one.
FATAL: Final = frozenset({STORE_UNAVAILABLE, STORE_TIMEOUT})

# Reported counts stop here: a few fragments can expand to a count beyond JSON's numbers.
MAX_COUNT: Final = 1_000_000_000

# Messages by the code of the limit.
LIMIT_MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        TEXT_LIMIT: "The document has {count} characters; at most {allowed} (send values as variables).",
        TOKEN_LIMIT: "The document has {count} tokens; at most {allowed} (send values as variables, and fields that "
        "repeat as a fragment).",
        OPERATION_LIMIT: "The document has {count} operations; at most {allowed} (send the one that is to run).",
        VARIABLE_LIMIT: "An operation has {count} variables; at most {allowed} (several values fit into one input).",
        DEPTH_LIMIT: "An operation is {count} fields deep; at most {allowed} (start nearer to the fields you need).",
        ROOT_FIELD_LIMIT: "An operation has {count} root fields; at most {allowed} (send several requests).",
        ALIAS_LIMIT: "An operation has {count} aliases; at most {allowed} (those of a fragment count wherever it is "
        "spread; send several requests).",
        DIRECTIVE_LIMIT: "An operation has {count} directives; at most {allowed} (those of a fragment count wherever "
        "it is spread; one on an inline fragment holds for all in it).",
        OVERLAP_LIMIT: "Checking that fields can be merged takes {count} comparisons; at most "
        "{allowed} (select a field once, or under different aliases).",
        COST_LIMIT: "The operation costs {count} points; at most {allowed} (ask for smaller pages, or for less of "
        "each item).",
        RESPONSE_LIMIT: "The answer has {count} bytes; at most {allowed} (ask for smaller pages).",
    }
)

_STORE_MESSAGES: Final[dict[type[Exception], tuple[str, str]]] = {
    StoreUnavailable: (STORE_UNAVAILABLE, "The database cannot be reached right now; try again in a moment."),
    StoreTimeout: (STORE_TIMEOUT, "The database took too long; ask for less, or try again in a moment."),
}


class BadUserInput(GraphQLError):
    """An invalid argument."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": BAD_USER_INPUT})


class OverLimit(GraphQLError):
    """An operation that exceeds a limit. count: the measured number; None if counting stopped at the limit."""

    def __init__(self, code: str, allowed: int, count: int | None = None) -> None:
        extensions: dict[str, Any] = {"code": code, "allowed": allowed}
        if count is not None:
            extensions["measured"] = count = min(count, MAX_COUNT)
        shown = f"more than {allowed}" if count is None else count
        message = LIMIT_MESSAGES[code].format(count=shown, allowed=allowed)
        super().__init__(message, extensions=extensions)
        self.code = code


def most_important(errors: Sequence[GraphQLError], limit: int) -> Sequence[GraphQLError]:
    """The first `limit` errors, those of the database before all others."""
    if len(errors) <= limit:
        return errors
    return sorted(errors, key=lambda error: not isinstance(_cause_of(error), tuple(_STORE_MESSAGES)))[:limit]


def format_error(error: GraphQLError, default_code: str = BAD_USER_INPUT) -> dict[str, Any]:
    """Format an error for the response (GraphQL spec, section 7.1.2).

    Unexpected exceptions are logged and masked. default_code: the code of graphql-core's own errors, which have none;
    with INTERNAL, its errors about argument values still get BAD_USER_INPUT.
    """
    cause = _cause_of(error)
    if default_code == INTERNAL and _is_of_an_argument(cause):
        default_code = BAD_USER_INPUT
    # graphql-core writes None for null.
    formatted: dict[str, Any] = {"message": error.message.replace(" not to be None.", " not to be null.")}
    if error.locations:
        formatted["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        formatted["path"] = error.path
    formatted["extensions"] = {"code": default_code, **(error.extensions or {})}
    if formatted["extensions"]["code"] != INTERNAL and (cause is None or isinstance(cause, GraphQLError)):
        return formatted
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
    return {**formatted, "message": message, "extensions": {"code": code}}


def _is_of_an_argument(cause: Exception | None) -> bool:
    """Whether graphql-core rejected an argument value: the error's node is then the value, not the field."""
    nodes = cause.nodes if isinstance(cause, GraphQLError) else None
    return nodes is not None and not isinstance(nodes[0], FieldNode)


def _cause_of(error: GraphQLError) -> Exception | None:
    """The exception behind an error; None if the error is graphql-core's own."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause
