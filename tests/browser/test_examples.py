"""The worked examples of the explorer: the files, the built page and the API agree."""

import json
import re
from pathlib import Path

import httpx2
import pytest

from tests.support.servers import Server
from tests.support.waiting import PATIENCE_S

REPOSITORY = Path(__file__).resolve().parents[2]
FILES = {path.stem: path.read_text("utf-8").rstrip() for path in (REPOSITORY / "web/src/examples").glob("*.graphql")}
MANUAL = (REPOSITORY / "docs/guide/ask.md").read_text("utf-8")
QUESTIONS = {
    question: f"# {question}\n\n{query.rstrip()}"
    for question, query in re.findall(r"^### (.+\?)\n[^#]*?```graphql\n(query [^`]+)```", MANUAL, re.MULTILINE)
}
EXAMPLES = {**FILES, **QUESTIONS}
TABS = ["1-baiyun", "2-compare", "3-awards", "4-search", "5-districts"]
BUILT = json.loads((REPOSITORY / "api/static/explorer/examples.json").read_text("utf-8"))


def test_the_questions_of_the_manual_are_among_them() -> None:
    assert len(QUESTIONS) == 14


@pytest.mark.parametrize("text", EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_answers_without_errors(text: str, server: Server) -> None:
    headers = {"accept": "text/event-stream" if "subscription" in text else "application/json"}
    with httpx2.stream(
        "POST", f"{server.url}/graphql", json={"query": text}, headers=headers, timeout=PATIENCE_S
    ) as answer:
        assert answer.status_code == 200
        # Of a stream, the first event.
        lines = (line.removeprefix("data: ") for line in answer.iter_lines())
        told = json.loads(next(line for line in lines if line.startswith("{")))
    assert "errors" not in told


def test_the_built_page_has_the_examples_as_they_are_written() -> None:
    assert {example["query"] for example in BUILT} == set(EXAMPLES.values())
    assert [example["query"] for example in BUILT if example["tab"]] == [FILES[name] for name in TABS]


def test_each_tab_has_something_to_show_of_the_shipped_data(shipped: Server) -> None:
    answers = [shipped.data(FILES[name]) for name in TABS]
    district, indicators, awards, found, districts = (next(reversed(answer.values())) for answer in answers)
    assert len(district["metrics"]) == 3
    assert len(indicators["nodes"][0]["ranking"]["nodes"]) == 3
    assert len(awards["nodes"]) == 5
    assert found["totalCount"] >= 3
    assert districts["totalCount"] == 7
