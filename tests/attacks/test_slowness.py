"""Clients that take their time, or take every connection."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.attacks.raw import Connection, connection, request
from tests.servers import Server, running_beside

TIMEOUT_S = 1
# A second and what a machine that does other things too takes longer.
CLOSED_WITHIN_S = 4.0
CONNECTIONS = 60
TINY = b'{"query":"{__typename}"}'
POST = request("/graphql", body=TINY)
SLOW = {"REQUEST_TIMEOUT_S": str(TIMEOUT_S), "KEEP_ALIVE_S": str(TIMEOUT_S), "MAX_CONNECTIONS": str(CONNECTIONS)}


@pytest.fixture(scope="module")
def strict(server: Server) -> Iterator[Server]:
    with running_beside(server, **SLOW) as strict:
        yield strict


@pytest.fixture
def target(strict: Server) -> Server:
    return strict


def drip(data: bytes) -> Callable[[Connection], None]:
    """Send a byte at a time, for longer than a request may take."""

    def send(client: Connection) -> None:
        ends = time.monotonic() + TIMEOUT_S + 0.5
        for byte in data:
            if time.monotonic() > ends:
                return
            client.send(bytes([byte]))
            time.sleep(0.05)

    return send


def stop_after(data: bytes) -> Callable[[Connection], None]:
    return lambda client: client.send(data)


def after_an_answer(data: bytes) -> Callable[[Connection], None]:
    def send(client: Connection) -> None:
        client.send(POST)
        assert client.answer().status == 200
        client.send(data)

    return send


CHUNKED = request("/graphql", "Transfer-Encoding: chunked")
LATE = {
    "half of a method": stop_after(b"PO"),
    "half of a URL": stop_after(b"GET /graphql?query="),
    "half of the headers": stop_after(POST[:40]),
    "headers a byte at a time": drip(POST),
    "headers one by one without end": drip(b"GET /healthz HTTP/1.1\r\n" + b"X: 1\r\n" * 20),
    "no body": stop_after(POST[: -len(TINY)]),
    "half of a body": stop_after(POST[:-5]),
    "a body a byte at a time": drip(POST[-len(TINY) :]),
    "a chunk that is not sent": stop_after(CHUNKED + b"ff\r\n"),
    "chunks without end": stop_after(CHUNKED + b"1\r\n \r\n" * 3),
    "a second request that stops": after_an_answer(POST[:40]),
    "a second body that stops": after_an_answer(POST[:-5]),
}


@pytest.mark.parametrize("attack", LATE.values(), ids=LATE)
def test_a_request_that_is_not_complete_in_time_is_refused(
    target: Server, attack: Callable[[Connection], None]
) -> None:
    with connection(target) as client:
        if attack is LATE["a body a byte at a time"]:
            client.send(POST[: -len(TINY)])
        started = time.monotonic()
        attack(client)
        answer = client.answer()
        took = time.monotonic() - started
        assert (answer.status, answer.error[0]) == (408, "REQUEST_TIMEOUT")
        assert client.is_closed()
    assert TIMEOUT_S * 0.9 < took < CLOSED_WITHIN_S


SILENT = {
    "no request at all": stop_after(b""),
    "no second request": after_an_answer(b""),
    "empty lines": stop_after(b"\r\n\r\n"),
}


@pytest.mark.parametrize("attack", SILENT.values(), ids=SILENT)
def test_a_silent_connection_is_closed(target: Server, attack: Callable[[Connection], None]) -> None:
    with connection(target) as client:
        started = time.monotonic()
        attack(client)
        assert client.is_closed()
    assert TIMEOUT_S * 0.9 < time.monotonic() - started < CLOSED_WITHIN_S


def test_a_body_that_goes_on_after_it_was_refused_is_not_read_for_ever(target: Server) -> None:
    with connection(target) as client:
        client.send(request("/graphql", "Content-Length: 999999999"))
        assert client.answer().status == 413
        started = time.monotonic()
        while time.monotonic() < started + CLOSED_WITHIN_S:
            try:
                client.socket.sendall(b" " * 100)
            except ConnectionError:
                break
            time.sleep(0.05)
    assert time.monotonic() - started < CLOSED_WITHIN_S


def test_an_answer_that_nobody_reads_is_given_up(target: Server) -> None:
    asset = next(line for line in page(target).split('"') if line.endswith(".js"))
    with connection(target, receive_buffer=4_096) as client:
        client.send(request(asset, method="GET") * 8)
        time.sleep(TIMEOUT_S * 3.5)
        received = 0
        try:
            while chunk := client.socket.recv(1_000_000):
                received += len(chunk)
        except ConnectionError:
            pass
    assert received < 8 * 3_000_000, "all of it was sent to who did not read"


def page(server: Server) -> str:
    with connection(server) as client:
        client.send(request("/graphql", "Accept: text/html", method="GET"))
        return client.answer().body.decode()


def test_who_leaves_in_the_middle_of_a_body_costs_nothing(target: Server) -> None:
    for _ in range(50):
        with connection(target) as client:
            client.send(POST[:-5])
    assert "the request failed" not in target.log.read_text()
    assert "Traceback" not in target.log.read_text()


def test_a_client_that_was_refused_and_stays_is_refused_once(target: Server) -> None:
    with connection(target) as client:
        time.sleep(TIMEOUT_S / 2)
        client.send(b"\0\1\2\r\n\r\n")
        assert client.answer().status == 400
        assert client.is_closed()
        time.sleep(TIMEOUT_S)
    assert "Traceback" not in target.log.read_text()


def test_connections_past_the_limit_are_refused_until_others_are_closed(target: Server) -> None:
    with ExitStack() as held:
        clients = [held.enter_context(connection(target)) for _ in range(CONNECTIONS + 10)]
        answer = clients[-1].answer()
        assert (answer.status, answer.error[0]) == (503, "SERVER_BUSY")
        assert answer.headers["retry-after"] == "1"
        assert all(_ends(client) for client in clients)
    with connection(target) as client:
        client.send(POST)
        assert client.answer().data == {"__typename": "Query"}


@pytest.mark.parametrize("arguments", [("--workers", "2"), ("--reload",)], ids=["workers", "reload"])
def test_the_limits_hold_in_every_worker_and_after_a_reload(server: Server, arguments: tuple[str, ...]) -> None:
    with running_beside(server, *arguments, **SLOW) as own, ExitStack() as held:
        clients = [held.enter_context(connection(own)) for _ in range(12)]
        for client in clients:
            client.send(POST[:40])
        assert [client.answer().status for client in clients] == [408] * 12
        with connection(own) as client:
            client.send(request("/healthz", *(f"X-{n}: 1" for n in range(101)), method="GET"))
            assert client.answer().status == 431


def test_two_hundred_slow_clients_keep_nobody_from_being_answered(server: Server) -> None:
    with running_beside(server, REQUEST_TIMEOUT_S="1") as own, ExitStack() as held:
        clients = [held.enter_context(connection(own)) for _ in range(200)]
        for number, client in enumerate(clients):
            client.send(POST[: number % len(POST)])
        started = time.monotonic()
        with connection(own) as client:
            client.send(POST)
            assert client.answer().data == {"__typename": "Query"}
        assert time.monotonic() - started < 1
        assert all(_ends(client) for client in clients)


def _ends(client: Connection) -> bool:
    try:
        client.answer()
    except (EOFError, ConnectionError):
        return True
    return client.is_closed()
