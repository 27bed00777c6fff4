"""A server under mixed load for as long as one has patience: nothing fails, and it takes no more and more memory.

YUNSHAN_SOAK_MINUTES sets how long; without it, this is left out. docs/engineering/reliability.md has the
figures of twenty minutes.
"""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from time import monotonic

import httpx2
import pytest

from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from tests.support.data.content import contents, load_of
from tests.support.servers import Server, running_server

MINUTES = float(os.environ.get("YUNSHAN_SOAK_MINUTES", "0"))
SLUGS = [f"d-{number:03d}" for number in range(100)]
READERS, LEAVING = 4, 2
LOAD_EVERY_S, LOOK_EVERY_S = 20.0, 5.0
# What is kept is soon as much as may be.
CACHE_BYTES = 16_777_216
GROWTH = 1.05

PAGE = """
query Page($first: Int!, $after: String) {
  districts(first: $first, where: { slug: { gt: $after } }) {
    totalCount
    nodes { slug name { en zhHans } pillars { initiatives { name { en } metrics { quantity { value } } } } }
  }
}
"""
ONE = "query One($slug: String!) { district(slug: $slug) { slug name { en } } }"
SEARCH = "query Search($text: String!) { search(text: $text, first: 5) { totalCount } }"
REFUSED = ("{ nothing }", "{", "query ($n: Int!) { districts(first: $n) { totalCount } }")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(MINUTES == 0, reason="YUNSHAN_SOAK_MINUTES is not set"),
]


@dataclass
class Seen:
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    left: int = 0
    loads: int = 0
    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)


def question(random: Random, number: int) -> tuple[str, dict[str, object], bool]:
    """A question, its variables, and whether it is right: new ones, ones that were asked before, and wrong ones."""
    match random.randrange(10):
        case 0:
            return f"{random.choice(REFUSED)} # {number}", {}, False
        case 1 | 2 | 3:
            return ONE, {"slug": random.choice(SLUGS)}, True
        case 4:
            return SEARCH, {"text": f"mark {number}"}, True
        case 5:
            return f'query Q{number} {{ district(slug: "d-001") {{ name {{ en }} }} }}', {}, True
        case _:
            return PAGE, {"first": random.randrange(1, 30), "after": f"d-{random.randrange(100):03d}"}, True


async def read(server: Server, seen: Seen, random: Random, numbers: "count[int]") -> None:
    async with httpx2.AsyncClient(timeout=30) as client:
        for number in numbers:
            query, variables, is_right = question(random, number)
            asked = monotonic()
            response = await client.post(f"{server.url}/graphql", json={"query": query, "variables": variables})
            seen.seconds.append(monotonic() - asked)
            if response.status_code != 200 or ("errors" in response.json()) == is_right:
                seen.faults.append(f"{response.status_code} {response.text[:200]}")


async def leave(server: Server, seen: Seen, random: Random, numbers: "count[int]") -> None:
    """Ask, and close the connection before the answer, mostly."""
    for number in numbers:
        async with httpx2.AsyncClient(timeout=random.uniform(0.001, 0.01)) as client:
            with suppress(httpx2.TransportError):
                await client.post(
                    f"{server.url}/graphql", json={"query": PAGE + f"# {number}", "variables": {"first": 29}}
                )
                continue
        seen.left += 1
        await asyncio.sleep(0.02)


async def load(database: Database, seen: Seen) -> None:
    for number in count(2):
        await asyncio.sleep(LOAD_EVERY_S)
        await publish(database, load_of(contents(SLUGS, f"mark {number}")))
        seen.loads += 1


def resident_mb(process_id: int) -> int:
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) // 1024


def open_files(process_id: int) -> int:
    return sum(1 for _ in Path(f"/proc/{process_id}/fd").iterdir())


async def look(process_id: int, seen: Seen) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        seen.memory.append(resident_mb(process_id))
        seen.files.append(open_files(process_id))


@pytest.mark.timeout(120 + 60 * MINUTES)
async def test_memory_is_flat_and_nothing_fails(mongodb_uri: str, settings: StoreSettings) -> None:
    database = Database.open(mongodb_uri, settings, timeout_ms=60_000)
    await ensure_collections(database)
    await publish(database, load_of(contents(SLUGS, "mark 1")))
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": settings.mongodb_database,
        "RESPONSE_CACHE_BYTES": str(CACHE_BYTES),
    }
    seen, random, numbers = Seen(), Random(20), count()
    with running_server(environment) as server:
        work = [
            *(read(server, seen, random, numbers) for _ in range(READERS)),
            *(leave(server, seen, random, numbers) for _ in range(LEAVING)),
            load(database, seen),
            look(server.process.pid, seen),
        ]
        tasks = [asyncio.create_task(each) for each in work]
        done, _ = await asyncio.wait(tasks, timeout=60 * MINUTES, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert not done, ended
        assert "Traceback" not in server.log.read_text()
    await database.close()
    quarter = len(seen.memory) // 4
    quarters = [round(median(seen.memory[part * quarter :][:quarter])) for part in range(4)]
    slow = sorted(seen.seconds)
    print(
        f"{MINUTES:g} minutes: {len(slow)} requests, {len(seen.faults)} failed; median {median(slow) * 1000:.1f} ms, "
        f"99 % {slow[int(len(slow) * 0.99)] * 1000:.1f} ms, worst {slow[-1] * 1000:.0f} ms; {seen.left} clients "
        f"left, {seen.loads} loads; MB of memory by quarters {quarters}, at most {max(seen.memory)}; "
        f"open files {seen.files[0]} to {max(seen.files)}"
    )
    assert seen.faults == []
    assert quarters[3] <= GROWTH * quarters[1]
