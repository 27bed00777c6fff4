"""Answers are kept by what they depend on, told apart by entity tags, and compressed once."""

import asyncio
import gc
import gzip
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import brotli
import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.response_cache import CachedResponse, PreparedResponse, ResponseCache
from api.graphql.responses import cached_response, prepare_response
from api.http.content_coding import coding_for
from api.http.content_negotiation import JSON
from api.http.outcome import OutcomeSummary
from api.limits.admission import AdmissionController
from api.settings import Settings
from loaders.model.revisions import Published
from loaders.store.fetch import Fetch, Fetched
from schema.base.cursors import Listing, fingerprint
from schema.operation.runner import Admit, Response
from tests.support.servers import Server
from tests.support.waiting import PATIENCE_S, until_async

QUERY = "query Q($slug: String!) { district(slug: $slug) { name { text } metrics { name { zhHans en } } } }"
BAIYUN = {"slug": "baiyun"}


@pytest.fixture
def client(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, timeout=PATIENCE_S) as client:
        yield client


def get(client: httpx2.Client, query: str = QUERY, variables: Any = BAIYUN, **headers: str) -> httpx2.Response:
    parameters = {"query": query, "variables": json.dumps(variables)}
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/graphql", params=parameters, headers={"accept": "application/json", **own})


def test_an_answer_has_a_tag_and_is_not_sent_again_to_who_holds_it(client: httpx2.Client) -> None:
    first = get(client)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    proxied = f'{tag[:-1]}-gzip"'
    for held in (tag, f'"other", {tag}', f"W/{tag}", f'"other" ,,W/{tag}  , "b"', tag.strip('"'), proxied):
        again = get(client, if_none_match=held)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == (proxied if held == proxied else tag)
        assert again.headers["vary"] == first.headers["vary"]
        assert again.headers["cache-control"] == "no-cache"
    assert get(client, if_none_match='"other"').content == first.content


@pytest.mark.parametrize("condition", ["*", '"other" , *', "*,"])
def test_whatever_is_held_of_an_answer_that_there_is_it_is_not_sent_again(
    client: httpx2.Client, condition: str
) -> None:
    tag = get(client, accept_encoding="br").headers["etag"]
    for method in ("GET", "HEAD"):
        headers = {"accept": "application/json", "accept-encoding": "br", "if-none-match": condition}
        parameters = {"query": QUERY, "variables": json.dumps(BAIYUN)}
        again = client.request(method, "/graphql", params=parameters, headers=headers)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "errors" in get(client, "{ nothing }", None, if_none_match=condition).json()
    posted = client.post("/graphql", json={"query": QUERY, "variables": BAIYUN}, headers={"if-none-match": condition})
    assert posted.status_code == 200


def test_a_star_in_quotes_is_a_tag_that_no_answer_has(client: httpx2.Client) -> None:
    assert get(client, if_none_match='"*"').status_code == 200


def test_a_post_has_the_tag_too_but_is_always_answered(client: httpx2.Client) -> None:
    body = {"query": QUERY, "variables": BAIYUN}
    headers = {"accept": "application/json", "if-none-match": get(client).headers["etag"]}
    posted = client.post("/graphql", json=body, headers=headers)
    assert (posted.status_code, posted.headers["etag"]) == (200, headers["if-none-match"])
    assert posted.content == get(client).content


def test_the_tag_follows_what_the_answer_depends_on_and_nothing_else(client: httpx2.Client) -> None:
    tag = get(client).headers["etag"]
    assert get(client, accept_language="*").headers["etag"] == tag
    assert get(client, variables={"slug": "baiyun"}, user_agent="other").headers["etag"] == tag
    different = [
        get(client, accept_language="en"),
        get(client, variables={"slug": "other"}),
        get(client, query=f"{QUERY} "),
        get(client, accept="application/graphql-response+json"),
    ]
    assert len({tag, *(response.headers["etag"] for response in different)}) == 5


def test_variables_are_compared_whatever_their_order_and_spelling(client: httpx2.Client) -> None:
    query = "query Q($where: DistrictFilter) { districts(where: $where) { totalCount } }"
    one = '{"where": {"slug": {"eq": "baiyun"}, "metricCount": {"gt": 1}}}'
    other = '{ "where":{"metricCount":{"gt":1},"slug":{"eq":"bai\\u0079un"}}}'
    tags = {
        client.get("/graphql", params={"query": query, "variables": text}, headers={"accept": "*/*"}).headers["etag"]
        for text in (one, other)
    }
    assert len(tags) == 1


@pytest.mark.parametrize(
    "query",
    [
        "{ district }",
        "{ nothing { at } all",
        '{ district(slug: "baiyun") { name { text(lang: ["not a range"]) } } }',
        "{ districts(first: 0) { nodes { slug } } }",
    ],
)
def test_errors_are_not_kept_and_have_no_tag(client: httpx2.Client, query: str) -> None:
    response = get(client, query, None)
    assert "errors" in response.json()
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("identity, gzip;q=0.5", ""),
        ("deflate", ""),
        ("", ""),
    ],
)
def test_the_coding_that_is_weighed_most_is_chosen(accepted: str, coding: str) -> None:
    assert coding_for(accepted) == coding


def test_a_large_answer_is_compressed_under_a_tag_of_its_own(client: httpx2.Client) -> None:
    plain = get(client, accept_encoding="identity")
    assert len(plain.content) > 1_024
    tags = {plain.headers["etag"]}
    for coding, decode in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        with client.stream("GET", plain.url, headers={**plain.request.headers, "accept-encoding": coding}) as sent:
            raw = b"".join(sent.iter_raw())
        assert sent.headers["content-encoding"] == coding
        assert decode(raw) == plain.content
        assert len(raw) < len(plain.content) / 2
        tags.add(sent.headers["etag"])
    assert len(tags) == 3
    for tag in tags:
        assert get(client, if_none_match=tag).headers["etag"] == tag


