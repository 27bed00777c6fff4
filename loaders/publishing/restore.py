"""Restore a backup into a database where nothing is published, under its old numbers.

Nothing is visible until the pointer moves, and a restore that is killed leaves nothing that a load or another restore
would show. One that was only paused harms nothing either. It has reserved a number above all others
(`loaders.publishing.draft`), which ends the `_id` of each document that it inserts, and nothing reads what it inserts
(`to` is 0, and versions of districts begin at the reserved number) until it gives its documents their own numbers. A
load or restore that comes later removes these documents first, and never those of one that comes after it.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import IO, Any, Final, cast

from loaders.comparability import OwnUnit
from loaders.documents import STILL_LIVE, District, DistrictContent, Document
from loaders.model.collections import (
    COUNTED_ROWS,
    ENDED_INDEX,
    HISTORY,
    REVISIONS,
    ROW_COLLECTIONS,
    VERSIONED_COLLECTIONS,
)
from loaders.model.preparation import ensure_collections
from loaders.model.read_models import derive_rows, search_entry
from loaders.model.revisions import Published
from loaders.model.tallies import TALLIES
from loaders.mongo.codec import encoded_size
from loaders.mongo.driver import Database
from loaders.publishing.backup_file import BackupReader, Tally
from loaders.publishing.batches import BATCH_BYTES, DISTRICTS, Batch, gather_all, prefetch_batches
from loaders.publishing.draft import Draft, publish_restored, read_published, reserve
from loaders.publishing.indicators import measured_indicators, shared_sources
from loaders.publishing.lease import Lease, hold_lease
from loaders.publishing.own_units import visible_own_units
from loaders.publishing.publish import Load
from loaders.publishing.tallies import counted_tallies
from loaders.publishing.verification import VerificationFailed, count_rows, count_visible
from loaders.store.pipeline import visible
from loaders.store.store import Store

# What is written and not published yet; no revision ends anything at 0.
_HIDDEN: Final = 0
_VERSION_KEYS: Final = frozenset({"_id", "from", "to", "hash", "tokens"})


class RestoreRefused(Exception):
    """Something is published, or a loader may sleep, in the database; nothing was written."""


def check_backup(file: IO[bytes]) -> BackupReader:
    """Read all of a backup; returns its reader with the header and the counts. Raises BackupDamaged."""
    reader = BackupReader(file)
    for _ in reader.entries():
        pass
    return reader


async def restore(database: Database, file: IO[bytes], progress: Callable[[int, int], None]) -> Tally:
    """Restore a backup into a database where nothing is published; returns what was in it.

    progress: is called with how many current districts are written, and how many there are.
    Raises BackupDamaged before anything is written, RestoreRefused, LeaseHeld, LeaseLost, VerificationFailed or a
    StoreError; nothing is published then.
    """
    tally = (await asyncio.to_thread(check_backup, file)).tally
    _refuse_published(await Store(database).published())
    await ensure_collections(database)
    async with hold_lease(database) as lease:
        _refuse_published(await read_published(database))
        await _refuse_sleepers(database, tally.published.revision)
        number = await reserve(database, BackupReader(file).header.drawn)
        await _clear(database, number)
        await lease.renew()
        await _write(database, lease, file, number, tally, progress)
        superseded = await _reveal(database, lease, number, tally.published)
        counts = await _verify(database, tally, superseded)
        await lease.renew()
        units = await visible_own_units(database, visible(tally.published))
        restored = replace(tally.published, counts=counts, units=cast(list[OwnUnit], units))
        await publish_restored(database, number, restored)
        return tally


def load_from(file: IO[bytes], name: str, *, history_days: int | None, progress: Callable[[int, int], None]) -> Load:
    """The load that replaces what is published by the current districts of a backup. Raises BackupDamaged."""
    hashes = {document["slug"]: document["hash"] for document in _current(file)}
    file.seek(0)
    digest = hashlib.file_digest(cast(Any, file), "sha256").hexdigest()

    def read(wanted: frozenset[str]) -> Iterator[DistrictContent]:
        for document in _current(file):
            if document["slug"] in wanted:
                yield cast(DistrictContent, {key: one for key, one in document.items() if key not in _VERSION_KEYS})

    files = [{"name": name, "sha256": digest}]
    return Load(hashes, read, cast(Any, files), prune=True, history_days=history_days, progress=progress)


def _current(file: IO[bytes]) -> Iterator[Document]:
    for entry, document in BackupReader(file).entries():
        if entry == "district" and document["to"] == STILL_LIVE:
            yield document


def _refuse_published(published: Published) -> None:
    if published.revision:
        raise RestoreRefused(
            f"revision {published.revision} is published; restore into another database (MONGODB_DATABASE), "
            "or replace the districts by those of the backup, as a new revision: --replace"
        )


async def _refuse_sleepers(database: Database, revision: int) -> None:
    """Raise RestoreRefused where a loader that was replaced, and may wake, drew a number that will be published."""
    pointer = await database.find_one(REVISIONS, {"_id": "published"}) or {}
    lease = await database.find_one(REVISIONS, {"_id": "lease"}) or {}
    first = pointer.get("reserved", 0) + 1
    if lease.get("overtaken") and first <= min(pointer.get("drawn", 0), revision):
        raise RestoreRefused(
            "a load was interrupted here before anything was published, and may only be paused; it would write "
            "under numbers of the backup. Restore into another database (MONGODB_DATABASE), or drop this one once no "
            "loader runs"
        )


async def _clear(database: Database, number: int) -> None:
    """Remove what earlier loads and restores left, but nothing that a later one writes: see the module."""
    last: dict[str, Any] = {"$last": {"$split": ["$_id", "@"]}}
    written_under = {"$convert": {"input": last, "to": "long", "onError": 0, "onNull": 0}}
    for name in (*VERSIONED_COLLECTIONS, HISTORY):
        await database.delete_many(name, {"$expr": {"$lt": [written_under, number]}})
    records = {"_id": {"$gte": 0, "$lt": number}, "restored": {"$not": {"$gte": number}}}
    await database.delete_many(REVISIONS, records)


async def _write(
    database: Database,
    lease: Lease,
    file: IO[bytes],
    number: int,
    tally: Tally,
    progress: Callable[[int, int], None],
) -> None:
    done, total = 0, tally.counts["current"]
    async with aclosing(prefetch_batches(_batches(file, number))) as batches:
        async for batch in batches:
            await lease.ensure_held()
            await gather_all(*(database.insert_many(name, rows) for name, rows in batch.items() if rows))
            done += len(batch.get(DISTRICTS, ()))
            progress(done, total)


def _batches(file: IO[bytes], number: int) -> Iterator[Batch]:
    """Build the documents of a backup, hidden, in batches like those of a load."""
    batch: Batch = {}
    size = 0
    for entry, document in BackupReader(file).entries():
        if entry == "record":
            batch.setdefault(REVISIONS, []).append({**document, "restored": number})
        elif document["to"] == STILL_LIVE:
            batch.setdefault(DISTRICTS, []).append(_hidden(document, number) | {"from": number})
            for name, rows in derive_rows(cast(District, document)).items():
                batch.setdefault(name, []).extend(_hidden(row, number) for row in rows)
        else:
            past = {**document, "_id": f"{document['_id']}@{document['to']}"}
            batch.setdefault(HISTORY, []).append(_hidden(past, number) | {"from": number})
        size += encoded_size(document)
        if size > BATCH_BYTES:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _hidden(document: Document, number: int) -> Document:
    return {**document, "_id": f"{document['_id']}@{number}", "to": _HIDDEN}


async def _reveal(database: Database, lease: Lease, number: int, published: Published) -> int:
    """Give the documents of a restore their own numbers; returns how many superseded versions there are."""
    numbers = {"$split": ["$_id", "@"]}
    third_last, second_last = ({"$toLong": {"$arrayElemAt": [numbers, place]}} for place in (-3, -2))
    past = [{"$set": {"from": third_last, "to": second_last}}]
    superseded = await _reveal_in(database, lease, HISTORY, number, past)
    live: dict[str, Any] = {"to": STILL_LIVE}
    await _reveal_in(database, lease, DISTRICTS, number, [{"$set": {**live, "from": second_last}}])
    for name in ROW_COLLECTIONS:
        await _reveal_in(database, lease, name, number, {"$set": live})
    await _write_shared(database, number, published)
    for name in ("indicators", "sources", "search", TALLIES):
        await _reveal_in(database, lease, name, number, {"$set": live})
    return superseded


async def _reveal_in(database: Database, lease: Lease, name: str, number: int, update: Any) -> int:
    # Who takes the lease over after this has removed the documents before; those inserted later stay hidden.
    await lease.renew()
    own = {"to": _HIDDEN, "_id": {"$regex": f"@{number}$"}}
    return await database.update_many(name, own, update, hint=ENDED_INDEX)


async def _write_shared(database: Database, number: int, published: Published) -> None:
    """Write what is derived of all districts: indicators, sources, the search documents of both, and tallies."""
    where = visible(published)
    indicators = await measured_indicators(database, where)
    sources = await shared_sources(database, where)
    entries = [search_entry([item], None) for item in (*indicators, *sources)]
    tallies = await counted_tallies(database, where)
    shared = (
        ("indicators", "slug", indicators),
        ("sources", "slug", sources),
        ("search", "id", entries),
        (TALLIES, "id", tallies),
    )
    for name, key, rows in shared:
        begun = [{**row, "_id": f"{row[key]}@{published.revision}", "from": published.revision} for row in rows]
        if begun:
            await database.insert_many(name, [_hidden(row, number) for row in begun])


async def _verify(database: Database, tally: Tally, superseded: int) -> dict[str, int]:
    """Compare what readers would see, and the history, with the backup; returns the totals.

    Raises VerificationFailed.
    """
    published = tally.published
    assert tally.record is not None, "checked when the file was read"
    if superseded != tally.counts["superseded"]:
        raise VerificationFailed(
            f"the history would have {superseded} versions instead of {tally.counts['superseded']}; not published"
        )
    draft = Draft(published.revision, Published(published.revision - 1, 0, gaps=published.gaps))
    counted = cast(dict[str, int], await count_visible(database, draft))
    rows = {name: await count_rows(database, name, draft.visible) for name in COUNTED_ROWS}
    recorded = tally.record["counts"]
    if counted["districts"] != tally.counts["current"] or counted != {**counted, **recorded, **rows}:
        raise VerificationFailed(
            f"revision {published.revision} would have {counted}, with {rows} in rows, and its record says "
            f"{recorded}; not published"
        )
    return counted
