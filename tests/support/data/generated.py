"""Many districts for tests: generated as the loader's own command does, and published."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from uuid import uuid4

from loaders.documents import DistrictContent
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.publish import Load, publish
from loaders.settings import StoreSettings
from seeds.building.district import build
from seeds.commands import BAIYUN
from seeds.format.model import District
from seeds.generate import generate
from seeds.inputs import Inputs, check_inputs

SEED = 20251122


@cache
def template() -> dict[str, Any]:
    """The shipped district as it is stored."""
    inputs = check_inputs([BAIYUN])
    assert isinstance(inputs, Inputs)
    with inputs:
        [content] = inputs.read(frozenset(inputs.hashes))
    return dict(content)


def generated(count: int) -> Iterator[DistrictContent]:
    """Build generated districts one after the other, the same ones each time."""
    for district in generate(template(), count, SEED):
        yield build(District.model_validate(district))


async def publish_generated(database: Database, count: int) -> None:
    """Publish generated districts in an empty database."""
    slugs = [f"synthetic-{number:05d}" for number in range(1, count + 1)]
    hashes = {slug: f"{SEED}:{slug}" for slug in slugs}
    files = [{"name": "generated.jsonl", "sha256": "0" * 64}]
    await publish(database, Load(hashes, lambda wanted: generated(count), files))  # type: ignore[arg-type]  # plain dicts


@asynccontextmanager
async def generated_database(uri: str, count: int, settings: StoreSettings | None = None) -> AsyncIterator[Database]:
    """Publish generated districts in a database of their own, dropped afterwards. settings: those that name it."""
    own = settings or StoreSettings(mongodb_database=f"generated-{uuid4().hex[:8]}")
    database = Database.open(uri, own, timeout_ms=300_000)
    await ensure_collections(database)
    await publish_generated(database, count)
    yield database
    await database.command({"dropDatabase": 1})
    await database.close()
