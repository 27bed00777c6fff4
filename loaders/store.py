"""Answer fetches: documents as they stood at one revision, in one database call each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from loaders.collections import BY_SLUG, REVISIONS
from loaders.documents import Document, Revision
from loaders.driver import Database
from loaders.fetch import Fetch, Fetched


@dataclass(frozen=True, slots=True)
class Published:
    """What the pointer says: readers see `revision`, and may still read from `floor` on; 0 before any load."""

    revision: int
    floor: int


def visible_at(revision: int) -> dict[str, Any]:
    """Match the versions that a reader at `revision` sees."""
    return {"from": {"$lte": revision}, "to": {"$gt": revision}}


class Store:
    """Reads from one database. Raises `loaders.errors.StoreError` and nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def published(self) -> Published:
        """Read the pointer; a request does so once and stays with what it says."""
        pointer = await self._database.find_one(REVISIONS, {"_id": "published"})
        return Published(pointer["revision"], pointer["floor"]) if pointer else Published(0, 0)

    async def revision(self, number: int) -> Revision | None:
        """Read what a published load changed."""
        return cast(Revision | None, await self._database.find_one(REVISIONS, {"_id": number}))

    async def fetch(self, fetch: Fetch, revision: int) -> Fetched:
        """Run a fetch as of a revision, as one command."""
        where = {**fetch.where, **visible_at(revision)}
        projection = dict.fromkeys(fetch.keys, 1) if fetch.keys is not None else None
        if fetch.count_where is None:
            documents = await self._database.find(
                fetch.collection,
                where,
                projection,
                order=fetch.order,
                limit=fetch.limit,
                hint=fetch.hint,
            )
            return Fetched(documents)
        counted = {**fetch.count_where, **visible_at(revision)}
        rows = await self._database.aggregate(
            fetch.collection,
            _page_and_count(fetch, where, projection, counted),
            hint=fetch.hint,
        )
        return _split_count(rows)

    async def sources(self, revision: int) -> list[Document]:
        """Read the different sources of a revision, by slug."""
        return await self._database.aggregate(
            "sources",
            [
                {"$match": visible_at(revision)},
                {"$sort": {"slug": 1}},
                {"$group": {"_id": "$slug", "source": {"$first": "$$ROOT"}}},
                {"$replaceRoot": {"newRoot": "$source"}},
                {"$sort": {"slug": 1}},
            ],
            hint=BY_SLUG,
        )


def _page_and_count(
    fetch: Fetch,
    where: Mapping[str, Any],
    projection: Mapping[str, Any] | None,
    counted: Mapping[str, Any],
) -> list[Mapping[str, Any]]:
    """A page followed by one document that holds the count, so that both come from one command."""
    pipeline: list[Mapping[str, Any]] = [{"$match": where}]
    if fetch.order:
        pipeline.append({"$sort": dict(fetch.order)})
    if fetch.limit:
        pipeline.append({"$limit": fetch.limit})
    if projection:
        pipeline.append({"$project": projection})
    count = [{"$match": counted}, {"$count": "total"}, {"$project": {"_id": "total", "total": 1}}]
    pipeline.append({"$unionWith": {"coll": fetch.collection, "pipeline": count}})
    return pipeline


def _split_count(rows: list[Document]) -> Fetched:
    if rows and rows[-1]["_id"] == "total":
        return Fetched(rows[:-1], rows[-1]["total"])
    return Fetched(rows, 0)
