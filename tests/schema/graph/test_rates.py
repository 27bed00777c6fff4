"""Rates, such as yuan per person, are units of their own: filtered and ranked apart from amounts, never summed."""

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

INCOME = {"slug": "income", "name": text("人均收入", "Income per person"), "unit": "cny-per-person"}


def written(slug: str, value: int) -> DistrictContent:
    """A district with its output as an amount, and its income per person."""
    given = district(slug)
    metrics = given["pillars"][0]["initiatives"][0]["metrics"]
    [own] = metrics
    given["indicators"] = [INCOME]
    income: dict[str, Any] = {"value": value, "multiplier": 4, "unit": "cny-per-person"}
    metrics[:] = [
        {**own, "slug": "income", "indicator": "income", "quantity": income},
        {**own, "slug": "output", "quantity": {"value": value, "multiplier": 4, "unit": "cny"}},
    ]
    return build(District.model_validate(given))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(mongodb_uri: str) -> AsyncIterator[Api]:
    async with api_of(mongodb_uri, [written("a", 3), written("b", 5)]) as api:
        yield api


UNIT = "unit { code ucum currency dimension numerator { code currency } per { code numerator { code } } name { en } }"


async def test_a_rate_names_its_units(api: Api) -> None:
    found = await api.data(
        f'{{ metric(district: "a", slug: "income") {{ quantity {{ formatted(lang: ["en"]) {UNIT} }} }} }}'
    )
    assert found["metric"]["quantity"] == {
        "formatted": "CNY 30,000 per person",
        "unit": {
            **{"code": "cny-per-person", "ucum": None, "currency": None, "dimension": "RATE"},
            "numerator": {"code": "cny", "currency": "CNY"},
            "per": {"code": "person", "numerator": None},
            "name": {"en": "Chinese yuan per person"},
        },
    }


async def test_a_filter_of_amounts_finds_no_rates(api: Api) -> None:
    count = 'metrics(where: {{quantity: {{unit: {{eq: "{}"}}}}}}) {{ totalCount }}'
    found = await api.data(f"{{ rates: {count.format('cny-per-person')} amounts: {count.format('cny')} }}")
    assert found == {"rates": {"totalCount": 2}, "amounts": {"totalCount": 2}}


async def test_rates_are_ranked_but_not_summed(api: Api) -> None:
    ranked = "ranking { unit { code } nodes { position metric { district { slug } } } }"
    found = await api.data(f'{{ indicator(slug: "income") {{ {ranked} }} }}')
    assert found["indicator"]["ranking"] == {
        "unit": {"code": "cny-per-person"},
        "nodes": [
            {"position": 1, "metric": {"district": {"slug": "b"}}},
            {"position": 2, "metric": {"district": {"slug": "a"}}},
        ],
    }
    _, message = await api.error('{ indicator(slug: "income") { ranking { sum { value } } } }')
    assert message == '"sum" of figures in cny-per-person has no meaning; "figures" has their average'
