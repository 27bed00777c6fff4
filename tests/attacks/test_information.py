"""What an answer gives away: the schema where it is locked, faults, the software, other people's words."""

import json
import logging
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from loaders.model.revisions import Published
from tests.support.attacks.raw_http import Answer, answer_to, request
from tests.support.servers import Server, running_beside

SECRET = "correct-horse-battery"


@pytest.fixture(scope="module")
def locked(server: Server) -> Iterator[Server]:
    with running_beside(server, PROFILE="locked", TRUSTED_ONLY="false") as locked:
        yield locked


@pytest.fixture
def target(locked: Server) -> Server:
    return locked


def ask(server: Server, query: str, variables: object = None) -> Answer:
    body = json.dumps({"query": query, "variables": variables}).encode()
    return answer_to(server, request("/graphql", "Accept: application/graphql-response+json", body=body))


INTROSPECTION = {
    "the schema": "{ __schema { types { name } } }",
    "a type": '{ __type(name: "District") { fields { name } } }',
    "the schema under another name": "{ dataset: __schema { queryType { name } } }",
    "the schema in a fragment": "{ ...F } fragment F on Query { __schema { directives { name } } }",
    "the schema in an inline fragment": "{ ... on Query { ... { __schema { description } } } }",
    "the schema that is left out": "query ($no: Boolean = true) { __schema @skip(if: $no) { description } }",
    "a query called __schema": 'query __schema { __type(name: "Query") { name } }',
    "one of two operations": "query A { __typename } query B { __schema { description } }",
}


@pytest.mark.parametrize("query", INTROSPECTION.values(), ids=INTROSPECTION)
def test_a_locked_server_does_not_tell_its_schema(target: Server, query: str) -> None:
    answer = ask(target, query)
    assert answer.status in {400, 422}
    assert "data" not in json.loads(answer.body)
    assert b"District" not in answer.body


@pytest.mark.parametrize("query", ["{ __typename }", '{ district(slug: "baiyun") { __typename } }'])
def test_a_locked_server_tells_the_type_of_what_it_answers(target: Server, query: str) -> None:
    assert ask(target, query).status == 200


NEARLY_RIGHT = {
    "a field": ("{ distric { slug } }", None),
    "a field of an object": ('{ district(slug: "baiyun") { slugg } }', None),
    "an argument": ('{ district(slugg: "baiyun") { slug } }', None),
    "a type": ("query ($a: Strin) { dataset { revision } } ", None),
    "a type of a fragment": ("{ ...F } fragment F on Distric { slug }", None),
    "a directive's argument": ("{ __typename @skip(iff: true) }", None),
    "an enum's value": ('{ search(text: "a", kinds: [AWAR]) { totalCount } }', None),
    "an enum's value as a text": ('{ search(text: "a", kinds: ["AWARD"]) { totalCount } }', None),
    "a field of an input": ("{ districts(where: { slugg: {} }) { totalCount } }", None),
    "an enum's value in a variable": (
        'query ($k: [SearchKind!]) { search(text: "a", kinds: $k) { totalCount } }',
        {"k": ["AWAR"]},
    ),
    "a field of an input in a variable": (
        "query ($w: DistrictFilter) { districts(where: $w) { totalCount } }",
        {"w": {"slugg": {"eq": "a"}}},
    ),
}


@pytest.mark.parametrize(("query", "variables"), NEARLY_RIGHT.values(), ids=NEARLY_RIGHT)
def test_a_locked_server_does_not_say_what_was_nearly_right(
    server: Server, target: Server, query: str, variables: object
) -> None:
    kept, told = ask(target, query, variables), ask(server, query, variables)
    assert (kept.status, told.status) in {(400, 400), (422, 422)}
    assert b"id you mean" not in kept.body
    assert b"id you mean" in told.body or b"iff" in told.body, "an open server helps"


@pytest.mark.parametrize("path", ["/explorer", "/explorer/", "/explorer/index.html", "/graphql/schema.graphql"])
def test_a_locked_server_has_neither_explorer_nor_schema_file(target: Server, path: str) -> None:
    assert answer_to(target, request(path, "Accept: text/html", method="GET")).status == 404


