"""What a load computes in several processes comes in order and is what one process gives; a lost one is told."""

import os
import signal
from collections.abc import Iterator

import pytest

from loaders.mongo.driver import Database
from loaders.publishing import processes
from loaders.publishing.processes import ProcessLost, compute_each
from loaders.publishing.publish import publish
from loaders.store.store import Store
from seeds.build import build
from seeds.format.model import District
from tests.support.data.content import contents, district, load_of
from tests.support.data.story import shown


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From the third on, all is computed in processes; they end with the test."""
    monkeypatch.setattr(processes, "FEW", 2)
    yield
    processes._pool().shutdown()
    processes._pool.cache_clear()


def doubled(number: int) -> tuple[int, int]:
    return 2 * number, os.getpid()


def ended(number: int) -> int:
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.usefixtures("few")
def test_results_come_in_order_with_what_stands_beside_them() -> None:
    given = [(None if number % 7 == 3 else number, f"beside {number}") for number in range(60)]
    found = list(compute_each(doubled, given))
    assert [beside for _, beside in found] == [beside for _, beside in given]
    for (number, _), (result, _) in zip(given, found, strict=True):
        assert (result is None) == (number is None)
        assert result is None or number is None or result[0] == 2 * number
    places = [result[1] for result, _ in found if result]
    assert places[:2] == [os.getpid()] * 2
    assert os.getpid() not in places[2:]


@pytest.mark.usefixtures("few")
def test_few_are_under_way_at_a_time() -> None:
    taken = 0

    def given() -> Iterator[tuple[int, None]]:
        nonlocal taken
        for number in range(200):
            taken += 1
            yield number, None

    results = compute_each(doubled, given())
    for _ in range(10):
        next(results)
    assert taken < 10 + 10 * processes._processors()


@pytest.mark.usefixtures("few")
async def test_a_load_writes_what_one_process_would_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [build(District.model_validate(district(f"d-{number}", str(number)))) for number in range(12)]
    await publish(database, load_of(given))
    in_processes = {name: await database.find(name, {}) for name in ("districts", "metrics", "search")}
    everything = await shown(database)
    for name in (*in_processes, "sources", "initiatives", "indicators", "tallies", "revisions", "numbers"):
        await database.delete_many(name, {})
    monkeypatch.setattr(processes, "FEW", 1_000)
    await publish(database, load_of(given))
    assert await shown(database) == everything
    for name, documents in in_processes.items():
        again = {one["_id"]: one for one in await database.find(name, {})}
        assert {one["_id"]: one for one in documents} == again, name


@pytest.mark.usefixtures("few")
async def test_a_lost_process_is_told_and_nothing_is_published(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProcessLost, match="nothing was published, run it again"):
        list(compute_each(ended, ((number, None) for number in range(20))))
    with pytest.raises(ProcessLost):
        await publish(database, load_of(contents([f"d-{number}" for number in range(9)])))
    assert (await Store(database).published()).revision == 0
