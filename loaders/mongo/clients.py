"""Open a client of MongoDB, motor's or PyMongo's own. All in which the two differ is here.

Types are PyMongo's: motor's objects have the same methods. A session is of one operation.
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
from pymongo.errors import PyMongoError
from pymongo.server_description import ServerDescription

from loaders.documents import Document
from loaders.settings import Driver

T = TypeVar("T")
Address: TypeAlias = tuple[str, int | None]
Pipeline: TypeAlias = Sequence[Mapping[str, Any]]

# How often what was given up is looked for, until it has ended.
KILL_INTERVAL_S: Final = 0.2
KILL_WITHIN_MS: Final = 1_000
# Each operation of motor takes a thread, of which it starts one when all others are busy. It reads how many there may
# be when it is imported, and by itself takes five a processor: too few for a pool that slow operations fill.
MOTOR_THREADS: Final = 1_002


# The member that alone may answer what is asked in a task.
_target_member: Final[ContextVar[Address | None]] = ContextVar("meant_for", default=None)


class Client(ABC):
    """A pool of connections; `driver` is the driver's own client.

    Who stops awaiting an operation has not ended it: motor's thread goes on, and PyMongo's client, when cancelled,
    closes a connection, which MongoDB notices only now and then, or loses the cancellation (`wait_for` of Python
    3.11). So nothing is cancelled, and MongoDB is told to end what the operation's session does.
    """

    driver: AsyncMongoClient[Document]

    def __init__(self) -> None:
        self._given_up: dict[AsyncClientSession, asyncio.Future[Any]] = {}
        self._killing: asyncio.Task[None] | None = None

    def session(self, after: Timestamp | None) -> AsyncClientSession:
        """Begin a session whose operation waits until its member has what had happened by then."""
        session = self._start_session()
        if after is not None:
            session.advance_operation_time(after)
        return session

    async def run(
        self, operation: Awaitable[T], session: AsyncClientSession | None, ended: Callable[[], object]
    ) -> T:
        """Await an operation, end its session, and call `ended` when it holds no connection any more.

        One that is cancelled is ended on the server too, if it has a session.
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
            if session is not None and session not in self._given_up:
                await self._end(session)

    @abstractmethod
    def aggregate(
        self, collection: AsyncCollection[Document], pipeline: Pipeline, **options: Any
    ) -> Awaitable[list[Document]]:
        """Run a pipeline and bring everything it yields."""

    @abstractmethod
    async def watch(
        self, collection: AsyncCollection[Document], pipeline: Pipeline, tick_ms: int
    ) -> AsyncChangeStream[Document]:
        """Open a change stream, which answers after `tick_ms` at the latest."""

    async def close(self) -> None:
        """Close every connection."""
        if self._killing:
            self._killing.cancel()
        await self._close()

    def _abandon(self, session: AsyncClientSession, operation: asyncio.Future[Any]) -> None:
        self._given_up[session] = operation
        if self._killing is None or self._killing.done():
            self._killing = asyncio.create_task(self._kill_given_up())

    async def _kill_given_up(self) -> None:
        """Have the servers end what was given up, again and again: motor may be about to send it only now.

        Every member is asked: which one runs a session's operation is not told, and need not be the primary.
        """
        while self._given_up:
            # Others may be given up while these are being ended.
            given_up = dict(self._given_up)
            sessions = [session.session_id for session in given_up]
            command: Document = {"killSessions": sessions, "maxTimeMS": KILL_WITHIN_MS}
            await asyncio.gather(*(self._command_of(member, command) for member in self.driver.nodes))
            await asyncio.wait(given_up.values(), timeout=KILL_INTERVAL_S)
            for session, operation in given_up.items():
                if operation.done():
                    del self._given_up[session]
                    await self._end(session)

    async def _command_of(self, member: Address, command: Document) -> None:
        """Run a command of `admin` on one member, if it can be reached."""
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
    """Motor, whose operations take a thread each. Its sessions are PyMongo's synchronous ones."""

    def __init__(self, uri: str, options: Mapping[str, Any]) -> None:
        from motor.motor_asyncio import AsyncIOMotorClient

        super().__init__()
        self._motor: AsyncIOMotorClient[Document] = AsyncIOMotorClient(uri, **options)
        self.driver = cast(AsyncMongoClient[Document], self._motor)

    def aggregate(
        self, collection: AsyncCollection[Document], pipeline: Pipeline, **options: Any
    ) -> Awaitable[list[Document]]:
        cursor: Any = collection.aggregate(pipeline, **options)
        found: Awaitable[list[Document]] = cursor.to_list(None)
        return found

    async def watch(
        self, collection: AsyncCollection[Document], pipeline: Pipeline, tick_ms: int
    ) -> AsyncChangeStream[Document]:
        stream: Any = collection.watch(pipeline, max_await_time_ms=tick_ms)
        return cast(AsyncChangeStream[Document], stream)

    async def _close(self) -> None:
        self._motor.close()

    def _start_session(self) -> AsyncClientSession:
        # Motor's own method would take a thread, for what sends nothing. The same goes for the end.
        session: AsyncClientSession = self._motor.delegate.start_session(causal_consistency=True)
        return session

    async def _end(self, session: AsyncClientSession) -> None:
        cast(Any, session).end_session()


async def cancellable(operation: Awaitable[T]) -> T:
    """Await an operation that may lose a cancellation (`wait_for` of Python 3.11), which is raised all the same."""
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
    """Take note of how something ended that nobody awaits any more."""
    if not future.cancelled():
        future.exception()


def open_client(driver: Driver, uri: str, *, operations: int, **options: Any) -> Client:
    """Prepare a client with room for so many operations at once; nothing is sent yet.

    Raises PyMongoError or ValueError when the address can't be read.
    """
    # One more that follows the pointer, one that ends what was given up.
    options["maxPoolSize"] = operations + 2
    options["server_selector"] = _select_target
    if driver == "pymongo":
        return _PyMongoClient(uri, options)
    os.environ.setdefault("MOTOR_MAX_WORKERS", str(MOTOR_THREADS))
    return _MotorClient(uri, options)
