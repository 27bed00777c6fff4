"""Figures of a list put together under the rules of rankings: of the whole list, or of each group of it.

Figures are put together if they are of one indicator, in one unit and for the same days, or each place's latest of an
INSTANT indicator. A place counts once, and not beside a place that it is a part of. Forecasts and targets count only
where the filter names their status. What can't be put together so is refused, or is a group without figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

from loaders.documents import Document
from loaders.model.tallies import key_of
from loaders.store.fetch import Fetch
from loaders.store.predicates import TRUE, Compare, Exists, Predicate, all_of
from loaders.values.edtf import edtf_of
from schema.arguments.where import names_statuses
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.base.growth import RESULTS
from schema.base.ranked_figures import Figure
from schema.rankings.ancestors import PARENTS, Ancestry
from schema.rankings.ranked_lists import end_of
from schema.rankings.ranked_totals import Totals, first_of
from schema.retrieval.aggregates import LIST_KEY, FilteredList, check_groups
from schema.types.enums import GroupBy

_WHOLE: Final = {"$literal": None}
_NOTHING: Final = Totals((), frozenset())
# What is read of each figure; of a metric, the day is that of its latest observation.
_KEYS: Final = ("district", "id", "status", "quantity", "ranked_as")
_DAY: Final[Mapping[str, tuple[str, ...]]] = {
    "observations": ("reference_date",),
    "metrics": ("latest", "observations.slug", "observations.reference_date"),
}


def _figures_of(listed: FilteredList, by: GroupBy | None) -> Predicate:
    """The items that have a figure, without forecasts and targets unless they are asked for."""
    is_named = by == GroupBy.STATUS or names_statuses(listed.where)
    return all_of(listed.where, Exists("quantity"), TRUE if is_named else Compare("status", "in", RESULTS))


@dataclass(frozen=True, slots=True)
class _Content:
    """What the figures of a list or a group are: of which indicators, in which units, and so on."""

    key: str | None
    count: int
    indicators: Sequence[str]
    units: Sequence[str]
    days: Sequence[str]
    statuses: Sequence[str]
    is_instant: bool

    @classmethod
    def of(cls, row: Document) -> "_Content":
        indicators, units, days, statuses = (
            sorted(row[name]) for name in ("indicators", "units", "days", "statuses")
        )
        is_instant = row["period_types"] == ["INSTANT"]
        return cls(row["key"], row["count"], indicators, units, days, statuses, is_instant)

    @property
    def is_of_latest(self) -> bool:
        """Whether each place stands with its latest figure, whatever its days."""
        return self.is_instant and {*self.statuses} <= {*RESULTS}

    @property
    def reason(self) -> str | None:
        """Why the figures can't be put together."""
        if len(self.indicators) > 1:
            return "SEVERAL_INDICATORS"
        if len(self.units) > 1:
            return "SEVERAL_UNITS"
        if len({one if one not in RESULTS else "" for one in self.statuses}) > 1:
            return "SEVERAL_STATUSES"
        return "SEVERAL_PERIODS" if len(self.days) > 1 and not self.is_of_latest else None

    def check(self, field: str) -> None:
        """Raise BadUserInput unless the figures can be put together. field: the one that does."""
        match self.reason:
            case "SEVERAL_INDICATORS":
                raise _several(field, "indicators", self.indicators, f'{{indicator: {{eq: "{self.indicators[0]}"}}}}')
            case "SEVERAL_UNITS":
                raise _several(field, "units", self.units, f'{{quantity: {{unit: {{eq: "{self.units[0]}"}}}}}}')
            case "SEVERAL_STATUSES":
                named = next(one for one in self.statuses if one not in RESULTS)
                raise _several(field, "statuses", self.statuses, f"{{status: {{eq: {named}}}}}")
            case "SEVERAL_PERIODS":
                # The latest first, and of those the longest.
                by_end = sorted(self.days, key=lambda days: days.split("/")[1], reverse=True)
                periods = [edtf_of(*days.split("/")) or "none" for days in by_end]
                raise _several(field, "periods", periods, f'{{period: {{during: "{periods[0]}"}}}}')


def _several(field: str, what: str, values: Sequence[str], narrowed: str) -> BadUserInput:
    return BadUserInput(
        f'"{field}" would compare figures of several {what}: {first_of(values)}; narrow the list to one, such as '
        f"where: {narrowed}"
    )


async def whole_of(document: Document, info: Info) -> Totals:
    """The figures of the list of an aggregate, put together for the field that asks. Raises BadUserInput."""
    above = info._raw_info.path.prev
    assert above is not None, "a figure is a field of an aggregate"
    place = ("compared", await info.context.revision(info), *above.as_list())
    content, totals = await info.context.loader(place, partial(_load_whole, info)).load(document[LIST_KEY])
    if content is not None:
        content.check(info._raw_info.field_name)
    return cast(Totals, totals)


async def groups_of(listed: FilteredList, info: Info, by: GroupBy, first: int) -> list[Document]:
    """The figures of each group: large groups first, equal ones by key, null first. Raises BadUserInput."""
    check_groups(listed.collection, "groups", by, first)
    contents = await _contents(info, listed, by, first)
    totals = await _totals(info, listed, by, [one for one in contents if one.reason is None])
    return [_group(one, totals.get(one.key, _NOTHING)) for one in contents]


