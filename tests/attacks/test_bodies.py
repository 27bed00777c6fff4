"""Bodies that are no request, that mean two things, or that cost more than they say."""

import json
from urllib.parse import quote

import pytest

from tests.support.attacks.raw_http import answer_to, connection, request
from tests.support.servers import Server

pytestmark = pytest.mark.usefixtures("brief_work")

START = b'{"query":"{__typename}","variables":'


def variables(written: str) -> bytes:
    return START + written.encode() + b"}"


NO_JSON = "the body is not JSON: "
BODIES = {
    "nothing": (b"", "the body is empty"),
    "white space": (b" \r\n\t", NO_JSON),
    "words": (b"nonsense", NO_JSON),
    "half of an object": (b'{"query":', NO_JSON),
    "two objects": (b"{}{}", NO_JSON),
    "a comma too many": (b'{"query":"{__typename}",}', NO_JSON),
    "single quotes": (b"{'query':'{__typename}'}", NO_JSON),
    "a comment": (b'{/**/"query":"{__typename}"}', NO_JSON),
    "a control character": (b'{"query":"{\x01}"}', NO_JSON),
    "a GraphQL document": (b"{__typename}", NO_JSON),
    "NaN": (variables('{"a":NaN}'), "the body is not JSON: NaN is not allowed"),
    "infinity": (variables('{"a":-Infinity}'), "the body is not JSON: -Infinity is not allowed"),
    "a number past all bounds": (variables('{"a":1e999}'), "the body has a number that is too large"),
    "an integer of 21 digits": (
        variables('{"a":100000000000000000000}'),
        "the body has a number of more than 20 digits",
    ),
    "an integer of 5000 digits": (
        variables(f'{{"a":{"9" * 5_000}}}'),
        "the body has a number of more than 20 digits",
    ),
    "a fraction of 5000 digits": (
        variables(f'{{"a":0.{"1" * 5_000}}}'),
        "the body has a number of more than 20 digits",
    ),
    "an exponent of 5000 digits": (
        variables(f'{{"a":1e{"0" * 5_000}1}}'),
        "the body has a number of more than 20 digits",
    ),
    "a query twice": (b'{"query":"{__typename}","query":"{dataset{revision}}"}', "the body has a key twice"),
    "a query twice, once escaped": (b'{"query":"{a}","qu\\u0065ry":"{__typename}"}', "the body has a key twice"),
    "a variable twice": (variables('{"a":1,"a":2}'), "the body has a key twice"),
    "33 levels": (variables('{"a":' + "[" * 31 + "]" * 31 + "}"), "the body is nested too deep; at most 32 levels"),
    "a hundred thousand lists": (b"[" * 100_000, "the body is nested too deep"),
    "twenty thousand objects": (b'{"a":' * 20_000, "the body is nested too deep"),
    "no UTF-8": (b'{"query":"{__typename} # \xff"}', "the body is not UTF-8 (byte 26)"),
    "overlong UTF-8": (b'{"query":"\xc0\xaf"}', "the body is not UTF-8 (byte 11)"),
    "a surrogate as UTF-8": (b'{"query":"\xed\xa0\x80"}', "the body is not UTF-8 (byte 11)"),
    "half of a pair": (variables('{"a":"\\ud800"}'), "the body has half of a surrogate pair"),
    "half of a pair as a key": (variables('{"\\udfff":1}'), "the body has half of a surrogate pair"),
    "UTF-16": ('{"query":"{__typename}"}'.encode("utf-16"), "the body is not UTF-8 (byte 1)"),
    "a byte order mark": (b'\xef\xbb\xbf{"query":"{__typename}"}', "the body begins with a byte order mark"),
    "null": (b"null", "the body must be a JSON object"),
    "a number": (b"7", "the body must be a JSON object"),
    "a text": (b'"{__typename}"', "the body must be a JSON object"),
    "a batch": (
        b'[{"query":"{__typename}"}]',
        "the body must be one JSON object; this server does not accept batches",
    ),
    "a batch of nothing": (b"[]", "the body must be one JSON object; this server does not accept batches"),
    "a batch of six thousand": (b"[" + b'{"query":"{a}"},' * 6_000 + b"{}]", "the body must be one JSON object"),
    "no query": (b"{}", '"query" must be a string'),
    "a query that is a number": (b'{"query":7}', '"query" must be a string'),
    "variables that are a list": (variables("[]"), '"variables" must be an object'),
    "variables that are a text": (variables('"{}"'), '"variables" must be an object'),
    "a name that is an object": (b'{"query":"{__typename}","operationName":{}}', '"operationName" must be a string'),
    "extensions that are a number": (b'{"query":"{__typename}","extensions":7}', '"extensions" must be an object'),
}


