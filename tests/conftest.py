"""Real parts for every test: one mongod for the run, an emptied database for each, a server with Baiyun loaded."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import httpcore2
import pytest
import pytest_asyncio
from pymongo import MongoClient

from loaders.local.mongod import find_mongod
from loaders.local.shared_mongod import local_mongod
from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from loaders.store.store import Store
from seeds.commands import BAIYUN
from tests.support import empty_database
from tests.support.api import Api, Commands
from tests.support.forking import end_origin
from tests.support.loader import run_loader
from tests.support.once import alone
from tests.support.programs import pytest_runtest_makereport as pytest_runtest_makereport
from tests.support.servers import Server, running_server, until_followed
from tests.support.thoroughness import choose_profile

URI = "YUNSHAN_TEST_MONGODB_URI"
# The path of a mongod to run all tests with, in place of the one that is installed.
MONGOD = "YUNSHAN_MONGOD"
# Files that take longest begin first, so that no worker is left alone with one in the end.
LONGEST_FIRST = (
    "tests/faults/",
    "tests/reference/test_every_field.py",
    "tests/api/graphql/test_subscriptions.py",
    "tests/seeds/test_commands.py",
    "tests/api/export/test_export.py",
    "tests/schema/arguments/test_filters.py",
    "tests/clients/",
    "tests/schema/graph/test_walks.py",
    "tests/browser/",
    "tests/seeds/format/test_malformed.py",
    "tests/project/test_make.py",
)
ALL_SLOW = re.compile(r"^pytestmark = .*\bslow\b", re.MULTILINE)
_resources = ExitStack()
# Twice of what the longest run takes.
_ROOM_BYTES = 4 << 30
# Every client without one of its own would read all authorities anew, which takes as long as several requests.
httpcore2.default_ssl_context = cache(httpcore2.default_ssl_context)
choose_profile()


def pytest_configure(config: pytest.Config) -> None:
    """Start the run's one mongod, in the process that the workers of xdist come from."""
    # A run in the background of a shell ignores interrupts, and so would the programs that tests interrupt.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith(("MONGODB_", "YUNSHAN_STARTED"))]:
        # The one setting that is meant for tests and the servers that they start.
        if name != "MONGODB_DRIVER":
            del os.environ[name]
    # Every worker and every program that starts would compile every module again, for a third of a second and more.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    config.add_cleanup(end_origin)
    if URI not in os.environ:
        folder = Path(mkdtemp(prefix="yunshan-tests-", dir=_memory()))
        _resources.callback(subprocess.run, ["rm", "-rf", str(folder)], check=True)
        if chosen := os.environ.get(MONGOD):
            choose_mongod(Path(chosen), folder)
        os.environ[URI] = _resources.enter_context(local_mongod(folder, "server"))
        _let_go_of_files(os.environ[URI])
        config.add_cleanup(_resources.close)


def _memory() -> Path | None:
    """A folder in memory with room for the data of a run, where no write waits for a disk; None if there is none."""
    folder = Path("/dev/shm")
    has_room = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= _ROOM_BYTES
    return folder if has_room else None


def choose_mongod(mongod: Path, folder: Path) -> None:
    """Put a mongod first on PATH, where `loaders.local.mongod` looks before it takes the installed one."""
    if not os.access(mongod, os.X_OK) or mongod.is_dir():
        raise pytest.UsageError(f"{MONGOD} is {mongod}, where no program is; name a mongod by its path")
    first = folder / "bin"
    first.mkdir()
    (first / "mongod").symlink_to(mongod.resolve())
    os.environ["PATH"] = f"{first}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def pytest_report_header() -> str:
    """Say which MongoDB the run is about."""
    with MongoClient[dict[str, Any]](os.environ[URI]) as client:
        return f"MongoDB {client.server_info()['version']}: {find_mongod()}"


