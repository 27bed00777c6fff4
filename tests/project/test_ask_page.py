"""The queries of the guide have the answers it shows; the page on errors has every message of invalid arguments."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.support.servers import ROOT, Server, running_server

PAGE: Final = (ROOT / "docs/guide/ask.md").read_text(encoding="utf-8")
ERRORS: Final = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
PAIRS: Final = [
    (query, json.loads(answer))
    for query, answer in re.findall(r"```graphql\n(.*?)```\s+```json\n(.*?)```", PAGE + ERRORS, re.DOTALL)
]
EXPLAINED: Final = [(query, answer) for query, answer in PAIRS if "extensions" in answer]
EXPLAIN: Final = {"Yunshan-Explain": "1"}
PLAIN: Final = [(query, answer) for query, answer in PAIRS if "extensions" not in answer]


def _section(heading: str) -> str:
    return ERRORS.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


INVALID_ARGUMENTS: Final = _section("Invalid arguments")
ELSEWHERE: Final = _section("Suggestions for unknown fields")
# The query, in backticks unless it is described in words; the message.
ROWS: Final = re.findall(r"^\| (.*) \| `([^`]*)` \| [^|]+ \|$", INVALID_ARGUMENTS, re.MULTILINE)

# The query, and a part of the message.
PATHS: Final = re.findall(r"^\| `([^`]*)` \| `([^`]*)` \|$", ELSEWHERE, re.MULTILINE)

# What these provoke: tests/api/graphql/test_subscriptions.py and tests/schema/graph/test_instants.py.
OTHER_MESSAGES: Final = [
    message
    for heading in ("Subscriptions", "Sums of several places")
    for message in re.findall(r"^\| [^`|]+ \| `([^`]*)` \|$", _section(heading), re.MULTILINE)
]

QUESTIONS: Final = [
    "Which percentages are above 80?",
    "What fell year on year?",
    "What is claimed to be first in the city?",
    "Which awards have been held for six years or longer?",
    "Which initiatives are still in progress?",
    "How do all districts compare by one indicator?",
    "Which figures of each pillar are printed as “over”, and how many ranks are claimed?",
    "What do the sums of money amount to, and where do they come from?",
    "What is about the hotline, asked in Traditional Chinese?",
    "Where does one figure stand?",
]


def _values(count: int) -> str:
    return json.dumps([f"x{number}" for number in range(count)])


def _words(count: int) -> str:
    return " ".join(f"w{number}" for number in range(count))


FOLLOWING: Final = 'after: "CURSOR") { totalCount }'
# Few tokens for many conditions: an operation has a thousand at most.
_SIX: Final = '{ slug: { eq: "a", ne: "a", lt: "a", lte: "a", gt: "a", gte: "a" } } '
TOO_LONG_TO_PRINT: Final = {
    "a `where` of 13 levels": f"metrics(where: {'{ not: ' * 12}{{}}{' }' * 12}) {{ totalCount }}",
    "a `where` of 204 conditions": f"metrics(where: {{ or: [{_SIX * 34}] }}) {{ totalCount }}",
    "`in` or `notIn` with 101 values": f"metrics(where: {{ slug: {{ in: {_values(101)} }} }}) {{ totalCount }}",
    "`contains` with 31 words": f'metrics(where: {{ name: {{ contains: "{_words(31)}" }} }}) {{ totalCount }}',
    "a cursor of `metrics` to `awards`": f"awards({FOLLOWING}",
    "a cursor of `metrics` with another `orderBy`": f"metrics(orderBy: [{{ slug: {{}} }}], {FOLLOWING}",
    "a cursor of `metrics` with another `where`": f'metrics(where: {{ name: {{ contains: "x" }} }}, {FOLLOWING}',
    "`search` with 201 characters": f'search(text: "{"x" * 201}") {{ totalCount }}',
    "`search` with 31 words": f'search(text: "{_words(31)}") {{ totalCount }}',
    "`nodes` with 101 ids": f"nodes(ids: {_values(101)}) {{ id }}",
    "`lang` with 21 ranges": f'district(slug: "baiyun") {{ name {{ text(lang: {_values(21)}) }} }}',
}


def test_the_guide_has_ten_questions_and_the_errors_a_dozen_whole_responses() -> None:
    headings = re.findall(r"^### (.*)$", PAGE, re.MULTILINE)
    assert set(QUESTIONS) <= set(headings)
    for question in QUESTIONS:
        section = PAGE.partition(f"### {question}\n")[2].partition("\n##")[0]
        assert "```graphql" in section and "```json" in section, question
    assert sum("errors" in answer for _, answer in PAIRS) >= 12


@pytest.mark.parametrize(("query", "answer"), PLAIN)
def test_a_query_of_the_manual_has_the_answer_that_it_shows(server: Server, query: str, answer: Any) -> None:
    assert server.ask(query) == answer


def test_the_explained_query_of_the_page_is_explained_as_it_shows(server: Server) -> None:
    [(query, shown)] = EXPLAINED
    database = {name: server.environment[name] for name in ("MONGODB_URI", "MONGODB_DATABASE")}
    with running_server({**database, "EXPLAIN": "true"}) as explaining:
        answer = explaining.ask(query, None, **EXPLAIN)
    assert answer["data"] == shown["data"]
    # The database decides which index it uses and how much it examines.
    assert _shape(answer["extensions"]) == _shape(shown["extensions"])
    refused = server.ask(query, None, **EXPLAIN)
    assert "data" not in refused
    assert "EXPLAIN" in refused["errors"][0]["message"]


@pytest.mark.parametrize(("asked", "message"), ROWS)
def test_a_message_of_the_table_is_the_servers(server: Server, asked: str, message: str) -> None:
    query = TOO_LONG_TO_PRINT.get(asked) or asked.strip("`")
    if "CURSOR" in query:
        page = server.data("{ metrics { pageInfo { endCursor } } }")["metrics"]
        query = query.replace("CURSOR", page["pageInfo"]["endCursor"])
    [error] = server.ask(f"{{ {query} }}")["errors"]
    assert error["message"] == message
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize(("asked", "part"), PATHS)
def test_a_field_at_another_place_is_suggested_as_the_page_says(server: Server, asked: str, part: str) -> None:
    [error] = server.ask(f"{{ {asked} }}")["errors"]
    assert part in error["message"]
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


def test_the_table_has_every_message_of_the_source_and_no_other() -> None:
    patterns = sorted(
        {pattern for path in (ROOT / "schema").rglob("*.py") for pattern in _patterns(path.read_text())}
    )
    messages = [*(message for _, message in ROWS), *OTHER_MESSAGES]
    assert len(patterns) > 30, "the messages are found"
    assert [one for one in patterns if not any(re.fullmatch(one, message) for message in messages)] == []
    assert [message for message in messages if not any(re.fullmatch(one, message) for one in patterns)] == []


def test_every_row_of_the_tables_is_tested() -> None:
    assert len(PATHS) == ELSEWHERE.count("\n| ") - 2
    rows = [line for line in INVALID_ARGUMENTS.splitlines() if line.startswith("|")][2:]
    assert len(rows) == len(ROWS)
    in_words = {asked for asked, _ in ROWS if not re.fullmatch("`[^`]+`", asked)}
    assert in_words == set(TOO_LONG_TO_PRINT)


def _patterns(source: str) -> Iterator[str]:
    """Every message of BadUserInput as a pattern: what is filled in may be anything."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "BadUserInput":
            [message] = node.args
            parts = message.values if isinstance(message, ast.JoinedStr) else [message]
            yield "".join(re.escape(_constant(part)) or ".+" for part in parts)


def _constant(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""


def _shape(value: Any) -> Any:
    """A value with its numbers and the names of indexes left out."""
    if isinstance(value, dict):
        return {key: [] if key == "indexes" else _shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shape(one) for one in value]
    return int if type(value) is int else value
