"""A load asks and writes the shards of the districts that it changes; what it asks every shard is written here."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from loaders.model.collections import VERSIONED_COLLECTIONS
from loaders.model.sharding import SHARD_KEYS
from loaders.mongo.driver import Database
from loaders.publishing import history
from loaders.publishing.audit import audit
from loaders.publishing.publish import Load, publish
from loaders.publishing.verification import VerificationFailed
from loaders.settings import StoreSettings
from loaders.store.store import Store
from seeds.building.district import build
from seeds.format.model import District
from tests.support.data.content import contents, district, load_of, put, text
from tests.support.shard_targets import Recorded, recorded

DIVIDED = sorted(SHARD_KEYS.keys() & VERSIONED_COLLECTIONS.keys())
# The metric that defines an indicator is the first of all districts.
DEFINITIONS = "find metrics by indicator"


@pytest_asyncio.fixture
async def shards(database: Database, settings: StoreSettings, mongodb_uri: str) -> AsyncIterator[Recorded]:
    """Three districts; the last lists a source that no other does."""
    sources = [{"slug": slug, "title": text("通知", "Notice"), "kind": "OTHER"} for slug in ("notice", "own")]
    last = build(District.model_validate(district("c", sources=sources)))
    await publish(database, load_of([*contents(["a", "b"]), last]))
    async with recorded(mongodb_uri, settings) as opened:
        yield opened


async def test_the_district_that_a_load_changes_is_named(shards: Recorded) -> None:
    await publish(shards.database, load_of(contents(["a", "new"], "changed")))
    assert shards.filters.take_scattered() == {DEFINITIONS}


async def test_the_district_that_a_load_removes_is_named(shards: Recorded) -> None:
    await publish(shards.database, load_of(contents(["a", "b"]), prune=True))
    assert shards.filters.take_scattered() == {
        DEFINITIONS,
        # What the load lacks is found by comparing it with everything.
        "find districts by from, to",
        # Whether another district has a figure of the indicator, and lists the source.
        "find observations by district, indicator, quantity.unit",
        "find sources by district, slug",
    }


async def test_what_a_load_left_that_failed_is_deleted_where_it_wrote(shards: Recorded) -> None:
    given = load_of(contents(["a", "b"], "failed"))
    with pytest.raises(VerificationFailed):
        await publish(shards.database, Load(given.hashes, lambda wanted: [*given.read(wanted)][:1], given.files))
    shards.filters.take()
    await publish(shards.database, load_of(contents(["a"], "changed")))
    # A loader that was paused may have ended versions of any district.
    assert shards.filters.take_scattered() == {DEFINITIONS, *(f"update {name} by to" for name in DIVIDED)}


async def test_superseded_versions_are_removed_from_every_shard(
    shards: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(shards.database, ["a"], "changed")
    shards.filters.take()
    monkeypatch.setattr(history, "READER_GRACE", timedelta(0))
    await put(shards.database, ["a"], "changed")
    assert shards.filters.take_scattered() == {
        "aggregate districts by to",
        *(f"delete {name} by to" for name in DIVIDED),
    }


async def test_an_audit_reads_everything_but_the_rows_district_by_district(shards: Recorded) -> None:
    assert [one async for one in audit(shards.database, await Store(shards.database).published())] == []
    parts = shards.filters.take()
    assert {str(part) for part in parts if not part.is_targeted} == {
        "find districts by from, to",
        "aggregate sources by district",
        *(f"aggregate {name} by from, to" for name in DIVIDED),
    }
    named = [part.where["district"] for part in parts if part.verb == "find" and "district" in part.where]
    assert [named.count(slug) for slug in ("a", "b", "c")] == [6, 6, 6]
