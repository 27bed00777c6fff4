"""The worked examples of the explorer: the files, the built page and the API agree."""

import json
from pathlib import Path

import httpx2
import pytest

from tests.browser.visitor import Server

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((REPOSITORY / "web/src/examples").glob("*.graphql"))
BUILT_ASSETS = REPOSITORY / "api/static/explorer/assets"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_answers_without_errors(example: Path, server: Server) -> None:
    text = example.read_text("utf-8")
    headers = {"accept": "text/event-stream" if "subscription" in text else "application/json"}
    with httpx2.stream("POST", f"{server.url}/graphql", json={"query": text}, headers=headers) as answer:
        assert answer.status_code == 200
        # Of a stream, the first event.
        lines = (line.removeprefix("data: ") for line in answer.iter_lines())
        told = json.loads(next(line for line in lines if line.startswith("{")))
    assert "errors" not in told


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_built_page_carries_an_example_as_it_is_written(example: Path) -> None:
    scripts = "".join(path.read_text("utf-8") for path in BUILT_ASSETS.glob("index-*.js"))
    written = example.read_text("utf-8").rstrip()
    assert written in scripts.replace("\\n", "\n").replace('\\"', '"')
