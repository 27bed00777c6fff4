"""A load is published whole or not at all, and what readers see is always one revision."""

from datetime import UTC, datetime, timedelta

import pytest

from loaders.documents import STILL_LIVE, Document
from loaders.errors import StoreConflict
from loaders.model.collections import ROW_COLLECTIONS, VERSIONED_COLLECTIONS
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.mongo.stored_names import plain_name
from loaders.publishing import history
from loaders.publishing import publish as publishing
from loaders.publishing.draft import Draft
from loaders.publishing.publish import Load, LoadOvertaken, compare, publish
from loaders.publishing.verification import VerificationFailed
from loaders.store.fetch import Fetch, SortKey
from loaders.store.pipeline import visible
from loaders.store.store import Store
from tests.support.data.content import contents, load_of, put


async def seen(database: Database, revision: int | None = None) -> dict[str, str]:
    """Slug and mark of every district that a reader sees."""
    store = Store(database)
    published = await store.published()
    at = published if revision is None else published.at(revision)
    fetched = await store.fetch(Fetch("districts", order=(SortKey("slug"),)), at)
    return {document["slug"]: document["name"]["texts"]["en"] for document in fetched.documents}


async def everything(database: Database) -> list[Document]:
    """Every document of every collection, but for the lease."""
    listed = await database.command({"listCollections": 1, "nameOnly": True})
    names = sorted(plain_name(entry["name"]) for entry in listed["cursor"]["firstBatch"])
    found = [await database.find(name, {"_id": {"$ne": "lease"}}, order=[("_id", 1)]) for name in names]
    return [document for documents in found for document in documents]


async def test_before_any_load_there_is_nothing_and_no_revision(database: Database) -> None:
    assert await Store(database).published() == Published(0, 0)
    assert await seen(database) == {}


async def test_a_first_load_is_revision_one(database: Database) -> None:
    outcome = await put(database, ["a", "b"])
    assert (outcome.revision, sorted(outcome.difference.added)) == (1, ["a", "b"])
    assert await seen(database) == {"a": "a", "b": "a"}
    revision = await Store(database).revision(1)
    assert revision is not None
    assert revision["counts"] == {
        "districts": 2,
        "pillars": 2,
        "initiatives": 2,
        "metrics": 2,
        "observations": 2,
        "awards": 0,
        "sources": 1,
        "indicators": 1,
    }
    assert revision["changes"] == {"added": 2, "changed": 0, "removed": 0, "unchanged": 0, "slugs": ["a", "b"]}
    assert revision["files"] == [{"name": "test.yaml", "sha256": "0" * 64}]
    assert datetime.now(UTC) - revision["loaded_at"] < timedelta(minutes=1)


async def test_the_same_load_again_writes_nothing(database: Database) -> None:
    await put(database, ["a", "b"])
    before = await everything(database)
    outcome = await put(database, ["a", "b"])
    assert outcome.revision == 1
    assert outcome.difference.is_empty
    assert await everything(database) == before


async def test_a_load_changes_only_what_differs(database: Database) -> None:
    await put(database, ["a", "b"], "old")
    outcome = await publish(database, load_of([*contents(["a"], "old"), *contents(["b", "c"], "new")]))
    assert outcome.revision == 2
    assert outcome.difference.summary() == {
        "added": 1,
        "changed": 1,
        "removed": 0,
        "unchanged": 1,
        "slugs": ["b", "c"],
    }
    assert await seen(database) == {"a": "old", "b": "new", "c": "new"}


async def test_districts_that_the_input_lacks_stay_unless_pruned(database: Database) -> None:
    await put(database, ["a", "b"])
    await put(database, ["a"], "new")
    assert await seen(database) == {"a": "new", "b": "a"}
    outcome = await put(database, ["a"], "new", prune=True)
    assert outcome.difference.removed == {"b"}
    assert await seen(database) == {"a": "new"}
    rows = await database.find("sources", visible(Published(outcome.revision, 0)), {"district": 1})
    assert sorted(str(row["district"]) for row in rows) == ["None", "a"]


async def test_a_reader_that_began_before_a_load_still_sees_the_old_revision(database: Database) -> None:
    await put(database, ["a", "b"], "old")
    await put(database, ["a", "c"], "new", prune=True)
    assert await seen(database, 1) == {"a": "old", "b": "old"}
    assert await seen(database, 2) == {"a": "new", "c": "new"}


async def test_strays_of_a_load_that_died_are_swept_by_the_next(database: Database) -> None:
    await put(database, ["a", "b"], "old")
    stray = {**contents(["c"])[0], "_id": "c@2", "hash": "x", "tokens": [], "from": 2, "to": STILL_LIVE}
    await database.insert_many("districts", [stray])
    await database.update_many("districts", {"slug": "a"}, {"$set": {"to": 2}})
    await database.update_many("sources", {"district": "a"}, {"$set": {"to": 2}})
    await database.update_one("revisions", {"_id": "published"}, {"$set": {"drawn": 2, "writer": 2}})
    assert await seen(database) == {"a": "old", "b": "old"}
    assert (await put(database, ["a", "b"], "old")).difference.is_empty
    assert (await put(database, ["a", "b", "d"], "old")).revision == 3
    assert await seen(database) == {"a": "old", "b": "old", "d": "old"}
    await put(database, ["a", "b"], "old", prune=True)
    assert not [document for document in await everything(database) if document["_id"] == "c@2"]


