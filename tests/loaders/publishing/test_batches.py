"""What a load writes is cut into batches; one is built while another is written, and no more are held."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from loaders.documents import DistrictContent
from loaders.errors import StoreConflict
from loaders.mongo.driver import Database
from loaders.publishing import publish as publishing
from loaders.publishing.batches import Batch, build_batches, prefetch_batches
from loaders.publishing.publish import publish
from tests.support.data.content import contents, load_of
from tests.support.waiting import until_async

SLUGS = [f"d-{number:03d}" for number in range(60)]


def test_a_batch_has_whole_districts_with_their_rows() -> None:
    given = contents(["a", "b", "c"])
    batches = list(build_batches(given, load_of(given).hashes, 7, max_bytes=4_000))
    ids = [[district["_id"] for district in batch.documents["districts"]] for batch in batches]
    assert ids == [["a@7", "b@7"], ["c@7"]]
    for batch in batches:
        documents = batch.documents
        slugs = [district["slug"] for district in documents["districts"]]
        assert batch.hashes == {district["slug"]: district["hash"] for district in documents["districts"]}
        for name in ("sources", "initiatives", "metrics", "observations"):
            assert [row["district"] for row in documents[name]] == slugs
        assert {row["district"] for row in documents["search"]} == set(slugs)
        assert documents["awards"] == []
        assert batch.rows == {name: Counter(row["district"] for row in documents[name]) for name in batch.rows}
        assert batch.rows.keys() == {"sources", "initiatives", "metrics", "observations", "search"}


async def test_while_a_batch_is_in_use_the_next_one_is_built_and_no_other() -> None:
    built: list[Batch] = []

    def batches() -> Iterator[Batch]:
        for number in range(5):
            built.append({"districts": [{"slug": number}]})
            yield built[-1]

    def have_been_built(least: int) -> bool:
        return len(built) >= least

    used = 0
    async with aclosing(prefetch_batches(batches())) as ahead:
        async for batch in ahead:
            used += 1
            assert batch is built[used - 1]
            ahead_of_it = min(used + 1, 5)
            await until_async(partial(have_been_built, ahead_of_it))
            # Time enough for one more, which is not to be built.
            await asyncio.sleep(0.02)
            assert len(built) == ahead_of_it
    assert used == 5


async def test_a_load_holds_no_more_districts_than_two_batches_have(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "BATCH_BYTES", 10_000)
    given, written, held = contents(SLUGS), [0], []

    def read(wanted: frozenset[str]) -> Iterator[DistrictContent]:
        for number, content in enumerate(given):
            held.append(number - written[-1])
            yield content

    load = replace(load_of(given), read=read, progress=lambda done, total: written.append(done))
    await publish(database, load)
    largest = max(after - before for before, after in pairwise(written))
    assert written[-1] == len(SLUGS)
    assert largest < len(SLUGS) / 5
    assert max(held) < 2 * largest


async def test_when_a_load_fails_nothing_is_read_any_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "BATCH_BYTES", 1)
    given: list[Any] = [*contents(["a", "b", "c"])]
    damaged = [{**given[0], "metric_count": "one"}, *given[1:]]
    reading = False

    def read(wanted: frozenset[str]) -> Iterator[DistrictContent]:
        nonlocal reading
        for content in damaged:
            reading = True
            time.sleep(0.2)
            reading = False
            yield content

    with pytest.raises(StoreConflict):
        await publish(database, replace(load_of(given), read=read))
    assert not reading
