"""The standing of a metric's latest figure among the figures that it compares with. Batched over figures.

Equal figures share a position, and the next figure's position counts all of them (1, 2, 2, 4).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
from schema.rankings.ancestors import PARENTS, Ancestry, parts_apart
from schema.rankings.directions import best_by_slug, directions_fetch
from schema.types.enums import Best, OrderDirection

# How many figures are smaller, larger, and there at all, and which are best by their indicator.
_Counts: TypeAlias = tuple[int, int, int, OrderDirection]
# A list, a normalized value, and the district that it is of.
_Figure: TypeAlias = tuple[str, float, str]


@strawberry.type(
    description="Where a figure stands among those that compare: of its indicator, in its unit, for its days."
)
class Standing:
    """Its instances are built by `standing_of` and `load_standings`."""

    position: int = field(description="Its position, of which 1 is the best; equal figures have the same.")
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

    def read(document: Document) -> tuple[_Figure, OrderDirection | None] | None:
        figure = figure_of(document)
        return figure and (figure, best)

    return read


async def load_standings(
    info: Info, wanted: Sequence[tuple[Any, OrderDirection | None]]
) -> Mapping[Any, Standing | None]:
    """Load the standings of several figures. wanted: pairs of a figure and the direction that is best, if given."""
    found = await (await _loader(info)).load_all(figure for figure, _ in wanted)
    return {(figure, best): _standing(found[figure], best) for figure, best in wanted}


def figure_of(document: Document) -> _Figure | None:
    """The list in which a metric's figure is ranked, and the figure; None if it is in none."""
    if document["ranked_as"] is None:
        return None
    return document["ranked_as"], document["quantity"]["normalized"], document["district"]


async def _loader(info: Info) -> Loader:
    return info.context.loader(("standing", await info.context.revision(info)), partial(_load_standings, info))


def _standing(counts: _Counts | None, best: OrderDirection | None) -> Standing | None:
    if counts is None:
        return None
    less, more, of, usual = counts
    better, worse = (more, less) if (best or usual) == OrderDirection.DESC else (less, more)
    standing = {"position": better + 1, "of": of, "percentile": 100 * worse / (of - 1) if of > 1 else 100.0}
    return cast(Standing, standing)


async def _load_standings(info: Info, wanted: list[_Figure]) -> Sequence[_Counts | None]:
    """For each wanted figure: the number of smaller figures, of larger ones and of all, and what is best.

    None for those of districts that are left out, as parts of others in the list.
    """
    lists = tuple(sorted({name for name, _, _ in wanted}))
    where = Compare("ranked_as", "in", lists)
    indicators = directions_fetch(RankedList(name, 0).indicator for name in lists)
    counting = Fetch("observations", where, compute=_counting_stages({(name, value) for name, value, _ in wanted}))
    counted, directions, parents = await info.context.fetch_all(info, [counting, indicators, PARENTS])
    apart = await parts_apart(info, Ancestry.of(parents.documents), where)
    best = best_by_slug(directions.documents)
    found = {
        (row["_id"], one["value"]): (one["less"], one["more"], row["of"], best[RankedList(row["_id"], 0).indicator])
        for row in counted.documents
        for one in row["found"]
    }
    return [
        None if district in apart.get(name, ()) else _without(apart.get(name, {}).values(), value, found[name, value])
        for name, value, district in wanted
    ]


def _without(others: Collection[float], value: float, counts: _Counts) -> _Counts:
    """The counts for a value without some figures that were counted."""
    less, more, of, best = counts
    return (
        less - sum(one < value for one in others),
        more - sum(one > value for one in others),
        of - len(others),
        best,
    )


def _counting_stages(wanted: Iterable[tuple[str, float]]) -> tuple[dict[str, Any], ...]:
    figures = {"$literal": [{"list": name, "value": value} for name, value in sorted(wanted)]}
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
