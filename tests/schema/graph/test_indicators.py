"""Indicators are filtered and ordered by what the metrics about them say, which are counted here."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from tests.support.api import Api, api_of
from tests.support.data.generated import generated

pytestmark = pytest.mark.asyncio(loop_scope="module")

METRICS = """query ($after: String) { metrics(first: 100, after: $after) {
    nodes { indicator { slug name { zhHans } unit { code } } district { slug } }
    pageInfo { endCursor hasNextPage } } }"""
INDICATORS = """query ($where: IndicatorFilter, $orderBy: [IndicatorOrder!], $first: Int, $after: String) {
    indicators(where: $where, orderBy: $orderBy, first: $first, after: $after) {
        totalCount nodes { slug districtCount metricCount } pageInfo { endCursor hasNextPage } } }"""
Facts = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(mongodb_uri: str) -> AsyncIterator[Api]:
    districts = list(generated(12))
    for number, district in enumerate(districts):
        district["pillars"] = district["pillars"][number % 3 :]
    async with api_of(mongodb_uri, districts) as api:
        yield api


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def known(api: Api) -> list[Facts]:
    """Each indicator with its counts, from the metrics of all districts."""
    found: dict[str, list[Facts]] = defaultdict(list)
    after = None
    while True:
        page = (await api.data(METRICS, after=after))["metrics"]
        for metric in page["nodes"]:
            found[metric["indicator"]["slug"]].append(metric)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    return [
        {
            "slug": slug,
            "name": metrics[0]["indicator"]["name"]["zhHans"],
            "unit": (metrics[0]["indicator"]["unit"] or {"code": None})["code"],
            "districtCount": len({metric["district"]["slug"] for metric in metrics}),
            "metricCount": len(metrics),
        }
        for slug, metrics in sorted(found.items())
    ]


async def listed(api: Api, first: int = 7, **arguments: Any) -> list[str]:
    """The slugs of a whole list, in pages."""
    found: list[str] = []
    after = None
    while True:
        page = (await api.data(INDICATORS, first=first, after=after, **arguments))["indicators"]
        found += [node["slug"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found


CONDITIONS: list[tuple[dict[str, Any], Callable[[Facts], bool]]] = [
    ({"unit": {"eq": "percent"}}, lambda one: one["unit"] == "percent"),
    ({"unit": {"exists": False}}, lambda one: one["unit"] is None),
    ({"not": {"unit": {"in": ["percent", "cny"]}}}, lambda one: one["unit"] not in {"percent", "cny"}),
    ({"districtCount": {"gte": 9}}, lambda one: one["districtCount"] >= 9),
    ({"metricCount": {"between": [2, 8]}}, lambda one: 2 <= one["metricCount"] <= 8),
    ({"name": {"contains": "工单"}}, lambda one: "工单" in one["name"]),
    (
        {"or": [{"slug": {"lt": "c"}}, {"id": {"eq": "Indicator:work-orders-handled"}}]},
        lambda one: one["slug"] < "c" or one["slug"] == "work-orders-handled",
    ),
]


@pytest.mark.parametrize(
    ("where", "holds"), CONDITIONS, ids=lambda value: str(value) if isinstance(value, dict) else ""
)
async def test_a_filter_of_indicators(
    api: Api, known: list[Facts], where: Any, holds: Callable[[Facts], bool]
) -> None:
    assert await listed(api, where=where) == [one["slug"] for one in known if holds(one)]


async def test_each_condition_holds_for_some_indicators_only(known: list[Facts]) -> None:
    for where, holds in CONDITIONS:
        assert 0 < sum(map(holds, known)) < len(known), where


@pytest.mark.parametrize("key", ["slug", "districtCount", "metricCount"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_an_order_of_indicators(api: Api, known: list[Facts], key: str, direction: str) -> None:
    expected = sorted(known, key=lambda one: (one[key], one["slug"]), reverse=direction == "DESC")
    found = await listed(api, orderBy=[{key: {"direction": direction}}])
    assert found == [one["slug"] for one in expected]
