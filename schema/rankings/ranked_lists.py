"""The lists in which figures are ranked: which one a request ranks, what is in it, and who is not. Pure.

A list of results for the days of a period, or of the latest results of an INSTANT indicator, is stored with its
figures (`loaders.model.rankings`). One of the latest figures up to a day, or of other statuses, is computed.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from loaders.documents import Document
from loaders.model.rankings import LATEST, RankedList
from loaders.store.fetch import Fetch, SortKey
from loaders.store.predicates import Compare, Exists, Not, Predicate, all_of, expression_for
from loaders.values.edtf import Span
from schema.base.growth import RESULTS

# Firm statuses last, as in `seeds.building.ranked`.
_FIRMNESS = {"$indexOfArray": [["ESTIMATED", "PROVISIONAL", "NORMAL"], "$status"]}


@dataclass(frozen=True, slots=True)
class Candidates:
    """The figures from which the lists of some indicators are made.

    instants: those of the indicators that rank the latest figures. statuses: as in `RankedList`. others: districts
    that are not ranked, whatever they publish.
    """

    indicators: tuple[str, ...]
    instants: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    as_at: str | None = None
    others: frozenset[str] = frozenset()

    @property
    def are_stored(self) -> bool:
        """Whether their lists are stored, as in `RankedList`."""
        return self.as_at is None and not self.statuses

    @property
    def where(self) -> Predicate:
        """The figures, of which a district may have several for one list unless lists are stored."""
        about = all_of(Compare("indicator", "in", self.indicators), without(self.others))
        return all_of(about, Exists("ranked_as") if self.are_stored else _known(self.statuses, self.as_at))

    @property
    def listed(self) -> tuple[Mapping[str, Any], ...]:
        """The stages that give each list of a district once, as `district` and `key`."""
        return (
            {"$group": {"_id": {"district": "$district", "key": self._name}}},
            {"$project": {"_id": 0, "district": "$_id.district", "key": "$_id.key"}},
        )

    @property
    def counted(self) -> Fetch:
        """How many districts are in each list."""
        count = (
            {"$group": {"_id": "$key", "count": {"$sum": 1}}},
            {"$project": {"_id": 0, "key": "$_id", "count": 1}},
        )
        return Fetch("observations", self.where, compute=(*self.listed, *count))

    @property
    def _name(self) -> Any:
        if self.are_stored:
            return "$ranked_as"
        is_instant = {"$in": ["$indicator", {"$literal": self.instants}]}
        start = {"$cond": [is_instant, LATEST, end_of("start")]}
        end = {"$cond": [is_instant, self.as_at or "", end_of("end")]}
        names = (one for status in self.statuses for one in ("/", status))
        return {"$concat": ["$indicator", "/", "$quantity.unit", "/", start, "/", end, *names]}


def chosen_list(lists: Iterable[RankedList], unit: str | None, span: Span | None, nobody: RankedList) -> RankedList:
    """Choose the list to rank: of a unit and for the days of a period, each of which is asked for or left open.

    It is the one that most districts are in; of several, the one that ends last, then the longest, then the first by
    unit. So many figures of few districts, in another unit, outweigh nothing. nobody: the list, in any unit, that no
    district has.
    """
    asked = [one for one in lists if unit in (None, one.unit) and (span is None or one.days == days_of(span))]
    indicator, _, *rest = nobody.name.split("/")
    empty = RankedList("/".join((indicator, unit or "", *rest)), 0)
    # By start ascending, so that of equal ends the first is the longest.
    by_start = sorted(asked, key=lambda one: (one.days[0], one.unit))
    return max(by_start, key=lambda one: (one.count, one.days[1]), default=empty)


def days_of(span: Span) -> tuple[str, str]:
    """The days of a period as in the name of a list."""
    return span.start or (".." if span.start_is_open else ""), span.end or (".." if span.end_is_open else "")


def members(ranked: RankedList, apart: Set[str]) -> tuple[Predicate, tuple[Mapping[str, Any], ...]]:
    """The filter and the stages that give the figures of a list. apart: the districts that are left out of it."""
    if ranked.is_stored:
        return all_of(_of(ranked), without(apart)), ()
    # Of equally firm figures for the same days, the one that stands among all results.
    order = {"reference_date": -1, "_firmness": -1} if ranked.is_of_latest else {"_firmness": -1, "ranked_as": -1}
    return all_of(_of(ranked), without(apart)), (
        {"$set": {"_firmness": _FIRMNESS}},
        {"$sort": {**order, "id": -1}},
        {"$group": {"_id": "$district", "stands": {"$first": "$$ROOT"}}},
        {"$replaceRoot": {"newRoot": "$stands"}},
    )


def left_out(ranked: RankedList, parts: Set[str], others: Set[str], first: int) -> Fetch:
    """The districts that publish something of the indicator and aren't in a list, each with a reason.

    parts: those that are left out as parts of others. others: those that are not ranked whatever they publish; the
    reason is another one then.
    """
    figure: Document = {"$gt": ["$quantity", None]}
    of_status = {"$and": [figure, {"$in": ["$status", [*(ranked.statuses or RESULTS)]]}]}
    part: Document = {"$in": ["$district", {"$literal": sorted(parts)}]}
    grouped = {
        "here": {"$and": [expression_for(_of(ranked)), {"$not": part}]},
        "part": part,
        # A list that nobody is in has a unit only if that was asked for.
        "of_unit": {"$and": [of_status, {"$eq": ["$quantity.unit", ranked.unit]}]} if ranked.unit else of_status,
        "of_status": of_status,
        "figure": figure,
    }
    reasons = (
        *(("part", "PART_OF_RANKED"), ("of_unit", "OTHER_PERIOD")),
        *(("of_status", "OTHER_UNIT"), ("figure", "OTHER_STATUS")),
    )
    branches = [{"case": f"${name}", "then": reason} for name, reason in reasons]
    stages = (
        {"$group": {"_id": "$district", **{name: {"$max": one} for name, one in grouped.items()}}},
        {"$match": {"$or": [{"here": False}, {"_id": {"$in": sorted(others)}}]}},
        {
            "$project": {
                "_id": 0,
                "district": "$_id",
                "reason": {"$switch": {"branches": branches, "default": "NO_FIGURE"}},
            }
        },
    )
    of_indicator = Compare("indicator", "eq", ranked.indicator)
    return Fetch("observations", of_indicator, compute=stages, order=(SortKey("district"),), limit=first)


def without(districts: Set[str]) -> Predicate:
    """The condition that something is of none of some districts."""
    return Not(Compare("district", "in", tuple(sorted(districts)))) if districts else all_of()


def _of(ranked: RankedList) -> Predicate:
    """The figures that a list is made of."""
    if ranked.is_stored:
        return Compare("ranked_as", "eq", ranked.name)
    of_unit = all_of(Compare("indicator", "eq", ranked.indicator), Compare("quantity.unit", "eq", ranked.unit))
    known = all_of(of_unit, _known(ranked.statuses, ranked.as_at))
    if ranked.is_of_latest:
        return known
    start, end = ranked.days
    return all_of(known, _ends("start", start), _ends("end", end))


def _known(statuses: tuple[str, ...], as_at: str | None) -> Predicate:
    """The conditions on a figure that it has one of some statuses, and stands for a day up to `as_at`."""
    until = all_of() if as_at is None else Compare("reference_date", "lte", as_at)
    return all_of(Compare("status", "in", statuses or RESULTS), until, Exists("quantity"))


def _ends(end: str, day: str) -> Predicate:
    """The condition that an end of the period is as in the name of a list."""
    is_open = Compare(f"period.{end}_is_open", "eq", value=True)
    if day == "..":
        return is_open
    return all_of(Not(Exists(f"period.{end}")), Not(is_open)) if not day else Compare(f"period.{end}", "eq", day)


def end_of(end: str) -> Document:
    """The expression for an end of the period as in the name of a list."""
    is_open = {"$eq": [f"$period.{end}_is_open", True]}
    return {"$ifNull": [f"$period.{end}", {"$cond": [is_open, "..", ""]}]}
