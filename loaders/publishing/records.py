"""Remember of which record each district was built, so that a load can leave out those that are published already.

A digest of a record (and of the code that checks and builds it) belongs to one content hash for good. So these have
no versions: what an interrupted or paused load remembers is true too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loaders.documents import Document
from loaders.model.collections import BY_SLUG, RECORDS
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing.batches import DISTRICTS
from loaders.store.pipeline import visible


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """The record of a published district: its digest, and the content hash of what was built of it."""

    slug: str
    digest: str
    hash: str


async def known_records(database: Database, published: Published, slugs: Sequence[str]) -> dict[str, KnownRecord]:
    """The records of those districts that are published as they were built of them, by slug."""
    records = await database.find(RECORDS, {"_id": {"$in": [*slugs]}})
    hashes = {record["_id"]: record["hash"] for record in records}
    where: Document = {"slug": {"$in": sorted(hashes)}, **visible(published)}
    shown = await database.find(DISTRICTS, where, {"_id": 0, "slug": 1, "hash": 1}, hint=BY_SLUG)
    current = {(row["slug"], row["hash"]) for row in shown}
    return {
        record["_id"]: KnownRecord(record["_id"], record["digest"], record["hash"])
        for record in records
        if (record["_id"], record["hash"]) in current
    }


async def remember_records(database: Database, digests: Mapping[str, str], hashes: Mapping[str, str]) -> None:
    """Remember from which records districts were built, by slug."""
    await database.replace_many(
        RECORDS,
        [{"_id": slug, "digest": digest, "hash": hashes[slug]} for slug, digest in digests.items() if digest],
    )
