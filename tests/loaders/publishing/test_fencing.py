"""A load that is paused before or after any of its writes, while another is published, changes nothing of that."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Any, Final, cast

import pytest

from loaders.errors import StoreConflict, StoreError
from loaders.model.collections import REVISIONS, VERSIONED_COLLECTIONS
from loaders.model.read_models import DERIVATION
from loaders.model.revisions import Counts, Published
from loaders.mongo.driver import Database
from loaders.publishing import history
from loaders.publishing import lease as leases
from loaders.publishing.draft import draw, move_pointer, read_published
from loaders.publishing.lease import LeaseHeld, LeaseLost
from loaders.publishing.verification import VerificationFailed
from loaders.store.pipeline import visible
from loaders.store.store import Store
from tests.support.data.content import put
from tests.support.thoroughness import IS_THOROUGH, examples
from tests.support.waiting import PATIENCE_S

WRITES: Final = ("insert_many", "update_one", "update_many", "find_one_and_update", "delete_many", "aggregate")
# What each load writes and what it removes: the paused one, and those that are published meanwhile.
DISTRICTS: Final = ("a", "b", "c", "d", "e")
PAUSED: Final = ("a", "b", "new")
OTHERS: Final = {"others": ("d", "e", "late"), "the same": ("a", "b", "new"), "all": (*DISTRICTS, "new")}
# So many of the 200 pairs of a pause and a load: the same ones in each quick run, others in each thorough one.
SAMPLE: Final = examples(quick=3, thorough=32)


class Paused:
    """A database of which one write is held back: before it is sent, or before its result is known.

    Everything of the loader that pauses stands still then, its lease's renewals too.
    """

    def __init__(self, database: Database, at: int, *, after: bool) -> None:
        self._database = database
        self._at = at
        self._after = after
        self.writes = 0
        self.has_paused = asyncio.Event()
        self.resume = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._database, name)
        return self._held(found) if name in WRITES else found

    def _held(self, write: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def run(collection: str, *arguments: Any, **options: Any) -> Any:
            if collection == REVISIONS and isinstance(arguments[0], dict) and arguments[0].get("_id") == "lease":
                if self.has_paused.is_set():
                    await self.resume.wait()
                return await write(collection, *arguments, **options)
            self.writes += 1
            is_it = self.writes == self._at
            if is_it and not self._after:
                await self._pause()
            result = await write(collection, *arguments, **options)
            if is_it and self._after:
                await self._pause()
            return result

        return run

    async def _pause(self) -> None:
        self.has_paused.set()
        await self.resume.wait()


async def seen(database: Database, published: Published) -> dict[str, list[tuple[str, str]]]:
    """Everything that a reader of a revision sees, by collection."""
    found = {}
    for name, collection in VERSIONED_COLLECTIONS.items():
        rows = await database.find(name, visible(published))
        found[name] = sorted((str(row[collection.key]), str(row.get("name") or row.get("title"))) for row in rows)
    return found


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take over the lease of a paused loader soon, and retire what was superseded at once."""
    monkeypatch.setattr(leases, "TTL_S", 0.05)
    monkeypatch.setattr(leases, "HEARTBEAT_S", 0.01)
    monkeypatch.setattr(history, "READER_GRACE", history.READER_GRACE * 0)


async def count_writes(database: Database) -> int:
    counting: Any = Paused(database, 0, after=False)
    await put(database, DISTRICTS, "start", prune=True)
    await put(cast(Database, counting), PAUSED, "counted", prune=True)
    return cast(int, counting.writes)


def chosen(pauses: Sequence[tuple[int, bool]]) -> list[tuple[int, bool, str]]:
    pairs = [(at, after, name) for at, after in pauses for name in OTHERS]
    return sorted(Random(None if IS_THOROUGH else SAMPLE).sample(pairs, SAMPLE))


async def test_a_load_that_is_paused_at_any_write_changes_nothing_that_is_published(database: Database) -> None:
    writes = await count_writes(database)
    assert writes > 20
    for at, after, name in chosen([(at, after) for at in range(1, writes + 1) for after in (False, True)]):
        await _pause_and_publish(database, at, OTHERS[name], after=after, case=f"{after=} write {at}, {name}")


async def _publish_others(database: Database, others: Sequence[str], mark: str) -> None:
    """Publish; again, where a renewal that was on its way made the paused loader look alive."""
    while True:
        try:
            await put(database, others, mark, prune=True)
        except LeaseHeld:
            continue
        return


async def _pause_and_publish(database: Database, at: int, others: Sequence[str], *, after: bool, case: str) -> None:
    await put(database, DISTRICTS, f"start {case}", prune=True)
    store = Store(database)
    before = await store.published()
    first = await seen(database, before)
    paused = Paused(database, at, after=after)
    sleeping = asyncio.create_task(put(cast(Database, paused), PAUSED, f"paused {case}", prune=True))
    # A test that fails lets the loader end.
    asyncio.get_running_loop().call_later(PATIENCE_S, paused.resume.set)
    pausing = asyncio.create_task(paused.has_paused.wait())
    await asyncio.wait({sleeping, pausing}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
    pausing.cancel()
    await _publish_others(database, others, f"meanwhile {case}")
    published = await store.published()
    shown = await seen(database, published)
    assert {slug for slug, _ in shown["districts"]} == {*others}, case
    scan = database.stream("metrics", visible(published), hint="by_id")
    begun = [(await anext(scan))["id"]]
    paused.resume.set()
    with suppress(LeaseLost, StoreError, VerificationFailed):
        await asyncio.wait_for(sleeping, PATIENCE_S)
    begun += [row["id"] async for row in scan]
    assert begun == sorted(f"Metric:{slug}/terminals" for slug in others), case
    assert await store.published() == published, case
    assert await seen(database, published) == shown, case
    if before.revision >= published.oldest_readable:
        assert await seen(database, published.at(before.revision)) == first, case
    await put(database, ["a", "z"], f"next {case}", prune=True)
    assert {slug for slug, _ in (await seen(database, await store.published()))["districts"]} == {"a", "z"}, case


async def test_a_number_that_was_drawn_before_another_is_not_published(database: Database) -> None:
    await put(database, ["a"])
    published = await read_published(database)
    earlier, later = [await draw(database, published) for _ in range(2)]
    counts = cast(Counts, published.counts)
    with pytest.raises(StoreConflict, match="another load was begun or published meanwhile"):
        await move_pointer(database, earlier, counts, DERIVATION, units=[])
    assert await read_published(database) == published
    assert (await move_pointer(database, later, counts, DERIVATION, units=[])).revision == later.number
