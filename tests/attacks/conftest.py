"""Somebody else asks the same worker all the while, and must not notice."""

import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.servers import Server

# The aim is 100 ms on a machine that does nothing else; this one may run other tests, and those who attack share a
# process, and its one interpreter lock, with whoever stands by.
WITHIN_S = 2.0
PAUSE_S = 0.01
TINY = "/graphql?query=%7B__typename%7D"


class Bystander(threading.Thread):
    """Asks a small question again and again; `worst_s` is how long the slowest answer took."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._address = urlsplit(server.url)
        self._ends = threading.Event()
        self.worst_s = 0.0
        self.wrong: list[str] = []

    def run(self) -> None:
        """Ask until the attack has ended, and once after."""
        client = HTTPConnection(self._address.netloc, timeout=30)
        has_ended = False
        while not has_ended:
            has_ended = self._ends.is_set()
            self._ask(client)
            self._ends.wait(PAUSE_S)
        client.close()

    def _ask(self, client: HTTPConnection) -> None:
        started = time.perf_counter()
        try:
            client.request("GET", TINY, headers={"Accept": "application/json"})
            answer = client.getresponse().read()
        except OSError as error:
            self.wrong.append(repr(error))
            client.close()
            return
        self.worst_s = max(self.worst_s, time.perf_counter() - started)
        if not answer.startswith(b'{"data":{"__typename":"Query"}'):
            self.wrong.append(repr(answer))

    def end(self) -> None:
        """Ask for the last time."""
        self._ends.set()
        self.join(60)


@pytest.fixture
def target(server: Server) -> Server:
    """The server that is attacked; a module may have one with settings of its own."""
    return server


@pytest.fixture(autouse=True)
def bystander(target: Server, record_property: Callable[[str, object], None]) -> Iterator[Bystander]:
    """An unrelated client of the same worker, which is answered in time during every attack and after it."""
    bystander = Bystander(target)
    bystander.start()
    yield bystander
    bystander.end()
    record_property("bystander_worst_ms", round(bystander.worst_s * 1000, 1))
    assert bystander.wrong == []
    assert bystander.worst_s < WITHIN_S
