"""Somebody else asks the same worker all the while, and must not notice."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.servers import Server

# The aim is 100 ms on a machine that does nothing else; this one may run other tests.
WITHIN_S = 1.0
PROGRAM = Path(__file__).with_name("bystander.py")


@dataclass
class Bystander:
    """What somebody else met: how long the slowest answer took, and what was wrong."""

    worst_s: float = 0.0
    wrong: Sequence[str] = ()


@contextmanager
def standing_by(server: Server) -> Iterator[Bystander]:
    """Ask a small question again and again in the block, and once after; what is yielded tells of it then."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), urlsplit(server.url).netloc]
    bystander = Bystander()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        program.stdout.readline()
        yield bystander
        written, _ = program.communicate(timeout=60)
    told = json.loads(written)
    bystander.worst_s, bystander.wrong = told["worst_s"], told["wrong"]


@pytest.fixture
def target(server: Server) -> Server:
    """The server that is attacked; a module may have one with settings of its own."""
    return server


@pytest.fixture(autouse=True)
def bystander(target: Server, record_property: Callable[[str, object], None]) -> Iterator[None]:
    """An unrelated client of the same worker, which is answered in time during every attack and after it."""
    with standing_by(target) as bystander:
        yield
    record_property("bystander_worst_ms", round(bystander.worst_s * 1000, 1))
    assert bystander.wrong == []
    assert bystander.worst_s < WITHIN_S
