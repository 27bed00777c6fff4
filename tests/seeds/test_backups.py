"""Backups as users make them and bring them back, also under a running server."""

import gzip
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest

from loaders.mongo.driver import Database
from loaders.publishing.backup import write_backup
from loaders.settings import StoreSettings
from loaders.store.store import Store
from tests.loaders.publishing.test_history import published_days_ago
from tests.seeds.test_commands import Loader, loader  # noqa: F401  # the fixture
from tests.support.api import Commands
from tests.support.data.content import put
from tests.support.data.story import QUERIES, empty, everything_told, shown, tell_story
from tests.support.servers import ROOT, Server, running_server
from tests.support.subscriber import Subscriber, subscriber
from tests.support.waiting import until

RESUMED: Final = """subscription($resumeAfter: Revision) {
  districtChanged(resumeAfter: $resumeAfter) { cursor kind paths district { name { en } } }
}"""


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_backup_is_one_file_that_is_restored_where_nothing_is_published(
    loader: Loader,  # noqa: F811
    database: Database,
    settings: StoreSettings,
    tmp_path: Path,
) -> None:
    await tell_story(database)
    before = await everything_told(database, settings.mongodb_database)
    file = tmp_path / "backup.gz"
    contents = "revision 8: 4 districts, 7 superseded versions, 5 revisions\n"
    assert loader("backup", file) == (f"backed up {contents}", "")
    assert names(tmp_path) == ["backup.gz"]
    assert loader("restore", file, status=1)[1] == (
        f"{file}: revision 8 is published; restore into another database (MONGODB_DATABASE), or replace the "
        "districts by those of the backup, as a new revision: --replace\n"
    )
    assert loader("restore", "--replace", file)[0] == (
        "nothing to replace: revision 8: 0 added, 0 changed, 0 removed, 4 unchanged\n"
    )
    await empty(database)
    assert loader("restore", file) == (f"restored {contents}", "")
    assert loader("verify")[0] == "everything agrees with the published districts\n"
    assert await everything_told(database, settings.mongodb_database) == before
    await put(database, ["a", "new"], "later", prune=True)
    assert loader("restore", "--replace", file)[0].endswith(": 3 added, 1 changed, 1 removed, 0 unchanged\n")
    assert (await shown(database))["districts"] == [
        (slug, name) for slug, name in (await shown(database))["districts"] if slug in {"a", "b", "d", "e"}
    ]
    assert (await everything_told(database, settings.mongodb_database))["export"] == before["export"]


