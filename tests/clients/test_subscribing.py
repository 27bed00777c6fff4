"""The clients that the protocols were made with follow a district, also when the server is started anew."""

import asyncio
import json

import pytest

from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from tests.clients.conftest import FOLDER
from tests.support.data.content import put
from tests.support.servers import free_port, running_server

LAST = 9

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("client", ["ws", "sse"])
async def test_a_client_follows_through_a_restart(
    database: Database, settings: StoreSettings, mongodb_uri: str, node: str, client: str
) -> None:
    port = str(free_port())
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database, "PORT": port}
    await put(database, ["a"], "1")
    with running_server(environment) as server:
        command = (node, str(FOLDER / "subscribe.js"), client, f"{server.url}/graphql", str(LAST))
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        assert process.stdout
        assert json.loads(await process.stdout.readline()) == {"dataset": {"revision": 1}}
        assert json.loads(await process.stdout.readline()) == {"refused": "GRAPHQL_VALIDATION_FAILED"}
        for number in range(2, 5):
            await put(database, ["a"], str(number))
            assert json.loads(await process.stdout.readline())["revision"] == number
    # Nobody is there to tell.
    for number in range(5, 8):
        await put(database, ["a"], str(number))
    with running_server(environment):
        for number in range(8, LAST + 1):
            await put(database, ["a"], str(number))
        rest, errors = await asyncio.wait_for(process.communicate(), 300)
    assert errors.decode() == ""
    assert [json.loads(line)["revision"] for line in rest.splitlines()] == list(range(5, LAST + 1))