def _let_go_of_files(uri: str) -> None:
    """Close the files of dropped databases soon.

    A database has eighty files, and MongoDB keeps those of a dropped one for five minutes by default.
    """
    with MongoClient[dict[str, Any]](uri) as client:
        for name, seconds in (("minSnapshotHistoryWindowInSeconds", 1), ("syncdelay", 10)):
            client.admin.command({"setParameter": 1, name: seconds})


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a file of slow tests unread where none of them runs: each worker would import what they need."""
    is_asked = config.option.markexpr != "not slow" or not collection_path.name.startswith("test_")
    return None if is_asked or not ALL_SLOW.search(collection_path.read_text(encoding="utf-8")) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, in their own order, and mark tests that try fewer cases by default."""

    def place(item: pytest.Item) -> int:
        return next(
            (at for at, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start)), len(LONGEST_FIRST)
        )

    items.sort(key=place)
    for item in items:
        if _tries_more_when_thorough(item):
            item.add_marker("sampled")


def _tries_more_when_thorough(item: pytest.Item) -> bool:
    """Whether a test tries fewer cases by default: hypothesis chooses them, or its module asks how thorough it is."""
    function: Any = getattr(item, "function", None)
    names = getattr(function, "__globals__", {}).keys()
    return hasattr(function, "hypothesis") or not names.isdisjoint({"IS_THOROUGH", "examples", "sample"})


def pytest_asyncio_loop_factories() -> dict[str, object]:
    """Run on uvloop, as the server does."""
    import uvloop

    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def mongodb_uri() -> str:
    return os.environ[URI]


@pytest.fixture
def settings(mongodb_uri: str) -> StoreSettings:
    """The settings of this worker's database; `database` empties it."""
    return empty_database.settings_for(mongodb_uri)


@pytest.fixture
def commands() -> Commands:
    """The commands that are sent over `database`."""
    return Commands()


@pytest_asyncio.fixture
async def database(settings: StoreSettings, mongodb_uri: str, commands: Commands) -> AsyncIterator[Database]:
    """An empty database with its collections, emptied again afterwards."""
    database = Database.open(mongodb_uri, settings, timeout_ms=60_000, listeners=[commands])
    await empty_database.prepare(database, mongodb_uri, settings.mongodb_database)
    yield database
    await database.close()
    empty_database.empty(mongodb_uri, settings.mongodb_database)


@pytest_asyncio.fixture
async def api(database: Database, settings: StoreSettings, commands: Commands) -> Api:
    store = Store(database)
    # The first reading of the pointer takes more commands than any other.
    await store.published()
    return Api(store, commands, settings.mongodb_database)


@pytest.fixture(scope="session")
def server(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server process with Baiyun loaded, shared by the tests that only read."""
    name = loaded_once(mongodb_uri, tmp_path_factory, "served", str(BAIYUN))
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": name}) as server:
        until_followed(server)
        yield server


def loaded_once(uri: str, factory: pytest.TempPathFactory, name: str, *files: str) -> str:
    """A database with what files have, which all workers of a run read; it ends with the run's MongoDB."""
    with alone(factory, name) as folder:
        told = folder / "database"
        if not told.exists():
            database = f"{name}-{uuid4().hex[:8]}"
            run_seeds("load", *files, environment={"MONGODB_URI": uri, "MONGODB_DATABASE": database})
            told.write_text(database)
        return told.read_text()


async def drop(uri: str, name: str) -> None:
    """Remove a database."""
    database = Database.open(uri, StoreSettings(mongodb_database=name))
    await database.command({"dropDatabase": 1})
    await database.close()


def run_seeds(*arguments: str, environment: dict[str, str]) -> str:
    """Run the loader as a user does; returns what it wrote."""
    done = run_loader(*arguments, environment=environment)
    assert done.returncode == 0, done
    return done.stdout


@pytest.fixture(scope="session")
def shipped(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with what `make serve` loads."""
    name = loaded_once(mongodb_uri, tmp_path_factory, "shipped")
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": name}) as server:
        until_followed(server)
        yield server
