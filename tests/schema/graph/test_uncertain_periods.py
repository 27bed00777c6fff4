"""A period that its source is not sure of has the same days: it is compared, filtered and ranked as any other."""

from typing import Any, Final

import pytest

from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from seeds.building.district import build
from seeds.format.checks import check
from seeds.format.model import District
from seeds.format.reader import Location, Record
from tests.support.api import Api
from tests.support.data.content import district, load_of, text

CITED: Final = [{"source": "notice", "locator": "L1"}]


def place(slug: str, value: int, *edtfs: str) -> dict[str, Any]:
    """A district with figures of the indicator `output`."""
    given = district(slug, indicators=[{"slug": "output", "name": text("产值", "Output"), "unit": "cny"}])
    observations = [
        {
            "slug": f"figure-{number}",
            "quantity": {"value": value + number, "unit": "cny"},
            "period": {"kind": "YEAR", "edtf": edtf, "label": text("时期", "period")},
            "citations": CITED,
        }
        for number, edtf in enumerate(edtfs)
    ]
    metric = {"slug": "output", "name": text("产值"), "indicator": "output", "observations": observations}
    given["pillars"][0]["initiatives"][0]["metrics"] = [metric]
    return given


@pytest.fixture
async def places(database: Database) -> None:
    given = [place("a", 1, "2024", "2023~"), place("b", 2, "2024~"), place("c", 3, "2024?"), place("d", 4, "2024%")]
    await publish(database, load_of([build(District.model_validate(one)) for one in given]))


@pytest.mark.usefixtures("places")
async def test_figures_for_about_a_year_are_ranked_with_those_for_the_year(api: Api) -> None:
    query = """query ($during: String) { indicator(slug: "output") { ranking(during: $during) {
        period leftOutCount nodes { position metric { district { slug } standing { position of } } } } } }"""
    for during in (None, "2024", "2024~", "2024-01?/2024-12"):
        ranking = (await api.data(query, during=during))["indicator"]["ranking"]
        assert (ranking["period"], ranking["leftOutCount"]) == ("2024", 0)
        found = [(one["position"], one["metric"]["district"]["slug"]) for one in ranking["nodes"]]
        assert found == [(1, "d"), (2, "c"), (3, "b"), (4, "a")]
        assert [one["metric"]["standing"]["of"] for one in ranking["nodes"]] == [4, 4, 4, 4]


@pytest.mark.usefixtures("places")
async def test_growth_is_computed_between_years_that_are_approximate(api: Api) -> None:
    query = """{ node(id: "Metric:a/output") { ... on Metric { growth(from: "2023", to: "2024~") {
        reason to { slug } from { slug } } } } }"""
    growth = (await api.data(query))["node"]["growth"]
    assert growth == {"reason": None, "from": {"slug": "figure-1"}, "to": {"slug": "figure-0"}}


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("period", "wanted"),
    [
        ({"approximate": True}, ["a/output/figure-1", "b/output/figure-0", "d/output/figure-0"]),
        ({"uncertain": True}, ["c/output/figure-0", "d/output/figure-0"]),
        ({"approximate": False, "uncertain": False}, ["a/output/figure-0"]),
        ({"during": "2024", "uncertain": False}, ["a/output/figure-0", "b/output/figure-0"]),
        ({"during": "2023?"}, ["a/output/figure-1"]),
    ],
)
async def test_periods_are_filtered_by_what_is_not_sure(api: Api, period: dict[str, Any], wanted: list[str]) -> None:
    query = "query ($where: ObservationFilter) { observations(where: $where) { nodes { id } } }"
    nodes = (await api.data(query, where={"period": period}))["observations"]["nodes"]
    assert [one["id"].removeprefix("Observation:") for one in nodes] == wanted


@pytest.mark.usefixtures("places")
async def test_a_period_says_in_words_what_is_not_sure(api: Api) -> None:
    query = """{ observations { nodes { period { start end approximate uncertain edtf
        en: formatted(lang: ["en"]) hans: formatted(lang: ["zh-Hans"]) hant: formatted(lang: ["zh-HK"]) } } } }"""
    periods = [one["period"] for one in (await api.data(query))["observations"]["nodes"]]
    assert [(one["edtf"], one["approximate"], one["uncertain"]) for one in periods] == [
        ("2024", False, False),
        ("2023~", True, False),
        ("2024~", True, False),
        ("2024?", False, True),
        ("2024%", True, True),
    ]
    assert {(one["start"], one["end"]) for one in periods if one["edtf"] != "2023~"} == {("2024-01-01", "2024-12-31")}
    words = [(one["en"], one["hans"], one["hant"]) for one in periods]
    assert words[1:] == [
        ("about 2023", "约2023年", "約2023年"),
        ("about 2024", "约2024年", "約2024年"),
        ("2024 (uncertain)", "2024年（不确定）", "2024年（不確定）"),
        ("about 2024 (uncertain)", "约2024年（不确定）", "約2024年（不確定）"),
    ]


def test_two_figures_for_the_same_days_are_refused_though_one_is_approximate() -> None:
    found = check(Record(place("a", 1, "2024", "2024~"), Location("drawn", dict)))
    assert isinstance(found, list)
    assert [problem.message.partition(" as ")[0] for problem in found] == ["'figure-1' is for the same days"]
