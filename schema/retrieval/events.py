"""Make the events of subscriptions from revisions: one for each changed object, in a stable, resumable order.

Revisions form a log that can be read again with the same result. A subscription is a position in this log, which may
be in the past.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from loaders.documents import Document
from loaders.errors import HistoryPruned
from loaders.model.revisions import Published
from loaders.store.changes import ChangeKind, DistrictVersions, retry_while_unavailable
from loaders.store.predicates import Predicate, matches
from loaders.values.tokens import LAST_CHARACTER
from schema.base.changed_items import metrics_changed, observations_changed
from schema.base.context import ChangeLog, Replay
from schema.base.errors import BadUserInput

T = TypeVar("T")

# What a replay costs, in points: for each revision, and for each district whose two documents are compared. Either
# takes as much of the server's time as two of the smallest requests.
REVISION_POINTS: Final = 10
DISTRICT_POINTS: Final = 10


@dataclass(frozen=True, slots=True)
class Event:
    """A change made by a revision. document: what the root field completes; None for the revision.

    published: the published revision when the event was read.
    """

    revision: int
    cursor: str
    document: Document | None
    published: Published


@dataclass(frozen=True, slots=True)
class Start:
    """Where a subscription begins: after a revision, or within a revision after the object with these slugs.

    history: the one of the log (`ChangeLog.history`) that the revision belongs to.
    """

    revision: int
    slugs: tuple[str, ...] = ()
    history: int = 0

    @property
    def last_complete_revision(self) -> int:
        """The last revision whose events have all been delivered."""
        return self.revision - 1 if self.slugs else self.revision

    def is_delivered(self, revision: int, *slugs: str) -> bool:
        """Whether the event of these slugs was delivered before this start."""
        return bool(self.slugs) and revision == self.revision and slugs <= self.slugs


async def start_of(log: ChangeLog, published: Published, resume_after: int | None, after: str | None) -> Start:
    """Read the arguments of a subscription. Without arguments it begins now.

    Raises BadUserInput, StoreError.
    """
    if after is not None and resume_after is not None:
        raise BadUserInput('"resumeAfter" and "after" exclude each other; give one of them')
    start = Start(published.revision if resume_after is None else resume_after, history=log.history)
    if after is not None:
        number, _, key = after.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) <= 16):
            raise BadUserInput('"after" is no cursor; send back the cursor of an event as it was given')
        start = Start(int(number), tuple(key.split("/")) if key else (), log.history)
    if start.revision > published.revision:
        # Another worker may have told of a revision that this one has not seen yet.
        newest = await log.newest_published()
        if start.revision > newest.revision:
            raise BadUserInput(f"revision {start.revision} is not published; the newest is {newest.revision}")
    if start.last_complete_revision < published.kept:
        raise _not_kept(published.kept)
    return start


def _not_kept(kept: int) -> BadUserInput:
    return BadUserInput(
        f"changes are kept after revision {kept} only; subscribe again after it (resumeAfter: {kept}) or without a "
        "starting point"
    )


async def revisions(log: ChangeLog, start: Start) -> AsyncIterator[tuple[int, Published]]:
    """Yield each revision after a start, as soon as it is published."""
    position = start.last_complete_revision
    received = start.revision
    while True:
        published = await log.wait_for_other(position, start.history)
        _ensure_continued(log, start)
        # A revision that a subscriber knows stays published.
        if published.revision < position or not published.is_published(received):
            raise _recreated(published)
        for revision in range(position + 1, published.revision + 1):
            known = log.known_published() or published
            if revision <= known.kept:
                raise _not_kept(known.kept)
            if published.is_published(revision):
                yield revision, published
        position = received = published.revision


def _ensure_continued(log: ChangeLog, start: Start) -> None:
    if log.history != start.history:
        raise _recreated(log.known_published())


def _recreated(published: Published | None) -> BadUserInput:
    at = f" and is at revision {published.revision}" if published else ""
    return BadUserInput(f"the dataset was recreated{at}; subscribe again")


@dataclass(frozen=True, slots=True)
class History:
    """What one subscription reads: the log from a start on.

    published: the newest revision when it began. Reading up to it is a replay, which waits for its turns and has a
    price (`REVISION_POINTS`, `DISTRICT_POINTS`). Later revisions are read at once, and once for all subscribers.
    """

    log: ChangeLog
    start: Start
    published: int
    replay: Replay

    async def changes(self, revision: int) -> Mapping[str, ChangeKind]:
        """The districts that a revision changed, by slug."""
        return await self._read(revision, REVISION_POINTS, partial(self.log.changes, revision))

    async def versions(self, slug: str, revision: int) -> DistrictVersions:
        """A district before and after a revision that changed it."""
        return await self._read(revision, DISTRICT_POINTS, partial(self.log.versions, slug, revision))

    async def pay(self, revision: int) -> None:
        """Wait for the turn of a revision of which nothing needs to be read."""
        await self._read(revision, REVISION_POINTS, _nothing)

    async def _read(self, revision: int, points: int, read: Callable[[], Awaitable[T]]) -> T:
        """Read as often as it takes; raises BadUserInput where the changes are gone meanwhile."""
        once = read if revision > self.published else partial(self.replay, points, read)
        try:
            return await retry_while_unavailable(once, partial(_ensure_continued, self.log, self.start))
        except HistoryPruned as pruned:
            raise _not_kept(pruned.kept) from pruned


async def _nothing() -> None:
    pass


async def district_events(slug: str | None, history: History) -> AsyncIterator[Event]:
    """Yield an event for each district that a revision changed, or only for one; by slug within a revision."""
    start = history.start
    async for revision, published in revisions(history.log, start):
        changes = await history.changes(revision)
        for at, kind in changes.items():
            if slug in {None, at} and not start.is_delivered(revision, at):
                cursor = f"{revision}:{at}"
                document = {"cursor": cursor, "revision": revision, "kind": kind, "slug": at}
                yield Event(revision, cursor, document, published)


def metric_events(where: Predicate, history: History) -> AsyncIterator[Event]:
    """Yield an event for each metric that a revision changed and that matches a filter before or after the change.

    Within a revision, events are ordered by the slugs of the district and of the metric.
    """
    return _item_events(metrics_changed, where, history)


def observation_events(where: Predicate, history: History) -> AsyncIterator[Event]:
    """Yield an event for each observation, as `metric_events` does for metrics.

    Within a revision, events are ordered by the slugs of the district, of the metric and of the observation.
    """
    return _item_events(observations_changed, where, history)


async def _item_events(
    changed: Callable[[int, str, DistrictVersions], Iterator[Document]], where: Predicate, history: History
) -> AsyncIterator[Event]:
    start = history.start
    async for revision, published in revisions(history.log, start):
        changes = await history.changes(revision)
        for slug in changes:
            if start.is_delivered(revision, slug, LAST_CHARACTER):
                continue
            versions = await history.versions(slug, revision)
            for document in changed(revision, slug, versions):
                if not start.is_delivered(revision, slug, *document["slugs"]) and _matches_either_version(
                    where, document
                ):
                    yield Event(revision, document["cursor"], document, published)


async def dataset_events(history: History) -> AsyncIterator[Event]:
    """Yield an event for each revision."""
    async for revision, published in revisions(history.log, history.start):
        await history.pay(revision)
        yield Event(revision, str(revision), None, published)


def _matches_either_version(where: Predicate, document: Document) -> bool:
    return any(item is not None and matches(where, item) for item in (document["after"], document["before"]))
