"""Standings, rankings and aggregates of figures."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from statistics import median
from typing import Any, Final, TypeAlias

from tests.reference.data import Item
from tests.reference.errors import BadInput
from tests.reference.periods import Days, days_of
from tests.reference.places import without_parts
from tests.reference.ranked import have_sum, total
from tests.reference.units import unit_of
from tests.reference.values import list_of

_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "districts": ("CITY", "PROVINCE"),
    "initiatives": ("DISTRICT", "PILLAR", "STATUS"),
    "metrics": ("DISTRICT", "PILLAR", "UNIT", "YEAR", "STATUS", "INDICATOR"),
    "observations": ("DISTRICT", "PILLAR", "UNIT", "YEAR", "STATUS", "INDICATOR"),
    "awards": ("DISTRICT", "PILLAR", "YEAR", "LEVEL", "KIND"),
}


# A unit, the days, and the observation.
_Figure: TypeAlias = tuple[str, Days | None, Item]
_FIRM: Final = ("NORMAL", "PROVISIONAL", "ESTIMATED")


def standing_figures(
    indicator: Item, as_at: str | None = None, statuses: Iterable[str] = _FIRM, kinds: Iterable[str] | None = None
) -> list[_Figure]:
    """The observations that stand for their districts, each with its unit and its days; the latest have none."""
    districts = {metric["district"]["slug"]: metric["district"] for metric in indicator["metrics"]}
    found = []
    for slug in sorted(districts):
        if kinds is not None and districts[slug]["kind"] not in kinds:
            continue
        best: dict[tuple[str, Days | None], Item] = {}
        for one in _figures_of(districts[slug], indicator):
            if one["status"] not in statuses:
                continue
            if as_at is not None and (one["referenceDate"] is None or one["referenceDate"] > as_at):
                continue
            is_latest = indicator["periodType"] == "INSTANT" and {*statuses} <= {*_FIRM}
            key = one["quantity"]["unit"]["code"], None if is_latest else _days(one)
            is_better = _lateness if is_latest else _precedence
            if key not in best or is_better(one) > is_better(best[key]):
                best[key] = one
        found += [(unit, days, one) for (unit, days), one in best.items()]
    return found


def _figures_of(district: Item, indicator: Item) -> list[Item]:
    metrics = [metric for metric in list_of(district, "metrics") if metric["indicator"]["slug"] == indicator["slug"]]
    return [one for metric in metrics for one in metric["observations"] if one["quantity"]]


def _precedence(observation: Item) -> tuple[int, bool, str]:
    """The firmest; of those, the last in the file if it is as firm as any result, and else the last by id."""
    if observation["status"] not in _FIRM:
        return 0, False, observation["id"]
    like = [
        one
        for one in _figures_of(observation["district"], observation["metric"]["indicator"])
        if one["status"] in _FIRM
        and one["quantity"]["unit"]["code"] == observation["quantity"]["unit"]["code"]
        and _days(one) == _days(observation)
    ]
    firmest = [one for one in like if _firm(one) == min(map(_firm, like))]
    return -_firm(observation), observation is firmest[-1], observation["id"]


def _firm(observation: Item) -> int:
    return _FIRM.index(observation["status"])


def _lateness(observation: Item) -> tuple[str, int, str]:
    return observation["referenceDate"] or "", -_firm(observation), observation["id"]


def _days(observation: Item) -> Days | None:
    period = observation["period"]
    return days_of(period["edtf"]) if period and period.get("edtf") else None


def read_statuses(given: list[str] | None) -> tuple[str, ...]:
    """The statuses that are ranked. Raises BadInput for those that don't compare."""
    if given is None:
        return _FIRM
    if not given or not any({*given} <= {*like} for like in (_FIRM, ["FORECAST"], ["TARGET"])):
        raise BadInput("statuses that compare")
    return tuple(one for one in (*_FIRM, "FORECAST", "TARGET") if one in given)


