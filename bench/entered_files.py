"""Which files and packages of this project a request enters, and how often it switches between files.

`python -m bench.entered_files` serves Baiyun in this process, with uvicorn and without a response cache, and sends
three requests over HTTP: a district query, the same with other variables, and an invalid query. A file counts as
entered when one of its functions is called or one of its coroutines is resumed; a switch is two such events in a row
in different files. Background tasks of the server are left out. What the driver calls in its own threads, decoding
and monitoring, is listed last and does not count as a switch.
"""

import argparse
import asyncio
import inspect
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, Final, Literal

import uvicorn
import uvloop

from api.app import create_app
from api.settings import Settings
from bench.staging.processes import ROOT, clean_environment, free_port, python
from loaders.local.shared_mongod import local_mongod
from loaders.store import watch

IDLE_S: Final = 1.5
KNOWN_WITHIN_S: Final = 300.0
_PATIENT: Final = dict.fromkeys(
    ("MONGODB_OPERATION_TIMEOUT_MS", "MONGODB_POOL_WAIT_MS", "MONGODB_SERVER_SELECTION_TIMEOUT_MS"), "60000"
)
_SERVED: Final = tuple(f"{ROOT / name}{os.sep}" for name in ("api", "schema", "loaders"))
DISTRICT: Final = """
query District($slug: String!, $lang: [String!]) {
  district(slug: $slug) {
    name { text(lang: $lang) }
    metricCount
    pillars { name { en } initiatives { metrics { slug quantity { formatted(lang: $lang) } citations { locator } } } }
  }
}
"""
INVALID: Final = '{ district(slug: "baiyun") { name { english } } }'
_REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "first": {"query": DISTRICT, "variables": {"slug": "baiyun", "lang": ["en"]}},
    "known": {"query": DISTRICT, "variables": {"slug": "baiyun", "lang": ["zh-Hant"]}},
    "invalid": {"query": INVALID},
}


@dataclass(frozen=True, slots=True)
class Entered:
    """What one request entered, in order of first entry."""

    files: list[str]
    packages: list[str]
    switches: int


@dataclass(slots=True)
class Recorder:
    """Notes the file of each call in this project during a request; `profile` is for `sys.setprofile`.

    Coroutines that run while the server is idle are background tasks, and are left out from then on.
    """

    phase: Literal["starting", "idle", "request"] = "starting"
    events: list[str] = field(default_factory=list)
    events_in_threads: list[str] = field(default_factory=list)
    _background: set[str] = field(default_factory=set)

    def profile(self, frame: FrameType, event: str, _: object) -> None:
        """Note one event."""
        if event != "call" or not frame.f_code.co_filename.startswith(_SERVED):
            return
        if threading.current_thread() is not threading.main_thread():
            if self.phase == "request":
                self.events_in_threads.append(frame.f_code.co_filename)
            return
        outermost = _outermost(frame)
        if self.phase == "request" and outermost not in self._background:
            self.events.append(frame.f_code.co_filename)
        elif self.phase == "idle" and outermost:
            self._background.add(outermost)

    def take(self) -> Entered:
        """Return what was entered since the last call, and forget it."""
        names = [str(Path(name).relative_to(ROOT)) for name in self.events]
        # The task that follows the published revision uses these threads too: a request without the driver has none.
        has_driver = any(name.startswith("loaders/mongo/driver") for name in names)
        in_threads = [str(Path(name).relative_to(ROOT)) for name in self.events_in_threads if has_driver]
        self.events.clear()
        self.events_in_threads.clear()
        files = list(dict.fromkeys((*names, *in_threads)))
        packages = list(dict.fromkeys(str(Path(name).parent) for name in files))
        return Entered(files, packages, sum(one != other for one, other in pairwise(names)))


def _outermost(frame: FrameType) -> str:
    """Name the coroutine of this project that a task began with; empty outside of coroutines."""
    found = ""
    above: FrameType | None = frame
    while above:
        if above.f_code.co_flags & inspect.CO_COROUTINE and above.f_code.co_filename.startswith(_SERVED):
            found = f"{above.f_code.co_filename}:{above.f_code.co_qualname}"
        above = above.f_back
    return found


async def _record(recorder: Recorder, port: int) -> dict[str, Entered]:
    app = create_app(Settings())
    config = uvicorn.Config(
        app,
        port=port,
        http="api.server.http_protocol:HttpProtocol",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    # The first connection reads the settings, and a task of the start checks the collections.
    _, connection = await asyncio.open_connection("127.0.0.1", port)
    connection.close()
    await asyncio.sleep(IDLE_S)
    recorder.phase = "idle"
    await asyncio.sleep(IDLE_S)
    entered = {}
    for name, body in _REQUESTS.items():
        # Until the server follows the published revision, requests read it from the database.
        async with asyncio.timeout(KNOWN_WITHIN_S):
            while app.state.store.known_published() is None:
                await asyncio.sleep(0.01)
        recorder.phase = "request"
        status = await _post(port, json.dumps(body).encode())
        recorder.phase = "starting"
        if status != 200:
            raise RuntimeError(f"the {name} request was answered with status {status}")
        entered[name] = recorder.take()
    server.should_exit = True
    await serving
    return entered


async def _post(port: int, body: bytes) -> int:
    """Send a request on a connection of its own and read its response to the end; returns the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nAccept: application/json\r\n\r\n".encode() + body)
    response = await reader.read()
    writer.close()
    return int(response.split(b" ", 2)[1])


def record() -> dict[str, Entered]:
    """Serve the database that the environment names, and record each request."""
    os.environ.update({"RESPONSE_CACHE_BYTES": "0", "DRAIN_S": "0", "LOG_LEVEL": "WARNING", **_PATIENT})
    recorder = Recorder()
    # What is published is read once, before: the replies of later readings are decoded in the driver's threads, too.
    # So that reading must not be given up, however busy the machine is.
    watch.POLL_S, watch.TRUSTED_S, watch.READ_WITHIN_S = 600.0, 1_200.0, 600.0  # type: ignore[misc]
    # Threads of the driver decode documents; they begin with the profile that is set here.
    threading.setprofile(recorder.profile)
    sys.setprofile(recorder.profile)
    try:
        return uvloop.run(_record(recorder, free_port()))
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def main() -> None:
    """Record with the database of MONGODB_URI, or with one of our own, and print what was entered."""
    parser = argparse.ArgumentParser(prog="python -m bench.entered_files", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    show: Callable[[dict[str, Entered]], None] = _print_json if options.json else _print
    if os.environ.get("MONGODB_URI"):
        show(record())
        return
    with (
        TemporaryDirectory(prefix="yunshan-bench-", ignore_cleanup_errors=True) as name,
        local_mongod(Path(name), "server") as uri,
    ):
        os.environ["MONGODB_URI"] = uri
        environment = {**clean_environment(), "MONGODB_URI": uri}
        subprocess.run(python("seeds", "load"), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
        show(record())


def _print_json(entered: dict[str, Entered]) -> None:
    print(json.dumps({name: asdict(one) for name, one in entered.items()}))


def _print(entered: dict[str, Entered]) -> None:
    for name, one in entered.items():
        print(f"{name}: {len(one.files)} files, {one.switches} switches, packages {', '.join(one.packages)}")
        for file in one.files:
            print(f"  {file}")


if __name__ == "__main__":
    main()
