"""The ranking of an indicator: like figures, one of each district, best first, in pages. Batched over indicators.

Which list is ranked follows from the arguments, or else from what most districts have (`chosen_list`). Loads keep how
many districts each list of all results has (`loaders.model.tallies`), so nothing is counted of them but the parts of
places that stand in the same list (`schema.rankings.ancestors`): they are left out. Other lists are counted.
Equal figures share a position, and the next figure's position counts all of them (1, 2, 2, 4).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, cast

from graphql import FieldNode, get_named_type

from loaders.documents import Document
from loaders.model.rankings import LATEST, RankedList, ranked_list
from loaders.model.tallies import RANKED, TALLIES, tally_of
from loaders.store.fetch import Fetch, SortKey, after
from loaders.store.predicates import Compare, Predicate, all_of, value_at
from loaders.values.edtf import edtf_of
from loaders.values.tokens import LAST_CHARACTER
from schema.arguments.orders import FIGURE_PATH
from schema.arguments.periods import read_span
from schema.base.context import Info
from schema.base.cursors import Cursor, Listing, fingerprint
from schema.base.errors import BadUserInput
from schema.planning.link_references import link_references
from schema.planning.plan import Plan, plan_item
from schema.planning.selection import SelectionReader, name_of
from schema.rankings.ancestors import PARENTS, Ancestry, parts_by_list, parts_fetch
from schema.rankings.directions import best_by_slug, directions_fetch
from schema.rankings.ranked_lists import Candidates, chosen_list, days_of, left_out, members
from schema.rankings.rules import RankingRules, left_out_sizes, own_codes, slugs_of
from schema.retrieval.flat_lists import item_selections
from schema.types.connections import readable_revision
from schema.types.enums import OrderDirection

# What is fetched of a figure besides what is selected: its metric is loaded by these.
_IDENTITY: Final = ("metric", "district", "reference_date")


async def ranking_of(document: Document, info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    """Read a page of an indicator's ranking; one call for all indicators of a level.

    arguments: first, after, during, as_at, statuses, kinds, unit, best. Raises BadUserInput.
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
    wanted = _Wanted(info)
    rules = RankingRules.read(arguments, await own_codes(info.context, arguments["unit"]))
    pages = [_Page(slug, arguments, rules) for slug in slugs]
    cursor = pages[0].cursor
    revision = readable_revision(cursor, await info.context.published(cursor.revision if cursor else 0))
    info.context.pin(info, revision)
    await _choose_lists(info, pages, rules, arguments)
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


async def _choose_lists(
    info: Info, pages: Sequence["_Page"], rules: RankingRules, arguments: Mapping[str, Any]
) -> None:
    """Choose the list of each page by how many districts each has; loads keep that of lists of all results."""
    slugs = tuple(page.slug for page in pages)
    are_kept = arguments["as_at"] is None and not rules.statuses and rules.kinds is None
    indicators, parents, *more = await info.context.fetch_all(
        info,
        [directions_fetch(slugs), PARENTS, *rules.others, *(page.tallies for page in pages if are_kept)],
    )
    instants = tuple(row["slug"] for row in indicators.documents if row["period_type"] == "INSTANT")
    others = slugs_of(more[0].documents) if rules.others else frozenset()
    ancestry = Ancestry.of(parents.documents)
    latest = instants if rules.are_results else ()
    candidates = Candidates(slugs, latest, rules.statuses, arguments["as_at"], others)
    reads = [
        *([candidates.counted] if not are_kept else []),
        *([parts_fetch(ancestry, candidates)] if ancestry.parents else []),
    ]
    found = [one.documents for one in await info.context.fetch_all(info, reads)] if reads else []
    parts = parts_by_list(ancestry, found[-1] if ancestry.parents else ())
    counted = [row for tally in more for row in tally.documents] if are_kept else found[0]
    lists: dict[str, list[RankedList]] = defaultdict(list)
    for row in counted:
        one = RankedList(row["key"], row["count"] - len(parts.get(row["key"], ())))
        lists[one.indicator].append(one)
    best = best_by_slug(indicators.documents)
    for page in pages:
        page.choose(
            lists[page.slug],
            arguments["best"] or best.get(page.slug, OrderDirection.DESC),
            is_instant=page.slug in instants,
        )
        page.leave_out(parts, others)


class _Wanted:
    """What is selected of a ranking: the plan of its figures, and what else to fetch, by name.

    left_out: how many districts that are left out are listed, by the response key of the field.
    """

    def __init__(self, info: Info) -> None:
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
        self.left_out = left_out_sizes(operation, type_.name, fields)
        counts_places = any(name_of(nodes) == "leftOutCount" for nodes in fields.values())
        self.others = [*(["places"] if counts_places else []), *self.left_out]


