"""Calls of agents' tools in this process, on small stores that do what a database rarely does."""

import asyncio
import json
from typing import Any, cast

import pytest

from api.mcp.calls import ToolCalls, ToolResult
from api.settings import Settings
from loaders.model.revisions import Published
from loaders.store.fetch import Fetched
from schema.base.context import Store
from schema.base.errors import MASKED

SECRET = "mongodb://reader:secret@db1"


class Silent:
    """A store that answers when it is let."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.let = asyncio.Event()

    def known_published(self) -> Published | None:
        return None

    async def published(self) -> Published:
        self.asked.set()
        await self.let.wait()
        return Published(1, 1)

    async def fetch(self, *_: object) -> Fetched:
        return Fetched([])


class Broken(Silent):
    """A store with a fault of ours."""

    async def published(self) -> Published:
        raise RuntimeError(SECRET)


def calls_on(store: Silent, **settings: Any) -> ToolCalls:
    return ToolCalls(Settings(_env_file=None, **settings), cast(Store, store))


async def ask(calls: ToolCalls, tool: str, **arguments: Any) -> ToolResult:
    return await calls.call(calls.tools[tool], arguments)


def code_of(answer: ToolResult) -> str:
    [error] = json.loads(answer.text)["errors"]
    code: str = error["extensions"]["code"]
    assert code == answer.code
    return code


@pytest.mark.parametrize("arguments", [{"id": "District:baiyun"}, {"id": object()}])
async def test_a_fault_of_ours_is_told_without_its_words(
    arguments: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    answer = await ask(calls_on(Broken()), "get", **arguments)
    assert code_of(answer) == "INTERNAL_SERVER_ERROR"
    assert json.loads(answer.text)["errors"][0]["message"] == MASKED
    assert answer.structured is None
    assert [record for record in caplog.records if record.exc_info], "the log has it"


async def test_who_asks_for_more_at_once_than_may_wait_is_told_so() -> None:
    store = Silent()
    calls = calls_on(store, max_running=1, max_waiting=1)
    first = asyncio.create_task(ask(calls, "get", id="District:baiyun"))
    await store.asked.wait()
    second = asyncio.create_task(ask(calls, "get", id="District:baiyun"))
    await asyncio.sleep(0)
    assert code_of(await ask(calls, "get", id="District:baiyun")) == "SERVER_BUSY"
    store.let.set()
    assert [answer.structured for answer in await asyncio.gather(first, second)] == [{"node": None}] * 2


async def test_a_call_ends_at_the_deadline() -> None:
    answer = await ask(calls_on(Silent(), request_deadline_s=1), "get", id="District:baiyun")
    assert code_of(answer) == "DEADLINE_EXCEEDED"


async def test_a_call_that_is_cancelled_leaves_its_place_to_the_next() -> None:
    store = Silent()
    calls = calls_on(store, max_running=1)
    left = asyncio.create_task(ask(calls, "get", id="District:baiyun"))
    await store.asked.wait()
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    store.let.set()
    assert (await ask(calls, "get", id="District:baiyun")).structured == {"node": None}
