"""What the driver tells about itself: connections are counted."""

import asyncio

from loaders.driver import Database
from loaders.listening import Pool
from loaders.settings import StoreSettings

SLOW = {"$expr": {"$function": {"body": "function() { sleep(200); return true; }", "args": [], "lang": "js"}}}


async def test_connections_are_counted_while_they_are_used_and_waited_for(
    database: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    await database.insert_many("things", [{"_id": 1}])
    pool = Pool()
    small = settings.model_copy(update={"mongodb_max_pool_size": 2})
    counted = Database.open(mongodb_uri, small, listeners=[pool], timeout_ms=20_000)
    assert (pool.open, pool.checked_out, pool.waiting) == (0, 0, 0)
    tasks = [asyncio.create_task(counted.find_one("things", SLOW)) for _ in range(5)]
    seen = set()
    while not all(task.done() for task in tasks):
        seen.add((pool.open, pool.checked_out, pool.waiting))
        await asyncio.sleep(0.01)
    await asyncio.gather(*tasks)
    assert (2, 2, 3) in seen
    assert (pool.open, pool.checked_out, pool.waiting) == (2, 0, 0)
    counted.close()
    assert (pool.open, pool.checked_out, pool.waiting) == (0, 0, 0)
