"""Divide the documents of a load into batches, and build the next batch while one is written."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar, cast

from loaders.documents import STILL_LIVE, District, DistrictContent, Document
from loaders.model.read_models import derive_rows
from loaders.mongo.codec import encode, encoded_document
from loaders.publishing.processes import compute_each
from loaders.values.tokens import tokens

DISTRICTS: Final = "districts"
# The size of the districts, a quarter of a batch with its rows. With 4 MB, 800 generated districts take as much
# CPU time in MongoDB, and the loader 223 MB instead of 139, as each sending thread keeps its buffers.
BATCH_BYTES: Final = 1_000_000
Built = TypeVar("Built")
# Documents by collection.
Batch: TypeAlias = dict[str, list[Document]]


@dataclass(slots=True)
class DistrictBatch:
    """Districts with their rows, encoded. hashes: by slug. rows: how many each has, by collection and slug."""

    documents: Batch = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    rows: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, district: "EncodedDistrict") -> None:
        """Take a district in."""
        self.hashes[district.slug] = district.hash
        for name, encoded in district.documents.items():
            self.documents.setdefault(name, []).extend(map(encoded_document, encoded))
            if name != DISTRICTS and encoded:
                self.rows[name][district.slug] = len(encoded)


@dataclass(frozen=True, slots=True)
class EncodedDistrict:
    """One district with its rows as BSON, by collection."""

    slug: str
    hash: str
    documents: dict[str, list[bytes]]


async def gather_all(*writes: Awaitable[Any]) -> None:
    """Await concurrent writes; all have ended when this returns or raises."""
    for outcome in await asyncio.gather(*writes, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def prefetch_batches(batches: Iterator[Built]) -> AsyncGenerator[Built, None]:
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
) -> Iterator[DistrictBatch]:
    """Build the documents of districts for revision `number`: each batch has whole districts with their rows.

    max_bytes: a batch ends with the district that exceeds this; only districts are counted, not their rows.
    """
    batch, size = DistrictBatch(), 0
    given = (((content, hashes[content["slug"]], number), None) for content in contents)
    for district, _ in compute_each(_encode, given):
        assert district is not None, "each content is given"
        batch.add(district)
        size += len(district.documents[DISTRICTS][0])
        if size > max_bytes:
            yield batch
            batch, size = DistrictBatch(), 0
    if batch.hashes:
        yield batch


def _encode(given: tuple[DistrictContent, str, int]) -> EncodedDistrict:
    """Derive the rows of a district, and encode all; each document is encoded once."""
    content, digest, number = given
    district = _version(content, digest, number)
    documents = {DISTRICTS: [cast(Document, district)], **derive_rows(district)}
    encoded = {name: [encode(document) for document in rows] for name, rows in documents.items()}
    return EncodedDistrict(content["slug"], digest, encoded)


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
