"""Restores are killed at random moments under a running server: nothing is visible, and the next one succeeds."""

import asyncio
import random
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from loaders.model.collections import REVISIONS
from loaders.mongo.driver import Database
from loaders.publishing.audit import audit
from loaders.settings import StoreSettings
from loaders.store.store import Store
from tests.faults.test_loader_kills import finish, untraced
from tests.support.data.content import put
from tests.support.data.story import empty
from tests.support.servers import running_server
from tests.support.waiting import until

DISTRICTS: Final = 300
KILLS: Final = 4


def start(command: str, file: Path, environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "seeds", command, str(file)],
        env={**untraced(), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.slow
async def test_a_restore_that_is_killed_shows_nothing_and_the_next_one_restores_all(
    database: Database, settings: StoreSettings, mongodb_uri: str, tmp_path: Path
) -> None:
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}
    file = tmp_path / "backup.gz"
    slugs = [f"d-{number:05d}" for number in range(DISTRICTS)]
    await put(database, slugs, "one")
    await put(database, slugs[: DISTRICTS // 2], "two")
    assert (await asyncio.to_thread(finish, start("backup", file, environment)))[0] == 0
    await empty(database)
    dice = random.Random()
    with running_server(environment) as server:

        def published() -> int:
            """What the server answers by; 0 too where it refuses, as what was published is gone."""
            answer = server.ask("{ dataset { revision } }")
            return 0 if "errors" in answer else int(answer["data"]["dataset"]["revision"])

        for _ in range(KILLS):
            before = await database.find_one(REVISIONS, {"_id": "published"}) or {}
            victim = start("restore", file, environment)
            while victim.poll() is None:
                pointer = await database.find_one(REVISIONS, {"_id": "published"}) or {}
                if pointer.get("reserved", 0) > before.get("reserved", 0):
                    break
                await asyncio.sleep(0.01)
            # Anywhere in what it writes, which takes it about so long.
            await asyncio.sleep(dice.uniform(0, 1.5))
            victim.kill()
            await asyncio.to_thread(finish, victim)
            # One that was killed too late is restored already.
            if published():
                await empty(database)
                until(lambda: not published())
        status, output = await asyncio.to_thread(finish, start("restore", file, environment))
        assert (status, output.splitlines()[-1]) == (
            0,
            f"restored revision 2: {DISTRICTS} districts, {DISTRICTS // 2} superseded versions, 2 revisions",
        )
        until(lambda: published() == 2)
        counts = server.data("{ dataset { counts { districts metrics } } districts { totalCount } }")
        assert counts == {
            "dataset": {"counts": {"districts": DISTRICTS, "metrics": DISTRICTS}},
            "districts": {"totalCount": DISTRICTS},
        }
    assert [finding async for finding in audit(database, await Store(database).published())] == []
