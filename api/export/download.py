"""One flat file on its way to a client, batch by batch.

Between two batches a file holds the bytes of one and nothing of the database: a client that reads slowly waits with
the next read. A file that can't be finished ends without its end, which no client takes for a whole one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, TypeVar

from graphql import GraphQLError
from starlette.types import Message, Send

from api.export.flat_files import Form
from api.http.content_coding import Compressor
from api.http.errors import REVISION_GONE, STATUS, HttpError
from api.http.outcome import OK, RequestOutcome
from api.limits.admission import RETRY_AFTER, AdmissionController
from loaders.errors import StoreError, StoreTimeout, StoreUnavailable
from schema.base.errors import BadUserInput, format_error
from schema.export.batches import BATCH_SIZE, Export, RevisionGone

T = TypeVar("T")
logger = logging.getLogger(__name__)

# A client has the time of a request (`REQUEST_TIMEOUT_S`) to take a piece.
PIECE_BYTES: Final = 65_536
# What is held for a client that does not read; fewer rows are read at once where they are large.
BATCH_BYTES: Final = 262_144
# Batches of one worker that are worked on at once: others wait for one or two of them, however many files there are.
AT_ONCE: Final = 2
# A file that has begun waits out what a request would be refused for.
ATTEMPTS: Final = 5
PAUSE_S: Final = 1.0
_PASSING: Final = frozenset({503, 504})


class Batches:
    """Has batches worked on, each when it is its client's turn."""

    def __init__(self, turns: AdmissionController) -> None:
        self._turns = turns
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def work(self, client: str, make: Callable[[], Awaitable[T]]) -> T:
        """Make a batch.

        Raises HttpError.
        """
        try:
            # The turn first: a client whose turns are all taken must not keep those of others waiting.
            async with self._turns.taken(client, BATCH_SIZE), self._at_once:
                return await make()
        except BadUserInput as wrong:
            raise HttpError(400, wrong.message) from None
        except RevisionGone as gone:
            raise HttpError(503, f"{gone}; ask for the file again", RETRY_AFTER, code=REVISION_GONE) from None
        except (StoreUnavailable, StoreTimeout) as error:
            raise failure(error) from error


class Download:
    """A file for one client, in a form and perhaps compressed; `account` is told how far it has come."""

    def __init__(
        self,
        batches: Batches,
        export: Export,
        form: Form,
        compressor: Compressor,
        account: RequestOutcome,
        *,
        bom: bool,
    ) -> None:
        self._batches = batches
        self._export = export
        self._form = form
        self._compressor = compressor
        self._account = account
        self._head = form.head(export.columns, bom=bom)
        self._rows = 0

    async def send(self, start: Message, client: str, send: Send) -> None:
        """Send the whole file.

        Raises HttpError as long as nothing has been sent.
        """
        body = await self._batches.work(client, self._batch)
        await send(start)
        try:
            await self._send_piecewise(body, send)
            while not self._export.is_done:
                await self._send_piecewise(await self._next(client), send)
        except HttpError as error:
            logger.warning("a file was broken off after %d rows: %s", self._rows, error)
            self._tell(error.code)
            return
        self._tell(OK)
        await send({"type": "http.response.body", "body": self._compressor.flush()})

    async def _next(self, client: str) -> bytes:
        """The next batch, asked for again where what is in its way may pass."""
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._batches.work(client, self._batch)
            except HttpError as error:
                if error.status not in _PASSING or error.code == REVISION_GONE:
                    raise
            await asyncio.sleep(PAUSE_S)
        return await self._batches.work(client, self._batch)

    async def _batch(self) -> bytes:
        records = await self._export.batch()
        self._rows += len(records)
        self._tell(self._account.told.outcome)
        head, self._head = self._head, b""
        rows = self._form.rows(self._export.columns, records)
        self._export.size = min(BATCH_SIZE, max(1, len(records) * BATCH_BYTES // max(1, len(rows))))
        return self._compressor.compress(head + rows)

    def _tell(self, outcome: str) -> None:
        """A row costs a point."""
        self._account.told = replace(self._account.told, outcome=outcome, cost=self._rows)

    async def _send_piecewise(self, body: bytes, send: Send) -> None:
        for at in range(0, len(body), PIECE_BYTES):
            piece = body[at : at + PIECE_BYTES]
            await send({"type": "http.response.body", "body": piece, "more_body": True})


def failure(error: StoreError) -> HttpError:
    """The refusal where the database can't answer, told and logged as GraphQL requests have it."""
    told = format_error(GraphQLError("", path=["export"], original_error=error))
    code = told["extensions"]["code"]
    return HttpError(STATUS[code], told["message"], RETRY_AFTER if STATUS[code] == 503 else None, code=code)
