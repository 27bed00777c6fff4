"""HTTP around GraphQL: which requests are accepted, which are rejected, and the responses to both."""

import asyncio
import json
import re
import signal
import subprocess
from typing import Any
from urllib.robotparser import RobotFileParser

import httpx2
import pytest

from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from tests.conftest import run_seeds
from tests.support.attacks.raw_http import connection, request
from tests.support.servers import ROOT, STOP_WITHIN_S, Server, running_beside, running_server, until_followed
from tests.support.waiting import PATIENCE_S, until, until_async

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
TINY = '{"query":"{__typename}"}'


@pytest.fixture(scope="module")
def client(server: Server) -> Any:
    with httpx2.Client(base_url=server.url, timeout=PATIENCE_S) as client:
        yield client


def post(client: httpx2.Client, body: str | bytes = TINY, **headers: str) -> httpx2.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/graphql", content=body, headers={"content-type": JSON, **given})


def test_a_query_is_answered_over_post_and_get(client: httpx2.Client) -> None:
    posted = post(client, accept=GRAPHQL)
    got = client.get("/graphql", params={"query": "{__typename}"}, headers={"accept": GRAPHQL})
    for response in (posted, got):
        assert response.status_code == 200
        assert response.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
        assert response.headers["vary"] == "Accept, Accept-Encoding, Accept-Language, Yunshan-Explain, Yunshan-Cost"
        assert response.json()["data"] == {"__typename": "Query"}


def test_variables_and_the_operation_name_are_taken_over_both(client: httpx2.Client) -> None:
    query = "query A($s: String!) { district(slug: $s) { slug } } query B { __typename }"
    variables = {"s": "baiyun"}
    body = {"query": query, "variables": variables, "operationName": "A", "extensions": {}}
    posted = client.post("/graphql", json=body)
    parameters = {"query": query, "variables": json.dumps(variables), "operationName": "A"}
    got = client.get("/graphql", params=parameters)
    assert posted.json() == got.json()
    assert got.json()["data"] == {"district": {"slug": "baiyun"}}


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", JSON),
        (f"{JSON};q=0.5, {GRAPHQL};q=0.9", GRAPHQL),
        (f"{GRAPHQL};charset=utf-8", GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9, text/event-stream;q=0.8", GRAPHQL),
        (f"text/html, {JSON};q=0", None),
        ("text/html", None),
        ("image/png", None),
    ],
)
def test_the_answer_has_the_media_type_that_the_client_prefers(
    client: httpx2.Client, accept: str | None, media: str | None
) -> None:
    request = client.build_request("POST", "/graphql", content=TINY, headers={"content-type": JSON})
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    response = client.send(request)
    if media is None:
        assert response.status_code == 406
        assert "the Accept header must allow" in response.json()["errors"][0]["message"]
    else:
        assert (response.status_code, response.headers["content-type"]) == (200, f"{media}; charset=utf-8")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("{", 400, "GRAPHQL_PARSE_FAILED"),
        ("", 400, "GRAPHQL_PARSE_FAILED"),
        ("{" * 300, 400, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", 400, "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { x }", 400, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", 422, "OPERATION_RESOLUTION_FAILURE"),
        ("query ($slug: String!) { district(slug: $slug) { slug } }", 422, "BAD_USER_INPUT"),
    ],
)
def test_a_document_that_cannot_run_says_why_with_a_code(
    client: httpx2.Client, query: str, status: int, code: str
) -> None:
    new = post(client, json.dumps({"query": query}), accept=GRAPHQL)
    old = post(client, json.dumps({"query": query}), accept=JSON)
    assert (new.status_code, old.status_code) == (status, 200)
    for response in (new, old):
        body = response.json()
        assert list(body) == ["errors"]
        assert body["errors"][0]["extensions"]["code"] == code
        assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_other_content_types_are_turned_away(client: httpx2.Client, kind: str) -> None:
    response = client.post("/graphql", content=TINY, headers={"content-type": kind})
    assert (response.status_code, response.headers["accept"]) == (415, JSON)


