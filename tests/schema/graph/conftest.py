"""A story of several revisions, which tests of the past share."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
import pytest_asyncio

from loaders.model.collections import REVISIONS
from loaders.mongo.driver import Database
from loaders.publishing import history
from tests.support.api import Api, published_of
from tests.support.data.content import put
from tests.support.data.story import fail

SLUGS: Final = ("a", "b", "c", "d", "e", "nowhere")
WHOLE: Final = """{ id name { en text } pillars { id slug initiatives { id metricCount metrics(first: 1, where: {}) {
    id quantity { formatted value } latest { id citations { source { slug title { text } } } } indicator { slug } }
    awards { id } } } awards { id name { text } } sources: metricCount metrics { id indicator { name { text } } } }"""
NODES: Final = (
    *("District:a", "Pillar:a/governance", "Initiative:b/sensing", "Metric:d/terminals", "Award:a/prize"),
    *("Observation:a/terminals/main", "Metric:c/terminals", "Observation:nowhere/x/y"),
)
DATASET: Final = "revision loadedAt counts { districts metrics } changes { added removed slugs } files { name }"


async def told(api: Api, as_of: str = "") -> str:
    """All that can be asked of the past, as one text."""
    argument = f", asOf: {as_of}" if as_of else ""
    found: list[Any] = [await api.data(f'{{ district(slug: "{slug}"{argument}) {WHOLE} }}') for slug in SLUGS]
    ids = json.dumps(NODES)
    nodes = f"{{ nodes(ids: {ids}{argument}) {{ __typename id ... on Metric {{ name {{ en }} }} }} }}"
    found.append(await api.data(nodes))
    found.append(await api.data(f"{{ dataset{f'(asOf: {as_of})' if as_of else ''} {{ {DATASET} }} }}"))
    return json.dumps(found)


@dataclass(frozen=True)
class Past:
    """Revisions with gaps between, and by number what each told when it was the newest."""

    database: Database
    api: Api
    answers: dict[int, str]


@pytest_asyncio.fixture(scope="module")
async def past(mongodb_uri: str) -> AsyncIterator[Past]:
    """Shared by the tests below; each leaves the revisions as they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "READER_GRACE", timedelta(0))
        async with published_of(mongodb_uri, ()) as (database, api):
            yield Past(database, api, await tell(database, api))


async def tell(database: Database, api: Api) -> dict[int, str]:
    """Publish revisions with gaps between; returns what each told when it was the newest."""
    answers: dict[int, str] = {}

    async def published(*slugs: str, mark: str, **options: Any) -> None:
        await put(database, list(slugs), mark, **options)
        answers[(await api.store.published()).revision] = await told(api)

    await published("a", "b", "c", mark="one")
    await fail(database, ["a", "x"], "failed")
    await published("a", "d", mark="two")
    await published("a", "b", "d", mark="three", prune=True)
    await fail(database, ["b"], "failed")
    await fail(database, ["d"], "failed too")
    await published("a", mark="four")
    await published("b", "e", mark="five")
    await fail(database, ["a", "e"], "failed at last")
    return answers


@asynccontextmanager
async def kept_from(past: Past, revision: int) -> AsyncIterator[None]:
    """Let a revision be the oldest of which the districts are kept, in the block."""
    before = await past.database.find_one(REVISIONS, {"_id": "published"})
    assert before is not None
    await past.database.update_one(REVISIONS, {"_id": "published"}, {"$set": {"kept": revision}})
    try:
        yield
    finally:
        kept = {"$set": {"kept": before["kept"]}} if "kept" in before else {"$unset": {"kept": ""}}
        await past.database.update_one(REVISIONS, {"_id": "published"}, kept)
