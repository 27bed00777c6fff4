"""Keep one definition of each indicator, with its usage counts, consistent with the metrics of a revision."""

from collections.abc import Sequence
from typing import Any, Final

from loaders.documents import STILL_LIVE, Document
from loaders.model.collections import DOCUMENT_KEYS
from loaders.model.read_models import search_entry
from loaders.mongo.driver import Database
from loaders.publishing.draft import Draft
from loaders.values.tokens import tokens


class IndicatorConflict(Exception):
    """Districts measure one indicator in different units; nothing was published."""


async def write_indicators(database: Database, draft: Draft) -> list[Document]:
    """Write the indicators that a draft changes, end the versions that it replaces, and return all.

    Of several definitions, the one of the first district by slug is used. Raises IndicatorConflict.
    """
    measured = await measured_indicators(database, draft.visible)
    await replace_rows(database, "indicators", draft, {}, measured)
    return measured


async def replace_rows(
    database: Database, collection: str, draft: Draft, scope: Document, rows: Sequence[Document]
) -> None:
    """Make `rows` the documents of a draft that match `scope`; writes only what differs."""
    key = DOCUMENT_KEYS[collection]
    old = {row[key]: row for row in await database.find(collection, {**scope, **draft.visible})}
    new = {row[key]: row for row in rows}
    ended = [one for one, row in old.items() if one not in new or content_of(row) != content_of(new[one])]
    begun = [row for one, row in new.items() if one not in old or one in ended]
    if begun:
        version = {"from": draft.number, "to": STILL_LIVE}
        await database.insert_many(
            collection, [{**row, "_id": f"{row[key]}@{draft.number}", **version} for row in begun]
        )
    if ended:
        older = {key: {"$in": ended}, **draft.endable}
        await database.update_many(collection, older, {"$set": {"to": draft.number}})


async def measured_indicators(database: Database, visible: Document) -> list[Document]:
    """The indicators of the metrics that a filter makes visible."""
    rows = await database.aggregate(
        "metrics",
        [
            {"$match": visible},
            {
                "$group": {
                    "_id": "$indicator",
                    "first": {"$min": {"district": "$district", "indicator": {"$first": "$indicators"}}},
                    "districts": {"$addToSet": "$district"},
                    "units": {"$addToSet": "$quantity.unit"},
                    "metric_count": {"$sum": 1},
                }
            },
            {"$set": {"district_count": {"$size": "$districts"}}},
            {"$unset": "districts"},
        ],
    )
    return [_indicator(row) for row in rows]


def _indicator(row: Document) -> Document:
    slug, first = row["_id"], row["first"]
    units = sorted(unit for unit in row["units"] if unit is not None)
    if len(units) > 1:
        raise IndicatorConflict(
            f"indicator {slug!r} would be measured in {' and '.join(units)}; one indicator has one unit in all "
            "districts: give one of them another slug"
        )
    return {
        **first["indicator"],
        "unit": units[0] if units else first["indicator"]["unit"],
        "district_count": row["district_count"],
        "metric_count": row["metric_count"],
        "tokens": list(tokens(first["indicator"]["name"]["folded"])),
    }


def content_of(row: Document) -> Document:
    """A row without its version."""
    return {key: value for key, value in row.items() if key not in {"_id", "from", "to"}}


# The rows that belong to no single district.
_SHARED: Final[Document] = {"district": None}


async def write_shared_search(database: Database, draft: Draft, indicators: Sequence[Document]) -> None:
    """Write the search documents of indicators and sources that a draft changes."""
    rows = [search_entry([item], None) for item in (*indicators, *await shared_sources(database, draft.visible))]
    await replace_rows(database, "search", draft, _SHARED, rows)


async def shared_sources(database: Database, visible: Document) -> list[Document]:
    """Each visible source once, as the first district by slug defines it."""
    stages: list[dict[str, Any]] = [
        {"$match": visible},
        {"$group": {"_id": "$slug", "first": {"$min": {"district": "$district", "source": "$$ROOT"}}}},
        {"$replaceRoot": {"newRoot": "$first.source"}},
    ]
    return await database.aggregate("sources", stages)
