"""The standing of a metric's latest figure among the figures that it compares with. Batched over figures.

Equal figures share a position, and the next figure's position counts all of them (1, 2, 2, 4).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, cast

import strawberry
from strawberry import Parent, field

from loaders.documents import Document
from loaders.model.rankings import RankedList
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare
from schema.arguments.orders import FIGURE_PATH
from schema.base.batching import Loader
from schema.base.context import Context, Info
from schema.retrieval.directions import best_by_slug, directions_fetch
from schema.types.enums import Best, OrderDirection

# How many figures are smaller, larger, and there at all, and which are best by their indicator.
_Counts: TypeAlias = tuple[int, int, int, OrderDirection]


@strawberry.type(
    description="Where a figure stands among those that compare: of its indicator, in its unit, for its days."
)
class Standing:
    """Its instances are built by `standing_of` and `load_standings`."""

    position: int = field(description="Its position, 1 being best; equal figures share one.")
    of: int = field(description="How many figures there are.")
    percentile: float = field(
        description="What share of the other figures is worse, in percent: 100 for the best of all, also where it "
        "is the only one."
    )


async def standing_of(document: Parent[Document], info: Info, best: Best = None) -> Standing | None:
    """Resolve a metric's standing; one call for all metrics of a level."""
    figure = figure_of(document)
    if figure is None:
        return None
    return _standing(await (await _loader(info)).load(figure), best)


def bind_figure(_: Context, best: OrderDirection | None = None) -> Callable[[Document], Any]:
    """Build the function that reads from a metric the key of `load_standings`."""

    def read(document: Document) -> tuple[tuple[str, float], OrderDirection | None] | None:
        figure = figure_of(document)
        return figure and (figure, best)

    return read


async def load_standings(info: Info, wanted: Sequence[tuple[Any, OrderDirection | None]]) -> Mapping[Any, Standing]:
    """Load the standings of several figures. wanted: pairs of a figure and the direction that is best, if given."""
    found = await (await _loader(info)).load_all(figure for figure, _ in wanted)
    return {(figure, best): _standing(found[figure], best) for figure, best in wanted}


def figure_of(document: Document) -> tuple[str, float] | None:
    """The list in which a metric's figure is ranked, and its normalized value; None if it is in none."""
    if document["ranked_as"] is None:
        return None
    return document["ranked_as"], document["quantity"]["normalized"]


async def _loader(info: Info) -> Loader:
    return info.context.loader(("standing", await info.context.revision(info)), partial(_load_standings, info))


def _standing(counts: _Counts, best: OrderDirection | None) -> Standing:
    less, more, of, usual = counts
    better, worse = (more, less) if (best or usual) == OrderDirection.DESC else (less, more)
    standing = {"position": better + 1, "of": of, "percentile": 100 * worse / (of - 1) if of > 1 else 100.0}
    return cast(Standing, standing)


async def _load_standings(info: Info, wanted: list[tuple[str, float]]) -> Sequence[_Counts]:
    """For each wanted figure: the number of smaller figures, of larger ones and of all, and what is best."""
    lists = tuple(sorted({name for name, _ in wanted}))
    where = Compare("ranked_as", "in", lists)
    indicators = directions_fetch(RankedList(name, 0).indicator for name in lists)
    counting = Fetch("observations", where, compute=_counting_stages(wanted))
    counted, directions = await info.context.fetch_all(info, [counting, indicators])
    best = best_by_slug(directions.documents)
    found = {
        (row["_id"], one["value"]): (one["less"], one["more"], row["of"], best[RankedList(row["_id"], 0).indicator])
        for row in counted.documents
        for one in row["found"]
    }
    return [found[one] for one in wanted]


def _counting_stages(wanted: Sequence[tuple[str, float]]) -> tuple[dict[str, Any], ...]:
    figures = {"$literal": [{"list": name, "value": value} for name, value in wanted]}
    own = {"$filter": {"input": figures, "as": "one", "cond": {"$eq": ["$$one.list", "$_id"]}}}
    counted = {
        "value": "$$one.value",
        "less": {"$indexOfArray": ["$values", "$$one.value"]},
        "more": {"$indexOfArray": [{"$reverseArray": "$values"}, "$$one.value"]},
    }
    return (
        {"$group": {"_id": "$ranked_as", "values": {"$push": f"${FIGURE_PATH}"}}},
        {"$set": {"values": {"$sortArray": {"input": "$values", "sortBy": 1}}}},
        {"$project": {"of": {"$size": "$values"}, "found": {"$map": {"input": own, "as": "one", "in": counted}}}},
    )
