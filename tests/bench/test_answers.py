"""Servers whose answers differ are not timed; answers that go wrong under load end the measurement."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bench.answers import first_difference, request_bytes
from bench.load import Exchange, WrongAnswer, exchange_once, measure

RIGHT = b'{"data":{"district":null}}'


@pytest.mark.parametrize(
    ("expected", "given", "difference"),
    [
        ({"a": [1, 2.0]}, {"a": [1.0, 2]}, None),
        ({"a": "90.95"}, {"a": "90.950"}, "data.a is '90.950' instead of '90.95'"),
        ({"a": "1"}, {"a": 1}, "data.a is 1 instead of '1'"),
        ({"a": 1}, {"a": True}, "data.a is True instead of 1"),
        ({"a": None}, {"a": {}}, "data.a is {} instead of None"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "data has the fields ['b', 'a'] instead of ['a', 'b']"),
        ({"a": [1, 2]}, {"a": [1]}, "data.a has 1 items instead of 2"),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]}, "data.a[1].b is 3 instead of 2"),
    ],
)
def test_the_first_difference_is_told_with_its_place(expected: Any, given: Any, difference: str | None) -> None:
    assert first_difference(expected, given, "data") == difference


@pytest.mark.slow
def test_every_answer_counts_and_each_exchange_has_its_turn() -> None:
    with answering(lambda number: RIGHT) as (port, requests):
        measured = measure(port, exchanges(b"one", b"two", b"three"), connections=2, seconds=0.05)
    assert measured.requests >= 6
    assert measured.throughput > 0
    assert 0 < measured.p50_ms <= measured.p99_ms
    assert abs(requests.count(b"one") - requests.count(b"three")) <= 1


@pytest.mark.slow
def test_exchanges_that_are_wanted_once_are_made_once() -> None:
    with answering(lambda number: RIGHT) as (port, requests):
        exchange_once(port, exchanges(*(f"{number:03d}".encode() for number in range(50))), connections=4)
    assert sorted(requests) == [f"{number:03d}".encode() for number in range(50)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (b'{"data":{"district":1234}}', None),
        (b'{"data":{"district":12345}}', "a body of length 27 instead of 26"),
        (b'{"errors":[{"message":""}]', "a body that begins"),
        (b'{"data":null,"errors":[{}]', "errors, or more than one answer"),
    ],
)
def test_a_wrong_answer_ends_the_measurement(wrong: bytes, problem: str | None) -> None:
    with answering(lambda number: wrong if number == 3 else RIGHT) as (port, _):
        if problem is None:
            measure(port, exchanges(b"one"), connections=1, seconds=0.05)
        else:
            with pytest.raises(WrongAnswer, match=problem):
                measure(port, exchanges(b"one"), connections=1, seconds=0.05)


def exchanges(*bodies: bytes) -> list[Exchange]:
    return [Exchange(request_bytes("/", body), len(RIGHT)) for body in bodies]


@contextmanager
def answering(answer: Callable[[int], bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """A server that answers its n-th request with `answer(n)`, its head and its body in two parts."""
    requests: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        with connection:
            while request := connection.recv(65536):
                requests.append(request.partition(b"\r\n\r\n")[2])
                body = answer(len(requests))
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                try:
                    connection.sendall(head[:20])
                    connection.sendall(head[20:] + body)
                except OSError:
                    return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1], requests
        listener.shutdown(socket.SHUT_RDWR)
