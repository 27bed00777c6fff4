"""Flat files under load, and clients that read slowly, not at all, or leave: whole or noticeably not, in little room.

YUNSHAN_EXPORT_DISTRICTS sets of how many generated districts; five thousand take many minutes to load.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio

from api.export.workbook_download import MAX_WORKBOOK_ROWS
from loaders.documents import DistrictContent
from loaders.model.collections import REVISIONS
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from schema.export.batches import EXPORTS
from seeds.building.district import build
from seeds.format.model import District
from seeds.generate import generate
from tests.attacks.conftest import standing_by
from tests.support.attacks.raw_http import Connection, connection, request
from tests.support.data.content import load_of
from tests.support.data.generated import generated_database, template
from tests.support.servers import Server, running_server
from tests.support.waiting import PATIENCE_S, until
from tests.support.workbooks import Book

DISTRICTS = 18
IDLE = 20
MANY = int(os.environ.get("YUNSHAN_EXPORT_DISTRICTS", "100"))
# Of so many districts, metrics.xlsx has few enough rows.
BOOK = min(MANY, MAX_WORKBOOK_ROWS // 33)
FILE = "/export/metrics.jsonl"
MOST_BYTES = 200_000_000
MB = 1_000_000
# How much longer than among nobody others may wait while four files are sent; each batch of rows takes its time.
WAITS = 100
IDENTITY = {"accept-encoding": "identity"}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 + MANY)]


@cache
def bulky(count: int, seed: int = 1) -> list[DistrictContent]:
    """Districts of which the figures alone are more than any socket takes ahead of who reads it."""
    note = {"zhHans": "长" * 3_000, "en": "long " * 600 + "text"}
    found = []
    for district in generate(template(), count, seed):
        for pillar in district["pillars"]:
            for initiative in pillar["initiatives"]:
                initiative["metrics"] = [{**metric, "note": note} for metric in initiative["metrics"]]
        found.append(build(District.model_validate(district)))
    return found


@pytest_asyncio.fixture
async def loaded(database: Database) -> Database:
    await publish(database, load_of(bulky(DISTRICTS)))
    return database


@contextmanager
def serving(uri: str, settings: StoreSettings, **own: str) -> Iterator[Server]:
    with running_server({"MONGODB_URI": uri, "MONGODB_DATABASE": settings.mongodb_database, **own}) as server:
        yield server


def file_of(server: Server, file: str = FILE) -> bytes:
    response = httpx2.get(f"{server.url}{file}", timeout=300)
    assert response.status_code == 200
    return response.content


@contextmanager
def reading(server: Server, file: str = FILE) -> Iterator[Connection]:
    """A client that has asked, and that takes little at a time."""
    with connection(server, receive_buffer=16_384) as client:
        client.send(request(file, method="GET", kind=""))
        yield client


def take(client: Connection, count: int) -> bytes:
    """Read some bytes, or all there are."""
    taken = b""
    while len(taken) < count and (chunk := client.socket.recv(min(65_536, count - len(taken)))):
        taken += chunk
    return taken


def rest(client: Connection) -> bytes:
    """Read to the end, whichever that is."""
    taken = b""
    try:
        while not taken.endswith(b"\r\n0\r\n\r\n") and (chunk := client.socket.recv(65_536)):
            taken += chunk
    except ConnectionError:
        pass
    return taken


def unchunked(raw: bytes) -> tuple[bytes, bool]:
    """The body that came in chunks, and whether it has come to its end."""
    _, _, raw = raw.partition(b"\r\n\r\n")
    body = b""
    while b"\r\n" in raw:
        size, _, raw = raw.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            return body, True
        body += raw[:length]
        raw = raw[length + 2 :]
    return body, False


async def test_a_file_is_of_one_revision_while_others_are_loaded(
    loaded: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    with serving(mongodb_uri, settings, REQUEST_TIMEOUT_S="300") as server:
        before = file_of(server)
        with reading(server) as client:
            raw = await asyncio.to_thread(take, client, 200_000)
            for seed in (2, 3):
                load = asyncio.create_task(publish(loaded, load_of(bulky(DISTRICTS, seed))))
                # Some of it during each load, and much of it after both.
                raw += await asyncio.to_thread(take, client, 200_000)
                await load
            body, is_complete = unchunked(raw + await asyncio.to_thread(rest, client))
        assert is_complete
        assert body == before
        revisions = {json.loads(line)["revision"] for line in file_of(server).splitlines()}
        assert revisions == {3}


async def test_a_file_whose_revision_is_taken_away_is_broken_off(
    loaded: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    with serving(mongodb_uri, settings) as server:
        before = file_of(server)
        with reading(server) as client:
            raw = take(client, 100_000)
            await loaded.update_one(REVISIONS, {"_id": "published"}, {"$set": {"revision": 9, "floor": 9}})
            body, is_complete = unchunked(raw + await asyncio.to_thread(rest, client))
        assert not is_complete
        assert before.startswith(body)
        assert len(body) < len(before)
        figures = httpx2.get(f"{server.url}/metrics", timeout=PATIENCE_S).text
        assert 'yunshan_requests_total{operation="export metrics",outcome="REVISION_GONE"}' in figures
        assert "Traceback" not in server.log.read_text()


async def test_who_leaves_ends_the_file_and_gives_its_place_back(
    loaded: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    with serving(mongodb_uri, settings, MAX_EXPORTS="1") as server:
        for _ in range(3):
            with reading(server) as client:
                assert take(client, 50_000).startswith(b"HTTP/1.1 200")
                assert httpx2.get(f"{server.url}{FILE}", timeout=PATIENCE_S).status_code == 503
            until(lambda: httpx2.get(f"{server.url}{FILE}", timeout=300).status_code == 200)
        figures = httpx2.get(f"{server.url}/metrics", timeout=PATIENCE_S).text
        assert 'yunshan_requests_total{operation="export metrics",outcome="CLIENT_LEFT"} 3.0' in figures
        assert "Traceback" not in server.log.read_text()


async def test_who_does_not_read_is_disconnected_and_costs_little_memory(
    loaded: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    with serving(mongodb_uri, settings, MAX_EXPORTS=str(2 * IDLE), REQUEST_TIMEOUT_S="3") as server:
        file_of(server)
        before = memory(server, "VmRSS")
        left = f'yunshan_requests_total{{operation="export metrics",outcome="CLIENT_LEFT"}} {IDLE}.0'
        with ExitStack() as held:
            clients = [held.enter_context(reading(server)) for _ in range(IDLE)]
            most = before
            while left not in httpx2.get(f"{server.url}/metrics", timeout=300).text:
                most = max(most, memory(server, "VmRSS"))
                await asyncio.sleep(0.2)
            assert not any(unchunked(rest(client))[1] for client in clients)
        print(f"{IDLE} clients that don't read take {(most - before) / MB:.1f} MB")
        assert most - before < 3 * IDLE * MB
        assert file_of(server).endswith(b"}\n")


async def test_others_are_answered_while_files_are_sent(
    loaded: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    with serving(mongodb_uri, settings) as server:
        with standing_by(server) as bystander:
            idle = await asyncio.to_thread(bystander.idle)
            sizes = await asyncio.gather(*(asyncio.to_thread(drained, server, FILE, []) for _ in range(4)))
            busy = bystander.report()
        assert len(set(sizes)) == 1
        print(
            f"four files of {sizes[0][1] / MB:.0f} MB: others are answered after {idle.median_s * 1000:.1f} ms, "
            f"meanwhile {busy.mean_s * 1000:.1f} ms, at most {max(busy.seconds) * 1000:.0f} ms"
        )
        assert (idle.wrong, busy.wrong) == ([], [])
        assert busy.mean_s < WAITS * idle.median_s


@pytest.fixture
def own_settings() -> StoreSettings:
    return StoreSettings(mongodb_database=f"exports-{uuid4().hex[:8]}")


@pytest_asyncio.fixture
async def many(own_settings: StoreSettings, mongodb_uri: str) -> AsyncIterator[Database]:
    async with generated_database(mongodb_uri, MANY, own_settings) as database:
        yield database


async def test_files_of_many_districts_take_no_more_memory_than_those_of_few(
    many: Database, own_settings: StoreSettings, mongodb_uri: str
) -> None:
    with serving(mongodb_uri, own_settings) as server:
        for name in EXPORTS:
            key = "slug" if name in {"districts", "indicators", "sources"} else "district"
            few = [(f"{key}.lte", "synthetic-00010")]
            await asyncio.to_thread(drained, server, f"/export/{name}.csv", few)
        before = memory(server, "VmHWM")
        for file in ("metrics.csv", "metrics.jsonl", "awards.csv", "initiatives.csv"):
            started = time.monotonic()
            rows, size = await asyncio.to_thread(drained, server, f"/export/{file}", [])
            seconds = time.monotonic() - started
            print(f"{file}: {rows} rows, {size / MB:.1f} MB in {seconds:.1f} s")
            assert rows == MANY * {"metrics": 33, "awards": 7, "initiatives": 15}[file.partition(".")[0]]
        started = time.monotonic()
        book = await asyncio.to_thread(file_of, server, f"/export/metrics.xlsx?district.lte=synthetic-{BOOK:05}")
        assert len(Book(book).sheets["metrics"]) == 1 + BOOK * 33
        print(f"metrics.xlsx: {BOOK * 33} rows, {len(book) / MB:.1f} MB in {time.monotonic() - started:.1f} s")
        peak = memory(server, "VmHWM")
        print(f"{MANY} districts: {before / MB:.0f} MB before, at most {peak / MB:.0f} MB")
        assert peak < MOST_BYTES
        assert peak - before < 30 * MB


def drained(server: Server, file: str, parameters: list[tuple[str, str]]) -> tuple[int, int]:
    """Rows and bytes of a file, which is not kept. Headers are no rows; generated texts have no ends of lines."""
    lines = size = 0
    with httpx2.stream(
        "GET", f"{server.url}{file}", params=tuple(parameters), headers=IDENTITY, timeout=300
    ) as response:
        assert response.status_code == 200
        for chunk in response.iter_raw():
            lines += chunk.count(b"\n")
            size += len(chunk)
    return lines - file.endswith(".csv"), size


def memory(server: Server, name: str) -> int:
    """Of the server's process: VmRSS, what it has now; VmHWM, the most it had."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1]) * 1024
