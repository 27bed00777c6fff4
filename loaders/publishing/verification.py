"""Count what is live, and refuse to publish a revision that would show too little or too much."""

from typing import cast

from loaders.documents import STILL_LIVE
from loaders.model.collections import COUNT_FIELDS, LIVE_INDEX, REVISIONS
from loaders.model.revisions import Counts
from loaders.mongo.driver import Database
from loaders.publishing.difference import Difference

_LIVE = {"to": STILL_LIVE}


class VerificationFailed(Exception):
    """What was written is not what was to be published; the pointer was not moved."""


async def verify(database: Database, difference: Difference, revision: int) -> None:
    """Count what the revision after `revision` would show, before anyone can see it."""
    published = await database.find_one(REVISIONS, {"_id": revision})
    before = published["counts"]["districts"] if published else 0
    after = await count_live(database)
    expected = before + len(difference.added) - len(difference.removed)
    if after["districts"] != expected:
        raise VerificationFailed(
            f"revision {revision + 1} would show {after['districts']} districts instead of {expected}; not published"
        )
    for name in ("initiatives", "metrics", "awards"):
        counted = await database.aggregate(name, [{"$match": _LIVE}, {"$count": "rows"}])
        rows = counted[0]["rows"] if counted else 0
        if rows != after[name]:
            raise VerificationFailed(
                f"revision {revision + 1} would show {rows} {name} instead of {after[name]}; not published"
            )


async def count_live(database: Database) -> Counts:
    """Count what is live: all that the revision being written will show."""
    # pillar_count → pillars, total_award_count → awards
    sums = {name.split("_")[-2] + "s": {"$sum": f"${name}"} for name in COUNT_FIELDS}
    rows = await database.aggregate(
        "districts",
        [{"$match": _LIVE}, {"$group": {"_id": None, "districts": {"$sum": 1}, **sums}}],
        hint=LIVE_INDEX,
    )
    sources = await database.aggregate(
        "sources", [{"$match": _LIVE}, {"$group": {"_id": "$slug"}}, {"$count": "sources"}]
    )
    totals = rows[0] if rows else dict.fromkeys(("districts", *sums), 0)
    totals.pop("_id", None)
    return cast(Counts, {**totals, "sources": sources[0]["sources"] if sources else 0})
