"""Requests that are asked again are read once; what is kept of them is bounded, and never stands for another."""

import json
import tracemalloc
from collections.abc import Mapping, MutableMapping
from hashlib import sha256
from typing import Any

import pytest

from api.graphql import request_parser
from api.graphql.persisted_documents import open_persisted_documents
from api.graphql.request_parser import RequestParser
from api.http.errors import HttpError
from api.settings import Settings
from schema.base.request import Request

HEADERS = {"content-type": "application/json"}
QUERY = "query Q($slug: String!) { district(slug: $slug) { slug } }"


def requests_of(**settings: Any) -> RequestParser:
    given = Settings(**settings)
    return RequestParser(given, open_persisted_documents(given))


async def read(
    requests: RequestParser, body: bytes = b"", query_string: bytes = b"", headers: Mapping[str, str] = HEADERS
) -> Request:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body}

    scope = {"type": "http", "method": "POST" if body else "GET", "query_string": query_string}
    request = await requests.read(scope, receive, headers)
    assert isinstance(request, Request)
    return request


def written(slug: str = "baiyun", **more: Any) -> bytes:
    return json.dumps({"query": QUERY, "variables": {"slug": slug}, **more}).encode()


async def test_a_request_is_read_once_and_has_the_same_digest_however_it_is_written() -> None:
    requests = requests_of()
    first = await read(requests, written())
    assert await read(requests, written()) is first
    spaced = await read(requests, written() + b" ")
    assert spaced is not first
    assert spaced.digest == first.digest
    assert (await read(requests, written("tianhe"))).digest != first.digest
    assert (await read(requests, written(operationName="Q"))).digest != first.digest


async def test_headers_are_looked_at_each_time() -> None:
    requests = requests_of()
    await read(requests, written())
    with pytest.raises(HttpError, match="application/json"):
        await read(requests, written(), headers={"content-type": "text/plain"})
    with pytest.raises(HttpError, match="Content-Encoding"):
        await read(requests, written(), headers={**HEADERS, "content-encoding": "gzip"})


async def test_what_is_wrong_is_wrong_again() -> None:
    requests = requests_of()
    for _ in range(2):
        with pytest.raises(HttpError, match="key twice"):
            await read(requests, b'{"query": "{ a }", "query": "{ b }"}')
        with pytest.raises(HttpError, match="mutation"):
            await read(requests, query_string=b"query=mutation%20%7B%20a%20%7D")


async def test_an_address_is_no_body() -> None:
    requests = requests_of()
    asked = await read(requests, query_string=b"query=%7B%20a%20%7D")
    assert await read(requests, query_string=b"query=%7B%20a%20%7D") is asked
    with pytest.raises(HttpError, match="is not JSON"):
        await read(requests, b"query=%7B%20a%20%7D")


async def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        request_parser, "MAX_CACHED_BYTES", 3 * request_parser.memory_bytes(written("a"), Request(QUERY))
    )
    requests = requests_of()
    a, b, _ = [await read(requests, written(slug)) for slug in "abc"]
    assert await read(requests, written("a")) is a
    await read(requests, written("d"))
    assert await read(requests, written("a")) is a
    assert await read(requests, written("b")) is not b
    large = written(extensions={"padding": "x" * request_parser.MAX_CACHED_REQUEST_BYTES})
    assert await read(requests, large) is not await read(requests, large)


@pytest.mark.parametrize("part", ["[],", "{},", "1e3,", '"字",', '{"a":1},', '"\\ud83d\\ude00",'])
def test_a_request_takes_no_more_than_it_weighs(part: str) -> None:
    data = f'{{"query":"{{a}}","variables":{{"a":[{part * 1000}0]}}}}'.encode()
    tracemalloc.start()
    read = json.loads(data)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(read["variables"]["a"]) == 1001
    assert taken + len(data) <= request_parser.memory_bytes(data, Request("{a}"))


async def test_a_document_is_remembered_each_time_it_comes_with_its_id() -> None:
    requests = requests_of()
    text = "{ dataset { revision } }"
    named = {"documentId": f"sha256:{sha256(text.encode()).hexdigest()}"}
    both = json.dumps({"query": text, **named}).encode()
    assert await read(requests, both) is not await read(requests, both)
    alone = json.dumps(named).encode()
    assert (await read(requests, alone)).query == text


async def test_a_document_that_is_named_weighs_as_much_as_one_that_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = requests_of()
    text = "{ dataset { revision } } #" + "x" * 10_000
    named = {"documentId": f"sha256:{sha256(text.encode()).hexdigest()}"}
    await read(requests, json.dumps({"query": text, **named}).encode())
    alone = json.dumps(named).encode()
    assert await read(requests, alone) is await read(requests, alone)
    monkeypatch.setattr(request_parser, "MAX_CACHED_BYTES", 4 * len(text))
    small = requests_of()
    await read(small, json.dumps({"query": text, **named}).encode())
    assert await read(small, alone) is not await read(small, alone)


async def test_where_no_answers_are_kept_no_requests_are() -> None:
    requests = requests_of(response_cache_bytes=0)
    assert await read(requests, written()) is not await read(requests, written())