def test_a_browser_gets_no_explorer_of_a_locked_server(target: Server) -> None:
    assert answer_to(target, request("/graphql", "Accept: text/html", method="GET")).status == 406


def test_pages_of_a_locked_server_do_not_tell_their_operations(target: Server) -> None:
    page = answer_to(target, request("/en/districts/baiyun", "Accept: text/html", method="GET"))
    assert page.status == 200
    assert b"/queries/" not in page.body
    assert answer_to(target, request("/en/queries/district", method="GET")).status == 404


PATHS = {
    "upwards": "/explorer/../app.py",
    "upwards, encoded": "/explorer/%2e%2e/%2e%2e/settings.py",
    "upwards, encoded twice": "/explorer/%252e%252e/settings.py",
    "upwards with backslashes": "/explorer/..%5c..%5capp.py",
    "an absolute path": "/explorer//etc/passwd",
    "a NUL": "/explorer/index.html%00.js",
    "a name past all bounds": "/explorer/" + "a" * 5_000,
    "settings": "/.env",
    "the repository": "/.git/config",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_no_file_but_the_explorers_is_served(server: Server, path: str) -> None:
    answer = answer_to(server, request(path, method="GET"))
    assert (answer.status, answer.body) in {(404, b"Not Found"), (405, b"Method Not Allowed")}


@pytest.mark.parametrize("target_path", ["/healthz", "/graphql?query={__typename}", "/nothing", "/graphql"])
def test_every_answer_tells_browsers_to_be_careful_and_nobody_what_runs(server: Server, target_path: str) -> None:
    answer = answer_to(server, request(target_path, "Accept: application/json", method="GET"))
    expected = {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    }
    assert expected.items() <= answer.headers.items()
    assert not {"server", "x-powered-by"} & answer.headers.keys()


class Broken:
    """A store that fails with words that are nobody's business."""

    def known_published(self) -> Published | None:
        raise RuntimeError(f"mongodb://admin:{SECRET}@db1")


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The root logger, put back to what it was: an app that is made in this process configures it."""
    root = logging.getLogger()
    level, handlers = root.level, [*root.handlers]
    yield root
    root.setLevel(level)
    root.handlers[:] = handlers


def test_a_fault_of_ours_is_logged_with_the_requests_id_and_told_to_nobody(
    caplog: pytest.LogCaptureFixture, root_logger: logging.Logger
) -> None:
    app = create_app(Settings.model_validate({"mongodb_uri": "mongodb://127.0.0.1:1", "log_level": "ERROR"}))
    app.state.store = Broken()
    sent = {"query": "query ($s: String!) { district(slug: $s) { slug } }", "variables": {"s": "hunter2"}}
    headers = {"X-Request-ID": "find-me", "Authorization": "Bearer hunter2", "Cookie": "session=hunter2"}
    root_logger.addHandler(caplog.handler)
    response = TestClient(app).post("/graphql?token=hunter2", json=sent, headers=headers)
    assert (response.status_code, response.headers["x-request-id"]) == (500, "find-me")
    assert response.json() == {
        "errors": [
            {
                "message": "Something went wrong on our side; the log has it under this request's id.",
                "extensions": {"code": "INTERNAL_SERVER_ERROR"},
            }
        ]
    }
    assert SECRET in caplog.text
    assert "hunter2" not in caplog.text


def test_the_log_of_a_request_has_none_of_what_it_carried(server: Server) -> None:
    secret = "hunter2"
    headers = (f"Authorization: Bearer {secret}", f"Cookie: session={secret}", "X-Request-ID: carries-secrets")
    for body in (b'{"query":"{__typename}","variables":{"a":"hunter2"}}', b'{"hunter2'):
        answer_to(server, request(f"/graphql?token={secret}", *headers, body=body))
    log = server.log.read_text()
    assert "carries-secrets" in log
    assert secret not in log
