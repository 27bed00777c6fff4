"""Pruning removes what was superseded long ago, and the pointer tells from where on changes are still known."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from loaders.errors import HistoryPruned
from loaders.model.collections import HISTORY, REVISIONS
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing import history
from loaders.publishing.publish import Load, prune, publish
from loaders.store.changes import RevisionChanges
from loaders.store.predicates import TRUE
from loaders.store.store import Store
from loaders.store.watch import Watch
from schema.base.context import Context
from schema.base.errors import BadUserInput
from schema.retrieval.events import (
    Event,
    History,
    Start,
    dataset_events,
    district_events,
    metric_events,
    observation_events,
    start_of,
)
from tests.support.data.content import contents, load_of, put
from tests.support.data.story import fail
from tests.support.waiting import PATIENCE_S, until_async


async def published_days_ago(database: Database, days: dict[int, float]) -> None:
    """Make revisions older."""
    now = await database.now()
    for number, ago in days.items():
        await database.update_one(REVISIONS, {"_id": number}, {"$set": {"loaded_at": now - timedelta(days=ago)}})


async def left(database: Database) -> tuple[list[str], list[int]]:
    """The versions in the history, and the numbers of the records."""
    versions = await database.find(HISTORY, {}, {"_id": 1}, order=[("_id", 1)])
    records = await database.find(REVISIONS, {"_id": {"$gte": 0}}, {"_id": 1}, order=[("_id", 1)])
    return [one["_id"] for one in versions], [one["_id"] for one in records]


@pytest.fixture(autouse=True)
def retire_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "READER_GRACE", timedelta(0))


async def five_revisions(database: Database) -> None:
    await put(database, ["a", "b"], "one")
    await put(database, ["a"], "two")
    await fail(database, ["a"], "failed")
    await put(database, ["a"], "four")
    await put(database, ["a"], "five", prune=True)
    await published_days_ago(database, {1: 40, 2: 30.001, 4: 29.999, 5: 1})


async def test_what_was_superseded_more_days_ago_is_removed_and_no_more(database: Database) -> None:
    await five_revisions(database)
    everything = ["a@1", "a@2", "a@4", "b@1"]
    assert (await prune(database, 41))[0] is None
    assert await left(database) == (everything, [1, 2, 4, 5])
    removed, published = await prune(database, 30)
    # a@1 was superseded by revision 2. Revision 2 can be resumed after: what supersedes it is told.
    assert (removed, published.kept) == (1, 2)
    assert await left(database) == (["a@2", "a@4", "b@1"], [2, 4, 5])
    assert (await prune(database, 30))[0] is None
    changes = RevisionChanges(database)
    assert dict(await changes.of(0, 4)) == {"a": "CHANGED"}
    assert dict(await changes.of(0, 5)) == {"a": "CHANGED", "b": "REMOVED"}
    for number in (1, 2):
        with pytest.raises(HistoryPruned, match="no longer kept, only those after 2"):
            await changes.of(0, number)
    removed, published = await prune(database, 1)
    assert (removed, published.kept) == (3, 5)
    assert await left(database) == ([], [5])
    assert (await put(database, ["a"], "six")).revision == 6
    assert dict(await RevisionChanges(database).of(0, 6)) == {"a": "CHANGED"}


async def test_what_readers_may_still_read_is_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "READER_GRACE", timedelta(days=10))
    await put(database, ["a"], "one")
    await put(database, ["a"], "two")
    await published_days_ago(database, {1: 9, 2: 9})
    removed, published = await prune(database, 1)
    assert (removed, published.kept, published.oldest_readable) == (None, 0, 0)
    monkeypatch.setattr(history, "READER_GRACE", timedelta(days=8))
    # What was superseded since the last load is retired first.
    removed, published = await prune(database, 1)
    assert (removed, published.kept, published.oldest_readable) == (1, 2, 2)


@pytest.mark.slow
@pytest.mark.parametrize("events", [district_events, metric_events, observation_events, dataset_events])
async def test_a_subscriber_that_is_behind_what_is_pruned_is_told_so(database: Database, events: Any) -> None:
    await five_revisions(database)
    watch = Watch(database)
    following = asyncio.create_task(watch.run())
    await watch.wait_for_other(0, 0)
    log = Store(database, watch)
    history = History(log, Start(0), 0, Context(log).replay)
    arguments = {
        district_events: (None, history),
        metric_events: (TRUE, history),
        observation_events: (TRUE, history),
        dataset_events: (history,),
    }
    behind = events(*arguments[events])
    assert (await anext(behind)).revision == 1
    await prune(database, 1)
    # As for a slow reader: the watch has read the pointer again before the next event.
    await until_async(lambda: getattr(log.known_published(), "kept", 0) == 5)
    with pytest.raises(BadUserInput, match="changes are kept after revision 5 only; subscribe again after it"):
        await _read_on(behind)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def _read_on(events: AsyncIterator[Event]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        # The rest of a revision that was read already may follow.
        while (await anext(events)).revision == 1:
            pass


@pytest.mark.parametrize(
    ("resume_after", "after", "is_kept"),
    [
        (4, None, False),
        (5, None, True),
        (None, "5:a", False),
        (None, "5", True),
        (None, "6:a", True),
        (None, None, True),
    ],
)
async def test_a_starting_point_before_what_is_kept_is_refused(
    database: Database, resume_after: int | None, after: str | None, is_kept: bool
) -> None:
    published, log = Published(7, 7, kept=5), Store(database)
    if is_kept:
        assert (await start_of(log, published, resume_after, after)).last_complete_revision >= 5
        return
    with pytest.raises(BadUserInput, match=r"changes are kept after revision 5 only; .* \(resumeAfter: 5\)"):
        await start_of(log, published, resume_after, after)


async def test_a_load_prunes_where_days_are_given(database: Database) -> None:
    await five_revisions(database)
    given = load_of(contents(["a"], "five"))
    await publish(database, Load(given.hashes, given.read, given.files))
    assert (await Store(database).published()).kept == 0
    await publish(database, Load(given.hashes, given.read, given.files, history_days=30))
    assert (await Store(database).published()).kept == 2
    assert (await left(database))[1] == [2, 4, 5]


async def test_where_nothing_is_old_enough_one_record_is_read(database: Database) -> None:
    await five_revisions(database)
    await prune(database, 30)
    pointer = await Store(database).published()
    records = {"_id": {"$gt": pointer.kept, "$lte": pointer.oldest_readable}}
    plan = await database.command(
        {
            "explain": {"find": REVISIONS, "filter": records, "sort": {"_id": 1}, "limit": 1},
            "verbosity": "executionStats",
        }
    )
    assert plan["executionStats"]["totalDocsExamined"] == 1
    stages = [{"$match": {"to": {"$lte": 2}}}]
    assert "ended" in str(await database.explain(HISTORY, stages))
