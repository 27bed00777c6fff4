"""Where figures stand among all about the same indicator: rankings and single standings, batched.

Ties share a position, and the next one stands after all of them (1, 2, 2, 4).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, cast

import strawberry
from strawberry import Parent, argument, field

from loaders.documents import Document
from loaders.store.fetch import TOTAL, Fetch, Fetched, Key, after
from loaders.store.predicates import Compare, Exists, Predicate, both, value_at
from schema.arguments.orders import FIGURE_PATH
from schema.arguments.periods import during, read_span
from schema.base.batching import Loader
from schema.base.context import Context, Info
from schema.base.cursors import Cursor, Listing, fingerprint
from schema.base.errors import BadUserInput
from schema.planning.link_references import link_references
from schema.planning.plan import plan_item
from schema.planning.selection import SelectionReader, name_of
from schema.retrieval.flat import item_selections
from schema.types.connections import MAX_PAGE, readable_revision
from schema.types.enums import OrderDirection

Best = Annotated[
    OrderDirection, argument(description="Which figures are best: the largest (DESC) or the smallest (ASC).")
]


@strawberry.type(description="Where a figure stands among all published figures about its indicator.")
class Standing:
    """Its instances are computed from the sorted figures of the indicator."""

    position: int = field(description="Its position, 1 being best; equal figures share one.")
    of: int = field(description="How many figures there are.")
    percentile: float = field(
        description="What share of the other figures is worse, in percent: 100 for the best of all, also where it "
        "is the only one."
    )


async def standing_of(document: Parent[Document], info: Info, best: Best = OrderDirection.DESC) -> Standing | None:
    """Find a metric's standing; one call for all metrics of a level."""
    figure = figure_of(document)
    if figure is None:
        return None
    return _standing(await (await _loader(info)).load(figure), best)


def bind_figure(_: Context, best: OrderDirection = OrderDirection.DESC) -> Callable[[Document], Any]:
    """How the figure that a metric stands by is read, with what counts as best."""

    def read(document: Document) -> tuple[tuple[str, float], OrderDirection] | None:
        figure = figure_of(document)
        return figure and (figure, best)

    return read


async def load_standings(info: Info, wanted: Sequence[tuple[Any, OrderDirection]]) -> Mapping[Any, Standing]:
    """Find the standings of all metrics that have one of the figures."""
    found = await (await _loader(info)).load_all(figure for figure, _ in wanted)
    return {(figure, best): _standing(found[figure], best) for figure, best in wanted}


def figure_of(document: Document) -> tuple[str, float] | None:
    """What a metric's standing is found by: the indicator and the size; None without a figure."""
    if document["quantity"] is None:
        return None
    indicator = document["indicator"]
    return indicator["slug"] if isinstance(indicator, dict) else indicator, document["quantity"]["normalized"]


async def _loader(info: Info) -> Loader:
    return info.context.loader(("standing", await info.context.revision(info)), partial(_load_standings, info))


def _standing(counted: tuple[int, int, int], best: OrderDirection) -> Standing:
    less, more, of = counted
    better, worse = (more, less) if best == OrderDirection.DESC else (less, more)
    standing = {"position": better + 1, "of": of, "percentile": 100 * worse / (of - 1) if of > 1 else 100.0}
    return cast(Standing, standing)


async def _load_standings(info: Info, wanted: list[tuple[str, float]]) -> Sequence[tuple[int, int, int]]:
    """How many figures are less than each wanted one, how many more, and how many there are."""
    slugs = tuple(sorted({slug for slug, _ in wanted}))
    where = both(Compare("indicator", "in", slugs), Exists(FIGURE_PATH))
    fetched = await info.context.fetch(info, Fetch("metrics", where, compute=_counted(wanted)))
    found = {
        (row["_id"], one["value"]): (one["less"], one["more"], row["of"])
        for row in fetched.documents
        for one in row["found"]
    }
    return [found[one] for one in wanted]


def _counted(wanted: Sequence[tuple[str, float]]) -> tuple[dict[str, Any], ...]:
    asked = {"$literal": [{"slug": slug, "value": value} for slug, value in wanted]}
    own = {"$filter": {"input": asked, "as": "one", "cond": {"$eq": ["$$one.slug", "$_id"]}}}
    counted = {
        "value": "$$one.value",
        "less": {"$indexOfArray": ["$values", "$$one.value"]},
        "more": {"$indexOfArray": [{"$reverseArray": "$values"}, "$$one.value"]},
    }
    return (
        {"$group": {"_id": "$indicator", "values": {"$push": f"${FIGURE_PATH}"}}},
        {"$set": {"values": {"$sortArray": {"input": "$values", "sortBy": 1}}}},
        {"$project": {"of": {"$size": "$values"}, "found": {"$map": {"input": own, "as": "one", "in": counted}}}},
    )


