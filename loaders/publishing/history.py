"""Prune the history: remove what was superseded so long ago that nobody needs to be told of it any more."""

from datetime import timedelta
from typing import Any

from loaders.model.collections import ENDED_INDEX, HISTORY, REVISIONS
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing.draft import in_ranges
from loaders.publishing.lease import Lease


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