def test_a_part_that_failed_is_told_by_the_status_of_the_newer_media_type(client: httpx2.Client) -> None:
    query = json.dumps({"query": '{ dataset { revision } district(slug: "baiyun") { name { text(lang: ["!"]) } } }'})
    new, old = post(client, query, accept=GRAPHQL), post(client, query, accept=JSON)
    assert (new.status_code, old.status_code) == (294, 200)
    assert new.json() == old.json()
    assert new.json()["data"] == {"dataset": {"revision": 1}, "district": None}
    assert new.headers["cache-control"] == "no-store"


def test_a_plain_query_is_never_answered_as_a_stream(client: httpx2.Client) -> None:
    accept = f"{GRAPHQL};q=0.5, multipart/mixed;q=0.4, text/event-stream;q=0.4"
    response = post(client, accept=accept)
    assert response.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    assert response.json()["data"] == {"__typename": "Query"}


def test_head_says_what_get_would_without_the_body(client: httpx2.Client) -> None:
    parameters, headers = {"query": "{__typename}"}, {"accept": GRAPHQL}
    got, head = (client.request(method, "/graphql", params=parameters, headers=headers) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    kept = ("content-type", "content-length", "vary", "cache-control", "etag")
    assert [head.headers.get(name) for name in kept] == [got.headers.get(name) for name in kept]


def test_options_tells_what_is_allowed(client: httpx2.Client) -> None:
    response = client.options("/graphql")
    assert (response.status_code, response.headers["allow"], response.content) == (
        204,
        "GET, HEAD, OPTIONS, POST",
        b"",
    )


def test_several_requests_in_a_list_are_answered_in_their_order_where_a_setting_allows_it(server: Server) -> None:
    body = [
        {"query": "query A { __typename } query B { dataset { revision } }", "operationName": "B"},
        {"query": "{ nothing }"},
        {"query": "query ($s: String!) { district(slug: $s) { slug } }", "variables": {"s": "baiyun"}},
    ]
    with running_beside(server, MAX_BATCH="3") as own:
        answered = httpx2.post(
            f"{own.url}/graphql", json=body, headers={"accept": f"{GRAPHQL}, {JSON};q=0.9"}, timeout=PATIENCE_S
        )
        too_many = httpx2.post(f"{own.url}/graphql", json=[*body, *body], timeout=PATIENCE_S)
        mixed = httpx2.post(f"{own.url}/graphql", json=[*body[:1], 7], timeout=PATIENCE_S)
    assert answered.status_code == 200
    assert answered.headers["content-type"] == f"{JSON}; charset=utf-8"
    first, second, third = answered.json()
    assert first["data"] == {"dataset": {"revision": 1}}
    assert second["errors"][0]["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert third["data"] == {"district": {"slug": "baiyun"}}
    messages = [response.json()["errors"][0]["message"] for response in (too_many, mixed)]
    assert messages == [
        "the body is a list of 6 requests; send 1 to 3",
        "each request of the list must be a JSON object",
    ]


def test_accept_language_decides_the_language_of_texts(client: httpx2.Client) -> None:
    query = json.dumps({"query": '{ district(slug: "baiyun") { name { text } } }'})
    texts = {
        header: post(client, query, accept_language=header).json()["data"]["district"]["name"]["text"]
        for header in ("en-GB, en;q=0.9", "zh-TW", "fr;q=0.9, zh-HK;q=0.2, en;q=0.1", "fr", "")
    }
    assert list(texts.values()) == ["Baiyun District", "白雲區", "白雲區", "白云区", "白云区"]


@pytest.mark.parametrize("wanted", ["yue-HK", "zh-yue", "zho-TW", "zh-cmn-Hant", "i-hak-TW"])
def test_cantonese_and_old_tags_lead_to_traditional_chinese_by_header_and_argument(
    client: httpx2.Client, wanted: str
) -> None:
    query = 'query ($l: [String!]) { district(slug: "baiyun") { name { text(lang: $l) language(lang: $l) } } }'
    by_header = post(client, json.dumps({"query": query}), accept_language=f"{wanted}, en;q=.9")
    by_argument = post(client, json.dumps({"query": query, "variables": {"l": [wanted, "en"]}}))
    exported = client.get("/export/awards.csv", params={"lang": wanted})
    for response in (by_header, by_argument):
        assert response.json()["data"]["district"]["name"] == {"text": "白雲區", "language": "zh-Hant"}
    assert by_header.headers["content-language"] == "zh-Hant"
    assert exported.headers["content-language"].startswith("zh-Hant")


def test_a_request_id_comes_back_and_a_clients_own_is_kept(client: httpx2.Client) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/healthz").headers["x-request-id"])
    assert client.get("/healthz", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
    injected = client.get("/healthz", headers={"x-request-id": 'a"} {"evil": 1'})
    assert re.fullmatch(r"[0-9a-f]{32}", injected.headers["x-request-id"])


def test_each_request_is_one_line_of_json_in_the_log(server: Server, client: httpx2.Client) -> None:
    client.get("/graphql/schema.graphql", headers={"x-request-id": "find-me"})
    client.get("/healthz", headers={"x-request-id": "find-me"})
    [entry] = [json.loads(line) for line in server.log.read_text().splitlines() if '"request_id":"find-me"' in line]
    assert entry.pop("time").endswith("+00:00")
    assert entry.pop("ms") >= 0
    assert entry == {
        "level": "INFO",
        "logger": "yunshan.access",
        "message": "GET /graphql/schema.graphql 200",
        "request_id": "find-me",
        "method": "GET",
        "path": "/graphql/schema.graphql",
        "status": 200,
    }


def test_the_schema_is_served_as_it_is_committed(client: httpx2.Client) -> None:
    response = client.get("/graphql/schema.graphql")
    assert response.text == (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


def test_a_browser_gets_the_explorer_with_a_strict_policy(client: httpx2.Client) -> None:
    page = client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" in policy
    assert "unsafe" not in policy
    [script] = re.findall(r'src="(/explorer/assets/[^"]+\.js)"', page.text)
    asset = client.get(script)
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-encoding"] == "gzip"
    assert client.get("/explorer/THIRD_PARTY.md").status_code == 200
    assert client.get("/explorer/../app.py").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_what_is_no_request_gets_no_page(client: httpx2.Client, method: str) -> None:
    answer = client.request(method, "/graphql", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_a_slash_at_the_end_of_the_address_is_passed_over(client: httpx2.Client) -> None:
    posted = client.post("/graphql/", content=TINY, headers={"content-type": JSON, "accept": JSON})
    got = client.get("/graphql/?query={__typename}", headers={"accept": JSON})
    for response in (posted, got):
        assert (response.status_code, response.json()["data"]) == (200, {"__typename": "Query"})
    assert client.get("/graphql/", headers={"accept": "text/html"}).headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_other_addresses_with_a_slash_too_many_lead_to_those_without_by_a_relative_location(
    client: httpx2.Client, method: str
) -> None:
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    response = client.request(method, "/export/metrics.csv//?slug.eq=a%26b&name.contains=%e4%ba%91", headers=headers)
    location = "/export/metrics.csv?slug.eq=a%26b&name.contains=%e4%ba%91"
    assert (response.status_code, response.headers["location"]) == (308, location)
    assert client.request(method, "/healthz/", headers=headers).headers["location"] == "/healthz"


@pytest.mark.parametrize(
    "path", ["//evil.example/", "//evil.example//", "/nothing/", "/graphql/nothing/", "/explorer"]
)
def test_an_address_that_leads_nowhere_is_not_found_with_a_slash_either(client: httpx2.Client, path: str) -> None:
    response = client.get(httpx2.URL(str(client.base_url)).copy_with(raw_path=path.encode()))
    assert response.status_code == 404
    assert "location" not in response.headers


def test_files_of_the_explorer_are_compressed_for_clients_that_take_it_alone(client: httpx2.Client) -> None:
    page = client.get("/graphql", headers={"accept": "text/html"})
    [script] = re.findall(r'src="(/explorer/assets/[^"]+\.js)"', page.text)
    for header, coding in (("gzip;q=.5", "gzip"), ("gzip;q=0", None), ("identity, gzip;q=0.1", None)):
        asset = client.get(script, headers={"accept-encoding": header})
        assert asset.headers.get("content-encoding") == coding
        assert "Accept-Encoding" in asset.headers["vary"]


def test_health_and_readiness_answer(client: httpx2.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    until(lambda: client.get("/readyz").status_code == 200, what="readiness")
    assert client.get("/readyz").json() == {"status": "ready", "revision": 1, "version": version()}


def version() -> str:
    """The release's version, as the project's file says."""
    [found] = re.findall(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    return str(found)


def test_crawlers_may_read_the_files_and_are_kept_from_queries_and_metrics(client: httpx2.Client) -> None:
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    assert [path for path in ("/graphql", "/graphql?query=x", "/metrics") if rules.can_fetch("any", path)] == []
    assert "Disallow: /export/*?\n" in answer.text
    assert client.get("/robots.txt/", follow_redirects=False).headers["location"] == "/robots.txt"


def test_a_server_without_data_lives_but_is_not_ready(mongodb_uri: str) -> None:
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": "empty"}) as server:
        ready = httpx2.get(f"{server.url}/readyz", timeout=PATIENCE_S)
        assert (ready.status_code, ready.json()["reason"]) == (503, "no data is published yet")
        assert ready.json()["version"] == version()
        assert httpx2.get(f"{server.url}/healthz", timeout=PATIENCE_S).status_code == 200
        assert server.data('{ district(slug: "baiyun") { slug } }') == {"district": None}


async def test_a_server_names_what_the_database_lacks_and_writes_nothing(
    database: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    await database.command({"dropIndexes": "metrics", "index": "by_tokens"})
    before = await database.command({"listIndexes": "metrics"})
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}) as server:
        wanted = "metrics lacks the index by_tokens. Run: python -m seeds prepare"
        await until_async(lambda: wanted in server.log.read_text(), what=wanted)
    assert (await database.command({"listIndexes": "metrics"}))["cursor"] == before["cursor"]


async def test_a_server_creates_no_collections(database: Database, settings: StoreSettings, mongodb_uri: str) -> None:
    await database.command({"dropDatabase": 1})
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}) as server:
        until_followed(server)
        nothing: dict[str, Any] = {"nodes": []}
        query = "{ districts { nodes { slug } } metrics(first: 1) { nodes { slug } } }"
        assert server.data(query) == {"districts": nothing, "metrics": nothing}
        listed = await database.command({"listCollections": 1})
        assert listed["cursor"]["firstBatch"] == []
        await asyncio.to_thread(run_seeds, "load", environment=dict(server.environment))
        ready = f"{server.url}/readyz"
        until(
            lambda: httpx2.get(ready, timeout=PATIENCE_S).status_code == 200, what="a server that sees the first load"
        )


def test_without_the_explorer_there_is_no_page(mongodb_uri: str) -> None:
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": "empty", "EXPLORER": "false"}
    with running_server(environment) as server:
        assert (
            httpx2.get(f"{server.url}/graphql", headers={"accept": "text/html"}, timeout=PATIENCE_S).status_code
            == 406
        )
        assert httpx2.get(f"{server.url}/", timeout=PATIENCE_S).status_code == 404


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_signal_ends_the_server_in_good_order(mongodb_uri: str, number: signal.Signals) -> None:
    # With arguments it is started, not forked: how a whole process ends is what is tested.
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": "empty"}, "--workers", "1") as server:
        server.process.send_signal(number)
        assert server.process.wait(STOP_WITHIN_S) == 0
        assert "Application shutdown complete." in server.log.read_text()


@pytest.mark.slow
def test_two_workers_serve_on_one_port(mongodb_uri: str) -> None:
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": "empty"}
    with running_server(environment, "--workers", "2") as server:
        assert server.data("{ dataset { revision } }") == {"dataset": {"revision": 0}}
        workers = subprocess.run(
            ["pgrep", "--parent", str(server.process.pid), "--full", "multiprocessing.spawn"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        assert len(workers) == 2
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_WITHIN_S) == 0


@pytest.mark.parametrize(("count", "status"), [(100, 200), (101, 431)])
def test_a_request_has_a_hundred_headers_and_no_more(server: Server, count: int, status: int) -> None:
    # Two of them are Host and Content-Type.
    headers = [f"X-{number}: 1" for number in range(count - 2)]
    with connection(server) as raw:
        raw.send(request("/healthz", *headers, method="GET"))
        assert raw.answer().status == status
