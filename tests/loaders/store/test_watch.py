"""What is published is known without asking, soon after it is, and never for longer than the database vouches."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from loaders.local.mongod import start_mongod, stop_mongod
from loaders.local.shared_mongod import local_mongod
from loaders.model.collections import REVISIONS, ensure_collections
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from loaders.store import watch as watching
from loaders.store.watch import Watch
from tests.support.data.content import contents, load_of, put
from tests.support.waiting import until_async


class Clock:
    """Stands still between two steps of a test."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(watching, "monotonic", clock)
    return clock


async def known_soon(watch: Watch, revision: int) -> Published:
    def known() -> Published | None:
        found = watch.known_published()
        return found if found and found.revision == revision else None

    await until_async(known, what=f"revision {revision} is known")
    found = known()
    assert found
    return found


@pytest_asyncio.fixture
async def watch(database: Database) -> AsyncIterator[Watch]:
    watch = Watch(database)
    task = asyncio.create_task(watch.run())
    yield watch
    task.cancel()


async def test_nothing_is_known_before_the_database_was_asked(database: Database) -> None:
    assert Watch(database).known_published() is None


async def test_each_load_is_known_soon_after_it(database: Database, watch: Watch) -> None:
    await known_soon(watch, 0)
    stamps = {""}
    for revision in (1, 2, 3):
        await publish(database, load_of(contents(["one"], f"mark {revision}")))
        stamps.add((await known_soon(watch, revision)).epoch)
    assert len(stamps) == 4


async def test_a_quiet_stream_keeps_what_is_known(clock: Clock, watch: Watch) -> None:
    for _ in range(4):
        # Each sign of life renews what is known, for as long as such a sign counts.
        assert await known_soon(watch, 0) == Published(0, 0)
        clock.now += 0.9 * watching.TRUSTED_S
        assert watch.known_published() == Published(0, 0)
        clock.now += 0.2 * watching.TRUSTED_S
        assert watch.known_published() is None


async def test_a_database_that_is_dropped_and_loaded_again_is_followed(database: Database, watch: Watch) -> None:
    await put(database, ["one"])
    await known_soon(watch, 1)
    await database.command({"dropDatabase": 1})
    await known_soon(watch, 0)
    await ensure_collections(database)
    await put(database, ["one"], "again")
    await known_soon(watch, 1)


async def test_without_signs_of_life_nothing_is_known(clock: Clock, database: Database) -> None:
    watch = Watch(database)
    task = asyncio.create_task(watch.run())
    await known_soon(watch, 0)
    task.cancel()
    await asyncio.wait([task])
    assert watch.known_published()
    clock.now += watching.TRUSTED_S + 0.1
    assert watch.known_published() is None


class Between:
    """A database whose change stream a test stands between: `reply` makes what the watch sees of each reply."""

    def __init__(self, database: Database, reply: Callable[[Any], Any]) -> None:
        self._database = database
        self._reply = reply
        self.replies = 0

    async def changes(self, *arguments: Any, **options: Any) -> AsyncIterator[Any]:
        async with aclosing(self._database.changes(*arguments, **options)) as changes:
            async for change in changes:
                self.replies += 1
                yield self._reply(change)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


@asynccontextmanager
async def running(database: Any) -> AsyncIterator[Watch]:
    watch = Watch(database)
    task = asyncio.create_task(watch.run())
    yield watch
    task.cancel()
    await asyncio.wait([task])


async def test_a_reply_that_waited_while_the_process_was_stopped_proves_nothing(
    clock: Clock, database: Database
) -> None:
    def wait_ten_seconds(change: Any) -> Any:
        clock.now += 10.0
        return change

    between = Between(database, wait_ten_seconds)
    async with running(between) as watch:
        await until_async(lambda: between.replies >= 4)
        assert watch.known_published() is None


async def test_a_stream_that_reports_no_move_is_not_relied_on(database: Database) -> None:
    async with running(Between(database, lambda _: None)) as watch:
        await known_soon(watch, 0)
        await put(database, ["one"])
        await known_soon(watch, 1)


async def test_a_watch_that_fails_for_any_reason_is_started_again(database: Database) -> None:
    def fail_once(change: Any) -> Any:
        if between.replies == 1:
            raise ValueError("unforeseen")
        return change

    between = Between(database, fail_once)
    async with running(between) as watch:
        await put(database, ["one"])
        await known_soon(watch, 1)


@asynccontextmanager
async def mongod(folder: Path) -> AsyncIterator[str]:
    """A mongod of its own; starting and stopping it takes a thread, since both wait."""
    own = local_mongod(folder, "server")
    yield await asyncio.to_thread(own.__enter__)
    await asyncio.to_thread(own.__exit__, None, None, None)


async def test_a_watch_outlives_the_database(tmp_path: Path) -> None:
    settings = StoreSettings(mongodb_database="watched")
    async with mongod(tmp_path) as uri:
        database = Database.open(uri, settings)
        watch = Watch(database)
        task = asyncio.create_task(watch.run())
        await known_soon(watch, 0)
    await until_async(lambda: watch.known_published() is None)
    async with mongod(tmp_path) as again:
        assert again == uri
        await database.find_one_and_update(
            REVISIONS, {"_id": "published"}, {"$set": {"revision": 5, "floor": 0, "stamp": "new"}}, upsert=True
        )
        assert await known_soon(watch, 5) == Published(5, 0, "new")
        task.cancel()
        await database.close()


async def test_without_a_replica_set_the_pointer_is_read_each_second(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "mongo").mkdir()
    port, watchdog = await asyncio.to_thread(start_mongod, tmp_path, replica_set=None)
    database = Database.open(f"mongodb://127.0.0.1:{port}/", StoreSettings(mongodb_database="watched"))
    await ensure_collections(database)
    watch = Watch(database)
    task = asyncio.create_task(watch.run())
    await known_soon(watch, 0)
    await publish(database, load_of(contents(["one"], "mark")))
    await known_soon(watch, 1)
    assert "the database is not a replica set: it is polled for new data once a second" in caplog.text
    task.cancel()
    await database.close()
    await asyncio.to_thread(stop_mongod, watchdog)
