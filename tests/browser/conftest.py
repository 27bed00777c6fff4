"""Fixtures for tests that use the explorer as its users do: with a browser."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser.visitor import Visitor, find_chromium, visit

NO_CHROMIUM = "No Chromium found; install it to test the explorer, for example: apt-get install chromium"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium.

    Without one the test is skipped, or fails where YUNSHAN_REQUIRE_BROWSER is set.
    """
    path = find_chromium()
    if path is None:
        if os.environ.get("YUNSHAN_REQUIRE_BROWSER"):
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    return path


@pytest_asyncio.fixture(loop_scope="function")
async def visitor(chromium: str) -> AsyncIterator[Visitor]:
    """A visitor with an empty page, no history and no internet."""
    async with visit(chromium) as visitor:
        yield visitor
