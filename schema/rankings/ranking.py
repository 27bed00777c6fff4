"""The ranking of an indicator: like figures, one of each district, best first, in pages. Batched over indicators.

Which list is ranked follows from the arguments, or else from what most districts have (`chosen_list`). Loads keep how
many districts each list has (`loaders.model.tallies`), so nothing is counted here but the parts of places that stand
in the same list (`schema.rankings.ancestors`): they are left out.
Equal figures share a position, and the next figure's position counts all of them (1, 2, 2, 4).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, cast

from graphql import FieldNode, get_named_type

from loaders.documents import Document
from loaders.model.rankings import LATEST, RankedList
from loaders.model.tallies import RANKED, TALLIES, tally_of
from loaders.store.fetch import Fetch, SortKey, after
from loaders.store.predicates import Compare, Predicate, all_of, value_at
from loaders.values.edtf import edtf_of
from loaders.values.tokens import LAST_CHARACTER
from loaders.values.units import UNITS
from schema.arguments.orders import FIGURE_PATH
from schema.arguments.periods import read_span
from schema.base.context import Info
from schema.base.cursors import Cursor, Listing, fingerprint
from schema.base.errors import BadUserInput
from schema.planning.link_references import link_references
from schema.planning.plan import Plan, plan_item
from schema.planning.selection import SelectionReader, name_of
from schema.rankings.ancestors import PARENTS, Ancestry, Apart, parts_apart, parts_apart_as_at
from schema.rankings.directions import best_by_slug, directions_fetch
from schema.rankings.ranked_lists import chosen_list, counted_as_at, days_of, left_out, members
from schema.retrieval.flat_lists import item_selections
from schema.types.connections import MAX_PAGE, readable_revision
from schema.types.enums import OrderDirection

# What is fetched of a figure besides what is selected: its metric is loaded by these.
_IDENTITY: Final = ("metric", "district", "reference_date")


async def ranking_of(document: Document, info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    """Read a page of an indicator's ranking; one call for all indicators of a level.

    arguments: first, after, during, unit, best. Raises BadUserInput.
    """
    raw = info._raw_info
    place = ("ranking", await info.context.revision(info), *map(id, raw.field_nodes))
    loader = info.context.loader(place, partial(_load_rankings, info, arguments))
    revision, page = await loader.load(document["slug"])
    if isinstance(page, BadUserInput):
        raise page
    info.context.pin(info, revision)
    return cast(dict[str, Any], page)


async def _load_rankings(
    info: Info, arguments: dict[str, Any], slugs: list[str]
) -> list[tuple[int, dict[str, Any] | BadUserInput]]:
    """The revision and the page of each indicator's ranking, or why its indicator has none for these arguments."""
    wanted = _Wanted(info, arguments)
    pages = [_Page(slug, arguments) for slug in slugs]
    cursor = pages[0].cursor
    revision = readable_revision(cursor, await info.context.published(cursor.revision if cursor else 0))
    info.context.pin(info, revision)
    *tallies, indicators, parents = await info.context.fetch_all(
        info, [*(page.lists for page in pages), directions_fetch(slugs), PARENTS]
    )
    ancestry = Ancestry.of(parents.documents)
    if arguments["as_at"] is None:
        apart = await parts_apart(info, ancestry, Compare("indicator", "in", tuple(slugs)))
    else:
        apart = await parts_apart_as_at(info, ancestry, slugs, arguments["as_at"])
    best = best_by_slug(indicators.documents)
    instants = {row["slug"] for row in indicators.documents if row["period_type"] == "INSTANT"}
    for page, fetched in zip(pages, tallies, strict=True):
        page.choose(
            fetched.documents,
            arguments["best"] or best.get(page.slug, OrderDirection.DESC),
            apart,
            is_instant=page.slug in instants,
        )
    fetches = [fetch for page in pages if page.refusal is None for fetch in page.fetches(wanted)]
    found = iter(await info.context.fetch_all(info, fetches) if fetches else ())
    results: list[tuple[int, dict[str, Any] | BadUserInput]] = []
    for page in pages:
        if page.refusal is not None:
            results.append((revision, page.refusal))
            continue
        documents = next(found).documents
        others = {name: next(found).documents for name in wanted.others}
        link_references(wanted.plan.links, documents)
        results.append((revision, page.connection(documents, others, revision)))
    return results


class _Wanted:
    """What is selected of a ranking: the plan of its figures, and what else to fetch, by name.

    left_out: how many districts that are left out are listed, by the response key of the field.
    """

    def __init__(self, info: Info, arguments: Mapping[str, Any]) -> None:
        operation = SelectionReader.of(info._raw_info)
        type_: Any = get_named_type(info._raw_info.return_type)
        fields = operation.fields(type_.name, info._raw_info.field_nodes)
        figures: list[list[FieldNode]] = [
            below
            for ranked in item_selections(operation, type_, fields.values())
            for below in operation.fields("RankedMetric", ranked).values()
            if name_of(below) == "observation"
        ]
        self.plan: Plan = plan_item(operation, "Observation", figures, _order(OrderDirection.DESC))
        assert self.plan.project is not None
        self.project = {**self.plan.project, **dict.fromkeys(_IDENTITY, 1)}
        self.left_out: dict[str, int] = {}
        for key, nodes in fields.items():
            if name_of(nodes) == "leftOut":
                first = operation.arguments(type_.name, nodes[0])["first"]
                if not 1 <= first <= MAX_PAGE:
                    raise BadUserInput(f'"leftOut.first" is {first}; 1 to {MAX_PAGE}')
                self.left_out[key] = first
        counts_places = any(name_of(nodes) == "leftOutCount" for nodes in fields.values())
        self.others = [*(["places"] if counts_places else []), *self.left_out]


