"""The only way to MongoDB: `Database` has the few operations that this project needs.

Each operation is bounded in time and number (`loaders.mongo.operation_runner`), and raises only `loaders.errors`.
Besides this module, `loaders.mongo.clients`, `codec`, `monitoring` and `operation_runner` import the driver.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Self, TypeAlias, TypeVar

from bson.timestamp import Timestamp
from pymongo import ReadPreference, ReplaceOne, ReturnDocument, errors
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from loaders.documents import Document
from loaders.errors import StoreError, StoreFailure, StoreUnavailable
from loaders.mongo.clients import Client, cancellable, open_client
from loaders.mongo.codec import CODEC
from loaders.mongo.monitoring import Listener
from loaders.mongo.operation_runner import OperationRunner, store_errors
from loaders.mongo.stored_names import Collections, stored_command, stored_pipeline
from loaders.settings import StoreSettings

T = TypeVar("T")
BsonMapping: TypeAlias = Mapping[str, Any]
DriverCollection: TypeAlias = AsyncCollection[Document]

# A connection is closed when it has been silent for this long after the operation's own limit.
SOCKET_GRACE_MS: Final = 2_000
# Documents in one reply; a reply holds at most 16 MiB in any case.
AGGREGATE_BATCH_SIZE: Final = 100_000


class Database:
    """One MongoDB database; open it inside a running event loop and close it there.

    The primary answers. While there is none, reads with `allow_secondary` are answered by any member that has
    everything that `find_and_anchor` has seen (docs/engineering/architecture.md, "Which member answers").
    """

    def __init__(self, client: Client, settings: StoreSettings, timeout_ms: int) -> None:
        self._client = client
        self._runner = OperationRunner(
            client,
            timeout_ms=timeout_ms,
            operations=settings.mongodb_max_pool_size,
            wait_ms=settings.mongodb_pool_wait_ms,
        )
        name, majority = settings.mongodb_database, WriteConcern("majority")
        self._database = client.driver.get_database(
            name, codec_options=CODEC, read_preference=ReadPreference.PRIMARY, write_concern=majority
        )
        secondary_reads = self._database.with_options(
            read_preference=ReadPreference.PRIMARY_PREFERRED, read_concern=ReadConcern("majority")
        )
        self._collections = Collections[DriverCollection](self._database, secondary_reads)
        self._anchor: Timestamp | None = None
        self._has_sessions = True

    @classmethod
    def open(
        cls,
        uri: str,
        settings: StoreSettings,
        *,
        timeout_ms: int | None = None,
        listeners: Sequence[Listener] = (),
    ) -> Self:
        """Create a connection pool; nothing is sent until the first operation.

        timeout_ms: the limit of each operation, overriding the settings.
        Raises StoreFailure when the URI is invalid.
        """
        timeout_ms = timeout_ms or settings.mongodb_operation_timeout_ms
        try:
            client = open_client(
                settings.mongodb_driver,
                uri,
                operations=settings.mongodb_max_pool_size,
                appname="yunshan",
                connectTimeoutMS=settings.mongodb_connect_timeout_ms,
                serverSelectionTimeoutMS=settings.mongodb_server_selection_timeout_ms,
                socketTimeoutMS=timeout_ms + SOCKET_GRACE_MS,
                event_listeners=list(listeners),
            )
        except (errors.PyMongoError, ValueError) as error:
            raise StoreFailure("MONGODB_URI cannot be read") from error
        return cls(client, settings, timeout_ms)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()

    def of_first_edition(self) -> Self:
        """The collections of the first edition in the same database, over the same connections; only to be read."""
        first = copy(self)
        first._collections = self._collections.of_first_edition()
        return first

    @property
    def waiting(self) -> int:
        """How many operations wait for a connection."""
        return self._runner.waiting

    async def command(self, command: BsonMapping, *, admin: bool = False) -> Document:
        """Run a database command, on the `admin` database if `admin` is true."""
        database = self._client.driver.get_database("admin") if admin else self._database
        stored = command if admin else stored_command(command)
        return await self._runner.read(lambda left_ms: database.command({**stored, "maxTimeMS": left_ms}))

    async def now(self) -> datetime:
        """The time by the database's clock: the clocks of the machines that load may differ."""
        now: datetime = (await self.command({"hello": 1}))["localTime"]
        return now.replace(tzinfo=UTC)

    async def find_and_anchor(self, collection: str, where: BsonMapping) -> Document | None:
        """Find the first document that matches; later reads with `allow_secondary` are no older than this one."""

        def find(target: DriverCollection, left_ms: int, **options: Any) -> Awaitable[Document | None]:
            return target.find_one(where, max_time_ms=left_ms, **options)

        document, operation_time = await self._read_from_any(collection, find)
        if operation_time and self._anchor is None:
            # A client that has just connected may have read from a lagging member, not knowing the primary yet.
            with suppress(StoreError):
                await self.command({"ping": 1})
            document, operation_time = await self._read_from_any(collection, find)
        if operation_time and (self._anchor is None or operation_time > self._anchor):
            self._anchor = operation_time
        return document

    async def find_one(
        self,
        collection: str,
        where: BsonMapping,
        projection: BsonMapping | None = None,
        *,
        allow_secondary: bool = False,
    ) -> Document | None:
        """Find the first document that matches."""

        def find(target: DriverCollection, left_ms: int, **options: Any) -> Awaitable[Document | None]:
            return target.find_one(where, projection, max_time_ms=left_ms, **options)

        return await self._read(collection, find, allow_secondary=allow_secondary)

    async def find(
        self,
        collection: str,
        where: BsonMapping,
        projection: BsonMapping | None = None,
        *,
        order: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        hint: str | None = None,
    ) -> list[Document]:
        """Find all documents that match, at most `limit` of them (0: no limit)."""

        def find(target: DriverCollection, left_ms: int) -> Awaitable[list[Document]]:
            sort = list(order) or None
            cursor = target.find(where, projection, sort=sort, limit=limit, hint=hint, max_time_ms=left_ms)
            return cursor.to_list(None)

        return await self._read(collection, find, allow_secondary=False)

    async def aggregate(
        self,
        collection: str,
        pipeline: Sequence[BsonMapping],
        *,
        hint: str | None = None,
        allow_secondary: bool = False,
    ) -> list[Document]:
        """Run a pipeline and return all its results, in one round trip if one message can hold them."""
        given: dict[str, Any] = {"batchSize": AGGREGATE_BATCH_SIZE, **({"hint": hint} if hint else {})}

        def aggregate(target: DriverCollection, left_ms: int, **options: Any) -> Awaitable[list[Document]]:
            return self._client.aggregate(target, stored_pipeline(pipeline), maxTimeMS=left_ms, **given, **options)

        return await self._read(collection, aggregate, allow_secondary=allow_secondary)

    async def explain(self, collection: str, pipeline: Sequence[BsonMapping]) -> Document:
        """Return MongoDB's `explain` output for a pipeline, with execution statistics."""
        aggregate = stored_command({"aggregate": collection, "pipeline": stored_pipeline(pipeline), "cursor": {}})
        # MongoDB truncates long index bounds in the middle of a character.
        codec = CODEC.with_options(unicode_decode_error_handler="replace")
        command = {"explain": aggregate, "verbosity": "executionStats"}
        run = partial(self._database.command, codec_options=codec)
        return await self._runner.read(lambda left_ms: run({**command, "maxTimeMS": left_ms}))

    async def stream(
        self,
        collection: str,
        where: BsonMapping,
        projection: BsonMapping | None = None,
        *,
        order: Sequence[tuple[str, int]] = (),
        hint: str | None = None,
    ) -> AsyncIterator[Document]:
        """Yield all documents that match, one at a time; has no time limit."""
        with store_errors():
            cursor = self._collection(collection).find(where, projection, sort=list(order) or None, hint=hint)
            async for document in cursor:
                yield document

    async def has_change_streams(self) -> bool:
        """Whether the server supports change streams: a replica set or a sharded cluster does."""
        admin = self._client.driver.get_database("admin", read_preference=ReadPreference.PRIMARY_PREFERRED)
        hello = await self._runner.read(lambda left_ms: admin.command({"hello": 1, "maxTimeMS": left_ms}))
        return "setName" in hello or hello.get("msg") == "isdbgrid"

    async def changes(
        self, collection: str, pipeline: Sequence[BsonMapping], *, tick_ms: int
    ) -> AsyncGenerator[Document | None]:
        """Yield each change from now on, or None after `tick_ms` without one; any member may answer."""
        target = self._collection(collection, allow_secondary=True)
        with store_errors():
            async with await self._client.watch(target, list(pipeline), tick_ms) as stream:
                while True:
                    change = await cancellable(stream.try_next())
                    if change is None and not stream.alive:
                        # Dropping the collection closes the stream; `try_next` then returns None at once, forever.
                        raise StoreUnavailable("the change stream was closed; was the collection dropped?")
                    yield change

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> None:
        """Insert documents in order."""
        await self._runner.run(lambda: self._collection(collection).insert_many(documents, ordered=True))

    async def replace_many(self, collection: str, documents: Sequence[Document]) -> None:
        """Replace documents by their `_id`, or insert them, in any order."""
        if not documents:
            return
        writes = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in documents]
        await self._runner.run(lambda: self._collection(collection).bulk_write(writes, ordered=False))

    async def update_one(self, collection: str, where: BsonMapping, update: BsonMapping) -> bool:
        """Update the first match, only once even if the driver retries; returns whether there was a match."""
        result = await self._runner.run(lambda: self._collection(collection).update_one(where, update))
        return result.matched_count == 1

    async def update_many(
        self,
        collection: str,
        where: BsonMapping,
        update: BsonMapping | Sequence[BsonMapping],
        *,
        hint: str | None = None,
    ) -> int:
        """Update all matches, by an update or a pipeline; returns how many matched."""
        result = await self._runner.run(lambda: self._collection(collection).update_many(where, update, hint=hint))
        return result.matched_count

    async def find_one_and_update(
        self,
        collection: str,
        where: BsonMapping,
        update: BsonMapping | Sequence[BsonMapping],
        *,
        upsert: bool = False,
    ) -> Document | None:
        """Update one document atomically, by an update or a pipeline; returns the updated document."""
        options: dict[str, Any] = {"upsert": upsert, "return_document": ReturnDocument.AFTER}
        target = self._collection(collection)
        return await self._runner.run(lambda: target.find_one_and_update(where, update, **options))

    async def delete_many(self, collection: str, where: BsonMapping, *, hint: str | None = None) -> int:
        """Delete all matches; returns how many were deleted."""
        result = await self._runner.run(lambda: self._collection(collection).delete_many(where, hint=hint))
        return result.deleted_count

    async def _read(self, collection: str, start: Callable[..., Awaitable[T]], *, allow_secondary: bool) -> T:
        if allow_secondary:
            return (await self._read_from_any(collection, start))[0]
        return await self._runner.read(lambda left_ms: start(self._collection(collection), left_ms))

    async def _read_from_any(self, collection: str, start: Callable[..., Awaitable[T]]) -> tuple[T, Timestamp | None]:
        """Run a read on any member; returns the result and its operation time, None on a standalone server."""
        target = self._collection(collection, allow_secondary=True)
        if self._has_sessions:
            session = self._client.session(self._anchor)
            try:
                found = await self._runner.read(lambda left_ms: start(target, left_ms, session=session), session)
            except StoreFailure as error:
                if not isinstance(error.__cause__, errors.ConfigurationError):
                    raise
                # A standalone server has no sessions; a member that is joining a replica set gets them later.
                with suppress(StoreError):
                    self._has_sessions = await self.has_change_streams()
            else:
                return found, session.operation_time
        return await self._read(collection, start, allow_secondary=False), None

    def _collection(self, name: str, *, allow_secondary: bool = False) -> DriverCollection:
        return self._collections.get(name, allow_secondary=allow_secondary)
