"""The one door to MongoDB: the only module that imports the driver.

A `Database` has the few operations that this project needs. Each carries a time limit, and each error comes
out as one of `loaders.errors`.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final, Self, TypeAlias

import bson
from bson.codec_options import CodecOptions, TypeCodec, TypeRegistry
from bson.decimal128 import Decimal128
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from pymongo import ReturnDocument, errors
from pymongo.write_concern import WriteConcern

from loaders.decimals import unpacked
from loaders.documents import Document
from loaders.errors import StoreConflict, StoreFailure, StoreTimeout, StoreUnavailable
from loaders.listening import Listener
from loaders.settings import StoreSettings

Query: TypeAlias = Mapping[str, Any]

# A socket may wait this much longer than the server was told to work: an answer needs time to travel.
SOCKET_GRACE_MS: Final = 2_000
# Documents in an answer; a message holds 16 MiB in any case.
BATCH: Final = 100_000
NAMESPACE_EXISTS: Final = 48
# IndexOptionsConflict, IndexKeySpecsConflict
INDEX_DIFFERS: Final = frozenset({85, 86})


class _ExactDecimal(TypeCodec):
    """Decimal in Python, Decimal128 in MongoDB."""

    python_type = Decimal
    bson_type = Decimal128

    def transform_python(self, value: Decimal) -> Decimal128:
        return Decimal128(value)

    def transform_bson(self, value: Decimal128) -> Decimal:
        if (parts := unpacked(value.bid)) is None:
            return value.to_decimal()
        # A fifth of the time that the driver takes.
        digits, exponent = parts
        return Decimal(f"{digits}E{exponent}")


_CODEC: Final[CodecOptions[Document]] = CodecOptions(
    document_class=dict, tz_aware=True, type_registry=TypeRegistry([_ExactDecimal()])
)


def encoded_size(document: Document) -> int:
    """Bytes that a document takes in MongoDB, which stores at most 16 MiB."""
    return len(bson.encode(document, codec_options=_CODEC))


@contextmanager
def _store_errors() -> Iterator[None]:
    """Raise what the driver raises as one of ours, the driver's words kept as its cause."""
    try:
        yield
    except (errors.ExecutionTimeout, errors.WTimeoutError) as error:
        raise StoreTimeout("the database did not finish in time") from error
    except errors.ConnectionFailure as error:
        raise StoreUnavailable("the database cannot be reached") from error
    except (errors.WriteError, errors.BulkWriteError, errors.DocumentTooLarge) as error:
        raise StoreConflict("the database refused a write") from error
    except errors.PyMongoError as error:
        raise StoreFailure("the database reported an error") from error


def _description(index: Query) -> tuple[Any, ...]:
    """What makes an index the one that it is; the order of its keys counts."""
    return (*index["key"].items(), index.get("partialFilterExpression"))


