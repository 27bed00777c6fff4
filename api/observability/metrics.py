"""The metrics that Prometheus scrapes at `/metrics`; docs/reference/metrics.md describes each.

Label values come from closed sets, which clients can't extend: root fields for operations, our codes for outcomes.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.export.names import EXPORT_OPERATIONS
from api.http.errors import STATUS
from api.http.outcome import BATCH_OPERATION, CLIENT_LEFT, NO_OPERATION, OK, UNKNOWN_OPERATION, Cache, RequestOutcome
from api.observability.multiprocess_metrics import MultiprocessMetrics
from api.pages.addresses import PAGE_OPERATIONS
from schema.base.errors import INTERNAL
from schema.operation.root_fields import ROOT_FIELDS

# For operations with several root fields; the log lists them.
SEVERAL_OPERATIONS: Final = "several"
OPERATIONS: Final = (
    ROOT_FIELDS
    | {SEVERAL_OPERATIONS, NO_OPERATION, UNKNOWN_OPERATION, BATCH_OPERATION}
    | {*EXPORT_OPERATIONS.values(), *PAGE_OPERATIONS.values()}
)
OUTCOMES: Final = frozenset({*STATUS, OK, CLIENT_LEFT})

# A cached response takes an eighth of a millisecond; the database may take ten seconds.
SECONDS: Final = (0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
LAG_SECONDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
POINTS: Final = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)


class Metrics:
    """The metrics of one worker, and the text with the totals of all workers.

    Gauges of several workers are added up, except limits of one worker (the tightest counts) and the revision (the
    oldest counts).
    """

    def __init__(self, workers: MultiprocessMetrics | None = None) -> None:
        # Prometheus knows by itself when a counter started.
        disable_created_metrics()
        self._workers = workers
        registry = CollectorRegistry()
        self._registry = workers.registry() if workers else registry
        self._requests = Counter("yunshan_requests", "Requests for data", ["operation", "outcome"], registry=registry)
        self._refusals = Counter(
            "yunshan_refusals",
            "Requests rejected before they were requests for data",
            ["outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "yunshan_request_duration_seconds",
            "Time from a request's headers to the end of its response",
            ["operation", "cache"],
            buckets=SECONDS,
            registry=registry,
        )
        self._points = Histogram(
            "yunshan_request_cost_points",
            "Cost of operations that were executed",
            ["operation"],
            buckets=POINTS,
            registry=registry,
        )
        self.lag_seconds = Histogram(
            "yunshan_event_loop_lag_seconds",
            "How late the event loop wakes up",
            buckets=LAG_SECONDS,
            registry=registry,
        )
        self.events = Counter("yunshan_events", "Events sent to subscribers", registry=registry)
        self.compiled_failures = Counter(
            "yunshan_compiled_failures", "Failures of compiled functions on damaged documents", registry=registry
        )
        self.cpu_seconds = Counter("yunshan_process_cpu_seconds", "Processor time of all workers", registry=registry)
        self._gauges = _gauges(registry)
        # Recording a request takes 2 µs, 4 with several workers; without the cache of labels, 7 and 11.
        self._cached_labels = cache(self._labels)

    def set_gauges(self, figures: Mapping[str, float]) -> None:
        """Set gauges, by their names without `yunshan_`."""
        for name, figure in figures.items():
            self._gauges[name].set(figure)

    def record(self, outcome: RequestOutcome, seconds: float) -> None:
        """Count a request for data."""
        summary = outcome.summary
        operation = summary.operation if summary.operation in OPERATIONS else SEVERAL_OPERATIONS
        code = summary.code if summary.code in OUTCOMES else INTERNAL
        requests, duration, points = self._cached_labels(operation, code, outcome.cache)
        requests.inc()
        if outcome.is_stream:
            return
        duration.observe(seconds)
        # A cached response causes no further cost.
        if summary.cost is not None and outcome.cache in {"miss", "bypass"}:
            points.observe(summary.cost)

    def count_refusal(self, code: str) -> None:
        """Count a request rejected before it was a request for data."""
        self._refusals.labels(code).inc()

    def _labels(self, operation: str, code: str, cache_state: Cache) -> tuple[Counter, Histogram, Histogram]:
        return (
            self._requests.labels(operation, code),
            self._seconds.labels(operation, cache_state),
            self._points.labels(operation),
        )

    async def response(self) -> Response:
        """Respond with all metrics in the format of Prometheus."""
        if self._workers:
            self._workers.remove_dead_workers()
        # In a thread: adding up the metrics of several workers takes milliseconds.
        text = await run_in_threadpool(generate_latest, self._registry)
        return Response(text, headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE_LATEST)


def _gauges(registry: CollectorRegistry) -> dict[str, Gauge]:
    """Create the gauges by name, with their help text and how those of several workers are combined."""
    described: dict[str, tuple[str, Literal["livesum", "livemin", "livemax"]]] = {
        "workers": ("Server processes", "livesum"),
        "response_cache_bytes": ("Memory used by cached responses", "livesum"),
        "response_cache_max_bytes": ("Memory limit of cached responses", "livesum"),
        "streams": ("Connections that carry subscriptions", "livesum"),
        "pool_connections": ("Connections to the database", "livesum"),
        "pool_connections_in_use": ("Connections in use by an operation", "livesum"),
        "pool_max_operations": ("Limit of concurrent database operations", "livesum"),
        "pool_waiting": ("Operations waiting for a connection", "livesum"),
        "dataset_revision": ("The revision served; the oldest among all workers", "livemin"),
        "dataset_followed": ("1 if every worker is notified of new revisions", "livemin"),
        "process_resident_memory_bytes": ("Memory of all workers", "livesum"),
        "process_open_fds": ("Open files and sockets of the worker with the most", "livemax"),
        "process_max_fds": ("Limit of open files and sockets of one worker", "livemin"),
    }
    return {
        name: Gauge(f"yunshan_{name}", text, multiprocess_mode=mode, registry=registry)
        for name, (text, mode) in described.items()
    }
