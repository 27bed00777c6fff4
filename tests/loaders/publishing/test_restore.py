"""What a backup brings back is what was there; a restore that is killed or paused anywhere harms nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from io import BytesIO
from random import Random
from typing import Any, Final, cast

import pytest
import pytest_asyncio

from loaders.errors import StoreError, StoreUnavailable
from loaders.model.collections import HISTORY, REVISIONS, VERSIONED_COLLECTIONS
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing import history
from loaders.publishing import lease as leases
from loaders.publishing.backup import BackupFailed, write_backup
from loaders.publishing.draft import draw, read_published
from loaders.publishing.lease import LeaseHeld, LeaseLost, hold_lease
from loaders.publishing.publish import publish
from loaders.publishing.restore import RestoreRefused, load_from, restore
from loaders.publishing.verification import VerificationFailed
from loaders.settings import StoreSettings
from loaders.store.store import Store
from tests.loaders.publishing.test_fencing import WRITES, Paused
from tests.support.data.content import put
from tests.support.data.story import empty, everything_told, fail, shown, tell_story
from tests.support.thoroughness import IS_THOROUGH, examples
from tests.support.waiting import PATIENCE_S

SAMPLE: Final = examples(quick=2, thorough=12)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take over the lease of a killed or paused loader soon."""
    monkeypatch.setattr(leases, "TTL_S", 0.05)
    monkeypatch.setattr(leases, "HEARTBEAT_S", 0.01)


async def backed_up(database: Database) -> BytesIO:
    file = BytesIO()
    await write_backup(database, file)
    return file


async def bring_back(database: Database, file: BytesIO) -> None:
    await restore(database, file, lambda done, total: None)


async def despite_the_lease(run: Callable[[], Awaitable[object]]) -> None:
    """Run a load; again, where a renewal that was on its way made a killed or paused one look alive."""
    while True:
        try:
            await run()
        except LeaseHeld:
            continue
        return


@pytest.mark.slow
async def test_a_restored_store_tells_what_it_told_before(database: Database, settings: StoreSettings) -> None:
    await tell_story(database)
    before = await everything_told(database, settings.mongodb_database)
    assert before["published"].gaps == ((2, 2), (5, 6))
    assert before["findings"] == []
    assert {change for changes in before["changes"].values() for change in changes.values()} == {
        "ADDED",
        "CHANGED",
        "REMOVED",
    }
    file = await backed_up(database)
    await empty(database)
    await bring_back(database, file)
    assert await everything_told(database, settings.mongodb_database) == before
    # A backup of what was restored has the same content, and life goes on.
    again = await backed_up(database)
    await empty(database)
    await bring_back(database, again)
    assert await everything_told(database, settings.mongodb_database) == before
    assert (await put(database, ["a", "f"], "six")).revision > 9
    await put(database, ["a", "f"], "six", prune=True)
    told = await everything_told(database, settings.mongodb_database)
    assert told["findings"] == []
    assert told["changes"].items() > before["changes"].items()


