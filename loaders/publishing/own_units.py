"""Derive which units the districts of a draft count by themselves; the published pointer lists them.

They stand in the pointer since every figure that is written out may need them, and they change with the revision.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Any, Final

from loaders.documents import Document
from loaders.model.collections import BY_SLUG, BY_UNIT
from loaders.mongo.driver import Database
from loaders.publishing.batches import DISTRICTS
from loaders.publishing.draft import Draft
from loaders.store.pipeline import visible

_HAS_UNITS: Final[Document] = {"units.code": {"$gt": ""}}
_UNITS: Final = {"_id": 0, "slug": 1, "units": 1}
# The pointer is read twice a second by each server; these take some hundred kilobytes.
MAX_UNITS: Final = 2_000


class TooManyUnits(Exception):
    """The districts count more kinds of things by themselves than a data set may; nothing was published."""


async def own_units_after(database: Database, draft: Draft, slugs: Set[str] | None) -> list[Document]:
    """The units of a draft by code. slugs: the districts that it changes; None to derive everything again.

    Raises TooManyUnits.
    """
    if slugs is None:
        units = await visible_own_units(database, draft.visible)
    else:
        chosen = {"slug": {"$in": sorted(slugs)}}
        known: dict[str, Any] = {unit["code"]: unit for unit in draft.published.units}
        old = await _units(database, {**chosen, **visible(draft.published)}) if known else {}
        new = await _units(database, {**chosen, **draft.visible})
        for code in old.keys() - new.keys():
            where = {"units.code": code, **draft.visible}
            others = await database.find(DISTRICTS, where, _UNITS, limit=1, hint=BY_UNIT)
            if not others:
                known.pop(code, None)
        units = sorted({**known, **new}.values(), key=_code)
    if len(units) > MAX_UNITS:
        raise TooManyUnits(f"there would be {len(units)} units beside those of the registry; at most {MAX_UNITS}")
    return units


async def visible_own_units(database: Database, seen: Document) -> list[Document]:
    """The units of all districts that a filter makes visible, by code."""
    found = database.stream(DISTRICTS, {**_HAS_UNITS, **seen}, _UNITS, hint=BY_UNIT)
    return sorted(_by_code([row async for row in found]).values(), key=_code)


async def _units(database: Database, where: Document) -> Mapping[str, Document]:
    found = database.stream(DISTRICTS, where, _UNITS, hint=BY_SLUG)
    return _by_code([row async for row in found])


def _by_code(districts: Iterable[Document]) -> dict[str, Any]:
    # Districts that share a unit define it alike.
    return {unit["code"]: unit for district in districts for unit in district.get("units", ())}


def _code(unit: Document) -> str:
    return str(unit["code"])
