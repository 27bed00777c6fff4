"""The loader as its users run it."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from loaders.store.store import Store
from seeds.commands import BAIYUN, SHIPPED
from tests.support.data.content import district
from tests.support.loader import run_loader
from tests.support.servers import ROOT, free_port
from tests.support.waiting import PATIENCE_S


class Loader:
    """Runs `python -m seeds` on one database."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def __call__(self, *arguments: str | Path, status: int = 0) -> tuple[str, str]:
        done = run_loader(*arguments, environment=self._environment)
        assert done.returncode == status, done
        return done.stdout, done.stderr


@pytest.fixture
def loader(database: Database, settings: StoreSettings, mongodb_uri: str) -> Loader:
    return Loader({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database})


def write(path: Path, marks: Mapping[str, str]) -> Path:
    path.write_text(
        "".join(json.dumps(district(slug, mark)) + "\n" for slug, mark in marks.items()), encoding="utf-8"
    )
    return path


async def test_the_shipped_data_is_loaded_once(loader: Loader, database: Database) -> None:
    said = f"published revision 1: {len(SHIPPED)} added, 0 changed, 0 removed, 0 unchanged\n"
    assert loader("load") == (said, "")
    assert loader("load") == ("nothing to load: revision 1 is up to date\n", "")
    assert loader("load", "--if-empty") == ("", "the database has data; nothing loaded\n")
    published = await Store(database).published()
    assert (published.revision, published.oldest_readable) == (1, 0)


async def test_prepare_mends_collections_and_tells_what_it_did(loader: Loader, database: Database) -> None:
    assert loader("prepare") == ("collections and indexes are as this release needs them\n", "")
    await database.command({"dropIndexes": "metrics", "index": "by_tokens"})
    assert loader("prepare") == ("created the index by_tokens of metrics\n", "")


async def test_verify_finds_what_repair_and_a_forced_load_mend(loader: Loader, database: Database) -> None:
    loader("load", BAIYUN)
    assert loader("verify") == ("everything agrees with the published districts\n", "")
    await database.delete_many("awards", {"level": "NATION"})
    out, err = loader("verify", status=5)
    assert out.startswith("baiyun: awards lack ")
    assert "tallies " in out
    assert err == "2 differences; mend with: python -m seeds repair\n"
    assert loader("repair") == ("published revision 2: 1 district derived again\n", "")
    assert loader("verify")[0] == "everything agrees with the published districts\n"
    assert (
        loader("load", "--force", BAIYUN)[0] == "published revision 3: 0 added, 1 changed, 0 removed, 0 unchanged\n"
    )


async def test_status_tells_what_is_published_and_from_what(loader: Loader) -> None:
    assert loader("status")[0] == "nothing is published yet; load with: python -m seeds load\n"
    loader("load", BAIYUN)
    out, _ = loader("status")
    lines = out.splitlines()
    assert re.fullmatch(r"revision 1, loaded 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC", lines[0])
    assert lines[1] == (
        "  holds    1 districts, 4 pillars, 15 initiatives, 33 metrics, 33 observations, 7 awards, 2 sources, "
        "33 indicators"
    )
    assert lines[2] == "  changed  1 added, 0 changed, 0 removed, 0 unchanged"
    assert re.fullmatch(r"  from     baiyun\.yaml \([0-9a-f]{12}\), indicators\.yaml \([0-9a-f]{12}\)", lines[3])


async def test_a_dry_run_and_a_diff_show_every_change_and_write_nothing(
    loader: Loader, database: Database, tmp_path: Path
) -> None:
    loader("load", write(tmp_path / "old.jsonl", {"a": "Old", "b": "Same", "c": "Gone"}))
    new = write(tmp_path / "new.jsonl", {"a": "New", "b": "Same", "d": "Fresh"})
    expected = "+ d\n- c\n~ a\n    ~ name.en: Old → New\n1 added, 1 changed, 1 removed, 1 unchanged\n"
    assert loader("load", "--dry-run", "--prune", new)[0] == expected
    assert loader("diff", "--prune", new)[0] == expected
    assert "- c" not in loader("diff", new)[0]
    assert (await Store(database).published()).revision == 1


async def test_prune_removes_what_the_input_lacks_and_only_then(
    loader: Loader, database: Database, tmp_path: Path
) -> None:
    loader("load", write(tmp_path / "both.jsonl", {"a": "x", "b": "x"}))
    one = write(tmp_path / "one.jsonl", {"a": "x"})
    assert loader("load", one)[0] == "nothing to load: revision 1 is up to date\n"
    assert loader("load", "--prune", one)[0] == "published revision 2: 0 added, 0 changed, 1 removed, 1 unchanged\n"
    assert loader("diff", "--prune", one)[0] == "no difference from revision 2\n"


