"""Read what each published revision changed; concurrent readers share one read.

Superseded versions move from `districts` to the history: they are copied before they are deleted, so reading first
`districts` and then the history misses none, if the same member answers both. Another member may lag, so the result
is compared with the counts that the load recorded, and the read fails where versions are missing.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from loaders.documents import Document
from loaders.errors import HistoryPruned, StoreFailure, StoreTimeout, StoreUnavailable
from loaders.lru_cache import LruCache
from loaders.model.collections import BY_SLUG, ENDED_INDEX, HISTORY, REVISIONS
from loaders.model.revisions import Published
from loaders.mongo.deadline import lift_deadline, unset_deadline
from loaders.mongo.driver import Database

logger = logging.getLogger(__name__)

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
ChangeKind: TypeAlias = Literal["ADDED", "CHANGED", "REMOVED"]

DISTRICT_COLLECTIONS: Final = ("districts", HISTORY)
# The keys of these counts in a revision's record.
_COUNTED: Final[Mapping[ChangeKind, str]] = {"ADDED": "added", "CHANGED": "changed", "REMOVED": "removed"}
READ_RETRY_S: Final = 0.5
MAX_REVISIONS: Final = 32
# A document of 40 kB takes ten times as much memory once decoded.
MAX_VERSIONS: Final = 8
# What is older than these is kept apart: who reads the past must not evict what everyone waits for.
RECENT_REVISIONS: Final = 4


class DistrictVersions(NamedTuple):
    """A district's document before a revision and in it; None where the district did not exist."""

    before: Document | None
    after: Document | None


class RevisionChanges:
    """Reads what revisions changed. Raises StoreError.

    history: that of the watch when the revision was read (`loaders.store.watch.Watch`), which its number belongs to.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent, self._past = (
            _Reads(_SharedReads(self._read_revision, MAX_REVISIONS), _SharedReads(self._read_versions, MAX_VERSIONS))
            for _ in range(2)
        )
        self._newest = (0, 0)

    async def of(self, history: int, revision: int) -> Mapping[str, ChangeKind]:
        """How a published revision changed each district, by slug and in the order of slugs."""
        return await self._reads(history, revision).revisions.get((history, revision))

    async def versions(self, history: int, slug: str, revision: int) -> DistrictVersions:
        """A district before a revision that changed it, and in it."""
        return await self._reads(history, revision).versions.get((history, slug, revision))

    def _reads(self, history: int, revision: int) -> "_Reads":
        self._newest = max(self._newest, (history, revision))
        return self._recent if (history, revision + RECENT_REVISIONS) > self._newest else self._past

    async def _read_revision(self, key: tuple[int, int]) -> Mapping[str, ChangeKind]:
        _, revision = key
        began: set[str] = set()
        ended: set[str] = set()
        for collection in DISTRICT_COLLECTIONS:
            began |= await self._slugs(collection, {"slug": {"$gt": ""}, "from": revision}, BY_SLUG)
            ended |= await self._slugs(collection, {"to": revision}, ENDED_INDEX)

        def kind_of(slug: str) -> ChangeKind:
            if slug not in ended:
                return "ADDED"
            return "CHANGED" if slug in began else "REMOVED"

        found = {slug: kind_of(slug) for slug in sorted(began | ended)}
        record = await self._database.find_one(REVISIONS, {"_id": revision}, allow_secondary=True)
        if record is None:
            await self._refuse_pruned(revision)
            raise StoreFailure(f"revision {revision} has no record")
        counts = Counter(found.values())
        if any(counts[kind] != record["changes"][key] for kind, key in _COUNTED.items()):
            await self._refuse_pruned(revision)
            raise StoreUnavailable(f"not all changes of revision {revision} can be read yet")
        return found

    async def _slugs(self, collection: str, where: Mapping[str, Any], hint: str) -> set[str]:
        stages: list[Mapping[str, Any]] = [{"$match": where}, {"$project": {"_id": 0, "slug": 1}}]
        return {
            row["slug"] for row in await self._database.aggregate(collection, stages, hint=hint, allow_secondary=True)
        }

    async def _read_versions(self, key: tuple[int, str, int]) -> DistrictVersions:
        history, slug, revision = key
        kind = (await self.of(history, revision))[slug]
        return DistrictVersions(
            None if kind == "ADDED" else await self._version(slug, "to", revision),
            None if kind == "REMOVED" else await self._version(slug, "from", revision),
        )

    async def _version(self, slug: str, field: str, revision: int) -> Document:
        for collection in DISTRICT_COLLECTIONS:
            where = {"slug": slug, field: revision}
            if found := await self._database.find_one(collection, where, allow_secondary=True):
                return found
        await self._refuse_pruned(revision)
        raise StoreUnavailable(f"a version of {slug} can't be read yet")

    async def _refuse_pruned(self, revision: int) -> None:
        """Raise HistoryPruned where changes are missing because they are no longer kept."""
        pointer = await self._database.find_one(REVISIONS, {"_id": "published"}, allow_secondary=True)
        if (kept := Published.of(pointer).kept) >= revision:
            raise HistoryPruned(revision, kept)


class _SharedReads(Generic[K, T]):
    """Reads by key, shared by concurrent callers; keeps the last `size` results, but no failures."""

    def __init__(self, read: Callable[[K], Awaitable[T]], size: int) -> None:
        self._read = read
        self._kept = LruCache[K, asyncio.Future[T]](max_entries=size)

    async def get(self, key: K) -> T:
        if (reading := self._kept.get(key)) is None:
            # It belongs to none of those that wait for it, and has no deadline of theirs.
            token = lift_deadline()
            reading = asyncio.ensure_future(self._read(key))
            unset_deadline(token)
            self._kept.put(key, reading)
            reading.add_done_callback(lambda done: self._ended(key, done))
        # A caller that is cancelled must not cancel the read for the others.
        return await asyncio.shield(reading)

    def _ended(self, key: K, reading: asyncio.Future[T]) -> None:
        if (reading.cancelled() or reading.exception()) and self._kept.get(key) is reading:
            self._kept.remove(key)


class _Reads(NamedTuple):
    """The results that are kept of some revisions: what each changed, and the documents that it changed."""

    revisions: _SharedReads[tuple[int, int], Mapping[str, ChangeKind]]
    versions: _SharedReads[tuple[int, str, int], DistrictVersions]


async def retry_while_unavailable(read: Callable[[], Awaitable[T]], ensure: Callable[[], None]) -> T:
    """Retry a read until the database answers: published changes are still there afterwards.

    ensure: called before each attempt; raises where trying again is of no use.
    """
    while True:
        ensure()
        try:
            return await read()
        except (StoreUnavailable, StoreTimeout) as error:
            logger.warning("reading changes failed and is retried: %s", error)
            await asyncio.sleep(READ_RETRY_S)
