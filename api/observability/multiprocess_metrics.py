"""The figures of several workers in one scrape: each keeps its own in files of a folder that they share.

A worker takes the first number that no living one has, and goes on with the counts of the one that had it before.
So there are no more files than workers at a time, however often one is started again.
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

# The library's own name for it.
METRICS_FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def shared_folder() -> Iterator[None]:
    """Let the workers that are started in the block share a folder, which is gone afterwards."""
    with TemporaryDirectory(prefix="yunshan-metrics-") as folder:
        os.environ[METRICS_FOLDER_VARIABLE] = folder
        yield


class MultiprocessMetrics:
    """The worker that this process is, among those that share its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock, number = _first_free_number(folder)
        # Read by each metric when it is made.
        values.ValueClass = values.MultiProcessValue(lambda: number)

    @classmethod
    def from_environment(cls) -> Self | None:
        """None where there is but one."""
        folder = os.environ.get(METRICS_FOLDER_VARIABLE)
        return cls(Path(folder)) if folder else None

    def registry(self) -> CollectorRegistry:
        """What is to be read: all workers' files."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self._folder))
        return registry

    def remove_dead_workers(self) -> None:
        """Drop gauges of workers that are gone; what they counted stays counted."""
        for path in self._folder.glob("*.lock"):
            with open(path, "a") as file:
                if _try_lock(file):
                    mark_process_dead(int(path.stem), str(self._folder))


def _first_free_number(folder: Path) -> tuple[IO[str], int]:
    """The first number that nobody holds, and what holds it as long as it is open."""
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
