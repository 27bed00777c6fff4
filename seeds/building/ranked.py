"""Choose which observation stands for a district where figures are ranked, so that like is compared with like.

A ranking holds figures of one indicator, in one unit and for the same days, one of each district. Of several such
observations of a district the firmest stands for it, and of equally firm ones the last in the file. Forecasts and
targets stand for none.
"""

from collections.abc import Iterable
from typing import Final

from loaders.documents import Metric, Observation, Period
from loaders.model.rankings import ranked_list

# Firm statuses first.
_FIRMNESS: Final = {"NORMAL": 0, "PROVISIONAL": 1, "ESTIMATED": 2}


def mark_ranked(metrics: Iterable[Metric]) -> None:
    """Mark, in place, the observations that stand for their district, and the metrics of which that is the latest."""
    chosen: dict[str, Observation] = {}
    listed = list(metrics)
    for metric in listed:
        for observation in metric["observations"]:
            name = _list_of(observation)
            if name and (name not in chosen or _rank_of(observation) <= _rank_of(chosen[name])):
                chosen[name] = observation
    for name, observation in chosen.items():
        observation["ranked_as"] = name
    for metric in listed:
        latest = (one["ranked_as"] for one in metric["observations"] if one["slug"] == metric["latest"])
        metric["ranked_as"] = next(latest, None)


def _list_of(observation: Observation) -> str | None:
    quantity = observation["quantity"]
    if quantity is None or observation["status"] not in _FIRMNESS:
        return None
    return ranked_list(observation["indicator"], quantity["unit"], *_days(observation["period"]))


def _days(period: Period | None) -> tuple[str, str]:
    if period is None:
        return "", ""
    return (
        period["start"] or (".." if period["start_is_open"] else ""),
        period["end"] or (".." if period["end_is_open"] else ""),
    )


def _rank_of(observation: Observation) -> int:
    return _FIRMNESS[observation["status"]]
