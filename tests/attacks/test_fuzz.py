"""Questions that tools make up from the schema: none breaks the server, and every error has a code.

hypothesis-graphql makes operations that fit the schema and others that don't; Schemathesis reads the schema over
HTTP, as a stranger would.
"""

from typing import Any

import httpx2
import pytest
from graphql import GraphQLSchema, build_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode, from_schema, nodes

from api.http.errors import STATUS
from schema.base.errors import INTERNAL
from schema.graph.contract import sdl
from tests.support.servers import Server
from tests.support.thoroughness import examples
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.slow

RESPONSE = "application/graphql-response+json"
SCHEMA: GraphQLSchema = build_schema(sdl())
ROOTS = sorted(SCHEMA.query_type.fields) if SCHEMA.query_type else []
# Nothing below it has an argument to get wrong.
ALWAYS_RIGHT = {("dataset", Mode.NEGATIVE)}
EXAMPLES = examples(quick=3, thorough=60)
# Those of Schemathesis are larger.
SCHEMATHESIS_EXAMPLES = examples(quick=3, thorough=30)
# Texts that look like what the scalars stand for, and others.
SCALARS = {
    "Date": st.one_of(st.dates().map(str), st.text(max_size=12)).map(nodes.String),
    "DateTime": st.one_of(st.datetimes().map(str), st.text(max_size=12)).map(nodes.String),
    "Decimal": st.one_of(st.decimals().map(str), st.text(max_size=12)).map(nodes.String),
    "Revision": st.one_of(st.integers().map(str), st.text(max_size=12)).map(nodes.String),
}
# The same examples each time: a run that finds nothing is followed by none that does.
FUZZED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def judge(response: httpx2.Response | Any) -> None:
    """No failure of ours; an answer has data or coded errors, and each code is of the table."""
    body = response.json()
    codes = {error["extensions"]["code"] for error in body.get("errors", ())}
    assert codes <= STATUS.keys() - {INTERNAL}, body
    assert response.status_code < 500, response.text
    assert "data" in body or codes


@pytest.mark.parametrize(
    ("root", "mode"), [(root, mode) for root in ROOTS for mode in Mode if (root, mode) not in ALWAYS_RIGHT]
)
def test_whatever_fits_the_schema_or_nearly_does_is_answered_or_refused(
    server: Server, root: str, mode: Mode
) -> None:
    with httpx2.Client(base_url=server.url, timeout=PATIENCE_S, headers={"Accept": RESPONSE}) as client:

        @FUZZED
        @given(from_schema(SCHEMA, fields=[root], custom_scalars=SCALARS, mode=mode))
        def ask(document: object) -> None:
            judge(client.post("/graphql", json={"query": document}))

        ask()


def test_what_schemathesis_asks_is_answered_or_refused(server: Server) -> None:
    # Importing it takes a second, which every worker would need.
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.result import Ok

    schemathesis.graphql.scalar("Revision", SCALARS["Revision"])
    schema = schemathesis.graphql.from_url(f"{server.url}/graphql")
    asked = 0
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    for operation in operations:

        @settings(FUZZED, max_examples=SCHEMATHESIS_EXAMPLES)
        @given(operation.as_strategy())
        def ask(case: schemathesis.Case[Any]) -> None:
            nonlocal asked
            asked += 1
            judge(case.call_and_validate(headers={"Accept": RESPONSE}, checks=[not_a_server_error]))

        ask()
    assert len(operations) == len(ROOTS)
    assert asked > len(ROOTS) * SCHEMATHESIS_EXAMPLES / 2
