"""Keep what a search finds indicators and sources by in step with a revision: one row each for all districts."""

from collections.abc import Sequence
from typing import Any, Final

from loaders.documents import Document
from loaders.model.read_models import found_by
from loaders.mongo.driver import Database
from loaders.publishing.indicators import replace_rows
from loaders.store.pipeline import visible_at

# The rows that no district's version brings along.
_SHARED: Final[Document] = {"district": None}


async def write_shared_search(database: Database, number: int, indicators: Sequence[Document]) -> None:
    """Write the search rows of indicators and sources that differ in revision `number`."""
    rows = [found_by(item, None) for item in (*indicators, *await _sources(database, number))]
    await replace_rows(database, "search", number, _SHARED, rows)


async def _sources(database: Database, number: int) -> list[Document]:
    """Each source of a revision once, as the first district by slug describes it."""
    stages: list[dict[str, Any]] = [
        {"$match": visible_at(number)},
        {"$group": {"_id": "$slug", "first": {"$min": {"district": "$district", "source": "$$ROOT"}}}},
        {"$replaceRoot": {"newRoot": "$first.source"}},
    ]
    return await database.aggregate("sources", stages)
