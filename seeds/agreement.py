"""Check that districts agree on shared sources and indicators, and on the unit of each indicator.

`Agreement` compares the districts of one load with each other; `disagreements` compares them with published districts
that are not in the load. Indicators that a metric defines by itself are defaults, and are not compared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from loaders.documents import Document
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.store.pipeline import visible
from loaders.values.comparison import find_differences
from seeds.export import seed_item
from seeds.format.checks import metrics_of
from seeds.format.model import District, Indicator, Source
from seeds.format.problems import FieldPath, Problem, shown
from seeds.format.reader import Location, Record, read_file

_SOURCES: Final = "sources"
_INDICATORS: Final = "indicators"
_UNITS: Final = "units"
# The number of slugs in one query.
_SLUGS_PER_QUERY: Final = 1_000
_KIND_NAMES: Final = {_SOURCES: "source", _INDICATORS: "indicator"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A district's definition of a shared object, in the format of seed files. path: its place in the district."""

    district: str
    path: FieldPath
    stated: Any


# By kind (`_SOURCES`, `_INDICATORS` or `_UNITS`) and slug.
Statements: TypeAlias = dict[tuple[str, str], Statement]


class Agreement:
    """Checks the districts of one load: slugs must be unique, and shared objects equal."""

    def __init__(self) -> None:
        self.statements: Statements = {}
        self._places: dict[str, Location] = {}

    def check(self, location: Location, district: District) -> Iterator[Problem]:
        """Yield the problems of a district with those before it."""
        first = self._places.setdefault(district.slug, location)
        if first is not location:
            yield location.problem(("slug",), f"district {district.slug!r} is also at {first}; keep one of them")
        for kind, slug, statement in _statements(district):
            known = self.statements.setdefault((kind, slug), statement)
            if known.stated != statement.stated:
                yield location.problem(
                    statement.path, _difference_message(kind, slug, known, self._places[known.district])
                )


def _statements(district: District) -> Iterator[tuple[str, str, Statement]]:
    shared: tuple[tuple[str, Sequence[Source | Indicator]], ...] = (
        (_SOURCES, district.sources),
        (_INDICATORS, district.indicators),
    )
    for kind, things in shared:
        for index, thing in enumerate(things):
            stated = thing.model_dump(by_alias=True, exclude_none=True)
            yield kind, thing.slug, Statement(district.slug, (kind, index), stated)
    for path, metric in metrics_of(district):
        if metric.quantity:
            place = (*path, "quantity", "unit")
            yield _UNITS, metric.indicator or metric.slug, Statement(district.slug, place, metric.quantity.unit)


def _difference_message(kind: str, slug: str, known: Statement, place: Location) -> str:
    if kind == _UNITS:
        return (
            f"indicator {slug!r} is measured in {known.stated!r} at {place}; one indicator has one unit: "
            "use it here, or give this metric an indicator of its own"
        )
    return f"{slug!r} is described differently at {place}; describe it the same way, or give it a slug of its own"


async def disagreements(
    database: Database,
    statements: Statements,
    districts: Iterable[str],
    paths: Sequence[Path],
    published: Published,
) -> list[Problem]:
    """Find where a load disagrees with districts of a revision that are not in it.

    districts: those of the load. paths: its files, which are read again to find the lines.
    """
    others = {"district": {"$nin": sorted(districts)}, **visible(published)}
    found: list[tuple[Statement, FieldPath, str]] = []
    for kind, pipeline in _PIPELINES.items():
        slugs = [slug for of, slug in statements if of == kind]
        for start in range(0, len(slugs), _SLUGS_PER_QUERY):
            collection, stages = pipeline(slugs[start : start + _SLUGS_PER_QUERY], others)
            for row in await database.aggregate(collection, stages):
                found += _conflicts(kind, statements[kind, row["_id"]], row["_id"], row["first"])
    return list(_located(found, paths)) if found else []


def _conflicts(
    kind: str, statement: Statement, slug: str, first: Document
) -> Iterator[tuple[Statement, FieldPath, str]]:
    if kind == _UNITS:
        if first["stated"] != statement.stated:
            yield statement, statement.path, _unit_message(statement, slug, first)
        return
    for path, published, stated in find_differences(seed_item(first["stated"]), statement.stated):
        yield statement, (*statement.path, *path), _value_message(kind, slug, statement, first, published, stated)


def _unit_message(statement: Statement, slug: str, first: Document) -> str:
    return (
        f"district {statement.district!r} measures indicator {slug!r} in {statement.stated!r}, and the published "
        f"district {first['district']!r} in {first['stated']!r}; one indicator has one unit: "
        f"use {first['stated']!r}, load both districts together, or give this metric an indicator of its own"
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


def _located(found: Sequence[tuple[Statement, FieldPath, str]], paths: Sequence[Path]) -> Iterator[Problem]:
    locations = {
        item.value["slug"]: item.location for path in paths for item in read_file(path) if isinstance(item, Record)
    }
    for statement, path, message in found:
        yield locations[statement.district].problem(path, message)


def _of_sources(slugs: Sequence[str], others: Mapping[str, Any]) -> tuple[str, list[Document]]:
    return "sources", [{"$match": {"slug": {"$in": slugs}, **others}}, _first("$slug", "$$ROOT")]


def _of_units(slugs: Sequence[str], others: Mapping[str, Any]) -> tuple[str, list[Document]]:
    where = {"indicator": {"$in": slugs}, **others, "quantity": {"$ne": None}}
    return "metrics", [{"$match": where}, _first("$indicator", "$quantity.unit")]


def _of_indicators(slugs: Sequence[str], others: Mapping[str, Any]) -> tuple[str, list[Document]]:
    """Exclude districts in which a metric defines the indicator by itself."""
    stated = {"$first": "$indicators"}
    # Only these keys are compared, because a metric's name also has sort keys.
    same_name = [{"$eq": [f"$name.{form}", f"$stated.name.{form}"]} for form in ("zh_hans", "en", "zh_hant")]
    is_own = {"$and": [{"$eq": ["$slug", "$indicator"]}, *same_name, {"$not": "$stated.definition"}]}
    of_district = {"_id": {"of": "$indicator", "district": "$district"}, "stated": {"$first": "$stated"}}
    return "metrics", [
        {"$match": {"indicator": {"$in": slugs}, **others}},
        {"$set": {"stated": stated}},
        {"$group": {**of_district, "is_own": {"$max": is_own}}},
        {"$match": {"is_own": False}},
        {"$set": {"district": "$_id.district"}},
        _first("$_id.of", "$stated"),
    ]


def _first(of: str, stated: str) -> Document:
    """Group by slug, keeping the definition of the first district by slug."""
    return {"$group": {"_id": of, "first": {"$min": {"district": "$district", "stated": stated}}}}


_PIPELINES: Final = {_SOURCES: _of_sources, _INDICATORS: _of_indicators, _UNITS: _of_units}
