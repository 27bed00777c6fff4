"""Pages of the guide show the answers of a server with all the data that is shipped."""

import json
import re
from typing import Any, Final

import pytest

from tests.support.servers import ROOT, Server
from tests.support.subscriber import event_stream

PAGES: Final = "".join((ROOT / "docs/guide" / name).read_text(encoding="utf-8") for name in ("compare.md", "past.md"))
PAIRS: Final = re.findall(r"```graphql\n(.*?)```\s+```json\n(.*?)```", PAGES, re.DOTALL)

SUBSCRIBE: Final = (ROOT / "docs/guide/subscribe.md").read_text(encoding="utf-8")


def test_every_question_has_an_answer() -> None:
    assert len(PAIRS) == PAGES.count("```graphql") >= 10


@pytest.mark.parametrize(("query", "answer"), PAIRS, ids=lambda text: text.split()[1].split("{")[0])
def test_the_answer_is_the_servers(shipped: Server, query: str, answer: str) -> None:
    found: Any = shipped.ask(query)
    found.pop("extensions", None)
    assert found == json.loads(answer)


async def test_the_first_event_is_the_servers(shipped: Server) -> None:
    [(query, event)] = re.findall(r"```graphql\n(subscription \w+ .*?)```\s+```json\n(.*?)```", SUBSCRIBE, re.DOTALL)
    async with event_stream(shipped, query) as events:
        async for kind, _, message in events:
            message.pop("extensions", None)
            assert (kind, message) == ("next", json.loads(event))
            break
