"""A bystander sends requests to the same worker all the while, and must be answered rightly."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from tests.support.servers import Server, processor_s
from tests.support.thoroughness import IS_THOROUGH

PROGRAM: Final = Path(__file__).parents[1] / "support" / "attacks" / "bystander.py"
IDLE_ANSWERS: Final = 100
# The aim is 0.1 s on a quiet machine; coverage and an old processor multiply it.
MOST_PROCESSOR_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Report:
    """What the bystander met since its last report: how long each answer took, and what was wrong."""

    seconds: list[float]
    wrong: list[str]

    @property
    def median_s(self) -> float:
        return median(self.seconds)

    @property
    def mean_s(self) -> float:
        """Unlike the median, it has the few answers that waited for long."""
        return fmean(self.seconds)


class Bystander:
    """A client of its own process. It has a connection, and an answer over it, from the beginning."""

    def __init__(self, server: Server, *request: str) -> None:
        command = [sys.executable, "-I", "-S", str(PROGRAM), urlsplit(server.url).netloc, *request]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._read()

    def report(self) -> Report:
        """Wait for one more answer, and tell of all since the last report."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._read()

    def idle(self) -> Report:
        """Wait for answers while nothing else is sent to the server."""
        self.report()
        seconds: list[float] = []
        wrong: list[str] = []
        while len(seconds) < IDLE_ANSWERS:
            more = self.report()
            seconds += more.seconds
            wrong += more.wrong
        return Report(seconds, wrong)

    def close(self) -> None:
        self._process.communicate()

    def _read(self) -> Report:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return Report(**told)


@contextmanager
def standing_by(server: Server, *request: str) -> Iterator[Bystander]:
    """Have a bystander send requests while the block runs. request: the path, and how the answer begins."""
    bystander = Bystander(server, *request)
    try:
        yield bystander
    finally:
        bystander.close()


@pytest.fixture
def target(server: Server) -> Server:
    """The server that is attacked; a module may have one with settings of its own."""
    return server


@pytest.fixture(scope="module")
def bystanders() -> Iterator[dict[str, Bystander]]:
    """The bystanders of a module, by the URLs of their servers."""
    started: dict[str, Bystander] = {}
    yield started
    for bystander in started.values():
        bystander.close()


@pytest.fixture(autouse=True)
def bystander(target: Server, bystanders: dict[str, Bystander]) -> Iterator[Bystander]:
    """An unrelated client of the same worker, which is answered rightly during each test and after it."""
    bystander = bystanders.get(target.url)
    if bystander is None:
        bystander = bystanders[target.url] = Bystander(target)
    assert bystander.report().wrong == []
    yield bystander
    assert bystander.report().wrong == []


@pytest.fixture
def brief_work(target: Server) -> Iterator[None]:
    """The test takes little of the server's processor time, for which others would have to wait.

    Processor time is the same beside other work. Thorough runs hold it; a quick one may be on any machine.
    """
    before = processor_s(target)
    yield
    if IS_THOROUGH:
        assert processor_s(target) - before < MOST_PROCESSOR_S
