"""Start, share and stop a local mongod for development and tests.

One process owns the data folder and its mongod (it holds `owner.lock`); others use that mongod while they hold
`users.lock` shared. Before an owner stops mongod, it waits for the others: a tool until they have finished, a server
for a few seconds. A guest is a long-running process that uses a server's mongod, and is the owner if no server runs.
`mongod.json` has the address of the running mongod.
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
    """Yield the URI of the database: MONGODB_URI if set, that of a local mongod otherwise.

    tell: is called with each message for the user.

    Raises LocalMongodError.
    """
    if settings.mongodb_uri is not None:
        uri = settings.mongodb_uri.get_secret_value()
        try:
            Database.open(uri, settings)
        except StoreError:
            # Without the driver's message, which may quote a password.
            raise LocalMongodError("MONGODB_URI cannot be read; is the password percent-encoded?") from None
        yield uri
    else:
        with local_mongod(settings.data_dir, role, tell) as uri:
            yield uri


@contextmanager
def local_mongod(
    folder: Path, role: Role, tell: Callable[[str], None] = lambda line: None, *, cache_gb: float = CACHE_GB
) -> Iterator[str]:
    """Yield the URI of a mongod whose data is in `folder`; start it if it isn't running.

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
    # A file left by an owner that was killed would point to a mongod that no longer runs.
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
    """Use the owner's mongod and return its URI; None while it is starting or stopping.

    A guest does not use a tool's mongod, because the tool would wait for the guest to end.
    """
    if not _locked(users, fcntl.LOCK_SH):
        return None
    if (state := _read_state(folder)) and not (role == "guest" and state["role"] == "tool"):
        return str(state["uri"])
    fcntl.flock(users, fcntl.LOCK_UN)
    return None


def _wait_for_tool(owner: IO[str], folder: Path, tell: Callable[[str], None]) -> None:
    """Wait until a tool releases the data folder. Raises LocalMongodError if a server or a guest owns it."""
    has_told = False
    while not _locked(owner, fcntl.LOCK_EX):
        state = _read_state(folder)
        if state and state["role"] != "tool":
            raise LocalMongodError(
                f"another server (process {state['pid']}) uses {folder}; stop it, or set MONGODB_URI"
            )
        if not has_told:
            tell(f"waiting for a loader that uses {folder.name}/ to finish")
            has_told = True
        sleep(0.1)


def _wait_for_users(users: IO[str], seconds: float, tell: Callable[[str], None]) -> None:
    deadline = monotonic() + seconds
    if not _locked(users, fcntl.LOCK_EX):
        tell("waiting for other programs that use this MongoDB")
        while not _locked(users, fcntl.LOCK_EX) and monotonic() < deadline:
            sleep(0.05)


def _wait_for_previous(folder: Path) -> None:
    """Wait while the mongod of an owner that was killed is still closing its files."""
    lock = folder / "mongo" / "mongod.lock"
    deadline = monotonic() + START_TIMEOUT_S
    while lock.exists() and monotonic() < deadline:
        # mongod locks it with flock; closing the file releases our lock.
        with open(lock, "r+") as file:
            if _locked(file, fcntl.LOCK_EX):
                return
        sleep(0.05)


async def _become_primary(uri: str, port: int) -> None:
    """Initiate a replica set of one member, or change the member's port if the set exists.

    Raises LocalMongodError if the member does not become primary in time.
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
    """Whether the member is primary; configures it first if it has no valid configuration."""
    try:
        hello = await database.command({"hello": 1}, admin=True)
        if hello.get("isreplicaset") and hello.get("info", "").startswith("Does not have a valid"):
            await _configure(database, config)
        return bool(hello.get("isWritablePrimary"))
    except StoreError:
        # A member that changes its state closes its connections.
        return False


async def _configure(database: Database, config: Mapping[str, Any]) -> None:
    try:
        await database.command({"replSetInitiate": config}, admin=True)
    except StoreError:
        await database.command({"replSetReconfig": {**config, "version": 2}, "force": True}, admin=True)
