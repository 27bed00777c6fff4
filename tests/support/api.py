"""Operations run in this process, on a real store whose commands are counted."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from pymongo.monitoring import CommandListener, CommandStartedEvent

from loaders.documents import DistrictContent
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from loaders.store.store import Store
from schema.base.context import Context
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.runner import RequestError, Response, run
from tests.support.data.content import load_of
from tests.support.limits import FREE


class Commands(CommandListener):
    """Remembers the commands that the driver sends."""

    def __init__(self) -> None:
        self._events: list[CommandStartedEvent] = []

    @property
    def names(self) -> list[str]:
        return [event.command_name for event in self._events]

    @property
    def texts(self) -> list[str]:
        return [str(event.command) for event in self._events]

    def clear(self) -> None:
        """Forget what was sent until now."""
        self._events.clear()

    def started(self, event: CommandStartedEvent) -> None:
        self._events.append(event)

    def succeeded(self, event: object) -> None:
        pass

    def failed(self, event: object) -> None:
        pass


class Api:
    """Runs operations in this process, on a store whose commands are counted."""

    def __init__(self, store: Store, commands: Commands, database_name: str) -> None:
        self.store = store
        self.database_name = database_name
        self.commands = commands
        self._documents = Operations(FREE)

    async def run(self, query: str, *, languages: tuple[str, ...] = (), **variables: Any) -> Response:
        self.commands.clear()
        try:
            return await run(self._documents, Request(query, variables), Context(self.store, languages))
        except RequestError as error:
            return error.response

    async def data(self, query: str, **variables: Any) -> Any:
        response = await self.run(query, **variables)
        assert not response.errors, response.errors
        return response.data

    async def error(self, query: str, **variables: Any) -> tuple[str, str]:
        response = await self.run(query, **variables)
        [error] = response.errors
        return error["extensions"]["code"], error["message"]


@asynccontextmanager
async def api_of(uri: str, contents: Iterable[DistrictContent]) -> AsyncIterator[Api]:
    """Publish districts into a database of their own, dropped afterwards."""
    async with published_of(uri, contents) as (_, api):
        yield api


@asynccontextmanager
async def published_of(uri: str, contents: Iterable[DistrictContent]) -> AsyncIterator[tuple[Database, Api]]:
    """As `api_of`, with the database, so that more can be published."""
    settings = StoreSettings.model_validate({"mongodb_uri": uri, "mongodb_database": f"test-{uuid4().hex[:24]}"})
    commands = Commands()
    database = Database.open(uri, settings, timeout_ms=60_000, listeners=[commands])
    await ensure_collections(database)
    await publish(database, load_of(contents))
    try:
        yield database, Api(Store(database), commands, settings.mongodb_database)
    finally:
        await database.command({"dropDatabase": 1})
        await database.close()
