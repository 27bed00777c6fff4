"""The page on limits has each limit with its default, setting and code, and the costs that the server computes."""

import json
import re
from dataclasses import asdict
from typing import Final

import httpx2
import pytest
from graphql import get_introspection_query

from api.settings import Settings
from schema.base.errors import LIMIT_MESSAGES
from schema.operation.limits import Limits
from schema.operation.operation_cache import Operations
from schema.retrieval.events import DISTRICT_POINTS, REVISION_POINTS
from tests.support.servers import ROOT, Server
from tests.support.waiting import PATIENCE_S

PAGE: Final = (ROOT / "docs/reference/limits.md").read_text(encoding="utf-8")
# A default, a setting and a code.
ROWS: Final = re.findall(r"^\| [a-z ]+ \| [^|]+ \| (\d+) \| `([A-Z_]+)` \| (?:`([A-Z_]+)` )?\|$", PAGE, re.MULTILINE)


def test_the_table_has_every_limit_with_its_default_its_setting_and_its_code() -> None:
    defaults = {f"MAX_{name}".upper(): str(value) for name, value in asdict(Limits()).items()}
    defaults["MAX_RESPONSE_BYTES"] = str(Settings.model_fields["max_response_bytes"].default)
    assert {setting: default for default, setting, _ in ROWS} == defaults
    assert all(setting.lower() in Settings.model_fields for setting in defaults)
    assert [code for _, _, code in ROWS if code] == list(LIMIT_MESSAGES)


def test_the_page_has_the_price_of_reading_the_past() -> None:
    assert f"costs {REVISION_POINTS} points for each revision" in PAGE
    assert f"in `metricChanged` and `observationChanged` {DISTRICT_POINTS} more for each" in PAGE


def test_the_refusal_of_the_page_is_the_servers(server: Server) -> None:
    [(query, answer)] = re.findall(r"```graphql\n(.*?)```\s+```json\n(.*?)```", PAGE, re.DOTALL)
    assert server.ask(query) == json.loads(answer)


def test_the_cost_alone_is_told_as_the_page_shows(server: Server) -> None:
    shown = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[-1]
    query = (ROOT / "bench" / "queries" / "list.graphql").read_text(encoding="utf-8")
    body = {"query": query, "variables": {"from": "a"}}
    told = httpx2.post(f"{server.url}/graphql", json=body, headers={"Yunshan-Cost": "validate"}, timeout=PATIENCE_S)
    assert told.json() == json.loads(shown)


def _full(page: int) -> str:
    """Everything of some districts, as the benchmarks ask it of one."""
    text = (ROOT / "bench" / "queries" / "full.graphql").read_text(encoding="utf-8")
    many = f"{{ districts(first: {page}) {{ nodes"
    return text.replace("query Full($slug: String!) {\n  district(slug: $slug)", many).replace("\n}\n", "\n} }\n", 1)


QUESTIONS: Final[dict[str, str]] = {
    "one district by name": '{ district(slug: "baiyun") { name { en } } }',
    "everything of one district": _full(1),
    "everything of twenty districts": _full(20),
    "fifty districts with the figures of their initiatives": (
        "{ districts(first: 50) { nodes { pillars { initiatives { metrics { quantity { value } } } } } } }"
    ),
    "a page of a hundred metrics with their districts and a total": (
        "{ metrics(first: 100) { totalCount nodes { district { slug } } } }"
    ),
    "the introspection query": get_introspection_query(),
}


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_question_costs_what_the_page_says(asked: str) -> None:
    [points] = re.findall(rf"^\| {asked}(?: \([^|]*\))? \| (\d+) \|$", PAGE, re.MULTILINE)
    assert Operations().get(QUESTIONS[asked], None).cost.points == int(points)
