"""Start real server processes, wait for them, measure them from outside, and stop them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

from bench.staging.pinning import pin_server

ROOT: Final = Path(__file__).resolve().parents[2]
START_WITHIN_S: Final = 60.0
_TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")


class ServerFailed(Exception):
    """A server did not start, or ended before its time."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. started_within_s: from the start of the process until `ready` answered 200."""

    name: str
    port: int
    pid: int
    started_within_s: float


@contextmanager
def running(
    name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, *, ready: str, pinned: bool = True
) -> Iterator[Server]:
    """Run a server until the block ends; GET `ready` answers 200 when the block begins.

    Raises ServerFailed.
    """
    port = free_port()
    own = {**clean_environment(), **environment, "PORT": str(port)}
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=own,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=pin_server if pinned else None,  # no thread runs beside
        )
    try:
        _wait_until_ready(name, process, port, ready, log)
        yield Server(name, port, process.pid, time.perf_counter() - began)
    finally:
        _stop(process)


def clean_environment() -> dict[str, str]:
    """Our environment without settings of this project, which would change what is measured."""
    ours = ("MONGODB_", "RESPONSE_CACHE_", "YUNSHAN_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)}


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this project."""
    return [sys.executable, "-m", module, *arguments]


def get_status(port: int, path: str) -> int | None:
    """The status of a GET, None where nothing answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    with suppress(OSError, HTTPException):
        # Apollo Server refuses a GET that a form of another site could have sent.
        connection.request("GET", path, headers={"Content-Type": "application/json"})
        return connection.getresponse().status
    return None


def cpu_seconds(pid: int) -> float:
    """How long all threads of a process have used a processor."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def rss_bytes(pid: int, key: str = "VmRSS") -> int:
    """The memory that a process holds; with `VmHWM`, the most that it ever held."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(f"{key}:")]
    return int(line.split()[1]) * 1024


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(name: str, process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while get_status(port, path) != 200:
        if process.poll() is not None:
            raise ServerFailed(f"{name} ended at once:\n{_last_lines(log)}")
        if time.monotonic() > deadline:
            raise ServerFailed(f"{name} does not answer:\n{_last_lines(log)}")
        time.sleep(0.01)


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
