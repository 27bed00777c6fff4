"""Fixtures for tests that use the explorer as its users do: with a browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support import programs
from tests.support.browser.visitor import CHROMIUM_NAMES, Visitor, visit

NO_CHROMIUM = "No Chromium found; install it to test the explorer, for example: apt-get install chromium"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium.

    Without one the test is skipped, or fails where YUNSHAN_REQUIRE_BROWSER is set.
    """
    return programs.program(*CHROMIUM_NAMES, otherwise=NO_CHROMIUM, required_by="YUNSHAN_REQUIRE_BROWSER")


@pytest_asyncio.fixture(loop_scope="function")
async def visitor(chromium: str) -> AsyncIterator[Visitor]:
    """A visitor with an empty page, no history and no internet."""
    async with visit(chromium) as visitor:
        yield visitor
