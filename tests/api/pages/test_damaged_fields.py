"""Every field of stored documents that pages read, damaged one at a time: each page says so, and never fails."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from pymongo import MongoClient

from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from seeds.building.district import build
from seeds.format.model import District
from tests.api.pages.test_pages import get
from tests.conformance.test_every_damage import FULL
from tests.conftest import drop
from tests.support.conformance.damage import REMOVED, places, spoil
from tests.support.data.content import load_of
from tests.support.html import parse
from tests.support.servers import Server, running_server, until_followed
from tests.support.thoroughness import SHARE

PAGES: Final = (
    "",
    "search?q=revenue",
    "search?q=full",
    "indicators/",
    "indicators/revenue",
    "compare?districts=full,other&indicators=revenue",
    "districts/full",
    "districts/other",
    "metrics/full/revenue",
    "observations/full/revenue/main",
    "charts/indicators/revenue.svg",
    "charts/metrics/full/revenue.svg",
    "charts/districts/other/revenue.svg",
)
COLLECTIONS: Final = ("districts_2", "indicators_2", "observations_2", "metrics_2", "search_2", "sources_2")
# None of them is a number that could be a figure.
WRONG: Final[tuple[Any, ...]] = (REMOVED, True, "wrong", [], {"texts": None})
# Of how many kinds of places one is damaged.
STEP: Final = 1 if SHARE >= 1 else 150


@dataclass
class Damageable:
    """A server with two districts, and its database."""

    server: Server
    uri: str
    name: str


@pytest.fixture(scope="module")
def target(mongodb_uri: str) -> Iterator[Damageable]:
    """A server with two districts that measure the same."""
    name = f"damaged-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{uuid4().hex[:8]}"
    asyncio.run(_publish(mongodb_uri, name))
    with running_server(
        {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": name, "RESPONSE_CACHE_BYTES": "0"}
    ) as server:
        until_followed(server)
        yield Damageable(server, mongodb_uri, name)
    asyncio.run(drop(mongodb_uri, name))


async def _publish(uri: str, name: str) -> None:
    database = Database.open(uri, StoreSettings(mongodb_database=name), timeout_ms=60_000)
    await ensure_collections(database)
    files: Sequence[Any] = [FULL, {**deepcopy(FULL), "slug": "other"}]
    await publish(database, load_of([build(District.model_validate(file)) for file in files]))
    await database.close()


@contextmanager
def damageable(
    target: Damageable, collection: str
) -> Iterator[tuple[dict[str, Any], Callable[[dict[str, Any]], object]]]:
    """The first document of a collection, and what puts another in its place until the end."""
    with MongoClient[dict[str, Any]](target.uri) as client:
        stored = client[target.name]
        stored.command({"collMod": collection, "validationLevel": "off"})
        [whole, *_] = stored[collection].find().sort("_id", 1)
        try:
            yield whole, lambda damaged: stored[collection].replace_one({"_id": whole["_id"]}, damaged)
        finally:
            stored[collection].replace_one({"_id": whole["_id"]}, whole)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_no_page_fails_or_draws_another_figure_whichever_field_is_damaged(
    target: Damageable, collection: str
) -> None:
    drawn = set().union(*(figures(get(target.server, f"/en/{page}").text) for page in PAGES))
    failed, misdrawn = [], []
    with damageable(target, collection) as (whole, replace):
        for kind, damaged, wrong in damages(whole):
            replace(damaged)
            for page in PAGES:
                answer = get(target.server, f"/en/{page}")
                if answer.status_code >= 500:
                    failed.append((kind, wrong, page, parse(answer.text).one("main").text[:200]))
                if not figures(answer.text) <= drawn:
                    misdrawn.append((kind, wrong, page))
    assert (failed, misdrawn) == ([], [])


def damages(whole: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Copies of a document, each with a wrong value in one kind of place."""
    kinds = {kind: number for number, (kind, _) in reversed(list(enumerate(places(whole))))}
    for turn, (kind, number) in enumerate(sorted(kinds.items())[::STEP]):
        copy = deepcopy(whole)
        holder, key = list(places(copy))[number][1]
        wrong = WRONG[turn % len(WRONG)]
        spoil(holder, key, wrong)
        yield kind, copy, wrong


def figures(html: str) -> set[str]:
    """The figures that the charts of a page write beside their marks."""
    return {one.text for one in parse(html).all("text", class_="chart-value")}


@pytest.mark.parametrize(
    ("path", "collection", "key"),
    [
        ("charts/metrics/full/revenue.svg", "districts_2", "pillars"),
        ("charts/indicators/revenue.svg", "indicators_2", "name"),
        ("charts/districts/other/revenue.svg", "indicators_2", "name"),
    ],
)
@pytest.mark.parametrize(
    ("tag", "title"), [("en", "This can’t be shown"), ("zh-Hans", "无法显示"), ("zh-Hant", "無法顯示")]
)
def test_a_chart_of_what_can_not_be_read_is_a_picture_that_says_so(
    target: Damageable, path: str, collection: str, key: str, tag: str, title: str
) -> None:
    with damageable(target, collection) as (whole, replace):
        replace({**whole, key: "wrong"})
        answer = get(target.server, f"/{tag}/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert (answer.headers["cache-control"], answer.headers.get("etag")) == ("no-store", None)
    root = ElementTree.fromstring(answer.text)
    assert root[0].text == title
    texts = [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == title
    assert len(texts) > 1
    assert figures(answer.text) == set()


@pytest.mark.parametrize(
    ("collection", "kind_of_place", "page", "words"),
    [
        ("observations_2", ".quantity.comparator", "indicators/revenue", "could not be read"),
        ("observations_2", ".quantity.unit", "districts/other", "could not be read"),
        ("districts_2", ".sources[].accessed_on", "districts/full", "wrong"),
    ],
)
def test_what_can_not_be_read_is_said_in_its_place(
    target: Damageable, collection: str, kind_of_place: str, page: str, words: str
) -> None:
    with damageable(target, collection) as (whole, replace):
        damaged = deepcopy(whole)
        [(holder, key)] = [place for kind, place in places(damaged) if kind == kind_of_place]
        spoil(holder, key, "wrong")
        replace(damaged)
        answer = get(target.server, f"/en/{page}")
    assert answer.status_code == 200
    assert words in parse(answer.text).one("main").text
