"""Programs that fork from a process which has imported their modules already; importing takes most of a second.

What forks is a process of its own, with its own arguments, environment, files and signals, as a started one is.
"""

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import IO, Any, Final, NoReturn

from tests.support.waiting import PATIENCE_S

ROOT: Final = Path(__file__).resolve().parents[2]
# What a server and a loader import before their first work, and with it: pages, downloads and pinyin are imported
# when they are first needed, which takes a third of a second.
PROGRAMS: Final = (
    *("api.__main__", "api.app", "api.server.http_protocol", "api.server.websocket_protocol", "uvloop"),
    *("api.pages.endpoint", "api.pages.routes", "api.export.endpoint", "uvicorn.lifespan.on"),
    *("seeds.__main__", "motor.motor_asyncio", "pypinyin"),
)
_PIECE: Final = 1 << 16
_resources: Final = ExitStack()
_one_at_a_time: Final = Lock()


class Forked:
    """A forked program; as much of `subprocess.Popen` as tests use."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], *, output: IO[bytes], errors: IO[bytes]
    ) -> None:
        """Run `python -m` with arguments, in the project's folder and without input."""
        self.args = arguments
        self.returncode: int | None = None
        self._told, remote = socket.socketpair()
        request = json.dumps({"arguments": arguments, "environment": dict(environment)}).encode() + b"\n"
        with _one_at_a_time:
            with remote:
                origin = _origin()
                sent = socket.send_fds(origin, [request], [output.fileno(), errors.fileno(), remote.fileno()])
                origin.sendall(request[sent:])
            # The first time, what forks has yet to import everything.
            self._told.settimeout(2 * PATIENCE_S)
            self.pid = self._number()

    def poll(self) -> int | None:
        """The exit status, as `subprocess` has it; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends. Raises subprocess.TimeoutExpired."""
        status = self._ended(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            self._told.settimeout(timeout)
            try:
                self.returncode = self._number()
            except (BlockingIOError, TimeoutError):
                return None
            self._told.close()
        return self.returncode

    def _number(self) -> int:
        # Eight bytes are sent at once, and so received.
        told = self._told.recv(8)
        assert told, f"what forks for {self.args} is gone"
        return int(told)


@cache
def _origin() -> socket.socket:
    """Start the process that forks, which this one has until `end_origin`."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "tests.support.forking", str(theirs.fileno())]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    _resources.callback(process.wait)
    return _resources.enter_context(ours)


def end_origin() -> None:
    """End the process that forks, if there is one; nothing forks afterwards."""
    _resources.close()


def _import_programs() -> None:
    from loaders.mongo.clients import MOTOR_THREADS

    # Read when motor is imported, as where a server opens its client.
    os.environ["MOTOR_MAX_WORKERS"] = str(MOTOR_THREADS)
    for module in PROGRAMS:
        import_module(module)
        if module.endswith(".__main__"):
            # It is to run under that name.
            del sys.modules[module]


def _fork_on_request(channel: socket.socket) -> dict[str, Any] | None:
    """Fork for each request. Returns the request in the process that is to run it, None when no other can come.

    Between the two stands a process that waits for the program and tells its id and its exit status.
    """
    # An interrupted run ends its programs by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        request, files, _, _ = socket.recv_fds(channel, _PIECE, 3)
        while not request.endswith(b"\n"):
            if not (piece := channel.recv(_PIECE)):
                return None
            request += piece
        _reap()
        if not os.fork():
            break
        for file in files:
            os.close(file)
    channel.close()
    *outputs, told = files
    if program := os.fork():
        for file in (1, 2, *outputs):
            os.close(file)
        os.write(told, b"%8d" % program)
        status = os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])
        os.write(told, b"%8d" % status)
        os._exit(0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.close(told)
    for number, file in enumerate(outputs, start=1):
        os.dup2(file, number)
        os.close(file)
    return dict(json.loads(request))


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _main() -> None:
    _import_programs()
    # What is imported stays; a collector that looks at it would copy its memory in each program.
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        request = _fork_on_request(channel)
    if request is not None:
        os.environ.clear()
        os.environ.update(request["environment"])
        _run(*request["arguments"])


def _run(module: str, *arguments: str) -> NoReturn:
    """Run a program as `python -m` does, and end without taking all apart that was imported."""
    sys.argv = [module, *arguments]
    status = 1
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    _main()
