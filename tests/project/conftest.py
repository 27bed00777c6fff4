"""A server for tests of what is shipped."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.conftest import drop, run_seeds
from tests.support.servers import Server, running_server, until_followed


@pytest.fixture(scope="session")
def shipped(mongodb_uri: str) -> Iterator[Server]:
    """A server with what `make serve` loads."""
    name = f"shipped-{uuid4().hex[:8]}"
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": name}
    run_seeds("load", environment=environment)
    with running_server(environment) as server:
        until_followed(server)
        yield server
    asyncio.run(drop(mongodb_uri, name))
