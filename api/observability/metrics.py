"""What Prometheus reads at `/metrics`; docs/reference/metrics.md says what each figure means.

Labels are of closed sets: operations are called by their root fields, outcomes by our codes. No client can add one.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.export.endpoint import NAMES
from api.http.errors import STATUS
from api.http.outcome import BATCH, CLIENT_LEFT, NONE, OK, UNKNOWN, Cache, RequestOutcome
from api.observability.multiprocess_metrics import MultiprocessMetrics
from schema.base.errors import INTERNAL
from schema.operation.root_fields import ROOT_FIELDS

# Of operations with more than one root field; the log has them all.
SEVERAL: Final = "several"
OPERATIONS: Final = ROOT_FIELDS | {SEVERAL, NONE, UNKNOWN, BATCH} | {*NAMES.values()}
OUTCOMES: Final = frozenset({*STATUS, OK, CLIENT_LEFT})

# A kept answer takes an eighth of a millisecond, a database may take ten seconds.
SECONDS: Final = (0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
LAG_SECONDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
POINTS: Final = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)


class Metrics:
    """The figures of one worker, and the sum of all workers' as text.

    Gauges of several workers are added up, but for limits of one worker, of which the tightest counts, and for the
    revision, of which the oldest does.
    """

    def __init__(self, workers: MultiprocessMetrics | None = None) -> None:
        # When a counter began is known to whoever scrapes it.
        disable_created_metrics()
        self._workers = workers
        own = CollectorRegistry()
        self._registry = workers.registry() if workers else own
        self._requests = Counter("yunshan_requests", "Requests for data", ["operation", "outcome"], registry=own)
        self._refusals = Counter(
            "yunshan_refusals", "What was turned away before it was a request for data", ["outcome"], registry=own
        )
        self._seconds = Histogram(
            "yunshan_request_duration_seconds",
            "Time from a request's headers to the end of its response",
            ["operation", "cache"],
            buckets=SECONDS,
            registry=own,
        )
        self._points = Histogram(
            "yunshan_request_cost_points", "Cost of what was run", ["operation"], buckets=POINTS, registry=own
        )
        self.lag_seconds = Histogram(
            "yunshan_event_loop_lag_seconds", "How late the event loop wakes up", buckets=LAG_SECONDS, registry=own
        )
        self.events = Counter("yunshan_events", "Events that subscribers were told", registry=own)
        self.cpu_seconds = Counter("yunshan_process_cpu_seconds", "Processor time of all workers", registry=own)
        self._gauges = _gauges(own)
        # A request takes 2 µs to record, with several workers 4; looking its labels up each time, 7 and 11.
        self._labelled = cache(self._labels)

    def show(self, figures: Mapping[str, float]) -> None:
        """Let gauges show figures, by their names without `yunshan_`."""
        for name, figure in figures.items():
            self._gauges[name].set(figure)

    def record(self, account: RequestOutcome, seconds: float) -> None:
        """Count a request that has been answered."""
        told = account.told
        operation = told.operation if told.operation in OPERATIONS else SEVERAL
        outcome = told.outcome if told.outcome in OUTCOMES else INTERNAL
        requests, duration, points = self._labelled(operation, outcome, account.cache)
        requests.inc()
        if account.is_stream:
            return
        duration.observe(seconds)
        # An answer that is there already costs nothing again.
        if told.cost is not None and account.cache in {"miss", "bypass"}:
            points.observe(told.cost)

    def refused(self, outcome: str) -> None:
        """Count what was turned away before it was a request for data."""
        self._refusals.labels(outcome).inc()

    def _labels(self, operation: str, outcome: str, how: Cache) -> tuple[Counter, Histogram, Histogram]:
        return (
            self._requests.labels(operation, outcome),
            self._seconds.labels(operation, how),
            self._points.labels(operation),
        )

    async def response(self) -> Response:
        """Everything, as Prometheus reads it."""
        if self._workers:
            self._workers.forget_the_dead()
        # Off the event loop: several workers' figures take milliseconds to add up.
        text = await run_in_threadpool(generate_latest, self._registry)
        return Response(text, headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE_LATEST)


def _gauges(registry: CollectorRegistry) -> dict[str, Gauge]:
    """The gauges by name: what each shows, and what counts of several workers."""
    described: dict[str, tuple[str, Literal["livesum", "livemin", "livemax"]]] = {
        "workers": ("Processes that answer", "livesum"),
        "response_cache_bytes": ("Memory that kept answers take", "livesum"),
        "response_cache_max_bytes": ("Memory that kept answers may take", "livesum"),
        "streams": ("Connections that carry subscriptions", "livesum"),
        "pool_connections": ("Connections to the database", "livesum"),
        "pool_connections_in_use": ("Connections that an operation uses", "livesum"),
        "pool_max_operations": ("Operations that may use the database at once", "livesum"),
        "pool_waiting": ("Operations that wait for a connection", "livesum"),
        "dataset_revision": ("The revision that is answered from; the oldest of all workers'", "livemin"),
        "dataset_followed": ("1 where every worker hears of new revisions by itself", "livemin"),
        "process_resident_memory_bytes": ("Memory of all workers", "livesum"),
        "process_open_fds": ("Open files and sockets of the worker with the most", "livemax"),
        "process_max_fds": ("Files and sockets that one worker may open", "livemin"),
    }
    return {
        name: Gauge(f"yunshan_{name}", text, multiprocess_mode=mode, registry=registry)
        for name, (text, mode) in described.items()
    }
