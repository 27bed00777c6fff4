"""Rate limits in points of cost: a token bucket for each client, refilled at a constant rate.

The cost of a request is known, and charged, when it is answered. A client with one point left is admitted, so it can
overspend; this creates a debt that refills at the same rate. Responses carry the header fields of the IETF draft
"RateLimit header fields for HTTP". Each worker has its own buckets.
"""

from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.client_address import client_of
from api.http.errors import HttpError, error_response
from api.http.outcome import OUTCOME, OutcomeSummary, RequestOutcome
from loaders.lru_cache import LruCache

# Clients with a stored bucket; all others have a full one.
MAX_CLIENTS: Final = 10_000
# The minimum cost of a request: rejecting one takes work too.
MIN_COST: Final = 1


class RateLimiter:
    """Token buckets by client. per_minute: refill rate in points, and capacity of a bucket."""

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = monotonic, *, max_clients: int = MAX_CLIENTS
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        # By client: points used and not yet refilled, and the time of that figure.
        self._spent = LruCache[str, tuple[float, float]](max_entries=max_clients)

    def wait_s(self, client: str) -> int:
        """Return the seconds until the client has a point; 0 if it has one now."""
        missing = self._used(client) + 1 - self._per_minute
        return self._seconds(missing) if missing > 0 else 0

    def check(self, client: str) -> None:
        """Raise HttpError (429) if the client has no points left."""
        if seconds := self.wait_s(client):
            headers = {"Retry-After": str(seconds), **self.headers(client)}
            raise HttpError(429, f"the rate limit is exceeded; try again in {seconds} s", headers)

    def spend(self, client: str, points: int) -> None:
        """Take points from a client's bucket, even if it holds fewer."""
        self._spent.put(client, (self._used(client) + points, self._clock()))

    def headers(self, client: str) -> dict[str, str]:
        """Return the RateLimit headers: points left, and seconds until the bucket is full."""
        used = self._used(client)
        left = max(0, int(self._per_minute - used))
        return {
            "RateLimit-Policy": f'"cost";q={self._per_minute};w=60',
            "RateLimit": f'"cost";r={left};t={self._seconds(used)}',
        }

    def _used(self, client: str) -> float:
        spent, at = self._spent.get(client) or (0.0, 0.0)
        return max(0.0, spent - (self._clock() - at) * self._per_minute / 60)

    def _seconds(self, points: float) -> int:
        return ceil(points * 60 / self._per_minute)


class RateLimitMiddleware:
    """Middleware that charges the cost in the RequestOutcome of each request to its client."""

    def __init__(
        self, app: ASGIApp, rate_limiter: RateLimiter, refuse: Callable[[Scope, HttpError], ASGIApp] | None = None
    ) -> None:
        """refuse: builds the response to a client without points; by default, JSON."""
        self._app = app
        self._rate_limiter = rate_limiter
        self._refuse = refuse or (lambda _, error: error_response(error))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        client = client_of(scope)
        try:
            self._rate_limiter.check(client)
        except HttpError as wrong:
            scope[OUTCOME] = RequestOutcome(OutcomeSummary(code=wrong.code))
            await self._refuse(scope, wrong)(scope, receive, send)
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
            # The cost of a streamed response grows while it is sent.
            charge()
            if message["type"] == "http.response.start":
                fields = self._rate_limiter.headers(client).items()
                added = [(name.lower().encode(), value.encode()) for name, value in fields]
                # A copy: requests share the message of a cached response.
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        try:
            await self._app(scope, receive, send_with_fields)
        finally:
            # A client that disconnects before the response has caused the work all the same.
            charge()
