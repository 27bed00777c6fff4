"""Fixtures for tests that are written by others, in JavaScript."""

from pathlib import Path

import pytest

from tests.support import programs
from tests.support.data.examples import built_examples

FOLDER = Path(__file__).parent
OLDEST = 18
MISSING = f"No Node {OLDEST} with the packages of tests/clients; install Node, then: make clients"
NO_CURL = "No curl found; install it to test examples/curl, for example: apt-get install curl"
REQUIRED_BY = "YUNSHAN_REQUIRE_NODE"


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node, its packages installed.

    Without them the test is skipped, or fails where YUNSHAN_REQUIRE_NODE is set.
    """
    path = programs.node(OLDEST, otherwise=MISSING, required_by=REQUIRED_BY)
    if not (FOLDER / "node_modules" / "graphql-http").is_dir():
        programs.lack(MISSING, required_by=REQUIRED_BY)
    return path


@pytest.fixture(scope="session")
def curl() -> str:
    """The path of curl; without it the test is skipped, or fails where YUNSHAN_REQUIRE_NODE is set."""
    return programs.program("curl", otherwise=NO_CURL, required_by=REQUIRED_BY)


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of the examples, built."""
    return built_examples()
