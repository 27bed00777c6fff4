"""Clients that take their time, or take every connection."""

import select
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import pytest

from api.settings import Settings
from tests.attacks.conftest import standing_by
from tests.support.attacks.raw_http import Answer, Connection, connection, holds, request
from tests.support.servers import Server, running_beside
from tests.support.waiting import until

TIMEOUT_S: Final = 1
CONNECTIONS: Final = 60
TINY: Final = b'{"query":"{__typename}"}'
POST: Final = request("/graphql", body=TINY)
SLOW: Final = {"REQUEST_TIMEOUT_S": str(TIMEOUT_S), "KEEP_ALIVE_S": str(TIMEOUT_S)}
# Silent connections stay for as long as the test wants them.
CROWDED: Final = {"REQUEST_TIMEOUT_S": "300", "KEEP_ALIVE_S": "300", "MAX_CONNECTIONS": str(CONNECTIONS)}
# How much longer than among nobody others may wait among 200 slow clients, for which the server does nothing.
WAITS: Final = 50


@pytest.fixture(scope="module")
def strict(server: Server) -> Iterator[Server]:
    with running_beside(server, **SLOW) as strict:
        yield strict


@pytest.fixture
def target(strict: Server) -> Server:
    return strict


def drip(data: bytes) -> Callable[[Connection], None]:
    """Send a byte at a time until the server says something."""

    def send(client: Connection) -> None:
        for byte in data:
            client.send(bytes([byte]))
            if select.select([client.socket], [], [], 0.05)[0]:
                return

    return send


def stop_after(data: bytes) -> Callable[[Connection], None]:
    return lambda client: client.send(data)


def after_an_answer(data: bytes) -> Callable[[Connection], None]:
    def send(client: Connection) -> None:
        client.send(POST)
        assert client.answer().status == 200
        client.send(data)

    return send


def body_by_bytes(client: Connection) -> None:
    client.send(request("/graphql", "Content-Length: 5000"))
    drip(b" " * 5_000)(client)


