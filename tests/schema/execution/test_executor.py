"""The executor leaves nothing behind when a request is cancelled."""

import asyncio
import gc
import warnings
from contextlib import suppress
from typing import Any

from loaders.model.revisions import Published
from loaders.store.fetch import Fetch, Fetched
from schema.base.context import Context
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.runner import run

OPERATION = """{
    node(id: "District:x") { id }
    districts(first: 1) { totalCount }
    metrics { totalCount }
    dataset { revision }
    search(text: "x") { totalCount }
}"""


class Slow:
    """A store whose every answer takes a turn of the event loop."""

    def known_published(self) -> Published | None:
        return None

    async def published(self) -> Published:
        await asyncio.sleep(0)
        return Published(1, 1, "one")

    async def fetch(self, fetch: Fetch, revision: int) -> Fetched:
        await asyncio.sleep(0)
        return Fetched([])

    async def revision(self, number: int) -> Any:
        await asyncio.sleep(0)
        return {}


async def test_a_request_that_is_cancelled_at_any_moment_leaves_no_coroutine_unawaited() -> None:
    operations = Operations()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for turns in range(12):
            store: Any = Slow()
            running = asyncio.create_task(run(operations, Request(OPERATION, {}), Context(store)))
            for _ in range(turns):
                await asyncio.sleep(0)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            gc.collect()
    assert [str(one.message) for one in caught if "never awaited" in str(one.message)] == []
