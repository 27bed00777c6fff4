"""A local mongod for development and tests: found, started, shared and stopped.

One program owns the data folder and its mongod (`owner.lock`); short-lived tools may use it too while they hold
`users.lock` shared. A tool that owns waits for the others before it stops mongod; a server gives them a few
seconds. A guest, which lives as long as a server but is started without a thought to one, uses what a server has, and
owns where there is none. `mongod.json` says where the running one listens.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Any, Final, Literal

from loaders.errors import StoreError
from loaders.local.mongod import (
    CACHE_GB,
    REPLICA_SET,
    START_TIMEOUT_S,
    LocalMongodError,
    find_mongod,
    start_mongod,
    stop_mongod,
)
from loaders.mongo.driver import Database
from loaders.settings import StoreSettings

Role = Literal["server", "tool", "guest"]

WAIT_FOR_TOOLS_S: Final[Mapping[Role, float]] = {"server": 5.0, "tool": 3600.0, "guest": 1.0}


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
            Database.open(uri, settings)
        except StoreError:
            # Without the driver's words, which may quote a password.
            raise LocalMongodError("MONGODB_URI cannot be read; is the password percent-encoded?") from None
        yield uri
    else:
        with local_mongod(settings.data_dir, role, tell) as uri:
            yield uri


@contextmanager
def local_mongod(
    folder: Path, role: Role, tell: Callable[[str], None] = lambda line: None, *, cache_gb: float = CACHE_GB
) -> Iterator[str]:
    """Give the address of a running mongod whose data is in `folder`, starting one if need be.

    Raises LocalMongodError.
    """
    find_mongod()
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
            if uri := _join(users, folder, role):
                yield uri
                return
            sleep(0.05)
        yield from _own(folder, role, users, tell, cache_gb)


def _own(folder: Path, role: Role, users: IO[str], tell: Callable[[str], None], cache_gb: float) -> Iterator[str]:
    # What an owner that was killed has left would lead others to a mongod that is gone.
    (folder / "mongod.json").unlink(missing_ok=True)
    _wait_for_previous(folder)
    port, watchdog = start_mongod(folder, cache_gb=cache_gb)
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
        stop_mongod(watchdog)


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


def _join(users: IO[str], folder: Path, role: Role) -> str | None:
    """Become a user of the owner's mongod; None while it is starting or stopping.

    A guest is no user of a tool's: the tool would wait for it.
    """
    if not _locked(users, fcntl.LOCK_SH):
        return None
    if (state := _read_state(folder)) and not (role == "guest" and state["role"] == "tool"):
        return str(state["uri"])
    fcntl.flock(users, fcntl.LOCK_UN)
    return None


def _wait_for_tool(owner: IO[str], folder: Path, tell: Callable[[str], None]) -> None:
    """Wait until a tool gives up the data folder; another server or a guest won't, so that one is an error."""
    told = False
    while not _locked(owner, fcntl.LOCK_EX):
        state = _read_state(folder)
        if state and state["role"] != "tool":
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
        # mongod holds it by flock; closing the file gives ours back.
        with open(lock, "r+") as file:
            if _locked(file, fcntl.LOCK_EX):
                return
        sleep(0.05)


async def _become_primary(uri: str, port: int) -> None:
    """Make the one node a replica set, or tell the one it was that its port has changed.

    Raises LocalMongodError when that takes too long.
    """
    database = Database.open(uri, StoreSettings(), timeout_ms=30_000)
    config = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": f"127.0.0.1:{port}"}]}
    deadline = monotonic() + START_TIMEOUT_S
    try:
        while not await _is_primary(database, config):
            if monotonic() > deadline:
                raise LocalMongodError("the local MongoDB does not become primary; see mongod.log in the data folder")
            await asyncio.sleep(0.01)
    finally:
        await database.close()


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
