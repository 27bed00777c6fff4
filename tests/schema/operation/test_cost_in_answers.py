"""Responses report the cost of the operation, also without executing it; the limits are settings."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from schema.operation.limits import Limits
from tests.support.servers import Server, running_server
from tests.support.waiting import PATIENCE_S

PAGE = "query ($n: Int) { districts(first: $n) { nodes { slug } } }"
VALIDATE = {"Yunshan-Cost": "validate"}


def post(server: Server, query: str, variables: Any = None, **headers: str) -> httpx2.Response:
    accept = {"Accept": "application/graphql-response+json"}
    body = {"query": query, "variables": variables}
    return httpx2.post(f"{server.url}/graphql", json=body, headers=accept | headers, timeout=PATIENCE_S)


def test_a_response_has_its_cost_beside_its_data(server: Server) -> None:
    for _ in range(2):
        response = post(server, PAGE, {"n": 30})
        assert response.json() == {
            "data": {"districts": {"nodes": [{"slug": "baiyun"}]}},
            "extensions": {"cost": {"estimated": 30, "limit": 5000}},
        }
        assert response.headers["cache-control"] == "no-cache"


def test_the_cost_is_reported_without_executing_anything(server: Server) -> None:
    query = "query ($n: Int) { metrics(first: $n) { aggregate { figures { max } } } }"
    assert post(server, query, {"n": 1}).json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    response = post(server, query, {"n": 1}, **VALIDATE)
    assert response.status_code == 200
    assert response.json() == {"data": None, "extensions": {"cost": {"estimated": 201, "limit": 5000}}}
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("{ nothing }", 400, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($n: Int!) { districts(first: $n) { totalCount } }", 422, "BAD_USER_INPUT"),
        ("{ districts(first: 100) { nodes { metrics(first: 100) { id } } } }", 400, "COST_LIMIT_EXCEEDED"),
    ],
)
def test_an_invalid_operation_has_an_error_and_no_cost(server: Server, query: str, status: int, code: str) -> None:
    run, validated = post(server, query), post(server, query, **VALIDATE)
    assert run.status_code == validated.status_code == status
    assert run.json() == validated.json()
    assert validated.json()["errors"][0]["extensions"]["code"] == code


def test_the_cost_is_reported_even_if_the_client_has_cached_the_response(server: Server) -> None:
    query = {"query": "{ districts { nodes { slug } } }"}
    held = httpx2.get(f"{server.url}/graphql", params=query, timeout=PATIENCE_S).headers["etag"]
    response = httpx2.get(
        f"{server.url}/graphql", params=query, headers={"If-None-Match": held, **VALIDATE}, timeout=PATIENCE_S
    )
    assert response.status_code == 200
    assert response.json() == {"data": None, "extensions": {"cost": {"estimated": 20, "limit": 5000}}}


def test_another_value_of_the_header_is_rejected(server: Server) -> None:
    response = post(server, PAGE, **{"Yunshan-Cost": "yes"})
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["message"] == "Yunshan-Cost is 'yes'; send validate, or leave it out"


def test_a_response_has_the_first_five_errors(server: Server) -> None:
    invalid = post(server, "{ " + " ".join(f"nothing{number}" for number in range(9)) + " }").json()["errors"]
    assert [error["message"][:28] for error in invalid] == [f"Cannot query field 'nothing{n}" for n in range(5)]
    wanted = ", ".join(f"$v{number}: Int!" for number in range(9))
    used = " ".join(f"a{number}: districts(first: $v{number}) {{ totalCount }}" for number in range(9))
    missing = post(server, f"query ({wanted}) {{ {used} }}").json()["errors"]
    assert [error["message"][:14] for error in missing] == [f"Variable '$v{n}'" for n in range(5)]


def test_a_response_has_the_first_five_field_errors_and_their_number(server: Server) -> None:
    failing = " ".join(f'a{number}: node(id: "{number}") {{ id }}' for number in range(7))
    response = post(server, f"{{ {failing} }}").json()
    assert [error["path"] for error in response["errors"]] == [[f"a{number}"] for number in range(5)]
    assert response["extensions"]["errorCount"] == 7
    assert response["data"] == {f"a{number}": None for number in range(7)}


@pytest.fixture(scope="module")
def strict(server: Server) -> Iterator[Server]:
    """A server whose limits are as low as settings let them be, but for the length of texts."""
    settings = {
        **{name: server.environment[name] for name in ("MONGODB_URI", "MONGODB_DATABASE")},
        **{f"MAX_{name}": "1" for name in ("OPERATIONS", "DEPTH", "ROOT_FIELDS", "COST", "ERRORS")},
        **{f"MAX_{name}": "0" for name in ("VARIABLES", "ALIASES", "DIRECTIVES")},
        **{"MAX_TEXT_CHARACTERS": "2000", "MAX_TOKENS": "300", "MAX_OVERLAPS": "1000"},
    }
    with running_server(settings) as strict:
        yield strict


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ __typename }" + " " * 2_000, "TEXT_LIMIT_EXCEEDED"),
        ("{ " + "a " * 300 + "}", "TOKEN_LIMIT_EXCEEDED"),
        ("query A { __typename } query B { __typename }", "OPERATION_LIMIT_EXCEEDED"),
        ("query ($v: Int) { __typename }", "VARIABLE_LIMIT_EXCEEDED"),
        ("{ dataset { revision } }", "DEPTH_LIMIT_EXCEEDED"),
        ("{ __typename __typename }", "ROOT_FIELD_LIMIT_EXCEEDED"),
        ("{ a: __typename }", "ALIAS_LIMIT_EXCEEDED"),
        ("{ __typename @skip(if: true) }", "DIRECTIVE_LIMIT_EXCEEDED"),
        ("{ __schema { " + "queryType { name } " * 40 + "} }", "OVERLAP_LIMIT_EXCEEDED"),
        ("{ __schema { queryType { name } } }", "COST_LIMIT_EXCEEDED"),
    ],
)
def test_every_limit_is_a_setting(strict: Server, query: str, code: str) -> None:
    assert strict.data("{ __typename }") == {"__typename": "Query"}
    [error] = strict.ask(query)["errors"]
    assert error["extensions"]["code"] == code
    assert error["extensions"]["allowed"] < 2_001


def test_the_limit_of_errors_is_a_setting(strict: Server) -> None:
    assert len(strict.ask("{ nothing(a: 1, a: 2) }")["errors"]) == 1


def test_the_settings_name_each_limit() -> None:
    from api.settings import Settings

    assert Settings(_env_file=None).limits == Limits()
