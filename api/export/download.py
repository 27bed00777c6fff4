"""Stream one file to a client, batch by batch.

Between two batches a download holds the bytes of one batch and no database resources; a slow client delays the next
read. If a file can't be completed, its last chunk is omitted, so that clients detect the truncation.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from graphql import GraphQLError
from starlette.types import Message, Send

from api.export.flat_files import FileFormat, Layout
from api.http.content_coding import Compressor
from api.http.errors import REVISION_GONE, STATUS, HttpError
from api.http.outcome import OK, RequestOutcome
from api.limits.admission import RETRY_HEADERS, AdmissionController
from api.limits.fair_semaphore import FairSemaphore, QueueFull
from loaders.errors import StoreError, StoreTimeout, StoreUnavailable
from schema.base.errors import BadUserInput, format_error
from schema.export.batches import BATCH_SIZE, Export, RevisionGone
from schema.export.export_rows import Record

T = TypeVar("T")
logger = logging.getLogger(__name__)

# A client has `REQUEST_TIMEOUT_S` to read a piece.
PIECE_BYTES: Final = 65_536
# Target size of a batch, which is held while the client does not read: fewer rows if they are large.
EXPORT_BATCH_BYTES: Final = 262_144
# In one worker: other requests wait for one or two batches, regardless of the number of downloads.
MAX_CONCURRENT_BATCHES: Final = 2
# A download that has started retries errors for which a new request would be rejected.
MAX_BATCH_ATTEMPTS: Final = 5
ATTEMPT_PAUSE_S: Final = 1.0
_RETRYABLE_STATUSES: Final = frozenset({503, 504})


class BatchQueue:
    """Reads batches, each under admission control, and few at a time."""

    def __init__(self, admission: AdmissionController) -> None:
        self._admission = admission
        self._concurrent = asyncio.Semaphore(MAX_CONCURRENT_BATCHES)

    async def run(self, client: str, make: Callable[[], Awaitable[T]]) -> T:
        """Read a batch.

        Raises HttpError.
        """
        try:
            # Admission first: a client that waits for admission must not block the batches of others.
            async with self._admission.slot(client, BATCH_SIZE), self._concurrent:
                return await make()
        except BadUserInput as error:
            raise HttpError(400, error.message) from None
        except RevisionGone as gone:
            raise HttpError(503, f"{gone}; request the file again", RETRY_HEADERS, code=REVISION_GONE) from None
        except (StoreUnavailable, StoreTimeout) as error:
            raise store_failure(error) from error


class RowReader:
    """Reads the batches of one file for one client, and keeps its outcome up to date."""

    def __init__(self, batches: BatchQueue, export: Export, client: str, outcome: RequestOutcome) -> None:
        self._batches = batches
        self._export = export
        self.client = client
        self._outcome = outcome
        self.rows = 0

    @property
    def is_done(self) -> bool:
        """Whether the last batch has been read."""
        return self._export.is_done

    async def count(self) -> int:
        """Count the rows of the file. Raises HttpError."""
        return await self._batches.run(self.client, self._export.count)

    async def first(self, take: Callable[[list[Record]], T]) -> T:
        """Read the first batch. take: what is made of its records before others may be read. Raises HttpError."""
        return await self._batches.run(self.client, partial(self._read, take))

    async def next(self, take: Callable[[list[Record]], T]) -> T:
        """Read the next batch; retry on temporary errors. Raises HttpError."""
        for _ in range(MAX_BATCH_ATTEMPTS - 1):
            try:
                return await self.first(take)
            except HttpError as error:
                if error.status not in _RETRYABLE_STATUSES or error.code == REVISION_GONE:
                    raise
            await asyncio.sleep(ATTEMPT_PAUSE_S)
        return await self.first(take)

    async def _read(self, take: Callable[[list[Record]], T]) -> T:
        records = await self._export.batch()
        taken = take(records)
        self.rows += len(records)
        self.update_outcome(self._outcome.summary.code)
        return taken

    def update_outcome(self, code: str) -> None:
        """Set outcome and cost; a row costs one point."""
        self._outcome.summary = replace(self._outcome.summary, code=code, cost=self.rows)


class Download:
    """A file that is sent while it is read, in a file format, optionally compressed."""

    def __init__(
        self, reader: RowReader, export: Export, form: FileFormat, layout: Layout, compressor: Compressor
    ) -> None:
        self._reader = reader
        self._export = export
        self._form = form
        self._layout = layout
        self._compressor = compressor
        self._head = form.head(layout)

    async def send(self, start: Message, send: Send) -> None:
        """Send the whole file.

        Raises HttpError if the first batch fails; nothing has been sent then.
        """
        body = await self._reader.first(self._write)
        await send(start)
        try:
            await send_in_pieces(body, send)
            while not self._reader.is_done:
                await send_in_pieces(await self._reader.next(self._write), send)
        except HttpError as error:
            logger.warning("a download was aborted after %d rows: %s", self._reader.rows, error)
            self._reader.update_outcome(error.code)
            return
        self._reader.update_outcome(OK)
        tail = self._compressor.compress(self._form.tail())
        await send({"type": "http.response.body", "body": tail + self._compressor.flush()})

    def _write(self, records: list[Record]) -> bytes:
        rows = self._form.rows(self._layout, records, is_first=self._reader.rows == 0)
        self._export.size = min(BATCH_SIZE, max(1, len(records) * EXPORT_BATCH_BYTES // max(1, len(rows))))
        head, self._head = self._head, b""
        return self._compressor.compress(head + rows)


async def send_in_pieces(body: bytes, send: Send) -> None:
    """Send bytes of a body that goes on."""
    for at in range(0, len(body), PIECE_BYTES):
        piece = body[at : at + PIECE_BYTES]
        await send({"type": "http.response.body", "body": piece, "more_body": True})


@asynccontextmanager
async def held_slot(slots: FairSemaphore, client: str, busy: str) -> AsyncIterator[None]:
    """Hold one of a limited number of slots, of which a client has at most half. Raises HttpError if none is free."""
    try:
        turn = await slots.acquire(client)
    except QueueFull:
        raise HttpError(503, busy, RETRY_HEADERS) from None
    try:
        yield
    finally:
        slots.release(turn)


def store_failure(error: StoreError) -> HttpError:
    """Convert a database error to an HTTP error, with the code, message and log of a GraphQL request."""
    formatted = format_error(GraphQLError("", path=["export"], original_error=error))
    code = formatted["extensions"]["code"]
    return HttpError(STATUS[code], formatted["message"], RETRY_HEADERS if STATUS[code] == 503 else None, code=code)
