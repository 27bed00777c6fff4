"""Build a workbook in a temporary file, off the event loop, and send it when it is complete.

A workbook is a ZIP archive, so none of it can be sent before all of its rows are known. Therefore it has a maximum of
rows, few are built at a time, and every error is a refusal: nothing has been sent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from starlette.types import Message, Send

from api.export.download import PIECE_BYTES, RowReader, held_slot
from api.export.workbook import CellTooLong, Cover, WorkbookWriter
from api.http.errors import HttpError
from api.http.outcome import OK
from api.limits.fair_semaphore import FairSemaphore
from schema.export.csv_columns import Column

MAX_WORKBOOK_ROWS: Final = 25_000
# In one worker: each takes processor time and space for temporary files.
MAX_CONCURRENT_WORKBOOKS: Final = 2
_BUSY: Final = "too many workbooks are being built; try again when one has finished, or download csv"


class WorkbookDownload:
    """A workbook for one client. cover_of: makes what the first sheet says, for a number of rows."""

    def __init__(
        self,
        reader: RowReader,
        slots: FairSemaphore,
        columns: Sequence[Column],
        cover_of: Callable[[int], Awaitable[Cover]],
    ) -> None:
        self._reader = reader
        self._slots = slots
        self._columns = columns
        self._cover_of = cover_of

    async def send(self, start: Message, send: Send) -> None:
        """Build the workbook and send it. Raises HttpError before anything is sent."""
        # When the client leaves, a thread may still write to the folder.
        with TemporaryDirectory(prefix="yunshan-", ignore_cleanup_errors=True) as folder:
            async with held_slot(self._slots, self._reader.client, _BUSY):
                path = await self._build(Path(folder))
            self._reader.update_outcome(OK)
            await _send_file(path, start, send)

    async def _build(self, folder: Path) -> Path:
        cover = await self._cover_of(await self._checked_count())
        writer = await asyncio.to_thread(WorkbookWriter, folder, cover, self._columns)
        try:
            await asyncio.to_thread(writer.add, await self._reader.first(list))
            while not self._reader.is_done:
                await asyncio.to_thread(writer.add, await self._reader.next(list))
            await asyncio.to_thread(writer.close)
        except CellTooLong as error:
            raise HttpError(400, f"{error}; leave the column out, or download csv") from None
        finally:
            writer.discard()
        return writer.path

    async def _checked_count(self) -> int:
        count = await self._reader.count()
        if count > MAX_WORKBOOK_ROWS:
            instead = "choose fewer with a filter, or download csv, which has no maximum"
            raise HttpError(400, f"the workbook would have {count} rows; at most {MAX_WORKBOOK_ROWS}: {instead}")
        return count


async def _send_file(path: Path, start: Message, send: Send) -> None:
    left = (await asyncio.to_thread(path.stat)).st_size
    await send({**start, "headers": [*start["headers"], (b"content-length", str(left).encode())]})
    with await asyncio.to_thread(path.open, "rb") as file:
        while left > 0:
            piece = await asyncio.to_thread(file.read, PIECE_BYTES)
            left -= len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": left > 0})