@pytest.mark.parametrize(
    "form", ["yaml", pytest.param("json", marks=pytest.mark.slow), pytest.param("jsonl", marks=pytest.mark.slow)]
)
async def test_loading_an_export_changes_nothing(loader: Loader, tmp_path: Path, form: str) -> None:
    loader("load", ROOT / "seeds" / "data" / "baiyun.yaml", write(tmp_path / "more.jsonl", {"a": "x", "b": "y"}))
    exported = tmp_path / f"export.{form}"
    exported.write_text(loader("export", "--format", form)[0], encoding="utf-8")
    assert loader("load", "--prune", exported)[0] == "nothing to load: revision 1 is up to date\n"


async def test_files_of_several_kinds_load_together(loader: Loader, tmp_path: Path) -> None:
    lines = write(tmp_path / "lines.jsonl", {"a": "x"})
    array = tmp_path / "array.json"
    array.write_text(json.dumps([district("b"), district("c")]), encoding="utf-8")
    out, _ = loader("load", lines, array, ROOT / "seeds" / "data" / "baiyun.yaml")
    assert out == "published revision 1: 4 added, 0 changed, 0 removed, 0 unchanged\n"


async def test_wrong_input_is_told_whole_and_nothing_is_written(
    loader: Loader, database: Database, tmp_path: Path
) -> None:
    good = write(tmp_path / "good.jsonl", {"a": "x"})
    bad = tmp_path / "bad.jsonl"
    bad.write_text(json.dumps({**district("b"), "nmae": 1, "codes": 7}) + "\n{\n", encoding="utf-8")
    out, err = loader("load", good, bad, tmp_path / "missing.yaml", status=1)
    assert out == ""
    lines = err.splitlines()
    assert [line.replace(f"{tmp_path}/", "").split(": ")[:2] for line in lines[:-1]] == [
        ["bad.jsonl:1", "codes"],
        ["bad.jsonl:1", "nmae"],
        ["bad.jsonl:2", "this is not JSON"],
        ["missing.yaml:1", "there is no such file"],
    ]
    assert lines[-1] == "4 problems; nothing was written"
    assert await database.find("revisions", {}) == []


async def test_generated_districts_load(loader: Loader, tmp_path: Path) -> None:
    first, again = (
        loader("generate", "--districts", "3", "--seed", "7")[0],
        loader("generate", "--districts", "3", "--seed", "7")[0],
    )
    assert first == again
    path = tmp_path / "synthetic.jsonl"
    path.write_text(first, encoding="utf-8")
    assert loader("load", path)[0] == "published revision 1: 3 added, 0 changed, 0 removed, 0 unchanged\n"


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_a_terminal_sees_a_progress_bar(settings: StoreSettings, mongodb_uri: str, tmp_path: Path) -> None:
    path = write(tmp_path / "many.jsonl", {f"d-{number:04d}": "x" for number in range(300)})
    environment = {
        **os.environ,
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": settings.mongodb_database,
        "TERM": "xterm",
    }
    reader, writer = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "seeds", "load", str(path)], cwd=ROOT, env=environment, stdout=writer, stderr=writer
    )
    os.close(writer)
    seen = b""
    while True:
        try:
            chunk = os.read(reader, 4096)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
    os.close(reader)
    assert process.wait(PATIENCE_S) == 0
    assert re.search(rb"loading.*\d+/300.*\d+ per second", seen, re.DOTALL)
    assert b"published revision 1: 300 added" in seen


def test_a_database_that_is_not_there_is_told_in_a_sentence() -> None:
    port = free_port()
    nowhere = Loader({"MONGODB_URI": f"mongodb://127.0.0.1:{port}/"})
    out, err = nowhere("status", status=4)
    assert out == ""
    assert err == (
        f"the database cannot be reached: 127.0.0.1:{port}: [Errno 111] Connection refused; nothing was published. "
        "Is it running, and is MONGODB_URI right?\n"
    )


def test_an_address_that_cannot_be_read_is_told_without_its_password() -> None:
    broken = Loader({"MONGODB_URI": "mongodb://user:se%ret@host/"})
    _, err = broken("status", status=4)
    assert err == "MONGODB_URI cannot be read; is the password percent-encoded?\n"
    wrong = Loader({"MONGODB_URI": "http://host/"})
    _, err = wrong("status", status=4)
    assert err == "MONGODB_URI: an address begins with mongodb:// or mongodb+srv://\n"


def test_a_reader_that_has_enough_ends_the_output_quietly() -> None:
    generating = subprocess.Popen(
        [sys.executable, "-m", "seeds", "generate", "--districts", "200"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert generating.stdout is not None
    assert generating.stderr is not None
    assert generating.stdout.read(10) == b'{"slug":"s'
    generating.stdout.close()
    assert generating.stderr.read() == b""
    generating.stderr.close()
    assert generating.wait(PATIENCE_S) == 0
