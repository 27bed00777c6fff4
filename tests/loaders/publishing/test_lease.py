"""One loader at a time: the living one keeps the lease, a dead one loses it."""

import asyncio
from collections.abc import Iterator
from time import monotonic
from typing import Any, Final, cast

import pytest

from loaders.documents import DistrictContent
from loaders.mongo.driver import Database
from loaders.publishing import lease as leases
from loaders.publishing.lease import LeaseHeld, LeaseLost, hold_lease
from loaders.publishing.publish import Load, publish
from tests.support.data.content import contents, load_of, put
from tests.support.thoroughness import examples
from tests.support.waiting import PATIENCE_S

AN_HOUR: Final = 3_600.0
LOADERS: Final = examples(quick=4, thorough=10)


async def lease_document(database: Database) -> dict[str, object]:
    document = await database.find_one("revisions", {"_id": "lease"})
    assert document is not None
    return document


async def test_a_held_lease_turns_others_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # Far longer than any test: it is the holder's beat that tells, and no time that has passed.
    monkeypatch.setattr(leases, "TTL_S", AN_HOUR)
    async with hold_lease(database):
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(LeaseHeld, match="another load is running"):
                async with hold_lease(database):
                    pass
    assert (await lease_document(database))["holder"] is None


class Looking:
    """A database that tells when the lease has been looked at."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.has_looked = asyncio.Event()

    async def find_one(self, *arguments: Any) -> Any:
        found = await self._database.find_one(*arguments)
        self.has_looked.set()
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


async def test_a_loader_that_saw_a_holder_gives_up_even_if_the_holder_has_finished(database: Database) -> None:
    await database.insert_many("revisions", [{"_id": "lease", "token": 7, "holder": "process 1", "beat": 3}])
    looking = Looking(database)

    async def load() -> None:
        async with hold_lease(cast(Database, looking)):
            pass

    task = asyncio.create_task(load())
    await looking.has_looked.wait()
    await database.update_one("revisions", {"_id": "lease"}, {"$set": {"holder": None}})
    with pytest.raises(LeaseHeld, match=r"another load is running \(process 1\)"):
        await asyncio.wait_for(task, PATIENCE_S)
    assert (await lease_document(database))["token"] == 7


async def test_a_released_lease_can_be_held_again(database: Database) -> None:
    async with hold_lease(database):
        pass
    async with hold_lease(database):
        assert (await lease_document(database))["token"] == 2


async def test_the_lease_of_a_dead_loader_is_taken_over(database: Database) -> None:
    await database.insert_many("revisions", [{"_id": "lease", "token": 7, "holder": "process 1 on gone", "beat": 3}])
    started = monotonic()
    async with hold_lease(database):
        assert (await lease_document(database))["token"] == 8
    assert monotonic() - started >= leases.TTL_S


async def test_a_loader_that_lost_its_lease_writes_no_more(database: Database) -> None:
    async with hold_lease(database) as lease:
        await database.update_many("revisions", {"_id": "lease"}, {"$inc": {"token": 1}})
        with pytest.raises(LeaseLost):
            await lease.renew()


async def test_a_loader_that_was_overtaken_publishes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "STALE_S", 0.0)
    await put(database, ["a"], "old")
    given = contents(["a"], "new")
    load = load_of(given)

    async def overtake() -> None:
        await database.update_many("revisions", {"_id": "lease"}, {"$inc": {"token": 1}})

    loop = asyncio.get_running_loop()

    def read(wanted: frozenset[str]) -> Iterator[DistrictContent]:
        asyncio.run_coroutine_threadsafe(overtake(), loop).result(PATIENCE_S)
        yield from given

    with pytest.raises(LeaseLost):
        await publish(database, Load(load.hashes, read, load.files))
    # Nor has it written what it had read.
    assert len(await database.find("districts", {}, {"_id": 1})) == 1
    district = await database.find_one("districts", {"slug": "a"})
    assert district is not None
    assert district["name"]["texts"]["en"] == "old"


async def test_of_several_loaders_at_once_one_wins(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # A busy machine may keep the winner from its beat for longer than a lease lasts.
    monkeypatch.setattr(leases, "TTL_S", AN_HOUR)
    monkeypatch.setattr(leases, "STALE_S", AN_HOUR)
    districts = [f"d-{number}" for number in range(examples(quick=60, thorough=300))]
    results = await asyncio.gather(
        *(put(database, districts, f"loader-{number}") for number in range(LOADERS)), return_exceptions=True
    )
    won = [result for result in results if not isinstance(result, BaseException)]
    lost = [result for result in results if isinstance(result, LeaseHeld)]
    assert (len(won), len(lost)) == (1, LOADERS - 1)
    assert won[0].revision == 1
    marks = {document["name"]["texts"]["en"] for document in await database.find("districts", {}, {"name": 1})}
    assert len(marks) == 1
