"""Count what a revision shows, and refuse to publish one that would show too little or too much."""

from typing import cast

from loaders.collections import BY_FROM, BY_SLUG, BY_VERSION, COUNTED
from loaders.difference import Difference
from loaders.driver import Database
from loaders.pipeline import visible_at
from loaders.revisions import Counts


class VerificationFailed(Exception):
    """What was written is not what was to be published; the pointer was not moved."""


async def verify(database: Database, difference: Difference, revision: int) -> None:
    """Count what the new revision would show before anyone can see it."""
    before = await count_all(database, revision)
    after = await count_all(database, revision + 1)
    expected = before["districts"] + len(difference.added) - len(difference.removed)
    if after["districts"] != expected:
        raise VerificationFailed(
            f"revision {revision + 1} would show {after['districts']} districts instead of {expected}; not published"
        )
    for name in ("initiatives", "metrics", "awards"):
        rows = await _visible(database, name, revision + 1)
        if rows != after[name]:
            raise VerificationFailed(
                f"revision {revision + 1} would show {rows} {name} instead of {after[name]}; not published"
            )


async def _visible(database: Database, collection: str, revision: int) -> int:
    counted = await database.aggregate(
        collection, [{"$match": visible_at(revision)}, {"$count": "rows"}], hint=BY_FROM
    )
    return counted[0]["rows"] if counted else 0


async def count_all(database: Database, revision: int) -> Counts:
    """Count what a revision shows."""
    # pillar_count → pillars, total_award_count → awards
    sums = {name.split("_")[-2] + "s": {"$sum": f"${name}"} for name in COUNTED}
    rows = await database.aggregate(
        "districts",
        [{"$match": visible_at(revision)}, {"$group": {"_id": None, "districts": {"$sum": 1}, **sums}}],
        hint=BY_VERSION,
    )
    sources = await database.aggregate(
        "sources",
        [{"$match": visible_at(revision)}, {"$group": {"_id": "$slug"}}, {"$count": "sources"}],
        hint=BY_SLUG,
    )
    totals = rows[0] if rows else dict.fromkeys(("districts", *sums), 0)
    totals.pop("_id", None)
    return cast(Counts, {**totals, "sources": sources[0]["sources"] if sources else 0})
