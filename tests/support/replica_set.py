"""A replica set of real mongods that can be killed, stopped and made slow, each by itself."""

import os
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from loaders.local.mongod import start_mongod, stop_mongod
from tests.support.waiting import until

NAME = "faults"
# Ten seconds by default, which tests need not wait for.
ELECTION_TIMEOUT_MS = 2_000
ELECTED_WITHIN_S = 120.0
CACHE_GB = 0.25
# Fail points need test commands. A member that is stopped otherwise tells its clients so for fifteen seconds.
FLAGS = (
    *("--setParameter", "enableTestCommands=1"),
    *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
)


class Commanded(Protocol):
    """A mongod that can be sent commands of `admin`."""

    def command(self, command: dict[str, Any]) -> dict[str, Any]: ...


class Member:
    """One mongod of a set; it keeps its port when it starts again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "mongo").mkdir(parents=True)
        self.start()

    def start(self) -> None:
        self.port, self._keeper = start_mongod(
            self._folder,
            replica_set=NAME,
            cache_gb=CACHE_GB,
            flags=FLAGS,
        )

    def kill(self) -> None:
        os.kill(self.process_id, signal.SIGKILL)
        self._keeper.wait()
        self._close()

    def stop(self) -> None:
        with suppress(BrokenPipeError):
            stop_mongod(self._keeper)
        self._close()

    @property
    def process_id(self) -> int:
        """That of mongod, which its keeper has started."""
        return int((self._folder / "mongo" / "mongod.lock").read_text())

    @property
    def is_running(self) -> bool:
        return self._keeper.poll() is None

    def command(self, command: dict[str, Any]) -> dict[str, Any]:
        """Run a command of `admin` on this very member."""
        with MongoClient[dict[str, Any]](
            "127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=30_000
        ) as client:
            return client.admin.command(command)

    def is_in(self, *states: str) -> bool:
        with suppress(PyMongoError):
            return self.is_running and any(self.command({"hello": 1}).get(state) for state in states)
        return False

    def _close(self) -> None:
        assert self._keeper.stdin is not None
        with suppress(BrokenPipeError):
            self._keeper.stdin.close()


class ReplicaSet:
    """Some members and the address of them all."""

    def __init__(self, members: list[Member]) -> None:
        self.members = members
        hosts = [f"127.0.0.1:{member.port}" for member in members]
        self.uri = f"mongodb://{','.join(hosts)}/?replicaSet={NAME}"
        config = {
            "_id": NAME,
            "members": [{"_id": number, "host": host} for number, host in enumerate(hosts)],
            "settings": {"electionTimeoutMillis": ELECTION_TIMEOUT_MS, "heartbeatIntervalMillis": 500},
        }
        members[0].command({"replSetInitiate": config})

    def primary(self) -> Member:
        """Wait for a primary."""
        return self.primary_of(self.members)

    def primary_of(self, members: Iterable[Member]) -> Member:
        """Wait for a primary among some members."""
        found: list[Member] = []

        def is_found() -> bool:
            found[:] = [member for member in members if member.is_in("isWritablePrimary")]
            return bool(found)

        until(is_found, within_s=ELECTED_WITHIN_S, what="a primary")
        return found[0]

    def wait_until_whole(self) -> None:
        """Wait until each member can answer."""
        until(
            lambda: all(member.is_in("isWritablePrimary", "secondary") for member in self.members),
            within_s=ELECTED_WITHIN_S,
            what="the set to be whole",
        )

    def running(self, namespace: str) -> list[dict[str, Any]]:
        """What members do at the moment with a collection."""
        found: list[dict[str, Any]] = []
        for member in self.members:
            with MongoClient[dict[str, Any]]("127.0.0.1", member.port, directConnection=True) as client:
                stages: list[dict[str, Any]] = [
                    {"$currentOp": {"allUsers": True}},
                    {"$match": {"ns": namespace, "active": True}},
                ]
                found += client.admin.aggregate(stages)
        return found


@contextmanager
def failing(members: Iterable[Commanded], fail_point: str, **data: Any) -> Iterator[None]:
    """Let a fail point of MongoDB's hold on some members, in the block."""
    for member in members:
        member.command({"configureFailPoint": fail_point, "mode": "alwaysOn", **({"data": data} if data else {})})
    try:
        yield
    finally:
        for member in members:
            member.command({"configureFailPoint": fail_point, "mode": "off"})


def waiting_aggregations(members: Iterable[Member], namespace: str) -> AbstractContextManager[None]:
    """Let aggregations of a collection wait, until the block ends or they are interrupted."""
    return failing(
        members,
        "waitAfterCommandFinishesExecution",
        ns=namespace,
        commands=["aggregate"],
        shouldCheckForInterrupt=True,
    )


@contextmanager
def replica_set(folder: Path, size: int = 3) -> Iterator[ReplicaSet]:
    """Run a replica set until the block ends; it is whole when the block begins."""
    members = [Member(folder / f"member-{number}") for number in range(size)]
    try:
        own = ReplicaSet(members)
        own.primary()
        own.wait_until_whole()
        yield own
    finally:
        for member in members:
            if member.is_running:
                member.kill()
        subprocess.run(["rm", "-rf", str(folder)], check=True)
