"""An indicator may have several currencies; its figures are compared within one only, which the data decides."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from loaders.documents import DistrictContent
from seeds.building.district import build
from seeds.format.model import District
from tests.support.api import Api, api_of
from tests.support.data.content import district, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

GDP = {"slug": "gdp", "name": text("地区生产总值", "GDP"), "units": ["usd", "cny"], "periodType": "DURATION"}
SALES = {"slug": "sales", "name": text("零售额", "Sales"), "unit": "cny", "partOf": "gdp"}
JOBS = {"slug": "jobs", "name": text("数", "Jobs"), "unit": "record", "partOf": "sales", "direction": "NEITHER"}
DEBT = {"slug": "debt", "name": text("债务", "Debt"), "unit": "cny", "direction": "LOWER_IS_BETTER"}
LARGE: dict[str, Any] = {"normalized": {"gt": 5}}


def written(slug: str, unit: str, value: int) -> DistrictContent:
    """A district with its output in a currency, and its sales in yuan."""
    given = district(slug)
    metrics = given["pillars"][0]["initiatives"][0]["metrics"]
    [own] = metrics
    del own["quantity"]
    given["indicators"] = [GDP, SALES, JOBS, DEBT]
    metrics[:] = [
        {**own, "slug": "debt", "indicator": "debt", "quantity": {"value": value, "unit": "cny"}},
        {**own, "slug": "gdp", "indicator": "gdp", "quantity": {"value": value, "unit": unit}},
        {**own, "slug": "sales", "indicator": "sales", "quantity": {"value": value, "unit": "cny"}},
    ]
    return build(District.model_validate(given))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(mongodb_uri: str) -> AsyncIterator[Api]:
    districts = [written("a", "cny", 10), written("b", "cny", 20), written("c", "usd", 30)]
    async with api_of(mongodb_uri, districts) as api:
        yield api


SAID = "slug periodType direction unit { code } units { code } partOf { slug partOf { slug } metricCount }"


async def test_an_indicator_says_what_its_figures_are(api: Api) -> None:
    found = await api.data(
        f'{{ gdp: indicator(slug: "gdp") {{ {SAID} }} sales: indicator(slug: "sales") {{ {SAID} }} }}'
    )
    cny, usd = {"code": "cny"}, {"code": "usd"}
    assert found == {
        "gdp": {
            **{"slug": "gdp", "periodType": "DURATION", "direction": None},
            **{"unit": None, "units": [cny, usd], "partOf": None},
        },
        "sales": {
            **{"slug": "sales", "periodType": None, "direction": None, "unit": cny, "units": [cny]},
            "partOf": {"slug": "gdp", "partOf": None, "metricCount": 3},
        },
    }


async def test_inside_a_metric_an_indicator_says_the_same(api: Api) -> None:
    found = await api.data(
        f'{{ one: district(slug: "a") {{ metrics {{ indicator {{ {SAID} }} }} }}'
        f" all: indicators {{ nodes {{ {SAID} }} }} }}"
    )
    assert [metric["indicator"] for metric in found["one"]["metrics"]] == found["all"]["nodes"]


METRICS = """query ($where: MetricFilter, $orderBy: [MetricOrder!]) {
    metrics(where: $where, orderBy: $orderBy) { totalCount nodes { id } } }"""


async def answer(api: Api, where: Any, order_by: Any = None) -> list[str] | str:
    """The ids of a list, or its refusal."""
    response = await api.run(METRICS, where=where, orderBy=order_by)
    if response.errors:
        return str(response.errors[0]["message"]).partition(";")[0]
    data: Any = response.data
    return [node["id"].removeprefix("Metric:") for node in data["metrics"]["nodes"]]


async def test_figures_of_an_indicator_in_several_currencies_are_not_compared(api: Api) -> None:
    of_gdp: dict[str, Any] = {"indicator": {"eq": "gdp"}}
    by_figure: list[Any] = [{"quantity": {}}]
    mixed = "would compare figures of several units: cny, usd"
    assert await answer(api, {**of_gdp, "quantity": LARGE}) == f'"where" {mixed}'
    assert await answer(api, of_gdp, by_figure) == f'"orderBy" {mixed}'
    assert await answer(api, {**of_gdp, "quantity": {**LARGE, "unit": {"eq": "usd"}}}) == ["c/gdp"]


async def test_they_are_compared_where_the_rest_of_the_filter_leaves_one_currency(api: Api) -> None:
    some = {"indicator": {"eq": "gdp"}, "district": {"ne": "c"}}
    assert await answer(api, {**some, "quantity": {"normalized": {"gt": 15}}}) == ["b/gdp"]
    assert await answer(api, some, [{"quantity": {"direction": "DESC"}}]) == ["b/gdp", "a/gdp"]


async def test_an_indicator_with_one_unit_needs_none_beside(api: Api) -> None:
    assert await answer(api, {"indicator": {"eq": "sales"}, "quantity": {"normalized": {"gt": 25}}}) == ["c/sales"]


async def test_inside_a_district_its_own_figures_decide(api: Api) -> None:
    query = """{ district(slug: "c") { metrics(where: {indicator: {eq: "gdp"}, quantity: {normalized: {gt: 5}}}) {
        slug } } }"""
    assert (await api.data(query))["district"]["metrics"] == [{"slug": "gdp"}]


RANKING = """query ($slug: String!, $unit: String, $best: OrderDirection, $first: Int! = 5, $after: String) {
    indicator(slug: $slug) { ranking(unit: $unit, best: $best, first: $first, after: $after) { unit { code }
        totalCount leftOutCount leftOut { reason } pageInfo { endCursor }
        nodes { position observation { id } metric { standing(best: $best) { position of } } } } } }"""


async def ranked(api: Api, **variables: Any) -> tuple[dict[str, Any], list[str]]:
    """A ranking, and the districts in it by position; the standing of each is its position there."""
    ranking = (await api.data(RANKING, **variables))["indicator"]["ranking"]
    for node in ranking["nodes"]:
        assert node["metric"]["standing"] == {"position": node["position"], "of": ranking["totalCount"]}
    return ranking, [node["observation"]["id"].removeprefix("Observation:")[0] for node in ranking["nodes"]]


async def test_an_indicator_of_several_currencies_ranks_within_one(api: Api) -> None:
    ranking, districts = await ranked(api, slug="gdp")
    assert (ranking["unit"], districts) == ({"code": "cny"}, ["b", "a"])
    assert (ranking["leftOutCount"], ranking["leftOut"]) == (1, [{"reason": "OTHER_UNIT"}])
    ranking, districts = await ranked(api, slug="gdp", unit="usd")
    assert (ranking["unit"], districts, ranking["leftOutCount"]) == ({"code": "usd"}, ["c"], 2)


async def test_where_lower_is_better_the_smallest_figure_is_first_unless_asked_otherwise(api: Api) -> None:
    assert (await ranked(api, slug="debt"))[1] == ["a", "b", "c"]
    assert (await ranked(api, slug="debt", best="DESC"))[1] == ["c", "b", "a"]
    assert (await ranked(api, slug="sales"))[1] == ["c", "b", "a"]
    assert (await ranked(api, slug="sales", best="ASC"))[1] == ["a", "b", "c"]


async def test_a_ranking_in_its_own_direction_is_read_in_pages(api: Api) -> None:
    read, cursor = [], None
    for _ in range(3):
        ranking, districts = await ranked(api, slug="debt", first=1, after=cursor)
        read += districts
        cursor = ranking["pageInfo"]["endCursor"]
    assert read == ["a", "b", "c"]
    response = await api.run(RANKING, slug="debt", best="ASC", after=cursor)
    assert response.errors
