"""Standings, rankings and aggregates of figures."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from statistics import median
from typing import Any, Final

from tests.reference.data import Item
from tests.reference.errors import BadInput
from tests.reference.periods import days_of

_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "districts": ("CITY", "PROVINCE"),
    "initiatives": ("DISTRICT", "PILLAR", "STATUS"),
    "metrics": ("DISTRICT", "PILLAR", "UNIT", "YEAR", "STATUS", "INDICATOR"),
    "observations": ("DISTRICT", "PILLAR", "UNIT", "YEAR", "STATUS", "INDICATOR"),
    "awards": ("DISTRICT", "PILLAR", "YEAR", "LEVEL", "KIND"),
}


def ranked(indicator: Item, best: str, during: str | None) -> list[Item]:
    """The metrics about an indicator that have a figure, best first, each with its position."""
    metrics = [metric for metric in indicator["metrics"] if metric["quantity"]]
    if during is not None:
        days = days_of(during)
        metrics = [one for one in metrics if one["period"] and one["period"].get("edtf")]
        metrics = [one for one in metrics if days_of(one["period"]["edtf"]) == days]
    metrics.sort(key=lambda metric: (metric["quantity"]["normalized"], metric["id"]), reverse=best == "DESC")
    return [{"id": one["id"], "position": _position(one, metrics, best), "metric": one} for one in metrics]


def standing(metric: Item, best: str) -> Item | None:
    """A metric's place among all figures about its indicator; None without a figure."""
    if metric["quantity"] is None:
        return None
    metrics = [one for one in metric["indicator"]["metrics"] if one["quantity"]]
    worse = sum(_is_better(metric, one, best) for one in metrics)
    percentile = 100 * worse / (len(metrics) - 1) if len(metrics) > 1 else 100.0
    return {"position": _position(metric, metrics, best), "of": len(metrics), "percentile": percentile}


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


def _key(item: Item, by: str) -> str | None:
    if by in {"DISTRICT", "PILLAR", "INDICATOR"}:
        holder = item[by.lower()]
        return holder and str(holder["slug"])
    if by in {"CITY", "PROVINCE"}:
        return item[by.lower()] and str(item[by.lower()]["zhHans"])
    if by == "UNIT":
        return str(item["quantity"]["unit"]["code"]) if item["quantity"] else None
    if by == "YEAR":
        period = item["period"] or {"start": None, "end": None}
        day = period["end"] or period["start"]
        return str(day)[:4] if day else None
    value: str | None = item[by.lower()]
    return value


def spread(items: list[Item]) -> Item | None:
    """The spread of the figures of some metrics, None where there is none."""
    figures = [item["quantity"] for item in items if item["quantity"]]
    if not figures:
        return None
    if len({figure["unit"]["code"] for figure in figures}) > 1:
        raise BadInput("several units")
    values = [figure["normalized"] for figure in figures]
    return {
        "count": len(values),
        "min": min(values),
        "max": max(values),
        "average": float(sum(map(Fraction, values)) / len(values)),
        "median": median(values),
        "unit": figures[0]["unit"],
    }
