"""Run operations of the driver with a time limit, a limit on concurrency, and the project's own errors."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from pymongo import errors
from pymongo.asynchronous.client_session import AsyncClientSession

from loaders.errors import StoreBusy, StoreConflict, StoreFailure, StoreTimeout, StoreUnavailable
from loaders.mongo.clients import Client
from loaders.mongo.deadline import time_left_ms

T = TypeVar("T")

# An answer may arrive this much after the server's own limit (`maxTimeMS`), because of the network.
GRACE_MS: Final = 400


@contextmanager
def store_errors() -> Iterator[None]:
    """Translate the driver's exceptions into `loaders.errors`; the driver's own is the cause."""
    try:
        yield
    except (errors.ExecutionTimeout, errors.WTimeoutError) as error:
        raise StoreTimeout("the database did not finish in time") from error
    except errors.ConnectionFailure as error:
        raise StoreUnavailable("the database cannot be reached") from error
    except (errors.WriteError, errors.BulkWriteError, errors.DocumentTooLarge) as error:
        raise StoreConflict("the database refused a write") from error
    except errors.PyMongoError as error:
        raise StoreFailure("the database reported an error", getattr(error, "code", None)) from error


class OperationRunner:
    """Runs the operations of one client, at most `operations` at once; others wait for at most `wait_ms`."""

    def __init__(self, client: Client, *, timeout_ms: int, operations: int, wait_ms: int) -> None:
        self._client = client
        self._timeout_ms = timeout_ms
        self._wait_s = wait_ms / 1000
        self._slots = asyncio.Semaphore(operations)
        # How many operations wait for a connection.
        self.waiting = 0

    async def read(self, start: Callable[[int], Awaitable[T]], session: AsyncClientSession | None = None) -> T:
        """Run an operation, passing it its limit in milliseconds: the default or the time the request has left.

        Raises StoreTimeout, StoreBusy or another StoreError.
        """
        left_ms = time_left_ms(self._timeout_ms)
        try:
            async with asyncio.timeout((left_ms + GRACE_MS) / 1000):
                return await self.run(lambda: start(left_ms), session)
        except TimeoutError:
            raise StoreTimeout("the database did not answer in time") from None

    async def run(self, start: Callable[[], Awaitable[T]], session: AsyncClientSession | None = None) -> T:
        """Run an operation to its end, without a time limit.

        Raises StoreBusy or another StoreError.
        """
        await self._acquire_slot()
        with store_errors():
            try:
                operation = asyncio.ensure_future(start())
            except BaseException:
                # Nothing runs that would release the slot when it ends.
                self._slots.release()
                raise
            return await self._client.run(operation, session, self._slots.release)

    async def _acquire_slot(self) -> None:
        self.waiting += 1
        try:
            async with asyncio.timeout(self._wait_s if self._slots.locked() else None):
                await self._slots.acquire()
        except TimeoutError:
            raise StoreBusy("every connection to the database is in use") from None
        finally:
            self.waiting -= 1
