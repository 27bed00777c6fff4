"""What a load derives by difference is what everything gives, and its work grows with the change alone."""

from random import Random
from typing import Any

import pytest

from loaders.documents import DistrictContent
from loaders.model.collections import VERSIONED_COLLECTIONS
from loaders.mongo.driver import Database
from loaders.publishing import tallies
from loaders.publishing.audit import audit
from loaders.publishing.indicators import IndicatorConflict
from loaders.publishing.publish import Load, publish
from loaders.publishing.verification import VerificationFailed
from loaders.store.store import Store
from seeds.building.district import build
from seeds.format.model import District
from tests.support.data.content import district, load_of, put, text
from tests.support.thoroughness import examples

SLUGS = ["a", "a-b", "b", "c", "d"]
INDICATORS = ["cameras", "jobs", "terminals"]
SOURCES = ["almanac", "notice", "report"]
EXAMINED = 5_000
LOADS = examples(quick=7, thorough=12)


def varied(dice: Random, slug: str) -> dict[str, Any]:
    """A district with some of the shared indicators and sources; sometimes its unit is not that of others."""
    sources = sorted(dice.sample(SOURCES, dice.randint(1, 3)))
    metrics: list[dict[str, Any]] = []
    for indicator in dice.sample(INDICATORS, dice.randint(0, 3)):
        unit = dice.choice(("terminal", "terminal", "terminal", "percent"))
        for number in range(dice.randint(1, 2)):
            metric: dict[str, Any] = {
                "status": dice.choice(("NORMAL", "FORECAST")),
                "slug": f"{indicator}-{number}" if number else indicator,
                "name": text(dice.choice(("甲", "乙")), dice.choice(("One", "Two"))),
                "citations": [{"source": dice.choice(sources), "locator": "L1"}],
            }
            if number:
                metric["indicator"] = indicator
            if dice.random() < 0.7:
                metric["quantity"] = {"value": dice.randint(1, 9), "unit": unit}
            else:
                metric["rank"] = {"kind": "FIRST"}
            metrics.append(metric)
    plain = district(slug, str(dice.randint(1, 3)))
    plain["city"] = text(dice.choice(("广州", "深圳")))
    plain["pillars"][0]["initiatives"][0]["metrics"] = metrics
    plain["sources"] = [{"slug": one, "title": text("通知", one), "kind": "OTHER"} for one in sources]
    return plain


@pytest.mark.parametrize("seed", range(examples(quick=1, thorough=10)))
async def test_after_any_loads_everything_agrees_with_the_districts(database: Database, seed: int) -> None:
    dice = Random(seed)
    conflicts = 0
    for _ in range(LOADS):
        chosen = dice.sample(SLUGS, dice.randint(1, len(SLUGS)))
        given = [build(District.model_validate(varied(dice, slug))) for slug in chosen]
        try:
            await publish(database, load_of(given, prune=dice.random() < 0.3))
        except IndicatorConflict:
            conflicts += 1
        assert [one async for one in audit(database, await Store(database).published())] == []
    assert conflicts < LOADS


async def test_tallies_of_many_districts_are_counted_in_several_queries(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "SLUGS_PER_QUERY", 2)
    await put(database, SLUGS)
    await put(database, SLUGS, "changed")
    await put(database, SLUGS[:2], "changed", prune=True)
    assert [one async for one in audit(database, await Store(database).published())] == []


def with_much(slug: str, mark: str) -> DistrictContent:
    """A district with metrics of shared indicators, half of which no district has a figure of."""
    given = district(slug, mark)
    metrics = given["pillars"][0]["initiatives"][0]["metrics"]
    for number in range(10):
        more = {"slug": f"more-{number}", "name": text("更多", "More"), "citations": metrics[0]["citations"]}
        more |= {"rank": {"kind": "FIRST"}} if number % 2 else {"quantity": {"value": number, "unit": "percent"}}
        metrics.append(more)
    return build(District.model_validate(given))


@pytest.mark.parametrize("count", [200, pytest.param(2_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("fails_before", [pytest.param(False, marks=pytest.mark.slow), True])
async def test_one_changed_district_is_little_work_whatever_is_stored(
    database: Database, count: int, fails_before: bool
) -> None:
    await publish(database, load_of(with_much(f"d-{number:05d}", "old") for number in range(count)))
    if fails_before:
        given = load_of([with_much("d-00100", "failed"), with_much("d-00101", "failed")])
        with pytest.raises(VerificationFailed):
            await publish(database, Load(given.hashes, lambda wanted: [*given.read(wanted)][:1], given.files))
    await database.command({"profile": 2})
    try:
        outcome = await publish(database, load_of([with_much("d-00100", "new")]))
        assert len(outcome.difference.changed) == 1
    finally:
        await database.command({"profile": 0})
    commands = await database.find("system.profile", {"ns": {"$not": {"$regex": "system"}}})
    examined = sum(one.get("keysExamined", 0) + one.get("docsExamined", 0) for one in commands)
    await database.command({"drop": "system.profile"})
    print(f"{examined} keys and documents examined, of {count} districts")
    assert 10 < examined < EXAMINED
    dead = {"from": {"$gt": 1, "$lt": outcome.revision}}
    assert [name for name in VERSIONED_COLLECTIONS if await database.find(name, dead)] == []
    assert await database.find("numbers", {"_id": {"$type": "number"}}) == []
