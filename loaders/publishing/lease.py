"""Admit one loader at a time by a lease in the database.

The holder increments `beat` more than twice a second. Another loader that finds the lease held watches `beat`: if it
changes, the holder is alive and the other gives up; if it doesn't change for `TTL_S`, the lease is taken over.
Only the watching loader's clock is used, so clocks of different machines need not agree.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Any, Final

from loaders.errors import StoreConflict, StoreError
from loaders.model.collections import REVISIONS
from loaders.mongo.driver import Database

HEARTBEAT_S: Final = 0.4
TTL_S: Final = 2.0
# The holder stops writing when its last confirmed renewal is this old, well before another takes over.
STALE_S: Final = 1.0
_LEASE: Final = {"_id": "lease"}


class LeaseHeld(Exception):
    """Another loader holds the lease; `holder` says which process."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"another load is running ({holder}); this one wrote nothing")
        self.holder = holder


class LeaseLost(Exception):
    """Another loader took over the lease; it removes what this one wrote."""


class Lease:
    """A held lease; call `ensure_held` before each write."""

    def __init__(self, database: Database, token: int) -> None:
        self._database = database
        self._mine = {**_LEASE, "token": token}
        self._confirmed = monotonic()

    async def ensure_held(self) -> None:
        """Confirm that the lease is still held.

        Raises LeaseLost when it isn't.
        """
        if monotonic() - self._confirmed > STALE_S:
            await self.renew()

    async def renew(self) -> None:
        """Increment `beat`, to show that the holder is alive.

        Raises LeaseLost.
        """
        sent = monotonic()
        if not await self._database.update_one(REVISIONS, self._mine, {"$inc": {"beat": 1}}):
            raise LeaseLost("another loader took over; this one stopped and published nothing")
        self._confirmed = sent

    async def keep_renewing(self) -> None:
        """Renew until cancelled or lost; `ensure_held` notices renewals that failed."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            with suppress(StoreError):
                await self.renew()

    async def release(self) -> None:
        """Free the lease for the next loader."""
        await self._database.update_one(REVISIONS, self._mine, {"$set": {"holder": None}})


@asynccontextmanager
async def hold_lease(database: Database) -> AsyncIterator[Lease]:
    """Hold the loader's lease for the duration of the block.

    Raises LeaseHeld when another loader is alive.
    """
    lease = Lease(database, await _acquire(database))
    renewing = asyncio.create_task(lease.keep_renewing())
    try:
        yield lease
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError, LeaseLost):
            await renewing
        with suppress(StoreError):
            await lease.release()


async def _acquire(database: Database) -> int:
    seen: dict[str, Any] | None = None
    seen_at = monotonic()
    while True:
        lease = await database.find_one(REVISIONS, _LEASE) or await _create(database)
        if lease["holder"] is None:
            if seen is not None:
                raise LeaseHeld(seen["holder"])
            if token := await _take(database, lease):
                return token
        elif seen is None:
            seen, seen_at = lease, monotonic()
        elif (lease["token"], lease["beat"]) != (seen["token"], seen["beat"]):
            raise LeaseHeld(lease["holder"])
        elif monotonic() - seen_at > TTL_S and (token := await _take(database, lease)):
            return token
        await asyncio.sleep(0.1)


async def _create(database: Database) -> dict[str, Any]:
    free = {**_LEASE, "token": 0, "holder": None, "beat": 0}
    with suppress(StoreConflict):
        await database.insert_many(REVISIONS, [free])
    return free


async def _take(database: Database, lease: dict[str, Any]) -> int | None:
    """Take the lease if it is still in the given state; None if another loader was faster."""
    taken_over = {} if lease["holder"] is None else {"overtaken": True}
    holder = f"process {os.getpid()} on {socket.gethostname()}"
    taken = await database.find_one_and_update(
        REVISIONS,
        {**_LEASE, "token": lease["token"], "beat": lease["beat"], "holder": lease["holder"]},
        {"$set": {"holder": holder, **taken_over}, "$inc": {"token": 1, "beat": 1}},
    )
    return taken["token"] if taken else None
