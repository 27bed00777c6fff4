"""Errors a client sees: a sentence for people, a code for machines, and nothing internal.

BAD_USER_INPUT                an argument can't be used; the message says what can
GRAPHQL_PARSE_FAILED          the document is no GraphQL
GRAPHQL_VALIDATION_FAILED     the document doesn't fit the schema
OPERATION_RESOLUTION_FAILURE  the request doesn't say which operation to run
NOT_ACCEPTABLE                a subscription, asked for in a way that can't stream
…_LIMIT_EXCEEDED              more is asked than a limit allows; the message and the extensions say how much
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

# What a client is told of any exception that is not meant for it.
MASKED: Final = "Something went wrong on our side; the log has it under this request's id."

# Errors that no part of an answer survives: half an answer would pass for a whole one.
FATAL: Final = frozenset({STORE_UNAVAILABLE, STORE_TIMEOUT})

# Counts are told up to here: a few fragments expand to more than a number in JSON holds.
MOST: Final = 1_000_000_000

# What a client is told, by limit.
LIMITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        TEXT_LIMIT: "The document has {count} characters; at most {allowed} (send values as variables).",
        TOKEN_LIMIT: "The document has {count} tokens; at most {allowed} (send values as variables, and fields that "
        "repeat as a fragment).",
        OPERATION_LIMIT: "The document has {count} operations; at most {allowed} (send the one that is to run).",
        VARIABLE_LIMIT: "An operation has {count} variables; at most {allowed} (several values fit into one input).",
        DEPTH_LIMIT: "An operation is {count} fields deep; at most {allowed} (begin nearer to what is wanted).",
        ROOT_FIELD_LIMIT: "An operation has {count} root fields; at most {allowed} (send several requests).",
        ALIAS_LIMIT: "An operation has {count} aliases; at most {allowed} (those of a fragment count wherever it is "
        "spread; send several requests).",
        DIRECTIVE_LIMIT: "An operation has {count} directives; at most {allowed} (those of a fragment count wherever "
        "it is spread; one on an inline fragment holds for all in it).",
        OVERLAP_LIMIT: "To see that its fields can be merged, the document needs {count} comparisons; at most "
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
    """An argument that can't be used."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": BAD_USER_INPUT})


class OverLimit(GraphQLError):
    """An operation that goes over a limit. count: how much there is; None where counting stopped at the limit."""

    def __init__(self, code: str, allowed: int, count: int | None = None) -> None:
        extensions: dict[str, Any] = {"code": code, "allowed": allowed}
        if count is not None:
            extensions["measured"] = count = min(count, MOST)
        told = LIMITS[code].format(count=f"more than {allowed}" if count is None else count, allowed=allowed)
        super().__init__(told, extensions=extensions)
        self.code = code


def first_of(errors: Sequence[GraphQLError], most: int) -> Sequence[GraphQLError]:
    """The errors that a response tells: the first, and before them those that it fails for altogether."""
    if len(errors) <= most:
        return errors
    return sorted(errors, key=lambda error: not isinstance(_cause_of(error), tuple(_STORE_MESSAGES)))[:most]


def presented(error: GraphQLError, default_code: str = BAD_USER_INPUT) -> dict[str, Any]:
    """Write an error as the response carries it (GraphQL spec, section 7.1.2).

    An exception that is not meant for clients is logged and masked. default_code: for errors of graphql-core's
    own, which come without one; those of a result that can't be completed are faults of ours, too.
    """
    cause = _cause_of(error)
    if default_code == INTERNAL and _is_of_an_argument(cause):
        default_code = BAD_USER_INPUT
    # graphql-core names the null of Python.
    written: dict[str, Any] = {"message": error.message.replace(" not to be None.", " not to be null.")}
    if error.locations:
        written["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        written["path"] = error.path
    written["extensions"] = {"code": default_code, **(error.extensions or {})}
    if written["extensions"]["code"] != INTERNAL and (cause is None or isinstance(cause, GraphQLError)):
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


def _is_of_an_argument(cause: Exception | None) -> bool:
    """Whether graphql-core refused a value that a client gave: it points at the value, and not at the field."""
    nodes = cause.nodes if isinstance(cause, GraphQLError) else None
    return nodes is not None and not isinstance(nodes[0], FieldNode)


def _cause_of(error: GraphQLError) -> Exception | None:
    """What raised an error, where it is not one of GraphQL's own."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause
