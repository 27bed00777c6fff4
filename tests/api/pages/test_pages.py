"""Pages over HTTP: languages, addresses, parameters, entity tags, settings."""

import re
from typing import Any

import httpx2
import pytest

from tests.support.html import Element, parse
from tests.support.servers import Server, running_beside, until_followed

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ADDRESSES = ("", "search", "search?q=data", "districts/baiyun", "districts/baiyun?asOf=1")


def get(server: Server, path: str, **headers: str) -> httpx2.Response:
    return httpx2.get(f"{server.url}{path}", headers={**BROWSER, **headers}, follow_redirects=False, timeout=120)


def page(server: Server, path: str, **headers: str) -> Element:
    response = get(server, path, **headers)
    assert response.status_code == 200, response.text
    return parse(response.text)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("en-GB,en;q=0.9", "/en/"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "/zh-Hans/"),
        ("zh", "/zh-Hans/"),
        ("zh-TW", "/zh-Hant/"),
        ("zh-HK,en", "/zh-Hant/"),
        ("zh-Hant-TW", "/zh-Hant/"),
        ("fr-FR,fr;q=0.9", "/en/"),
        ("fr,zh-SG;q=0.5", "/zh-Hans/"),
        ("", "/en/"),
    ],
)
def test_the_root_sends_a_browser_to_its_language(server: Server, accepted: str, expected: str) -> None:
    response = get(server, "/", **{"accept-language": accepted})
    assert (response.status_code, response.headers["location"]) == (302, expected)
    assert response.headers["vary"] == "Accept, Accept-Language"


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_a_program_gets_at_the_root_what_it_got(server: Server, accept: str) -> None:
    response = get(server, "/", accept=accept)
    assert (response.status_code, response.headers["location"]) == (307, "/graphql")


@pytest.mark.parametrize("tag", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_in_every_language_and_links_the_others(server: Server, tag: str, address: str) -> None:
    document = page(server, f"/{tag}/{address}")
    assert document.one("html").attributes["lang"] == tag
    canonical = document.one("link", rel="canonical").attributes["href"]
    assert canonical == f"{server.url}/{tag}/{address}"
    alternates = {
        link.attributes["hreflang"]: link.attributes["href"] for link in document.all("link", rel="alternate")
    }
    assert alternates == {
        "en": f"{server.url}/en/{address}",
        "zh-Hans": f"{server.url}/zh-Hans/{address}",
        "zh-Hant": f"{server.url}/zh-Hant/{address}",
        "x-default": f"{server.url}/en/{address}",
    }


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_needs_no_scripts_no_inline_styles_and_no_other_host(server: Server, address: str) -> None:
    response = get(server, f"/en/{address}")
    document = parse(response.text)
    assert "unsafe-inline" not in response.headers["content-security-policy"]
    assert "script-src" not in response.headers["content-security-policy"]
    assert [one.attributes.get("type") for one in document.all("script")] in ([], ["application/ld+json"])
    assert not re.search(r"\sstyle=|<style|\son\w+=", response.text)
    loaded = [link.attributes["href"] for link in document.all("link", rel="stylesheet")]
    assert [re.sub("[0-9a-f]{16}", "…", one) for one in loaded] == ["/pages/….css"]
    assert document.all("img") == []


def test_the_stylesheet_is_kept_for_a_year_and_another_one_of_the_past_is_not(server: Server) -> None:
    path = page(server, "/en/").one("link", rel="stylesheet").attributes["href"]
    current, past = get(server, path), get(server, "/pages/0123456789abcdef.css")
    assert current.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert current.headers["content-type"] == "text/css; charset=utf-8"
    assert (past.text, past.headers["cache-control"]) == (current.text, "no-cache")


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/en/?x=1", 400, 'there is no parameter "x" here; use after'),
        ("/en/districts/baiyun?asof=1", 400, 'there is no parameter "asof" here; use asOf'),
        ("/en/districts/baiyun?asOf=", 400, '"asOf" is ""; write the number of a revision, such as asOf=1'),
        ("/en/districts/baiyun?asOf=now", 400, '"asOf" is "now"; write the number of a revision, such as asOf=1'),
        ("/en/search?q=a&q=b", 400, '"q" is given twice; give it once'),
        ("/en/districts/nowhere", 404, "there is no district at this address"),
        ("/en/nothing", 404, "there is no page at this address"),
        ("/en/districts/baiyun?asOf=99", 404, '"asOf.revision" is 99, which is not published; the newest is 1'),
    ],
)
def test_an_address_that_cannot_be_answered_says_what_would_be_right(
    server: Server, path: str, status: int, message: str
) -> None:
    response = get(server, path)
    assert response.status_code == status
    assert parse(response.text).one("p", class_="lead").text == message
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "text/html; charset=utf-8"