def ranking(
    indicator: Item, best: str, arguments: Mapping[str, Any], statuses: tuple[str, ...], kinds: list[str] | None
) -> Item:
    """A whole ranking: its unit and period, the figures with their positions, and who is left out."""
    during, unit, as_at = (arguments.get(key) for key in ("during", "unit", "asAt"))
    is_instant = indicator["periodType"] == "INSTANT" and {*statuses} <= {*_FIRM}
    if (is_instant and during is not None) or (not is_instant and as_at is not None):
        raise BadInput("during is for periods, asAt for moments")
    known = standing_figures(indicator, as_at, statuses, kinds)
    figures = _without_parts(known)
    days: Days | None = days_of(during) if during is not None else None
    lists = Counter(
        (code, its) for code, its, _ in figures if unit in (None, code) and (during is None or its == days)
    )
    if lists:
        unit, days = min(lists, key=lambda one: (-lists[one], _reversed(_end_of(one[1])), _start_of(one[1]), one[0]))
    here = [one for code, its, one in figures if (code, its) == (unit, days)]
    here.sort(key=lambda one: (one["quantity"]["normalized"], one["id"]), reverse=best == "DESC")
    return {
        "unit": unit_of(unit) if unit else None,
        "period": written_days(days),
        "items": [
            {
                "id": one["id"],
                "position": _position(one, here, best),
                "observation": one,
                "metric": one["metric"],
                "ranked": here,
                "undated": one["referenceDate"] is None,
            }
            for one in here
        ],
        "ranked": here,
        "asAt": as_at,
        "leftOut": _left_out(
            indicator,
            here,
            (unit, statuses, kinds),
            [one for code, its, one in known if (code, its) == (unit, days)],
        ),
    }


def _without_parts(figures: list[_Figure]) -> list[_Figure]:
    kept = without_parts([((unit, days), one["district"], one) for unit, days, one in figures])
    return [(unit, days, one) for (unit, days), _, one in kept]


def _end_of(days: Days | None) -> str:
    return "" if days is None else days.end or (".." if days.end_is_open else "")


def _start_of(days: Days | None) -> str:
    return "" if days is None else days.start or (".." if days.start_is_open else "")


def _reversed(text: str) -> tuple[int, ...]:
    """A key that orders texts the other way round."""
    return (*(-ord(character) for character in text), 0)


def _left_out(
    indicator: Item, here: list[Item], asked: tuple[str | None, tuple[str, ...], list[str] | None], like: list[Item]
) -> list[Item]:
    """asked: the unit, statuses and kinds. like: the figures that would be here but for what they are parts of."""
    unit, statuses, kinds = asked
    figures = standing_figures(indicator, None, statuses)
    would_be_here = {one["district"]["slug"] for one in like}
    ranked_districts = {one["district"]["slug"] for one in here}
    found = []
    for slug, district in sorted({one["district"]["slug"]: one["district"] for one in indicator["metrics"]}.items()):
        own = [code for code, _, one in figures if one["district"]["slug"] == slug]
        all_of_it = [
            one
            for metric in indicator["metrics"]
            if metric["district"]["slug"] == slug
            for one in metric["observations"]
        ]
        if slug not in ranked_districts:
            reason = "OTHER_STATUS" if any(one["quantity"] for one in all_of_it) else "NO_FIGURE"
            reason = "OTHER_PERIOD" if unit in own or (own and unit is None) else "OTHER_UNIT" if own else reason
            reason = "PART_OF_RANKED" if slug in would_be_here else reason
            if kinds is not None and district["kind"] not in kinds:
                reason = "OTHER_KIND"
            found.append({"district": district, "reason": reason})
    return found


def written_days(days: Days | None) -> str | None:
    """The shortest EDTF text of some days."""
    if days is None:
        return None
    if days.start is None or days.end is None:
        return f"{_start_of(days)}/{_end_of(days)}"
    if days.kind in {"YEAR", "MONTH", "DAY"}:
        return days.start[: {"YEAR": 4, "MONTH": 7, "DAY": 10}[days.kind]]
    for length in (4, 7):
        text = f"{days.start[:length]}/{days.end[:length]}"
        if days_of(text) == days:
            return text
    return f"{days.start}/{days.end}"


def best_of(indicator: Item) -> str:
    """Which figures are best where nothing else is said."""
    return "ASC" if indicator["direction"] == "LOWER_IS_BETTER" else "DESC"


def standing(metric: Item, best: str) -> Item | None:
    """The place of a metric's latest figure among those of its unit and days; None if it stands for no district."""
    latest = metric["latest"]
    figures = _without_parts(standing_figures(metric["indicator"]))
    if not any(one is latest for _, _, one in figures):
        return None
    is_instant = metric["indicator"]["periodType"] == "INSTANT"
    key = latest["quantity"]["unit"]["code"], None if is_instant else _days(latest)
    like = [one for code, days, one in figures if (code, days) == key]
    worse = sum(_is_better(latest, one, best) for one in like)
    percentile = 100 * worse / (len(like) - 1) if len(like) > 1 else 100.0
    return {"position": _position(latest, like, best), "of": len(like), "percentile": percentile}


def _position(metric: Item, metrics: list[Item], best: str) -> int:
    return 1 + sum(_is_better(one, metric, best) for one in metrics)


def _is_better(one: Item, other: Item, best: str) -> bool:
    difference = one["quantity"]["normalized"] - other["quantity"]["normalized"]
    return bool(difference > 0 if best == "DESC" else difference < 0)


