"""A question that names its districts is asked of their shards only; which others ask every shard is written here."""

from collections.abc import AsyncIterator

import pytest_asyncio

from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare
from tests.support.data.content import put
from tests.support.shard_targets import Recorded, recorded

ABOUT_DISTRICTS = (
    """{ district(slug: "a") { name { text } city { text } awards { id } pillars { initiatives { awardCount
        metrics(first: 2, orderBy: [{ quantity: { direction: DESC } }]) { indicator { slug }
        citations { source { slug } } } } } } }""",
    '{ node(id: "District:a") { id ... on District { metrics(where: { slug: { eq: "terminals" } }) { slug } } } }',
    '{ node(id: "Pillar:a/foundations") { id ... on Pillar { district { slug } initiatives { slug } } } }',
    '{ node(id: "Initiative:a/sensing") { id ... on Initiative { pillar { slug } metrics { slug } } } }',
    '{ node(id: "Metric:a/terminals") { ... on Metric { district { slug } initiative { slug } pillar { slug } } } }',
    '{ node(id: "Award:a/none") { id } }',
    """{ pillar(district: "a", slug: "foundations") { slug } initiative(id: "Initiative:a/sensing") { slug }
        metric(district: "a", slug: "terminals") { slug } award(district: "a", slug: "none") { slug }
        observation(district: "a", slug: "main") { slug } }""",
    '{ node(id: "Indicator:terminals") { id } }',
    '{ node(id: "Source:notice") { id } }',
    """{ nodes(ids: ["Metric:a/terminals", "Metric:b/terminals", "District:c", "Source:notice",
        "Pillar:b/foundations"]) { id } }""",
    """{ districts(where: { slug: { in: ["a", "b"] } }, orderBy: [{ name: { direction: ASC } }])
        { totalCount nodes { slug } aggregate { counts(by: CITY) { count } } } }""",
    '{ initiatives(where: { district: { eq: "a" } }) { totalCount nodes { slug district { slug } } } }',
    """{ metrics(where: { district: { eq: "a" } }, orderBy: [{ quantity: { direction: DESC } }]) { totalCount
        nodes { slug district { name { text } } initiative { name { text } } pillar { slug } }
        aggregate { counts(by: STATUS) { key count } figures { max } } } }""",
    """{ metrics(where: { district: { in: ["a", "b"] }, quantity: { normalized: { gt: 1 } } },
        orderBy: [{ name: { direction: DESC } }])
        { totalCount nodes { slug } } }""",
    '{ metrics(where: { and: [{ district: { eq: "a" } }, { or: [{ slug: { eq: "x" } }] }] }) { nodes { id } } }',
    """{ awards(where: { district: { eq: "a" } })
        { totalCount nodes { id } aggregate { counts(by: YEAR) { count } } } }""",
    '{ indicators { totalCount nodes { slug } } indicator(slug: "terminals") { name { text } districtCount } }',
    "{ sources { totalCount nodes { slug } } dataset { revision counts { districts } sources { slug } } }",
)
# Questions of which it isn't known which districts they are about.
OF_ALL_DISTRICTS = (
    """{ districts(first: 2) { totalCount nodes { slug } aggregate { counts(by: CITY) { count } } }
        initiatives(first: 1) { nodes { slug } } metrics(first: 1) { nodes { slug } aggregate { figures { max } } }
        awards(first: 1) { nodes { slug } } }""",
    '{ metrics(where: { name: { contains: "终端" } }) { totalCount nodes { slug } } }',
    '{ metrics(where: { id: { eq: "Metric:a/terminals" } }) { nodes { slug } } }',
    '{ metric(slug: "sensing") { slug } }',
    '{ indicator(slug: "terminals") { ranking(first: 2) { totalCount nodes { position metric { id } } } } }',
    '{ metrics(where: { district: { eq: "a" } }) { nodes { standing { position of } } } }',
    '{ search(text: "终端 terminals") { totalCount nodes { node { id } } } }',
)
# What every shard is asked for them, and why.
SCATTERING = {
    "aggregate districts by from, to": "a page of all districts",
    "aggregate initiatives by from, to": "a page of all initiatives",
    "aggregate metrics by from, to": "a page of all metrics",
    "aggregate awards by from, to": "a page of all awards",
    "aggregate metrics by quantity, status": "all figures, if they compare",
    "aggregate metrics by tokens": "a filter by anything but the district",
    "aggregate metrics by id": "so is the id, though it contains the district; `node` names it",
    "aggregate metrics by slug": "a slug alone doesn't say of which district it is",
    "aggregate observations by ranked_as": "a ranking or a standing compares all districts",
    "aggregate districts by parent": "so that a place and its parts are not compared",
    "aggregate search by name_tokens": "how many entries have a word in a name",
    "aggregate search by tokens": "how many entries have a word elsewhere",
    "aggregate search by name_tokens, rank": "the results of a search",
    "aggregate search by name_tokens, rank, tokens": "the results of a search",
}


@pytest_asyncio.fixture
async def shards(database: Database, settings: StoreSettings, mongodb_uri: str) -> AsyncIterator[Recorded]:
    """Three districts, one of which has been changed."""
    await put(database, ["a", "b", "c"])
    await put(database, ["a"], "changed")
    async with recorded(mongodb_uri, settings) as opened:
        yield opened


async def test_a_question_that_names_its_districts_is_asked_of_their_shards_only(shards: Recorded) -> None:
    for query in ABOUT_DISTRICTS:
        await shards.api.data(query)
        parts = shards.filters.take()
        assert len(parts) > 1, query
        assert [str(part) for part in parts if not part.is_targeted] == [], query


async def test_only_these_questions_are_asked_of_every_shard(shards: Recorded) -> None:
    for query in OF_ALL_DISTRICTS:
        await shards.api.data(query)
    assert shards.filters.take_scattered() == SCATTERING.keys()


async def test_which_districts_a_revision_changed_is_asked_of_every_shard_and_their_versions_are_not(
    shards: Recorded,
) -> None:
    store = shards.api.store
    assert await store.changes(2) == {"a": "CHANGED"}
    assert shards.filters.take_scattered() == {
        "aggregate districts by from",
        "aggregate districts by to",
        "aggregate districts_history by from",
        "aggregate districts_history by to",
    }
    assert (await store.versions("a", 2)).before is not None
    past = (await store.published()).at(1)
    assert (await store.fetch_past(Fetch("districts", Compare("slug", "eq", "a"), limit=1), past)).documents
    assert shards.filters.take_scattered() == set()