@pytest.mark.slow
async def test_what_loads_publish_and_move_during_a_backup_is_neither_lost_nor_doubled(
    database: Database, settings: StoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = [f"d-{number:02d}" for number in range(40)]
    await put(database, slugs, "one")
    await put(database, slugs[:30], "two")
    before = await everything_told(database, settings.mongodb_database)
    monkeypatch.setattr(history, "READER_GRACE", history.READER_GRACE * 0)
    reads = 0

    class Meanwhile:
        """A database in which loads are published between the reads of a backup, and move what they supersede."""

        def __getattr__(self, name: str) -> Any:
            return getattr(database, name)

        async def find(self, *arguments: Any, **options: Any) -> Any:
            nonlocal reads
            reads += 1
            found = await database.find(*arguments, **options)
            if reads <= 4:
                await put(database, slugs[reads::3], f"meanwhile {reads}")
                await put(database, slugs[:1], f"moved {reads}", prune=reads == 4)
            return found

    file = BytesIO()
    tally = await write_backup(cast(Database, Meanwhile()), file)
    assert reads > 4
    assert tally.counts == {"record": 2, "current": 40, "superseded": 30}
    await empty(database)
    await bring_back(database, file)
    assert await everything_told(database, settings.mongodb_database) == before


async def test_a_backup_that_is_not_whole_fails(database: Database) -> None:
    with pytest.raises(BackupFailed, match="nothing is published"):
        await backed_up(database)
    await put(database, ["a", "b"], "one")
    await database.delete_many("districts", {"slug": "a"})
    with pytest.raises(BackupFailed, match="revision 1 has 1 districts, and its record says 2; see what is wrong"):
        await backed_up(database)


async def test_something_published_is_not_restored_over_but_can_be_replaced(
    database: Database, settings: StoreSettings
) -> None:
    await tell_story(database)
    file = await backed_up(database)
    with pytest.raises(RestoreRefused, match="revision 8 is published; restore into another database"):
        await bring_back(database, file)
    before = await everything_told(database, settings.mongodb_database)
    await put(database, ["a", "z"], "later", prune=True)
    load = load_from(file, "backup.gz", history_days=None, progress=lambda done, total: None)
    outcome = await publish(database, load)
    assert {name: len(getattr(outcome.difference, name)) for name in ("added", "changed", "removed")} == {
        "added": 3,
        "changed": 1,
        "removed": 1,
    }
    after = await everything_told(database, settings.mongodb_database)
    assert after["findings"] == []
    assert after["export"] == before["export"]
    assert after["changes"].items() > before["changes"].items()
    assert (await publish(database, load)).difference.is_empty


@pytest.mark.slow
async def test_numbers_go_on_above_all_that_were_drawn(database: Database) -> None:
    await tell_story(database)
    drawn = (await read_published(database)).revision + 1
    file = await backed_up(database)
    await empty(database)
    # A load that ended without publishing is no danger; its number and what it wrote are.
    await fail(database, ["a"], "never seen")
    await bring_back(database, file)
    assert "never seen" not in str(await shown(database))
    assert (await put(database, ["a"], "next")).revision > drawn + 1


@pytest.mark.usefixtures("impatient")
async def test_a_load_that_may_wake_under_a_number_of_the_backup_is_no_place_to_restore_into(
    database: Database,
) -> None:
    await put(database, ["a"], "one")
    file = await backed_up(database)
    await empty(database)
    async with hold_lease(database):
        await draw(database, await read_published(database))
        # As if the holder slept: it is taken over, and never heard of again.
        await database.update_one(REVISIONS, {"_id": "lease"}, {"$inc": {"token": 1}})
    with pytest.raises(RestoreRefused, match="may only be paused"):
        await bring_back(database, file)
    assert (await Store(database).published()).revision == 0


class Killed:
    """A database of a loader that is killed at one of its writes: none is sent from then on."""

    def __init__(self, database: Database, at: int, *, after: bool) -> None:
        self._database = database
        self._at = at
        self._after = after
        self.writes = 0
        self.is_dead = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._database, name)
        return self._counted(found) if name in WRITES else found

    def _counted(self, write: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def run(collection: str, where: Any, *arguments: Any, **options: Any) -> Any:
            if not (isinstance(where, dict) and where.get("_id") == "lease"):
                self.writes += 1
            is_it = self.writes == self._at
            if self.is_dead or (is_it and not self._after):
                self.is_dead = True
                raise StoreUnavailable("killed")
            result = await write(collection, where, *arguments, **options)
            self.is_dead = is_it
            return result

        return run


@pytest_asyncio.fixture
async def story(database: Database) -> AsyncIterator[tuple[BytesIO, Any]]:
    """A backup of the story and what readers saw of it; the database is empty."""
    await tell_story(database)
    told = await shown(database)
    file = await backed_up(database)
    await empty(database)
    yield file, told


async def count_writes(database: Database, file: BytesIO) -> int:
    counting = Killed(database, 0, after=False)
    await bring_back(cast(Database, counting), file)
    await empty(database)
    return counting.writes


async def pauses(database: Database, file: BytesIO) -> list[tuple[int, bool]]:
    """Places to kill or pause a restore at: a sample, the same one in each quick run."""
    writes = await count_writes(database, file)
    assert writes > 30
    every = [(at, after) for at in range(1, writes + 1) for after in (False, True)]
    return sorted(Random(None if IS_THOROUGH else SAMPLE).sample(every, min(SAMPLE, len(every))))


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
async def test_a_restore_that_is_killed_at_any_write_shows_nothing_and_can_be_run_again(
    database: Database, story: tuple[BytesIO, Any]
) -> None:
    file, told = story
    for at, after in await pauses(database, file):
        killed = Killed(database, at, after=after)
        with suppress(StoreError, LeaseLost):
            await bring_back(cast(Database, killed), file)
        published = await Store(database).published()
        # Killed after the last write, it has published all.
        assert published.revision == 0 or (await shown(database)) == told, (at, after)
        if not published.revision:
            await despite_the_lease(partial(bring_back, database, file))
        assert await shown(database) == told, (at, after)
        assert [await database.find(name, {"to": 0}, {"_id": 1}) for name in VERSIONED_COLLECTIONS] == [
            [] for _ in VERSIONED_COLLECTIONS
        ]
        assert len(await database.find(HISTORY, {})) == 7
        await empty(database)


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
async def test_a_load_after_a_killed_restore_is_published(database: Database, story: tuple[BytesIO, Any]) -> None:
    file, _ = story
    for at, after in (await pauses(database, file))[:: 1 if IS_THOROUGH else 8]:
        killed = Killed(database, at, after=after)
        with suppress(StoreError, LeaseLost):
            await bring_back(cast(Database, killed), file)
        if not (await Store(database).published()).revision:
            await despite_the_lease(partial(put, database, ["p", "q"], "instead"))
            assert {slug for slug, _ in (await shown(database))["districts"]} == {"p", "q"}, (at, after)
        await empty(database)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "follower",
    [pytest.param("the same", marks=pytest.mark.slow), pytest.param("another", marks=pytest.mark.slow), "a load"],
)
async def test_a_restore_that_is_paused_at_any_write_changes_nothing_when_it_wakes(
    database: Database, story: tuple[BytesIO, Any], follower: str, settings: StoreSettings
) -> None:
    file, _ = story
    places = await pauses(database, file)
    await put(database, ["a", "c", "o"], "other")
    await put(database, ["a"], "other still", prune=True)
    other = await backed_up(database)
    await empty(database)
    for at, after in places if IS_THOROUGH else places[::6]:
        paused = Paused(database, at, after=after)
        sleeping = asyncio.create_task(bring_back(cast(Database, paused), file))
        asyncio.get_running_loop().call_later(PATIENCE_S, paused.resume.set)
        pausing = asyncio.create_task(paused.has_paused.wait())
        await asyncio.wait({sleeping, pausing}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        pausing.cancel()
        if not (await Store(database).published()).revision:
            if follower != "a load":
                await despite_the_lease(partial(bring_back, database, file if follower == "the same" else other))
            await despite_the_lease(partial(put, database, ["a", "w"], "meanwhile", prune=True))
        told = await everything_told(database, settings.mongodb_database)
        paused.resume.set()
        with suppress(LeaseLost, RestoreRefused, StoreError, VerificationFailed):
            await asyncio.wait_for(sleeping, PATIENCE_S)
        assert await everything_told(database, settings.mongodb_database) == told, (at, after)
        await put(database, ["a", "z"], "next", prune=True)
        assert {slug for slug, _ in (await shown(database))["districts"]} == {"a", "z"}, (at, after)
        await empty(database)


@pytest.mark.usefixtures("impatient")
async def test_a_load_that_is_paused_before_a_restore_changes_nothing_when_it_wakes(
    database: Database, story: tuple[BytesIO, Any]
) -> None:
    file, told = story
    refused = restored = 0
    # It has the lease since its first write. The third creates the pointer, the next one draws its number.
    for at in range(2, 17) if IS_THOROUGH else (4,):
        for after in (False, True):
            paused = Paused(database, at, after=after)
            sleeping = asyncio.create_task(put(cast(Database, paused), ["a", "x"], "asleep"))
            asyncio.get_running_loop().call_later(PATIENCE_S, paused.resume.set)
            await asyncio.wait_for(paused.has_paused.wait(), PATIENCE_S)
            try:
                await despite_the_lease(partial(bring_back, database, file))
            except RestoreRefused:
                refused += 1
            published = await Store(database).published()
            restored += published.revision == 8
            paused.resume.set()
            with suppress(LeaseLost, StoreError, VerificationFailed):
                await asyncio.wait_for(sleeping, PATIENCE_S)
            if published.revision:
                assert await shown(database) == told, (at, after)
            await empty(database)
    assert refused
    assert restored


async def test_the_pointer_of_a_restored_store(database: Database, story: tuple[BytesIO, Any]) -> None:
    file, _ = story
    await bring_back(database, file)
    published = await Store(database).published()
    assert published == Published(8, 8, published.epoch, ((2, 2), (5, 6)), counts=published.counts)
    record = await Store(database).revision(8)
    assert record and published.counts == record["counts"]
    pointer = await database.find_one(REVISIONS, {"_id": "published"})
    assert pointer is not None
    assert pointer["drawn"] == pointer["writer"] == 10_000
