"""What the driver tells about itself: connections counted, commands told without their values."""

import asyncio

import pytest

from loaders.errors import StoreError
from loaders.mongo.driver import Database
from loaders.mongo.monitoring import CommandMonitor, PoolCounter
from loaders.settings import StoreSettings

SLOW = {"$expr": {"$function": {"body": "function() { sleep(700); return true; }", "args": [], "lang": "js"}}}


async def test_connections_are_counted_while_they_are_used_and_waited_for(
    database: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    await database.insert_many("things", [{"_id": 1}])
    pool = PoolCounter()
    small = settings.model_copy(update={"mongodb_max_pool_size": 2, "mongodb_pool_wait_ms": 60_000})
    counted = Database.open(mongodb_uri, small, listeners=[pool], timeout_ms=60_000)
    assert (pool.open, pool.checked_out, counted.waiting) == (0, 0, 0)
    tasks = [asyncio.create_task(counted.find_one("things", SLOW)) for _ in range(5)]
    seen = set()
    while not all(task.done() for task in tasks):
        seen.add((pool.open, pool.checked_out, counted.waiting))
        await asyncio.sleep(0.01)
    await asyncio.gather(*tasks)
    assert (2, 2, 3) in seen
    assert (pool.open, pool.checked_out, counted.waiting) == (2, 0, 0)
    await counted.close()
    assert (pool.open, pool.checked_out, counted.waiting) == (0, 0, 0)


class Heard:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.began_with: list[tuple[int, str, str | None]] = []
        self.ended_with: list[tuple[int, str | None]] = []

    def command_started(self, number: int, command: str, database: str, collection: str | None) -> None:
        self.began_with.append((number, command, collection))

    def command_ended(self, number: int, failure: str | None) -> None:
        self.ended_with.append((number, failure))


async def test_commands_are_told_by_name_collection_and_end(
    database: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    heard = Heard()
    listened = Database.open(mongodb_uri, settings, listeners=[CommandMonitor(heard)])
    await listened.find_one("things", {"_id": 1})
    with pytest.raises(StoreError):
        await listened.aggregate("things", [{"$noSuchStage": {}}])
    await listened.command({"hello": 1}, admin=True)
    await listened.close()
    assert [(command, collection) for _, command, collection in heard.began_with[:3]] == [
        ("find", "things_2"),
        ("aggregate", "things_2"),
        ("hello", None),
    ]
    numbers = [number for number, _, _ in heard.began_with]
    assert heard.ended_with[:3] == [(numbers[0], None), (numbers[1], "Location40324"), (numbers[2], None)]
