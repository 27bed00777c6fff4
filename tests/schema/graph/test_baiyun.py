"""Every fact of Baiyun's notice comes back through GraphQL with its value, unit, period and citation."""

from typing import Any

import pytest

from tests.support.data.baiyun import FACTS, HONOURS, PILLARS, Fact, Honour
from tests.support.servers import Server

QUERY = """
{
  district(slug: "baiyun") {
    id slug name { zhHans en zhHant derived } city { en } province { en }
    codes { scheme value level }
    pillarCount initiativeCount metricCount awardCount totalAwardCount
    awards { ...award }
    pillars {
      id slug initiativeCount awardCount
      awards { ...award }
      initiatives {
        id slug status metricCount awardCount systems { slug status }
        awards { ...award }
        metrics {
          id slug status
          name { zhHans en }
          indicator { slug name { en } unit { code } }
          quantity { value multiplier comparator maxValue normalized unit { code ucum currency name { en } } }
          period { ...period }
          changes { basis direction quantity { value multiplier comparator unit { code } } reference { edtf } }
          ranks { ...rank }
          citations { ...citation }
        }
      }
    }
  }
}
fragment award on Award {
  id slug kind level streakYears name { en } period { ...period } ranks { ...rank } citations { ...citation }
}
fragment rank on Rank { kind position of scope area { en } }
fragment period on Period { kind start end edtf label { en } }
fragment citation on Citation { locator source { slug kind publishedOn url title { en } } }
"""


@pytest.fixture(scope="module")
def baiyun(server: Server) -> Any:
    return server.data(QUERY)["district"]


def initiatives(district: Any) -> dict[str, Any]:
    return {item["slug"]: item for pillar in district["pillars"] for item in pillar["initiatives"]}


def place_of(rank: Any) -> Any:
    return (rank["kind"], rank["position"], rank["scope"], rank["area"]["en"] if rank["area"] else None)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.slug)
def test_a_figure_comes_back_as_published(baiyun: Any, fact: Fact) -> None:
    [metric] = [one for one in initiatives(baiyun)[fact.initiative]["metrics"] if one["slug"] == fact.slug]
    quantity, period, ranks = metric["quantity"], metric["period"], metric["ranks"]
    assert metric["id"] == f"Metric:baiyun/{fact.slug}"
    assert metric["status"] == "NORMAL"
    if fact.figure is None:
        assert quantity is None
    else:
        value, multiplier, comparator, unit = fact.figure
        assert (quantity["value"], quantity["multiplier"]) == (value, multiplier)
        assert (quantity["comparator"], quantity["unit"]["code"]) == (comparator, unit)
    assert (period and (period["kind"], period["edtf"])) == fact.when
    moves = [
        (move["basis"], move["direction"], move["quantity"]["value"], move["quantity"]["unit"]["code"])
        for move in metric["changes"]
    ]
    assert moves == ([fact.move] if fact.move else [])
    assert [place_of(rank) for rank in ranks] == ([fact.place] if fact.place else [])
    assert [(one["source"]["slug"], one["locator"]) for one in metric["citations"]] == [(fact.source, fact.locator)]


@pytest.mark.parametrize("honour", HONOURS, ids=lambda honour: honour.slug)
def test_an_award_comes_back_as_published(baiyun: Any, honour: Honour) -> None:
    owner = baiyun if honour.owner == "baiyun" else initiatives(baiyun)[honour.owner]
    [award] = [one for one in owner["awards"] if one["slug"] == honour.slug]
    period, ranks = award["period"], award["ranks"]
    assert (award["kind"], award["level"], award["streakYears"]) == (
        honour.kind,
        honour.level,
        honour.streak_years,
    )
    assert (period and (period["kind"], period["edtf"])) == honour.when
    assert [place_of(rank) for rank in ranks] == ([honour.place] if honour.place else [])
    assert tuple(one["locator"] for one in award["citations"]) == honour.locators


def test_the_district_has_its_pillars_and_counts(baiyun: Any) -> None:
    assert {
        pillar["slug"]: [item["slug"] for item in pillar["initiatives"]] for pillar in baiyun["pillars"]
    } == PILLARS
    counts = ("pillarCount", "initiativeCount", "metricCount", "awardCount", "totalAwardCount")
    assert tuple(baiyun[name] for name in counts) == (4, 15, 33, 7, 7)


