"""The manual over HTTP: every file of the guide and the reference is a page, and every link on it leads somewhere."""

from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest

from tests.api.pages.test_pages import get, page
from tests.support.html import Element
from tests.support.servers import ROOT, Server

FILES = sorted(path for folder in ("guide", "reference") for path in (ROOT / "docs" / folder).glob("*.md"))
PATHS = [f"docs/{path.parent.name}/{path.stem}" for path in FILES]


@pytest.fixture(scope="module")
def documents(server: Server) -> dict[str, Element]:
    return {path: page(server, f"/en/{path}") for path in ("docs/", *PATHS)}


def test_the_index_links_every_page_of_the_guide_and_the_reference_once(documents: dict[str, Element]) -> None:
    links = [one.attributes["href"] for one in documents["docs/"].one("div", class_="manual").all("a")]
    assert sorted(f"docs/{link}" for link in links) == PATHS
    assert [one.text for one in documents["docs/"].all("h2")] == ["Guide", "Reference"]


@pytest.mark.parametrize("path", PATHS)
def test_every_heading_and_every_row_of_a_file_is_on_its_page(documents: dict[str, Element], path: str) -> None:
    document = documents[path]
    lines = (ROOT / f"{path}.md").read_text("utf-8").splitlines()
    fences = [line.startswith("```") for line in lines]
    written = [line for at, line in enumerate(lines) if sum(fences[: at + 1]) % 2 == 0]
    assert document.one("h1").text == written[0].removeprefix("# ")
    below = document.one("div", class_="manual")
    headings = [one for tag in ("h2", "h3", "h4") for one in below.all(tag)]
    assert len(headings) == sum(line.startswith("##") for line in written)
    rules = sum(line.startswith("| ---") for line in written)
    assert len(below.all("tr")) == sum(line.startswith("|") for line in written) - rules


def test_every_link_leads_to_a_page_and_an_element_that_are_there(documents: dict[str, Element]) -> None:
    broken = []
    for path, document in documents.items():
        for link in document.one("main").all("a"):
            to = urlsplit(urljoin(f"/en/{path}", link.attributes["href"]))
            if to.scheme:
                continue
            there = documents.get(to.path.removeprefix("/en/"))
            if to.path != "/en/" and (there is None or (to.fragment and not there.all(id=to.fragment))):
                broken.append((path, link.attributes["href"]))
    assert broken == []


def test_no_two_elements_of_a_page_have_one_id(documents: dict[str, Element]) -> None:
    for path, document in documents.items():
        ids = Counter(one.attributes["id"] for one in document.all() if "id" in one.attributes)
        assert (path, [one for one, count in ids.items() if count > 1]) == (path, [])


def test_a_page_needs_no_script_and_no_style_in_its_elements(server: Server) -> None:
    for path in PATHS:
        response = get(server, f"/en/{path}")
        assert "unsafe-inline" not in response.headers["content-security-policy"]
        assert " style=" not in response.text
        assert "<script" not in response.text
        assert "<img" not in response.text


@pytest.mark.parametrize(("tag", "title"), [("en", "Manual"), ("zh-Hans", "手册"), ("zh-Hant", "手冊")])
def test_the_manual_is_in_english_below_every_language(server: Server, tag: str, title: str) -> None:
    assert page(server, f"/{tag}/docs/").one("h1").text == title
    document = page(server, f"/{tag}/docs/guide/ask")
    assert (document.one("html").attributes["lang"], document.one("h1").attributes["lang"]) == (tag, "en")
    assert document.one("h1").text == "Ask"


def test_a_page_that_a_reader_has_is_not_sent_again(server: Server) -> None:
    first = get(server, "/en/docs/guide/ask")
    again = get(server, "/en/docs/guide/ask", **{"if-none-match": first.headers["etag"]})
    other = get(server, "/en/docs/guide/load", **{"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)


@pytest.mark.parametrize(
    "path",
    ["docs/guide/nothing", "docs/engineering/testing", "docs/README/x", "docs/guide/..%2f..%2fREADME", "docs/guide"],
)
def test_no_other_file_is_a_page(server: Server, path: str) -> None:
    assert get(server, f"/en/{path}").status_code == 404


def test_an_address_without_a_language_leads_to_the_readers(server: Server) -> None:
    response = get(server, "/docs/guide/ask", **{"accept-language": "zh-CN"})
    assert (response.status_code, response.headers["location"]) == (302, "/zh-Hans/docs/guide/ask")


def test_search_engines_find_the_manual(server: Server) -> None:
    assert f"<loc>{server.url}/en/docs/guide/ask</loc>" in get(server, "/sitemap.xml").text


def test_the_first_page_and_every_footer_link_the_manual(server: Server) -> None:
    links = [one.attributes["href"] for one in page(server, "/zh-Hans/").all("a")]
    assert links.count("/zh-Hans/docs/") == 2
