"""Count the live versions, and refuse to publish a revision with missing or additional documents."""

from typing import cast

from loaders.documents import STILL_LIVE
from loaders.model.collections import COUNT_FIELDS, LIVE_INDEX, REVISIONS
from loaders.model.revisions import Counts
from loaders.mongo.driver import Database
from loaders.publishing.difference import Difference

_LIVE = {"to": STILL_LIVE}


class VerificationFailed(Exception):
    """The documents written differ from those expected; the pointer was not moved."""


async def verify(database: Database, difference: Difference, revision: int) -> None:
    """Check the counts of the revision after `revision` before it is published.

    Raises VerificationFailed.
    """
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
    """Count the live versions, which are those of the revision being written."""
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
