"""A local mongod for development and tests: found, started, shared and stopped.

One program owns the data folder and its mongod (`owner.lock`); short-lived tools may use it too while they hold
`users.lock` shared. A tool that owns waits for the others before it stops mongod; a server gives them a few
seconds. `mongod.json` says where the running one listens.
"""

import asyncio
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Any, Final, Literal

from loaders.driver import Database
from loaders.errors import StoreError
from loaders.settings import StoreSettings

Role = Literal["server", "tool"]

START_TIMEOUT_S: Final = 60.0
WAIT_FOR_TOOLS_S: Final[Mapping[Role, float]] = {"server": 5.0, "tool": 3600.0}
_FLAGS: Final = (
    *("--bind_ip", "127.0.0.1", "--nounixsocket"),
    # MongoDB's workaround for CVE-2025-14847, which the wheel's version has.
    *("--networkMessageCompressors", "disabled"),
    *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "16"),
    # An empty data folder takes 4 MB instead of 315.
    *("--wiredTigerEngineConfigString", "log=(prealloc=false,file_max=4MB)"),
    *("--setParameter", "diagnosticDataCollectionEnabled=false"),
)


class LocalMongodError(Exception):
    """The local mongod can't be had; the message says what to do."""


@contextmanager
def database_address(
    settings: StoreSettings, role: Role, tell: Callable[[str], None] = lambda line: None
) -> Iterator[str]:
    """Give the address of the database: MONGODB_URI if set, a local mongod otherwise.

    Raises LocalMongodError.
    """
    if settings.mongodb_uri is not None:
        uri = settings.mongodb_uri.get_secret_value()
        try:
            Database.open(uri, settings).close()
        except StoreError:
            # Without the driver's words, which may quote a password.
            raise LocalMongodError("MONGODB_URI cannot be read; is the password percent-encoded?") from None
        yield uri
    else:
        with local_mongod(settings.data_dir, role, tell) as uri:
            yield uri


@contextmanager
def local_mongod(folder: Path, role: Role, tell: Callable[[str], None] = lambda line: None) -> Iterator[str]:
    """Give the address of a running mongod whose data is in `folder`, starting one if need be.

    Raises LocalMongodError.
    """
    binary = _find_mongod()
    try:
        (folder / "mongo").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LocalMongodError(
            f"the local MongoDB can't keep its data in {folder} ({error.strerror}); set DATA_DIR or MONGODB_URI"
        ) from None
    with open(folder / "owner.lock", "a+") as owner, open(folder / "users.lock", "a+") as users:
        while not _locked(owner, fcntl.LOCK_EX):
            if role == "server":
                _wait_for_tool(owner, folder, tell)
                break
            if uri := _join(users, folder):
                yield uri
                return
            sleep(0.05)
        yield from _own(binary, folder, role, users, tell)


def _own(binary: str, folder: Path, role: Role, users: IO[str], tell: Callable[[str], None]) -> Iterator[str]:
    # What an owner that was killed has left would lead others to a mongod that is gone.
    (folder / "mongod.json").unlink(missing_ok=True)
    _wait_for_previous(folder)
    port, keeper = _start(binary, folder)
    tell(
        f"started a local MongoDB on 127.0.0.1:{port} with its data in {folder.name}/ "
        "(for development only; set MONGODB_URI for any other)"
    )
    try:
        uri = f"mongodb://127.0.0.1:{port}/?directConnection=true"
        asyncio.run(_become_primary(uri, port))
        _write_state(folder, {"uri": uri, "role": role, "pid": os.getpid()})
        yield uri
    finally:
        (folder / "mongod.json").unlink(missing_ok=True)
        _wait_for_users(users, WAIT_FOR_TOOLS_S[role], tell)
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait()


