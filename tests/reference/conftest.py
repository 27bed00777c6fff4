"""One loaded database for the operations that both sides answer."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.reference.data import load as read
from tests.reference.pair import Pair
from tests.reference.server_side import ServerSide, load, write_files


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    paths = write_files(tmp_path_factory.mktemp("seeds"))
    name = f"reference-{uuid4().hex[:16]}"
    load(mongodb_uri, name, paths)
    server = ServerSide.open(mongodb_uri, name)
    yield Pair(server, read(paths))
    await server.drop()
