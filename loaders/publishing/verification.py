"""Count what a draft would show, and refuse to publish a revision with missing or additional documents."""

from typing import cast

from loaders.documents import STILL_LIVE, Document
from loaders.model.collections import COUNT_FIELDS, LIVE_INDEX, REVISIONS
from loaders.model.revisions import Counts
from loaders.mongo.driver import Database
from loaders.publishing.difference import Difference
from loaders.publishing.draft import Draft, in_ranges


class VerificationFailed(Exception):
    """The documents written differ from those expected; the pointer was not moved."""


async def verify(database: Database, difference: Difference, draft: Draft, before: int | None = None) -> None:
    """Check the counts of a draft before it is published.

    before: the number of published districts; None for that of the published revision's record.
    Raises VerificationFailed.
    """
    if before is None:
        published = await database.find_one(REVISIONS, {"_id": draft.published.revision})
        before = published["counts"]["districts"] if published else 0
    after = await count_visible(database, draft)
    expected = before + len(difference.added) - len(difference.removed)
    if after["districts"] != expected:
        raise VerificationFailed(
            f"revision {draft.number} would show {after['districts']} districts instead of {expected}; not published"
        )
    for name in ("initiatives", "metrics", "awards"):
        counted = await database.aggregate(name, [{"$match": draft.visible}, {"$count": "rows"}])
        rows = counted[0]["rows"] if counted else 0
        if rows != after[name]:
            raise VerificationFailed(
                f"revision {draft.number} would show {rows} {name} instead of {after[name]}; not published"
            )


async def count_visible(database: Database, draft: Draft) -> Counts:
    """Count what readers will see once the draft is published."""
    # pillar_count → pillars, total_award_count → awards
    sums = {name.split("_")[-2] + "s": {"$sum": f"${name}"} for name in COUNT_FIELDS}
    begun: Document = {"$nor": in_ranges("from", draft.dead)} if draft.dead else {}
    counted = dict.fromkeys(("slug", *COUNT_FIELDS), 1)
    kept: Document = {"$project": {"_id": 0, **counted}}
    dead_ends: Document = {"$match": {"$or": in_ranges("to", draft.dead), **begun}}
    still: list[Document] = [{"$unionWith": {"coll": "districts", "pipeline": [dead_ends, kept]}}]
    once: Document = {"$group": {"_id": "$slug", **{name: {"$first": f"${name}"} for name in COUNT_FIELDS}}}
    rows = await database.aggregate(
        "districts",
        [
            {"$match": {"to": STILL_LIVE, **begun}},
            kept,
            *([*still, once] if draft.dead else []),
            {"$group": {"_id": None, "districts": {"$sum": 1}, **sums}},
        ],
        hint=LIVE_INDEX,
    )
    sources = await database.aggregate(
        "sources", [{"$match": draft.visible}, {"$group": {"_id": "$slug"}}, {"$count": "sources"}]
    )
    totals = rows[0] if rows else dict.fromkeys(("districts", *sums), 0)
    totals.pop("_id", None)
    return cast(Counts, {**totals, "sources": sources[0]["sources"] if sources else 0})
