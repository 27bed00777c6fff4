"""Open a MongoDB client: motor's or PyMongo's asynchronous one. Every difference between the two is in this module.

Types are PyMongo's, since motor's objects have the same methods. Each operation has a session of its own.
"""

import asyncio
import os
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, Final, TypeAlias, TypeVar, cast

from bson.timestamp import Timestamp
from pymongo import AsyncMongoClient, ReadPreference
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.collection import Collection
from pymongo.errors import PyMongoError
from pymongo.server_description import ServerDescription

from loaders.documents import Document
from loaders.settings import Driver

T = TypeVar("T")
Address: TypeAlias = tuple[str, int | None]
Pipeline: TypeAlias = Sequence[Mapping[str, Any]]

# Abandoned operations are killed at this interval until they have ended.
KILL_INTERVAL_S: Final = 0.2
KILL_WITHIN_MS: Final = 1_000
# Motor runs each operation in a thread of its pool. It reads the pool's limit when it is imported; the default, five
# threads a processor, is too few for a connection pool full of slow operations.
MOTOR_THREADS: Final = 1_002


# The only replica-set member that may answer the operations of the current task.
_target_member: Final[ContextVar[Address | None]] = ContextVar("meant_for", default=None)


class Client(ABC):
    """A pool of connections; `driver` is the driver's own client.

    Cancelling an awaited operation does not end it: motor's thread continues, and PyMongo's client either closes the
    connection, which MongoDB notices only after a while, or loses the cancellation (`wait_for` in Python 3.11).
    Therefore the driver's calls are never cancelled; `killSessions` ends abandoned operations on the server.
    """

    driver: AsyncMongoClient[Document]

    def __init__(self) -> None:
        self._abandoned: dict[AsyncClientSession, asyncio.Future[Any]] = {}
        self._killing: asyncio.Task[None] | None = None

    def session(self, after: Timestamp | None) -> AsyncClientSession:
        """Start a causally consistent session; its member answers once it has replicated up to `after`."""
        session = self._start_session()
        if after is not None:
            session.advance_operation_time(after)
        return session

    async def run(
        self, operation: Awaitable[T], session: AsyncClientSession | None, ended: Callable[[], object]
    ) -> T:
        """Await an operation, end its session, and call `ended` once it no longer holds a connection.

        A cancelled operation is also killed on the server if it has a session.
        """
        future = asyncio.ensure_future(operation)
        future.add_done_callback(lambda _: ended())
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.add_done_callback(_retrieve_exception)
            if session is not None:
                self._abandon(session, future)
            raise
        finally:
            if session is not None and session not in self._abandoned:
                await self._end(session)

    @abstractmethod
    def aggregate(
        self, collection: AsyncCollection[Document], pipeline: Pipeline, **options: Any
    ) -> Awaitable[list[Document]]:
        """Run a pipeline and return all its results."""

    @abstractmethod
    async def watch(
        self, collection: AsyncCollection[Document], pipeline: Pipeline, tick_ms: int
    ) -> AsyncChangeStream[Document]:
        """Open a change stream whose `try_next` returns after `tick_ms` at the latest."""

    async def close(self) -> None:
        """Close every connection."""
        if self._killing:
            self._killing.cancel()
        await self._close()

    def _abandon(self, session: AsyncClientSession, operation: asyncio.Future[Any]) -> None:
        self._abandoned[session] = operation
        if self._killing is None or self._killing.done():
            self._killing = asyncio.create_task(self._kill_abandoned())

    async def _kill_abandoned(self) -> None:
        """Kill abandoned operations repeatedly until they have ended: a thread of motor may not have sent one yet.

        The command goes to every member, because the driver does not say which one runs a session's operation.
        """
        while self._abandoned:
            # More operations may be abandoned while these are being killed.
            abandoned = dict(self._abandoned)
            sessions = [session.session_id for session in abandoned]
            command: Document = {"killSessions": sessions, "maxTimeMS": KILL_WITHIN_MS}
            await asyncio.gather(*(self._command_of(member, command) for member in self.driver.nodes))
            await asyncio.wait(abandoned.values(), timeout=KILL_INTERVAL_S)
            for session, operation in abandoned.items():
                if operation.done():
                    del self._abandoned[session]
                    await self._end(session)

    async def _command_of(self, member: Address, command: Document) -> None:
        """Run an admin command on one member, if it can be reached."""
        _target_member.set(member)
        with suppress(PyMongoError):
            await self.driver.admin.command(command, read_preference=ReadPreference.NEAREST)

    @abstractmethod
    async def _close(self) -> None: ...

    @abstractmethod
    def _start_session(self) -> AsyncClientSession: ...

    @abstractmethod
    async def _end(self, session: AsyncClientSession) -> None: ...


