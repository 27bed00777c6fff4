"""How many points of cost a client may spend: a bucket for each, filled at an even rate.

What a request costs is known when it is answered, and taken then. Whoever has a point left may ask, so a bucket can
be overdrawn; the debt is paid back before the next. Told in each answer by the fields of the IETF draft "RateLimit
header fields for HTTP". Each worker has buckets of its own.
"""

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.client_address import client_of
from api.http.errors import HttpError, error_response
from api.http.outcome import OUTCOME, OutcomeSummary, RequestOutcome

# Clients whose buckets are remembered; who is forgotten has a full one.
MAX_CLIENTS: Final = 10_000
# What a request costs at least: one that is refused took work too.
MIN_COST: Final = 1


class RateLimiter:
    """Buckets by client. per_minute: points that come back in a minute; a full bucket holds as many."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        # By client: points spent and not yet back, and when that was so.
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, client: str) -> int:
        """Seconds until a client has a point left; 0 if it has one now."""
        missing = self._used(client) + 1 - self._per_minute
        return self._seconds(missing) if missing > 0 else 0

    def check(self, client: str) -> None:
        """Raise HttpError where a client has no point left."""
        if seconds := self.wait_s(client):
            headers = {"Retry-After": str(seconds), **self.headers(client)}
            raise HttpError(429, f"no points are left; some are in {seconds} s", headers)

    def spend(self, client: str, points: int) -> None:
        """Take points from a client's bucket, even where it does not hold as many."""
        self._spent[client] = (self._used(client) + points, self._clock())
        self._spent.move_to_end(client)
        if len(self._spent) > MAX_CLIENTS:
            self._spent.popitem(last=False)

    def headers(self, client: str) -> dict[str, str]:
        """What an answer tells of a client's points: those left, and seconds until all of them are back."""
        used = self._used(client)
        left = max(0, int(self._per_minute - used))
        return {
            "RateLimit-Policy": f'"cost";q={self._per_minute};w=60',
            "RateLimit": f'"cost";r={left};t={self._seconds(used)}',
        }

    def _used(self, client: str) -> float:
        spent, at = self._spent.get(client, (0.0, 0.0))
        return max(0.0, spent - (self._clock() - at) * self._per_minute / 60)

    def _seconds(self, points: float) -> int:
        return ceil(points * 60 / self._per_minute)


class RateLimitMiddleware:
    """An application whose clients spend points: what the account of each request says that it cost."""

    def __init__(self, app: ASGIApp, rate_limiter: RateLimiter) -> None:
        self._app = app
        self._rate_limiter = rate_limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        client = client_of(scope)
        try:
            self._rate_limiter.check(client)
        except HttpError as wrong:
            scope[OUTCOME] = RequestOutcome(OutcomeSummary(code=wrong.code))
            await error_response(wrong)(scope, receive, send)
            return
        charged = 0

        def charge() -> None:
            nonlocal charged
            outcome: RequestOutcome | None = scope.get(OUTCOME)
            cost = max(MIN_COST, (outcome and outcome.summary.cost) or 0)
            if cost > charged:
                self._rate_limiter.spend(client, cost - charged)
                charged = cost

        async def send_with_fields(message: Message) -> None:
            # What an answer costs that is worked out while it is sent, grows with it.
            charge()
            if message["type"] == "http.response.start":
                summary = self._rate_limiter.headers(client).items()
                added = [(name.lower().encode(), value.encode()) for name, value in summary]
                # A copy: the message of a kept answer is shared by requests.
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        try:
            await self._app(scope, receive, send_with_fields)
        finally:
            # Whoever leaves before the answer has had the work done all the same.
            charge()
