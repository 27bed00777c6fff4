"""A store with a past: several revisions, loads that failed, removed districts, a history; and all that it tells."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any, Final

import pytest

from loaders.model.collections import REVISIONS, VERSIONED_COLLECTIONS
from loaders.mongo.driver import Database
from loaders.publishing import history
from loaders.publishing.audit import audit
from loaders.publishing.publish import Load, publish
from loaders.publishing.verification import VerificationFailed
from loaders.store.changes import RevisionChanges
from loaders.store.pipeline import visible
from loaders.store.predicates import TRUE
from loaders.store.store import Store
from loaders.store.watch import Watch
from schema.base.context import Context
from schema.retrieval.events import Event, History, Start, dataset_events, district_events, metric_events
from seeds import commands
from seeds.console import Console
from tests.support.api import Api, Commands
from tests.support.data.content import contents, load_of, put
from tests.support.waiting import PATIENCE_S

QUERIES: Final = (
    "{ dataset { revision loadedAt counts { districts metrics } changes { added removed slugs } files { name } } }",
    "{ districts(first: 50) { totalCount nodes { id slug name { en } pillars { initiatives { metricCount } } } } }",
    "{ metrics(first: 50) { nodes { id quantity { formatted value } district { slug } } } }",
    '{ search(text: "Terminals", first: 20) { nodes { node { id } } } }',
    '{ indicator(slug: "terminals") { unit { code } districtCount } dataset { sources { slug } } }',
)


async def fail(database: Database, slugs: list[str], mark: str) -> None:
    """A load that writes all of its districts but one, and is not published; what it wrote stays."""
    load = load_of(contents([*slugs, "never"], mark))
    short = Load(load.hashes, lambda wanted: contents(slugs, mark), load.files)
    with suppress(VerificationFailed):
        await publish(database, short)


async def tell_story(database: Database) -> None:
    """Publish five revisions, with gaps between and a failed load at the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "READER_GRACE", timedelta(0))
        await put(database, ["a", "b", "c"], "one")
        await fail(database, ["a", "x"], "failed")
        await put(database, ["a", "d"], "two")
        await put(database, ["a", "b", "d"], "three", prune=True)
    await fail(database, ["b"], "failed")
    await fail(database, ["d"], "failed too")
    # What these supersede is not in the history yet.
    await put(database, ["a"], "four")
    await put(database, ["b", "e"], "five")
    await fail(database, ["a", "e"], "failed at last")


async def everything_told(database: Database, name: str) -> dict[str, Any]:
    """All that readers can learn: answers, exports, findings, changes and events of each revision."""
    store = Store(database)
    published = await store.published()
    told: dict[str, Any] = {"published": replace(published, epoch="", oldest_readable=0)}
    api = Api(store, Commands(), name)
    told["answers"] = [await api.data(query) for query in QUERIES]
    exported = StringIO()
    await commands.export(Console(exported, lambda line: None), database, "jsonl")
    told["export"] = exported.getvalue()
    told["findings"] = [finding async for finding in audit(database, published)]
    changes = RevisionChanges(database)
    numbers = range(published.kept + 1, published.revision + 1)
    numbers_told = [number for number in numbers if published.is_published(number)]
    told["records"] = [_record(await store.revision(number)) for number in numbers_told]
    told["changes"] = {number: dict(await changes.of(0, number)) for number in numbers_told}
    told["versions"] = {
        (number, slug): [one and _content(one) for one in await changes.versions(0, slug, number)]
        for number in numbers_told
        for slug in told["changes"][number]
    }
    told["events"] = await _events(database, told["changes"], published.kept)
    return told


def _record(record: Any) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "restored"}


def _content(version: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in version.items() if key not in {"_id", "to"}}


async def _events(database: Database, changes: dict[int, dict[str, str]], after: int) -> list[Any]:
    """The events of each subscription that is resumed after the first revision whose changes are kept."""
    watch = Watch(database)
    following = asyncio.create_task(watch.run())
    log = Store(database, watch)
    history = History(log, Start(after), 0, Context(log).replay)
    total = sum(map(len, changes.values()))
    kinds = Counter(kind for changed in changes.values() for kind in changed.values())
    # Each district of the story has one metric, which is new or gone with it; its figure never changes.
    metrics = await _first(metric_events(TRUE, history), total - kinds["CHANGED"])
    found = [
        *((event.cursor, event.document) for event in await _first(district_events(None, history), total)),
        *((event.cursor, event.document and event.document["kind"]) for event in metrics),
        *(event.cursor for event in await _first(dataset_events(history), len(changes))),
    ]
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    return found


async def _first(events: AsyncIterator[Event], number: int) -> list[Event]:
    async with asyncio.timeout(PATIENCE_S):
        return [await anext(events) for _ in range(number)]


async def empty(database: Database) -> None:
    """Remove every document, as if the database had just been created."""
    for name in (*VERSIONED_COLLECTIONS, "districts_history", REVISIONS):
        await database.delete_many(name, {})


async def shown(database: Database) -> dict[str, Any]:
    """What readers see of the published revision, by collection, and its number."""
    published = await Store(database).published()
    found: dict[str, Any] = {"revision": published.revision}
    for name, collection in VERSIONED_COLLECTIONS.items():
        rows = await database.find(name, visible(published))
        found[name] = sorted((str(row[collection.key]), str(row.get("name") or row.get("title"))) for row in rows)
    return found
