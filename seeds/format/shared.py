"""Definitions that the files of a folder share: indicators in its file `indicators.yaml`, units in `units.yaml`.

A district's file may use them as if they stood in it. What it defines itself goes before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from loaders.values.units import PER
from seeds.format.base import Model
from seeds.format.checks import explained
from seeds.format.fields import allowing_units
from seeds.format.model import Indicator
from seeds.format.own_units import SharedUnits
from seeds.format.problems import Problem
from seeds.format.reader import Record, read_file
from seeds.format.texts import Language, context_of, explicit_text, language_of

INDICATORS: Final = "indicators.yaml"
UNITS: Final = "units.yaml"
NAMES: Final = frozenset({INDICATORS, UNITS})


class SharedIndicators(Model):
    """A file of indicators that districts share."""

    language: Language | None = None
    indicators: Annotated[list[Indicator], Field(min_length=1, max_length=10_000)]


@dataclass
class _Folder:
    """The definitions of one folder by slug or code. language: that of the file of indicators."""

    indicators: Mapping[str, Any] = field(default_factory=dict)
    units: Mapping[str, Any] = field(default_factory=dict)
    language: str | None = None


@dataclass
class SharedDefinitions:
    """Reads the file of each folder once. paths: those read."""

    paths: list[Path] = field(default_factory=list)
    _known: dict[Path, _Folder] = field(default_factory=dict)

    def records(self, path: Path) -> Iterator[Record | Problem]:
        """Yield the districts of a file with the shared definitions that they use, and all problems."""
        folder = path.parent
        if folder not in self._known:
            self._known[folder] = _Folder()
            for name, read in ((UNITS, self._read_units), (INDICATORS, self._read_indicators)):
                if (shared := folder / name).is_file():
                    self.paths.append(shared)
                    yield from read(shared)
        if path.name not in NAMES:
            for item in read_file(path):
                yield item if isinstance(item, Problem) else _completed(item, self._known[folder])

    def _read_units(self, path: Path) -> Iterator[Problem]:
        for item in read_file(path):
            if isinstance(item, Problem):
                yield item
                continue
            try:
                SharedUnits.model_validate(item.value)
            except ValidationError as error:
                yield from explained(item, error, SharedUnits)
                continue
            yield from _said_twice(item, "units", "code")
            self._known[path.parent].units = {one["code"]: one for one in item.value["units"]}

    def _read_indicators(self, path: Path) -> Iterator[Problem]:
        for item in read_file(path):
            if isinstance(item, Problem):
                yield item
                continue
            try:
                with allowing_units(self._known[path.parent].units):
                    SharedIndicators.model_validate(item.value, context=context_of(item.value))
            except ValidationError as error:
                yield from explained(item, error, SharedIndicators)
                continue
            definitions = {one["slug"]: one for one in item.value["indicators"]}
            problems = list(_said_twice(item, "indicators", "slug"))
            for index, one in enumerate(item.value["indicators"]):
                if one.get("partOf", one["slug"]) not in definitions:
                    message = f"{one['partOf']!r} is no indicator of this file; define it here"
                    problems.append(item.location.problem(("indicators", index, "partOf"), message))
            yield from sorted(problems, key=lambda problem: problem.line)
            self._known[path.parent].indicators = definitions
            self._known[path.parent].language = language_of(item.value)


def _said_twice(record: Record, kind: str, key: str) -> Iterator[Problem]:
    known: set[str] = set()
    for index, one in enumerate(record.value[kind]):
        if one[key] in known:
            yield record.location.problem((kind, index, key), f"{one[key]!r} is defined twice")
        known.add(one[key])


def _completed(record: Record, shared: _Folder) -> Record:
    value = record.value
    if not isinstance(value, dict) or not all(
        isinstance(value.get(kind, []), list) for kind in ("indicators", "units")
    ):
        return record
    indicators = _indicators_of(value, shared)
    units = _units_of({**value, "indicators": indicators}, shared.units)
    completed = {"units": units, "indicators": indicators}
    added = {kind: said for kind, said in completed.items() if said != value.get(kind, [])}
    return Record({**value, **added}, record.location) if added else record


def _indicators_of(value: Mapping[str, Any], shared: _Folder) -> list[Any]:
    """A district's indicators, and the shared ones that it uses."""
    definitions = shared.indicators
    own: list[Any] = value.get("indicators", [])
    known = {one.get("slug") for one in own if isinstance(one, dict)}
    used: list[Any] = []
    waiting = sorted(_used(value) & definitions.keys())
    while waiting:
        slug = waiting.pop(0)
        if slug not in known:
            known.add(slug)
            used.append(definitions[slug])
            waiting += [definitions[slug]["partOf"]] if "partOf" in definitions[slug] else []
    if shared.language and shared.language != language_of(value):
        used = [_said_in(shared.language, one) for one in used]
    return [*own, *used]


def _units_of(value: Any, definitions: Mapping[str, Any]) -> list[Any]:
    """A district's own units, and the shared ones that anything in it is measured in."""
    own: list[Any] = value.get("units", [])
    known = {one.get("code") for one in own if isinstance(one, dict)}
    used = {part for code in _unit_codes(value) for part in (code, *code.split(PER))} if definitions else set()
    return [*own, *(definitions[code] for code in sorted(used & definitions.keys() - known))]


def _unit_codes(value: Any) -> Iterator[str]:
    """Whatever stands as a unit anywhere in a value."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key == "unit" and isinstance(below, str):
                yield below
            elif key == "units" and isinstance(below, list):
                yield from (one for one in below if isinstance(one, str))
            yield from _unit_codes(below)
    elif isinstance(value, list):
        for below in value:
            yield from _unit_codes(below)


def _said_in(language: str, definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """A definition of a file in a language, for a file in another one: its texts say their master."""
    texts = {key: explicit_text(definition[key], language) for key in ("name", "definition") if key in definition}
    return {**definition, **texts}


def _used(value: Mapping[str, Any]) -> set[str]:
    """The indicators of a district's metrics. The district may be invalid."""
    metrics = (
        metric
        for pillar in _items(value, "pillars")
        for initiative in _items(pillar, "initiatives")
        for metric in _items(initiative, "metrics")
    )
    slugs = (metric.get("indicator", metric.get("slug")) for metric in metrics)
    return {slug for slug in slugs if isinstance(slug, str)}


def _items(value: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    found = value.get(key)
    yield from (one for one in (found if isinstance(found, list) else ()) if isinstance(one, dict))
