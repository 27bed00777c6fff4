"""Admit one loader at a time.

The holder beats more than twice a second. Another loader that finds the lease held watches the beat: if it moves,
the holder is alive and the newcomer gives up; if it stands still for `TTL_S`, the holder is dead and the lease
is taken over. Only the watcher's own clock counts, so clocks of different machines need not agree.
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
# A holder stops writing when its last confirmed beat is this old: well before anyone takes over.
STALE_S: Final = 1.0
_LEASE: Final = {"_id": "lease"}


class LeaseHeld(Exception):
    """Another loader is at work; `holder` says which."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"another load is running ({holder}); this one wrote nothing")
        self.holder = holder


class LeaseLost(Exception):
    """The lease was taken over by another loader, which sweeps what this one wrote."""


class Lease:
    """A held lease; call `ensure` before each write."""

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
        """Tell the others that the holder is alive."""
        sent = monotonic()
        if not await self._database.update_one(REVISIONS, self._mine, {"$inc": {"beat": 1}}):
            raise LeaseLost("another loader took over; this one stopped and published nothing")
        self._confirmed = sent

    async def keep_renewing(self) -> None:
        """Beat until cancelled or lost; a failed beat is noticed by `ensure`."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            with suppress(StoreError):
                await self.renew()

    async def release(self) -> None:
        """Let the next loader in."""
        await self._database.update_one(REVISIONS, self._mine, {"$set": {"holder": None}})


@asynccontextmanager
async def hold_lease(database: Database) -> AsyncIterator[Lease]:
    """Hold the loader's lease for the duration of the block.

    Raises LeaseHeld when another loader is alive.
    """
    lease = Lease(database, await _acquire(database))
    beating = asyncio.create_task(lease.keep_renewing())
    try:
        yield lease
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError, LeaseLost):
            await beating
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
    """Take the lease in the state in which it was seen; None when someone was quicker."""
    holder = f"process {os.getpid()} on {socket.gethostname()}"
    taken = await database.find_one_and_update(
        REVISIONS,
        {**_LEASE, "token": lease["token"], "beat": lease["beat"], "holder": lease["holder"]},
        {"$set": {"holder": holder}, "$inc": {"token": 1, "beat": 1}},
    )
    return taken["token"] if taken else None
