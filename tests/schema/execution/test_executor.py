"""What the executor leaves behind: nothing of a cancelled request, and a trace of each document that is damaged."""

import asyncio
import gc
import logging
import warnings
from contextlib import suppress
from typing import Any

import pytest

from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.store.fetch import Fetch, Fetched
from schema.base.context import Context
from schema.base.request import Request
from schema.execution import codegen
from schema.operation.operation_cache import Operations
from schema.operation.runner import run
from tests.support.api import Api
from tests.support.conformance.stored import replace
from tests.support.data.content import put

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
    # What other tests have left needn't be looked through each time.
    gc.freeze()
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
    gc.unfreeze()
    assert [str(one.message) for one in caught if "never awaited" in str(one.message)] == []


DISTRICT = '{ district(slug: "a") { slug name { en text } } }'


async def test_a_damaged_document_is_counted_each_time_and_logged_once_for_an_operation(
    api: Api, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await put(database, ["a"])
    [document] = await database.find("districts", {"slug": "a"})
    del document["name"]["texts"]
    await replace(database, "districts", [document])
    operations = Operations()
    with caplog.at_level(logging.WARNING, "schema"):
        for times in (1, 2, 3):
            response = await run(operations, Request(DISTRICT), Context(api.store))
            assert [error["path"] for error in response.errors] == [
                ["district", "name", "en"],
                ["district", "name", "text"],
            ]
            # The function of the district has failed, and that of its name below it.
            assert operations.failures.count == 2 * times
        assert [record.name for record in caplog.records].count("schema.execution.compiled_operation") == 1
        await run(operations, Request(f"query Other {DISTRICT}"), Context(api.store))
    records = [record for record in caplog.records if record.name == "schema.execution.compiled_operation"]
    assert [record.getMessage() for record in records] == [
        "a document is not as its type says, and is completed without compiled functions; root fields: district"
    ] * 2
    assert all(record.exc_info for record in records)


@pytest.mark.parametrize("selection", ["metrics(first: -1) { slug }", 'name { text(lang: ["?"]) }'])
async def test_arguments_that_are_refused_are_no_damage(api: Api, database: Database, selection: str) -> None:
    await put(database, ["a"])
    operations = Operations()
    request = Request(f'{{ district(slug: "a") {{ slug {selection} }} }}')
    response = await run(operations, request, Context(api.store))
    assert [error["extensions"]["code"] for error in response.errors] == ["BAD_USER_INPUT"]
    assert operations.failures.count == 0


async def test_what_no_damage_explains_is_an_error_and_not_completed_in_silence(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_mistake(*_: Any, **__: Any) -> Any:
        def fail(_: Any) -> Any:
            raise RuntimeError("a mistake in a compiled function")

        return fail

    await put(database, ["a"])
    monkeypatch.setattr(codegen, "LOCAL_FIELDS", {("LocalizedText", "text"): with_a_mistake})
    response = await run(Operations(), Request(DISTRICT), Context(api.store))
    assert [error["extensions"]["code"] for error in response.errors] == ["INTERNAL_SERVER_ERROR"]