def _order(best: OrderDirection) -> tuple[SortKey, SortKey]:
    descending = best == OrderDirection.DESC
    return SortKey(FIGURE_PATH, descending), SortKey("id", descending)


class _Page:
    """A page of one indicator's ranking. Its cursors contain the position and the number of their item."""

    def __init__(self, slug: str, arguments: dict[str, Any]) -> None:
        first, unit = arguments["first"], arguments["unit"]
        self.slug = slug
        self._span = None if arguments["during"] is None else read_span(arguments["during"], "during")
        self._as_at: str | None = arguments["as_at"]
        self.refusal: BadUserInput | None = None
        if unit is not None and unit not in UNITS:
            raise BadUserInput(f'"unit" is {unit!a}, which is no unit; one of {", ".join(sorted(UNITS))}')
        if not 1 <= first <= MAX_PAGE:
            raise BadUserInput(f'"first" is {first}; 1 to {MAX_PAGE} (page with "after")')
        self._unit: str | None = unit
        self.size: int = first
        which = fingerprint([self._span and days_of(self._span), unit, self._as_at])
        self._listing = Listing(f"ranking:{slug}", str(arguments["best"].value) if arguments["best"] else "", which)
        self._last: Any = (None, None, 0, 0)
        self.cursor: Cursor | None = None
        if arguments["after"] is not None:
            self.cursor = self._listing.parse(arguments["after"], "after", (float, str, int, int))
            self._last = self.cursor.keys

    @property
    def lists(self) -> Fetch:
        """How many districts are in each list of the indicator."""
        if self._as_at is not None:
            return counted_as_at(self.slug, self._as_at)
        prefix = f"{tally_of('observations', RANKED)}/{self.slug}/"
        named = all_of(Compare("id", "gte", prefix), Compare("id", "lt", prefix + LAST_CHARACTER))
        return Fetch(TALLIES, named, project={"key": 1, "count": 1})

    def choose(self, tallies: Sequence[Document], best: OrderDirection, apart: Apart, *, is_instant: bool) -> None:
        """Choose the list to rank, and its order, unless the indicator has none for the arguments.

        apart: what is left out of lists.
        """
        if is_instant and self._span is not None:
            self.refusal = BadUserInput(
                f'"during" is for figures of periods; those of "{self.slug}" are each of one time: give "asAt"'
            )
        elif not is_instant and self._as_at is not None:
            self.refusal = BadUserInput(
                f'"asAt" is for figures of one time; those of "{self.slug}" are for periods: give "during"'
            )
        days = (LATEST, self._as_at or "") if is_instant else ("", "") if self._span is None else days_of(self._span)
        self._order = _order(best)
        self._bounds: Predicate = all_of() if self.cursor is None else after(self._order, self._last[:2])
        lists = (RankedList(row["key"], row["count"] - len(apart.get(row["key"], ()))) for row in tallies)
        self._list = chosen_list(lists, self._unit, self._span, "/".join((self.slug, *days)))
        self._apart = frozenset(apart.get(self._list.name, ()))

    def fetches(self, wanted: _Wanted) -> Iterable[Fetch]:
        """What to fetch: the page, and whatever else is selected."""
        where, compute = members(self._list, self._apart)
        yield Fetch(
            "observations",
            where,
            compute=compute,
            bounds=self._bounds,
            order=self._order,
            limit=self.size + 1,
            project=wanted.project,
        )
        if "places" in wanted.others:
            yield Fetch("indicators", Compare("slug", "eq", self.slug), project={"district_count": 1}, limit=1)
        for first in wanted.left_out.values():
            yield left_out(self._list, self._apart, first)

    def connection(
        self, documents: Sequence[Document], others: Mapping[str, Sequence[Document]], revision: int
    ) -> dict[str, Any]:
        """Build the connection from what was fetched. others: by the names in `_Wanted.others`."""
        value, _, position, number = self._last
        ranked = {"ranked_as": self._list.name, "apart": self._apart}
        edges = []
        for row in documents[: self.size]:
            number += 1
            if (own := value_at(row, FIGURE_PATH)) != value:
                value, position = own, number
            cursor = self._listing.cursor(revision, (value, row["id"], position, number))
            node = {"position": position, "observation": row, **ranked}
            node["undated"] = row["reference_date"] is None
            edges.append({"cursor": cursor, "node": node})
        places = others.get("places", ())
        return {
            "edges": edges,
            "nodes": [edge["node"] for edge in edges],
            "page_info": {
                "has_next_page": len(documents) > self.size,
                "has_previous_page": number > len(edges),
                "start_cursor": edges[0]["cursor"] if edges else None,
                "end_cursor": edges[-1]["cursor"] if edges else None,
            },
            **ranked,
            "total_count": self._list.count,
            "period": edtf_of(*self._list.days),
            "as_at": self._as_at,
            "unit": self._list.unit,
            "left_out_count": (places[0]["district_count"] if places else 0) - self._list.count,
            "left_out": {key: rows for key, rows in others.items() if key != "places"},
        }
