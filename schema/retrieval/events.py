"""What subscribers are told: an event for each thing that a revision changed, in an order that a client can go on in.

Revisions are the log: each is read as often as it is wanted, and says the same each time. So a subscription is but a
place in it, whether what follows is long past or still to come.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from loaders.documents import Document
from loaders.model.revisions import Published
from loaders.store.changes import ChangeKind, DistrictVersions, retry_while_unavailable
from loaders.store.predicates import Predicate, matches
from loaders.values.comparison import find_differences
from loaders.values.tokens import LAST_CHARACTER
from schema.base.context import Log
from schema.base.errors import BadUserInput
from schema.base.names import field_name

METRICS: Final = "pillars.initiatives.metrics"
# What is derived from the rest, and what a version is.
_DERIVED: Final = frozenset(
    {
        *("_id", "from", "to", "hash", "tokens", "folded", "normalized", "decimals", "derived", "held_by"),
        *("sort_zh", "sort_en"),
        *("pillar_count", "initiative_count", "metric_count", "award_count", "total_award_count"),
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a revision changed. document: what the root field completes; None for the revision itself.

    published: what was published when the event was read.
    """

    revision: int
    cursor: str
    document: Document | None
    published: Published


@dataclass(frozen=True, slots=True)
class Start:
    """Where a subscription begins: after a revision, or within one, after the thing of these slugs."""

    revision: int
    slugs: tuple[str, ...] = ()

    @property
    def whole(self) -> int:
        """The last revision of which everything has been told."""
        return self.revision - 1 if self.slugs else self.revision

    def follows(self, revision: int, *slugs: str) -> bool:
        """Whether the thing of these slugs was told before this."""
        return bool(self.slugs) and revision == self.revision and slugs <= self.slugs


def start_of(published: Published, resume_after: int | None, after: str | None) -> Start:
    """Where to begin, from the arguments of a subscription: now, if there are none.

    Raises BadUserInput.
    """
    if after is not None and resume_after is not None:
        raise BadUserInput('"resumeAfter" and "after" exclude each other; give one of them')
    start = Start(published.revision if resume_after is None else resume_after)
    if after is not None:
        number, _, key = after.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) <= 16):
            raise BadUserInput('"after" is no cursor; send back the cursor of an event as it was given')
        start = Start(int(number), tuple(key.split("/")) if key else ())
    if start.revision > published.revision:
        raise BadUserInput(f"revision {start.revision} is not published; the newest is {published.revision}")
    return start


async def revisions(log: Log, start: Start) -> AsyncIterator[tuple[int, Published]]:
    """Yield each revision after a start, as soon as it is published."""
    position = start.whole
    while True:
        published = await log.wait_for_other(position)
        if published.revision < position:
            raise BadUserInput(f"the data was made anew, and is at revision {published.revision}; subscribe again")
        for revision in range(position + 1, published.revision + 1):
            yield revision, published
        position = published.revision


async def district_events(log: Log, slug: str | None, start: Start) -> AsyncIterator[Event]:
    """Yield an event for each district that a revision changed, or for one district: by slug within a revision."""
    async for revision, published in revisions(log, start):
        changes = await retry_while_unavailable(partial(log.changes, revision))
        for at, kind in changes.items():
            if slug in {None, at} and not start.follows(revision, at):
                cursor = f"{revision}:{at}"
                document = {"cursor": cursor, "revision": revision, "kind": kind, "slug": at}
                yield Event(revision, cursor, document, published)


async def metric_events(log: Log, where: Predicate, start: Start) -> AsyncIterator[Event]:
    """Yield an event for each metric that a revision changed and that is, or was, as a filter says.

    By the slug of the district and then by the metric's own, within a revision.
    """
    async for revision, published in revisions(log, start):
        changes = await retry_while_unavailable(partial(log.changes, revision))
        for slug in changes:
            if start.follows(revision, slug, LAST_CHARACTER):
                continue
            versions = await retry_while_unavailable(partial(log.versions, slug, revision))
            for document in metrics_changed(revision, slug, versions):
                if not start.follows(revision, slug, document["slug"]) and _concerns(where, document):
                    yield Event(revision, document["cursor"], document, published)


async def dataset_events(log: Log, start: Start) -> AsyncIterator[Event]:
    """Yield an event for each revision."""
    async for revision, published in revisions(log, start):
        yield Event(revision, str(revision), None, published)


def paths_changed(versions: DistrictVersions) -> list[str]:
    """Where a district says something else, with the slugs of what is in lists; nothing where all is new or gone."""
    before, after = versions
    return [] if before is None or after is None else list(_paths(before, after))


def metrics_changed(revision: int, slug: str, versions: DistrictVersions) -> Iterator[Document]:
    """What a revision changed in the metrics of a district, one after the other by slug."""
    olds, news = _metrics(versions.before), _metrics(versions.after)
    for name in sorted({*olds, *news}):
        old, new = olds.get(name), news.get(name)
        paths = list(_paths(old, new)) if old and new else []
        if paths or not (old and new):
            yield {
                "cursor": f"{revision}:{slug}/{name}",
                "revision": revision,
                "kind": _what(old, new),
                "slug": name,
                "metric_id": (new or old)["id"],  # type: ignore[index]  # there is one of them
                "paths": paths,
                "quantity_before": old and old["quantity"],
                "quantity_after": new and new["quantity"],
                "before": old,
                "after": new,
            }


def _what(old: Document | None, new: Document | None) -> ChangeKind:
    if old is None:
        return "ADDED"
    return "REMOVED" if new is None else "CHANGED"


def _concerns(where: Predicate, document: Document) -> bool:
    return any(metric is not None and matches(where, metric) for metric in (document["after"], document["before"]))


def _paths(old: Any, new: Any) -> Iterator[str]:
    for path, _, _ in find_differences(old, new, ignored=_DERIVED):
        yield ".".join(field_name(step) if isinstance(step, str) else str(step) for step in path)


def _metrics(document: Document | None) -> dict[str, Document]:
    if document is None:
        return {}
    initiatives = (one for pillar in document["pillars"] for one in pillar["initiatives"])
    return {metric["slug"]: metric for initiative in initiatives for metric in initiative["metrics"]}
