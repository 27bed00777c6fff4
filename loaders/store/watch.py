"""Follow the published pointer, so that requests need not read it.

A change stream reports each move of the pointer, which is read once a second too. Without change streams (they need a
replica set), it is only polled. What is known is valid for a short time, which each change or heartbeat of the stream
extends, counted from when it was requested; when it has expired, requests read the pointer themselves.
"""

import asyncio
import logging
from contextlib import aclosing
from math import inf
from time import monotonic
from typing import Final

from loaders.errors import StoreError
from loaders.model.collections import REVISIONS
from loaders.model.revisions import Published
from loaders.mongo.driver import Database

logger = logging.getLogger(__name__)

# How often a quiet stream sends a heartbeat, and how long a change or heartbeat is trusted.
TICK_MS: Final = 250
TRUSTED_S: Final = 1.0
POLL_S: Final = 1.0
WATCH_RETRY_S: Final = 0.5
_POINTER: Final = ({"$match": {"documentKey._id": "published"}},)


async def read_pointer(database: Database) -> Published:
    """Read what is published; later reads with `allow_secondary` are no older."""
    return Published.of(await database.find_and_anchor(REVISIONS, {"_id": "published"}))


class Watch:
    """Follows the pointer of one database while `run` runs as a task."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._published: Published | None = None
        self._valid_until = 0.0
        self._moved = asyncio.Event()

    def known_published(self) -> Published | None:
        """The published revision according to the pointer; None if it may be out of date."""
        return self._published if monotonic() < self._valid_until else None

    async def wait_for_other(self, revision: int) -> Published:
        """Wait until the watch has seen another revision than `revision` published."""
        while self._published is None or self._published.revision == revision:
            await self._moved.wait()
        return self._published

    async def run(self) -> None:
        """Follow the pointer until cancelled; retries after any failure of the database."""
        while True:
            try:
                streams = await self._database.has_change_streams()
                if streams:
                    await self._follow()
                else:
                    logger.warning("the database is not a replica set: it is polled for new data once a second")
                    await self._poll()
            except StoreError as error:
                self._valid_until = 0.0
                logger.warning("the published pointer is not followed; each request reads it: %s", error)
                await asyncio.sleep(WATCH_RETRY_S)
            except Exception:
                # A worker must not keep answering from an old revision after an unexpected error.
                self._valid_until = 0.0
                logger.exception("following the published pointer failed; it is started again")
                await asyncio.sleep(WATCH_RETRY_S)

    async def _follow(self) -> None:
        read_at = -inf
        async with aclosing(self._database.changes(REVISIONS, _POINTER, tick_ms=TICK_MS)) as changes:
            while True:
                # A reply is as old as its request: it may have waited while this process was stopped.
                requested_at = monotonic()
                change = await anext(changes)
                # The first heartbeat shows that the stream is open: no move is missed between it and this read. Later
                # reads don't rely on the stream.
                if change or requested_at - read_at >= POLL_S:
                    read_at = monotonic()
                    await self._read()
                self._valid_until = requested_at + TRUSTED_S

    async def _poll(self) -> None:
        while True:
            read_at = monotonic()
            await self._read()
            self._valid_until = read_at + POLL_S + TRUSTED_S
            await asyncio.sleep(POLL_S)

    async def _read(self) -> None:
        published = await read_pointer(self._database)
        # Waiting subscribers are woken by a move only, and not by each read.
        if published != self._published:
            self._published = published
            self._moved.set()
            self._moved.clear()
