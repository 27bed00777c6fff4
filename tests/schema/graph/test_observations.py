"""Metrics with several observations: which one is a metric's own figure, and lists of them at both levels."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio

from seeds.building.district import build
from seeds.format.model import District
from tests.seeds.test_observations import YEARS, observation, with_observations
from tests.support.api import Api, api_of
from tests.support.data.content import district

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(mongodb_uri: str) -> AsyncIterator[Api]:
    wanted = [observation("2030", 99, "2030", status="TARGET")]
    given = [
        with_observations("aims", wanted),
        with_observations("grows", [*YEARS, *wanted]),
        with_observations("stays", [observation("2024", 6, "2024")]),
        district("single"),
    ]
    async with api_of(mongodb_uri, [build(District.model_validate(one)) for one in given]) as api:
        yield api


METRIC: Final = (
    "slug observationCount latest { id slug status metric { slug } } quantity { value } status period { edtf }"
)


async def test_a_metric_of_which_only_a_target_is_published_has_no_figure(api: Api) -> None:
    found = await api.data(
        f'{{ node(id: "Metric:aims/terminals") {{ ... on Metric {{ {METRIC} citations {{ locator }} }} }} }}'
    )
    assert found["node"] == {
        "slug": "terminals",
        "observationCount": 1,
        **dict.fromkeys(("latest", "quantity", "status", "period")),
        "citations": [],
    }


async def test_a_single_figure_is_called_main(api: Api) -> None:
    found = await api.data(f'{{ node(id: "Metric:single/terminals") {{ ... on Metric {{ {METRIC} }} }} }}')
    latest = {
        "id": "Observation:single/terminals/main",
        "slug": "main",
        "status": "NORMAL",
        "metric": {"slug": "terminals"},
    }
    assert (found["node"]["latest"], found["node"]["quantity"]) == (latest, {"value": "140"})


async def test_targets_are_not_ranked_with_results(api: Api) -> None:
    found = await api.data(
        """{ indicator(slug: "terminals") { ranking { totalCount nodes { metric { district { slug } } } } }
        metrics(where: {quantity: {normalized: {gt: 50}, unit: {eq: "terminal"}}}) { nodes { district { slug } } }
        observations(where: {quantity: {normalized: {gt: 50}, unit: {eq: "terminal"}}}) { nodes { id } }
        all: metrics(where: {period: {during: "2024"}}) { aggregate { figures { count max } } }
        each: observations(where: {period: {during: "2030"}}) { aggregate { figures { count } } }
        aims: observations(where: {status: {eq: TARGET}}) { aggregate { figures { count } } } }"""
    )
    ranked = [one["metric"]["district"]["slug"] for one in found["indicator"]["ranking"]["nodes"]]
    # That of the third names no date.
    assert ranked == ["grows", "stays"]
    assert found["metrics"]["nodes"] == [{"district": {"slug": "single"}}]
    assert [one["id"] for one in found["observations"]["nodes"]] == [
        "Observation:aims/terminals/2030",
        "Observation:grows/terminals/2030",
        "Observation:single/terminals/main",
    ]
    assert found["all"]["aggregate"]["figures"] == {"count": 2, "max": 7.0}
    assert found["each"]["aggregate"]["figures"] is None
    assert found["aims"]["aggregate"]["figures"] == {"count": 2}


async def test_observations_are_chosen_and_ordered_inside_a_metric(api: Api) -> None:
    found = await api.data(
        """{ node(id: "Metric:grows/terminals") { ... on Metric {
        all: observations { slug }
        newest: observations(orderBy: [{referenceDate: {direction: DESC}}], first: 2) { slug }
        aims: observations(where: {status: {eq: TARGET}}) { slug quantity { value } }
        many: observationCount(where: {quantity: {unit: {eq: "terminal"}, normalized: {gte: 6}}}) } } }"""
    )
    assert found["node"] == {
        "all": [{"slug": slug} for slug in ("2022", "2024", "2023", "2030")],
        "newest": [{"slug": "2030"}, {"slug": "2024"}],
        "aims": [{"slug": "2030", "quantity": {"value": "99"}}],
        "many": 3,
    }