CHUNKED: Final = request("/graphql", "Transfer-Encoding: chunked")
LATE: Final = {
    "half of a method": stop_after(b"PO"),
    "half of a URL": stop_after(b"GET /graphql?query="),
    "half of the headers": stop_after(POST[:40]),
    "headers a byte at a time": drip(b"GET /healthz HTTP/1.1\r\nX: " + b"1" * 5_000),
    "headers one by one without end": drip(b"GET /healthz HTTP/1.1\r\n" + b"X: 1\r\n" * 1_000),
    "no body": stop_after(POST[: -len(TINY)]),
    "half of a body": stop_after(POST[:-5]),
    "a body a byte at a time": body_by_bytes,
    "a chunk that is not sent": stop_after(CHUNKED + b"ff\r\n"),
    "chunks without end": stop_after(CHUNKED + b"1\r\n \r\n" * 3),
    "a second request that stops": after_an_answer(POST[:40]),
    "a second body that stops": after_an_answer(POST[:-5]),
}
SILENT: Final = {
    "no request at all": stop_after(b""),
    "no second request": after_an_answer(b""),
    "empty lines": stop_after(b"\r\n\r\n"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a slow client fared: its last answer, if it was due one, whether the connection was closed, and when."""

    answer: Answer | None
    is_closed: bool
    seconds: float


def outcome_of(server: Server, attack: Callable[[Connection], None], *, is_answered: bool) -> Outcome:
    started = time.monotonic()
    with connection(server) as client:
        attack(client)
        answer = client.answer() if is_answered else None
        is_closed = client.is_closed()
        return Outcome(answer, is_closed, time.monotonic() - started)


@pytest.fixture(scope="module")
def outcomes(strict: Server) -> Mapping[str, Outcome]:
    """What becomes of each slow client. All are connected at once: each waits for the server's timer."""
    with ThreadPoolExecutor(len(LATE | SILENT)) as threads:
        running = {
            name: threads.submit(outcome_of, strict, attack, is_answered=name in LATE)
            for name, attack in (LATE | SILENT).items()
        }
        return {name: future.result() for name, future in running.items()}


@pytest.mark.parametrize("name", LATE)
def test_a_request_that_is_not_complete_in_time_is_refused(outcomes: Mapping[str, Outcome], name: str) -> None:
    outcome = outcomes[name]
    assert outcome.answer is not None
    assert (outcome.answer.status, outcome.answer.error[0]) == (408, "REQUEST_TIMEOUT")
    assert outcome.is_closed
    assert outcome.seconds > TIMEOUT_S * 0.9


@pytest.mark.parametrize("name", SILENT)
def test_a_silent_connection_is_closed(outcomes: Mapping[str, Outcome], name: str) -> None:
    assert outcomes[name].is_closed
    assert outcomes[name].seconds > TIMEOUT_S * 0.9


def test_the_time_that_clients_have_is_that_of_the_settings(outcomes: Mapping[str, Outcome]) -> None:
    default_s = Settings.model_fields["request_timeout_s"].default
    # The quickest of them all: a busy machine may hold up any one.
    assert min(outcome.seconds for outcome in outcomes.values()) < default_s


def test_a_body_that_goes_on_after_it_was_refused_is_not_read_for_ever(target: Server) -> None:
    with connection(target) as client:
        client.send(request("/graphql", "Content-Length: 999999999"))
        assert client.answer().status == 413
        until(lambda: not _takes(client, b" " * 100), what="the end of the connection")


def _takes(client: Connection, data: bytes) -> bool:
    try:
        client.socket.sendall(data)
    except ConnectionError:
        return False
    return True


@pytest.mark.slow
def test_an_answer_that_nobody_reads_is_given_up(target: Server) -> None:
    with connection(target, receive_buffer=4_096) as client:
        client.send(request("/graphql", "Accept: text/html", method="GET"))
        page = client.answer().body.decode()
        asset = next(text for text in page.split('"') if text.endswith(".js"))
        client.send(request(asset, method="GET") * 8)
        until(lambda: not holds(target, client.port), what="the end of the connection on the server's side")
        received = 0
        try:
            while chunk := client.socket.recv(1_000_000):
                received += len(chunk)
        except ConnectionError:
            pass
    assert received < 8 * 3_000_000, "all of it was sent to who did not read"


def test_who_leaves_in_the_middle_of_a_body_costs_nothing(target: Server) -> None:
    ports = []
    for _ in range(50):
        with connection(target) as client:
            client.send(POST[:-5])
            ports.append(client.port)
    until(lambda: not any(holds(target, port) for port in ports), what="the end of the server's connections")
    assert "the request failed" not in target.log.read_text()
    assert "Traceback" not in target.log.read_text()


def test_a_client_that_was_refused_and_stays_is_refused_once(target: Server) -> None:
    with connection(target) as client, connection(target) as later:
        client.send(b"\0\1\2\r\n\r\n")
        later.send(POST[:40])
        assert client.answer().status == 400
        assert client.is_closed()
        # Its own time is over by then, too.
        assert later.answer().status == 408
    assert "Traceback" not in target.log.read_text()


@pytest.fixture(scope="module")
def crowded(server: Server) -> Iterator[Server]:
    with running_beside(server, **CROWDED) as crowded:
        yield crowded


def test_connections_past_the_limit_are_refused_until_others_are_closed(crowded: Server) -> None:
    # The bystander has its connection before the others come, and keeps it.
    with standing_by(crowded) as bystander, ExitStack() as held:
        clients = [held.enter_context(connection(crowded)) for _ in range(CONNECTIONS + 10)]
        for client in clients[-10:]:
            answer = client.answer()
            assert (answer.status, answer.error[0]) == (503, "SERVER_BUSY")
            assert answer.headers["retry-after"] == "1"
            assert client.is_closed()
        clients[0].send(POST)
        assert clients[0].answer().data == {"__typename": "Query"}
        held.close()
        until(lambda: _is_served(crowded), what="room for another connection")
        assert bystander.report().wrong == []


def _is_served(server: Server) -> bool:
    with connection(server) as client:
        client.send(POST)
        return client.answer().status == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [("--workers", "2"), ("--reload",)],
    ids=["workers", "reload"],
)
def test_the_limits_hold_in_every_worker_and_after_a_reload(server: Server, arguments: tuple[str, ...]) -> None:
    with running_beside(server, *arguments, **SLOW) as own, ExitStack() as held:
        clients = [held.enter_context(connection(own)) for _ in range(12)]
        for client in clients:
            client.send(POST[:40])
        assert [client.answer().status for client in clients] == [408] * 12
        with connection(own) as client:
            client.send(request("/healthz", *(f"X-{n}: 1" for n in range(101)), method="GET"))
            assert client.answer().status == 431


@pytest.mark.slow
def test_two_hundred_slow_clients_keep_nobody_from_being_answered(server: Server) -> None:
    with running_beside(server, REQUEST_TIMEOUT_S="5") as own, standing_by(own) as bystander, ExitStack() as held:
        idle = bystander.idle()
        clients = [held.enter_context(connection(own)) for _ in range(200)]
        for number, client in enumerate(clients):
            client.send(POST[: number % len(POST)])
        among_others = bystander.idle()
        assert all(_ends(client) for client in clients)
        report = bystander.report()
    print(f"others wait {idle.median_s * 1000:.1f} ms, among slow clients {among_others.mean_s * 1000:.1f} ms")
    assert (idle.wrong, among_others.wrong, report.wrong) == ([], [], [])
    assert among_others.mean_s < WAITS * idle.median_s


def _ends(client: Connection) -> bool:
    try:
        client.answer()
    except (EOFError, ConnectionError):
        return True
    return client.is_closed()
