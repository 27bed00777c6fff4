"""Read documents as of one revision, with one database command a fetch."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from loaders.documents import Document
from loaders.errors import HistoryPruned, StoreFailure, StoreUnavailable
from loaders.model.collections import REVISIONS
from loaders.model.revisions import Published, Revision
from loaders.mongo.driver import Database
from loaders.mongo.explain import ExplainSummary, summarize_explain
from loaders.store.changes import DISTRICT_COLLECTIONS, ChangeKind, DistrictVersions, RevisionChanges
from loaders.store.fetch import Fetch, Fetched
from loaders.store.pipeline import filter_and_projection, split_rows
from loaders.store.search import stages_of
from loaders.store.watch import PointerReader, Watch


class Store:
    """Reads from one database. Raises `loaders.errors.StoreError` and nothing else.

    is_serving: without a watch, whether it answers queries (`loaders.store.watch.PointerReader`).
    """

    def __init__(self, database: Database, watch: Watch | None = None, *, is_serving: bool = False) -> None:
        self._database = database
        self._watch = watch
        self._pointer = watch.pointer if watch else PointerReader(database, is_serving=is_serving)
        self._changes = RevisionChanges(database)

    @property
    def waiting(self) -> int:
        """How many reads wait for a connection."""
        return self._database.waiting

    def known_published(self) -> Published | None:
        """The published revision according to the watch; None without a watch, or if it may be out of date."""
        return self._watch.known_published() if self._watch else None

    async def published(self) -> Published:
        """Read the pointer. A request does so once and reads everything at that revision."""
        return await self._pointer.read()

    async def newest_published(self) -> Published:
        """Read the pointer from the primary, for what a secondary that lags can't decide."""
        return Published.of(await self._database.find_one(REVISIONS, {"_id": "published"}))

    @property
    def history(self) -> int:
        """See `loaders.store.watch.Watch`; 0 without a watch."""
        return self._watch.history if self._watch else 0

    @property
    def problem(self) -> str | None:
        """Why moves of the pointer are not reported; None if they are, or without a watch."""
        return self._watch.problem if self._watch else None

    async def wait_for_other(self, revision: int, history: int) -> Published:
        """Wait until another revision than `revision`, or another history, is published. Requires a watch."""
        if self._watch is None:
            raise StoreFailure("this store has no watch that follows the pointer")
        return await self._watch.wait_for_other(revision, history)

    async def changes(self, revision: int) -> Mapping[str, ChangeKind]:
        """How a revision changed each district, by slug and in the order of slugs."""
        return await self._changes.of(self.history, revision)

    async def versions(self, slug: str, revision: int) -> DistrictVersions:
        """A district before a revision that changed it, and in it."""
        return await self._changes.versions(self.history, slug, revision)

    async def revision(self, number: int) -> Revision | None:
        """Read the record of a published load; None if there is none."""
        return cast(Revision | None, await self._database.find_one(REVISIONS, {"_id": number}, allow_secondary=True))

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        """Run a fetch as of a revision, in one command."""
        if fetch.limit == 1 and fetch.is_find:
            found = await self._database.find_one(
                fetch.collection, *filter_and_projection(fetch, published), allow_secondary=True
            )
            return Fetched([found] if found else [])
        rows = await self._database.aggregate(fetch.collection, stages_of(fetch, published), allow_secondary=True)
        return split_rows(fetch, rows)

    async def fetch_past(self, fetch: Fetch, published: Published) -> Fetched:
        """Run a fetch for one district as of any past revision, also from the history.

        Raises StoreUnavailable if a lagging member does not have it yet.
        """
        for collection in DISTRICT_COLLECTIONS:
            fetched = await self.fetch(replace(fetch, collection=collection), published)
            if fetched.documents:
                return fetched
        raise StoreUnavailable(f"a district of revision {published.revision} can't be read yet")

    async def find_past(self, fetch: Fetch, published: Published) -> Document | None:
        """Find what was in one district at any revision that is kept; None if there was nothing.

        A version moves from one collection to the other by being copied first. What no member that may lag has is
        looked for once more where nothing lags.
        """
        for is_certain in (False, True):
            for collection in DISTRICT_COLLECTIONS:
                rows = await self._database.aggregate(
                    collection,
                    stages_of(replace(fetch, collection=collection), published),
                    allow_secondary=not is_certain,
                )
                if rows:
                    return rows[0]
        # What was not there, or is no longer kept.
        if (kept := (await self.newest_published()).kept) > published.revision:
            raise HistoryPruned(published.revision, kept)
        return None

    async def revision_at(self, time: datetime, published: Published) -> int | None:
        """The newest revision that was published at a time, by the database's clock; None if none is kept."""
        unpublished = [{"_id": {"$gte": first, "$lte": last}} for first, last in published.gaps]
        where: Document = {
            "_id": {"$gte": published.kept, "$lte": published.revision},
            "loaded_at": {"$lte": time},
            **({"$nor": unpublished} if unpublished else {}),
        }
        newest = [("_id", -1)]
        rows = await self._database.find(REVISIONS, where, {"_id": 1}, order=newest, limit=1)
        return rows[0]["_id"] if rows else None

    async def explain(self, fetch: Fetch, published: Published) -> ExplainSummary:
        """Explain how MongoDB runs a fetch."""
        pipeline = stages_of(fetch, published)
        return summarize_explain(fetch.collection, pipeline, await self._database.explain(fetch.collection, pipeline))