def test_figures_keep_their_exact_value_beside_the_number_to_sort_by(baiyun: Any) -> None:
    quantity = initiatives(baiyun)["digital-industry"]["metrics"][1]["quantity"]
    assert quantity == {
        "value": "90.95",
        "multiplier": 8,
        "comparator": "EQ",
        "maxValue": None,
        "normalized": 9095000000.0,
        "unit": {"code": "cny", "ucum": None, "currency": "CNY", "name": {"en": "Chinese yuan"}},
    }


def test_a_period_has_its_days_or_none(baiyun: Any) -> None:
    revenue = initiatives(baiyun)["digital-industry"]["metrics"][1]["period"]
    assert revenue == {
        "kind": "RANGE",
        "start": "2025-01-01",
        "end": "2025-09-30",
        "edtf": "2025-01/2025-09",
        "label": {"en": "January to September 2025"},
    }
    orders = initiatives(baiyun)["urban-management"]["metrics"][0]["period"]
    assert (orders["kind"], orders["start"], orders["end"], orders["edtf"]) == ("CUMULATIVE", None, None, None)


def test_traditional_chinese_is_there_and_says_that_it_is_derived(baiyun: Any) -> None:
    assert baiyun["name"] == {
        "zhHans": "白云区",
        "en": "Baiyun District",
        "zhHant": "白雲區",
        "derived": ["zh-Hant"],
    }


def test_what_the_source_does_not_say_is_null(baiyun: Any) -> None:
    source = baiyun["awards"][0]["citations"][0]["source"]
    assert (source["publishedOn"], source["url"]) == (None, None)


# Initiative: the line of the notice that it and its systems are in.
LINES = {
    **{"smart-governance": "L4", "urban-management": "L5", "emergency-response": "L5", "hotline-12345": "L6"},
    **{"education": "L9", "healthcare": "L10", "culture-tourism": "L11", "elderly-care": "L12"},
    **{"data-assets": "L15", "industrial-internet": "L15", "digital-industry": "L15", "exchange-outreach": "L16"},
    **{"sensing-data": "L18", "computing-ai": "L19", "chief-digital-officers": "L19"},
}


def test_the_strategy_says_where_it_is_published(server: Server) -> None:
    query = """{ district(slug: "baiyun") { strategy { text(lang: ["en"]) derived citations { ...cited } } } }
        fragment cited on Citation { locator source { slug title { en } } }"""
    strategy = server.data(query)["district"]["strategy"]
    assert strategy["text"].startswith("Work follows “three forests”")
    assert strategy["derived"] == ["zh-Hant"]
    source = {"slug": "gz-gov-baiyun-smart-city", "title": {"en": "Notice on Baiyun District's smart-city award"}}
    assert strategy["citations"] == [{"locator": "L3", "source": source}, {"locator": "L20", "source": source}]


@pytest.mark.parametrize(
    "path",
    [
        'district(slug: "baiyun") { initiatives @ }',
        'district(slug: "baiyun") { initiatives(where: {}) @ }',
        'district(slug: "baiyun") { pillars { initiatives @ } }',
        'district(slug: "baiyun", asOf: { revision: 1 }) { initiatives @ }',
        "initiatives(first: 50) { nodes @ }",
    ],
)
def test_initiatives_and_systems_say_where_they_are_published(server: Server, path: str) -> None:
    cited = "citations { locator source { slug kind } }"
    wanted = f"{{ slug {cited} systems {{ slug {cited} }} }}"
    [data] = server.data(f"{{ {path.replace('@', wanted)} }}").values()
    holders = data.get("pillars", [data])
    found = [one for holder in holders for one in holder.get("initiatives", holder.get("nodes"))]
    notice = {"slug": "gz-gov-baiyun-smart-city", "kind": "GOVERNMENT_NOTICE"}
    assert {one["slug"]: one["citations"] for one in found} == {
        slug: [{"locator": line, "source": notice}] for slug, line in LINES.items()
    }
    systems = {system["slug"]: (one["slug"], system["citations"]) for one in found for system in one["systems"]}
    assert len(systems) == 30
    _, hotline = systems.pop("hotline-intelligent-handling")
    assert [one["locator"] for one in hotline] == ["L6", "L15"]
    elsewhere = [slug for slug, (owner, given) in systems.items() if given[0]["locator"] != LINES[owner]]
    assert elsewhere == []
