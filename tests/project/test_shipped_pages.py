"""Pages of the guide show the answers of a server with all the data that is shipped."""

import json
import re
from typing import Any, Final

import pytest

from tests.support.servers import ROOT, Server

PAGES: Final = "".join((ROOT / "docs/guide" / name).read_text(encoding="utf-8") for name in ("compare.md", "past.md"))
PAIRS: Final = re.findall(r"```graphql\n(.*?)```\s+```json\n(.*?)```", PAGES, re.DOTALL)


def test_every_question_has_an_answer() -> None:
    assert len(PAIRS) == PAGES.count("```graphql") >= 10


@pytest.mark.parametrize(("query", "answer"), PAIRS, ids=lambda text: text.split()[1].split("{")[0])
def test_the_answer_is_the_servers(shipped: Server, query: str, answer: str) -> None:
    found: Any = shipped.ask(query)
    found.pop("extensions", None)
    assert found == json.loads(answer)