def _locked(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_state(folder: Path) -> dict[str, Any] | None:
    with suppress(FileNotFoundError, json.JSONDecodeError):
        state: dict[str, Any] = json.loads((folder / "mongod.json").read_text())
        return state
    return None


def _write_state(folder: Path, state: Mapping[str, Any]) -> None:
    fresh = folder / "mongod.json.new"
    fresh.write_text(json.dumps(state))
    fresh.replace(folder / "mongod.json")


def _join(users: IO[str], folder: Path) -> str | None:
    """Become a user of the owner's mongod; None while it is starting or stopping."""
    if not _locked(users, fcntl.LOCK_SH):
        return None
    if state := _read_state(folder):
        return str(state["uri"])
    fcntl.flock(users, fcntl.LOCK_UN)
    return None


def _wait_for_tool(owner: IO[str], folder: Path, tell: Callable[[str], None]) -> None:
    """Wait until a tool gives up the data folder; another server won't, so that one is an error."""
    told = False
    while not _locked(owner, fcntl.LOCK_EX):
        state = _read_state(folder)
        if state and state["role"] == "server":
            raise LocalMongodError(
                f"another server (process {state['pid']}) uses {folder}; stop it, or set MONGODB_URI"
            )
        if not told:
            tell(f"waiting for a loader that uses {folder.name}/ to finish")
            told = True
        sleep(0.1)


def _wait_for_users(users: IO[str], seconds: float, tell: Callable[[str], None]) -> None:
    deadline = monotonic() + seconds
    if not _locked(users, fcntl.LOCK_EX):
        tell("waiting for others that use this MongoDB")
        while not _locked(users, fcntl.LOCK_EX) and monotonic() < deadline:
            sleep(0.05)


def _wait_for_previous(folder: Path) -> None:
    """Wait while a mongod whose program was killed is still closing its files."""
    lock = folder / "mongo" / "mongod.lock"
    deadline = monotonic() + START_TIMEOUT_S
    while lock.exists() and monotonic() < deadline:
        with open(lock, "r+") as file, suppress(OSError):
            # mongod holds a POSIX record lock, not one of flock's.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        sleep(0.05)


def _start(binary: str, folder: Path) -> tuple[int, subprocess.Popen[bytes]]:
    """Start mongod under its keeper and return when it listens."""
    port = _pick_port(folder)
    command = [binary, "--dbpath", str(folder / "mongo"), "--port", str(port), "--replSet", "rs0", *_FLAGS]
    log = folder / "mongod.log"
    with open(log, "wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py")), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches the program, which then stops mongod in good order.
            start_new_session=True,
        )
    deadline = monotonic() + START_TIMEOUT_S
    while not _listens(port):
        if keeper.poll() is not None:
            raise LocalMongodError(_explain(log))
        if monotonic() > deadline:
            keeper.kill()
            raise LocalMongodError(f"the local MongoDB did not start in {START_TIMEOUT_S:.0f} s; see {log}")
        sleep(0.005)
    (folder / "port").write_text(str(port))
    return port, keeper


def _find_mongod() -> str:
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
    """Take the last run's port again if it is free, so that the replica set's own address still holds."""
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


async def _become_primary(uri: str, port: int) -> None:
    """Make the one node a replica set, or tell the one it was that its port has changed.

    Raises LocalMongodError when that takes too long.
    """
    database = Database.open(uri, StoreSettings(), timeout_ms=30_000)
    config = {"_id": "rs0", "members": [{"_id": 0, "host": f"127.0.0.1:{port}"}]}
    deadline = monotonic() + START_TIMEOUT_S
    try:
        while not await _is_primary(database, config):
            if monotonic() > deadline:
                raise LocalMongodError("the local MongoDB does not become primary; see mongod.log in the data folder")
            await asyncio.sleep(0.01)
    finally:
        database.close()


async def _is_primary(database: Database, config: Mapping[str, Any]) -> bool:
    """Tell whether the node takes writes; if it has no valid configuration, give it one."""
    try:
        hello = await database.command({"hello": 1}, admin=True)
        if hello.get("isreplicaset") and hello.get("info", "").startswith("Does not have a valid"):
            await _configure(database, config)
        return bool(hello.get("isWritablePrimary"))
    except StoreError:
        # A node that changes its state closes its connections.
        return False


async def _configure(database: Database, config: Mapping[str, Any]) -> None:
    try:
        await database.command({"replSetInitiate": config}, admin=True)
    except StoreError:
        await database.command({"replSetReconfig": {**config, "version": 2}, "force": True}, admin=True)
