"""What a revision changed, whether its versions are live still or in the history."""

from datetime import timedelta
from typing import Any

import pytest

from loaders.documents import STILL_LIVE
from loaders.errors import StoreConflict, StoreFailure, StoreUnavailable
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing import history
from loaders.publishing.draft import draw, read_published
from loaders.store import changes as reading
from loaders.store.changes import RevisionChanges, retry_while_unavailable
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare
from loaders.store.store import Store
from tests.support.api import Api
from tests.support.data.content import put


async def test_each_revision_tells_what_it_did(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "READER_GRACE", timedelta(0))
    await put(database, ["a", "b", "c"])
    await put(database, ["a", "d"], "two")
    await put(database, ["a", "b", "d"], "two", prune=True)
    await put(database, ["a"], "four")
    await put(database, ["a"], "five")
    for changes in (RevisionChanges(database), RevisionChanges(database)):
        assert dict(await changes.of(0, 1)) == dict.fromkeys("abc", "ADDED")
        assert dict(await changes.of(0, 2)) == {"a": "CHANGED", "d": "ADDED"}
        assert dict(await changes.of(0, 3)) == {"b": "CHANGED", "c": "REMOVED"}
        assert dict(await changes.of(0, 4)) == {"a": "CHANGED"}
        assert list(await changes.of(0, 1)) == ["a", "b", "c"]
        before, after = await changes.versions(0, "a", 4)
        assert before and after
        assert (before["name"]["texts"]["en"], after["name"]["texts"]["en"]) == ("two", "four")
        before, after = await changes.versions(0, "c", 3)
        assert before
        assert after is None


async def test_who_reads_the_past_evicts_nothing_of_the_present(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_REVISIONS", 2)
    monkeypatch.setattr(reading, "MAX_VERSIONS", 1)
    for number in range(9):
        await put(database, ["a"], f"mark {number}")
    store = Store(api.store._database)
    newest = await store.versions("a", 9)
    for revision in range(2, 6):
        await store.versions("a", revision)
    api.commands.clear()
    assert await store.versions("a", 9) is newest
    assert dict(await store.changes(9)) == {"a": "CHANGED"}
    assert api.commands.names == []


async def test_what_a_paused_load_wrote_late_is_no_version_before_a_change(database: Database) -> None:
    await put(database, ["a"], "one")
    dead = await draw(database, await read_published(database))
    await put(database, ["a"], "two")
    [current] = await database.find("districts", {"slug": "a", "to": STILL_LIVE})
    late = {**current, "_id": f"a@{dead.number}", "from": dead.number, "city": None}
    await database.insert_many("districts", [late])
    revision = (await put(database, ["a"], "three")).revision
    before, after = await RevisionChanges(database).versions(0, "a", revision)
    assert before and after
    assert (before["name"]["texts"]["en"], after["name"]["texts"]["en"]) == ("two", "three")
    # Which of several is found first is the database's choice.
    assert [one["_id"] for one in await database.find("districts", {"slug": "a", "to": revision})] == [before["_id"]]


async def test_what_is_not_all_there_is_not_taken_for_all(database: Database) -> None:
    await put(database, ["a", "b"])
    await put(database, ["a"], "two")
    changes = RevisionChanges(database)
    await database.delete_many("districts", {"slug": "b"})
    with pytest.raises(StoreUnavailable, match="not all changes"):
        await changes.of(0, 1)
    assert dict(await changes.of(0, 2)) == {"a": "CHANGED"}
    await database.delete_many("districts", {"slug": "a", "to": 2})
    with pytest.raises(StoreUnavailable, match="a version of a"):
        await changes.versions(0, "a", 2)
    fetch = Fetch("districts", Compare("slug", "eq", "b"), limit=1)
    with pytest.raises(StoreUnavailable, match="can't be read"):
        await Store(database).fetch_past(fetch, Published(1, 0))
    with pytest.raises(StoreFailure):
        await changes.of(0, 3)


async def test_what_changed_is_read_by_indexes(database: Database) -> None:
    await put(database, ["a", "b", "c"])
    await put(database, ["a"], "two")
    for where, index in (({"slug": {"$gt": ""}, "from": 2}, "by_slug"), ({"to": 2}, "ended")):
        for place in ("districts", "districts_history"):
            stages: list[dict[str, Any]] = [{"$match": where}, {"$project": {"_id": 0, "slug": 1}}]
            plan = str(await database.explain(place, stages))
            assert index in plan, (place, where)
            assert "COLLSCAN" not in plan


async def test_reading_waits_for_the_database_and_for_nothing_else() -> None:
    failures: list[Exception] = [StoreUnavailable("away"), StoreUnavailable("away")]

    async def read() -> str:
        if failures:
            raise failures.pop()
        return "there"

    asked: list[None] = []
    assert await retry_while_unavailable(read, lambda: asked.append(None)) == "there"
    assert len(asked) == 3
    failures.append(StoreConflict("no"))
    with pytest.raises(StoreConflict):
        await retry_while_unavailable(read, lambda: None)

    def give_up() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await retry_while_unavailable(read, give_up)
