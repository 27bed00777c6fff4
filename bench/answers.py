"""Send every question to every server once before anything is timed: all must give the same answers."""

from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import orjson

from bench.contenders import Contender
from bench.load import Exchange
from bench.questions import Question
from bench.staging.processes import Server

TIMEOUT_S: Final = 120


class DifferentAnswers(Exception):
    """A server says something else than the others, so that its speed means nothing."""


class Answers:
    """The answers of the first server, which the others must give too."""

    def __init__(self) -> None:
        self._expected: dict[tuple[str, int], Any] = {}

    def check(self, contender: Contender, server: Server, question: Question) -> list[Exchange]:
        """Ask a server a question with all values; returns what to measure with.

        Raises DifferentAnswers.
        """
        connection = HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT_S)
        path, exchanges = contender.path_of(question.name), []
        for number, variables in enumerate(question.values):
            body = question.body(variables)
            answer = _post(connection, path, body)
            self._compare(contender.name, question, number, answer)
            exchanges.append(Exchange(request_bytes(path, body), len(answer)))
        connection.close()
        return exchanges

    def _compare(self, name: str, question: Question, number: int, answer: bytes) -> None:
        response = orjson.loads(answer)
        what = f"{name} on {question.name} with {question.values[number]}"
        if "errors" in response or not response.get("data"):
            raise DifferentAnswers(f"{what}: {answer[:300].decode(errors='replace')}")
        expected = self._expected.setdefault((question.name, number), response["data"])
        if difference := first_difference(expected, response["data"], "data"):
            raise DifferentAnswers(f"{what}: {difference}")


def constant_exchanges(contender: Contender, question: Question, length: int) -> list[Exchange]:
    """What to measure a server with that answers everything with the same bytes."""
    path = contender.path_of(question.name)
    return [Exchange(request_bytes(path, question.body(variables)), length) for variables in question.values]


def write_answers(server: Server, contender: Contender, questions: Sequence[Question], folder: Path) -> None:
    """Keep one answer a question, of middling length, as a file for the ceiling."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT_S)
    for question in questions:
        path = contender.path_of(question.name)
        found = [_post(connection, path, question.body(variables)) for variables in question.values]
        (folder / f"{question.name}.json").write_bytes(sorted(found, key=len)[len(found) // 2])
    connection.close()


def request_bytes(path: str, body: bytes) -> bytes:
    """A whole POST."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Accept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def first_difference(expected: Any, given: Any, path: str) -> str | None:
    """Say where two parsed answers differ first; numbers are equal by value, whatever their notation."""
    if isinstance(expected, dict) and isinstance(given, dict):
        if list(expected) != list(given):
            return f"{path} has the fields {list(given)} instead of {list(expected)}"
        pairs = ((f"{path}.{key}", value, given[key]) for key, value in expected.items())
    elif isinstance(expected, list) and isinstance(given, list):
        if len(expected) != len(given):
            return f"{path} has {len(given)} items instead of {len(expected)}"
        pairs = ((f"{path}[{number}]", *both) for number, both in enumerate(zip(expected, given, strict=True)))
    elif isinstance(expected, bool) != isinstance(given, bool) or expected != given:
        return f"{path} is {given!r} instead of {expected!r}"
    else:
        return None
    return next((found for where, one, other in pairs if (found := first_difference(one, other, where))), None)


def _post(connection: HTTPConnection, path: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        raise DifferentAnswers(f"{path}: {response.status} {answer[:300].decode(errors='replace')}")
    return answer
