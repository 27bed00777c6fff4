"""Two databases for the comparisons of a module: one with intact districts, one with damaged ones.

Not for the session: the event loop pauses between asynchronous tests, and PyMongo's client drops its connections.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from random import Random

import pytest
import pytest_asyncio

from loaders.store.store import Store
from tests.support.conformance.stored import Stored, contents


@pytest_asyncio.fixture(scope="module")
async def whole(mongodb_uri: str) -> AsyncIterator[Store]:
    stored = Stored(mongodb_uri)
    await stored.publish(contents())
    yield Store(stored.database)
    await stored.drop()


@pytest_asyncio.fixture(scope="module")
async def damaged(mongodb_uri: str) -> AsyncIterator[Store]:
    stored = Stored(mongodb_uri)
    await stored.publish(contents())
    await stored.damage(Random(20251122))
    yield Store(stored.database)
    await stored.drop()


@pytest.fixture(autouse=True)
def _no_log_of_damage() -> Iterator[None]:
    """Silence the log: each field that damage breaks is logged with its traceback."""
    logger = logging.getLogger("schema.base.errors")
    logger.disabled = True
    yield
    logger.disabled = False