@pytest.mark.parametrize(("body", "message"), BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_request_is_told_why(target: Server, body: bytes, message: str) -> None:
    answer = answer_to(target, request("/graphql", f"Content-Length: {len(body)}", body=body))
    code, told = answer.error
    assert (answer.status, code) == (400, "BAD_REQUEST")
    assert told.startswith(message)
    assert len(told) < 120, "a message must not repeat the body"


KINDS = {
    "no type": ("",),
    "a form": ("Content-Type: application/x-www-form-urlencoded",),
    "a text": ("Content-Type: text/plain",),
    "an upload": ("Content-Type: multipart/form-data; boundary=x",),
    "GraphQL itself": ("Content-Type: application/graphql",),
    "nearly JSON": ("Content-Type: application/jsonp",),
    "JSON in UTF-16": ("Content-Type: application/json; charset=utf-16",),
    "JSON in Latin-1": ("Content-Type: application/json;charset=ISO-8859-1",),
    "compressed": ("Content-Encoding: gzip",),
    "compressed twice": ("Content-Encoding: gzip, br",),
}


@pytest.mark.parametrize("headers", KINDS.values(), ids=KINDS)
def test_what_is_not_plain_json_is_refused_unread(target: Server, headers: tuple[str, ...]) -> None:
    kind = "" if headers == ("",) else "application/json"
    own = tuple(filter(None, headers))
    answer = answer_to(target, request("/graphql", *own, body=b'{"query":"{__typename}"}', kind=kind))
    assert (answer.status, answer.error[0]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "kind", ["application/json; charset=UTF-8", 'application/json;charset="utf8"', "Application/JSON"]
)
def test_json_in_utf_8_is_taken_however_it_is_called(target: Server, kind: str) -> None:
    answer = answer_to(target, request("/graphql", body=b'{"query":"{__typename}"}', kind=kind))
    assert answer.data == {"__typename": "Query"}


LARGE = {
    "2 MB": request("/graphql", body=b" " * 2_000_000),
    "20 MB": request("/graphql", body=b" " * 20_000_000),
    "2 MB in chunks": request(
        "/graphql", "Transfer-Encoding: chunked", body=(b"10000\r\n" + b" " * 65_536 + b"\r\n") * 32
    ),
    "a length of a terabyte": request("/graphql", "Content-Length: 1000000000000", body=b"{"),
    "a length past what is sent, waiting": request("/graphql", "Content-Length: 999999", "Expect: 100-continue"),
    "a byte too many": request("/graphql", body=b" " * 131_073),
}


@pytest.mark.parametrize("data", LARGE.values(), ids=LARGE)
def test_a_large_body_is_refused_at_once(target: Server, data: bytes) -> None:
    answer = answer_to(target, data)
    assert (answer.status, answer.error) == (413, ("CONTENT_TOO_LARGE", "the body is larger than 131072 bytes"))


def test_a_body_of_the_largest_size_is_read(target: Server) -> None:
    body = b'{"query":"{__typename}"}'.ljust(131_072)
    assert answer_to(target, request("/graphql", body=body)).data == {"__typename": "Query"}


def test_after_a_body_that_was_too_large_the_connection_goes_on(target: Server) -> None:
    with connection(target) as client:
        client.send(request("/graphql", body=b" " * 200_000))
        assert client.answer().status == 413
        client.send(request("/graphql", body=b'{"query":"{__typename}"}'))
        assert client.answer().data == {"__typename": "Query"}


def test_what_is_at_the_limits_is_taken(target: Server) -> None:
    values = {"a": 12345678901234567890, "b": json.loads("[" * 30 + "]" * 30), "c": "😀", "d": 1.5e-7}
    answer = answer_to(target, request("/graphql", body=variables(json.dumps(values))))
    assert answer.data == {"__typename": "Query"}


URLS = {
    "no query": ("", '"query" must be a string'),
    "a query twice": ("query={a}&query={__typename}", "the URL has a duplicate parameter"),
    "no UTF-8": ("query={__typename}%23%ff", "the URL is not percent-encoded UTF-8"),
    "half of an object": ("query={__typename}&variables={", 'the parameter "variables" is not JSON'),
    "variables that are a list": ("query={__typename}&variables=[]", '"variables" must be an object'),
    "a variable twice": (
        "query={__typename}&variables=" + quote('{"a":1,"a":2}'),
        'the parameter "variables" has a key twice',
    ),
    "variables in 33 levels": (
        f"query={{__typename}}&variables={'[' * 33 + ']' * 33}",
        'the parameter "variables" is nested too deep',
    ),
    "extensions of many digits": (
        "query={__typename}&extensions=" + quote('{"a":' + "9" * 21 + "}"),
        'the parameter "extensions" has a number of more than 20 digits',
    ),
}


@pytest.mark.parametrize(("parameters", "message"), URLS.values(), ids=URLS)
def test_a_url_is_read_as_strictly_as_a_body(target: Server, parameters: str, message: str) -> None:
    answer = answer_to(target, request(f"/graphql?{parameters}", "Accept: application/json", method="GET"))
    assert (answer.status, answer.error[0]) == (400, "BAD_REQUEST")
    assert answer.error[1].startswith(message)
