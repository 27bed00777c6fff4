"""Find the pages of a server by their links, a few of each kind, so that new kinds are found by themselves."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Final
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.support.waiting import PATIENCE_S

# A page in a language, such as /zh-Hans/districts/baiyun?asOf=3.
_PAGE: Final = re.compile(r"/(?P<language>[a-z]{2}(?:-[A-Z][a-z]+)?)/(?P<kind>[a-z]*)[^.]*")
_LINK: Final = re.compile(r"<a\b[^>]*?\bhref=\"([^\"]+)\"")


def crawl(url: str, first: Iterable[str], *, of_each: int = 1) -> dict[str, str]:
    """Return pages of a server as HTML, by their addresses: the first ones, and what they lead to.

    of_each: how many of each kind are followed; in English, but for the first ones.
    """
    pages: dict[str, str] = {}
    waiting, counts = list(first), dict[str, int]()
    with httpx2.Client(
        base_url=url, headers={"accept": "text/html"}, timeout=PATIENCE_S, follow_redirects=True
    ) as client:
        while waiting:
            address = waiting.pop(0)
            response = client.get(address)
            assert response.status_code == 200, (address, response.status_code)
            # A redirection is followed, to the explorer for example.
            pages[response.url.raw_path.decode()] = response.text
            for link in map(unescape, _LINK.findall(response.text)):
                kind = _kind_of(link)
                if kind and link not in pages and link not in waiting and counts.get(kind, 0) < of_each:
                    counts[kind] = counts.get(kind, 0) + 1
                    waiting.append(link)
    return pages


def _kind_of(link: str) -> str | None:
    address = urlsplit(link)
    if address.netloc or not (page := _PAGE.fullmatch(address.path)) or page["language"] != "en":
        return None
    return " ".join([page["kind"], *sorted(parse_qs(address.query))])
