"""Loaded databases for the operations that both sides answer."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.reference.dense import dense
from tests.reference.pair import Pair
from tests.reference.server_side import ServerSide, write_files
from tests.support.once import alone

# How many places.
DENSE = 12


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """What all workers of a run read; the first loads it, and it ends with the run's MongoDB."""
    with alone(tmp_path_factory, "reference") as folder:
        told = folder / "loaded.json"
        if told.exists():
            name, loads = json.loads(told.read_text())
            server = ServerSide.open(mongodb_uri, name)
            loaded = await Pair.read(server, [[Path(path) for path in paths] for paths in loads])
        else:
            name, loads = f"reference-{uuid4().hex[:16]}", write_files(folder)
            loaded = await Pair.read(await ServerSide.load(mongodb_uri, name, loads), loads)
            told.write_text(json.dumps([name, [[str(path) for path in paths] for paths in loads]]))
    yield loaded
    await loaded.server.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dense_pair(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """Places whose figures compare, in a database of their own."""
    path = tmp_path_factory.mktemp("seeds") / "dense.json"
    path.write_text(dense(DENSE, 11), encoding="utf-8")
    loaded = await Pair.of(mongodb_uri, f"reference-{uuid4().hex[:16]}", [path])
    yield loaded
    await loaded.server.drop()
