"""Requests that are no HTTP, that two servers would read differently, or that are all headers."""

import pytest

from tests.support.attacks.raw_http import Answer, answer_to, connection, request
from tests.support.servers import Server

pytestmark = pytest.mark.usefixtures("brief_work")

TINY = b'{"query":"{__typename}"}'
CHUNKS = b"18\r\n" + TINY + b"\r\n0\r\n\r\n"
CHUNKED = "Transfer-Encoding: chunked"
LENGTH = f"Content-Length: {len(TINY)}"
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: smuggled\r\n\r\n"

MALFORMED = {
    "length and chunks": request("/graphql", LENGTH, CHUNKED, body=CHUNKS),
    "chunks and length": request("/graphql", CHUNKED, LENGTH, body=CHUNKS),
    "two lengths": request("/graphql", LENGTH, "Content-Length: 3", body=TINY),
    "the same length twice": request("/graphql", LENGTH, LENGTH, body=TINY),
    "a list of lengths": request("/graphql", "Content-Length: 24, 24", body=TINY),
    "a length with a sign": request("/graphql", "Content-Length: +24", body=TINY),
    "a negative length": request("/graphql", "Content-Length: -1", body=TINY),
    "a hexadecimal length": request("/graphql", "Content-Length: 0x18", body=TINY),
    "a length past 64 bits": request("/graphql", "Content-Length: 99999999999999999999", body=TINY),
    "an unknown transfer coding": request("/graphql", "Transfer-Encoding: xchunked", body=CHUNKS),
    "identity as transfer coding": request("/graphql", "Transfer-Encoding: identity", body=TINY),
    "chunked is not last": request("/graphql", "Transfer-Encoding: chunked, identity", body=CHUNKS),
    "two transfer codings": request("/graphql", CHUNKED, "Transfer-Encoding: identity", body=CHUNKS),
    "a space before the colon": request("/graphql", "Transfer-Encoding : chunked", body=CHUNKS),
    "a folded header": request("/graphql", "Transfer-Encoding:\r\n chunked", body=CHUNKS),
    "chunks in HTTP/1.0": request("/graphql", CHUNKED, body=CHUNKS).replace(b"HTTP/1.1", b"HTTP/1.0", 1),
    "a chunk without a size": request("/graphql", CHUNKED, body=b"xx\r\n" + TINY),
    "a chunk past 64 bits": request("/graphql", CHUNKED, body=b"fffffffffffffffffff\r\n"),
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": request("/healthz", "Host: a", "Host: b", method="GET"),
    "no version": b"GET /healthz\r\n\r\n",
    "a later version": b"GET /healthz HTTP/1.2\r\nHost: a\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "the beginning of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no method": b"\r\n\r\n\x00\x01\x02 / HTTP/1.1\r\n\r\n",
    "a tunnel": b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n",
    "a line that ends in LF": b"GET /healthz HTTP/1.1\nHost: a\n\n",
    "a CR inside a header": request("/healthz", "X: a\rHost: b", method="GET"),
    "a NUL inside a header": request("/healthz", "X: a\0b", method="GET"),
    "a space in the path": b"GET /health z HTTP/1.1\r\nHost: a\r\n\r\n",
    "a byte past ASCII in the path": b"GET /graphql?query=\xff HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_http_is_refused_and_the_connection_closed(target: Server, data: bytes) -> None:
    with connection(target) as client:
        client.send(data)
        answer = client.answer()
        assert (answer.status, answer.error[0]) == (400, "BAD_REQUEST")
        assert answer.headers["connection"] == "close"
        assert client.is_closed(), "what follows could be read as a request"


RAW = {
    "a query": "GET /graphql?query={district(slug:%22白云%22){slug}} HTTP/1.1",
    "a query with quotes": 'GET /graphql?query={districts(where:{name:{contains:"白雲"}}){totalCount}} HTTP/1.1',
    "a parameter of a file": "GET /export/metrics.csv?name.contains=白云 HTTP/1.1",
    "a path": "GET /export/指标.csv HTTP/1.1",
    "a page": "GET /explorer/白云 HTTP/1.1",
    "an e with an accent": "HEAD /graphql?query={__typename}#é HTTP/1.1",
    "a character past the first plane": "GET /graphql?query={__typename}#𠮷 HTTP/1.1",
    "a posted one": "POST /graphql?白=云 HTTP/1.1",
    "a tab": "GET /graphql?query={\t__typename} HTTP/1.1",
}


@pytest.mark.parametrize("line", RAW.values(), ids=RAW)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_url_that_is_not_percent_encoded_is_refused_with_what_to_do(
    target: Server, line: str, encoding: str
) -> None:
    answer = answer_to(target, f"{line}\r\nHost: 127.0.0.1\r\n\r\n".encode(encoding))
    told = "percent-encode the URL in UTF-8: it contains characters that are not allowed in a URL"
    assert (answer.status, answer.error) == (400, ("BAD_REQUEST", told))


def test_a_raw_byte_of_a_url_is_found_in_whatever_packet_it_comes(target: Server) -> None:
    with connection(target) as client:
        client.send(b"GET /graphql?query={a} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n")
        assert client.answer().status == 200
        client.send(b"GET /graphql?query=\xe7")
        client.send(b"\x99\xbd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert "percent-encode the URL" in client.answer().error[1]


def test_a_url_with_a_space_is_refused_with_what_to_do(target: Server) -> None:
    answer = answer_to(target, b"GET /graphql?query={ __typename } HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    told = "this is not an HTTP/1.1 request; percent-encode the URL, if there is a space in it"
    assert (answer.status, answer.error) == (400, ("BAD_REQUEST", told))
    assert answer_to(target, b"\x16\x03\x01").error[1] == "this is not an HTTP/1.1 request"
    assert answer_to(target, request("/healthz", "X : a", method="GET")).error[1] == "this is not an HTTP/1.1 request"


FLOODS = {
    "a hundred and one headers": (request("/healthz", *(f"X-{n}: 1" for n in range(101)), method="GET"), 431),
    "forty thousand headers": (request("/healthz", *("a:" for _ in range(40_000)), method="GET"), 431),
    "a header of 33 kB": (request("/healthz", "X: " + "a" * 33_000, method="GET"), 431),
    "headers of 33 kB together": (request("/healthz", *(f"X: {'a' * 660}" for _ in range(50)), method="GET"), 431),
    "a header that never ends": (b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 3_000_000, 431),
    "a header name that never ends": (b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"a" * 3_000_000, 431),
    "a URL of 33 kB": (request("/healthz?" + "a" * 33_000, method="GET"), 414),
    "a URL that never ends": (b"GET /" + b"a" * 3_000_000, 414),
    "trailers that never end": (request("/graphql", CHUNKED, body=CHUNKS[:-2] + b"X: " + b"a" * 3_000_000), 413),
    "a chunk that is all extension": (request("/graphql", CHUNKED, body=b"18;" + b"a" * 3_000_000), 413),
    "chunks of one byte": (request("/graphql", CHUNKED, body=b"1\r\n \r\n" * 140_000), 413),
}


@pytest.mark.parametrize(("data", "status"), FLOODS.values(), ids=FLOODS)
def test_a_flood_of_bytes_is_refused_before_it_is_read_whole(target: Server, data: bytes, status: int) -> None:
    assert answer_to(target, data).status == status


def test_a_hundred_headers_of_32_kb_are_taken(target: Server) -> None:
    many = request("/healthz", *(f"X-{n}: {'a' * 300}" for n in range(98)), method="GET")
    assert answer_to(target, many).status == 200


def test_what_follows_a_last_request_is_not_answered(target: Server) -> None:
    with connection(target) as client:
        client.send(request("/graphql", "Connection: close", body=TINY) + SMUGGLED)
        assert client.answer().data == {"__typename": "Query"}
        assert client.is_closed()


def test_trailers_are_no_headers(target: Server) -> None:
    trailers = b"Host: smuggled\r\nYunshan-Explain: 7\r\nX-Request-ID: smuggled\r\n\r\n"
    answer = answer_to(target, request("/graphql", CHUNKED, body=CHUNKS[:-2] + trailers))
    assert answer.data == {"__typename": "Query"}
    assert answer.headers["x-request-id"] != "smuggled"


def test_junk_after_a_request_costs_the_request_nothing(target: Server) -> None:
    with connection(target) as client:
        client.send(request("/graphql", body=TINY) + b"\0\1\2 junk\r\n\r\n")
        assert client.answer().data == {"__typename": "Query"}
        assert client.is_closed()


def test_requests_in_one_piece_are_answered_in_their_order(target: Server) -> None:
    with connection(target) as client:
        client.send(request("/graphql", body=TINY) * 5 + request("/healthz", method="GET"))
        answers = [client.answer() for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 6
    assert answers[5].body == b'{"status":"ok"}'


def test_a_thousand_requests_in_one_piece_are_not_kept_waiting_for_each_other(target: Server) -> None:
    with connection(target) as client:
        client.send(request("/graphql", body=TINY) * 1_000)
        assert client.is_closed()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "QUERY"])
def test_other_methods_are_refused_with_those_that_are_not(target: Server, method: str) -> None:
    answer = answer_to(target, request("/graphql", method=method, body=TINY))
    assert (answer.status, answer.error[0]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


UPGRADES = {
    "HTTP/2": ("Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA"),
    "a protocol of one's own": ("Upgrade: evil/1.0",),
}


@pytest.mark.parametrize("headers", UPGRADES.values(), ids=UPGRADES)
def test_no_connection_becomes_something_else(target: Server, headers: tuple[str, ...]) -> None:
    asked = request("/healthz", "Connection: Upgrade", *headers, method="GET")
    answer = answer_to(target, asked)
    assert (answer.status, answer.body) == (200, b'{"status":"ok"}')


def test_a_client_that_would_rather_have_another_protocol_is_answered_in_this_one(target: Server) -> None:
    for body, framing in ((TINY, LENGTH), (CHUNKS, CHUNKED)):
        upgrade = request("/graphql", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", framing, body=body)
        with connection(target) as client:
            # The body comes later, as it does from slower networks.
            client.send(upgrade[:-5])
            client.send(upgrade[-5:])
            assert client.answer().data == {"__typename": "Query"}


def test_what_follows_such_a_request_is_no_part_of_it(target: Server) -> None:
    upgrade = ("Connection: Upgrade", "Upgrade: h2c")
    with connection(target) as client:
        client.send(request("/graphql", *upgrade, body=TINY) + request("/graphql", body=b"junk"))
        assert client.answer().data == {"__typename": "Query"}
        assert client.is_closed()
    with connection(target) as client:
        client.send(request("/graphql", *upgrade, CHUNKED, body=b"xx\r\n"))
        assert client.answer().status == 400


@pytest.mark.parametrize(
    "accept",
    [
        "text/plain",
        "multipart/mixed",
        "image/*",
        "application/json;charset=utf-16",
        "application/json;q=0",
        "a/" + "a" * 9_000,
    ],
)
def test_who_takes_no_json_is_told_what_there_is(target: Server, accept: str) -> None:
    answer: Answer = answer_to(target, request("/graphql", f"Accept: {accept}", body=TINY))
    assert (answer.status, answer.error[0]) == (406, "NOT_ACCEPTABLE")


def test_a_header_of_thousands_of_preferences_is_answered_as_if_the_rest_could_not_be_read(target: Server) -> None:
    accept = ",".join(f"a/{n};q=0.5" for n in range(2_000))
    for whole in (accept, f"{accept}, text/html", f"application/json, {accept}"):
        answer = answer_to(target, request("/graphql", f"Accept: {whole}", body=TINY))
        assert (answer.status, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")


@pytest.mark.parametrize(
    "accept",
    [
        "*; q=.2",
        "*/*;q=0.8000",
        '"',
        "a" * 9_000,
        '"' * 9_000,
        '"\\' * 4_000,
        ";" * 9_000,
        f"a{' ' * 9_000}b",
        "\xff/\xff",
    ],
)
def test_preferences_that_are_not_well_formed_are_answered(target: Server, accept: str) -> None:
    lists = (f"Accept: {accept}", f"Accept-Language: {accept}", f"Accept-Encoding: {accept}")
    assert answer_to(target, request("/graphql", *lists, body=TINY)).data == {"__typename": "Query"}


def test_several_lines_of_preferences_are_one_list(target: Server) -> None:
    lines = ("Accept: image/png", "Accept: application/json")
    assert answer_to(target, request("/graphql", *lines, body=TINY)).data == {"__typename": "Query"}
