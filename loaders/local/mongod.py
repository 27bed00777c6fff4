"""Find, start and stop one mongod process; a watchdog stops it when its parent process ends."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import Final

START_TIMEOUT_S: Final = 60.0
CACHE_GB: Final = 0.25
REPLICA_SET: Final = "rs0"
_FLAGS: Final = (
    *("--bind_ip", "127.0.0.1", "--nounixsocket"),
    # MongoDB's workaround for CVE-2025-14847, which affects the wheel's version.
    *("--networkMessageCompressors", "disabled"),
    *("--oplogSize", "16"),
    # An empty data folder takes 4 MB instead of 315.
    *("--wiredTigerEngineConfigString", "log=(prealloc=false,file_max=4MB)"),
    *("--setParameter", "diagnosticDataCollectionEnabled=false"),
)


class LocalMongodError(Exception):
    """The local mongod can't be used; the message says what to do."""


def start_mongod(
    folder: Path, *, replica_set: str | None = REPLICA_SET, cache_gb: float = CACHE_GB, flags: Sequence[str] = ()
) -> tuple[int, subprocess.Popen[bytes]]:
    """Start mongod with its data in `folder`; returns its port once it listens, and its watchdog process.

    Raises LocalMongodError.
    """
    port = _pick_port(folder)
    command = [find_mongod(), "--dbpath", str(folder / "mongo"), "--port", str(port), *_FLAGS, *flags]
    command += ["--wiredTigerCacheSizeGB", str(cache_gb), *(("--replSet", replica_set) if replica_set else ())]
    log = folder / "mongod.log"
    with open(log, "wb") as output:
        watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("mongod_watchdog.py")), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C must not reach mongod: the parent process stops it cleanly.
            start_new_session=True,
        )
    deadline = monotonic() + START_TIMEOUT_S
    while not _listens(port):
        if watchdog.poll() is not None:
            raise LocalMongodError(_explain(log))
        if monotonic() > deadline:
            watchdog.kill()
            raise LocalMongodError(f"the local MongoDB did not start in {START_TIMEOUT_S:.0f} s; see {log}")
        sleep(0.005)
    (folder / "port").write_text(str(port))
    return port, watchdog


def stop_mongod(watchdog: subprocess.Popen[bytes]) -> None:
    """Stop a mongod cleanly and wait until it has ended."""
    assert watchdog.stdin is not None
    watchdog.stdin.close()
    watchdog.wait()


def find_mongod() -> str:
    """The path of mongod: on PATH, or else in the installed wheel. Raises LocalMongodError if there is none."""
    if found := shutil.which("mongod"):
        return found
    if (spec := find_spec("fiftyone")) and spec.submodule_search_locations:
        for place in spec.submodule_search_locations:
            wheel = Path(place) / "db" / "bin" / "mongod"
            if wheel.is_file():
                return str(wheel)
    raise LocalMongodError(
        "there is no mongod on PATH nor in the environment: set MONGODB_URI, or install the embedded one "
        "(make serve does)"
    )


def _pick_port(folder: Path) -> int:
    """Use the port of the last run if it is free, so that the replica set's configuration stays valid."""
    with suppress(FileNotFoundError, ValueError), socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        last = int((folder / "port").read_text())
        with suppress(OSError):
            probe.bind(("127.0.0.1", last))
            return last
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _explain(log: Path) -> str:
    text = log.read_text(errors="replace")
    if "libcurl" in text and "shared libraries" in text:
        return "the local MongoDB needs libcurl: install it (on Debian: apt-get install libcurl4), or set MONGODB_URI"
    if "shared libraries" in text:
        return f"the local MongoDB lacks a system library: {text.strip().splitlines()[-1]}"
    if "DBPathInUse" in text:
        return f"another mongod uses {log.parent / 'mongo'}; stop it, or set MONGODB_URI"
    return f"the local MongoDB ended at once; see {log}"
