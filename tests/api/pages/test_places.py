"""What a district is a part of, and its parts: both are links on its page."""

import json
from pathlib import Path

import pytest

from tests.api.pages.conftest import serving
from tests.api.pages.test_pages import page
from tests.support.data.content import district
from tests.support.html import Element
from tests.support.servers import Server


def links(document: Element) -> list[tuple[str, str]]:
    header = document.one("header", class_="district")
    found = [link for line in header.all("p", class_="where") for link in line.all("a")]
    return [(link.text, link.attributes["href"]) for link in found]


def test_a_district_links_to_what_it_is_part_of_and_to_its_parts(mongodb_uri: str, tmp_path: Path) -> None:
    files = [
        district("shenzhen", "Shenzhen", kind="CITY"),
        district("longgang", "Longgang", parent="shenzhen"),
        district("guangming", "Guangming", parent="shenzhen"),
    ]
    for file in files:
        (tmp_path / f"{file['slug']}.json").write_text(json.dumps(file), "utf-8")
    with serving(mongodb_uri, sorted(tmp_path.iterdir())) as server:
        city = page(server, "/en/districts/shenzhen")
        assert links(city) == [
            ("Guangming", "/en/districts/guangming"),
            ("Longgang", "/en/districts/longgang"),
        ]
        part = page(server, "/en/districts/longgang")
        assert links(part) == [("Shenzhen", "/en/districts/shenzhen")]
        assert "Part of: Shenzhen" in part.one("header", class_="district").text
        # Of the past, only the district's own document is kept.
        assert links(page(server, "/en/districts/longgang?asOf=1")) == []


@pytest.mark.parametrize(
    ("path", "section"),
    [("districts/baiyun", "others"), ("compare?districts=baiyun,longgang&indicators=data-records", "table")],
)
def test_an_uncertain_place_is_explained_beside_it(shipped: Server, path: str, section: str) -> None:
    shown = page(shipped, f"/en/{path}").one("section", id=section)
    assert "not certain" in shown.all("table")[0].text
    assert (
        "“Not certain”: a bound or “about” leaves the place open, also where it is that of another district."
        in shown.text
    )
