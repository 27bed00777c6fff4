"""Stream one file to a client, batch by batch.

Between two batches a download holds the bytes of one batch and no database resources; a slow client delays the next
read. If a file can't be completed, its last chunk is omitted, so that clients detect the truncation.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, TypeVar

from graphql import GraphQLError
from starlette.types import Message, Send

from api.export.flat_files import FileFormat, Layout
from api.http.content_coding import Compressor
from api.http.errors import REVISION_GONE, STATUS, HttpError
from api.http.outcome import OK, RequestOutcome
from api.limits.admission import RETRY_HEADERS, AdmissionController
from loaders.errors import StoreError, StoreTimeout, StoreUnavailable
from schema.base.errors import BadUserInput, format_error
from schema.export.batches import BATCH_SIZE, Export, RevisionGone

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


class Download:
    """A file for one client, in a file format, optionally compressed; updates `outcome` as it proceeds."""

    def __init__(
        self,
        batches: BatchQueue,
        export: Export,
        form: FileFormat,
        layout: Layout,
        compressor: Compressor,
        outcome: RequestOutcome,
    ) -> None:
        self._batches = batches
        self._export = export
        self._form = form
        self._layout = layout
        self._compressor = compressor
        self._outcome = outcome
        self._head = form.head(layout)
        self._rows = 0

    async def send(self, start: Message, client: str, send: Send) -> None:
        """Send the whole file.

        Raises HttpError if the first batch fails; nothing has been sent then.
        """
        body = await self._batches.run(client, self._read_batch)
        await send(start)
        try:
            await self._send_in_pieces(body, send)
            while not self._export.is_done:
                await self._send_in_pieces(await self._next_batch(client), send)
        except HttpError as error:
            logger.warning("a download was aborted after %d rows: %s", self._rows, error)
            self._update_outcome(error.code)
            return
        self._update_outcome(OK)
        tail = self._compressor.compress(self._form.tail())
        await send({"type": "http.response.body", "body": tail + self._compressor.flush()})

    async def _next_batch(self, client: str) -> bytes:
        """Read the next batch; retry on temporary errors."""
        for _ in range(MAX_BATCH_ATTEMPTS - 1):
            try:
                return await self._batches.run(client, self._read_batch)
            except HttpError as error:
                if error.status not in _RETRYABLE_STATUSES or error.code == REVISION_GONE:
                    raise
            await asyncio.sleep(ATTEMPT_PAUSE_S)
        return await self._batches.run(client, self._read_batch)

    async def _read_batch(self) -> bytes:
        records = await self._export.batch()
        rows = self._form.rows(self._layout, records, is_first=self._rows == 0)
        self._rows += len(records)
        self._update_outcome(self._outcome.summary.code)
        head, self._head = self._head, b""
        self._export.size = min(BATCH_SIZE, max(1, len(records) * EXPORT_BATCH_BYTES // max(1, len(rows))))
        return self._compressor.compress(head + rows)

    def _update_outcome(self, code: str) -> None:
        """Set outcome and cost; a row costs one point."""
        self._outcome.summary = replace(self._outcome.summary, code=code, cost=self._rows)

    async def _send_in_pieces(self, body: bytes, send: Send) -> None:
        for at in range(0, len(body), PIECE_BYTES):
            piece = body[at : at + PIECE_BYTES]
            await send({"type": "http.response.body", "body": piece, "more_body": True})


def store_failure(error: StoreError) -> HttpError:
    """Convert a database error to an HTTP error, with the code, message and log of a GraphQL request."""
    formatted = format_error(GraphQLError("", path=["export"], original_error=error))
    code = formatted["extensions"]["code"]
    return HttpError(STATUS[code], formatted["message"], RETRY_HEADERS if STATUS[code] == 503 else None, code=code)
