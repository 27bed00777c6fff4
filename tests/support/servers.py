"""Real server processes for tests."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import httpx2

from tests.support.forking import Forked
from tests.support.thoroughness import IS_THOROUGH
from tests.support.waiting import PATIENCE_S, until

ROOT = Path(__file__).resolve().parents[2]
Process = subprocess.Popen[bytes] | Forked
START_WITHIN_S = STOP_WITHIN_S = 120.0
# A machine that runs the whole suite at once may hold the database up beyond the default, which is for users.
PATIENT = {
    "MONGODB_OPERATION_TIMEOUT_MS": "30000",
    "MONGODB_POOL_WAIT_MS": "10000",
    "REQUEST_DEADLINE_S": "120",
    "DRAIN_S": "0",
}


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    process: Process
    log: Path
    environment: Mapping[str, str]

    def ask(self, query: str, variables: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """Post a query and return the parsed response, without its cost."""
        body = {"query": query, "variables": variables}
        return without_cost(httpx2.post(f"{self.url}/graphql", json=body, headers=headers, timeout=120).json())

    def data(self, query: str, variables: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """Post a query that must succeed and return its data."""
        response = self.ask(query, variables, **headers)
        assert "errors" not in response, response["errors"]
        return response["data"]


def without_cost(response: Any) -> Any:
    """The response without its cost, which each response with data has."""
    if "cost" in (extensions := response.get("extensions", {})):
        others = {name: value for name, value in extensions.items() if name != "cost"}
        response = {**response, "extensions": others} if others else {**response}
        if not others:
            del response["extensions"]
    return response


def processor_s(server: Server) -> float:
    """The processor time that a server's first process has taken (Linux)."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server(environment: Mapping[str, str], *arguments: str) -> Iterator[Server]:
    """Run `python -m api` until the block ends; it listens when the block begins."""
    port = int(environment.get("PORT") or free_port())
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        own = {**os.environ, "PORT": str(port), **PATIENT, **environment}
        with log.open("wb") as output:
            process = _start(*arguments, environment=own, output=output)
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_it_listens(url, process, log)
            yield Server(url, process, log, own)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(STOP_WITHIN_S)


def _start(*arguments: str, environment: Mapping[str, str], output: IO[bytes]) -> Process:
    """Fork in a quick run. One with arguments starts processes of its own, which import everything."""
    if not (IS_THOROUGH or arguments):
        return Forked(["api"], environment, output=output, errors=output)
    return subprocess.Popen(
        [sys.executable, "-m", "api", *arguments], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
    )


@contextmanager
def running_beside(server: Server, *arguments: str, **settings: str) -> Iterator[Server]:
    """Run another server on the database of a running one, with settings of its own."""
    database = {name: server.environment[name] for name in ("MONGODB_URI", "MONGODB_DATABASE")}
    with running_server({**database, **settings}, *arguments) as beside:
        yield beside


def until_followed(server: Server, revision: int = 0) -> None:
    """Wait until a server hears of new revisions by itself, and has heard of one: answers have entity tags then."""

    def is_tagged() -> bool:
        parameters, headers = {"query": "{ dataset { revision } }"}, {"accept": "application/json"}
        answer = httpx2.get(f"{server.url}/graphql", params=parameters, headers=headers, timeout=120)
        return "etag" in answer.headers and answer.json()["data"]["dataset"]["revision"] >= revision

    until(is_tagged, what=f"an answer with an entity tag, of revision {revision} or later")


def _wait_until_it_listens(url: str, process: Process, log: Path) -> None:
    def listens() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            with build_opener(ProxyHandler({})).open(f"{url}/healthz", timeout=PATIENCE_S):
                return True
        except (URLError, OSError):
            return False

    until(listens, within_s=START_WITHIN_S, what=f"a server at {url}")
