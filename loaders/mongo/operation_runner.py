"""Run operations of the driver with a time limit, a limit on concurrency, and the project's own errors."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from pymongo import errors
from pymongo.asynchronous.client_session import AsyncClientSession

from loaders.errors import (
    StoreBusy,
    StoreConflict,
    StoreDenied,
    StoreError,
    StoreFailure,
    StoreTimeout,
    StoreUnavailable,
)
from loaders.mongo.clients import Client
from loaders.mongo.deadline import time_left_ms

T = TypeVar("T")

# An answer may arrive this much after the server's own limit (`maxTimeMS`), because of the network.
GRACE_MS: Final = 400
# Codes of MongoDB's errors.
UNAUTHORIZED: Final = 13
AUTHENTICATION_FAILED: Final = 18
MAX_DETAIL: Final = 300
# "{ find: "revisions", filter: …": the command's name stays.
_COMMAND_VALUES: Final = re.compile(r"(?<=execute command )\{ (\w+): .*", re.DOTALL)
_QUOTED_REFUSAL: Final = f"'code': {AUTHENTICATION_FAILED}, "
_CLOSED: Final = ("connection closed", "connection is already closed")
_REFUSED: Final = re.compile(r"not authorized on (\S+) to execute command (\w+)")
_DRIVER_ADDITIONS: Final = re.compile(r" \(configured timeouts: [^)]*\)|, Timeout: .*|, full error: .*", re.DOTALL)


@contextmanager
def store_errors() -> Iterator[None]:
    """Translate the driver's exceptions into `loaders.errors`; the driver's own is the cause."""
    try:
        yield
    except errors.PyMongoError as error:
        raise _translate(error) from error


def _translate(error: errors.PyMongoError) -> StoreError:
    code, detail = getattr(error, "code", None), _detail(error)
    # A member that refused the user counts as unreachable for a while; the driver then quotes its refusal.
    is_unreachable = isinstance(error, errors.ConnectionFailure)
    if code == AUTHENTICATION_FAILED or (is_unreachable and _QUOTED_REFUSAL in str(error)):
        return StoreDenied("MongoDB refused the user name or password", detail=detail)
    if code == UNAUTHORIZED:
        return StoreDenied(_missing_privilege(detail), detail=detail)
    if isinstance(error, errors.ExecutionTimeout | errors.WTimeoutError):
        return StoreTimeout("the database did not finish in time", detail=detail)
    if is_unreachable:
        return StoreUnavailable(_unreachable(detail), detail=detail)
    if isinstance(error, errors.WriteError | errors.BulkWriteError | errors.DocumentTooLarge):
        return StoreConflict("the database refused a write", detail=detail)
    return StoreFailure("the database reported an error", code, detail=detail)


def _detail(error: errors.PyMongoError) -> str:
    """The message of an error in one line, without what the driver adds and without the values of a command."""
    details = getattr(error, "details", None)
    reply: Any = details if isinstance(details, Mapping) else {}
    first = (reply.get("writeErrors") or [reply])[0]
    text = _DRIVER_ADDITIONS.sub("", str(first.get("errmsg") or error))
    line = " ".join(_COMMAND_VALUES.sub(r"\1", text).split())[:MAX_DETAIL]
    is_closed = isinstance(error, errors.ServerSelectionTimeoutError) and line.endswith(_CLOSED)
    return f"{line} (does it require TLS?)" if is_closed else line


def _missing_privilege(detail: str) -> str:
    if refused := _REFUSED.match(detail):
        database, command = refused.groups()
        return f"MongoDB refused {command} on {database}: the user lacks a privilege"
    if "requires authentication" in detail:
        return "MongoDB refused a client without a user name and password"
    return "MongoDB refused an operation: the user lacks a privilege"


def _unreachable(detail: str) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in detail:
        return "MongoDB's TLS certificate is not accepted"
    if "[SSL" in detail or "SSL handshake failed" in detail:
        return "TLS with MongoDB failed"
    return "the database cannot be reached"


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
        if not self._slots.locked():
            # Returns at once.
            await self._slots.acquire()
            return
        self.waiting += 1
        try:
            async with asyncio.timeout(self._wait_s):
                await self._slots.acquire()
        except TimeoutError:
            raise StoreBusy("every connection to the database is in use") from None
        finally:
            self.waiting -= 1
