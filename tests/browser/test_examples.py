"""The worked examples of the explorer: the files, the built page and the API agree."""

import json
import re
from pathlib import Path

import httpx2
import pytest

from tests.support.browser.visitor import Server
from tests.support.waiting import PATIENCE_S

REPOSITORY = Path(__file__).resolve().parents[2]
FILES = {path.stem: path.read_text("utf-8").rstrip() for path in (REPOSITORY / "web/src/examples").glob("*.graphql")}
MANUAL = (REPOSITORY / "docs/guide/ask.md").read_text("utf-8")
QUESTIONS = {
    question: f"# {question}\n\n{query.rstrip()}"
    for question, query in re.findall(r"^### (.+\?)\n[^#]*?```graphql\n(query [^`]+)```", MANUAL, re.MULTILINE)
}
EXAMPLES = {**FILES, **QUESTIONS}
BUILT_ASSETS = REPOSITORY / "api/static/explorer/assets"


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


@pytest.mark.parametrize("text", EXAMPLES.values(), ids=EXAMPLES)
def test_the_built_page_carries_an_example_as_it_is_written(text: str) -> None:
    scripts = "".join(path.read_text("utf-8") for path in BUILT_ASSETS.glob("index-*.js"))
    assert text in scripts.replace("\\n", "\n").replace('\\"', '"')
