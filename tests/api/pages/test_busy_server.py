"""Pages of a server that has more requests than it answers."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx2

from tests.api.pages.test_pages import get
from tests.support.html import parse
from tests.support.servers import Server, running_beside, until_followed


def test_a_busy_server_says_so_in_the_design_and_when_to_try_again(server: Server) -> None:
    settings = {"MAX_RUNNING": "1", "MAX_WAITING": "0", "RESPONSE_CACHE_BYTES": "0"}
    with running_beside(server, **settings) as busy, ThreadPoolExecutor(24) as pool:
        until_followed(busy)

        def ask(_: int) -> httpx2.Response:
            return get(busy, "/zh-Hans/districts/baiyun")

        assert ask(0).status_code == 200
        answers = list(pool.map(ask, range(72)))
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert refused
    assert {answer.headers["cache-control"] for answer in refused} == {"no-store"}
    assert all(re.fullmatch("[1-9][0-9]*", answer.headers["retry-after"]) for answer in refused)
    document = parse(refused[0].text)
    assert document.one("h1").text == "服务器繁忙"
    assert "请稍后再试" in document.one("main").text
    assert document.one("link", rel="stylesheet").attributes["href"].startswith("/pages/")


def test_robots_are_kept_from_the_explorer_and_find_the_pages(server: Server) -> None:
    lines = httpx2.get(f"{server.url}/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /graphql", "Disallow: /*/queries/", "Allow: /"} <= {*lines}
