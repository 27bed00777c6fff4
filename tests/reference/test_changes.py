"""Subscriptions report the changes of a load, as computed from the files before and after it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.reference.changes import district_events, metric_events, observation_events
from tests.reference.contract import schema_of_sdl, selected
from tests.reference.data import Dataset, Item, parsed
from tests.reference.data import load as read
from tests.reference.irregular import irregular, rewritten, written
from tests.reference.server_side import ServerSide, load
from tests.support.servers import Server, running_server
from tests.support.subscriber import event_stream

pytestmark = pytest.mark.asyncio(loop_scope="module")

DISTRICTS = 9
METRIC = "{ slug status name { en zhHant } quantity { value unit { code } } initiative { slug metricCount } }"
OBSERVATION = "{ slug status referenceDate quantity { value unit { code } } citations { source { slug } locator } }"
DISTRICT = "{ slug metricCount awardCount pillars { slug initiatives(first: 2) { slug } } strategy { zhHans } }"


@dataclass(repr=False)
class Loads:
    """Two loads, one after the other, and a server of what they published."""

    server: Server
    before: dict[str, Item]
    after: dict[str, Item]
    datasets: tuple[Dataset, Dataset]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def loads(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Loads]:
    folder, name = tmp_path_factory.mktemp("loads"), f"reference-{uuid4().hex[:16]}"
    first, second = folder / "first.json", folder / "second.json"
    first.write_text(irregular(DISTRICTS, 12), encoding="utf-8")
    second.write_text(_changed(irregular(DISTRICTS, 12), irregular(DISTRICTS + 1, 8)), encoding="utf-8")
    load(mongodb_uri, name, [first])
    load(mongodb_uri, name, [second, "--prune"])
    datasets = read([first]), read([second])
    datasets[1].revision = 2
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": name}) as server:
        yield Loads(server, _by_slug(first), _by_slug(second), datasets)
    await ServerSide.open(mongodb_uri, name).drop()


def _changed(text: str, other: str) -> str:
    """Districts of which one is new, one is gone, some are others, and some differ in a metric or in their order."""
    random, districts, others = Random(3), rewritten(text), rewritten(other)
    changed = [*districts[1:5], others[5], *districts[6:], others[DISTRICTS]]
    for district in changed[2:4]:
        for pillar in district["pillars"]:
            for initiative in pillar["initiatives"]:
                metrics = initiative["metrics"]
                random.shuffle(metrics)
                for metric in metrics[:1]:
                    one = metric.get("observations", [metric])[0]
                    one["status"] = "FORECAST" if one.get("status") != "FORECAST" else "TARGET"
                del metrics[2:3]
    return written(changed)


def _by_slug(path: Path) -> dict[str, Item]:
    return {district["slug"]: district for district in parsed(path)}


async def _told(server: Server, query: str, count: int, **variables: Any) -> list[Any]:
    found: list[Any] = []
    assert count, "an event is waited for"
    async with asyncio.timeout(60), event_stream(server, query, variables) as events:
        async for kind, _, message in events:
            assert kind == "next", message
            assert "errors" not in message, message
            found.append(message["data"])
            if len(found) == count:
                break
    return found


async def test_districts_that_a_load_changes(loads: Loads) -> None:
    schema = schema_of_sdl()
    events = list(district_events(loads.before, loads.after))
    assert {event["kind"] for event in events} == {"ADDED", "CHANGED", "REMOVED"}
    query = f"subscription {{ districtChanged(resumeAfter: 1) {{ revision kind slug district {DISTRICT} }} }}"
    told = await _told(loads.server, query, len(events))
    assert told == [
        {
            "districtChanged": {
                "revision": 2,
                **event,
                "district": selected(schema, loads.datasets[1], f"District:{event['slug']}", DISTRICT),
            }
        }
        for event in events
    ]


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"observations": {"some": {"status": {"in": ["FORECAST", "TARGET"]}}}},
        {"quantity": {"unit": {"eq": "percent"}}},
        {"rank": {"exists": True}, "not": {"indicator": {"eq": "shared-rate"}}},
    ],
)
async def test_metrics_that_a_load_changes(loads: Loads, where: Item) -> None:
    schema = schema_of_sdl()
    events = list(metric_events(loads.before, loads.after, loads.datasets, where))
    query = (
        "subscription ($where: MetricFilter) { metricChanged(resumeAfter: 1, where: $where) { revision kind metricId "
        f"quantityBefore {{ value }} quantityAfter {{ value }} metric {METRIC} }} }}"
    )
    told = await _told(loads.server, query, len(events), where=where)
    figures = "{ quantity { value } }"
    for event, message in zip(events, told, strict=True):
        before, after = (selected(schema, one, event["metricId"], figures) for one in loads.datasets)
        assert message["metricChanged"] == {
            "revision": 2,
            **event,
            "quantityBefore": before and before["quantity"],
            "quantityAfter": after and after["quantity"],
            "metric": selected(schema, loads.datasets[1], event["metricId"], METRIC),
        }


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"status": {"in": ["FORECAST", "TARGET"]}},
        {"period": {"exists": True}, "quantity": {"exists": True}},
        {"referenceDate": {"exists": True}, "not": {"indicator": {"eq": "shared-rate"}}},
    ],
)
async def test_observations_that_a_load_changes(loads: Loads, where: Item) -> None:
    schema = schema_of_sdl()
    events = list(observation_events(loads.before, loads.after, loads.datasets, where))
    query = (
        "subscription ($where: ObservationFilter) { observationChanged(resumeAfter: 1, where: $where) { revision "
        f"kind observationId quantityBefore {{ value }} quantityAfter {{ value }} observation {OBSERVATION} }} }}"
    )
    told = await _told(loads.server, query, len(events), where=where)
    figures = "{ quantity { value } }"
    for event, message in zip(events, told, strict=True):
        before, after = (selected(schema, one, event["observationId"], figures) for one in loads.datasets)
        assert message["observationChanged"] == {
            "revision": 2,
            **event,
            "quantityBefore": before and before["quantity"],
            "quantityAfter": after and after["quantity"],
            "observation": selected(schema, loads.datasets[1], event["observationId"], OBSERVATION),
        }


async def test_the_dataset_after_a_load(loads: Loads) -> None:
    query = "subscription { datasetChanged(resumeAfter: 1) { revision changes { added changed removed unchanged } } }"
    [told] = await _told(loads.server, query, 1)
    kinds = [event["kind"] for event in district_events(loads.before, loads.after)]
    assert told["datasetChanged"] == {
        "revision": 2,
        "changes": {
            **{kind.lower(): kinds.count(kind) for kind in ("ADDED", "CHANGED", "REMOVED")},
            "unchanged": len(loads.after) - len([kind for kind in kinds if kind != "REMOVED"]),
        },
    }