def _group(content: _Content, totals: Totals) -> Document:
    return {
        "key": content.key,
        "count": content.count,
        "reason": content.reason,
        "figures": totals.spread,
        "sum": totals.sum if totals.add_up else None,
    }


async def _load_whole(info: Info, lists: list[FilteredList]) -> list[tuple[_Content | None, Totals]]:
    """What the figures of each list are, None if there is none, and the figures if they can be put together."""
    found: list[tuple[_Content | None, Totals]] = []
    for listed in lists:
        content = next(iter(await _contents(info, listed, None, 1)), None)
        totals = await _totals(info, listed, None, [content]) if content and content.reason is None else {}
        found.append((content, totals.get(None, _NOTHING)))
    return found


async def _contents(info: Info, listed: FilteredList, by: GroupBy | None, first: int) -> list[_Content]:
    if by is None and listed.where == TRUE and (several := await _several_indicators(info, listed)):
        return [several]
    key = _WHOLE if by is None else key_of(listed.collection, by.name)
    sets = {
        "indicators": "$indicator",
        "units": "$quantity.unit",
        "days": {"$concat": [end_of("start"), "/", end_of("end")]},
        "statuses": "$status",
        "period_types": {"$first": "$indicators.period_type"},
    }
    stages = (
        {"$group": {"_id": key, "count": {"$sum": 1}, **{name: {"$addToSet": one} for name, one in sets.items()}}},
        {"$sort": {"count": -1, "_id": 1}},
        {"$limit": first},
        {"$project": {"_id": 0, "key": "$_id", "count": 1, **dict.fromkeys(sets, 1)}},
    )
    fetch = Fetch(listed.collection, _figures_of(listed, by), compute=stages)
    return [_Content.of(row) for row in (await info.context.fetch(info, fetch)).documents]


async def _several_indicators(info: Info, listed: FilteredList) -> _Content | None:
    """What a list that nobody filtered has, as its indicators tell; None if they are one at most."""
    counted = {"metrics": "figure_count", "observations": "observed_figure_count"}[listed.collection]
    fetch = Fetch("indicators", Compare(counted, "gt", 0), project={"slug": 1})
    slugs = sorted(row["slug"] for row in (await info.context.fetch(info, fetch)).documents)
    return _Content(None, 0, slugs, (), (), (), is_instant=False) if len(slugs) > 1 else None


async def _totals(
    info: Info, listed: FilteredList, by: GroupBy | None, contents: Sequence[_Content]
) -> Mapping[str | None, Totals]:
    """The figures that stand in each group. contents: the groups whose figures can be put together."""
    if not contents:
        return {}
    keys = [one.key for one in contents]
    key = _WHOLE if by is None else key_of(listed.collection, by.name)
    stages = ({"$set": {"_key": key}}, {"$match": {"_key": {"$in": keys}}})
    project = dict.fromkeys((*_KEYS, *_DAY[listed.collection], "_key"), 1)
    fetch = Fetch(listed.collection, _figures_of(listed, by), compute=stages if by else (), project=project)
    found = (await info.context.fetch(info, fetch)).documents
    rows: dict[str | None, list[Document]] = defaultdict(list)
    for row in found:
        rows[row.get("_key")].append(row)
    # A place alone is beside none of its parts.
    are_several = any(len({row["district"] for row in group}) > 1 for group in rows.values())
    ancestry = Ancestry.of((await info.context.fetch(info, PARENTS)).documents if are_several else ())
    return {one.key: _stand(rows[one.key], ancestry, one) for one in contents}


def _stand(rows: Iterable[Document], ancestry: Ancestry, content: _Content) -> Totals:
    """The figures of a group: one of each place, and none of a part beside its whole."""
    precedence = _lateness if content.is_of_latest else _precedence
    stands: dict[str, Document] = {}
    for row in rows:
        known = stands.get(row["district"])
        if known is None or precedence(row) > precedence(known):
            stands[row["district"]] = row
    parts = ancestry.parts_among(stands.keys())
    kept = sorted((row for slug, row in stands.items() if slug not in parts), key=lambda row: row["id"])
    days = {_day(row) for row in kept} if content.is_of_latest else {*content.days}
    return Totals([Figure(row["id"], row["quantity"]) for row in kept], days)


def _precedence(row: Document) -> tuple[int, str, str]:
    """Firm figures last; of equally firm ones, the one that stands in a ranking, or else the last by id."""
    return _firmness(row), row["ranked_as"] or "", row["id"]


def _lateness(row: Document) -> tuple[str, int, str]:
    return _day(row), _firmness(row), row["id"]


def _day(row: Document) -> str:
    """The day that a figure stands for, that of a metric's latest; empty if unknown."""
    if "latest" not in row:
        return row["reference_date"] or ""
    return next((one["reference_date"] for one in row["observations"] if one["slug"] == row["latest"]), None) or ""


def _firmness(row: Document) -> int:
    return -RESULTS.index(row["status"]) if row["status"] in RESULTS else 0
