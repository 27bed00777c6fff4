"""The floor's search: the steps of our plan by motor, without GraphQL, revisions, totals and cursors."""

from collections.abc import Mapping
from typing import Any

from bench.servers.serving import Mongo
from loaders.documents import STILL_LIVE, Document
from loaders.model.revisions import Published
from loaders.store.search import COLLECTION, NAMES, TEXTS, CountFetch, SearchFetch, stages_of
from loaders.values.tokens import terms
from schema.planning.search_plan import MAX_COUNT, TokenCounts, counted_tokens, plan_search
from schema.types.enums import SearchMatch

# Sees what is live.
_NEWEST = Published(STILL_LIVE - 1, 0)


async def first_twenty(database: Mongo, text: str) -> list[Document]:
    """The first twenty results."""
    wanted = terms(text)
    counts: Mapping[str, tuple[int, int]] = {}
    if tokens := counted_tokens(wanted):
        stages: list[Any] = stages_of(CountFetch(COLLECTION, limit=MAX_COUNT, tokens=tokens), _NEWEST)
        rows = await database.search_2.aggregate(stages).to_list(2 * len(tokens))
        found = {(row["field"], row["token"]): row["count"] for row in rows}
        counts = {token: (found.get((NAMES, token), 0), found.get((TEXTS, token), 0)) for token in tokens}
    steps = plan_search(wanted, SearchMatch.ANY, TokenCounts(counts))
    if not steps:
        return []
    stages = stages_of(SearchFetch(COLLECTION, limit=20, steps=steps), _NEWEST)
    rows = await database.search_2.aggregate(stages).to_list(20)
    return [row for row in rows if "stopped" not in row]