def test_an_error_is_in_the_language_of_its_address(server: Server) -> None:
    response = get(server, "/zh-Hans/nothing", **{"accept-language": "en"})
    assert parse(response.text).one("h1").text == "找不到页面"


def test_a_page_that_a_reader_has_is_not_sent_again(server: Server) -> None:
    first = get(server, "/en/districts/baiyun")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    for condition in (tag, f'W/{tag}, "x"', "*"):
        again = get(server, "/en/districts/baiyun", **{"if-none-match": condition})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = get(server, "/en/districts/baiyun?asOf=1", **{"if-none-match": tag})
    assert other.status_code == 200
    assert other.headers["etag"] != tag


def test_pages_of_a_revision_are_kept_and_say_so(server: Server) -> None:
    response = get(server, "/en/districts/baiyun?asOf=1")
    assert response.headers["cache-control"] == "public, max-age=604800, immutable"
    document = parse(response.text)
    notice = document.one("p", class_="notice")
    assert notice.text == "This is revision 1, as it was published then. See the newest revision"
    assert notice.one("a").attributes["href"] == "/en/districts/baiyun"
    assert document.one("section", id="others").all("table") == []


def test_a_head_request_has_the_headers_alone(server: Server) -> None:
    response = httpx2.head(f"{server.url}/en/districts/baiyun", headers=BROWSER, timeout=120)
    full = get(server, "/en/districts/baiyun")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["etag"] == full.headers["etag"]
    assert response.headers["content-length"] == full.headers["content-length"]


def test_other_methods_are_refused_with_a_page(server: Server) -> None:
    response = httpx2.post(f"{server.url}/en/", headers=BROWSER, timeout=120)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.headers["content-type"] == "text/html; charset=utf-8"


def test_a_district_with_its_stylesheet_weighs_less_than_sixty_kilobytes(server: Server) -> None:
    sizes = []
    path = page(server, "/en/districts/baiyun").one("link", rel="stylesheet").attributes["href"]
    for one in ("/zh-Hant/districts/baiyun", path):
        with httpx2.stream("GET", f"{server.url}{one}", headers={**BROWSER, "accept-encoding": "gzip"}) as response:
            sizes.append(sum(map(len, response.iter_raw())))
    assert sum(sizes) < 60_000


def test_the_site_map_has_every_page_in_every_language(server: Server) -> None:
    response = get(server, "/sitemap.xml")
    assert response.headers["content-type"] == "application/xml; charset=utf-8"
    found = re.findall("<loc>(.*?)</loc>", response.text)
    for path in ("/en/", "/zh-Hans/districts/baiyun", "/zh-Hant/districts/baiyun"):
        assert f"{server.url}{path}" in found


def test_without_the_explorer_pages_are_served_without_its_links(server: Server) -> None:
    with running_beside(server, EXPLORER="false") as beside:
        until_followed(beside)
        document = page(beside, "/en/districts/baiyun")
        assert [link for link in document.all("a") if "/queries/" in link.attributes["href"]] == []
        assert get(beside, "/", accept="*/*").status_code == 404
        assert get(beside, "/").headers["location"] == "/en/"
        assert get(beside, "/en/queries/district").status_code == 404


def test_without_pages_all_is_as_it_was(server: Server) -> None:
    with running_beside(server, PAGES="false") as beside:
        assert get(beside, "/").headers["location"] == "/graphql"
        assert get(beside, "/en/").status_code == 404
        assert get(beside, "/sitemap.xml").status_code == 404


def test_a_client_without_points_is_told_so_by_a_page(server: Server) -> None:
    with running_beside(server, RATE_LIMIT="100") as beside:
        assert get(beside, "/en/districts/baiyun").status_code == 200
        refused = get(beside, "/en/districts/baiyun")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 60
        assert parse(refused.text).one("h1").text == "Too many requests"


def test_an_operation_beyond_the_limits_is_told_by_a_page(server: Server) -> None:
    with running_beside(server, MAX_COST="50") as beside:
        response = get(beside, "/en/districts/baiyun")
        assert response.status_code == 400
        assert "at most 50" in parse(response.text).one("p", class_="lead").text


def explored(server: Server, link: Element) -> Any:
    """The answer to the query that a link opens in the explorer."""
    opened = get(server, link.attributes["href"])
    assert opened.status_code == 302
    asked = httpx2.get(
        f"{server.url}{opened.headers['location']}", headers={"accept": "application/json"}, timeout=120
    )
    return asked.json()["data"]


def test_a_block_links_to_the_very_query_that_it_shows(server: Server) -> None:
    block = page(server, "/en/districts/baiyun").one("section", id="figures")
    [link] = [one for one in block.all("a") if "/queries/" in one.attributes["href"]]
    data = explored(server, link)
    assert data["district"]["name"]["text"] == "Baiyun District"
    assert data["district"]["metricCount"] == 33
