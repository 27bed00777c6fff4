"""Metrics of several workers in one scrape: each worker writes its own to files in a shared folder.

A worker takes the first number that no running worker holds, and continues the counters of its previous holder, so
that restarts create no further files.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final, Self

from prometheus_client import CollectorRegistry, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

# Defined by prometheus_client.
METRICS_FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def shared_folder() -> Iterator[None]:
    """Provide a temporary folder to the workers that are started within the block."""
    with TemporaryDirectory(prefix="yunshan-metrics-") as folder:
        os.environ[METRICS_FOLDER_VARIABLE] = folder
        yield


class MultiprocessMetrics:
    """The number of this worker among those that share its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock, number = _first_free_number(folder)
        # Read by each metric on creation.
        values.ValueClass = values.MultiProcessValue(lambda: number)

    @classmethod
    def from_environment(cls) -> Self | None:
        """Return None if there is only one worker."""
        folder = os.environ.get(METRICS_FOLDER_VARIABLE)
        return cls(Path(folder)) if folder else None

    def registry(self) -> CollectorRegistry:
        """Create a registry that reads the files of all workers."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self._folder))
        return registry

    def remove_dead_workers(self) -> None:
        """Remove the gauges of workers that have exited; their counters remain."""
        for path in self._folder.glob("*.lock"):
            with open(path, "a") as file:
                if _try_lock(file):
                    mark_process_dead(int(path.stem), str(self._folder))


def _first_free_number(folder: Path) -> tuple[IO[str], int]:
    """Return the first free number, and the open file whose lock reserves it."""
    for number in count():
        file = open(folder / f"{number}.lock", "a")
        if _try_lock(file):
            return file, number
        file.close()
    raise AssertionError("there is always another number")


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
