"""Know which revision is published without asking for each request.

A change stream tells of the pointer's move. Where the database has none (it needs a replica set), the pointer is read
once a second. What is known counts for a moment only, and each sign of life from the database renews it; when the
signs stop, requests read the pointer themselves again.
"""

import asyncio
import logging
from contextlib import aclosing
from time import monotonic
from typing import Final

from loaders.errors import StoreError
from loaders.model.collections import REVISIONS
from loaders.model.revisions import Published
from loaders.mongo.driver import Database

logger = logging.getLogger(__name__)

# How long a quiet stream may stay silent, and how long what it told counts.
TICK_MS: Final = 250
TRUSTED_S: Final = 1.0
POLL_S: Final = 1.0
WATCH_RETRY_S: Final = 0.5
_POINTER: Final = ({"$match": {"documentKey._id": "published"}},)


async def read_pointer(database: Database) -> Published:
    """Ask what is published; served reads have it from now on."""
    pointer = await database.find_and_anchor(REVISIONS, {"_id": "published"})
    return Published(pointer["revision"], pointer["floor"], pointer.get("stamp", "")) if pointer else Published(0, 0)


class Watch:
    """Follows the pointer of one database; `run` it as a task for as long as it is to know anything."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._published: Published | None = None
        self._until = 0.0
        self._moved = asyncio.Event()

    def known_published(self) -> Published | None:
        """What the pointer says, None where that is not known for certain."""
        return self._published if monotonic() < self._until else None

    async def wait_for_other(self, revision: int) -> Published:
        """Wait until something else is published, as far as is known, than a revision."""
        while self._published is None or self._published.revision == revision:
            await self._moved.wait()
        return self._published

    async def run(self) -> None:
        """Follow the pointer until cancelled, through every failure of the database."""
        while True:
            try:
                streams = await self._database.has_change_streams()
                if streams:
                    await self._follow()
                else:
                    logger.warning("the database is no replica set: new data is looked for once a second")
                    await self._poll()
            except StoreError as error:
                self._until = 0.0
                logger.warning("new data is looked for with each request: %s", error)
                await asyncio.sleep(WATCH_RETRY_S)

    async def _follow(self) -> None:
        stale = True
        async with aclosing(self._database.changes(REVISIONS, _POINTER, tick_ms=TICK_MS)) as changes:
            async for change in changes:
                asked = monotonic()
                # The stream is open by its first sign of life, so that no move falls between it and this reading.
                if stale or change:
                    await self._read()
                    stale = False
                self._until = asked + TRUSTED_S

    async def _poll(self) -> None:
        while True:
            asked = monotonic()
            await self._read()
            self._until = asked + POLL_S + TRUSTED_S
            await asyncio.sleep(POLL_S)

    async def _read(self) -> None:
        self._published = await read_pointer(self._database)
        self._moved.set()
        self._moved.clear()
