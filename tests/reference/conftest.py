"""Loaded databases for the operations that both sides answer."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.reference.dense import dense
from tests.reference.pair import Pair

# How many places.
DENSE = 12


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    name = f"reference-{uuid4().hex[:16]}"
    loaded = await Pair.load(mongodb_uri, name, tmp_path_factory.mktemp("seeds"))
    yield loaded
    await loaded.server.drop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dense_pair(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """Places whose figures compare, in a database of their own."""
    path = tmp_path_factory.mktemp("seeds") / "dense.json"
    path.write_text(dense(DENSE, 11), encoding="utf-8")
    loaded = await Pair.of(mongodb_uri, f"reference-{uuid4().hex[:16]}", [path])
    yield loaded
    await loaded.server.drop()
