"""The driver's door: exact figures, a time limit on everything, errors in our own words."""

import asyncio
from decimal import Decimal
from time import monotonic
from typing import Any

import pytest
from pymongo.monitoring import CommandListener, CommandStartedEvent

from loaders.errors import StoreBusy, StoreConflict, StoreFailure, StoreTimeout, StoreUnavailable
from loaders.model.revisions import Published
from loaders.mongo.codec import encoded_size
from loaders.mongo.deadline import deadline
from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from loaders.store.fetch import TOTAL, Fetch
from loaders.store.store import Store
from tests.support.servers import free_port
from tests.support.waiting import PATIENCE_S


class Limits(CommandListener):
    """Remembers which commands came with which time limit and which read concern."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int | None]] = []
        self.concerns: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.seen.append((event.command_name, event.command.get("maxTimeMS")))
        self.concerns.append(event.command.get("readConcern", {}))

    def succeeded(self, event: object) -> None:
        pass

    def failed(self, event: object) -> None:
        pass


async def test_a_figure_keeps_its_digits(database: Database) -> None:
    figures = ("90.950", "-0.001", "1234567890123456789012345678901234", "0", "15258000000")
    await database.insert_many("figures", [{"_id": digits, "value": Decimal(digits)} for digits in figures])
    found = await database.find("figures", {})
    assert {one["_id"]: str(one["value"]) for one in found} == {digits: digits for digits in figures}
    assert {type(one["value"]) for one in found} == {Decimal}


async def test_every_read_carries_a_time_limit(mongodb_uri: str, settings: StoreSettings) -> None:
    limits = Limits()
    database = Database.open(mongodb_uri, settings, timeout_ms=1234, listeners=[limits])
    store = Store(database)
    await store.published()
    await store.revision(1)
    await store.fetch(Fetch("districts"), Published(1, 0))
    await store.fetch(Fetch("districts", extras={"total": TOTAL}), Published(1, 0))
    await database.command({"ping": 1})
    first = ("find", "ping", "find")
    assert limits.seen == [(name, 1234) for name in (*first, "find", "aggregate", "aggregate", "ping")]
    await database.close()


async def test_an_operation_is_told_what_its_request_has_left(mongodb_uri: str, settings: StoreSettings) -> None:
    limits = Limits()
    database = Database.open(mongodb_uri, settings, timeout_ms=600_000, listeners=[limits])
    with deadline(300), deadline(500):
        await database.find_one("things", {}, allow_secondary=True)
        await database.find("things", {})
    with deadline(0), pytest.raises(StoreTimeout, match="the request's time is up"):
        await database.find("things", {})
    await database.find("things", {})
    (_, first), (_, second), (_, last) = limits.seen
    assert first and second and 200_000 < second <= first <= 300_000
    assert last == 600_000
    await database.close()


async def test_served_reads_have_all_that_was_there_when_the_pointer_was_read(
    database: Database, mongodb_uri: str, settings: StoreSettings
) -> None:
    limits = Limits()
    reader = Database.open(mongodb_uri, settings, listeners=[limits])
    await reader.find_and_anchor("revisions", {"_id": "published"})
    await database.insert_many("things", [{"_id": 1}])
    await reader.find_one("things", {}, allow_secondary=True)
    await reader.aggregate("things", [{"$match": {}}], allow_secondary=True)
    await reader.find_and_anchor("revisions", {"_id": "published"})
    await reader.find_one("things", {}, allow_secondary=True)
    await reader.find_one("things", {})
    first, ping, again, *served, last, plain = limits.concerns
    assert first == again == {"level": "majority"}
    assert ping == {}
    anchor = served[0]["afterClusterTime"]
    assert served == [{"level": "majority", "afterClusterTime": anchor}] * 3
    assert last["afterClusterTime"] > anchor
    assert plain == {}
    await reader.close()


async def until_running(database: Database, settings: StoreSettings) -> None:
    """Wait until the database is at work on the collection `slow`."""
    asked = {"currentOp": 1, "active": True, "ns": f"{settings.mongodb_database}.slow_2"}
    ends = monotonic() + PATIENCE_S
    while not (await database.command(asked, admin=True))["inprog"]:
        assert monotonic() < ends
        await asyncio.sleep(0.01)


async def test_what_nobody_awaits_any_more_is_ended_and_makes_room(
    database: Database, mongodb_uri: str, settings: StoreSettings
) -> None:
    await database.insert_many("slow", [{"_id": number} for number in range(5_000)])
    small = Database.open(
        mongodb_uri,
        settings.model_copy(update={"mongodb_max_pool_size": 1, "mongodb_pool_wait_ms": 120_000}),
        timeout_ms=900_000,
    )
    await small.command({"ping": 1})
    slow = asyncio.create_task(small.find_one("slow", {"$where": "sleep(100) || false"}, allow_secondary=True))
    await until_running(database, settings)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    # It would run for eight minutes, of which this one waits two.
    assert await small.find_one("slow", {"_id": 1}, allow_secondary=True) == {"_id": 1}
    await small.close()


async def test_an_operation_that_takes_too_long_is_ended_by_the_server(
    database: Database, mongodb_uri: str, settings: StoreSettings
) -> None:
    await database.insert_many("slow", [{"_id": 1}])
    hurried = Database.open(mongodb_uri, settings, timeout_ms=100)
    with pytest.raises(StoreTimeout):
        await hurried.find("slow", {"$where": "sleep(3000) || true"})
    await hurried.close()


async def test_a_database_that_is_not_there_is_told_in_time() -> None:
    settings = StoreSettings(mongodb_server_selection_timeout_ms=300)
    nowhere = Database.open(f"mongodb://127.0.0.1:{free_port()}/", settings)
    started = monotonic()
    with pytest.raises(StoreUnavailable) as caught:
        await nowhere.command({"ping": 1})
    # By itself the driver waits for thirty seconds.
    assert monotonic() - started < 25
    assert "127.0.0.1" not in str(caught.value)
    await nowhere.close()


async def test_a_full_pool_is_told_in_time(database: Database, mongodb_uri: str, settings: StoreSettings) -> None:
    await database.insert_many("slow", [{"_id": number} for number in range(1_000)])
    small = settings.model_copy(update={"mongodb_max_pool_size": 1, "mongodb_pool_wait_ms": 200})
    pool = Database.open(mongodb_uri, small, timeout_ms=100_000)
    await pool.command({"ping": 1})
    busy = asyncio.create_task(pool.find("slow", {"$where": "sleep(100) || true"}))
    await until_running(database, settings)
    with pytest.raises(StoreBusy):
        await pool.find("slow", {})
    assert not busy.done()
    busy.cancel()
    await asyncio.wait([busy])
    await pool.close()


async def test_an_operation_that_cannot_be_started_takes_no_connection_with_it(
    database: Database, mongodb_uri: str, settings: StoreSettings
) -> None:
    operations = 2
    small = settings.model_copy(update={"mongodb_max_pool_size": operations, "mongodb_pool_wait_ms": 200})
    pool = Database.open(mongodb_uri, small, timeout_ms=100_000)
    for _ in range(operations + 1):
        # The driver refuses the name before it makes anything to wait for.
        with pytest.raises(StoreFailure):
            await pool.delete_many("no..name", {})
        with pytest.raises(StoreFailure):
            await pool.find("no..name", {})
    assert await pool.find("things", {}) == []
    await pool.close()


@pytest.mark.parametrize("uri", ["mongodb://", "mongodb://host:port/", "mongodb://a@b@c/"])
def test_an_address_that_cannot_be_read_is_told(uri: str) -> None:
    with pytest.raises(StoreFailure):
        Database.open(uri, StoreSettings())


async def test_a_repeated_key_is_a_conflict(database: Database) -> None:
    await database.insert_many("things", [{"_id": 1}])
    with pytest.raises(StoreConflict):
        await database.insert_many("things", [{"_id": 1}])


async def test_a_wrong_command_is_a_failure(database: Database) -> None:
    with pytest.raises(StoreFailure):
        await database.command({"noSuchCommand": 1})


def test_the_size_of_a_document_is_known_before_it_is_sent() -> None:
    document: dict[str, Any] = {"a": "x" * 1000, "b": Decimal("1.5")}
    assert 1000 < encoded_size(document) < 1100
