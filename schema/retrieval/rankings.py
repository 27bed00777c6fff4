"""The ranking of an indicator: its figures, best first, in pages with cursors. Batched over indicators.

Equal figures share a position, and the next figure's position counts all of them (1, 2, 2, 4).
"""

from functools import partial
from typing import Any, cast

from graphql import get_named_type

from loaders.documents import Document
from loaders.store.fetch import TOTAL, Fetch, Fetched, SortKey, after
from loaders.store.predicates import Compare, Exists, Predicate, all_of, value_at
from schema.arguments.orders import FIGURE_PATH
from schema.arguments.periods import during, read_span
from schema.base.context import Info
from schema.base.cursors import Cursor, Listing, fingerprint
from schema.base.errors import BadUserInput
from schema.planning.link_references import link_references
from schema.planning.plan import plan_item
from schema.planning.selection import SelectionReader, name_of
from schema.retrieval.flat_lists import item_selections
from schema.types.connections import MAX_PAGE, readable_revision
from schema.types.enums import OrderDirection


async def ranking_of(document: Document, info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    """Read a page of an indicator's ranking; one call for all indicators of a level.

    arguments: first, after, during, best. Raises BadUserInput.
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
    type_: Any = get_named_type(info._raw_info.return_type)
    fields = operation.fields(type_.name, info._raw_info.field_nodes)
    metrics = [
        below
        for ranked in item_selections(operation, type_, fields.values())
        for below in operation.fields("RankedMetric", ranked).values()
        if name_of(below) == "metric"
    ]
    order = _order(arguments["best"])
    plan = plan_item(operation, "Metric", metrics, order)
    with_total = any(name_of(nodes) == "totalCount" for nodes in fields.values())
    pages = [_Page(slug, arguments) for slug in slugs]
    fetches = [
        Fetch(
            "metrics",
            page.where,
            bounds=page.bounds,
            order=order,
            limit=page.size + 1,
            project=plan.project,
            extras={"total": TOTAL} if with_total else {},
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


def _order(best: OrderDirection) -> tuple[SortKey, SortKey]:
    descending = best == OrderDirection.DESC
    return SortKey(FIGURE_PATH, descending), SortKey("id", descending)


class _Page:
    """A page of one indicator's ranking. Its cursors contain the position and the number of their item."""

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
        self.where = all_of(*parts)
        self._last: Any = (None, None, 0, 0)
        self.bounds: Predicate = all_of()
        self.cursor: Cursor | None = None
        if arguments["after"] is not None:
            self.cursor = self._listing.parse(arguments["after"], "after", (float, str, int, int))
            self._last = self.cursor.keys
            self.bounds = after(self._order, self._last[:2])

    def connection(self, fetched: Fetched, revision: int) -> dict[str, Any]:
        """Build the connection from the documents of the page."""
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
