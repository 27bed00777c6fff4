"""Keep a history: move there what no reader needs any more, and prune what nobody needs to be told of."""

from datetime import timedelta
from typing import Any, Final

from loaders.model.collections import ENDED_INDEX, HISTORY, REVISIONS, VERSIONED_COLLECTIONS
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing.batches import DISTRICTS, gather_all
from loaders.publishing.draft import in_ranges
from loaders.publishing.lease import Lease

# Longer than any request takes, so that a reader's revision stays readable until it has answered.
READER_GRACE: Final = timedelta(minutes=2)


async def retire_superseded(database: Database, lease: Lease, published: Published) -> None:
    """Remove versions that no reader can need any more: districts move to the history, rows are deleted."""
    oldest = await _oldest_readable(database, published)
    if not await database.update_one(
        REVISIONS, {"_id": "published", "floor": {"$lt": oldest}}, {"$set": {"floor": oldest}}
    ):
        return
    await lease.ensure_held()
    # What only a dead number ended is live.
    past: dict[str, Any] = {"to": {"$lte": oldest}}
    if published.gaps:
        past["$nor"] = in_ranges("to", published.gaps)
    move: list[dict[str, Any]] = [{"$match": past}, {"$merge": {"into": HISTORY, "whenMatched": "replace"}}]
    await database.aggregate(DISTRICTS, move, hint=ENDED_INDEX)
    await gather_all(
        *(database.delete_many(collection, past, hint=ENDED_INDEX) for collection in VERSIONED_COLLECTIONS)
    )


async def _oldest_readable(database: Database, published: Published) -> int:
    """The newest revision that was published at least `READER_GRACE` ago; 0 if there is none."""
    published_before = await database.now() - READER_GRACE
    where: dict[str, Any] = {
        "_id": {"$lte": published.revision, "$gte": 0},
        "loaded_at": {"$lt": published_before},
    }
    # The record of a number that was never published says nothing about when its predecessor was replaced.
    if published.gaps:
        where["$nor"] = in_ranges("_id", published.gaps)
    rows = await database.find(REVISIONS, where, {"_id": 1}, order=[("_id", -1)], limit=1)
    return rows[0]["_id"] if rows else 0


async def prune_history(database: Database, lease: Lease, published: Published, days: int) -> int | None:
    """Remove versions of districts that were superseded more than `days` days ago, and the records before them.

    published: as it is now. Afterwards all changes after one revision can be told, and the pointer keeps its number
    (`kept`). It moves first: who reads changes and doesn't find them all looks there (`loaders.store.changes`).
    Returns how many versions were removed; None if no revision was published that long ago after `kept`.
    """
    before = await database.now() - timedelta(days=days)
    # Up to the oldest readable revision only: what later ones superseded is in no history yet.
    candidates: dict[str, Any] = {"_id": {"$gt": published.kept, "$lte": published.oldest_readable}}
    if published.gaps:
        candidates["$nor"] = in_ranges("_id", published.gaps)
    first = await database.find(REVISIONS, candidates, {"loaded_at": 1}, order=[("_id", 1)], limit=1)
    if not first or first[0]["loaded_at"] >= before:
        return None
    older = {**candidates, "loaded_at": {"$lt": before}}
    [last] = await database.find(REVISIONS, older, {"_id": 1}, order=[("_id", -1)], limit=1)
    kept: int = last["_id"]
    await lease.renew()
    pointer = {"_id": "published", "stamp": published.epoch}
    if not await database.update_one(REVISIONS, pointer, {"$max": {"kept": kept}}):
        return None
    # Versions that only a number in a gap ended are current, and in no history.
    removed = await database.delete_many(HISTORY, {"to": {"$lte": kept}}, hint=ENDED_INDEX)
    await database.delete_many(REVISIONS, {"_id": {"$gte": 0, "$lt": kept}})
    return removed
