"""What a load computes in several processes comes in order and is what one process gives; a lost one is told."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loaders.mongo.driver import Database
from loaders.publishing import processes
from loaders.publishing.processes import ProcessLost, compute_each
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from loaders.store.store import Store
from seeds.building.district import build
from seeds.format.model import District
from tests.support.data.content import contents, district, load_of
from tests.support.data.story import shown
from tests.support.servers import ROOT
from tests.support.waiting import until


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


@pytest.mark.slow
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


@pytest.mark.slow
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
    assert taken < 10 + 10 * processes._processes()


@pytest.mark.usefixtures("few")
def test_what_is_nested_too_deeply_to_be_sent_is_computed_here() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert [found for found, _ in compute_each(len, [([], 1), ([], 2), (deep, 3), ([1, 2], 4)])] == [0, 0, 1, 2]
    # Freed one level after the other, as freeing it whole would take a deep stack.
    while deep:
        deep = deep[0]


@pytest.mark.slow
def test_a_loader_that_is_killed_leaves_no_process(mongodb_uri: str, settings: StoreSettings, tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    lines = (json.dumps(district(f"d-{number}")) + "\n" for number in range(5_000))
    file.write_text("".join(lines), encoding="utf-8")
    place = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}
    command = [sys.executable, "-m", "seeds", "load", str(file)]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **place}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as loader:
        until(lambda: len(children_of(loader.pid)) > processes._processes(), what="its processes")
        started = children_of(loader.pid)
        loader.kill()
    until(lambda: not any(map(is_alive, started)), what="the end of its processes")


def children_of(process: int) -> list[int]:
    told = subprocess.run(["pgrep", "--parent", str(process)], capture_output=True, text=True, check=False).stdout
    return [int(child) for child in told.split()]


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.usefixtures("few")
async def test_a_load_writes_what_one_process_would_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [build(District.model_validate(district(f"d-{number}", str(number)))) for number in range(12)]
    await publish(database, load_of(given))
    in_processes = {name: await database.find(name, {}) for name in ("districts", "metrics", "search")}
    everything = await shown(database)
    for name in (
        *in_processes,
        "sources",
        "initiatives",
        "observations",
        "indicators",
        "tallies",
        "revisions",
        "numbers",
    ):
        await database.delete_many(name, {})
    monkeypatch.setattr(processes, "FEW", 1_000)
    await publish(database, load_of(given))
    assert await shown(database) == everything
    for name, documents in in_processes.items():
        again = {one["_id"]: one for one in await database.find(name, {})}
        assert {one["_id"]: one for one in documents} == again, name


@pytest.mark.slow
@pytest.mark.usefixtures("few")
async def test_a_lost_process_is_told_and_nothing_is_published(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProcessLost, match="nothing was published, run it again"):
        list(compute_each(ended, ((number, None) for number in range(20))))
    with pytest.raises(ProcessLost):
        await publish(database, load_of(contents([f"d-{number}" for number in range(9)])))
    assert (await Store(database).published()).revision == 0
