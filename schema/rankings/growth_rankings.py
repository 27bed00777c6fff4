"""The districts of an indicator by how their figures grew between two periods, fastest first, in pages.

A district stands with one metric of the indicator: of those in the unit that is ranked the one whose later figure is
the firmest, and of equally firm ones the last by id. All figures of a ranking are in one unit.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from graphql import get_named_type

from loaders.documents import Document
from loaders.store.fetch import Fetch, SortKey
from loaders.store.predicates import AnyOf, Compare, Exists, all_of
from loaders.values.edtf import Span
from schema.arguments.periods import during, read_span
from schema.base.context import Info
from schema.base.cursors import Cursor, Listing, fingerprint
from schema.base.growth import RESULTS
from schema.base.ranked_figures import GrowthFigure, certain
from schema.planning.link_references import link_references
from schema.planning.selection import SelectionReader, name_of
from schema.rankings.ancestors import PARENTS, Ancestry
from schema.rankings.rules import RankingRules, left_out_sizes, own_codes, slugs_of
from schema.retrieval.flat_lists import item_selections
from schema.retrieval.growth import ARE_RESULTS, FIGURE_KEYS, check_spans, chosen, grown, planned_observations
from schema.types.connections import readable_revision
from schema.types.enums import OrderDirection

# What growth and its order are computed from, for every district.
_PROJECT: Final = {key: 1 for key in FIGURE_KEYS if key != "changes"}


async def growth_ranking_of(document: Document, info: Info, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Read a page of an indicator's growth ranking. arguments: from, to, unit, kinds, best, first, after.

    Raises BadUserInput.
    """
    own = await own_codes(info.context, arguments["unit"])
    request = _Request.read(document["slug"], arguments, own)
    wanted = _Wanted.read(info)
    published = await info.context.published(request.cursor.revision if request.cursor else 0)
    revision = readable_revision(request.cursor, published)
    info.context.pin(info, revision)
    found = await info.context.fetch_all(info, request.fetches(with_districts=bool(wanted.left_out)))
    await info.context.turn()
    more = found[3:]
    others = slugs_of(more.pop(0).documents) if request.rules.others else frozenset()
    ranking = request.ranking(found[0].documents, Ancestry.of(found[2].documents), others)
    if wanted.certain:
        _mark_certain(ranking.items)
    page, has_more = request.page(ranking.items)
    await _complete(info, wanted, page)
    districts = [row["district"] for fetched in more for row in fetched.documents]
    of = next((row["district_count"] for row in found[1].documents), 0)
    return request.connection(ranking, page, revision, has_more=has_more) | {
        "left_out_count": of - len(ranking.items),
        "left_out": {key: ranking.left_out(districts, first) for key, first in wanted.left_out.items()},
    }


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is selected. growths: the nodes on `Growth`. left_out: how many are listed, by response key."""

    growths: list[list[Any]]
    certain: bool
    left_out: dict[str, int]

    @classmethod
    def read(cls, info: Info) -> "_Wanted":
        """Raises BadUserInput."""
        operation = SelectionReader.of(info._raw_info)
        type_: Any = get_named_type(info._raw_info.return_type)
        fields = operation.fields(type_.name, info._raw_info.field_nodes)
        below = [
            nodes
            for item in item_selections(operation, type_, fields.values())
            for nodes in operation.fields("RankedGrowth", item).values()
        ]
        growths = [nodes for nodes in below if name_of(nodes) == "growth"]
        is_certain = any(name_of(nodes) == "certain" for nodes in below)
        return cls(growths, is_certain, left_out_sizes(operation, type_.name, fields))


@dataclass(frozen=True, slots=True)
class _Ranking:
    """A whole ranking. items: best first. reasons: why districts with such figures are not in it."""

    unit: str | None
    items: list[Document]
    reasons: Mapping[str, str]

    def left_out(self, districts: Iterable[str], first: int) -> list[Document]:
        """The first districts that are not in it, each with the reason."""
        ranked = {item["district"] for item in self.items}
        missing = [slug for slug in districts if slug not in ranked]
        return [{"district": slug, "reason": self.reasons.get(slug, "NO_FIGURE")} for slug in missing[:first]]


@dataclass(frozen=True, slots=True)
class _Request:
    """The arguments, read."""

    slug: str
    earlier: Span
    later: Span
    rules: RankingRules
    is_descending: bool
    listing: Listing
    cursor: Cursor | None

    @classmethod
    def read(cls, slug: str, arguments: Mapping[str, Any], own: Collection[str]) -> "_Request":
        """Raises BadUserInput. own: as of `RankingRules.read`."""
        earlier, later = read_span(arguments["from"], "from"), read_span(arguments["to"], "to")
        check_spans(earlier, later)
        rules, best = RankingRules.read(arguments, own), arguments["best"]
        which = fingerprint([earlier.start, earlier.end, later.start, later.end, rules.unit, rules.kinds])
        listing = Listing(f"growth:{slug}", str(best.value), which)
        after = arguments["after"]
        cursor = None if after is None else listing.parse(after, "after", (float, str))
        return cls(slug, earlier, later, rules, best == OrderDirection.DESC, listing, cursor)

    def fetches(self, *, with_districts: bool) -> list[Fetch]:
        """The figures, the number of districts, all parents, those of other kinds, and the districts themselves."""
        of_indicator = Compare("indicator", "eq", self.slug)
        figures = AnyOf((during("period", self.earlier), during("period", self.later), Exists("breaks")))
        districts = Fetch(
            "observations",
            of_indicator,
            compute=({"$group": {"_id": "$district"}}, {"$project": {"_id": 0, "district": "$_id"}}),
            order=(SortKey("district"),),
        )
        return [
            Fetch("observations", all_of(of_indicator, ARE_RESULTS, figures), project=_PROJECT),
            Fetch("indicators", Compare("slug", "eq", self.slug), project={"district_count": 1}),
            PARENTS,
            *self.rules.others,
            *([districts] if with_districts else []),
        ]

    def ranking(self, observations: Iterable[Document], ancestry: Ancestry, others: frozenset[str]) -> _Ranking:
        """Rank the districts by what was fetched. others: those of other kinds, which are left out."""
        metrics: dict[tuple[str, str], list[Document]] = defaultdict(list)
        for observation in observations:
            metrics[observation["district"], observation["metric"]].append({**observation, "changes": ()})
        reasons: dict[str, str] = {}
        # By unit and district, so that what a place publishes in another unit changes nothing.
        stands: dict[str, dict[str, Document]] = defaultdict(dict)
        for item in sorted(self._candidates(metrics, others), key=_firmness):
            if reason := item["growth"]["reason"]:
                reasons[item["district"]] = reason
            else:
                stands[_unit(item)][item["district"]] = item
        parts = {code: ancestry.parts_among(own.keys()) for code, own in stands.items()}
        units = {code: len(own) - len(parts[code]) for code, own in stands.items()}
        unit = self.rules.unit or min(units, key=lambda code: (-units[code], code), default=None)
        apart = parts.get(unit or "", frozenset())
        items = [item for slug, item in stands.get(unit or "", {}).items() if slug not in apart]
        reasons |= {slug: "OTHER_UNIT" for code, own in stands.items() if code != unit for slug in own}
        reasons |= dict.fromkeys(apart, "PART_OF_RANKED") | dict.fromkeys(others, "OTHER_KIND")
        return _Ranking(unit, self._positioned(items), reasons)

    def _candidates(
        self, metrics: Mapping[tuple[str, str], list[Document]], others: frozenset[str]
    ) -> Iterator[Document]:
        """How each metric grew that has a figure of both periods. metrics: by district and slug."""
        for (district, _), own in metrics.items():
            earlier, later = chosen(own, self.earlier), chosen(own, self.later)
            if earlier and later and district not in others:
                yield {"district": district, "growth": grown(earlier, later, own)}

    def _positioned(self, items: list[Document]) -> list[Document]:
        items.sort(key=self._key)
        last, position = None, 0
        for number, item in enumerate(items, 1):
            if (value := _value(item)) != last:
                last, position = value, number
            item["position"] = position
        return items

    def _key(self, item: Document) -> tuple[float, str]:
        return self._place(_value(item), item["district"])

    def _place(self, value: float, district: str) -> tuple[float, str]:
        return -value if self.is_descending else value, district

    def page(self, items: Sequence[Document]) -> tuple[list[Document], bool]:
        """The items of the page, and whether others follow."""
        past = None if self.cursor is None else self._place(*self.cursor.keys)
        rest = [item for item in items if past is None or self._key(item) > past]
        return rest[: self.rules.first], len(rest) > self.rules.first

    def connection(
        self, ranking: _Ranking, page: Sequence[Document], revision: int, *, has_more: bool
    ) -> dict[str, Any]:
        """Build the connection."""
        cursors = [self.listing.cursor(revision, (_value(item), item["district"])) for item in page]
        return {
            "edges": [{"cursor": cursor, "node": item} for cursor, item in zip(cursors, page, strict=True)],
            "nodes": page,
            "page_info": {
                "has_next_page": has_more,
                "has_previous_page": self.cursor is not None,
                "start_cursor": cursors[0] if cursors else None,
                "end_cursor": cursors[-1] if cursors else None,
            },
            "total_count": len(ranking.items),
            "unit": ranking.unit,
        }


def _mark_certain(items: Iterable[Document]) -> None:
    """Put into each item of a ranking whether its position is certain."""
    growths = [(item["district"], item["growth"]) for item in items]
    found = certain(
        GrowthFigure(slug, one["quantity"], one["from"]["quantity"], one["to"]["quantity"]) for slug, one in growths
    )
    for item in items:
        item["certain"] = item["district"] in found


async def _complete(info: Info, wanted: _Wanted, page: Sequence[Document]) -> None:
    """Put what is selected of the figures of a page into it."""
    ids = [item["growth"][key]["id"] for item in page for key in ("from", "to")]
    if not wanted.growths or not ids:
        return
    plan = planned_observations(info, wanted.growths)
    slugs = tuple(sorted({item["district"] for item in page}))
    where = all_of(Compare("district", "in", slugs), Compare("id", "in", tuple(ids)))
    documents = (await info.context.fetch(info, Fetch("observations", where, project=plan.project))).documents
    link_references(plan.links, documents)
    whole = {document["id"]: document for document in documents}
    for item in page:
        growth = item["growth"]
        item["growth"] = grown(whole[growth["from"]["id"]], whole[growth["to"]["id"]], ())


def _firmness(item: Document) -> tuple[bool, int, str]:
    growth = item["growth"]
    return growth["reason"] is None, -RESULTS.index(growth["to"]["status"]), growth["to"]["id"]


def _unit(item: Document) -> str:
    return cast(str, item["growth"]["to"]["quantity"]["unit"])


def _value(item: Document) -> float:
    return cast(float, item["growth"]["quantity"]["normalized"])
