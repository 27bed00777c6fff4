"""The one door to MongoDB: a `Database` has the few operations that this project needs.

Each is bounded (`loaders.mongo.operation_runner`), and each error comes out as one of `loaders.errors`. What else
knows the driver stands behind this: `loaders.mongo.clients`, `loaders.mongo.codec`, `loaders.mongo.operation_runner`.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Self, TypeAlias, TypeVar

from bson.timestamp import Timestamp
from pymongo import ReadPreference, ReturnDocument, errors
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from loaders.documents import Document
from loaders.errors import StoreError, StoreFailure, StoreUnavailable
from loaders.mongo.clients import Client, cancellable, open_client
from loaders.mongo.codec import CODEC
from loaders.mongo.monitoring import Listener
from loaders.mongo.operation_runner import Runner, store_errors
from loaders.settings import StoreSettings

T = TypeVar("T")
Query: TypeAlias = Mapping[str, Any]
Collection: TypeAlias = AsyncCollection[Document]

# Where nobody waits for that long any more, a silent connection is closed.
SOCKET_GRACE_MS: Final = 2_000
# Documents in an answer; a message holds 16 MiB in any case.
BATCH: Final = 100_000


class Database:
    """One MongoDB database; open it inside a running event loop and close it there.

    The primary answers. Reads that are `served` may, where there is none, be answered by any member that has all that
    `find_anchor` has seen (docs/engineering/architecture.md, "Which member answers").
    """

    def __init__(self, client: Client, settings: StoreSettings, timeout_ms: int) -> None:
        self._client = client
        self._runner = Runner(
            client,
            timeout_ms=timeout_ms,
            operations=settings.mongodb_max_pool_size,
            wait_ms=settings.mongodb_pool_wait_ms,
        )
        name = settings.mongodb_database
        self._database = client.driver.get_database(
            name, codec_options=CODEC, read_preference=ReadPreference.PRIMARY, write_concern=WriteConcern("majority")
        )
        self._for_served = self._database.with_options(
            read_preference=ReadPreference.PRIMARY_PREFERRED, read_concern=ReadConcern("majority")
        )
        self._collections: dict[tuple[str, bool], Collection] = {}
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
        """Prepare a pool of connections; nothing is sent until the first operation.

        timeout_ms: for each operation, in place of the settings' own.
        Raises StoreFailure when the address can't be read.
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

    @property
    def waiting(self) -> int:
        """Operations that wait for room."""
        return self._runner.waiting

    async def command(self, command: Query, *, admin: bool = False) -> Document:
        """Run a database command, against `admin` where it belongs there."""
        database = self._client.driver.get_database("admin") if admin else self._database
        return await self._runner.read(lambda left_ms: database.command({**command, "maxTimeMS": left_ms}))

    async def find_anchor(self, collection: str, where: Query) -> Document | None:
        """Find the first document that matches. Served reads have from now on all that had happened by this one."""

        def find(place: Collection, left_ms: int, **options: Any) -> Awaitable[Document | None]:
            return place.find_one(where, max_time_ms=left_ms, **options)

        document, moment = await self._serve(collection, find)
        if moment and self._anchor is None:
            # A client that has only just met the set may have asked a member that lags, as the primary was not known.
            with suppress(StoreError):
                await self.command({"ping": 1})
            document, moment = await self._serve(collection, find)
        if moment and (self._anchor is None or moment > self._anchor):
            self._anchor = moment
        return document

    async def find_one(
        self, collection: str, where: Query, projection: Query | None = None, *, served: bool = False
    ) -> Document | None:
        """Find the first document that matches."""

        def find(place: Collection, left_ms: int, **options: Any) -> Awaitable[Document | None]:
            return place.find_one(where, projection, max_time_ms=left_ms, **options)

        return await self._read(collection, find, served=served)

    async def find(
        self,
        collection: str,
        where: Query,
        projection: Query | None = None,
        *,
        order: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        hint: str | None = None,
    ) -> list[Document]:
        """Find every document that matches, `limit` of them at most (0: all)."""

        def find(place: Collection, left_ms: int) -> Awaitable[list[Document]]:
            sort = list(order) or None
            cursor = place.find(where, projection, sort=sort, limit=limit, hint=hint, max_time_ms=left_ms)
            return cursor.to_list(None)

        return await self._read(collection, find, served=False)

    async def aggregate(
        self, collection: str, pipeline: Sequence[Query], *, hint: str | None = None, served: bool = False
    ) -> list[Document]:
        """Run a pipeline and return everything it yields, in one round trip as far as a message can hold it."""
        given: dict[str, Any] = {"batchSize": BATCH, **({"hint": hint} if hint else {})}

        def aggregate(place: Collection, left_ms: int, **options: Any) -> Awaitable[list[Document]]:
            return self._client.aggregate(place, list(pipeline), maxTimeMS=left_ms, **given, **options)

        return await self._read(collection, aggregate, served=served)

    async def explain(self, collection: str, pipeline: Sequence[Query]) -> Document:
        """Run a pipeline for its explanation alone."""
        aggregate = {"aggregate": collection, "pipeline": list(pipeline), "cursor": {}}
        # MongoDB cuts long bounds of an index in the middle of a character.
        codec = CODEC.with_options(unicode_decode_error_handler="replace")
        command = {"explain": aggregate, "verbosity": "executionStats"}
        return await self._runner.read(
            lambda left_ms: self._database.command({**command, "maxTimeMS": left_ms}, codec_options=codec)
        )

    async def stream(
        self,
        collection: str,
        where: Query,
        projection: Query | None = None,
        *,
        order: Sequence[tuple[str, int]] = (),
        hint: str | None = None,
    ) -> AsyncIterator[Document]:
        """Find documents one at a time, however many there are."""
        with store_errors():
            cursor = self._collection(collection).find(where, projection, sort=list(order) or None, hint=hint)
            async for document in cursor:
                yield document

    async def has_change_streams(self) -> bool:
        """Whether the database tells of changes: a replica set or a sharded cluster does."""
        hello = await self.command({"hello": 1}, admin=True)
        return "setName" in hello or hello.get("msg") == "isdbgrid"

    async def changes(
        self, collection: str, pipeline: Sequence[Query], *, tick_ms: int
    ) -> AsyncGenerator[Document | None]:
        """Yield each change from now on, and None as a sign of life when there is none for `tick_ms`."""
        with store_errors():
            async with await self._client.watch(self._collection(collection), list(pipeline), tick_ms) as stream:
                while True:
                    change = await cancellable(stream.try_next())
                    if change is None and not stream.alive:
                        # A drop closes the stream, which then gives nothing for ever, at once: no sign of life.
                        raise StoreUnavailable("the collection is no longer followed; was it dropped?")
                    yield change

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> None:
        """Insert documents in order."""
        await self._runner.run(lambda: self._collection(collection).insert_many(documents, ordered=True))

    async def update_one(self, collection: str, where: Query, update: Query) -> bool:
        """Update the first that matches, once even where the primary is lost meanwhile; returns whether one did."""
        result = await self._runner.run(lambda: self._collection(collection).update_one(where, update))
        return result.matched_count == 1

    async def update_many(self, collection: str, where: Query, update: Query, *, hint: str | None = None) -> int:
        """Update what matches; returns how many matched."""
        result = await self._runner.run(lambda: self._collection(collection).update_many(where, update, hint=hint))
        return result.matched_count

    async def find_one_and_update(
        self, collection: str, where: Query, update: Query, *, upsert: bool = False
    ) -> Document | None:
        """Update one document in a single step; returns it as it is afterwards."""
        after = ReturnDocument.AFTER
        return await self._runner.run(
            lambda: self._collection(collection).find_one_and_update(
                where, update, upsert=upsert, return_document=after
            )
        )

    async def delete_many(self, collection: str, where: Query, *, hint: str | None = None) -> int:
        """Delete what matches; returns how many there were."""
        result = await self._runner.run(lambda: self._collection(collection).delete_many(where, hint=hint))
        return result.deleted_count

    async def _read(self, collection: str, start: Callable[..., Awaitable[T]], *, served: bool) -> T:
        if served:
            return (await self._serve(collection, start))[0]
        return await self._runner.read(lambda left_ms: start(self._collection(collection), left_ms))

    async def _serve(self, collection: str, start: Callable[..., Awaitable[T]]) -> tuple[T, Timestamp | None]:
        """Run a read on whichever member may answer; gives the moment that the answer is of, where there are any."""
        place = self._collection(collection, served=True)
        if self._has_sessions:
            session = self._client.session(self._anchor)
            try:
                found = await self._runner.read(lambda left_ms: start(place, left_ms, session=session), session)
            except StoreFailure as error:
                if not isinstance(error.__cause__, errors.ConfigurationError):
                    raise
                # A single server has neither sessions nor moments; a member on its way into a set has them later.
                with suppress(StoreError):
                    self._has_sessions = await self.has_change_streams()
            else:
                return found, session.operation_time
        return await self._read(collection, start, served=False), None

    def _collection(self, name: str, *, served: bool = False) -> Collection:
        # Making one takes a tenth of the time of a small read.
        if (name, served) not in self._collections:
            self._collections[name, served] = (self._for_served if served else self._database)[name]
        return self._collections[name, served]
