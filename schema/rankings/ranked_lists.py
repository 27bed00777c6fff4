"""The lists in which figures are ranked: which one a request ranks, what is in it, and who is not. Pure.

A list for the days of a period, or of the latest figures of an INSTANT indicator, is stored with its figures
(`loaders.model.rankings`). One of the latest figures up to a day is computed.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Any

from loaders.documents import Document
from loaders.model.rankings import LATEST, RankedList, ranked_list
from loaders.store.fetch import Fetch, SortKey
from loaders.store.predicates import Compare, Exists, Not, Predicate, all_of
from loaders.values.edtf import Span
from schema.base.growth import RESULTS

# Firm statuses last, as in `seeds.building.ranked`.
_FIRMNESS = {"$indexOfArray": [["ESTIMATED", "PROVISIONAL", "NORMAL"], "$status"]}


def chosen_list(lists: Iterable[RankedList], unit: str | None, span: Span | None, empty: str) -> RankedList:
    """Choose the list to rank: of a unit and for the days of a period, or else what most districts have.

    Of periods that equally many have, the one that ends last, and of those the longest. empty: the name without a
    unit of the list that no district has.
    """
    known = sorted(lists, key=lambda one: one.name)
    if unit is None:
        counts: dict[str, int] = {}
        for one in known:
            counts[one.unit] = counts.get(one.unit, 0) + one.count
        unit = max(counts, key=lambda code: counts[code], default=None)
    of_unit = [one for one in known if one.unit == unit]
    if span is not None:
        of_unit = [one for one in of_unit if one.days == days_of(span)]
    indicator, start, end = empty.split("/")
    nobody = RankedList(ranked_list(indicator, unit or "", start, end), 0)
    # By start ascending, so that of equal ends the first is the longest.
    return max(of_unit, key=lambda one: (one.count, one.days[1]), default=nobody)


def days_of(span: Span) -> tuple[str, str]:
    """The days of a period as in the name of a list."""
    return span.start or (".." if span.start_is_open else ""), span.end or (".." if span.end_is_open else "")


def counted_as_at(indicator: str, as_at: str) -> Fetch:
    """Count how many districts have a figure up to a day, by the names of lists."""
    where = all_of(Compare("indicator", "eq", indicator), *known_by(as_at))
    key = {"$concat": [{"$literal": f"{indicator}/"}, "$_id.unit", {"$literal": f"/{LATEST}/{as_at}"}]}
    stages = (
        {"$group": {"_id": {"district": "$district", "unit": "$quantity.unit"}}},
        {"$group": {"_id": key, "count": {"$sum": 1}}},
        {"$project": {"_id": 0, "key": "$_id", "count": 1}},
    )
    return Fetch("observations", where, compute=stages)


def members(ranked: RankedList, apart: Set[str]) -> tuple[Predicate, tuple[Mapping[str, Any], ...]]:
    """The filter and the stages that give the figures of a list. apart: the districts that are left out of it."""
    others = [Not(Compare("district", "in", tuple(sorted(apart))))] if apart else []
    if ranked.as_at is None:
        return all_of(Compare("ranked_as", "eq", ranked.name), *others), ()
    of_unit = all_of(Compare("indicator", "eq", ranked.indicator), Compare("quantity.unit", "eq", ranked.unit))
    return all_of(of_unit, *known_by(ranked.as_at), *others), (
        {"$set": {"_firmness": _FIRMNESS}},
        {"$sort": {"reference_date": -1, "_firmness": -1, "id": -1}},
        {"$group": {"_id": "$district", "stands": {"$first": "$$ROOT"}}},
        {"$replaceRoot": {"newRoot": "$stands"}},
    )


def left_out(ranked: RankedList, apart: Set[str], first: int) -> Fetch:
    """The districts that publish something of the indicator and aren't in a list, each with the reason.

    apart: those that are left out as parts of others.
    """
    # Every result stands somewhere, in some list.
    result: Document = {"$gt": ["$ranked_as", None]}
    here: Document = {"$eq": ["$ranked_as", {"$literal": ranked.name}]}
    of_unit: Document = {"$and": [result, {"$eq": ["$quantity.unit", ranked.unit]}]}
    if ranked.as_at is not None:
        result = {"$and": [{"$in": ["$status", [*RESULTS]]}, {"$gt": ["$quantity", None]}]}
        of_unit = {"$and": [result, {"$eq": ["$quantity.unit", ranked.unit]}]}
        is_dated = {"$gt": ["$reference_date", None]}
        here = {"$and": [of_unit, is_dated, {"$lte": ["$reference_date", ranked.as_at]}]}
    part: Document = {"$in": ["$district", {"$literal": sorted(apart)}]}
    here = {"$and": [here, {"$not": part}]}
    reasons = (
        *(("part", "PART_OF_RANKED"), ("of_unit", "OTHER_PERIOD")),
        *(("result", "OTHER_UNIT"), ("figure", "NO_RESULT")),
    )
    grouped = {
        "here": here,
        "part": part,
        "of_unit": of_unit,
        "result": result,
        "figure": {"$gt": ["$quantity", None]},
    }
    branches = [{"case": f"${name}", "then": reason} for name, reason in reasons]
    stages = (
        {"$group": {"_id": "$district", **{name: {"$max": one} for name, one in grouped.items()}}},
        {"$match": {"here": False}},
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


def known_by(as_at: str) -> tuple[Predicate, ...]:
    """The conditions on a figure that is a result and stands for a day up to `as_at`."""
    return (
        Compare("status", "in", RESULTS),
        Compare("reference_date", "lte", as_at),
        Exists("quantity"),
    )
