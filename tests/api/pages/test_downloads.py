"""The page of the files: every link on it is a file that there is."""

import pytest

from tests.api.pages.test_pages import get, page
from tests.support.servers import Server, running_beside, until_followed


@pytest.mark.parametrize(("tag", "heading"), [("en", "Downloads"), ("zh-Hans", "下载"), ("zh-Hant", "下載")])
def test_every_file_that_the_page_links_to_is_served(server: Server, tag: str, heading: str) -> None:
    document = page(server, f"/{tag}/export/")
    assert document.one("h1").text == heading
    links = [link.attributes["href"] for link in document.one("main").all("a")]
    files = [link for link in links if link.startswith("/export/") and "." in link]
    assert len(files) == 7 * 5 + 1
    assert {get(server, file).status_code for file in files} == {200}
    assert document.all("script") == []


def test_a_server_without_downloads_says_so_and_links_to_none(server: Server) -> None:
    with running_beside(server, EXPORT="false") as without:
        until_followed(without)
        document = page(without, "/en/export/")
        assert document.one("p", class_="notice").text == "This server offers no downloads."
        assert [a for a in document.all("a") if "export" in a.attributes["href"] and "/en/" in a.text] == []
