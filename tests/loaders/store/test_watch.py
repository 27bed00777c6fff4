"""What is published is known without asking, soon after it is, and never for longer than the database vouches."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from loaders.errors import StoreUnavailable
from loaders.local.mongod import start_mongod, stop_mongod
from loaders.local.shared_mongod import local_mongod
from loaders.model.collections import REVISIONS
from loaders.model.preparation import ensure_collections
from loaders.model.read_models import DERIVATION
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from loaders.store import watch as watching
from loaders.store.store import Store
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


async def test_what_is_read_again_and_again_stays_known(clock: Clock, watch: Watch) -> None:
    for _ in range(4):
        # Each reading of the pointer renews what is known, for as long as one is trusted.
        assert await known_soon(watch, 0) == Published(0, 0)
        clock.now += 0.9 * watching.TRUSTED_S
        assert watch.known_published() == Published(0, 0)
        clock.now += 0.2 * watching.TRUSTED_S
        assert watch.known_published() is None


async def test_while_the_pointer_is_missing_nothing_is_known(database: Database, watch: Watch) -> None:
    await put(database, ["one"])
    found = await known_soon(watch, 1)
    pointer = await database.find_one(REVISIONS, {"_id": "published"})
    assert pointer
    for _ in range(2):
        await database.command({"drop": REVISIONS})
        await until_async(lambda: watch.known_published() is None)
        with pytest.raises(StoreUnavailable, match="what was published is gone"):
            await Store(database, watch).published()
        await ensure_collections(database)
        await database.insert_many(REVISIONS, [pointer])
        assert await known_soon(watch, 1) == found
    assert watch.history == 0


async def test_the_stream_that_a_drop_ends_is_opened_again(
    database: Database, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    await put(database, ["one"])
    await known_soon(watch, 1)
    await until_async(lambda: watch.problem is None)
    await database.command({"drop": REVISIONS})
    await until_async(lambda: "is not followed: the change stream was closed" in caplog.text)
    await until_async(lambda: watch.problem is None)


@pytest.mark.slow
async def test_a_database_that_is_made_anew_is_of_another_history(database: Database, watch: Watch) -> None:
    for number in range(1, 4):
        await put(database, ["one"], f"mark {number}")
    await known_soon(watch, 3)
    assert watch.history == 0
    # Fewer revisions, as many, and more.
    for history, count in ((1, 2), (2, 2), (3, 4)):
        await database.command({"dropDatabase": 1})
        await until_async(lambda: watch.known_published() is None)
        await ensure_collections(database)
        for number in range(count):
            await put(database, ["one"], f"anew {history} {number}")
        await known_soon(watch, count)
        assert watch.history == history


async def test_who_knows_of_a_newer_revision_is_not_told_of_a_restore(database: Database) -> None:
    await put(database, ["one"])
    unread = asyncio.Event()

    class Held:
        """Holds the readings of the pointer back while a test wants it."""

        async def find_and_anchor(self, *arguments: Any) -> Any:
            found = await database.find_and_anchor(*arguments)
            await unread.wait()
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(database, name)

    unread.set()
    async with running(Held()) as watch:
        await known_soon(watch, 1)
        unread.clear()
        # The watch still has revision 1 when a request has read 2, and one of its readings began before.
        await asyncio.sleep(0)
        await put(database, ["one"], "two")
        waiting = asyncio.create_task(watch.wait_for_other(2, 0))
        await asyncio.sleep(0)
        unread.set()
        await known_soon(watch, 2)
        await put(database, ["one"], "three")
        assert (await waiting).revision == 3
        assert watch.history == 0


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
    class Stopped:
        """A database whose replies are read ten seconds after they were requested."""

        reads = 0

        async def find_and_anchor(self, *arguments: Any) -> Any:
            found = await database.find_and_anchor(*arguments)
            clock.now += 10.0
            self.reads += 1
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(database, name)

    stopped = Stopped()
    async with running(stopped) as watch:
        await until_async(lambda: stopped.reads >= 3)
        assert watch.known_published() is None


async def test_replies_of_the_stream_prove_nothing(clock: Clock, database: Database) -> None:
    class Silent(Between):
        """A database whose pointer can't be read while its change stream goes on."""

        is_silent = False

        async def find_and_anchor(self, *arguments: Any) -> Any:
            if self.is_silent:
                raise StoreUnavailable("silent")
            return await database.find_and_anchor(*arguments)

    silent = Silent(database, lambda change: change)
    async with running(silent) as watch:
        await known_soon(watch, 0)
        silent.is_silent = True
        seen = silent.replies
        await until_async(lambda: silent.replies >= seen + 3)
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


@pytest.mark.slow
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
            REVISIONS,
            {"_id": "published"},
            {"$set": {"revision": 5, "floor": 0, "stamp": "new", "derivation": DERIVATION}},
            upsert=True,
        )
        assert await known_soon(watch, 5) == Published(5, 0, "new")
        task.cancel()
        await database.close()


async def test_without_a_replica_set_the_pointer_is_only_read(
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
    assert "the database is not a replica set: it is polled for new data twice a second" in caplog.text
    task.cancel()
    await database.close()
    await asyncio.to_thread(stop_mongod, watchdog)
