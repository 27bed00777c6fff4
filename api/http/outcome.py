"""The outcome of a request for metrics, logs and traces. All values come from closed sets, none from the client."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from schema.base.errors import INTERNAL

# The key of the RequestOutcome in the ASGI scope.
OUTCOME: Final = "yunshan.outcome"
# The key, in the application state, of the function that counts rejected requests by error code.
COUNT_REFUSAL: Final = "yunshan.count_refusal"

OK: Final = "OK"
# The client closed the connection before the response.
CLIENT_LEFT: Final = "CLIENT_LEFT"

# Instead of an operation: the request was rejected before it had one, it is not known, or the request is a batch.
NO_OPERATION: Final = "none"
UNKNOWN_OPERATION: Final = "unknown"
BATCH_OPERATION: Final = "batch"

# Where a response came from: the cache; an execution; the execution of a concurrent identical request; the client's
# own cache (304); or an execution whose response can't be cached.
Cache: TypeAlias = Literal["hit", "miss", "shared", "unchanged", "bypass"]


@dataclass(frozen=True, slots=True)
class OutcomeSummary:
    """What metrics, logs and traces record about a response; cached with it.

    operation: its root fields, separated by commas. code: OK, or the code of the gravest error. cost: in points, if
    known.
    """

    operation: str = NO_OPERATION
    code: str = OK
    cost: int | None = None

    @classmethod
    def of(cls, root_fields: Sequence[str], code: str, cost: int | None = None) -> "OutcomeSummary":
        """Summarize an operation with these root fields."""
        return cls(",".join(root_fields) or NO_OPERATION, code, cost)


# The default: a request that never reports an outcome has failed.
FAILED: Final = OutcomeSummary(code=INTERNAL)


@dataclass(slots=True)
class RequestOutcome:
    """The outcome of one request. is_stream: whether the response lasts until the client ends it."""

    summary: OutcomeSummary = FAILED
    cache: Cache = "bypass"
    is_stream: bool = False

    def fields(self) -> dict[str, str | int]:
        """Return the fields of the request's log line."""
        summary = self.summary
        fields: dict[str, str | int] = {"operation": summary.operation, "outcome": summary.code, "cache": self.cache}
        return fields if summary.cost is None else {**fields, "cost": summary.cost}