@pytest.mark.slow
async def test_a_backup_goes_through_pipes(
    loader: Loader,  # noqa: F811
    database: Database,
    settings: StoreSettings,
    mongodb_uri: str,
) -> None:
    await put(database, ["a", "b"], "one")
    environment = {**os.environ, "MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}

    def seeds(command: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        program = [sys.executable, "-m", "seeds", command, "-"]
        return subprocess.run(program, cwd=ROOT, env=environment, input=given, capture_output=True, check=True)

    written = seeds("backup")
    assert written.stderr == b"backed up revision 1: 2 districts, 0 superseded versions, 1 revision\n"
    assert gzip.decompress(written.stdout).startswith(b'{"format": "yunshan-backup"')
    await empty(database)
    assert seeds("restore", written.stdout).stdout.startswith(b"restored revision 1: 2 districts")
    assert len((await shown(database))["districts"]) == 2


async def test_what_cannot_be_backed_up_or_restored_is_told_and_leaves_nothing(
    loader: Loader,  # noqa: F811
    database: Database,
    tmp_path: Path,
) -> None:
    file = tmp_path / "backup.gz"
    file.write_bytes(b"an older one")
    assert loader("backup", file, status=1)[1] == (f"{file}: nothing is published, so there is nothing to back up\n")
    assert names(tmp_path) == ["backup.gz"]
    assert file.read_bytes() == b"an older one"
    assert loader("restore", file, status=1)[1].startswith(f"{file}: line 1: from here on the file can't be")
    assert loader("restore", tmp_path / "none.gz", status=1)[1] == (
        f"{tmp_path / 'none.gz'}: No such file or directory; nothing was restored\n"
    )
    await put(database, ["a"], "one")
    assert loader("backup", tmp_path / "no" / "folder.gz", status=1)[1] == (
        f"{tmp_path / 'no' / 'folder.gz'}: No such file or directory; no backup was written\n"
    )
    loader("backup", file)
    file.write_bytes(file.read_bytes()[:-30])
    await empty(database)
    assert "truncated" in loader("restore", file, status=1)[1]
    assert (await Store(database).published()).revision == 0


@pytest.mark.slow
async def test_a_backup_only_reads(settings: StoreSettings, database: Database, mongodb_uri: str) -> None:
    await tell_story(database)
    commands = Commands()
    reading = Database.open(mongodb_uri, settings, listeners=[commands])
    await write_backup(reading, BytesIO())
    await reading.close()
    assert {*commands.names} <= {"find", "getMore", "hello", "ping", "endSessions"}


@pytest.mark.slow
async def test_pruning_is_a_command_and_a_setting(
    loader: Loader,  # noqa: F811
    database: Database,
    settings: StoreSettings,
    mongodb_uri: str,
) -> None:
    for mark in ("one", "two", "three"):
        await put(database, ["a"], mark)
    await published_days_ago(database, {1: 50, 2: 40, 3: 30})
    assert loader("prune", status=2)[1] == (
        "give --days N, or set HISTORY_DAYS: how many days to keep superseded versions\n"
    )
    assert loader("prune", "--days", "60")[0] == "nothing to prune: nothing was superseded more than 60 days ago\n"
    assert loader("prune", "--days", "39")[0] == (
        "removed 1 superseded version; subscriptions can be resumed after revision 2 or later\n"
    )
    by_setting = Loader(
        {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database, "HISTORY_DAYS": "20"}
    )
    by_setting("load")
    assert (await Store(database).published()).kept == 3
    assert by_setting("prune")[0] == "nothing to prune: nothing was superseded more than 20 days ago\n"


async def events(client: Subscriber, after: int, number: int) -> list[Any]:
    await client.ask(str(after), RESUMED, {"resumeAfter": after})
    found = [(await client.next())["districtChanged"] for _ in range(number)]
    await client.end(str(after))
    return found


@pytest.mark.slow
async def test_a_running_server_answers_by_what_was_restored(
    loader: Loader,  # noqa: F811
    database: Database,
    settings: StoreSettings,
    mongodb_uri: str,
    tmp_path: Path,
) -> None:
    await tell_story(database)
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}) as server:
        before = await _told_by(server)
        file = tmp_path / "backup.gz"
        loader("backup", file)
        await empty(database)
        until(lambda: "errors" in server.ask("{ dataset { revision } }"), what="a refusal while nothing is published")
        loader("restore", file)
        until(lambda: server.ask("{ dataset { revision } }") == {"data": {"dataset": {"revision": 8}}})
        assert await _told_by(server) == before
        # What is pruned while the server runs can't be resumed before.
        await published_days_ago(database, {1: 50, 3: 40, 4: 35, 7: 1, 8: 0.5})
        loader("prune", "--days", "30")
        async with subscriber(server) as client:
            await client.begin()
            await client.ask("1", RESUMED, {"resumeAfter": 3})
            [error] = (await client.message())["payload"]
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert error["message"].startswith("changes are kept after revision 4 only; subscribe again after it")
            assert len(await events(client, 4, 3)) == 3


async def _told_by(server: Server) -> list[Any]:
    async with subscriber(server) as client:
        await client.begin()
        return [[server.data(query) for query in QUERIES], await events(client, 0, 12), await events(client, 3, 7)]
