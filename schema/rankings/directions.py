"""Which figures of an indicator are best where a request doesn't say it: those that the indicator's direction names.

Where no direction is known, or neither is better, the largest figures come first.
"""

from collections.abc import Iterable, Mapping, Sequence

from loaders.documents import Document
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare
from schema.types.enums import OrderDirection


def directions_fetch(slugs: Iterable[str]) -> Fetch:
    """Build the fetch of some indicators' directions, and of their kinds of periods."""
    return Fetch(
        "indicators",
        Compare("slug", "in", tuple(sorted(set(slugs)))),
        project={"slug": 1, "direction": 1, "period_type": 1},
    )


def best_by_slug(indicators: Sequence[Document]) -> Mapping[str, OrderDirection]:
    """Which figures are best, by the indicator's slug. indicators: as fetched."""
    return {
        row["slug"]: OrderDirection.ASC if row["direction"] == "LOWER_IS_BETTER" else OrderDirection.DESC
        for row in indicators
    }