class _PyMongoClient(Client):
    """PyMongo's own client."""

    def __init__(self, uri: str, options: Mapping[str, Any]) -> None:
        super().__init__()
        self.driver = AsyncMongoClient(uri, **options)

    async def aggregate(
        self, collection: AsyncCollection[Document], pipeline: Pipeline, **options: Any
    ) -> list[Document]:
        cursor = await collection.aggregate(pipeline, **options)
        return await cursor.to_list(None)

    async def watch(
        self, collection: AsyncCollection[Document], pipeline: Pipeline, tick_ms: int
    ) -> AsyncChangeStream[Document]:
        return await cancellable(collection.watch(pipeline, max_await_time_ms=tick_ms))

    async def _close(self) -> None:
        await self.driver.close()

    def _start_session(self) -> AsyncClientSession:
        return self.driver.start_session(causal_consistency=True)

    async def _end(self, session: AsyncClientSession) -> None:
        await session.end_session()


class _MotorClient(Client):
    """Motor, which runs each operation in a thread. Its sessions are PyMongo's synchronous ones."""

    def __init__(self, uri: str, options: Mapping[str, Any]) -> None:
        from motor.frameworks.asyncio import run_on_executor
        from motor.motor_asyncio import AsyncIOMotorClient

        super().__init__()
        self._in_thread: Callable[..., Awaitable[Any]] = run_on_executor
        self._motor: AsyncIOMotorClient[Document] = AsyncIOMotorClient(uri, **options)
        self.driver = cast(AsyncMongoClient[Document], self._motor)

    def aggregate(
        self, collection: AsyncCollection[Document], pipeline: Pipeline, **options: Any
    ) -> Awaitable[list[Document]]:
        # Motor's own cursor goes from its thread to the event loop and back for each batch.
        delegate: Collection[Document] = cast(Any, collection).delegate

        def read() -> list[Document]:
            with delegate.aggregate(pipeline, **options) as cursor:
                return cursor.to_list()

        return self._in_thread(asyncio.get_running_loop(), read)

    async def watch(
        self, collection: AsyncCollection[Document], pipeline: Pipeline, tick_ms: int
    ) -> AsyncChangeStream[Document]:
        stream: Any = collection.watch(pipeline, max_await_time_ms=tick_ms)
        return cast(AsyncChangeStream[Document], stream)

    async def _close(self) -> None:
        self._motor.close()

    def _start_session(self) -> AsyncClientSession:
        # Starting and ending a session send nothing; motor's own methods would use a thread for them.
        session: AsyncClientSession = self._motor.delegate.start_session(causal_consistency=True)
        return session

    async def _end(self, session: AsyncClientSession) -> None:
        cast(Any, session).end_session()


async def cancellable(operation: Awaitable[T]) -> T:
    """Await an operation that may swallow a cancellation (`wait_for` in Python 3.11), and raise it in any case."""
    future = asyncio.ensure_future(operation)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        future.cancel()
        await asyncio.wait([future])
        raise


def _select_target(servers: Sequence[ServerDescription]) -> Sequence[ServerDescription]:
    member = _target_member.get()
    return servers if member is None else [server for server in servers if server.address == member]


def _retrieve_exception(future: asyncio.Future[Any]) -> None:
    """Retrieve the exception of an abandoned future, so that asyncio does not log it as unretrieved."""
    if not future.cancelled():
        future.exception()


def open_client(driver: Driver, uri: str, *, operations: int, **options: Any) -> Client:
    """Create a client with a connection pool for `operations` concurrent operations; nothing is sent yet.

    Raises PyMongoError or ValueError when the URI is invalid.
    """
    # Two more connections: one for the change stream, one that kills abandoned operations.
    options["maxPoolSize"] = operations + 2
    options["server_selector"] = _select_target
    if driver == "pymongo":
        return _PyMongoClient(uri, options)
    os.environ.setdefault("MOTOR_MAX_WORKERS", str(MOTOR_THREADS))
    return _MotorClient(uri, options)
