"""Divide the documents of a load into batches, and build the next batch while one is written."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias, cast

from loaders.documents import STILL_LIVE, District, DistrictContent, Document
from loaders.model.read_models import derive_rows
from loaders.mongo.codec import encoded_size
from loaders.values.tokens import tokens

DISTRICTS: Final = "districts"
# The size of the districts, a quarter of a batch with its rows. With 4 MB, 800 generated districts take as much
# CPU time in MongoDB, and the loader 223 MB instead of 139, as each sending thread keeps its buffers.
BATCH_BYTES: Final = 1_000_000
# Documents by collection.
Batch: TypeAlias = dict[str, list[Document]]


async def gather_all(*writes: Awaitable[Any]) -> None:
    """Await concurrent writes; all have ended when this returns or raises."""
    for outcome in await asyncio.gather(*writes, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def prefetch_batches(batches: Iterator[Batch]) -> AsyncGenerator[Batch, None]:
    """Yield batches, building one ahead in a thread; at most two are in memory.

    Close the generator (`aclosing`) before the source of the batches: closing waits until the thread has stopped.
    """
    # In a thread, so that the event loop goes on renewing the lease.
    building = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while batch := await building:
            building = asyncio.create_task(asyncio.to_thread(next, batches, None))
            yield batch
    finally:
        await asyncio.gather(building, return_exceptions=True)


def build_batches(
    contents: Iterable[DistrictContent], hashes: Mapping[str, str], number: int, *, max_bytes: int
) -> Iterator[Batch]:
    """Build the documents of districts for revision `number`: each batch has whole districts with their rows.

    max_bytes: a batch ends with the district that exceeds this; only districts are counted, not their rows.
    """
    batch: Batch = {}
    size = 0
    for content in contents:
        district = _version(content, hashes[content["slug"]], number)
        batch.setdefault(DISTRICTS, []).append(cast(Document, district))
        for name, rows in derive_rows(district).items():
            batch.setdefault(name, []).extend(rows)
        size += encoded_size(cast(Document, district))
        if size > max_bytes:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _version(content: DistrictContent, digest: str, number: int) -> District:
    stored = {
        "_id": f"{content['slug']}@{number}",
        **content,
        "hash": digest,
        "tokens": list(tokens(content["name"]["folded"])),
        "from": number,
        "to": STILL_LIVE,
    }
    return cast(District, stored)
