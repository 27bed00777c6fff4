"""Pages of other sites, and names that are not the server's: what a browser may be made to do."""

import json
from collections.abc import Iterator

import pytest

from tests.support.attacks.raw_http import answer_to, request
from tests.support.servers import Server, running_beside

TINY = b'{"query":"{__typename}"}'
ASK = "/graphql?query={__typename}"
OWN = "https://pages.example.org"
JSON = "Accept: application/json"
NOT_ALLOWED = "this origin is not allowed; add it to CORS_ORIGINS"


@pytest.fixture(scope="module")
def own(server: Server) -> Iterator[Server]:
    hosts = "api.example.org, *.example.net"
    origins = f"{OWN}, http://localhost:3000"
    with running_beside(server, CORS_ORIGINS=origins, CORS_HEADERS="X-Client-Name", TRUSTED_HOSTS=hosts) as own:
        yield own


@pytest.fixture(scope="module")
def public(server: Server) -> Iterator[Server]:
    with running_beside(server, CORS_ORIGINS="*", CORS_HEADERS="*") as public:
        yield public


@pytest.fixture
def target(own: Server) -> Server:
    return own


def preflight(origin: str) -> bytes:
    asked = ("Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type")
    return request("/graphql", f"Origin: {origin}", *asked, method="OPTIONS", kind="")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_what_a_page_may_post_without_asking_first_is_refused(target: Server, kind: str) -> None:
    answer = answer_to(target, request("/graphql", f"Origin: {OWN}", body=TINY, kind=kind))
    assert answer.status == 415


STRANGERS = {
    "another site": "https://evil.example",
    "a sandboxed frame or a file": "null",
    "a name that begins as ours": f"{OWN}.evil.example",
    "a name that ends as ours": "https://evil-pages.example.org",
    "ours without encryption": "http://pages.example.org",
    "ours on another port": f"{OWN}:8443",
    "all": "*",
    "two": f"{OWN} https://evil.example",
    "ours with a path": f"{OWN}/",
}


@pytest.mark.parametrize("origin", STRANGERS.values(), ids=STRANGERS)
def test_a_page_of_another_origin_can_neither_ask_nor_read(target: Server, origin: str) -> None:
    asked = answer_to(target, preflight(origin))
    assert (asked.status, asked.error) == (403, ("FORBIDDEN", NOT_ALLOWED))
    read = answer_to(target, request(ASK, JSON, f"Origin: {origin}", method="GET", kind=""))
    for answer in (asked, read):
        assert not [name for name in answer.headers if name.startswith("access-control-allow")]
        assert answer.headers["vary"].endswith("Origin")


SENT_BY_CLIENTS = {
    *("content-type", "if-none-match", "last-event-id", "x-request-id", "yunshan-cost", "yunshan-explain"),
    *("traceparent", "tracestate", "baggage", "apollo-require-preflight"),
}


def test_a_page_of_an_origin_of_the_settings_can_ask_and_read_without_credentials(target: Server) -> None:
    for origin in (OWN, "http://localhost:3000"):
        asked = answer_to(target, preflight(origin))
        assert asked.status == 204
        assert asked.headers["access-control-allow-methods"] == "GET, HEAD, POST"
        allowed = set(asked.headers["access-control-allow-headers"].lower().split(", "))
        assert allowed >= {*SENT_BY_CLIENTS, "x-client-name"}
        posted = answer_to(target, request("/graphql", f"Origin: {origin}", body=TINY))
        for answer in (asked, posted):
            assert answer.headers["access-control-allow-origin"] == origin
            assert "access-control-allow-credentials" not in answer.headers
        exposed = set(posted.headers["access-control-expose-headers"].lower().split(", "))
        assert exposed >= {"content-disposition", "etag", "ratelimit", "retry-after", "x-request-id"}


def test_an_answer_that_was_made_for_one_origin_is_not_given_to_another_as_its_own(target: Server) -> None:
    asked = request(ASK, JSON, f"Origin: {OWN}", method="GET", kind="")
    assert answer_to(target, asked).headers["access-control-allow-origin"] == OWN
    foreign = answer_to(target, asked.replace(OWN.encode(), b"https://evil.example"))
    without = answer_to(target, request(ASK, JSON, method="GET", kind=""))
    for answer in (foreign, without):
        assert "access-control-allow-origin" not in answer.headers


def test_without_the_setting_no_page_but_the_servers_own_can_read(server: Server) -> None:
    asked = answer_to(server, preflight(OWN))
    assert (asked.status, asked.error[0]) == (403, "FORBIDDEN")
    posted = answer_to(server, request("/graphql", f"Origin: {OWN}", body=TINY))
    assert posted.data == {"__typename": "Query"}
    assert not [name for name in posted.headers if name.startswith("access-control")]


@pytest.mark.parametrize("origin", STRANGERS.values(), ids=STRANGERS)
def test_where_any_origin_may_a_page_of_each_can_ask_and_read_without_credentials(
    public: Server, origin: str
) -> None:
    asked = answer_to(public, preflight(origin))
    assert (asked.status, asked.headers["access-control-allow-headers"][-3:]) == (204, ", *")
    posted = answer_to(public, request("/graphql", f"Origin: {origin}", body=TINY))
    got = answer_to(public, request("/export/awards.csv", f"Origin: {origin}", method="HEAD", kind=""))
    for answer in (asked, posted, got):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "Content-Disposition" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers
        assert "origin" not in answer.headers.get("vary", "").lower(), "one answer for all"


