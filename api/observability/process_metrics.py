"""Metrics that are sampled: memory, connections, the current revision, the lag of the event loop."""

import asyncio
import resource
from math import inf
from pathlib import Path
from time import monotonic, process_time
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.graphql.endpoint import GraphQLEndpoint
from api.observability.metrics import Metrics
from api.observability.multiprocess_metrics import MultiprocessMetrics
from api.settings import Settings
from loaders.mongo.monitoring import PoolCounter
from loaders.store.store import Store

SAMPLE_INTERVAL_S: Final = 0.5
_PAGE_BYTES: Final = resource.getpagesize()
# Only on Linux.
_PROCESS: Final = Path("/proc/self")


class ProcessMetrics:
    """Samples the metrics of one worker that requests do not update, twice a second and at each scrape."""

    def __init__(self, settings: Settings, endpoint: GraphQLEndpoint) -> None:
        self.metrics = Metrics(MultiprocessMetrics.from_environment())
        self.pool = PoolCounter()
        self._settings = settings
        self._endpoint = endpoint
        self._cpu_s = 0.0
        self._counted_events = self._counted_failures = 0

    async def scrape(self, request: Request) -> Response:
        """Serve `/metrics`."""
        self._sample(request.app.state.store)
        return await self.metrics.response()

    async def run(self, store: Store) -> None:
        """Sample until cancelled."""
        while True:
            due = monotonic() + SAMPLE_INTERVAL_S
            await asyncio.sleep(SAMPLE_INTERVAL_S)
            # A timer may fire early by the resolution of the clock.
            self.metrics.lag_seconds.observe(max(monotonic() - due, 0.0))
            self._sample(store)

    def _sample(self, store: Store) -> None:
        published = store.known_published()
        if published:
            self.metrics.set_gauges({"dataset_revision": published.revision})
        now = process_time()
        self.metrics.cpu_seconds.inc(now - self._cpu_s)
        self._cpu_s = now
        self.metrics.events.inc(self._endpoint.hub.events_sent - self._counted_events)
        self._counted_events = self._endpoint.hub.events_sent
        self.metrics.compiled_failures.inc(self._endpoint.compiled_failures - self._counted_failures)
        self._counted_failures = self._endpoint.compiled_failures
        self.metrics.set_gauges(
            {
                "workers": 1,
                "response_cache_bytes": self._endpoint.cached_bytes,
                "response_cache_max_bytes": self._settings.response_cache_bytes,
                "streams": self._endpoint.hub.open,
                "pool_connections": self.pool.open,
                "pool_connections_in_use": self.pool.checked_out,
                "pool_max_operations": self._settings.mongodb_max_pool_size,
                "pool_waiting": store.waiting,
                "dataset_followed": published is not None,
                **_process_figures(),
            }
        )


def _process_figures() -> dict[str, float]:
    """Return memory and open files of this process, as far as the system reports them."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    figures = {"process_max_fds": inf if most == resource.RLIM_INFINITY else most}
    if _PROCESS.exists():
        pages = int((_PROCESS / "statm").read_text().split()[1])
        figures["process_resident_memory_bytes"] = pages * _PAGE_BYTES
        figures["process_open_fds"] = len(list((_PROCESS / "fd").iterdir()))
    return figures
