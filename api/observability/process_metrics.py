"""What a worker is at a moment: its memory, its connections, the revision it knows, how late its event loop is."""

import asyncio
import resource
from math import inf
from pathlib import Path
from time import monotonic, process_time
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.graphql.endpoint import Endpoint
from api.observability.metrics import Metrics
from api.observability.multiprocess_metrics import MultiprocessMetrics
from api.settings import Settings
from loaders.mongo.monitoring import PoolCounter
from loaders.store.store import Store

BEAT_S: Final = 0.5
_PAGE_BYTES: Final = resource.getpagesize()
# Linux has it.
_PROCESS: Final = Path("/proc/self")


class ProcessMetrics:
    """Takes the figures of one worker that no request moves: twice a second, and whenever they are asked for."""

    def __init__(self, settings: Settings, endpoint: Endpoint) -> None:
        self.metrics = Metrics(MultiprocessMetrics.from_environment())
        self.pool = PoolCounter()
        self._settings = settings
        self._endpoint = endpoint
        self._cpu_s = 0.0
        self._told = 0

    async def scrape(self, http: Request) -> Response:
        """Answer `/metrics`."""
        self._take(http.app.state.store)
        return await self.metrics.response()

    async def run(self, store: Store) -> None:
        """Take figures until cancelled."""
        while True:
            due = monotonic() + BEAT_S
            await asyncio.sleep(BEAT_S)
            # A timer may be early by the clock's grain.
            self.metrics.lag_seconds.observe(max(monotonic() - due, 0.0))
            self._take(store)

    def _take(self, store: Store) -> None:
        published = store.known_published()
        if published:
            self.metrics.show({"dataset_revision": published.revision})
        now = process_time()
        self.metrics.cpu_seconds.inc(now - self._cpu_s)
        self._cpu_s = now
        self.metrics.events.inc(self._endpoint.live.told - self._told)
        self._told = self._endpoint.live.told
        self.metrics.show(
            {
                "workers": 1,
                "response_cache_bytes": self._endpoint.bytes_kept,
                "response_cache_max_bytes": self._settings.response_cache_bytes,
                "streams": self._endpoint.live.open,
                "pool_connections": self.pool.open,
                "pool_connections_in_use": self.pool.checked_out,
                "pool_max_operations": self._settings.mongodb_max_pool_size,
                "pool_waiting": store.waiting,
                "dataset_followed": published is not None,
                **_process(),
            }
        )


def _process() -> dict[str, float]:
    """Memory and open files of this process, where the system is one that tells."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    figures = {"process_max_fds": inf if most == resource.RLIM_INFINITY else most}
    if _PROCESS.exists():
        pages = int((_PROCESS / "statm").read_text().split()[1])
        figures["process_resident_memory_bytes"] = pages * _PAGE_BYTES
        figures["process_open_fds"] = len(list((_PROCESS / "fd").iterdir()))
    return figures
