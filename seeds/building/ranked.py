"""Choose which observation stands for a district where figures are ranked, so that like is compared with like.

A ranking holds figures of one indicator, in one unit and for the same days, one of each district. Of several such
observations of a district the firmest stands for it, and of equally firm ones the last in the file. Of an INSTANT
indicator it is the latest, whatever its days; of equally late ones the firmest, and then the last by id. Forecasts
and targets stand for none.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

from loaders.documents import Metric, Observation, Period
from loaders.model.rankings import LATEST, ranked_list

# Firm statuses last.
_FIRMNESS: Final = ("ESTIMATED", "PROVISIONAL", "NORMAL")


def mark_ranked(metrics: Iterable[Metric], instants: Collection[str]) -> None:
    """Mark, in place, the observations that stand for their district, and the metrics of which that is the latest.

    instants: the indicators of how things are at one time.
    """
    chosen: dict[str, tuple[Any, Observation]] = {}
    listed = list(metrics)
    for metric in listed:
        for observation in metric["observations"]:
            is_instant = observation["indicator"] in instants
            name = _list_of(observation, is_instant=is_instant)
            if name is not None:
                precedence = _precedence(observation, is_instant=is_instant)
                if name not in chosen or precedence >= chosen[name][0]:
                    chosen[name] = precedence, observation
    for name, (_, observation) in chosen.items():
        observation["ranked_as"] = name
    for metric in listed:
        latest = (one["ranked_as"] for one in metric["observations"] if one["slug"] == metric["latest"])
        metric["ranked_as"] = next(latest, None)


def _list_of(observation: Observation, *, is_instant: bool) -> str | None:
    quantity = observation["quantity"]
    if quantity is None or observation["status"] not in _FIRMNESS:
        return None
    days = (LATEST, "") if is_instant else _days(observation["period"])
    return ranked_list(observation["indicator"], quantity["unit"], *days)


def _precedence(observation: Observation, *, is_instant: bool) -> tuple[Any, ...]:
    firmness = _FIRMNESS.index(observation["status"])
    return (observation["reference_date"] or "", firmness, observation["id"]) if is_instant else (firmness,)


def _days(period: Period | None) -> tuple[str, str]:
    if period is None:
        return "", ""
    return (
        period["start"] or (".." if period["start_is_open"] else ""),
        period["end"] or (".." if period["end_is_open"] else ""),
    )
