"""Data that was not meant for a page: markup in texts, odd addresses of sources, values that can't be read."""

import asyncio
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from pymongo import MongoClient

from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from seeds.building.district import build
from seeds.format.model import District
from tests.api.pages.test_pages import get
from tests.conftest import drop
from tests.support.data.content import district, load_of, text
from tests.support.html import Element, parse
from tests.support.servers import Server, running_beside, running_server, until_followed

SCRIPT = "<script>alert(1)</script>"
QUOTED = "\"><img src=x onerror=alert(1)><a title='"
JINJA = "{{ 7*7 }}{% for x in y %}"
BREAKS_OUT = "</script><script>alert(2)</script>"
ADDRESSES = {
    "script": "javascript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "spaced": " javascript:alert(1)",
    "mixed": "JaVaScRiPt:alert(1)",
    "vb": "vbscript:x",
    "relative": "//evil.example/x",
    "path": "/graphql",
    "tab": "java\tscript:alert(1)",
    "broken": "https://[",
    "good": "https://example.org/a?b=1&c=\"'<>",
}


def hostile() -> dict[str, Any]:
    sources = [
        {"slug": name, "title": text(f"{name}{SCRIPT}", f"{name}{QUOTED}"), "kind": "NEWS"} for name in ADDRESSES
    ]
    metric = {
        "slug": "figures",
        "name": text(f"数{SCRIPT}", f"Figures {BREAKS_OUT}"),
        "quantity": {"value": 140, "multiplier": 4, "comparator": "GT", "unit": "terminal"},
        "note": text(f"注{QUOTED}", f"Note {JINJA}"),
        "printed": text(QUOTED, QUOTED),
        "ranks": [{"kind": "FIRST", "scope": "CITY", "area": text(SCRIPT, SCRIPT)}],
        "citations": [{"source": name, "locator": f"L1{SCRIPT}"} for name in ADDRESSES],
    }
    second = {**metric, "slug": "second", "ranks": []}
    initiative = {
        "slug": "sensing",
        "name": text(SCRIPT, QUOTED),
        "summary": text(JINJA),
        "metrics": [metric, second],
    }
    pillar = {"slug": "pillar", "name": text(SCRIPT, QUOTED), "summary": text(QUOTED), "initiatives": [initiative]}
    fields: dict[str, Any] = {
        "name": text(SCRIPT, BREAKS_OUT),
        "strategy": text(QUOTED, JINJA),
        "sources": sources,
        "pillars": [pillar],
    }
    return district("hostile", **fields)


@pytest.fixture(scope="module")
def database_name() -> str:
    return f"hostile-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def target(mongodb_uri: str, database_name: str) -> Iterator[Server]:
    """A server with a district whose texts are markup, and one that is damaged in the database."""
    asyncio.run(_publish(mongodb_uri, database_name))
    _damage(mongodb_uri, database_name)
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name}) as server:
        until_followed(server)
        yield server
    asyncio.run(drop(mongodb_uri, database_name))


async def _publish(uri: str, name: str) -> None:
    database = Database.open(uri, StoreSettings(mongodb_database=name), timeout_ms=60_000)
    await ensure_collections(database)
    files = [hostile(), district("damaged", "Damaged"), district("nameless", "Nameless")]
    await publish(database, load_of([build(District.model_validate(file)) for file in files]))
    await database.close()


def _damage(uri: str, name: str) -> None:
    """Write what no loader writes: odd addresses, and a unit that there isn't."""
    with MongoClient[dict[str, Any]](uri) as client:
        client[name].command({"collMod": "districts_2", "validationLevel": "off"})
        districts = client[name]["districts_2"]
        addresses = {f"sources.{place}.url": url for place, url in enumerate(ADDRESSES.values())}
        districts.update_one({"slug": "hostile"}, {"$set": addresses})
        unit = "pillars.0.initiatives.0.metrics.0.observations.0.quantity.unit"
        districts.update_one({"slug": "damaged"}, {"$set": {unit: "?"}})


@pytest.mark.parametrize("tag", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("path", ["", "districts/hostile", "districts/hostile?asOf=1", "search?q=alert"])
def test_markup_in_texts_is_text(target: Server, tag: str, path: str) -> None:
    response = get(target, f"/{tag}/{path}")
    assert response.status_code == 200
    document = parse(response.text)
    assert {one.attributes.get("type") for one in document.all("script")} <= {"application/ld+json"}
    assert document.all("img") == []
    assert [one for one in document.all() for name in one.attributes if name.startswith("on")] == []
    assert "49" not in document.one("title").text


def test_texts_are_shown_as_they_are(target: Server) -> None:
    document = parse(get(target, "/en/districts/hostile").text)
    assert document.one("h1").text == BREAKS_OUT
    assert document.one("tr", id="metric-figures").one("th").text == f"Figures {BREAKS_OUT}"
    assert document.one("tr", id="metric-figures").all("p", class_="note")[0].text == f"Note {JINJA}"


def test_only_web_addresses_of_sources_are_links(target: Server) -> None:
    document = parse(get(target, "/en/districts/hostile").text)
    links = {}
    for name in ADDRESSES:
        source = document.one("div", id=f"source-{name}")
        links[name] = [link.attributes["href"] for link in source.one("h3").all("a")]
    assert links == {name: [url] if name == "good" else [] for name, url in ADDRESSES.items()}


@pytest.mark.parametrize("text_", [SCRIPT, QUOTED, "${7*7}{{7*7}}"])
def test_what_is_searched_for_is_text(target: Server, text_: str) -> None:
    response = get(target, f"/en/search?{urlencode({'q': text_})}")
    assert response.status_code == 200
    document = parse(response.text)
    assert document.one("h1").text == f"Results for “{text_}”"
    assert document.one("input", id="q").attributes["value"] == text_


def test_a_figure_that_cannot_be_read_is_said_in_its_place_and_never_drawn(target: Server) -> None:
    response = get(target, "/en/districts/damaged")
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers
    document = parse(response.text)
    row = document.one("tr", id="metric-terminals")
    assert row.one("td", class_="value").text == "could not be read"
    # As the newest figure, and among all figures.
    assert problem(document) == "2 values could not be read. They are left out here, not replaced."
    assert document.all("ul", class_="cards") == []
    # Rankings read rows, which are whole.
    assert [one for name in ("figures", "pillars") for one in document.one("section", id=name).all("svg")] == []


def test_a_district_whose_name_cannot_be_read_is_shown_by_its_slug(
    target: Server, mongodb_uri: str, database_name: str
) -> None:
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        client[database_name]["districts_2"].update_one({"slug": "nameless"}, {"$set": {"name": 7}})
    response = get(target, "/en/districts/nameless")
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    document = parse(response.text)
    assert document.one("h1").text == "nameless"
    assert document.one("tr", id="metric-terminals").one("td", class_="value").text == "over 1.4 million terminals"
    # Another server has kept no page of what was whole.
    with running_beside(target) as beside:
        home = parse(get(beside, "/en/").text).one("section", id="districts")
    assert [one.text for one in home.all("h3")] == ["Damaged", BREAKS_OUT, "nameless (could not be read)"]
    # Others are compared with it: their own figures are shown all the same.
    other = get(target, "/zh-Hans/districts/damaged")
    assert other.status_code == 200
    assert parse(other.text).one("section", id="others").one("p", class_="unsaid").text == "无法读取"


def problem(document: Element) -> str:
    """What the page says of values that could not be read."""
    return document.one("div", class_="problem").one("p").text
