"""What one process of a run makes for all of its workers, such as a database that tests only read."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def alone(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Let one worker after the other in; yields the folder of that name, which is empty for the first."""
    own = factory.getbasetemp()
    of_all = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (of_all / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = of_all / name
        folder.mkdir(exist_ok=True)
        yield folder