def test_a_small_answer_is_sent_as_it_is(client: httpx2.Client) -> None:
    response = get(client, "{ __typename }", None, accept_encoding="gzip, br")
    assert "content-encoding" not in response.headers


class Unreachable:
    """A store that knows what is published and can't be asked for anything."""

    def known_published(self) -> Published:
        return Published(7, 7, "stamp")

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the database was asked for {name}")


def test_who_holds_an_answer_is_told_so_without_the_database() -> None:
    app = Starlette(routes=[Route("/graphql", GraphQLEndpoint(Settings(mongodb_uri=None)))])
    app.state.store = Unreachable()
    client = TestClient(app)
    tag = client.get("/graphql", params={"query": "{ __typename }"}, headers={"accept": "application/json"}).headers[
        "etag"
    ]
    response = client.get(
        "/graphql",
        params={"query": "{ __typename }"},
        headers={"accept": "application/json", "if-none-match": tag},
    )
    assert response.status_code == 304


def whole(body: bytes) -> CachedResponse:
    return CachedResponse(body, 200, is_cacheable=True, headers={})


def cache_of(max_bytes: int) -> ResponseCache:
    return ResponseCache(max_bytes, AdmissionController(Settings(mongodb_uri=None)))


async def test_those_who_ask_at_once_share_one_answer() -> None:
    cache, made, is_ready = cache_of(1_000_000), 0, asyncio.Event()

    async def make(admit: Admit) -> CachedResponse:
        nonlocal made
        made += 1
        await is_ready.wait()
        return whole(b"answer")

    tasks = [asyncio.create_task(cache.get_or_make("key", "a client", make)) for _ in range(50)]
    await until_async(lambda: made)
    tasks[0].cancel()
    is_ready.set()
    found = await asyncio.gather(*tasks[1:])
    assert {answer.body for answer in found} == {b"answer"}
    assert made == 1
    await cache.get_or_make("key", "a client", make)
    assert made == 1


async def test_a_failure_is_shared_and_forgotten() -> None:
    cache, made = cache_of(1_000_000), 0

    async def make(admit: Admit) -> CachedResponse:
        nonlocal made
        made += 1
        if made == 1:
            raise RuntimeError("broken")
        return CachedResponse(b"errors", 200, is_cacheable=False, headers={})

    with pytest.raises(RuntimeError):
        await cache.get_or_make("key", "a client", make)
    for _ in range(2):
        await cache.get_or_make("key", "a client", make)
    assert made == 3


async def test_what_is_kept_is_bounded_and_the_least_used_goes_first() -> None:
    cache = cache_of(200_000)

    async def keep(number: int, size: int = 13_000) -> None:
        async def make(admit: Admit) -> CachedResponse:
            return whole(bytes(size))

        await cache.get_or_make(f"key {number}", "a client", make)
        await asyncio.sleep(0)

    for number in range(11):
        await keep(number)
        assert cache.get("key 0")
    await keep(11)
    assert [number for number in range(12) if cache.get(f"key {number}") is None] == [1]
    # More than an eighth of all room.
    await keep(12, 40_000)
    assert cache.get("key 12") is None


async def test_a_coding_counts_as_what_is_kept() -> None:
    cache = cache_of(72_000)

    async def make(admit: Admit) -> CachedResponse:
        return whole(bytes(3_500))

    for number in range(8):
        await cache.get_or_make(f"key {number}", "a client", make)
        await asyncio.sleep(0)
    answer = cache.get("key 7")
    assert answer
    assert cache.get("key 0")
    answer.prepared["br"] = PreparedResponse({}, {"body": bytes(8_000)})
    cache.update_size("key 7")
    assert [number for number in range(8) if cache.get(f"key {number}") is None] == [1]


class Lagging:
    """A store whose watch knows of revision 1 while revision 2 is published, with no districts in either."""

    def known_published(self) -> Published:
        return Published(1, 0, "one")

    async def published(self) -> Published:
        return Published(2, 0, "two")

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        assert published.revision == 2
        return Fetched([])


def test_an_answer_of_a_newer_revision_than_is_known_is_not_kept_under_the_older_ones_tag() -> None:
    app = Starlette(routes=[Route("/graphql", GraphQLEndpoint(Settings(mongodb_uri=None)))])
    app.state.store = Lagging()
    after = Listing("districts", fingerprint(None), fingerprint(None)).cursor(2, ["a"])
    query = "query Q($after: String) { districts(after: $after) { nodes { slug } } }"
    response = TestClient(app).post("/graphql", json={"query": query, "variables": {"after": after}})
    assert response.json()["data"] == {"districts": {"nodes": []}}
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_entries_weigh_what_they_hold() -> None:
    def prepared(number: int) -> CachedResponse:
        response = Response({"number": number}, [], has_data=True, languages=["zh-Hans", "en"])
        summary = OutcomeSummary.of(("district",), "OK", 3)
        cached = cached_response(response, JSON, summary, is_shareable=True)
        for coding in ("", "gzip", "br")[: number % 3 + 1]:
            cached.prepared[coding] = prepare_response(cached, f"{number:036}", coding, "no-cache")
        return cached

    cache = cache_of(100_000_000)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(300):
            entry = prepared(number)
            cache._responses.put(f"{number:036}", entry, entry.size)
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert held <= cache.size <= 2 * held
