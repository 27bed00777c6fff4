"""Pages of indicators, figures and comparisons: what they show is what the API answers."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import httpx2
import pytest

from tests.api.pages.conftest import MARKUP
from tests.support.html import Element, parse
from tests.support.servers import Server
from tests.support.thoroughness import sample

RANKINGS = """query ($lang: [String!]!, $after: String) {
  indicators(first: 6, after: $after) {
    nodes {
      slug
      ranking(first: 50) {
        totalCount
        leftOut(first: 30) { reason district { name { text(lang: $lang) } } }
        nodes {
          position certain
          metric { district { name { text(lang: $lang) } } }
          observation {
            counted
            period { formatted(lang: $lang) }
            quantity { normalized formatted(lang: $lang, style: COMPACT) }
          }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
OBSERVATIONS = """query ($lang: [String!]!, $after: String) {
  observations(first: 100, after: $after) {
    nodes {
      id status
      period { formatted(lang: $lang) }
      quantity { comparator formatted(lang: $lang, style: COMPACT) unit { name { text(lang: $lang) } } }
      changes { formatted(lang: $lang) }
      ranks { formatted(lang: $lang) }
      metric { id name { text(lang: $lang) } }
      district { name { text(lang: $lang) } }
      citations { locator source { title { text(lang: $lang) } publisher { text(lang: $lang) } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
NO_DATE = {"en": "no date given", "zh-Hans": "未注明日期"}


def get(server: Server, path: str, **headers: str) -> httpx2.Response:
    return httpx2.get(f"{server.url}{path}", headers=headers, timeout=120)


def page(server: Server, path: str) -> Element:
    response = get(server, path)
    assert response.status_code == 200, response.text
    return parse(response.text)


def asked(server: Server, query: str, root: str, lang: str) -> list[Any]:
    """All items of a list, asked for as any client would."""
    found: list[Any] = []
    after = None
    while True:
        connection = server.data(query, {"lang": [lang], "after": after})[root]
        found += connection["nodes"]
        after = connection["pageInfo"]["endCursor"]
        if not connection["pageInfo"]["hasNextPage"]:
            return found


def words(period: Any, lang: str = "en") -> str:
    """A period as a page's text has it: CLDR has thin spaces around its dashes."""
    return str(period["formatted"]) if period else NO_DATE[lang]


def rows(table: Element) -> list[list[str]]:
    """The texts of a table's cells, without its head."""
    return [[cell.text for cell in row.children if isinstance(cell, Element)] for row in table.one("tbody").all("tr")]


def kind(observation: Any) -> object:
    """What kind of figure an observation has."""
    return observation["status"], observation["period"] is None, (observation["quantity"] or {}).get("comparator")


def stated(observation: Any) -> object:
    """How many changes and places an observation has beside its figure."""
    return len(observation["changes"]), len(observation["ranks"])


def district_of(observation: Any) -> object:
    return observation["district"]["name"]["text"]


def size(indicator: Any) -> object:
    return indicator["ranking"]["totalCount"]


def reasons(indicator: Any) -> object:
    return tuple(left["reason"] for left in indicator["ranking"]["leftOut"])


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_every_ranking_is_the_api_s(shipped: Server, lang: str) -> None:
    uncertain = {"en": "not certain", "zh-Hans": "名次不确定"}[lang]
    counted = {"en": " counted by an editor", "zh-Hans": " 由编者计数"}[lang]
    indicators = asked(shipped, RANKINGS, "indicators", lang)
    assert len(indicators) > 40
    for indicator in sample(indicators, size, reasons):
        section = page(shipped, f"/{lang}/indicators/{indicator['slug']}").one("section", id="ranking")
        ranked = [row[:4] for table in section.all("table") for row in rows(table)]
        assert ranked == [
            [
                str(node["position"]) if node["certain"] else f"{node['position']} {uncertain}",
                node["metric"]["district"]["name"]["text"],
                node["observation"]["quantity"]["formatted"] + (counted if node["observation"]["counted"] else ""),
                words(node["observation"]["period"], lang),
            ]
            for node in indicator["ranking"]["nodes"]
        ]
        left_out = [item.one("a").text for item in section.all("li")]
        assert left_out == [left["district"]["name"]["text"] for left in indicator["ranking"]["leftOut"]]


def test_dots_of_a_ranking_stand_where_the_api_s_figures_are(shipped: Server) -> None:
    drawn = 0
    for indicator in sample(asked(shipped, RANKINGS, "indicators", "en"), size):
        charts = page(shipped, f"/en/indicators/{indicator['slug']}").all("svg", class_="chart")
        for chart in charts:
            values = [node["observation"]["quantity"]["normalized"] for node in indicator["ranking"]["nodes"]]
            marks = [mark.attributes["x"] for mark in chart.all("svg", class_="chart-mark")]
            places = [float(x.rstrip("%")) for x in marks if x.endswith("%")]
            assert places == pytest.approx([7 + 85 * value / max(values) for value in values], abs=0.006)
            drawn += 1
    assert drawn


def test_every_figure_is_the_api_s_on_its_own_page(shipped: Server) -> None:
    observations = asked(shipped, OBSERVATIONS, "observations", "en")
    assert len(observations) > 100
    for observation in sample(observations, kind, district_of, stated):
        document = page(shipped, f"/en/observations/{observation['id'].removeprefix('Observation:')}")
        header = document.all("header")[1]
        heading = (
            observation["quantity"]["formatted"] if observation["quantity"] else observation["metric"]["name"]["text"]
        )
        assert header.one("h1").text == heading
        assert (
            f"{observation['district']['name']['text']}, {words(observation['period'])}"
            in header.one("p", class_="lead").text
        )
        assert [one.text.lstrip("▲▼＝\u00a0") for one in header.all("p", class_="change")] == [
            change["formatted"] for change in observation["changes"]
        ]
        assert [one.text for one in header.all("p", class_="rank")] == [
            rank["formatted"] for rank in observation["ranks"]
        ]
        sources = [item.one("strong").text for item in document.one("section", id="source").all("ul")[0].all("li")]
        assert sources == [citation["source"]["title"]["text"] for citation in observation["citations"]]


def test_every_series_is_the_api_s(shipped: Server) -> None:
    observations = asked(shipped, OBSERVATIONS, "observations", "en")
    for observation in sample(observations, kind, district_of):
        metric = observation["metric"]["id"]
        table = (
            page(shipped, f"/en/metrics/{metric.removeprefix('Metric:')}").one("section", id="series").one("table")
        )
        shown = sorted(row[0] for row in rows(table))
        own = [one for one in observations if one["metric"]["id"] == metric]
        assert shown == sorted(words(one["period"]) for one in own)
        text = table.text
        assert all(one["quantity"]["formatted"] in text for one in own if one["quantity"])


def test_forecasts_and_targets_are_told_apart_in_words_and_in_drawing(shipped: Server) -> None:
    document = page(shipped, "/en/metrics/seoul/intelligent-camera-share")
    figures = [row[1] for row in rows(document.one("section", id="series").one("table"))]
    assert figures == ["100% target", "about 57% forecast", "33%"]
    chart = document.one("svg", class_="chart")
    marks = [
        mark.attributes["class"] for mark in chart.all("svg", class_="chart-mark") if mark.attributes["x"] != "15"
    ]
    assert marks[:3] == [
        "chart-mark chart-exact chart-normal",
        "chart-mark chart-about chart-forecast",
        "chart-mark chart-exact chart-target",
    ]
    lines = [line.attributes["class"] for line in chart.all("line", class_="chart-line")]
    assert lines == ["chart-line chart-line-forecast"]
    assert chart.one("desc").text == (
        "31 December 2024: 33%; 31 December 2025: about 57% (forecast); 2026: 100% (target)"
    )
    assert document.one("p", class_="quoted").text == "33% 31 December 2024"


def test_a_target_s_own_page_says_so(shipped: Server) -> None:
    document = page(shipped, "/en/observations/seoul/intelligent-camera-share/2026-target")
    assert document.all("header")[1].one("p", class_="lead").text.endswith("Seoul, 2026 target")
    assert document.one("p", class_="notice").text == "This is a target, an aim and no result. See all figures"
    assert "100% (target), 2026" in document.one("blockquote").text


def test_periods_that_differ_in_length_are_in_the_table_and_not_in_a_chart(shipped: Server) -> None:
    section = page(shipped, "/en/metrics/longgang/gdp").one("section", id="series")
    assert section.all("svg") == []
    assert [row[:2] for row in rows(section.one("table"))] == [
        ["first half of 2024", "CNY 250.099 billion▲\u00a0up 9.0% year on year"],
        ["January\u2009–\u2009September 2022", "CNY 329.755 billion▲\u00a0up 2.5% year on year"],
    ]


def test_a_bound_is_drawn_as_one(shipped: Server) -> None:
    chart = page(shipped, "/en/indicators/data-records").one("section", id="ranking").one("svg", class_="chart")
    marks = chart.all("svg", class_="chart-mark")
    assert [[part.tag for part in mark.children if isinstance(part, Element)] for mark in marks[:3]] == [
        ["circle"],
        ["circle"],
        ["path", "path", "path"],
    ]
    assert chart.one("text", class_="chart-note").text == "over: the figure lies beyond the mark"


def test_a_citation_names_the_producer_first_and_the_revision_last(shipped: Server) -> None:
    document = page(shipped, "/en/observations/baiyun/government-data-records/main")
    cite = document.one("section", id="cite")
    address = f"{shipped.url}/en/observations/baiyun/government-data-records/main?asOf=1"
    day = re.escape(page(shipped, "/en/").one("footer").one("p").text.split("published ")[1].rstrip("."))
    assert re.fullmatch(
        "Guangzhou government website, “Notice on Baiyun District's smart-city award”, L18. Government data records "
        rf"gathered, Baiyun District: 15.258 billion records, no date given. Yunshan, revision 1, {day}. "
        + re.escape(address),
        cite.one("blockquote").text,
    )
    bibtex, csl = [block.one("code").text for block in cite.all("pre")]
    assert bibtex.startswith(
        "@misc{yunshan-baiyun-government-data-records-main-r1, author = {{Guangzhou government website}}"
    )
    assert f"url = {{{address}}}" in bibtex
    [item] = json.loads(csl)
    assert (item["author"], item["URL"], item["version"]) == (
        [{"literal": "Guangzhou government website"}],
        address,
        "1",
    )


def test_the_address_of_a_citation_is_of_a_page_that_stays(shipped: Server) -> None:
    response = get(shipped, "/en/observations/baiyun/government-data-records/main?asOf=1")
    assert response.headers["cache-control"] == "public, max-age=604800, immutable"
    assert parse(response.text).one("h1").text == "15.258 billion records"


def test_a_figure_is_described_for_search_engines(shipped: Server) -> None:
    exact = json.loads(page(shipped, "/en/observations/longgang/gdp/2024-h1").one("script").text)
    bound = json.loads(page(shipped, "/en/observations/baiyun/video-channels/main").one("script").text)
    assert (exact["@type"], exact["value"], exact["observationDate"]) == (
        "Observation",
        250_099_000_000,
        "2024-06-30",
    )
    assert "value" not in bound
    assert bound["name"].endswith("over 160,000 video channels, no date given")


def test_a_comparison_has_a_figure_or_a_reason_in_every_cell(shipped: Server) -> None:
    address = "/en/compare?districts=baiyun,longgang,suzhou-industrial-park&indicators=data-records,gdp"
    document = page(shipped, address)
    assert rows(document.one("table", class_="compared")) == [
        [
            "Data records gathered",
            "15.258 billion recordsno date given · place 2 of 3 · not certain",
            "29.2 billion recordsfirst half of 2025 · place 1 of 3 · not certain",
            "publishes nothing of it",
        ],
        [
            "Gross domestic product",
            "publishes nothing of it",
            "CNY 250.099 billionfirst half of 2024 · the only figure that can be ranked",
            "another period",
        ],
    ]
    records, gdp = document.all("svg", class_="chart")
    assert [text.text for text in records.all("text", class_="chart-missing")] == ["publishes nothing of it"]
    assert [text.text for text in gdp.all("text", class_="chart-missing")] == [
        "publishes nothing of it",
        "another period",
    ]


def test_a_comparison_is_chosen_by_links(shipped: Server) -> None:
    empty = page(shipped, "/en/compare")
    assert empty.one("p", class_="notice").text == "Choose at least one district and one indicator."
    [baiyun] = [link for link in empty.all("a") if link.text.startswith("+ Baiyun District")]
    assert baiyun.attributes["href"] == "/en/compare?districts=baiyun"
    [gdp] = [
        link
        for link in page(shipped, "/en/compare?districts=baiyun").all("a")
        if link.text.startswith("+ Gross domestic product")
    ]
    assert gdp.attributes["href"] == "/en/compare?districts=baiyun&indicators=gdp"


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("indicators/nothing", 404, "there is no indicator at this address"),
        ("metrics/baiyun/nothing", 404, "there is no measure at this address"),
        ("metrics/nowhere/gdp", 404, "there is no measure at this address"),
        ("observations/longgang/gdp/1999", 404, "there is no figure at this address"),
        ("compare?districts=nowhere", 404, 'there is no district "nowhere"'),
        ("compare?indicators=nothing", 404, 'there is no indicator "nothing"'),
        (
            "compare?districts=baiyun,baiyun",
            400,
            '"districts" has an empty or a repeated name; separate different slugs by commas',
        ),
        ("compare?indicators=a,b,c,d,e,f,g", 400, '"indicators" has 7 names; at most 6 are compared on a page'),
        ("indicators/gdp?year=2023", 400, 'there is no parameter "year" here; use after, during, unit'),
        ("indicators/gdp?unit=parsec", 404, "\"unit\" is 'parsec', which is no unit; see docs/reference/units.md"),
        ("metrics/longgang/gdp?asOf=7", 404, '"asOf.revision" is 7, which is not published; the newest is 1'),
        ("charts/indicators/nothing.svg", 404, "there is no ranking at this address"),
        ("charts/metrics/baiyun/nothing.svg", 404, "there is no measure at this address"),
        ("charts/districts/dubai/data-records.svg", 404, "the district is not in the ranking of this indicator"),
        ("charts/indicators/gdp.svg?width=9", 400, 'there is no parameter "width" here; this page takes none'),
    ],
)
def test_an_address_that_cannot_be_answered_says_why(shipped: Server, path: str, status: int, message: str) -> None:
    response = get(shipped, f"/en/{path}")
    assert response.status_code == status
    assert parse(response.text).one("p", class_="lead").text == message


PAGES = (
    "indicators/",
    "indicators/data-records",
    "indicators/gdp?during=2023",
    "metrics/seoul/intelligent-camera-share",
    "observations/longgang/gdp/2024-h1",
    "compare?districts=baiyun,longgang&indicators=data-records",
)
CHARTS = (
    "charts/indicators/data-records.svg",
    "charts/metrics/seoul/intelligent-camera-share.svg",
    "charts/districts/baiyun/data-records.svg",
)


@pytest.mark.parametrize("tag", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("path", [*PAGES, *CHARTS])
def test_a_page_that_a_reader_has_is_not_sent_again(shipped: Server, tag: str, path: str) -> None:
    first = get(shipped, f"/{tag}/{path}")
    assert (first.status_code, first.headers["content-language"]) == (200, tag)
    again = get(shipped, f"/{tag}/{path}", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_no_scripts_no_inline_styles_and_no_other_host(shipped: Server, path: str) -> None:
    response = get(shipped, f"/en/{path}")
    document = parse(response.text)
    assert not re.search(r"\sstyle=|<style|\son\w+=", response.text)
    assert {script.attributes.get("type") for script in document.all("script")} <= {"application/ld+json"}
    ids = [element.attributes["id"] for element in document.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES[1:])
def test_every_link_of_a_page_within_this_site_leads_somewhere(shipped: Server, path: str) -> None:
    document = page(shipped, f"/en/{path}")
    ids = {element.attributes.get("id") for element in document.all()}
    for link in {link.attributes["href"] for link in document.all("a")}:
        if link.startswith("#"):
            assert link[1:] in ids
        elif link.startswith("/"):
            assert get(shipped, link, accept="text/html,*/*").status_code in {200, 302}, link


@pytest.mark.parametrize("path", PAGES)
def test_every_table_has_a_caption_and_heads_and_every_chart_is_beside_one(shipped: Server, path: str) -> None:
    document = page(shipped, f"/en/{path}")
    for table in document.all("table"):
        assert table.one("caption").text
        assert all(head.attributes["scope"] in {"col", "row"} for head in table.all("th"))
    assert document.all("table")
    for chart in document.all("svg", class_="chart"):
        assert chart.attributes["role"] == "img"


@pytest.mark.parametrize("path", CHARTS)
def test_a_chart_for_other_sites_says_its_title_source_and_revision(shipped: Server, path: str) -> None:
    response = get(shipped, f"/en/{path}", **{"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    root = ElementTree.fromstring(response.text)
    texts = [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == (root[0].text or "")
    assert [text for text in texts if text.startswith("Source: ")]
    assert [text for text in texts if text.startswith("Yunshan, revision 1, ")]
    assert texts[-1].startswith(f"{shipped.url}/en/")


def test_other_pages_are_not_for_images_of_other_sites(shipped: Server) -> None:
    response = get(shipped, "/en/indicators/gdp", **{"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"})
    assert response.status_code == 403


def test_a_chart_s_styles_are_allowed_by_its_own_policy(shipped: Server) -> None:
    policy = get(shipped, f"/en/{CHARTS[0]}").headers["content-security-policy"]
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='", policy)


def test_a_chart_without_a_language_is_sent_to_the_reader_s(shipped: Server) -> None:
    response = httpx2.get(
        f"{shipped.url}/charts/indicators/gdp.svg", headers={"accept-language": "zh-TW"}, follow_redirects=False
    )
    assert (response.status_code, response.headers["location"]) == (302, "/zh-Hant/charts/indicators/gdp.svg")
    assert response.headers["vary"] == "Accept-Language"


def test_the_site_map_has_the_list_of_indicators_each_of_them_and_the_comparison(shipped: Server) -> None:
    found = re.findall("<loc>(.*?)</loc>", get(shipped, "/sitemap.xml").text)
    for path in ("/en/indicators/", "/zh-Hans/indicators/gdp", "/zh-Hant/compare"):
        assert f"{shipped.url}{path}" in found


HOSTILE = (
    "indicators/",
    "indicators/terminals",
    "metrics/first/terminals",
    "observations/first/terminals/2024",
    "compare?districts=first,second&indicators=terminals",
    "compare?districts=%3Cscript%3E",
    "indicators/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
)


@pytest.mark.parametrize("path", HOSTILE)
def test_markup_in_texts_and_addresses_is_shown_as_text(hostile: Server, path: str) -> None:
    response = get(hostile, f"/en/{path}")
    document = parse(response.text)
    assert [
        script for script in document.all("script") if script.attributes.get("type") != "application/ld+json"
    ] == []
    assert document.all("img") == []
    assert not [name for element in document.all() for name in element.attributes if name.startswith("on")]
    assert "{{ 7 * 7 }}" in document.text or response.status_code != 200
    for script in document.all("script"):
        assert MARKUP in json.loads(script.text)["name"]


@pytest.mark.parametrize(
    "path", ["indicators/terminals.svg", "metrics/first/terminals.svg", "districts/first/terminals.svg"]
)
def test_markup_in_the_texts_of_charts_is_shown_as_text(hostile: Server, path: str) -> None:
    root = ElementTree.fromstring(get(hostile, f"/en/charts/{path}").text)
    assert {part.tag.split("}")[1] for part in root.iter()} <= {
        "svg", "title", "desc", "defs", "pattern", "path", "style", "rect", "text", "line", "circle",
    }  # fmt: skip
    assert MARKUP in (root[0].text or "")


@pytest.mark.parametrize("path", ["indicators/terminals", "metrics/first/terminals"])
def test_the_text_for_other_sites_is_one_image_in_a_link_whatever_the_title(hostile: Server, path: str) -> None:
    code = page(hostile, f"/en/{path}").one("div", class_="embed").one("code")
    pasted = parse("".join(part for part in code.children if isinstance(part, str)))
    assert [element.tag for element in pasted.all()] == ["a", "img"]
    assert pasted.one("img").attributes["alt"] == MARKUP


def test_growth_names_its_periods_in_words(shipped: Server) -> None:
    growth = page(shipped, "/en/indicators/dubainow-transactions").one("section", id="growth")
    said = "From first half of 2022 to first half of 2023, computed from both figures."
    assert growth.all("p")[0].text == said
