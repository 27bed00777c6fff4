"""The load generator: a fixed number of keep-alive connections, each sending a request when the last is answered.

HTTP/1.1 by hand on uvloop's transports, since a client library would cost more than the fastest server here. Every
answer is checked: status 200, the length that its question's checked answer had, `data` and no `errors`.
"""

import asyncio
import gc
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

import uvloop

from bench.reporting.figures import percentile
from bench.staging.processes import cpu_seconds

SILENT_S: Final = 60.0
Result = TypeVar("Result")
_LENGTH: Final = b"content-length: "
_TAIL: Final = 200


class WrongAnswer(Exception):
    """A server answered something else than it did before the measurement."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, ready to send, and the length of the answer's body."""

    request: bytes
    length: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run gave.

    generator_share: of its time, how much the generator itself used a processor; shares: the same of other processes.
    """

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    generator_share: float
    shares: Sequence[float]

    @property
    def throughput(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


@dataclass(slots=True)
class _Run:
    exchanges: Sequence[Exchange]
    once: bool = False
    position: int = 0
    stopped: bool = False
    error: WrongAnswer | None = None
    latencies: list[float] = field(default_factory=list)

    def next(self) -> Exchange:
        exchange = self.exchanges[self.position]
        self.position += 1
        if self.position == len(self.exchanges):
            self.position, self.stopped = 0, self.once
        return exchange


def measure(
    port: int,
    exchanges: Sequence[Exchange],
    *,
    connections: int,
    seconds: float,
    waves: int = 3,
    watched: Sequence[int] = (),
) -> Measured:
    """Ask a server on 127.0.0.1 the exchanges in turn, again and again.

    waves: a slow server answers in waves of as many as there are connections; so many are measured, however long they
    take. watched: processes whose shares of a processor are wanted. Raises WrongAnswer.
    """
    return _undisturbed(_measure(_Run(exchanges), port, connections, seconds, waves * connections, watched))


def exchange_once(port: int, exchanges: Sequence[Exchange], *, connections: int) -> None:
    """Ask a server on 127.0.0.1 each of at least as many exchanges as there are connections, once.

    Raises WrongAnswer.
    """
    _undisturbed(_exchange_once(port, exchanges, connections))


def _undisturbed(job: Coroutine[Any, Any, Result]) -> Result:
    """Run without pauses by the garbage collector."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        gc.collect()
        gc.disable()
        try:
            return runner.run(job)
        finally:
            gc.enable()


async def _measure(
    run: _Run, port: int, connections: int, seconds: float, answers: int, watched: Sequence[int]
) -> Measured:
    clients = await _connect(port, run, connections)
    began, used = time.perf_counter(), _used(watched)
    for client in clients:
        client.ask()
    await _until_enough(run, clients, began + seconds, answers)
    elapsed = time.perf_counter() - began
    own, *shares = ((after - before) / elapsed for after, before in zip(_used(watched), used, strict=True))
    latencies = sorted(run.latencies)
    run.stopped = True
    await _closed(run, clients)
    return Measured(
        requests=len(latencies),
        seconds=elapsed,
        p50_ms=percentile(latencies, 50) * 1000,
        p99_ms=percentile(latencies, 99) * 1000,
        generator_share=own,
        shares=shares,
    )


def _used(watched: Sequence[int]) -> list[float]:
    """Seconds of processor time: our own, then the watched processes'."""
    return [time.process_time(), *map(cpu_seconds, watched)]


async def _exchange_once(port: int, exchanges: Sequence[Exchange], connections: int) -> None:
    run = _Run(exchanges, once=True)
    clients = await _connect(port, run, connections)
    for client in clients:
        client.ask()
    await _closed(run, clients)


async def _connect(port: int, run: _Run, connections: int) -> "list[_Client]":
    connect = asyncio.get_running_loop().create_connection
    return [(await connect(lambda: _Client(run), "127.0.0.1", port))[1] for _ in range(connections)]


async def _closed(run: _Run, clients: "Sequence[_Client]") -> None:
    """Wait until every connection has its last answer."""
    await asyncio.gather(*(client.closed for client in clients))
    if run.error:
        raise run.error


async def _until_enough(run: _Run, clients: "Sequence[_Client]", deadline: float, answers: int) -> None:
    await asyncio.sleep(deadline - time.perf_counter())
    while len(run.latencies) < answers and run.error is None:
        if time.perf_counter() > deadline + SILENT_S:
            run.error = WrongAnswer(f"{len(run.latencies)} answers in {SILENT_S:.0f} s")
            for client in clients:
                client.abort()
        await asyncio.sleep(0.001)


class _Client(asyncio.Protocol):
    """One connection: sends a request, counts the bytes of the answer, sends the next."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._head = b""
        self._left = -1
        self._expected = 0
        self._began = 0.0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._run.stopped and self._run.error is None:
            self._run.error = WrongAnswer("the server closed a connection")
        self.closed.set_result(None)

    def ask(self) -> None:
        """Send the next request."""
        exchange = self._run.next()
        self._expected, self._left = exchange.length, -1
        self._began = time.perf_counter()
        self._transport.write(exchange.request)

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._left < 0:
            if self._head:
                data, self._head = self._head + data, b""
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._head = data
                return
            if problem := self._problem(data, end):
                self._fail(problem)
                return
            self._left = self._expected - (len(data) - end - 4)
        else:
            self._left -= len(data)
        if self._left <= 0:
            self._complete(data)

    def _problem(self, data: bytes, end: int) -> str | None:
        """Say what is wrong with an answer's head, which ends at `end`, or with the first bytes of its body."""
        head = data[:end].lower()
        if not head.startswith(b"http/1.1 200 "):
            return data[:_TAIL].decode(errors="replace")
        at = head.find(_LENGTH)
        length = head[at + len(_LENGTH) :].split(b"\r", 1)[0] if at >= 0 else b"none"
        if length != str(self._expected).encode():
            return f"a body of length {length.decode()} instead of {self._expected}"
        return None if data[end + 4 : end + 10] in b'{"data' else f"a body that begins {data[end + 4 : end + 40]!r}"

    def _complete(self, data: bytes) -> None:
        if self._left < 0 or b'"errors"' in data[-_TAIL:]:
            self._fail("errors, or more than one answer")
        elif self._run.stopped:
            self._transport.close()
        else:
            self._run.latencies.append(time.perf_counter() - self._began)
            self.ask()

    def _fail(self, problem: str) -> None:
        self._run.error = self._run.error or WrongAnswer(problem)
        self._transport.abort()