def test_where_any_origin_is_allowed_every_page_may_open_a_websocket(public: Server) -> None:
    handshake = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    key = ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: graphql-transport-ws")
    for origin in ("https://evil.example", "null"):
        opened = request("/graphql", *handshake, *key, f"Origin: {origin}", method="GET", kind="")
        assert answer_to(public, opened).status == 101


def warnings_of(server: Server, request_id: str) -> list[str]:
    own = f'"request_id":"{request_id}"'
    entries = [json.loads(line) for line in server.log.read_text().splitlines() if own in line]
    return [entry["message"] for entry in entries if entry["level"] == "WARNING"]


def test_an_origin_that_is_not_allowed_is_logged_with_the_setting_that_would_allow_it(target: Server) -> None:
    named = "https://evil.example"
    told = "the origin 'https://evil.example' is not allowed; add it to CORS_ORIGINS"
    asked = preflight(named).replace(b"\r\n", b"\r\nX-Request-ID: asked\r\n", 1)
    read = request(ASK, JSON, f"Origin: {named}", "X-Request-ID: read", method="GET", kind="")
    handshake = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    socket = request("/graphql", *handshake, key, f"Origin: {named}", "X-Request-ID: socket", method="GET", kind="")
    assert answer_to(target, asked).status == 403
    assert answer_to(target, read).status == 200
    assert answer_to(target, socket).error == ("FORBIDDEN", NOT_ALLOWED)
    assert [warnings_of(target, name) for name in ("asked", "read", "socket")] == [[told]] * 3


def test_an_origin_that_no_list_can_name_is_logged_on_one_line(target: Server) -> None:
    for number, origin in enumerate(("null", "a\x85b\xa0", "x" * 1_000)):
        identity = f"odd-{number}"
        answer_to(target, request(ASK, JSON, f"Origin: {origin}", f"X-Request-ID: {identity}", method="GET", kind=""))
        [told] = warnings_of(target, identity)
        assert told.endswith("is not allowed; CORS_ORIGINS=* alone would allow it")
        assert told.isascii()
        assert len(told) < 300


def test_pages_that_can_read_are_not_logged(target: Server) -> None:
    own = ("Host: 127.0.0.1", "Origin: http://127.0.0.1")
    proxied = ("Origin: https://public.example", "Sec-Fetch-Site: same-origin")
    for headers in (own, proxied, (f"Origin: {OWN}",), ()):
        answer = answer_to(target, request(ASK, JSON, *headers, "X-Request-ID: quiet", method="GET", kind=""))
        assert answer.status == 200
    assert warnings_of(target, "quiet") == []


def test_a_header_that_pages_may_not_send_is_logged_with_the_setting_that_would_allow_it(target: Server) -> None:
    asked = preflight(OWN).replace(b"content-type", b"content-type, x-client-name, X-Other")
    assert answer_to(target, asked.replace(b"\r\n", b"\r\nX-Request-ID: other\r\n", 1)).status == 204
    told = "cross-origin requests may not send the header 'x-other'; add it to CORS_HEADERS"
    assert warnings_of(target, "other") == [told]


def test_an_image_of_another_site_makes_nothing_be_worked_out(target: Server) -> None:
    fetched = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image")
    answer = answer_to(target, request(ASK, "Accept: image/*, */*", *fetched, method="GET", kind=""))
    assert (answer.status, answer.error[0]) == (403, "FORBIDDEN")
    link = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    assert answer_to(target, request("/graphql", "Accept: text/html", *link, method="GET", kind="")).status == 200


@pytest.mark.parametrize(
    "query",
    ["mutation{__typename}", "mutation%20M{x}%20query%20Q{__typename}&operationName=M", "%23%0Amutation{drop}"],
)
def test_get_changes_nothing(target: Server, query: str) -> None:
    answer = answer_to(target, request(f"/graphql?query={query}", JSON, method="GET", kind=""))
    assert (answer.status, answer.error[0]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "POST"


def test_a_query_that_only_speaks_of_mutations_is_answered_over_get(target: Server) -> None:
    query = "query%20Q{__typename}%20%23mutation"
    answer = answer_to(target, request(f"/graphql?query={query}", JSON, method="GET", kind=""))
    assert answer.data == {"__typename": "Query"}


FOREIGN_HOSTS = [
    "evil.example",
    "api.example.org.evil.example",
    "example.net",
    "evilexample.net",
    "127.0.0.1.evil.example",
    "[::2]:80",
    "",
]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_host_that_is_not_ours_is_refused(target: Server, host: str) -> None:
    answer = answer_to(target, request(ASK, JSON, f"Host: {host}", method="GET", kind=""))
    assert (answer.status, answer.error[0]) == (421, "MISDIRECTED_REQUEST")


@pytest.mark.parametrize(
    "host", ["api.example.org", "API.example.org:8000", "a.example.net", "a.b.example.net:1", "[::1]:80", "[::1]"]
)
def test_our_hosts_are_answered_for(target: Server, host: str) -> None:
    assert answer_to(target, request(ASK, JSON, f"Host: {host}", method="GET", kind="")).status == 200


def test_probes_are_answered_by_whatever_name_they_ask(target: Server) -> None:
    for path in ("/healthz", "/readyz"):
        assert answer_to(target, request(path, "Host: 10.1.2.3:8000", method="GET")).status == 200


def test_a_redirect_leads_nowhere_else_whatever_host_was_asked_for(server: Server) -> None:
    answer = answer_to(server, request("/", "Host: evil.example", "X-Forwarded-Host: evil.example", method="GET"))
    assert answer.headers["location"] == "/graphql"
