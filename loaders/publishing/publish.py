"""Publish a load as one new revision: write it beside the published one, verify it, then move one pointer.

A version is visible to revision R when `from` <= R < `to`. Nothing is visible before the pointer moves: new versions
begin at R + 1, and the versions that they replace end there. After a crash, documents above R are left; the next load
removes them. Versions that were superseded so long ago that no reader can need them are moved to the history.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from uuid import uuid4

from loaders.documents import STILL_LIVE, DistrictContent, Document
from loaders.errors import StoreConflict
from loaders.model.collections import (
    BY_DISTRICT,
    BY_SLUG,
    ENDED_INDEX,
    HISTORY,
    LIVE_INDEX,
    REVISIONS,
    ROW_COLLECTIONS,
    VERSIONED_COLLECTIONS,
)
from loaders.model.revisions import FileDigest, Revision
from loaders.mongo.driver import Database
from loaders.publishing.batches import DISTRICTS, build_batches, prefetch_batches
from loaders.publishing.difference import Difference
from loaders.publishing.indicators import write_indicators, write_shared_search
from loaders.publishing.lease import Lease, hold_lease
from loaders.publishing.verification import count_live, verify
from loaders.store.pipeline import visible_at

# The size of the districts, a quarter of a batch with its rows. With 4 MB, 800 generated districts take as much
# CPU time in MongoDB, and the loader 223 MB instead of 139, as each sending thread keeps its buffers.
BATCH_BYTES: Final = 1_000_000
_HASH_PROJECTION: Final = {"_id": 0, "slug": 1, "hash": 1}
# Longer than any request takes, so that a reader's revision stays readable until it has answered.
READER_GRACE: Final = timedelta(minutes=2)


class LoadOvertaken(Exception):
    """Another load was published while this one read its files; this one wrote nothing."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            f"another load published revision {revision} while this one was reading its files; "
            "this one wrote nothing, run it again"
        )


