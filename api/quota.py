"""How many points of cost a client may still spend: a bucket for each, filled at an even rate.

Told in each answer by the fields of the IETF draft "RateLimit header fields for HTTP". Each worker has buckets of
its own.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Final

# Clients whose buckets are remembered; who is forgotten has a full one.
MAX_CLIENTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left after a request. points: whole ones; full_in_s: seconds until all of them are back."""

    points: int
    full_in_s: int


class QuotaExceeded(Exception):
    """A client has spent its points; the request may be sent again after `retry_after_s`, if it ever fits."""

    def __init__(self, points: int, remaining: Remaining, retry_after_s: int) -> None:
        super().__init__(f"this request costs {points} points, of which {remaining.points} are left")
        self.remaining = remaining
        self.retry_after_s = retry_after_s


class Quota:
    """Buckets by client. per_minute: points that come back in a minute; a full bucket holds as many."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        # By client: points spent and not yet back, and when that was so.
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, points: int) -> Remaining:
        """Spend points of a client's.

        Raises QuotaExceeded, with nothing spent.
        """
        now = self._clock()
        spent, at = self._spent.get(client, (0.0, now))
        spent = max(0.0, spent - (now - at) * self._per_minute / 60)
        if spent + points > self._per_minute:
            missing = min(spent, spent + points - self._per_minute)
            raise QuotaExceeded(points, self._remaining(spent), max(1, self._seconds(missing)))
        spent += points
        self._spent[client] = (spent, now)
        self._spent.move_to_end(client)
        if len(self._spent) > MAX_CLIENTS:
            self._spent.popitem(last=False)
        return self._remaining(spent)

    def headers(self, remaining: Remaining) -> Mapping[str, str]:
        """What an answer tells of a client's points."""
        return {
            "RateLimit-Policy": f'"cost";q={self._per_minute};w=60',
            "RateLimit": f'"cost";r={remaining.points};t={remaining.full_in_s}',
        }

    def _remaining(self, spent: float) -> Remaining:
        return Remaining(int(self._per_minute - spent), self._seconds(spent))

    def _seconds(self, points: float) -> int:
        return ceil(points * 60 / self._per_minute)
