"""One loaded database for the operations that both sides answer."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.reference.pair import Pair


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    name = f"reference-{uuid4().hex[:16]}"
    pair = await Pair.load(mongodb_uri, name, tmp_path_factory.mktemp("seeds"))
    yield pair
    await pair.server.drop()