def _order(best: OrderDirection) -> tuple[SortKey, SortKey]:
    descending = best == OrderDirection.DESC
    return SortKey(FIGURE_PATH, descending), SortKey("id", descending)


class _Page:
    """A page of one indicator's ranking. Its cursors contain the position and the number of their item."""

    def __init__(self, slug: str, arguments: Mapping[str, Any], rules: RankingRules) -> None:
        self.slug = slug
        self._span = None if arguments["during"] is None else read_span(arguments["during"], "during")
        self._as_at: str | None = arguments["as_at"]
        self._rules = rules
        self.refusal: BadUserInput | None = None
        which = fingerprint(
            [self._span and days_of(self._span), rules.unit, self._as_at, rules.statuses, rules.kinds]
        )
        self._listing = Listing(f"ranking:{slug}", str(arguments["best"].value) if arguments["best"] else "", which)
        self._last: Any = (None, None, 0, 0)
        self.cursor: Cursor | None = None
        if arguments["after"] is not None:
            self.cursor = self._listing.parse(arguments["after"], "after", (float, str, int, int))
            self._last = self.cursor.keys

    @property
    def tallies(self) -> Fetch:
        """How many districts are in each list of the indicator's results."""
        prefix = f"{tally_of('observations', RANKED)}/{self.slug}/"
        named = all_of(Compare("id", "gte", prefix), Compare("id", "lt", prefix + LAST_CHARACTER))
        return Fetch(TALLIES, named, project={"key": 1, "count": 1})

    def choose(self, lists: Iterable[RankedList], best: OrderDirection, *, is_instant: bool) -> None:
        """Choose the list to rank, and its order, unless the indicator has none for the arguments."""
        self.refusal = self._refused(is_instant=is_instant)
        is_of_latest = is_instant and self._rules.are_results
        days = (
            (LATEST, self._as_at or "") if is_of_latest else ("", "") if self._span is None else days_of(self._span)
        )
        self._order = _order(best)
        self._bounds: Predicate = all_of() if self.cursor is None else after(self._order, self._last[:2])
        nobody = RankedList(ranked_list(self.slug, "", *days, *self._rules.statuses), 0)
        self._list = chosen_list(lists, self._rules.unit, self._span, nobody)

    def _refused(self, *, is_instant: bool) -> BadUserInput | None:
        if self._as_at is not None and not self._rules.are_results:
            return BadUserInput('"asAt" is for results; forecasts and targets are for periods: give "during"')
        if self._as_at is not None and not is_instant:
            return BadUserInput(
                f'"asAt" is for figures of one time; those of "{self.slug}" are for periods: give "during"'
            )
        if self._span is not None and is_instant and self._rules.are_results:
            return BadUserInput(
                f'"during" is for figures of periods; those of "{self.slug}" are each of one time: give "asAt"'
            )
        return None

    def leave_out(self, parts: Mapping[str, frozenset[str]], others: frozenset[str]) -> None:
        """Leave districts out of the chosen list. parts: by list. others: of all lists, for their kind."""
        self._parts, self._others = parts.get(self._list.name, frozenset()), others
        self._apart = self._parts | others

    def fetches(self, wanted: _Wanted) -> Iterable[Fetch]:
        """What to fetch: the page, and whatever else is selected."""
        where, compute = members(self._list, self._apart)
        yield Fetch(
            "observations",
            where,
            compute=compute,
            bounds=self._bounds,
            order=self._order,
            limit=self._rules.first + 1,
            project=wanted.project,
        )
        if "places" in wanted.others:
            yield Fetch("indicators", Compare("slug", "eq", self.slug), project={"district_count": 1}, limit=1)
        for first in wanted.left_out.values():
            yield left_out(self._list, self._parts, self._others, first)

    def connection(
        self, documents: Sequence[Document], others: Mapping[str, Sequence[Document]], revision: int
    ) -> dict[str, Any]:
        """Build the connection from what was fetched. others: by the names in `_Wanted.others`."""
        value, _, position, number = self._last
        ranked = {"ranked_as": self._list.name, "apart": self._apart}
        edges = []
        for row in documents[: self._rules.first]:
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
                "has_next_page": len(documents) > self._rules.first,
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
            "left_out": {key: self._reasoned(rows) for key, rows in others.items() if key != "places"},
        }

    def _reasoned(self, rows: Iterable[Document]) -> list[Document]:
        return [{**row, "reason": "OTHER_KIND"} if row["district"] in self._others else row for row in rows]
