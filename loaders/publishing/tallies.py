"""Keep how many items of each whole list have each value of a field, so that nobody has to count what isn't filtered.

A load counts the items of the districts that it changes, as they were and as they will be, and adds the difference.
"""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from typing import Any, Final

from loaders.documents import Document
from loaders.model.tallies import COUNTED_BY, COUNTED_BY_EACH, TALLIES, key_of, tally_of, tally_row
from loaders.mongo.driver import Database
from loaders.publishing.draft import Draft
from loaders.publishing.indicators import replace_rows
from loaders.store.pipeline import visible

# In one query, which names them for each list.
SLUGS_PER_QUERY: Final = 10_000


async def write_tallies(database: Database, draft: Draft, slugs: Set[str] | None) -> None:
    """Write the tallies that a draft changes.

    slugs: the districts that the draft adds, changes or removes; None to count everything again.
    """
    if slugs is None:
        await replace_rows(database, TALLIES, draft, {}, await counted_tallies(database, draft.visible))
        return
    changes = await _count(database, draft.visible, slugs)
    changes.subtract(await _count(database, visible(draft.published), slugs))
    rows = {row["id"]: row for row in (tally_row(*which, more) for which, more in changes.items() if more)}
    if not rows:
        return
    scope = {"id": {"$in": sorted(rows)}}
    for stored in await database.find(TALLIES, {**scope, **visible(draft.published)}):
        count = stored["count"] + rows[stored["id"]]["count"]
        rows[stored["id"]] = tally_row(stored["tally"], stored["key"], count)
    await replace_rows(database, TALLIES, draft, scope, [row for row in rows.values() if row["count"]])


async def counted_tallies(database: Database, visible: Document) -> list[Document]:
    """The tallies of everything that a filter makes visible, counted."""
    return [tally_row(*which, count) for which, count in (await _count(database, visible, None)).items()]


async def languages_of(database: Database, visible: Document) -> list[str]:
    """The languages of all texts that a filter makes visible, those of most districts first."""
    rows = await database.find(TALLIES, {"tally": tally_of("districts", "LANGUAGE"), **visible})
    return [row["key"] for row in sorted(rows, key=lambda row: (row["rank"], row["key"]))]


async def _count(database: Database, visible: Document, slugs: Set[str] | None) -> Counter[tuple[str, str | None]]:
    """How many items have each value, by tally and key. slugs: of these districts only."""
    if slugs is None:
        return await _count_once(database, visible, None)
    ordered = sorted(slugs)
    counts = Counter[tuple[str, str | None]]()
    for start in range(0, len(ordered), SLUGS_PER_QUERY):
        counts.update(await _count_once(database, visible, ordered[start : start + SLUGS_PER_QUERY]))
    return counts


async def _count_once(
    database: Database, visible: Document, slugs: Sequence[str] | None
) -> Counter[tuple[str, str | None]]:
    first, *others = ((collection, list(_keyed(collection, visible, slugs))) for collection in COUNTED_BY)
    stages: list[Document] = [
        *first[1],
        *({"$unionWith": {"coll": collection, "pipeline": keyed}} for collection, keyed in others),
        {"$unwind": "$of"},
        {"$group": {"_id": "$of", "count": {"$sum": 1}}},
    ]
    rows = await database.aggregate(first[0], stages)
    return Counter({(row["_id"]["tally"], row["_id"]["key"]): row["count"] for row in rows})


def _keyed(collection: str, visible: Document, slugs: Sequence[str] | None) -> Iterator[Document]:
    """Stages that give of each item of a list its tallies with their keys."""
    district = "slug" if collection == "districts" else "district"
    chosen: dict[str, Any] = {} if slugs is None else {district: {"$in": slugs}}
    once = [{"tally": tally_of(collection, by), "key": key_of(collection, by)} for by in COUNTED_BY[collection]]
    each = [
        {"$map": {"input": {"$ifNull": [values, []]}, "in": {"tally": tally_of(collection, by), "key": "$$this"}}}
        for by, values in COUNTED_BY_EACH.get(collection, {}).items()
    ]
    yield {"$match": {**chosen, **visible}}
    yield {"$project": {"_id": 0, "of": {"$concatArrays": [once, *each]}}}
