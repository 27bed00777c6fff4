"""Compare everything that is derived from the published districts with them: rows, search, indicators, counts."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from loaders.documents import District, Document
from loaders.model.collections import BY_DISTRICT, BY_SLUG, COUNT_FIELDS, COUNTED_ROWS, REVISIONS, ROW_COLLECTIONS
from loaders.model.read_models import DERIVATION, derive_rows, search_entry
from loaders.model.revisions import Published
from loaders.model.tallies import TALLIES
from loaders.mongo.driver import Database
from loaders.publishing.batches import DISTRICTS
from loaders.publishing.indicators import content_of, measured_indicators, shared_sources
from loaders.publishing.own_units import visible_own_units
from loaders.publishing.tallies import counted_tallies
from loaders.store.pipeline import visible


@dataclass(frozen=True, slots=True)
class Finding:
    """Something stored that differs from what the published districts give.

    district: the slug of the district to publish again; None for what districts share.
    """

    district: str | None
    message: str


async def audit(database: Database, published: Published) -> AsyncIterator[Finding]:
    """Yield each difference between what is stored and what the districts of a revision give."""
    if published.revision and published.derivation < DERIVATION:
        yield Finding(None, f"revision {published.revision} was derived by an older release, at least in part")
    slugs: set[str] = set()
    totals: Counter[str] = Counter()
    districts = database.stream(DISTRICTS, visible(published), order=[("slug", 1)], hint=BY_SLUG)
    async for document in districts:
        slug = document["slug"]
        if slug in slugs:
            yield Finding(slug, f"{slug}: more than one version is visible")
        slugs.add(slug)
        if not document.keys() >= set(COUNT_FIELDS):
            yield Finding(slug, f"{slug}: an older release stored it in another form")
            continue
        derived = derive_rows(cast(District, document))
        totals.update({"districts": 1, "pillars": len(document["pillars"])})
        totals.update({name: len(derived[name]) for name in COUNTED_ROWS})
        async for finding in _audit_rows(database, published, slug, derived):
            yield finding
    for name in ROW_COLLECTIONS:
        groups = await database.aggregate(name, [{"$match": visible(published)}, {"$group": {"_id": "$district"}}])
        for slug in sorted({row["_id"] for row in groups if row["_id"] is not None} - slugs):
            yield Finding(slug, f"{slug}: {name} has rows of a district that is not published")
    async for finding in _audit_shared(database, published):
        yield finding
    record = await database.find_one(REVISIONS, {"_id": published.revision})
    totals["sources"] = len(await shared_sources(database, visible(published)))
    totals["indicators"] = len(await measured_indicators(database, visible(published)))
    if published.revision and (record is None or record["counts"] != totals):
        yield Finding(None, f"the record of revision {published.revision} has other totals than its districts")


async def _audit_rows(
    database: Database, published: Published, slug: str, derived: Mapping[str, list[Document]]
) -> AsyncIterator[Finding]:
    for name, expected in derived.items():
        stored = await database.find(name, {"district": slug, **visible(published)}, hint=BY_DISTRICT)
        if difference := _difference(expected, stored):
            yield Finding(slug, f"{slug}: {name} {difference}")


async def _audit_shared(database: Database, published: Published) -> AsyncIterator[Finding]:
    indicators = await measured_indicators(database, visible(published))
    stored = await database.find("indicators", visible(published))
    if difference := _difference(indicators, stored):
        yield Finding(None, f"indicators {difference}")
    sources = await shared_sources(database, visible(published))
    stored = await database.find("sources", {"district": None, **visible(published)})
    if difference := _difference(sources, stored):
        yield Finding(None, f"sources {difference}")
    shared = [*indicators, *sources]
    entries = await database.find("search", {"district": None, **visible(published)})
    if difference := _difference([search_entry([item], None) for item in shared], entries):
        yield Finding(None, f"search entries of indicators and sources {difference}")
    units = await visible_own_units(database, visible(published))
    if units != list(published.units):
        yield Finding(None, "the units that districts count by themselves differ from those of the published pointer")
    tallies = await counted_tallies(database, visible(published))
    if difference := _difference(tallies, await database.find(TALLIES, visible(published))):
        yield Finding(None, f"tallies {difference}")


def _difference(expected: Iterable[Document], stored: Iterable[Document]) -> str:
    """What distinguishes stored rows from expected ones, in words; empty if nothing does."""
    wanted = sorted((content_of(row) for row in expected), key=_identity)
    found = sorted((content_of(row) for row in stored), key=_identity)
    if wanted == found:
        return ""
    names, stored_names = [_identity(row) for row in wanted], [_identity(row) for row in found]
    if missing := sorted({*names} - {*stored_names}):
        return f"lack {len(missing)}, such as {missing[0]}"
    if len(names) < len(stored_names):
        surplus = next(name for name in stored_names if stored_names.count(name) > names.count(name))
        return f"have {len(stored_names) - len(names)} too many, such as {surplus}"
    different = [_identity(row) for row, other in zip(wanted, found, strict=True) if row != other]
    return f"differ in {len(different)}, such as {different[0]}"


def _identity(row: Document) -> str:
    return str(row.get("id") or row["slug"])
