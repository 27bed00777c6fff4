"""What each published revision changed, read once for all who ask, and as long as the history is kept.

Versions that are superseded move from `districts` to the history, where they are before they are gone from there:
whoever looks into the one and then into the other misses none, if the same member answers. Another may lag, so what
is found is held against what the load has recorded, and read again where it is not all there.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from loaders.documents import Document
from loaders.errors import StoreFailure, StoreTimeout, StoreUnavailable
from loaders.model.collections import BY_SLUG, ENDED, HISTORY, REVISIONS
from loaders.mongo.driver import Database
from loaders.values.lru_cache import LruCache

logger = logging.getLogger(__name__)

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
What: TypeAlias = Literal["ADDED", "CHANGED", "REMOVED"]

PLACES: Final = ("districts", HISTORY)
# As a revision's record counts them.
_COUNTED: Final[Mapping[What, str]] = {"ADDED": "added", "CHANGED": "changed", "REMOVED": "removed"}
RETRY_S: Final = 0.5
REVISIONS_KEPT: Final = 32
# A document of 40 kB takes ten times as much when it is read.
VERSIONS_KEPT: Final = 8


class Versions(NamedTuple):
    """A district's document before a revision and in it; None where there was, or is, no such district."""

    before: Document | None
    after: Document | None


class Changes:
    """Reads what revisions changed. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._revisions = _Shared(self._read_revision, REVISIONS_KEPT)
        self._versions = _Shared(self._read_versions, VERSIONS_KEPT)

    async def of(self, revision: int) -> Mapping[str, What]:
        """What a published revision did to which districts, by slug and in the order of slugs."""
        return await self._revisions.get(revision)

    async def versions(self, slug: str, revision: int) -> Versions:
        """What a district was before a revision that changed it, and what it became."""
        return await self._versions.get((slug, revision))

    async def _read_revision(self, revision: int) -> Mapping[str, What]:
        began: set[str] = set()
        ended: set[str] = set()
        for place in PLACES:
            began |= await self._slugs(place, {"slug": {"$gt": ""}, "from": revision}, BY_SLUG)
            ended |= await self._slugs(place, {"to": revision}, ENDED)

        def what(slug: str) -> What:
            if slug not in ended:
                return "ADDED"
            return "CHANGED" if slug in began else "REMOVED"

        found = {slug: what(slug) for slug in sorted(began | ended)}
        record = await self._database.find_one(REVISIONS, {"_id": revision}, served=True)
        if record is None:
            raise StoreFailure(f"revision {revision} has no record")
        counts = Counter(found.values())
        if any(counts[kind] != record["changes"][key] for kind, key in _COUNTED.items()):
            raise StoreUnavailable(f"what revision {revision} changed is not all there")
        return found

    async def _slugs(self, place: str, where: Mapping[str, Any], hint: str) -> set[str]:
        stages: list[Mapping[str, Any]] = [{"$match": where}, {"$project": {"_id": 0, "slug": 1}}]
        return {row["slug"] for row in await self._database.aggregate(place, stages, hint=hint, served=True)}

    async def _read_versions(self, key: tuple[str, int]) -> Versions:
        slug, revision = key
        what = (await self.of(revision))[slug]
        return Versions(
            None if what == "ADDED" else await self._version(slug, {"to": revision}),
            None if what == "REMOVED" else await self._version(slug, {"from": revision}),
        )

    async def _version(self, slug: str, which: Mapping[str, int]) -> Document:
        for place in PLACES:
            if found := await self._database.find_one(place, {"slug": slug, **which}, served=True):
                return found
        raise StoreUnavailable(f"a version of {slug} is not there")


class _Shared(Generic[K, T]):
    """Reads by key, each made once for all who ask for it; the last few are kept, those that failed are not."""

    def __init__(self, read: Callable[[K], Awaitable[T]], most: int) -> None:
        self._read = read
        self._kept = LruCache[K, asyncio.Future[T]](max_entries=most)

    async def get(self, key: K) -> T:
        if (reading := self._kept.get(key)) is None:
            reading = asyncio.ensure_future(self._read(key))
            self._kept.put(key, reading)
            reading.add_done_callback(lambda done: self._ended(key, done))
        # Whoever leaves takes it from none of the others.
        return await asyncio.shield(reading)

    def _ended(self, key: K, reading: asyncio.Future[T]) -> None:
        if (reading.cancelled() or reading.exception()) and self._kept.get(key) is reading:
            self._kept.remove(key)


async def retry_while_unavailable(read: Callable[[], Awaitable[T]]) -> T:
    """Read, again and again while the database is away or slow: what is published is not lost meanwhile."""
    while True:
        try:
            return await read()
        except (StoreUnavailable, StoreTimeout) as error:
            logger.warning("what changed is read again: %s", error)
            await asyncio.sleep(RETRY_S)
