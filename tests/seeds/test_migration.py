"""`migrate` publishes what the first edition has published, and leaves its collections as they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import pytest

from loaders.errors import StoreUnavailable
from loaders.mongo.driver import Database
from loaders.publishing.audit import audit
from loaders.settings import StoreSettings
from loaders.store.store import Store
from seeds.commands import SHIPPED, load, status
from seeds.console import Console
from seeds.migration import migrate
from tests.support.data.content import put
from tests.support.data.first_edition import (
    LIVE,
    Stored,
    everything,
    publish_as_first_edition,
    stored_by_first_edition,
)

ADDED = "published revision 4, revision 3 of the first edition: 3 added, 0 changed, 0 removed, 0 unchanged\n"


@dataclass
class Run:
    """Runs commands, and keeps what they write."""

    database: Database
    told: list[str] = field(default_factory=list)

    async def migrate(self, **options: Any) -> tuple[int, str]:
        out = StringIO()
        return await migrate(Console(out, self.told.append), self.database, **options), out.getvalue()

    async def load(self, **options: bool) -> tuple[int, str]:
        out, given = StringIO(), {"prune": False, "if_empty": False, **options}
        return await load(Console(out, self.told.append), self.database, SHIPPED[:1], **given), out.getvalue()

    async def status(self) -> str:
        out = StringIO()
        await status(Console(out, self.told.append), self.database)
        return out.getvalue()

    async def names(self) -> dict[str, str]:
        rows = await self.database.find("districts", {"to": LIVE}, order=[("slug", 1)])
        return {row["slug"]: row["name"]["texts"]["en"] for row in rows}


@pytest.fixture
def run(database: Database) -> Run:
    return Run(database)


@pytest.fixture
def first(database: Database, settings: StoreSettings) -> Iterator[Stored]:
    with stored_by_first_edition(settings) as stored:
        yield stored


async def test_what_the_first_edition_published_is_published_whole(first: Stored, run: Run) -> None:
    assert await run.migrate() == (0, ADDED)
    assert await run.names() == {"baiyun": "Baiyun District", "gaochun": "Gaochun", "luhe": "Luhe"}
    assert [finding async for finding in audit(run.database, await Store(run.database).published())] == []
    old, new = first["revisions"].find_one({"_id": 3}), await Store(run.database).revision(4)
    assert old and new
    assert new["counts"] == {**old["counts"], "observations": old["counts"]["metrics"]}
    [luhe] = await run.database.find("districts", {"slug": "luhe"})
    assert (luhe["kind"], luhe["country"]) == ("DISTRICT", "CN")
    assert [source["published"] for source in luhe["sources"]] == ["2024-03-01", None]
    terminals, target = luhe["pillars"][0]["initiatives"][0]["metrics"]
    assert (terminals["latest"], str(terminals["quantity"]["value"]), terminals["ranks"][0]["position"]) == (
        "main",
        "150",
        2,
    )
    assert str(terminals["observations"][0]["changes"][0]["quantity"]["value"]) == "12.50"
    assert (target["latest"], target["observations"][0]["status"]) == (None, "TARGET")


@pytest.mark.slow
async def test_the_first_editions_collections_stay_as_they_are(first: Stored, run: Run) -> None:
    before = everything(first)
    await run.migrate()
    await put(run.database, ["a"])
    await run.migrate(replace=True)
    assert everything(first) == before


async def test_a_server_is_unready_until_the_data_is_migrated(first: Stored, run: Run) -> None:
    serving = Store(run.database, is_serving=True)
    with pytest.raises(StoreUnavailable, match="run: python -m seeds migrate"):
        await serving.published()
    assert await run.status() == "the first edition's data is not migrated; run: python -m seeds migrate\n"
    await run.migrate()
    assert (await serving.published()).revision == 4


@pytest.mark.slow
async def test_it_is_migrated_once_and_again_when_the_first_edition_has_published_since(
    first: Stored, run: Run
) -> None:
    await run.migrate()
    nothing = "nothing to migrate: revision 3 of the first edition was published as revision 4\n"
    assert await run.migrate() == (0, nothing)
    name = {"zh_hans": "高淳", "en": "New", "zh_hant": "高淳", "sort_zh": "gaochun", "sort_en": "new"}
    publish_as_first_edition(first, 9, "gaochun", name=name)
    changed = "published revision 10, revision 9 of the first edition: 0 added, 1 changed, 0 removed, 2 unchanged\n"
    assert await run.migrate() == (0, changed)
    assert (await run.names())["gaochun"] == "New"
    assert [finding async for finding in audit(run.database, await Store(run.database).published())] == []
    # Its number is greater even if nothing differs.
    publish_as_first_edition(first, 12, "gaochun")
    same = "published revision 13, revision 12 of the first edition: 0 added, 0 changed, 0 removed, 3 unchanged\n"
    assert await run.migrate() == (0, same)
    assert [finding async for finding in audit(run.database, await Store(run.database).published())] == []


@pytest.mark.slow
async def test_a_district_that_the_first_edition_removed_is_removed(first: Stored, run: Run) -> None:
    await run.migrate()
    publish_as_first_edition(first, 4, "luhe")
    first["districts"].update_one({"slug": "luhe", "to": LIVE}, {"$set": {"to": 4}})
    first["revisions"].update_one({"_id": 4}, {"$set": {"counts.districts": 2}})
    status, out = await run.migrate()
    assert (status, out.endswith("0 added, 0 changed, 1 removed, 2 unchanged\n")) == (0, True)
    assert sorted(await run.names()) == ["baiyun", "gaochun"]


async def test_what_was_loaded_since_is_not_undone_unasked(first: Stored, run: Run) -> None:
    await run.migrate()
    await put(run.database, ["a"])
    assert (await run.migrate())[0] == 0
    publish_as_first_edition(first, 4, "luhe")
    assert await run.migrate() == (1, "")
    assert run.told == [
        "revision 5 was loaded without the first edition, whose revision 4 would undo it; "
        "if it shall, run: python -m seeds migrate --replace"
    ]
    assert "a" in await run.names()
    assert (await run.migrate(replace=True))[0] == 0
    assert "a" not in await run.names()


async def test_a_load_waits_for_the_migration_unless_it_is_of_everything(first: Stored, run: Run) -> None:
    assert await run.load() == (1, "")
    assert await run.load(if_empty=True) == (0, ADDED)
    assert run.told == [
        "the database has data of the first edition; run: python -m seeds migrate (or load --prune)",
        "the database has data of the first edition; it is migrated",
    ]
    assert (await run.load())[0] == 0


@pytest.mark.slow
async def test_a_load_of_everything_goes_on_after_the_first_editions_numbers(first: Stored, run: Run) -> None:
    _, out = await run.load(prune=True)
    assert out == "published revision 4: 1 added, 0 changed, 0 removed, 0 unchanged\n"


@pytest.mark.parametrize("published", [None, {"_id": "published", "revision": 0, "floor": 0, "stamp": ""}])
async def test_nothing_to_migrate_is_said(published: dict[str, Any] | None, first: Stored, run: Run) -> None:
    first["revisions"].delete_many({})
    if published:
        first["revisions"].insert_one(published)
    assert await run.migrate() == (1, "")
    found = "is an empty dataset, with no published revision," if published else "is no data"
    assert run.told == [f"there {found} of the first edition here; nothing was migrated (is MONGODB_DATABASE right?)"]


@pytest.mark.slow
async def test_once_migrated_the_first_editions_collections_may_go(first: Stored, run: Run) -> None:
    await run.migrate()
    first["revisions"].drop()
    assert await run.migrate() == (0, "nothing to migrate: the first edition's data is gone since revision 4\n")
    assert (await Store(run.database, is_serving=True).published()).revision == 4


async def test_what_cannot_be_built_or_found_is_not_published(first: Stored, run: Run) -> None:
    assert (await run.migrate(country="ZZ"))[0] == 1
    assert run.told[0].startswith("baiyun: country: ")
    first["districts"].delete_many({"slug": "luhe"})
    assert (await run.migrate())[0] == 1
    assert run.told[-1] == "2 districts of 3 of revision 3 of the first edition were found; nothing was migrated"
    # Its districts may be in the history by now.
    first["revisions"].update_one({"_id": "published"}, {"$set": {"floor": 4}})
    assert (await run.migrate())[0] == 3
    assert (await Store(run.database).published()).revision == 0