@dataclass(frozen=True, slots=True)
class Load:
    """One load: the hash of every district in the input by slug, and `read`, which yields those with given slugs.

    base_revision: the one that was published when the load began; None if that doesn't matter.
    """

    hashes: Mapping[str, str]
    read: Callable[[frozenset[str]], Iterable[DistrictContent]]
    files: list[FileDigest]
    prune: bool = False
    base_revision: int | None = None
    progress: Callable[[int, int], None] = field(default=lambda done, total: None)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The revision that is published after a load, and what the load changed."""

    revision: int
    difference: Difference


async def compare(database: Database, load: Load, revision: int) -> Difference:
    """Compare a load with a revision; possible while another load is running."""
    seen = database.stream(DISTRICTS, visible_at(revision), _HASH_PROJECTION)
    return _difference(load, {row["slug"]: row["hash"] async for row in seen})


async def _compare_live(database: Database, load: Load) -> Difference:
    """Compare a load with the live versions, which are the published ones after the sweep; reads only an index."""
    live = database.stream(DISTRICTS, {"to": STILL_LIVE}, _HASH_PROJECTION, hint=LIVE_INDEX)
    return _difference(load, {row["slug"]: row["hash"] async for row in live})


def _difference(load: Load, live: Mapping[str, str]) -> Difference:
    given = load.hashes
    missing = live.keys() - given.keys()
    return Difference(
        added=frozenset(given.keys() - live.keys()),
        changed=frozenset(slug for slug, digest in given.items() if live.get(slug, digest) != digest),
        removed=frozenset(missing if load.prune else ()),
        unchanged=frozenset(slug for slug, digest in given.items() if live.get(slug) == digest),
    )


async def publish(database: Database, load: Load) -> LoadResult:
    """Publish what differs; readers see all of it or none.

    Writes nothing when nothing differs. Raises LeaseHeld, LeaseLost, LoadOvertaken, IndicatorConflict,
    VerificationFailed or a StoreError; the published revision is then unchanged.
    """
    async with hold_lease(database) as lease:
        pointer = await _pointer(database)
        revision = pointer["revision"]
        if load.base_revision not in {None, revision}:
            raise LoadOvertaken(revision)
        await _sweep_strays(database, revision)
        difference = await _compare_live(database, load)
        if not difference.is_empty:
            await _write(database, lease, load, difference, revision + 1)
            await verify(database, difference, revision)
            await _record(database, load, difference, revision + 1)
            await lease.renew()
            await _move_pointer(database, revision)
            revision += 1
        await _retire_superseded(database, lease, revision)
        return LoadResult(revision, difference)


async def _pointer(database: Database) -> Document:
    pointer = await database.find_one_and_update(
        REVISIONS,
        {"_id": "published"},
        {"$setOnInsert": {"revision": 0, "floor": 0, "stamp": ""}},
        upsert=True,
    )
    assert pointer is not None
    return pointer


async def _sweep_strays(database: Database, revision: int) -> None:
    """Undo the writes of loads that were never published."""
    ended, live = {"to": {"$gt": revision, "$lt": STILL_LIVE}}, {"$set": {"to": STILL_LIVE}}
    for collection in VERSIONED_COLLECTIONS.values():
        await _gather_all(
            # Scans every key of the index, but reads only the documents to delete.
            database.delete_many(collection.name, {"from": {"$gt": revision}}, hint=collection.by_key),
            database.update_many(collection.name, ended, live, hint=ENDED_INDEX),
        )
    await database.delete_many(REVISIONS, {"_id": {"$gt": revision}})


async def _gather_all(*writes: Awaitable[Any]) -> None:
    """Await concurrent writes; all have ended when this returns or raises."""
    for outcome in await asyncio.gather(*writes, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def _write(database: Database, lease: Lease, load: Load, difference: Difference, number: int) -> None:
    wanted = difference.added | difference.changed
    done = 0
    built = build_batches(load.read(wanted), load.hashes, number, max_bytes=BATCH_BYTES)
    async with aclosing(prefetch_batches(built)) as batches:
        async for batch in batches:
            await lease.ensure_held()
            await _gather_all(*(database.insert_many(name, rows) for name, rows in batch.items() if rows))
            slugs = {document["slug"] for document in batch[DISTRICTS]}
            # New districts have no version to end; a query for one would read their rows again.
            await _end_versions(database, slugs & difference.changed, number)
            done += len(slugs)
            load.progress(done, len(wanted))
    await lease.ensure_held()
    await _end_versions(database, difference.removed, number)
    await lease.ensure_held()
    await write_shared_search(database, number, await write_indicators(database, number))


async def _end_versions(database: Database, slugs: Set[str], number: int) -> None:
    """Set `to` of the versions that revision `number` replaces; they stay visible until the pointer moves."""
    if not slugs:
        return
    older = {"to": STILL_LIVE, "from": {"$lt": number}}
    ended = {"$set": {"to": number}}
    chosen = {"$in": sorted(slugs)}
    rows = {"district": chosen, **older}
    await _gather_all(
        database.update_many(DISTRICTS, {"slug": chosen, **older}, ended, hint=BY_SLUG),
        *(database.update_many(collection, rows, ended, hint=BY_DISTRICT) for collection in ROW_COLLECTIONS),
    )


async def _record(database: Database, load: Load, difference: Difference, number: int) -> None:
    record: Revision = {
        "_id": number,
        "loaded_at": datetime.now(UTC),
        "counts": await count_live(database),
        "changes": difference.summary(),
        "files": load.files,
    }
    await database.insert_many(REVISIONS, [cast(Document, record)])


async def _move_pointer(database: Database, revision: int) -> None:
    """Move the pointer: the single write that publishes."""
    moved = await database.update_one(
        REVISIONS,
        {"_id": "published", "revision": revision},
        {"$set": {"revision": revision + 1, "stamp": uuid4().hex}},
    )
    if not moved:
        raise StoreConflict(f"revision {revision} is no longer the published one; nothing was published")


async def _retire_superseded(database: Database, lease: Lease, revision: int) -> None:
    """Remove versions that no reader can need any more: districts move to the history, rows are deleted."""
    oldest = await _oldest_readable(database, revision)
    if not await database.update_one(
        REVISIONS, {"_id": "published", "floor": {"$lt": oldest}}, {"$set": {"floor": oldest}}
    ):
        return
    await lease.ensure_held()
    past: dict[str, Any] = {"to": {"$lte": oldest}}
    move: list[dict[str, Any]] = [{"$match": past}, {"$merge": {"into": HISTORY, "whenMatched": "replace"}}]
    await database.aggregate(DISTRICTS, move, hint=ENDED_INDEX)
    await _gather_all(
        *(database.delete_many(collection, past, hint=ENDED_INDEX) for collection in VERSIONED_COLLECTIONS)
    )


async def _oldest_readable(database: Database, revision: int) -> int:
    """The newest revision that was published at least `READER_GRACE` ago; 0 if there is none."""
    published_before = datetime.now(UTC) - READER_GRACE
    rows = await database.find(
        REVISIONS,
        {"_id": {"$lte": revision, "$gte": 0}, "loaded_at": {"$lt": published_before}},
        {"_id": 1},
        order=[("_id", -1)],
        limit=1,
    )
    return rows[0]["_id"] if rows else 0
