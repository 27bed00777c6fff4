"""Check that districts agree on shared sources and indicators, and on the kind of unit of each indicator.

`Agreement` compares the districts of one load with each other; `disagreements` compares them with published districts
that are not in the load. Indicators that a metric defines by itself are defaults, and are not compared.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from loaders.documents import Document
from loaders.model.collections import BY_SLUG
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.store.pipeline import visible
from loaders.values.comparison import find_differences
from loaders.values.units import kind_of_unit, names_by_language
from seeds.export import seed_item
from seeds.format.checks import observations_of
from seeds.format.model import District, Indicator, Source
from seeds.format.problems import FieldPath, Problem, shown
from seeds.format.reader import Location, Record, read_file
from seeds.format.shared import NAMES as SHARED

_SOURCES: Final = "sources"
_INDICATORS: Final = "indicators"
_UNITS: Final = "measured in"
_OWN_UNITS: Final = "units"
PARENTS: Final = "parents"
_BY_INDICATOR: Final = "by_indicator"
_METRICS_AT_FIRST: Final = 8
_DEFINED: Final = dict.fromkeys(("id", "slug", "district", "indicator", "name", "indicators"), 1)
_KIND_NAMES: Final = {_SOURCES: "source", _INDICATORS: "indicator", _OWN_UNITS: "unit"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A district's definition of a shared object, in the format of seed files. path: its place in the district."""

    district: str
    path: FieldPath
    stated: Any


# By kind (`_SOURCES`, `_INDICATORS`, `_UNITS`, `_OWN_UNITS` or `PARENTS`, by the part) and slug.
Statements: TypeAlias = dict[tuple[str, str], Statement]
# Kind, slug, and what is said.
Shared: TypeAlias = tuple[str, str, Statement]


class Agreement:
    """Checks the districts of one load: slugs must be unique, and shared objects equal."""

    def __init__(self) -> None:
        self.statements: Statements = {}
        self._places: dict[str, Location] = {}

    def check_slug(self, location: Location, slug: str) -> Iterator[Problem]:
        """Yield a problem if a district before has the slug."""
        first = self._places.setdefault(slug, location)
        if first is not location:
            yield location.problem(("slug",), f"district {slug!r} is also at {first}; keep one of them")

    def check(self, location: Location, slug: str, statements: Iterable[Shared]) -> Iterator[Problem]:
        """Yield the problems of a district with those before it. statements: as of `statements_of`."""
        yield from self.check_slug(location, slug)
        for kind, slug, statement in statements:
            known = self.statements.setdefault((kind, slug), statement)
            if _differ(kind, known.stated, statement.stated):
                yield location.problem(
                    statement.path, _difference_message(kind, slug, known, self._places[known.district])
                )


def statements_of(district: District) -> Iterator[Shared]:
    """What a district says of things that others may share, and of its parent."""
    if district.parent:
        yield PARENTS, district.slug, Statement(district.slug, ("parent",), district.parent)
    shared: tuple[tuple[str, Sequence[Source | Indicator]], ...] = (
        (_SOURCES, district.sources),
        (_INDICATORS, district.indicators),
    )
    for kind, things in shared:
        for index, thing in enumerate(things):
            stated = thing.model_dump(by_alias=True, exclude_none=True)
            if day := stated.pop("publishedOn", None):
                stated["published"] = day
            # Which copy an editor has kept is not published.
            stated.pop("keptText", None)
            if isinstance(thing, Indicator):
                stated = {key: value for key, value in stated.items() if key != "units"} | _units_stated(thing)
            yield kind, thing.slug, Statement(district.slug, (kind, index), stated)
    for index, unit in enumerate(district.units):
        yield _OWN_UNITS, unit.code, Statement(district.slug, (_OWN_UNITS, index), unit.model_dump())
    for path, metric, observation in observations_of(district):
        if observation.quantity:
            place = (*path, "quantity", "unit")
            yield _UNITS, metric.indicator or metric.slug, Statement(district.slug, place, observation.quantity.unit)


def _units_stated(indicator: Indicator) -> dict[str, Any]:
    """A unit or units as an export writes them: one as `unit`."""
    units = indicator.all_units
    return {"units": units} if len(units) > 1 else {"unit": units[0]} if units else {}


def _differ(kind: str, one: Any, other: Any) -> bool:
    return bool(kind_of_unit(one) != kind_of_unit(other) if kind == _UNITS else one != other)


def _difference_message(kind: str, slug: str, known: Statement, place: Location) -> str:
    if kind == _UNITS:
        return (
            f"indicator {slug!r} is measured in {known.stated!r} at {place}; one indicator has one unit, or several "
            "currencies: use it here, or give this metric an indicator of its own"
        )
    return f"{slug!r} is described differently at {place}; describe it the same way, or give it a slug of its own"


async def disagreements(
    database: Database,
    statements: Statements,
    districts: Iterable[str],
    paths: Sequence[Path],
    published: Published,
) -> list[Problem]:
    """Find where a load disagrees with published districts that are not among its changes.

    districts: those that the load may change or remove. paths: its files, which are read again to find the lines.
    """
    others = {"district": {"$nin": [None, *sorted(districts)]}, **visible(published)}
    found: list[tuple[Statement, FieldPath, str]] = []
    for (kind, slug), statement in statements.items():
        if kind == PARENTS:
            continue
        # Published districts agree with each other, so one of them speaks for all.
        for first in await _QUERIES[kind](database, slug, statement.stated, others):
            found += _conflicts(kind, statement, slug, first)
    return list(located(found, paths)) if found else []


