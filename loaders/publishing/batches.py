"""Cut what a load writes into batches, and build one while another is written."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from typing import Final, TypeAlias, cast

from loaders.documents import STILL_LIVE, District, DistrictContent, Document
from loaders.model.read_models import derive_rows
from loaders.mongo.codec import encoded_size
from loaders.values.tokens import tokens

DISTRICTS: Final = "districts"
# Documents by their collection.
Batch: TypeAlias = dict[str, list[Document]]


async def prefetch_batches(batches: Iterator[Batch]) -> AsyncGenerator[Batch, None]:
    """Yield batches; while one is in use the next is built, and no more than that: two are held at most.

    Close it (`aclosing`) before what the batches are read from: it waits until nothing reads there any more.
    """
    # In a thread, so that the lease keeps beating meanwhile.
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

    max_bytes: a batch ends with the district whose document takes it past this; rows don't count.
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
