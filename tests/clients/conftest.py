"""Fixtures for tests that are written by others, in JavaScript."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.examples import built_examples

FOLDER = Path(__file__).parent
OLDEST = 18
MISSING = f"No Node {OLDEST} with the packages of tests/clients; install Node, then: make clients"


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node, its packages installed.

    Without them the test is skipped, or fails where YUNSHAN_REQUIRE_NODE is set.
    """
    path = shutil.which("node")
    if path and (FOLDER / "node_modules" / "graphql-http").is_dir() and _is_current(path):
        return path
    if os.environ.get("YUNSHAN_REQUIRE_NODE"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)


def _is_current(node: str) -> bool:
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(version.removeprefix("v").partition(".")[0]) >= OLDEST


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of the examples, built."""
    return built_examples()
