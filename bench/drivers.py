"""Compare motor with PyMongo's own client: the same reads through `loaders.mongo.driver`, in alternation."""

import time
from asyncio import gather
from collections.abc import Awaitable, Callable, Mapping
from statistics import median
from typing import Any, Final, get_args

import uvloop

from bench.reporting.report import table
from bench.staging.stage import Stage
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.settings import Driver, StoreSettings
from loaders.store.fetch import Fetch, SortKey
from loaders.store.store import Store

DATABASE: Final = "driven"
ROUNDS: Final = 7
AT_ONCE: Final = 8
# How often in a row, so that a round takes long enough to be measured.
TIMES: Final[Mapping[str, int]] = {"small read": 100, "page of 50 documents": 2, "1,000 rows": 2}

Read = Callable[[Store, int], Awaitable[object]]
_SLUG: Final = SortKey("slug")
READS: Final[Mapping[str, Read]] = {
    "small read": lambda store, revision: store.revision(revision),
    "page of 50 documents": lambda store, revision: store.fetch(
        Fetch("districts", order=(_SLUG,), limit=50), Published(revision, 0)
    ),
    "1,000 rows": lambda store, revision: store.fetch(
        Fetch("metrics", order=(SortKey("id"),), limit=1_000), Published(revision, 0)
    ),
}


def measure_drivers(stage: Stage, districts: int) -> dict[str, Any]:
    """Read in each way with each driver, one after the other and eight at once.

    Returns medians in milliseconds a read: alone (elapsed), together (elapsed), and processor time of this process.
    """
    stage.load(DATABASE, districts)
    return uvloop.run(_measure(stage.uri))


def drivers_table(results: Mapping[str, Any]) -> str:
    """The figures, a row a kind of read and driver."""
    head = ["", "alone, ms", f"{AT_ONCE} at once, ms each", "processor time, ms"]
    rows = [
        [f"{read}, {driver}", *(f"{found[which]:.2f}" for which in ("alone", "together", "processor"))]
        for read, by_driver in results.items()
        for driver, found in by_driver.items()
    ]
    return table(head, rows)


async def _measure(uri: str) -> dict[str, Any]:
    drivers: tuple[Driver, ...] = get_args(Driver)
    databases = {
        driver: Database.open(uri, StoreSettings(mongodb_database=DATABASE, mongodb_driver=driver), timeout_ms=60_000)
        for driver in drivers
    }
    stores = {driver: Store(database) for driver, database in databases.items()}
    seen: dict[str, dict[str, list[dict[str, float]]]] = {read: {one: [] for one in drivers} for read in READS}
    for _ in range(ROUNDS):
        for read, run in READS.items():
            for driver, store in stores.items():
                revision = (await store.published()).revision
                seen[read][driver].append(await _round(run, store, revision, TIMES[read]))
    for database in databases.values():
        await database.close()
    return {
        read: {
            driver: {which: median(one[which] for one in rounds) for which in rounds[0]}
            for driver, rounds in by_driver.items()
        }
        for read, by_driver in seen.items()
    }


async def _round(run: Read, store: Store, revision: int, times: int) -> dict[str, float]:
    began, worked = time.perf_counter(), time.process_time()
    for _ in range(times):
        await run(store, revision)
    alone = time.perf_counter() - began
    processor = time.process_time() - worked
    began = time.perf_counter()
    await gather(*(_repeat(run, store, revision, times) for _ in range(AT_ONCE)))
    together = time.perf_counter() - began
    return {
        "alone": 1000 * alone / times,
        "together": 1000 * together / times / AT_ONCE,
        "processor": 1000 * processor / times,
    }


async def _repeat(run: Read, store: Store, revision: int, times: int) -> None:
    for _ in range(times):
        await run(store, revision)
