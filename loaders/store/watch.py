"""Follow the published pointer, so that requests need not read it.

The pointer is read twice a second, and at once when a change stream reports that it has moved. What was read is
trusted for a short time, counted from when it was requested, since the reply may have waited while this process was
stopped; then requests read the pointer themselves. The stream only makes news come sooner: it may end, and its
heartbeats are no sign that nothing has moved (that of an idle shard is not). Without change streams (they need a
replica set) the pointer is only read.
"""

import asyncio
import logging
from contextlib import aclosing, suppress
from time import monotonic
from typing import Final

from loaders.errors import StoreError, StoreUnavailable
from loaders.model.collections import REVISIONS
from loaders.model.read_models import DERIVATION
from loaders.model.revisions import Published
from loaders.mongo.deadline import deadline
from loaders.mongo.driver import Database

logger = logging.getLogger(__name__)

# How often a quiet stream returns, how often the pointer is read, and for how long what was read is trusted.
TICK_MS: Final = 250
POLL_S: Final = 0.5
TRUSTED_S: Final = 1.5
RETRY_S: Final = 0.5
# A read that takes longer is given up: its connection may be dead, and the next read uses another.
READ_WITHIN_S: Final = 1.0
_POINTER: Final = {"_id": "published"}
_MOVES: Final = ({"$match": {"documentKey._id": "published"}},)


class PointerReader:
    """Reads the pointer of one database; later reads with `allow_secondary` are no older.

    is_serving: whether what is published is to be queried, which older releases stored otherwise.
    """

    def __init__(self, database: Database, *, is_serving: bool = False) -> None:
        self._database = database
        self._first_edition = database.of_first_edition()
        self._is_serving = is_serving
        self._was_published = False

    async def read(self) -> Published:
        """Return what is published.

        Raises StoreUnavailable if something was published before and nothing is now, as while a backup is restored,
        and if what is published is to be queried and an older release derived it, or the first edition stored it.
        """
        published = Published.of(await self._database.find_and_anchor(REVISIONS, _POINTER))
        if published.revision:
            self._was_published = True
        elif self._was_published:
            raise StoreUnavailable("what was published is gone; is the database being restored?")
        elif self._is_serving and await self._is_to_be_migrated():
            raise StoreUnavailable(
                "what is published is still in the first edition's form; run: python -m seeds migrate"
            )
        if self._is_serving and published.revision and published.derivation < DERIVATION:
            raise StoreUnavailable("what is published was derived by an older release; run: python -m seeds repair")
        return published

    async def _is_to_be_migrated(self) -> bool:
        """Whether the first edition has published something; asked where nothing is published here."""
        return (
            Published.of(await self._first_edition.find_one(REVISIONS, _POINTER, allow_secondary=True)).revision > 0
        )


class Watch:
    """Follows the pointer of one database while `run` runs as a task.

    history: grows whenever the data turns out to be of another history, as after a restore; the numbers of revisions
    known before may then mean others. problem: why moves of the pointer are not reported; None if they are.
    """

    def __init__(self, database: Database) -> None:
        self.pointer = PointerReader(database, is_serving=True)
        self.history = 0
        self.problem: str | None = "the published pointer is not followed yet"
        self._database = database
        self._published: Published | None = None
        self._valid_until = 0.0
        self._due = asyncio.Event()
        self._moved = asyncio.Event()
        self._read_ended = asyncio.Event()
        self._reads_begun = self._last_read = 0

    def known_published(self) -> Published | None:
        """The published revision according to the pointer; None if it may be out of date."""
        return self._published if monotonic() < self._valid_until else None

    async def wait_for_other(self, revision: int, history: int) -> Published:
        """Wait until another revision than `revision`, or another history, is published.

        A smaller revision counts only if it was requested after the call: until then the caller may know a newer one.
        """
        begun = self._reads_begun
        while True:
            published = self._published
            if published is not None:
                is_certain = published.revision > revision or self._last_read > begun
                if history != self.history or (published.revision != revision and is_certain):
                    return published
                if published.revision == revision:
                    await self._moved.wait()
                    continue
            await self._read_ended.wait()

    async def run(self) -> None:
        """Follow the pointer until cancelled; retries after any failure of the database."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read_regularly())
            tasks.create_task(self._follow())

    async def _read_regularly(self) -> None:
        problem = ""
        while True:
            try:
                await self._read()
                problem = ""
            except Exception as error:
                # A worker must not go on answering from an old revision, whatever the error.
                self._valid_until = 0.0
                if str(error) != problem:
                    problem = str(error)
                    logger.warning(
                        "the published pointer can't be read; each request tries again: %s",
                        error,
                        exc_info=not isinstance(error, StoreError),
                    )
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._due.wait()
            self._due.clear()

    async def _read(self) -> None:
        self._reads_begun += 1
        requested_at = monotonic()
        known = self._published
        with deadline(READ_WITHIN_S):
            published = await self.pointer.read()
            has_moved = published != known
            is_other = known is not None and has_moved and not await self._continues(known, published)
        if is_other:
            logger.warning("the data is of another history now, at revision %d", published.revision)
            self.history += 1
        self._published = published
        self._last_read = self._reads_begun
        self._valid_until = requested_at + TRUSTED_S
        self._wake(self._read_ended)
        # Waiting subscribers are woken by a move only, and not by each read.
        if has_moved:
            self._wake(self._moved)

    async def _continues(self, known: Published, published: Published) -> bool:
        """Whether what is published now came after what was known, and is not of a remade or restored database."""
        if published.revision <= known.revision:
            return (published.revision, published.epoch) == (known.revision, known.epoch)
        if not known.revision:
            return True
        record = await self._database.find_one(REVISIONS, {"_id": known.revision}, allow_secondary=True)
        is_same = record is not None and record.get("stamp", known.epoch) == known.epoch
        return is_same and published.is_published(known.revision)

    async def _follow(self) -> None:
        while True:
            try:
                if not await self._database.has_change_streams():
                    logger.warning("the database is not a replica set: it is polled for new data twice a second")
                    self.problem = None
                    return
                async with aclosing(self._database.changes(REVISIONS, _MOVES, tick_ms=TICK_MS)) as changes:
                    async for change in changes:
                        self.problem = None
                        if change:
                            self._due.set()
            except Exception as error:
                logger.warning(
                    "the published pointer is not followed: %s", error, exc_info=not isinstance(error, StoreError)
                )
            self.problem = "the published pointer is not followed; that is tried again"
            await asyncio.sleep(RETRY_S)

    @staticmethod
    def _wake(event: asyncio.Event) -> None:
        event.set()
        event.clear()