async def test_a_load_that_would_show_the_wrong_number_is_not_published(database: Database) -> None:
    await put(database, ["a"], "old")
    given = contents(["b", "c"])
    load = load_of(given)
    short = Load(load.hashes, lambda wanted: given[:1], load.files)
    with pytest.raises(VerificationFailed, match="only 1 of 2 districts were read"):
        await publish(database, short)
    assert await seen(database) == {"a": "old"}
    # Numbers are never reused.
    assert (await put(database, ["b", "c"])).revision == 3
    assert await seen(database) == {"a": "old", "b": "a", "c": "a"}


async def test_a_document_that_the_validator_refuses_publishes_nothing(database: Database) -> None:
    await put(database, ["a"], "old")
    good, bad = contents(["b", "c"])
    damaged = {**bad, "metric_count": "one"}
    with pytest.raises(StoreConflict):
        await publish(database, load_of([good, damaged]))  # type: ignore[list-item]  # damaged on purpose
    assert await seen(database) == {"a": "old"}


async def test_superseded_versions_move_to_the_history_once_no_reader_can_want_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(database, ["a", "b"], "one")
    await put(database, ["a"], "two")
    assert len(await database.find("districts", {})) == 3
    monkeypatch.setattr(history, "READER_GRACE", timedelta(0))
    await put(database, ["a"], "two")
    live = await database.find("districts", {}, order=[("_id", 1)])
    past = await database.find("districts_history", {})
    assert [document["_id"] for document in live] == ["a@2", "b@1"]
    assert [(document["_id"], document["to"]) for document in past] == [("a@1", 2)]
    for rows in ROW_COLLECTIONS:
        assert {row["_id"].partition("@")[2] for row in await database.find(rows, {"district": "a"})} <= {"2"}
    published = await Store(database).published()
    assert (published.revision, published.oldest_readable) == (2, 2)
    assert await seen(database) == {"a": "two", "b": "one"}


async def test_what_readers_may_still_want_is_not_moved(database: Database) -> None:
    await put(database, ["a"], "one")
    await put(database, ["a"], "two")
    await put(database, ["a"], "two")
    assert await database.find("districts_history", {}) == []
    assert await seen(database, 1) == {"a": "one"}


async def test_a_large_load_is_written_in_batches(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "BATCH_BYTES", 100_000)
    done: list[tuple[int, int]] = []
    load = load_of(contents([f"d-{number:04d}" for number in range(300)]))
    counted = Load(load.hashes, load.read, load.files, progress=lambda *progress: done.append(progress))
    await publish(database, counted)
    assert len(done) > 1
    assert done[-1] == (300, 300)
    assert len(await seen(database)) == 300


async def test_a_load_that_began_before_another_was_published_gives_way(database: Database) -> None:
    await put(database, ["a"], "first")
    before = await everything(database)
    late = load_of(contents(["a"], "late"))
    with pytest.raises(LoadOvertaken, match="another load published revision 1 while this one was reading its files"):
        await publish(database, Load(late.hashes, late.read, late.files, base_revision=0))
    assert await everything(database) == before
    assert (await publish(database, Load(late.hashes, late.read, late.files, base_revision=1))).revision == 2


async def test_comparing_writes_nothing(database: Database) -> None:
    await put(database, ["a", "b"], "old")
    before = await everything(database)
    difference = await compare(database, load_of(contents(["b", "c"], "new"), prune=True), Published(1, 0))
    assert [sorted(slugs) for slugs in (difference.added, difference.changed, difference.removed)] == [
        ["c"],
        ["b"],
        ["a"],
    ]
    assert await everything(database) == before


async def test_a_reader_sees_nothing_twice_while_a_killed_load_is_swept(database: Database) -> None:
    slugs = [f"d-{number:03d}" for number in range(120)]
    await put(database, slugs)
    # Below, what a load leaves that dies just before it publishes.
    listed = await database.command({"listIndexes": "districts"})
    for index in listed["cursor"]["firstBatch"]:
        if "partialFilterExpression" in index:
            continue
        await database.update_many("districts", {}, {"$set": {"to": 2}})
        scan = database.stream("districts", visible(Published(1, 0)), {"slug": 1}, hint=index["name"])
        # The first batch ends at the 101st; the scan stands there while the sweep goes over everything.
        read = [(await anext(scan))["slug"]]
        await publishing._remove_dead(database, Draft(3, Published(1, 0)))
        read += [document["slug"] async for document in scan]
        assert sorted(read) == slugs, index["name"]


@pytest.mark.parametrize("collection", VERSIONED_COLLECTIONS)
async def test_a_readers_scan_can_use_no_index_whose_keys_a_load_moves(database: Database, collection: str) -> None:
    await put(database, ["a", "b"])
    await put(database, ["a", "b"], "new")
    listed = await database.command({"listIndexes": collection})
    moving = {index["name"] for index in listed["cursor"]["firstBatch"] if "to" in index["key"]}
    assert moving
    for where in ({}, {"slug": "a"}, {"slug": {"$in": ["a"]}}, {"district": "a"}):
        plan = await database.command(
            {"explain": {"find": collection, "filter": {**where, **visible(Published(1, 0))}}}
        )
        plans = [plan["queryPlanner"]["winningPlan"], *plan["queryPlanner"]["rejectedPlans"]]
        assert not any(f"'indexName': '{name}'" in str(plans) for name in moving)
