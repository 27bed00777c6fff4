"""Real parts for every test: one mongod for the run, a database for each test, a server with Baiyun loaded."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from pymongo import MongoClient
from xdist.scheduler import LoadFileScheduling

from loaders.collections import ensure_collections
from loaders.driver import Database
from loaders.local import local_mongod
from loaders.settings import StoreSettings
from tests.servers import Server, running_server

URI = "YUNSHAN_TEST_MONGODB_URI"
HEAVY = {
    "tests/api/test_indexes.py",
    "tests/faults/test_failover.py",
    "tests/faults/test_loader_kills.py",
    "tests/faults/test_members.py",
    "tests/faults/test_subscribers.py",
}
_resources = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the run's one mongod, in the process that the workers of xdist come from."""
    for name in [name for name in os.environ if name.startswith(("MONGODB_", "YUNSHAN_STARTED"))]:
        # The one setting that is meant for tests and the servers that they start.
        if name != "MONGODB_DRIVER":
            del os.environ[name]
    if URI not in os.environ:
        folder = Path(mkdtemp(prefix="yunshan-tests-"))
        _resources.callback(subprocess.run, ["rm", "-rf", str(folder)], check=True)
        os.environ[URI] = _resources.enter_context(local_mongod(folder, "server"))
        _let_go_of_files(os.environ[URI])
        config.add_cleanup(_resources.close)


def _let_go_of_files(uri: str) -> None:
    """Have files of dropped databases closed soon.

    Each test's database has eighty files. By itself MongoDB keeps them for five minutes, in which a quick machine
    runs enough tests for it to have no more file descriptors, and to end.
    """
    with MongoClient[dict[str, Any]](uri) as client:
        for name, seconds in (("minSnapshotHistoryWindowInSeconds", 1), ("syncdelay", 10)):
            client.admin.command({"setParameter": 1, name: seconds})


class _OneFileOneWorker(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Files that load much run one after the other: at once, they would slow each other beyond their limits."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "heavy" if file in HEAVY else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Decide which tests a worker gets together."""
    return _OneFileOneWorker(config, log)


def pytest_asyncio_loop_factories() -> dict[str, object]:
    """Run on uvloop, as the server does."""
    import uvloop

    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def mongodb_uri() -> str:
    return os.environ[URI]


@pytest.fixture
def settings(mongodb_uri: str) -> StoreSettings:
    return StoreSettings.model_validate({"mongodb_uri": mongodb_uri, "mongodb_database": f"test-{uuid4().hex[:24]}"})


@pytest_asyncio.fixture
async def database(settings: StoreSettings, mongodb_uri: str) -> AsyncIterator[Database]:
    """An empty database with its collections, dropped afterwards."""
    database = Database.open(mongodb_uri, settings, timeout_ms=60_000)
    await ensure_collections(database)
    yield database
    await database.command({"dropDatabase": 1})
    await database.close()


@pytest.fixture(scope="session")
def server(mongodb_uri: str) -> Iterator[Server]:
    """A real server process with Baiyun loaded, shared by the tests that only read."""
    name = f"served-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{uuid4().hex[:8]}"
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": name}
    run_seeds("load", environment=environment)
    with running_server(environment) as server:
        yield server
    asyncio.run(_drop(mongodb_uri, name))


async def _drop(uri: str, name: str) -> None:
    database = Database.open(uri, StoreSettings(mongodb_database=name))
    await database.command({"dropDatabase": 1})
    await database.close()


def run_seeds(*arguments: str, environment: dict[str, str]) -> str:
    """Run the loader as a user does; returns what it wrote."""
    return subprocess.run(
        [sys.executable, "-m", "seeds", *arguments],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
