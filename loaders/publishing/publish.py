"""Publish a load as one new revision: write it beside the published one, verify it, then move one pointer.

Readers see a version from the revision that wrote it until the one that ended it (`loaders.store.pipeline.visible`).
Nothing is visible before the pointer moves: new versions begin at the number that this load has drawn
(`loaders.publishing.draft`), and the versions that they replace end there. The next load removes what an interrupted
one left. Versions that were superseded so long ago that no reader can need them are moved to the history.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final, cast

from loaders.documents import STILL_LIVE, DistrictContent, Document
from loaders.model.collections import (
    BY_DISTRICT,
    BY_SLUG,
    ENDED_INDEX,
    LIVE_INDEX,
    REVISIONS,
    ROW_COLLECTIONS,
    VERSIONED_COLLECTIONS,
)
from loaders.model.read_models import DERIVATION
from loaders.model.revisions import Counts, FileDigest, Migrated, Published, Revision
from loaders.model.tallies import TALLIES
from loaders.mongo.driver import Database
from loaders.publishing.batches import BATCH_BYTES, DISTRICTS, build_batches, gather_all, prefetch_batches
from loaders.publishing.difference import Difference
from loaders.publishing.draft import (
    Draft,
    draw,
    draw_above,
    forget_notes,
    in_ranges,
    move_pointer,
    note_slugs,
    noted_slugs,
    read_published,
)
from loaders.publishing.history import prune_history, retire_superseded
from loaders.publishing.indicators import write_shared
from loaders.publishing.lease import Lease, hold_lease
from loaders.publishing.own_units import own_units_after
from loaders.publishing.records import remember_records
from loaders.publishing.tallies import languages_of, write_tallies
from loaders.publishing.verification import (
    VerificationFailed,
    count_visible,
    totals_after,
    verify_batch,
    verify_ended,
)

_HASH_PROJECTION: Final = {"_id": 0, "slug": 1, "hash": 1}
# In one query.
SLUGS_PER_QUERY: Final = 1_000
# So few are always written by difference.
MANY: Final = 100


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
    forced: districts to write again even if their content is the same. orphans: slugs of rows without a district.
    digests: those of the records that districts were built of, by slug (`loaders.publishing.records`).
    history_days: for how many days to keep superseded versions; None for ever.
    repairs: whether everything that it leaves as it is was compared with what this release derives.
    migrated: what of the first edition it is; it is published even if nothing differs.
    finish: what to do when all is written, before it is published.
    """

    hashes: Mapping[str, str]
    read: Callable[[frozenset[str]], Iterable[DistrictContent]]
    files: list[FileDigest]
    prune: bool = False
    base_revision: int | None = None
    forced: frozenset[str] = frozenset()
    orphans: frozenset[str] = frozenset()
    digests: Mapping[str, str] = field(default_factory=dict)
    history_days: int | None = None
    repairs: bool = False
    migrated: Migrated | None = None
    finish: Callable[[], Awaitable[object]] | None = None
    progress: Callable[[int, int], None] = field(default=lambda done, total: None)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The revision that is published after a load, and what the load changed.

    is_current: whether all that is published was derived by this release's code.
    """

    revision: int
    difference: Difference
    is_current: bool = True


async def compare(database: Database, load: Load, published: Published) -> Difference:
    """Compare a load with what is published; possible while another load is running."""
    return _difference(load, await _published_hashes(database, published, load))


async def _published_hashes(database: Database, published: Published, load: Load) -> dict[str, str]:
    """The content hashes of the published districts by slug: of those in a load, or of all if it removes others."""
    if load.prune:
        return await _hashes_of(database, published, {})
    slugs = sorted(load.hashes)
    hashes: dict[str, str] = {}
    for start in range(0, len(slugs), SLUGS_PER_QUERY):
        hashes |= await _hashes_of(database, published, {"slug": {"$in": slugs[start : start + SLUGS_PER_QUERY]}})
    return hashes


async def _hashes_of(database: Database, published: Published, chosen: Document) -> dict[str, str]:
    revision, gaps = published.revision, published.gaps
    begun: dict[str, Any] = {"from": {"$lte": revision}, **({"$nor": in_ranges("from", gaps)} if gaps else {})}
    # First the live ones: a version that a load ends meanwhile is read once more, not missed.
    live = database.stream(DISTRICTS, {**chosen, "to": STILL_LIVE, **begun}, _HASH_PROJECTION, hint=LIVE_INDEX)
    hashes = {row["slug"]: row["hash"] async for row in live}
    ended: dict[str, Any] = {"$or": [{"to": {"$gt": revision, "$lt": STILL_LIVE}}, *in_ranges("to", gaps)]}
    still = database.stream(DISTRICTS, {**chosen, **ended, **begun}, _HASH_PROJECTION, hint=ENDED_INDEX)
    return hashes | {row["slug"]: row["hash"] async for row in still}


def _difference(load: Load, live: Mapping[str, str]) -> Difference:
    given = load.hashes
    missing = live.keys() - given.keys()
    known = given.keys() & live.keys()
    changed = frozenset(slug for slug in known if live[slug] != given[slug] or slug in load.forced)
    return Difference(
        added=frozenset(given.keys() - live.keys()),
        changed=changed,
        removed=frozenset(missing if load.prune else ()),
        unchanged=frozenset(known - changed),
    )


async def publish(database: Database, load: Load) -> LoadResult:
    """Publish what differs; readers see all of it or none.

    Writes nothing when nothing differs. Raises LeaseHeld, LeaseLost, LoadOvertaken, IndicatorConflict,
    VerificationFailed or a StoreError; the published revision is then unchanged.
    """
    async with hold_lease(database) as lease:
        published = await read_published(database)
        if load.migrated:
            await draw_above(database, load.migrated["revision"])
        if load.base_revision not in {None, published.revision}:
            raise LoadOvertaken(published.revision)
        difference = _difference(load, await _published_hashes(database, published, load))
        if not difference.is_empty or load.orphans or load.migrated:
            draft = await draw(database, published)
            await _remove_dead(database, draft)
            totals, units = await _write(database, lease, load, difference, draft)
            if load.finish is not None:
                await load.finish()
            await _record(database, load, difference, draft, totals)
            await lease.renew()
            is_whole = load.repairs or len(difference.added | difference.changed) == totals["districts"]
            derivation = DERIVATION if is_whole else published.derivation
            published = await move_pointer(database, draft, totals, derivation, units=units, migrated=load.migrated)
            await forget_notes(database, published)
        await remember_records(database, load.digests, load.hashes)
        await retire_superseded(database, lease, published)
        if load.history_days is not None:
            await prune_history(database, lease, await read_published(database), load.history_days)
        return LoadResult(published.revision, difference, published.derivation >= DERIVATION)


async def prune(database: Database, days: int) -> tuple[int | None, Published]:
    """Remove what was superseded more than `days` days ago, as `prune_history` does; returns its result.

    Also returns the pointer afterwards. Raises LeaseHeld, LeaseLost or a StoreError.
    """
    async with hold_lease(database) as lease:
        await retire_superseded(database, lease, await read_published(database))
        removed = await prune_history(database, lease, await read_published(database), days)
        return removed, await read_published(database)


async def _remove_dead(database: Database, draft: Draft) -> None:
    """Undo the writes of loads that were never published; what they write later stays invisible."""
    dead = draft.dead
    if not dead:
        return
    # Only a loader that was paused can have left more of older gaps; finding that would take a scan of every key.
    begun = [gap for gap in dead if gap not in draft.published.gaps]
    slugs = await noted_slugs(database, tuple(begun))
    for collection in VERSIONED_COLLECTIONS.values():
        key, chosen = collection.by_key, dict[str, Any]()
        if slugs is not None and collection.name == DISTRICTS:
            chosen = {"slug": {"$in": sorted(slugs)}}
        elif slugs is not None and collection.name in ROW_COLLECTIONS:
            key, chosen = BY_DISTRICT, {"district": {"$in": [None, *sorted(slugs)]}}
        elif collection.name == TALLIES:
            # There are as many as districts, and more.
            key, chosen = LIVE_INDEX, {"to": STILL_LIVE}
        await gather_all(
            *(
                database.delete_many(collection.name, {**chosen, **where}, hint=key)
                for where in in_ranges("from", tuple(begun))
            ),
            database.update_many(
                collection.name, {"$or": in_ranges("to", dead)}, {"$set": {"to": STILL_LIVE}}, hint=ENDED_INDEX
            ),
        )
    await database.delete_many(REVISIONS, {"$or": in_ranges("_id", dead)})


async def _write(
    database: Database, lease: Lease, load: Load, difference: Difference, draft: Draft
) -> tuple[Counts, list[Document]]:
    """Write a draft and check it; returns its totals and its own units."""
    wanted = difference.added | difference.changed
    removed = difference.removed | load.orphans
    written: set[str] = set()
    built = build_batches(load.read(wanted), load.hashes, draft.number, max_bytes=BATCH_BYTES)
    async with aclosing(prefetch_batches(built)) as batches:
        async for batch in batches:
            slugs = batch.hashes.keys()
            await lease.ensure_held()
            await note_slugs(database, draft, slugs)
            await gather_all(*(database.insert_many(name, rows) for name, rows in batch.documents.items() if rows))
            # New districts have no version to end; a query for one would read their rows again.
            await _end_versions(database, slugs & difference.changed, draft)
            await verify_batch(database, draft, batch)
            written |= slugs
            load.progress(len(written), len(wanted))
    if written != wanted:
        raise VerificationFailed(f"only {len(written)} of {len(wanted)} districts were read; not published")
    await lease.ensure_held()
    if removed:
        await _end_versions(database, removed, draft)
        await verify_ended(database, draft, removed)
    await lease.ensure_held()
    # What is shared is derived from everything where most has changed, or where what is kept may be wrong.
    record = await database.find_one(REVISIONS, {"_id": draft.published.revision})
    before = cast(Counts, record["counts"]) if record else None
    changes = wanted | removed
    if (
        before is None
        or draft.published.derivation < DERIVATION
        or load.forced
        or load.orphans
        or MANY < len(changes) > before["districts"] // 2
    ):
        await write_shared(database, draft, None)
        await write_tallies(database, draft, None)
        return await count_visible(database, draft), await own_units_after(database, draft, None)
    shared = await write_shared(database, draft, changes)
    await write_tallies(database, draft, changes)
    units = await own_units_after(database, draft, changes)
    return await totals_after(database, draft, changes, before, shared), units


async def _end_versions(database: Database, slugs: Set[str], draft: Draft) -> None:
    """Set `to` of the versions that the draft replaces; they stay visible until the pointer moves."""
    if not slugs:
        return
    ended = {"$set": {"to": draft.number}}
    chosen = {"$in": sorted(slugs)}
    rows = {"district": chosen, **draft.endable}
    await gather_all(
        database.update_many(DISTRICTS, {"slug": chosen, **draft.endable}, ended, hint=BY_SLUG),
        *(database.update_many(collection, rows, ended, hint=BY_DISTRICT) for collection in ROW_COLLECTIONS),
    )


async def _record(database: Database, load: Load, difference: Difference, draft: Draft, totals: Counts) -> None:
    record: Revision = {
        "_id": draft.number,
        "stamp": draft.epoch,
        "loaded_at": await database.now(),
        "counts": totals,
        "changes": difference.summary(),
        "files": load.files,
        "languages": await languages_of(database, draft.visible),
    }
    await database.insert_many(REVISIONS, [cast(Document, record)])
