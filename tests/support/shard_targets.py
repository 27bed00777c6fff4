"""Which filters are sent to MongoDB, and whether they name the shard key, so that a mongos would ask one shard."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from pymongo.monitoring import CommandStartedEvent

from loaders.model.sharding import SHARD_KEYS, WHOLE
from loaders.mongo.driver import Database
from loaders.mongo.stored_names import plain_name
from loaders.settings import StoreSettings
from loaders.store.store import Store
from tests.support.api import Api, Commands

WITHOUT_FILTER = frozenset({"insert", "getMore", "killCursors", "hello", "ping", "endSessions"})


@dataclass(frozen=True)
class Part:
    """A filter that a command has for one collection."""

    verb: str
    collection: str
    where: Mapping[str, Any]

    @property
    def is_targeted(self) -> bool:
        """Whether one shard has the collection, or the filter allows only certain values of its shard key."""
        if self.collection in WHOLE:
            return True
        key = SHARD_KEYS[self.collection]
        return any(field == key and _is_equality(condition) for field, condition in conjuncts(self.where))

    def __str__(self) -> str:
        """The collection and the fields of the filter, without those that select versions if there are others."""
        fields = {*_fields(self.where)}
        return f"{self.verb} {self.collection} by {', '.join(sorted(fields - {'from', 'to'} or fields)) or 'nothing'}"


def conjuncts(where: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The conditions of a filter that all must hold."""
    for field, condition in where.items():
        if field == "$and":
            for part in condition:
                yield from conjuncts(part)
        else:
            yield field, condition


def _is_equality(condition: Any) -> bool:
    return not isinstance(condition, Mapping) or bool(condition.keys() & {"$eq", "$in"})


def _fields(where: Mapping[str, Any]) -> Iterator[str]:
    for field, condition in where.items():
        if field in {"$and", "$or", "$nor"}:
            for part in condition:
                yield from _fields(part)
        elif condition != {"$gt": ""}:
            # The bound of every key is there for the index only.
            yield field


def parts_of(name: str, command: Mapping[str, Any]) -> Iterator[Part]:
    """The filters of a command, also in the parts of a union."""
    match name:
        case "find":
            yield Part(name, command["find"], command.get("filter", {}))
        case "findAndModify":
            yield Part(name, command[name], command["query"])
        case "update" | "delete":
            for statement in command[f"{name}s"]:
                yield Part(name, command[name], statement["q"])
        case "aggregate":
            yield from _parts_of_pipeline(command[name], command["pipeline"])
        case _:
            assert name in WITHOUT_FILTER, f"{name} may have a filter"


def _parts_of_pipeline(collection: str, pipeline: Sequence[Mapping[str, Any]]) -> Iterator[Part]:
    matches = []
    for stage in pipeline:
        if "$match" not in stage:
            break
        matches.append(stage["$match"])
    yield Part("aggregate", collection, {"$and": matches} if matches else {})
    for stage in pipeline:
        assert not stage.keys() & {"$lookup", "$facet", "$graphLookup"}, f"{stage} may read another collection"
        if union := stage.get("$unionWith"):
            yield from _parts_of_pipeline(union["coll"], union["pipeline"])


class Filters(Commands):
    """Remembers the filters of the commands that the driver sends."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Part] = []

    def started(self, event: CommandStartedEvent) -> None:
        super().started(event)
        parts = parts_of(event.command_name, event.command)
        self.parts += (replace(part, collection=plain_name(part.collection)) for part in parts)

    def take(self) -> list[Part]:
        """The filters since they were taken last."""
        taken, self.parts = self.parts, []
        return taken

    def take_scattered(self) -> set[str]:
        """Those of them that every shard would be asked."""
        return {str(part) for part in self.take() if not part.is_targeted}


@dataclass(frozen=True)
class Recorded:
    """A database whose filters are remembered, and operations that run on it."""

    database: Database
    api: Api
    filters: Filters


@asynccontextmanager
async def recorded(uri: str, settings: StoreSettings) -> AsyncIterator[Recorded]:
    """Open the database of `settings` once more."""
    filters = Filters()
    database = Database.open(uri, settings, timeout_ms=60_000, listeners=[filters])
    store = Store(database)
    # The first reading of the pointer takes more commands than any other.
    await store.published()
    filters.take()
    yield Recorded(database, Api(store, filters, settings.mongodb_database), filters)
    await database.close()
