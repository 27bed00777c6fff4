"""The events of a load (docs/guide/subscribe.md), computed from the districts before and after it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.reference.data import Dataset, Item, parsed_metrics, parsed_observations
from tests.reference.filters import holds


def district_events(before: Mapping[str, Item], after: Mapping[str, Item]) -> Iterator[Item]:
    """An event for each district that differs, by slug; districts are as their files write them."""
    for slug in sorted({*before, *after}):
        old, new = before.get(slug), after.get(slug)
        if _text(old) != _text(new):
            yield {"kind": _kind(old, new), "slug": slug}


def metric_events(
    before: Mapping[str, Item],
    after: Mapping[str, Item],
    datasets: tuple[Dataset, Dataset],
    where: Mapping[str, Any],
) -> Iterator[Item]:
    """An event for each metric that differs and that is, or was, as a filter says."""
    for event in district_events(before, after):
        slug = event["slug"]
        olds, news = parsed_metrics(before.get(slug)), parsed_metrics(after.get(slug))
        for name in sorted({*olds, *news}):
            metric_id = f"Metric:{slug}/{name}"
            metrics = [dataset.nodes.get(metric_id) for dataset in datasets]
            concerns = any(metric is not None and holds(where, metric) for metric in metrics)
            if _text(olds.get(name)) != _text(news.get(name)) and concerns:
                yield {"kind": _kind(olds.get(name), news.get(name)), "metricId": metric_id}


def observation_events(
    before: Mapping[str, Item],
    after: Mapping[str, Item],
    datasets: tuple[Dataset, Dataset],
    where: Mapping[str, Any],
) -> Iterator[Item]:
    """An event for each observation, as for metrics."""
    for event in district_events(before, after):
        slug = event["slug"]
        olds, news = parsed_observations(before.get(slug)), parsed_observations(after.get(slug))
        for name in sorted({*olds, *news}):
            observation_id = "/".join((f"Observation:{slug}", *name))
            found = [dataset.nodes.get(observation_id) for dataset in datasets]
            concerns = any(one is not None and holds(where, one) for one in found)
            if _text(olds.get(name)) != _text(news.get(name)) and concerns:
                yield {"kind": _kind(olds.get(name), news.get(name)), "observationId": observation_id}


def _text(given: Any) -> str:
    """What is written, with all digits of figures: 2.50 is not 2.5."""
    return json.dumps(given, default=str, sort_keys=True)


def _kind(old: Any, new: Any) -> str:
    if old is None:
        return "ADDED"
    return "REMOVED" if new is None else "CHANGED"