class Database:
    """One MongoDB database; open it inside a running event loop and close it there."""

    def __init__(self, client: AsyncIOMotorClient[Document], name: str, timeout_ms: int) -> None:
        self._client = client
        self._database = client.get_database(name, codec_options=_CODEC, write_concern=WriteConcern("majority"))
        self._timeout_ms = timeout_ms
        self._collections: dict[str, AsyncIOMotorCollection[Document]] = {}

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
            client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
                uri,
                appname="yunshan",
                maxPoolSize=settings.mongodb_max_pool_size,
                connectTimeoutMS=settings.mongodb_connect_timeout_ms,
                serverSelectionTimeoutMS=settings.mongodb_server_selection_timeout_ms,
                socketTimeoutMS=timeout_ms + SOCKET_GRACE_MS,
                waitQueueTimeoutMS=settings.mongodb_pool_wait_ms,
                event_listeners=list(listeners),
            )
        except (errors.PyMongoError, ValueError) as error:
            raise StoreFailure("MONGODB_URI cannot be read") from error
        return cls(client, settings.mongodb_database, timeout_ms)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    async def command(self, command: Query, *, admin: bool = False) -> Document:
        """Run a database command, against `admin` where it belongs there."""
        database = self._client.get_database("admin") if admin else self._database
        with _store_errors():
            return await database.command({**command, "maxTimeMS": self._timeout_ms})

    async def find_one(self, collection: str, where: Query, projection: Query | None = None) -> Document | None:
        """Find the first document that matches."""
        with _store_errors():
            return await self._collection(collection).find_one(where, projection, max_time_ms=self._timeout_ms)

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
        with _store_errors():
            cursor = self._collection(collection).find(
                where,
                projection,
                sort=list(order) or None,
                limit=limit,
                hint=hint,
                max_time_ms=self._timeout_ms,
            )
            return await cursor.to_list(None)

    async def aggregate(
        self, collection: str, pipeline: Sequence[Query], *, hint: str | None = None
    ) -> list[Document]:
        """Run a pipeline and return everything it yields, in one round trip as far as a message can hold it."""
        options: dict[str, Any] = {"batchSize": BATCH, **({"hint": hint} if hint else {})}
        with _store_errors():
            cursor = self._collection(collection).aggregate(list(pipeline), maxTimeMS=self._timeout_ms, **options)
            return await cursor.to_list(None)

    async def explain(self, collection: str, pipeline: Sequence[Query]) -> Document:
        """Run a pipeline for its explanation alone."""
        aggregate = {"aggregate": collection, "pipeline": list(pipeline), "cursor": {}}
        return await self.command({"explain": aggregate, "verbosity": "executionStats"})

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
        with _store_errors():
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
        with _store_errors():
            stream = self._collection(collection).watch(list(pipeline), max_await_time_ms=tick_ms)
            async with stream:
                while True:
                    yield await stream.try_next()

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> None:
        """Insert documents in order."""
        with _store_errors():
            await self._collection(collection).insert_many(documents, ordered=True)

    async def update_many(self, collection: str, where: Query, update: Query, *, hint: str | None = None) -> int:
        """Update what matches; returns how many matched."""
        with _store_errors():
            result = await self._collection(collection).update_many(where, update, hint=hint)
            return result.matched_count

    async def find_one_and_update(
        self, collection: str, where: Query, update: Query, *, upsert: bool = False
    ) -> Document | None:
        """Update one document in a single step; returns it as it is afterwards."""
        with _store_errors():
            return await self._collection(collection).find_one_and_update(
                where, update, upsert=upsert, return_document=ReturnDocument.AFTER
            )

    async def delete_many(self, collection: str, where: Query, *, hint: str | None = None) -> int:
        """Delete what matches; returns how many there were."""
        with _store_errors():
            return (await self._collection(collection).delete_many(where, hint=hint)).deleted_count

    async def ensure_collection(self, collection: str, options: Query) -> None:
        """Create a collection with `options` (a validator, say), or give them to the one that exists."""
        try:
            await self.command({"create": collection, **options})
        except StoreFailure as error:
            if getattr(error.__cause__, "code", None) != NAMESPACE_EXISTS:
                raise
            await self.command({"collMod": collection, **options})

    async def ensure_indexes(self, collection: str, indexes: Iterable[Query]) -> None:
        """Create the indexes that are missing: `name`, `key`, and any further options of each.

        One of the same name that differs is replaced.
        """
        wanted = list(indexes)
        try:
            await self.command({"createIndexes": collection, "indexes": wanted})
        except StoreFailure as error:
            if getattr(error.__cause__, "code", None) not in INDEX_DIFFERS:
                raise
            described = {index["name"]: _description(index) for index in wanted}
            listed = await self.command({"listIndexes": collection})
            for index in listed["cursor"]["firstBatch"]:
                if described.get(index["name"], _description(index)) != _description(index):
                    await self.command({"dropIndexes": collection, "index": index["name"]})
            await self.command({"createIndexes": collection, "indexes": wanted})

    def _collection(self, name: str) -> AsyncIOMotorCollection[Document]:
        # Making one takes a tenth of the time of a small read.
        if name not in self._collections:
            self._collections[name] = self._database[name]
        return self._collections[name]
