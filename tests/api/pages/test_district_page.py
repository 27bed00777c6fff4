"""The page of a district shows what the API answers, in every language, for each shipped district."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from tests.api.pages.test_pages import get, page
from tests.support.html import Element
from tests.support.servers import Server

SLUGS = ("baiyun", "dubai", "guangming", "longgang", "seoul", "suxiang-cooperation-zone", "suzhou-industrial-park")
PAGES = [*((slug, "en") for slug in SLUGS), ("longgang", "zh-Hans"), ("baiyun", "zh-Hant"), ("seoul", "zh-Hant")]
ASKED = """query ($slug: String!, $lang: [String!]!) { district(slug: $slug) {
  name { text(lang: $lang) } strategy { citations { locator source { slug } } }
  awards { slug name { text(lang: $lang) } ranks { formatted(lang: $lang) } citations { locator source { slug } } }
  metrics { slug headline(lang: $lang) name { text(lang: $lang) }
    observations(orderBy: [{ referenceDate: { direction: DESC } }]) { status citations { locator source { slug } }
      quantity { comparator formatted(lang: $lang, style: COMPACT) } period { formatted(lang: $lang) } }
    latest { counted referenceDate status
      quantity { comparator formatted(lang: $lang, style: COMPACT) unit { code } } period { formatted(lang: $lang) }
      changes { direction formatted(lang: $lang) } ranks { formatted(lang: $lang) }
      citations { locator source { slug } } otherReports { citations { locator source { slug } } } } } } }"""
RANKED = """query ($lang: [String!]!, $slug: String!) { indicator(slug: $slug) { ranking(first: 12) { leftOutCount
  nodes { position certain observation { quantity { formatted(lang: $lang, style: COMPACT) } }
    metric { district { slug name { text(lang: $lang) } } } } } } }"""
NO_DATE = {"en": "no date given", "zh-Hans": "未注明日期", "zh-Hant": "未註明日期"}


@pytest.fixture(scope="module", params=PAGES)
def shown(request: pytest.FixtureRequest, shipped: Server) -> tuple[Element, Any, str]:
    """A page, what the API answers to a query of its own, and the language of both."""
    slug, tag = request.param
    data = shipped.data(ASKED, {"slug": slug, "lang": [tag]})["district"]
    return page(shipped, f"/{tag}/districts/{slug}"), data, tag


def test_every_measure_has_its_row_with_its_figure_its_change_its_place_and_its_source(
    shown: tuple[Element, Any, str],
) -> None:
    document, district, tag = shown
    rows = [row for row in document.all("tr") if row.attributes.get("id", "").startswith("metric-")]
    assert [row.attributes["id"] for row in rows] == [f"metric-{metric['slug']}" for metric in district["metrics"]]
    for row, metric in zip(rows, district["metrics"], strict=True):
        latest = metric["latest"]
        value = row.one("td", class_="value").text
        if latest is None:
            assert [one["status"] in ("FORECAST", "TARGET") for one in metric["observations"]] == [True]
            assert value == metric["observations"][0]["quantity"]["formatted"]
            assert len(row.all("span", class_="status")) == 1
            continue
        said = [latest["quantity"]["formatted"]] if latest["quantity"] else []
        assert value.startswith(tuple(said)) or not said
        assert [one.text.split("\u00a0", 1)[1] for one in row.all("span", class_="change")] == [
            change["formatted"] for change in latest["changes"]
        ]
        assert [one.text for one in row.all("span", class_="rank")] == [one["formatted"] for one in latest["ranks"]]
        period = latest["period"]["formatted"] if latest["period"] else NO_DATE[tag]
        assert row.all("td")[1].text.startswith(period)
        assert f"#source-{latest['citations'][0]['source']['slug']}" in hrefs(row)


def test_cards_and_shares_show_figures_of_the_api(shown: tuple[Element, Any, str]) -> None:
    document, district, _ = shown
    by_name = {metric["name"]["text"]: metric["latest"] for metric in district["metrics"]}
    cards = document.one("section", id="figures").all("ul", class_="cards")
    for card in cards[0].all("li") if cards else ():
        latest = by_name[card.one("h3").text]
        assert card.one("p", class_="number").text == latest["quantity"]["formatted"]
        assert len(card.all("p", class_="change")) == len(latest["changes"])
    numbers = [one for one in district["metrics"] if one["latest"] and one["latest"]["quantity"]]
    shares = [one for one in numbers if one["latest"]["quantity"]["unit"]["code"] == "percent"]
    tables = document.one("section", id="figures").all("table")
    found = [(row.one("th").text, row.one("td", class_="value").text) for table in tables for row in body(table)]
    assert found == [(one["name"]["text"], one["latest"]["quantity"]["formatted"]) for one in shares]
    bars = document.one("section", id="figures").all("svg", role="img")
    assert len(bars) == (1 if shares else 0)


def test_series_show_every_figure(shown: tuple[Element, Any, str]) -> None:
    document, district, _ = shown
    several = [metric for metric in district["metrics"] if len(metric["observations"]) > 1]
    sections = document.all("section", id="series")
    assert len(sections) == (1 if several else 0)
    tables = sections[0].all("table") if sections else []
    for table, metric in zip(tables, several, strict=True):
        assert [row.one("td").text for row in body(table)] == [
            one["quantity"]["formatted"] for one in metric["observations"] if one["quantity"]
        ]


def test_what_rose_and_fell_is_what_the_api_says(shown: tuple[Element, Any, str]) -> None:
    document, district, _ = shown
    changes = [change for latest in results(district) for change in latest["changes"]]
    lists = document.one("section", id="moves").all("ul")
    for found, direction in zip(lists, ("UP", "DOWN"), strict=True):
        assert [one.text.split("\u00a0", 1)[1] for one in found.all("strong")] == [
            change["formatted"] for change in changes if change["direction"] == direction
        ]


def test_the_matrix_has_every_claim_once(shown: tuple[Element, Any, str]) -> None:
    document, district, _ = shown
    holders = [(one["name"], one["latest"]["ranks"]) for one in district["metrics"] if one["latest"]]
    holders += [(one["name"], one["ranks"]) for one in district["awards"]]
    claims = Counter((name["text"], rank["formatted"]) for name, ranks in holders for rank in ranks)
    found: Counter[tuple[str, str]] = Counter()
    for item in document.one("section", id="claims").all("li"):
        told = item.one("span", class_="aside").text
        found[(item.text.removesuffix(told).strip(), told)] += 1
    assert found == claims


def test_places_among_others_are_those_of_the_rankings(shown: tuple[Element, Any, str], shipped: Server) -> None:
    document, _, tag = shown
    for heading in document.one("section", id="others").all("h3"):
        slug = heading.attributes["id"].removeprefix("others-")
        ranking = shipped.data(RANKED, {"slug": slug, "lang": [tag]})["indicator"]["ranking"]
        block = next(one for one in document.all("div", class_="against") if heading in one.children)
        assert [
            (row.all("td")[0].text.split(" ")[0], row.one("th").text, row.one("td", class_="value").text)
            for row in body(block.one("table"))
        ] == [
            (
                str(one["position"]),
                one["metric"]["district"]["name"]["text"],
                one["observation"]["quantity"]["formatted"],
            )
            for one in ranking["nodes"]
        ]
        assert bool(ranking["leftOutCount"]) == bool(block.all("p", class_="aside"))


def test_how_solid_it_is_counts_what_the_api_answers(shown: tuple[Element, Any, str]) -> None:
    document, district, _ = shown
    latest = results(district)
    comparators = Counter(one["quantity"]["comparator"] for one in latest if one["quantity"])
    expected = [
        comparators.total(),
        comparators["EQ"],
        comparators["APPROX"],
        comparators.total() - comparators["EQ"] - comparators["APPROX"],
        sum(one["referenceDate"] is not None for one in latest),
        sum(one["referenceDate"] is None for one in latest),
        sum(one["counted"] for one in latest),
        len(district["metrics"]) - len(latest),
        len({one["source"]["slug"] for one in all_citations(district)}),
    ]
    found = [one.text for one in document.one("section", id="solid").all("dd")]
    assert found[:9] == [str(count) for count in expected]


def test_every_bound_is_listed_and_counted(shown: tuple[Element, Any, str]) -> None:
    document, district, tag = shown
    numbers = [(one, figure) for one in district["metrics"] for figure in one["observations"] if figure["quantity"]]
    about = [one for one in numbers if one[1]["quantity"]["comparator"] == "APPROX"]
    bounds = [one for one in numbers if one[1]["quantity"]["comparator"] not in ("EQ", "APPROX")]
    section = document.one("section", id="bounds")
    assert [int(count) for count in re.findall(r"\d+", section.one("p", class_="lead").text)] == (
        [len(bounds), len(numbers), len(about)] if tag == "en" else [len(numbers), len(bounds), len(about)]
    )
    rows = [row for table in section.all("table") for row in body(table)]
    assert [(row.one("th").text, row.all("td")[0].text) for row in rows] == [
        (metric["name"]["text"], figure["quantity"]["formatted"]) for metric, figure in (*bounds, *about)
    ]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/en/districts/baiyun", "8 of 23 figures are bounds, 1 is about a number."),
        ("/zh-Hans/districts/baiyun", "23个数据中有8个是界限，1个是约数。"),
        ("/zh-Hant/districts/baiyun?asOf=1", "23個數據中有8個是界限，1個是約數。"),
        ("/en/districts/suxiang-cooperation-zone", "0 of 2 figures are bounds, 0 are about a number."),
    ],
)
def test_how_many_figures_are_bounds_is_a_sentence(shipped: Server, address: str, sentence: str) -> None:
    section = page(shipped, address).one("section", id="bounds")
    assert section.one("p", class_="lead").text == sentence
    assert len(section.all("table")) == (0 if "suxiang" in address else 1)


def test_each_source_says_what_it_gave_and_where(shown: tuple[Element, Any, str]) -> None:
    document, district, _ = shown
    given = Counter((source_of(row), row.all("td")[0].text) for row in body_rows_of_sources(document))
    assert given == Counter((cite["source"]["slug"], cite["locator"]) for cite in all_citations(district))
    newest = [(one["headline"], one["latest"]["citations"]) for one in district["metrics"] if one["latest"]]
    told = {(source_of(row), *(cell.text for cell in row.all("td"))) for row in body_rows_of_sources(document)}
    assert {(c["source"]["slug"], c["locator"], headline) for headline, cited in newest for c in cited} <= told


def test_every_link_within_the_page_leads_to_an_element_and_ids_are_unique(shown: tuple[Element, Any, str]) -> None:
    document, *_ = shown
    ids = [one.attributes["id"] for one in document.all() if "id" in one.attributes]
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    assert {href[1:] for href in hrefs(document) if href.startswith("#")} <= set(ids)


def test_every_link_to_another_page_is_answered(shipped: Server) -> None:
    for start in ("/en/", "/en/districts/longgang", "/zh-Hant/search?q=data"):
        links = {href.partition("#")[0] for href in hrefs(page(shipped, start)) if href.startswith("/")}
        statuses = {link: get(shipped, link).status_code for link in sorted(links)}
        assert {link: status for link, status in statuses.items() if status not in (200, 302)} == {}


def test_search_engines_are_told_what_the_page_says(shipped: Server) -> None:
    document = page(shipped, "/en/districts/longgang")
    [script] = document.all("script", type="application/ld+json")
    described = json.loads("".join(str(one) for one in script.children))
    assert described["@type"] == "Dataset"
    assert described["name"] == "Longgang District"
    assert described["url"] == f"{shipped.url}/en/districts/longgang"
    assert described["identifier"] == f"{shipped.url}/en/districts/longgang?asOf=1"
    assert described["variableMeasured"][0] == "Gross domestic product"
    assert described["distribution"][0]["contentUrl"] == f"{shipped.url}/export/observations.csv?district.eq=longgang"


def test_a_search_shows_the_results_of_the_api_with_marks(shipped: Server) -> None:
    query = '{ search(text: "data", first: 20) { totalCount nodes { kind node { id } } } }'
    found = shipped.data(query)["search"]
    document = page(shipped, "/en/search?q=data")
    assert len(document.one("ol", class_="results").all("h2")) == len(found["nodes"])
    assert f"{found['totalCount']} results" in document.one("main").text
    assert {mark.text.lower() for mark in document.all("mark")} == {"data"}
    assert [one.attributes["value"] for one in document.all("input", id="q")] == ["data"]


def test_a_page_of_a_revision_shows_the_figures_of_that_revision(shipped: Server) -> None:
    now, then = (page(shipped, f"/en/districts/seoul{suffix}") for suffix in ("", "?asOf=1"))
    for part in ("figures", "moves", "pillars"):
        told, said = (document.one("section", id=part).text for document in (now, then))
        assert told.replace("CSV ", "") == said


def body(table: Element) -> list[Element]:
    """The rows of a table's body."""
    return table.one("tbody").all("tr")


def hrefs(element: Element) -> list[str]:
    return [link.attributes["href"] for link in element.all("a")]


def said_of(observation: Any) -> str:
    """The figure of an observation in words."""
    said: str = observation["quantity"]["formatted"]
    return said


def all_citations(district: Any) -> list[Any]:
    """Every citation of a district: of its strategy, of all figures and what else was said of them, of awards."""
    citing = [district["strategy"], *district["awards"]]
    for metric in district["metrics"]:
        citing += [*metric["observations"], *((metric["latest"] or {}).get("otherReports") or ())]
    return [citation for one in citing if one for citation in one["citations"]]


def body_rows_of_sources(document: Element) -> list[Element]:
    """The rows of the tables of all sources, each with its source at `data`."""
    rows = []
    for source in document.one("section", id="sources").all("div", class_="source"):
        for row in body(source.one("table")):
            row.attributes["data"] = source.attributes["id"].removeprefix("source-")
            rows.append(row)
    return rows


def source_of(row: Element) -> str:
    """The source of a row of `body_rows_of_sources`."""
    return row.attributes["data"]


def results(district: Any) -> list[Any]:
    """The newest figure of each metric that has a result."""
    return [metric["latest"] for metric in district["metrics"] if metric["latest"]]