def check_groups(listed: str, arguments: Mapping[str, Any]) -> None:
    """Check the arguments of `counts`. Raises BadInput."""
    if arguments["by"] not in _GROUPS[listed]:
        raise BadInput("the items have no such field")
    if not 1 <= arguments["first"] <= 100:
        raise BadInput("1 to 100 groups")


def groups(items: list[Item], by: str, first: int) -> list[Item]:
    """How many items have each value: large groups first, equal ones by key, null first."""
    counted = Counter(_key(item, by) for item in items)
    found = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0] is not None, pair[0] or ""))
    return [{"key": key, "count": count} for key, count in found[:first]]


def _in_chinese(texts: dict[str, str]) -> str:
    """The Chinese text, or else the master, which comes first."""
    return texts.get("zh-Hans") or next(iter(texts.values()))


def _key(item: Item, by: str) -> str | None:
    if by in {"DISTRICT", "PILLAR", "INDICATOR"}:
        holder = item[by.lower()]
        return holder and str(holder["slug"])
    if by in {"CITY", "PROVINCE"}:
        return item[by.lower()] and _in_chinese(item[by.lower()]["texts"])
    if by == "UNIT":
        return str(item["quantity"]["unit"]["code"]) if item["quantity"] else None
    if by == "YEAR":
        period = item["period"] or {"start": None, "end": None}
        day = period["end"] or period["start"]
        return str(day)[:4] if day else None
    value: str | None = item[by.lower()]
    return value


def spread(items: list[Item]) -> Item | None:
    """The spread of the figures of some metrics or observations that compare, None where there is none."""
    figures = [item["quantity"] for item in items]
    if not figures:
        return None
    values = [figure["normalized"] for figure in figures]
    return {
        "count": len(values),
        "min": min(values),
        "max": max(values),
        "average": float(sum(map(Fraction, values)) / len(values)),
        "median": median(values),
        "unit": figures[0]["unit"],
        "certain": {figure["comparator"] for figure in figures} == {"EQ"},
    }


def compared_groups(items: list[Item], where: Item | None, by: str, first: int) -> list[Item]:
    """The figures of each group of a list; without any where they don't compare."""
    wanted = _with_figures(items, where, by)
    found = []
    for group in groups(wanted, by, first):
        own = [item for item in wanted if _key(item, by) == group["key"]]
        reason = _reason(own)
        stand = [] if reason else _standing(own)
        own_sum = total(stand) if have_sum(stand) else None
        found.append({**group, "reason": reason, "figures": spread(stand), "sum": own_sum})
    return found


def compared(items: list[Item], where: Item | None) -> list[Item]:
    """The items of a list whose figures are put together. Raises BadInput if they don't compare."""
    own = _with_figures(items, where, None)
    if reason := _reason(own):
        raise BadInput(reason)
    return _standing(own)


def _with_figures(items: list[Item], where: Item | None, by: str | None) -> list[Item]:
    is_named = by == "STATUS" or _names_statuses(where or {})
    return [item for item in items if item["quantity"] and (is_named or item["status"] in _FIRM)]


def _names_statuses(where: Item) -> bool:
    own = where.get("status") or {}
    either = where.get("or") or []
    return (
        "eq" in own
        or "in" in own
        or any(map(_names_statuses, where.get("and") or []))
        or (bool(either) and all(map(_names_statuses, either)))
    )


def _reason(items: list[Item]) -> str | None:
    if len({item["indicator"]["slug"] for item in items}) > 1:
        return "SEVERAL_INDICATORS"
    if len({item["quantity"]["unit"]["code"] for item in items}) > 1:
        return "SEVERAL_UNITS"
    if len({"" if item["status"] in _FIRM else item["status"] for item in items}) > 1:
        return "SEVERAL_STATUSES"
    return "SEVERAL_PERIODS" if not _are_latest(items) and len({_days(item) for item in items}) > 1 else None


def _are_latest(items: list[Item]) -> bool:
    return all(item["indicator"]["periodType"] == "INSTANT" and item["status"] in _FIRM for item in items)


def _standing(items: list[Item]) -> list[Item]:
    """Of each place the figure that stands for it, but for parts of other places that stand."""
    order = _lateness if _are_latest(items) else _precedence

    def precedence(item: Item) -> tuple[Any, ...]:
        # What stands for a metric is its latest observation; of equal ones, the last by the item's own id.
        return *order(item.get("latest", item))[:2], item["id"]

    best: dict[str, Item] = {}
    for item in items:
        slug = item["district"]["slug"]
        best[slug] = max(item, best.get(slug, item), key=precedence)
    return [one for _, _, one in without_parts([("", item["district"], item) for item in best.values()])]
