"""What one request came to, as metrics, logs and traces tell it: in closed sets, never in a client's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from schema.base.errors import INTERNAL

# Where the account of a request is in its ASGI scope.
OUTCOME: Final = "yunshan.outcome"

OK: Final = "OK"
# Whoever asked has closed the connection before the answer.
CLIENT_LEFT: Final = "CLIENT_LEFT"

# In place of an operation: the request was refused before there was one, nothing is kept of it, or it has several.
NO_OPERATION: Final = "none"
UNKNOWN_OPERATION: Final = "unknown"
BATCH_OPERATION: Final = "batch"

# How an answer came about: kept, made, made for another who asked at the same time, already held by the client, or
# made for this request alone, as nothing of it may be kept.
Cache: TypeAlias = Literal["hit", "miss", "shared", "unchanged", "bypass"]


@dataclass(frozen=True, slots=True)
class OutcomeSummary:
    """What is told of an answer, to each who gets it.

    operation: its root fields, separated by commas. outcome: OK, or the code of its gravest error. cost: in points,
    where it is known.
    """

    operation: str = NO_OPERATION
    code: str = OK
    cost: int | None = None

    @classmethod
    def of(cls, root_fields: Sequence[str], code: str, cost: int | None = None) -> "OutcomeSummary":
        """What is told of an operation with these root fields."""
        return cls(",".join(root_fields) or NO_OPERATION, code, cost)


# Of a request that nothing has been said about yet: if nobody does, it went wrong.
FAILED: Final = OutcomeSummary(code=INTERNAL)


@dataclass(slots=True)
class RequestOutcome:
    """What is told of one request. is_stream: whether its answer lasts for as long as the client likes."""

    summary: OutcomeSummary = FAILED
    cache: Cache = "bypass"
    is_stream: bool = False

    def fields(self) -> dict[str, str | int]:
        """What a line of the log says of it."""
        summary = self.summary
        fields: dict[str, str | int] = {"operation": summary.operation, "outcome": summary.code, "cache": self.cache}
        return fields if summary.cost is None else {**fields, "cost": summary.cost}
