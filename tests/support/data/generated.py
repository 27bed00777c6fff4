"""Many districts for tests: generated as the loader's own command does, and published."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from loaders.documents import DistrictContent
from loaders.mongo.driver import Database
from loaders.publishing.publish import Load, publish
from seeds.build import build
from seeds.commands import SHIPPED
from seeds.format.model import District
from seeds.generate import generate
from seeds.inputs import Inputs, check_inputs

SEED = 20251122


@cache
def template() -> dict[str, Any]:
    """The shipped district as it is stored."""
    inputs = check_inputs(SHIPPED)
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
