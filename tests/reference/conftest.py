"""Loaded databases for the operations that both sides answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.reference.data import load as read
from tests.reference.dense import dense
from tests.reference.pair import Pair
from tests.reference.server_side import ServerSide, load, write_files

# How many places.
DENSE = 12


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    async with _loaded(mongodb_uri, write_files(tmp_path_factory.mktemp("seeds"))) as loaded:
        yield loaded


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dense_pair(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """Places whose figures compare, in a database of their own."""
    path = tmp_path_factory.mktemp("seeds") / "dense.json"
    path.write_text(dense(DENSE, 11), encoding="utf-8")
    async with _loaded(mongodb_uri, [path]) as loaded:
        yield loaded


@asynccontextmanager
async def _loaded(uri: str, paths: list[Path]) -> AsyncIterator[Pair]:
    name = f"reference-{uuid4().hex[:16]}"
    load(uri, name, paths)
    server = ServerSide.open(uri, name)
    yield Pair(server, read(paths))
    await server.drop()