def _conflicts(
    kind: str, statement: Statement, slug: str, first: Document
) -> Iterator[tuple[Statement, FieldPath, str]]:
    if kind == _UNITS:
        if _differ(kind, first["stated"], statement.stated):
            yield statement, statement.path, _unit_message(statement, slug, first)
        return
    published_item = first["stated"] if kind == _OWN_UNITS else seed_item(first["stated"])
    for path, published, stated in find_differences(published_item, statement.stated):
        yield statement, (*statement.path, *path), _value_message(kind, slug, statement, first, published, stated)


def _unit_message(statement: Statement, slug: str, first: Document) -> str:
    return (
        f"district {statement.district!r} measures indicator {slug!r} in {statement.stated!r}, and the published "
        f"district {first['district']!r} in {first['stated']!r}; one indicator has one unit, or several "
        f"currencies: use {first['stated']!r}, load both districts together, "
        "or give this metric an indicator of its own"
    )


def _value_message(kind: str, slug: str, statement: Statement, first: Document, published: Any, stated: Any) -> str:
    right = "leave it out" if published is None else f"write {_brief(published)}"
    return (
        f"district {statement.district!r} says {_brief(stated)} of {_KIND_NAMES[kind]} {slug!r}, and the published "
        f"district {first['district']!r} says {_brief(published)}; {right}, load both districts "
        f"together, or give this {_KIND_NAMES[kind]} a slug of its own"
    )


def _brief(value: Any) -> str:
    if value is None:
        return "nothing"
    return shown(value if isinstance(value, str) else ", ".join(f"{key}: {one}" for key, one in value.items()))


def located(found: Sequence[tuple[Statement, FieldPath, str]], paths: Sequence[Path]) -> Iterator[Problem]:
    """The problems of statements, with their lines in the files."""
    locations = {
        item.value["slug"]: item.location
        for path in paths
        if path.name not in SHARED
        for item in read_file(path)
        if isinstance(item, Record)
    }
    for statement, path, message in found:
        yield locations[statement.district].problem(path, message)


async def _of_source(database: Database, slug: str, _: Any, others: Document) -> list[Document]:
    # The newest first: they are visible, while old versions may wait to be removed.
    rows = await database.find("sources", {"slug": slug, **others}, order=[("from", -1)], limit=1, hint=BY_SLUG)
    return [{"district": row["district"], "stated": row} for row in rows]


async def _of_unit(database: Database, slug: str, stated: Any, others: Document) -> list[Document]:
    seen = {key: others[key] for key in others if key != "district"}
    indicators = await database.find("indicators", {"slug": slug, **seen}, {"unit": 1, "units": 1}, limit=1)
    # A release that knew of one unit stored that alone; several are of one kind.
    units = [unit for row in indicators for unit in row.get("units") or (row["unit"],) if unit is not None]
    if not units or not _differ(_UNITS, units[0], stated):
        return []
    where = {"indicator": slug, "quantity.unit": {"$ne": None}, **others}
    rows = await database.find("observations", where, limit=1, order=[("id", 1)], hint=_BY_INDICATOR)
    return [{"district": row["district"], "stated": row["quantity"]["unit"]} for row in rows]


async def _of_indicator(database: Database, slug: str, _: Any, others: Document) -> list[Document]:
    """Leave out districts in which a metric defines the indicator by itself."""
    after, limit = "", _METRICS_AT_FIRST
    # A district with all its metrics about the indicator; they are neighbours in the order of ids.
    last: list[Document] = []
    while True:
        where = {"indicator": slug, "id": {"$gt": after}, **others}
        rows = await database.find("metrics", where, _DEFINED, order=[("id", 1)], limit=limit, hint=_BY_INDICATOR)
        for row in rows:
            if last and last[0]["district"] != row["district"]:
                if not any(map(_defines_by_itself, last)):
                    return [_stated(last[0])]
                last = []
            last.append(row)
        if len(rows) < limit:
            return [] if not last or any(map(_defines_by_itself, last)) else [_stated(last[0])]
        after, limit = rows[-1]["id"], limit * 4


def _stated(row: Document) -> Document:
    return {"district": row["district"], "stated": row["indicators"][0]}


def _defines_by_itself(row: Document) -> bool:
    [indicator, *_] = row["indicators"]
    # Only these keys are compared, because a metric's name also has sort keys.
    is_same = all(row["name"][key] == indicator["name"][key] for key in ("master", "texts"))
    says_more = any(indicator.get(key) for key in ("definition", "period_type", "part_of", "direction"))
    is_of_several_units = len(indicator.get("units", ())) > 1
    return row["slug"] == row["indicator"] and is_same and not says_more and not is_of_several_units


async def _of_own_unit(database: Database, code: str, _: Any, others: Document) -> list[Document]:
    seen = {("slug" if key == "district" else key): value for key, value in others.items()}
    found = await database.find("districts", {"units.code": code, **seen}, {"slug": 1, "units": 1}, limit=1)
    return [
        {"district": row["slug"], "stated": {"code": code, "names": names_by_language(unit)}}
        for row in found
        for unit in row["units"]
        if unit["code"] == code
    ]


_Query: TypeAlias = Callable[[Database, str, Any, Document], Awaitable[list[Document]]]
_QUERIES: Final[Mapping[str, _Query]] = {
    **{_SOURCES: _of_source, _INDICATORS: _of_indicator, _UNITS: _of_unit, _OWN_UNITS: _of_own_unit}
}
