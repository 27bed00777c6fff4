"""Check what a load wrote before it is published, by reading it back; and keep the totals of a revision.

Both cost what the load changes, not what is stored. `seeds verify` compares everything.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from typing import Any, Final, cast

from loaders.documents import STILL_LIVE, Document
from loaders.model.collections import (
    BY_DISTRICT,
    BY_SLUG,
    COUNT_FIELDS,
    LIVE_INDEX,
    ROW_COLLECTIONS,
)
from loaders.model.revisions import Counts
from loaders.mongo.driver import Database
from loaders.publishing.batches import DISTRICTS, DistrictBatch
from loaders.publishing.draft import Draft, in_ranges
from loaders.store.pipeline import visible

# pillar_count → pillars, total_award_count → awards
_TOTALS: Final = {name.split("_")[-2] + "s": name for name in COUNT_FIELDS}


class VerificationFailed(Exception):
    """The documents written differ from those expected; the pointer was not moved."""


async def verify_batch(database: Database, draft: Draft, batch: DistrictBatch) -> None:
    """Check that what readers will see of a batch's districts is what was built, and nothing else.

    Raises VerificationFailed.
    """
    expected = batch.hashes
    chosen = {"$in": sorted(expected)}
    shown = await database.find(
        DISTRICTS, {"slug": chosen, **draft.visible}, {"_id": 0, "slug": 1, "from": 1, "hash": 1}, hint=BY_SLUG
    )
    wanted = sorted((slug, draft.number, digest) for slug, digest in expected.items())
    if sorted((one["slug"], one["from"], one["hash"]) for one in shown) != wanted:
        raise VerificationFailed(
            f"revision {draft.number} would show other versions of {_some(expected)} than were loaded; not published"
        )
    for name in ROW_COLLECTIONS:
        built = batch.rows[name]
        counted = await _rows_by_district(database, draft, name, chosen)
        if counted != built:
            slugs = [slug for slug in expected if counted[slug] != built[slug]]
            raise VerificationFailed(
                f"revision {draft.number} would show {counted[slugs[0]]} {name} of {slugs[0]} instead of "
                f"{built[slugs[0]]}; not published"
            )


async def verify_ended(database: Database, draft: Draft, slugs: Set[str]) -> None:
    """Check that readers will see nothing of some districts.

    Raises VerificationFailed.
    """
    chosen = {"$in": sorted(slugs)}
    shown = await database.find(DISTRICTS, {"slug": chosen, **draft.visible}, {"slug": 1}, limit=1, hint=BY_SLUG)
    rows = [name for name in ROW_COLLECTIONS if await _rows_by_district(database, draft, name, chosen)]
    if shown or rows:
        raise VerificationFailed(
            f"revision {draft.number} would still show {_some(slugs)}, which were removed; not published"
        )


async def _rows_by_district(database: Database, draft: Draft, name: str, chosen: Mapping[str, Any]) -> Counter[str]:
    stages: list[Document] = [
        {"$match": {"district": chosen, **draft.visible}},
        {"$group": {"_id": "$district", "rows": {"$sum": 1}}},
    ]
    groups = await database.aggregate(name, stages, hint=BY_DISTRICT)
    return Counter({group["_id"]: group["rows"] for group in groups})


def _some(slugs: Iterable[str]) -> str:
    first, *others = sorted(slugs)
    return f"{first} and {len(others)} others" if others else first


async def totals_after(
    database: Database, draft: Draft, slugs: Set[str], before: Counts, shared: Counter[str]
) -> Counts:
    """The totals of a draft: those of the published revision, with the difference that some districts make.

    slugs: the districts that the draft adds, changes or removes. before: the totals of the published revision.
    shared: by how much sources and indicators get more.
    """
    totals = Counter[str](cast(dict[str, int], before))
    totals.update(shared)
    fields = dict.fromkeys(("slug", *COUNT_FIELDS), 1)
    for sign, seen in ((-1, visible(draft.published)), (1, draft.visible)):
        districts = database.stream(
            DISTRICTS, {"slug": {"$in": sorted(slugs)}, **seen}, {"_id": 0, **fields}, hint=BY_SLUG
        )
        async for district in districts:
            totals["districts"] += sign
            if not district.keys() >= fields.keys():
                # An older release wrote it.
                return await count_visible(database, draft)
            for name, field in _TOTALS.items():
                totals[name] += sign * district[field]
    return cast(Counts, {name: totals[name] for name in ("districts", *_TOTALS, "sources", "indicators")})


async def count_visible(database: Database, draft: Draft) -> Counts:
    """Count what readers will see once the draft is published."""
    sums = {name: {"$sum": f"${field}"} for name, field in _TOTALS.items()}
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
    shared = {
        "sources": await count_rows(database, "sources", {"district": None, **draft.visible}),
        "indicators": await count_rows(database, "indicators", draft.visible),
    }
    totals = rows[0] if rows else dict.fromkeys(("districts", *sums), 0)
    totals.pop("_id", None)
    return cast(Counts, {**totals, **shared})


async def count_rows(database: Database, collection: str, where: Document) -> int:
    """Count documents."""
    rows = await database.aggregate(collection, [{"$match": where}, {"$count": "rows"}])
    return rows[0]["rows"] if rows else 0