async def ranking_of(document: Document, info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    """Read a page of an indicator's ranking; one call for all indicators of a level.

    arguments: first, after, during, best, as the contract gives them. Raises BadUserInput.
    """
    raw = info._raw_info
    place = ("ranking", await info.context.revision(info), *map(id, raw.field_nodes))
    loader = info.context.loader(place, partial(_load_rankings, info, arguments))
    revision, page = await loader.load(document["slug"])
    info.context.pin(info, revision)
    return cast(dict[str, Any], page)


async def _load_rankings(info: Info, arguments: dict[str, Any], slugs: list[str]) -> list[tuple[int, dict[str, Any]]]:
    """The revision and the page of each indicator's ranking."""
    operation = SelectionReader.of(info._raw_info)
    fields = operation.fields("RankingConnection", info._raw_info.field_nodes)
    metrics = [
        below
        for ranked in item_selections(operation, "RankedMetric", fields.values())
        for below in operation.fields("RankedMetric", ranked).values()
        if name_of(below) == "metric"
    ]
    order = _order(arguments["best"])
    plan = plan_item(operation, "Metric", metrics, order)
    counted = any(name_of(nodes) == "totalCount" for nodes in fields.values())
    pages = [_Page(slug, arguments) for slug in slugs]
    fetches = [
        Fetch(
            "metrics",
            page.where,
            bounds=page.bounds,
            order=order,
            limit=page.size + 1,
            project=plan.project,
            extras={"total": TOTAL} if counted else {},
        )
        for page in pages
    ]
    cursor = pages[0].cursor
    revision = readable_revision(cursor, await info.context.published(cursor.revision if cursor else 0))
    info.context.pin(info, revision)
    found: list[tuple[int, dict[str, Any]]] = []
    for page, fetched in zip(pages, await info.context.fetch_all(info, fetches), strict=True):
        link_references(plan.links, fetched.documents)
        found.append((revision, page.connection(fetched, revision)))
    return found


def _order(best: OrderDirection) -> tuple[Key, Key]:
    descending = best == OrderDirection.DESC
    return Key(FIGURE_PATH, descending), Key("id", descending)


class _Page:
    """A page of one indicator's ranking; its cursors carry the last item's position and number."""

    def __init__(self, slug: str, arguments: dict[str, Any]) -> None:
        first = arguments["first"]
        span = None if arguments["during"] is None else read_span(arguments["during"], "during")
        if not 1 <= first <= MAX_PAGE:
            raise BadUserInput(f'"first" is {first}; 1 to {MAX_PAGE} (page with "after")')
        self.size: int = first
        self._order = _order(arguments["best"])
        self._listing = Listing(f"ranking:{slug}", str(arguments["best"].value), fingerprint(span))
        parts: list[Predicate] = [Compare("indicator", "eq", slug), Exists(FIGURE_PATH)]
        if span is not None:
            parts.append(during("period", span))
        self.where = both(*parts)
        self._last: Any = (None, None, 0, 0)
        self.bounds: Predicate = both()
        self.cursor: Cursor | None = None
        if arguments["after"] is not None:
            self.cursor = self._listing.parse(arguments["after"], "after", (float, str, int, int))
            self._last = self.cursor.keys
            self.bounds = after(self._order, self._last[:2])

    def connection(self, fetched: Fetched, revision: int) -> dict[str, Any]:
        """The page as the contract gives it."""
        value, _, position, number = self._last
        edges = []
        for row in fetched.documents[: self.size]:
            number += 1
            if (own := value_at(row, FIGURE_PATH)) != value:
                value, position = own, number
            cursor = self._listing.cursor(revision, (value, row["id"], position, number))
            edges.append({"cursor": cursor, "node": {"position": position, "metric": row}})
        return {
            "edges": edges,
            "nodes": [edge["node"] for edge in edges],
            "page_info": {
                "has_next_page": len(fetched.documents) > self.size,
                "has_previous_page": number > len(edges),
                "start_cursor": edges[0]["cursor"] if edges else None,
                "end_cursor": edges[-1]["cursor"] if edges else None,
            },
            "total_count": fetched.total if "total" in fetched.extras else None,
        }
