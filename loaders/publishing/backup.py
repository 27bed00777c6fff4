"""Back up the districts of one revision with their history, while servers read and loads publish.

Versions move from `districts` to the history, copied before they are deleted. So both are read by `_id`, which never
changes, a page at a time, and `districts` first: what has moved is then found in the history, and what is found in
both is written once. What a later load ends was current in the revision. Nothing is written to the database.
"""

from collections.abc import AsyncIterator
from typing import IO, Any, Final

from loaders.documents import STILL_LIVE, Document
from loaders.model.collections import REVISIONS
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing.backup_file import BackupWriter, Header, Tally
from loaders.publishing.draft import in_ranges
from loaders.store.changes import DISTRICT_COLLECTIONS

# Versions of each collection in memory; a large district takes some megabytes once decoded.
PAGE_SIZE: Final = 16
_POINTER: Final = {"_id": "published"}


class BackupFailed(Exception):
    """There is nothing to back up, or what was read is not whole; the file must not be used."""


async def write_backup(database: Database, file: IO[bytes]) -> Tally:
    """Write a backup of the published revision to an open file; returns what is in it.

    Raises BackupFailed, OSError or a StoreError.
    """
    pointer = await database.find_and_anchor(REVISIONS, _POINTER)
    published = Published.of(pointer)
    if pointer is None or not published.revision:
        raise BackupFailed("nothing is published, so there is nothing to back up")
    drawn = max(pointer.get("drawn", 0), published.revision + 1)
    writer = BackupWriter(file, Header(await database.now(), drawn, published))
    numbers = _published_numbers("_id", published, published.kept)
    async for record in database.stream(REVISIONS, numbers, order=[("_id", 1)]):
        writer.add("record", {key: value for key, value in record.items() if key != "restored"})
    async for version in _versions(database, published):
        writer.add("district", version)
    after = Published.of(await database.find_and_anchor(REVISIONS, _POINTER))
    if after.revision < published.revision or after.kept != published.kept:
        raise BackupFailed("the history was pruned, or the database recreated, while it was read; run it again")
    try:
        writer.finish()
    except ValueError as error:
        raise BackupFailed(f"{error}; see what is wrong with: python -m seeds verify") from error
    return writer.tally


def _published_numbers(field: str, published: Published, first: int) -> dict[str, Any]:
    where: dict[str, Any] = {field: {"$gte": first, "$lte": published.revision}}
    if published.gaps:
        where["$nor"] = in_ranges(field, published.gaps)
    return where


async def _versions(database: Database, published: Published) -> AsyncIterator[Document]:
    """Yield each version that was published up to a revision, and is current in it or in its history."""
    begun = _published_numbers("from", published, 1)
    after = ""
    while True:
        pages = [
            await database.find(
                name, {"_id": {"$gt": after}, **begun}, order=[("_id", 1)], limit=PAGE_SIZE, hint="_id_"
            )
            for name in DISTRICT_COLLECTIONS
        ]
        # A full page says nothing about what follows it.
        ends = [page[-1]["_id"] for page in pages if len(page) == PAGE_SIZE]
        found = {one["_id"]: one for page in pages for one in page if not ends or one["_id"] <= min(ends)}
        for one in found.values():
            ended = one["to"] if one["to"] <= published.revision and published.is_published(one["to"]) else STILL_LIVE
            if ended > published.kept:
                yield {**one, "_id": f"{one['slug']}@{one['from']}", "to": ended}
        if not ends:
            return
        after = min(ends)
