"""Of a file that was loaded before, only the records that differ are checked; what is wrong is told all the same."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from loaders.mongo.driver import Database
from loaders.store.store import Store
from seeds import preparing, records
from seeds.commands import diff, load
from seeds.console import Console
from seeds.format import checks
from tests.support.data.content import district, text
from tests.support.servers import ROOT


class Loads:
    """Writes a file and loads it; `checked` are the slugs of the records that were checked."""

    def __init__(self, database: Database, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.checked: list[str] = []
        self.told: list[str] = []
        self._database = database
        self._path = path
        check = checks.check

        def counted(record: Any) -> Any:
            self.checked.append(record.value.get("slug"))
            return check(record)

        monkeypatch.setattr(preparing, "check", counted)

    async def __call__(self, *districts: dict[str, Any], dry: bool = False, **options: Any) -> str:
        self.checked.clear()
        self.told.clear()
        self._path.write_text("".join(json.dumps(one) + "\n" for one in districts), encoding="utf-8")
        out = io.StringIO()
        console = Console(out, self.told.append)
        if dry:
            await diff(console, self._database, [self._path], prune=False)
        else:
            await load(console, self._database, [self._path], **{"prune": False, "if_empty": False, **options})
        return out.getvalue().strip()


@pytest.fixture
def loads(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loads:
    return Loads(database, tmp_path / "given.jsonl", monkeypatch)


SLUGS = [f"d-{number}" for number in range(120)]


async def test_of_a_whole_file_only_the_changed_line_is_checked(loads: Loads) -> None:
    whole = [district(slug) for slug in SLUGS]
    assert (await loads(*whole)).startswith("published revision 1: 120 added")
    assert loads.checked == SLUGS
    assert await loads(*whole) == "nothing to load: revision 1 is up to date"
    assert loads.checked == []
    whole[7] = district("d-7", "another")
    for prune in (False, True):
        assert "1 changed, 0 removed, 119 unchanged" in await loads(*whole, dry=True) or prune
        assert loads.checked == ["d-7"] or prune
        done = await loads(*whole, prune=prune)
        assert ("1 changed, 0 removed, 119 unchanged" in done) is not prune
        assert loads.checked == ([] if prune else ["d-7"])
    # What is published is an older version again, so the record must be built again.
    whole[7] = district("d-7")
    assert "1 changed" in await loads(*whole)
    assert loads.checked == ["d-7"]
    assert (await loads(*whole[:100], prune=True)).endswith("20 removed, 100 unchanged")
    assert loads.checked == []
    # What was removed is no longer published, so it is built again.
    assert "20 added" in await loads(*whole)
    assert loads.checked == SLUGS[100:]
    await loads(*whole, force=True)
    assert loads.checked == SLUGS


async def test_other_code_checks_everything_again(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    await loads(district("a"), district("b"))
    monkeypatch.setattr(records, "_code_digest", lambda: b"other code")
    assert "nothing to load" in await loads(district("a"), district("b"))
    assert loads.checked == ["a", "b"]
    assert "nothing to load" in await loads(district("a"), district("b"))
    assert loads.checked == []


async def test_a_number_and_its_text_are_two_records(loads: Loads) -> None:
    given = district("a")
    quantity = given["pillars"][0]["initiatives"][0]["metrics"][0]["quantity"]
    quantity["value"] = 1.5
    await loads(given)
    quantity["value"] = "1.50"
    await loads(given)
    assert loads.checked == ["a"]
    quantity["value"] = {"number": "1.5"}
    await loads(given)
    assert loads.checked == ["a", "a"]
    assert len(loads.told) == 2


async def test_a_published_record_given_twice_is_refused(loads: Loads, database: Database) -> None:
    await loads(district("a"), district("b"))
    await loads(district("a"), district("b"), district("a"))
    assert "district 'a' is also at" in loads.told[0]
    assert (await Store(database).published()).revision == 1


async def test_a_change_that_contradicts_an_unchanged_record_names_both(loads: Loads, database: Database) -> None:
    await loads(district("a"), district("b"))
    other = [{"slug": "notice", "title": text("别的通知", "Other"), "kind": "OTHER"}]
    for prune in (False, True):
        await loads(district("a"), district("b", sources=other), prune=prune)
        assert "'notice' is described differently at" in loads.told[0]
        assert ":1" in loads.told[0]
    assert (await Store(database).published()).revision == 1
    # With its only other user removed, the source may change.
    assert "1 removed" in await loads(district("b", sources=other), prune=True)


IMPORTED = """
import sys
import seeds.building.district, seeds.format.checks
for name, module in list(sys.modules.items()):
    if name.split(".")[0] in {"api", "loaders", "schema", "seeds"} and not module.__file__.endswith("__init__.py"):
        print(module.__file__)
"""


def test_the_digest_covers_all_code_that_checks_and_builds() -> None:
    told = subprocess.run(
        [sys.executable, "-c", IMPORTED], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    imported = {Path(line) for line in told.splitlines()}
    assert len(imported) > 10
    assert imported <= set(records._files())
