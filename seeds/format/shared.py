"""Definitions of indicators that the files of a folder share: those in its file `indicators.yaml`.

A district's file may use them as if they stood in it. What it defines itself goes before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from seeds.format.checks import explained
from seeds.format.model import SharedIndicators
from seeds.format.problems import Problem
from seeds.format.reader import Record, read_file
from seeds.format.texts import context_of, explicit_text, language_of

NAME: Final = "indicators.yaml"


@dataclass
class SharedDefinitions:
    """Reads the file of each folder once. paths: those read."""

    paths: list[Path] = field(default_factory=list)
    _known: dict[Path, Mapping[str, Any]] = field(default_factory=dict)
    _languages: dict[Path, str] = field(default_factory=dict)

    def records(self, path: Path) -> Iterator[Record | Problem]:
        """Yield the districts of a file with the shared definitions that they use, and all problems."""
        folder = path.parent
        if folder not in self._known:
            self._known[folder] = {}
            if (shared := folder / NAME).is_file():
                self.paths.append(shared)
                yield from self._read(shared)
        if path.name != NAME:
            for item in read_file(path):
                yield item if isinstance(item, Problem) else self._completed(item, folder)

    def _read(self, path: Path) -> Iterator[Problem]:
        for item in read_file(path):
            if isinstance(item, Problem):
                yield item
                continue
            try:
                SharedIndicators.model_validate(item.value, context=context_of(item.value))
            except ValidationError as error:
                yield from explained(item, error)
                continue
            definitions = {one["slug"]: one for one in item.value["indicators"]}
            for index, one in enumerate(item.value["indicators"]):
                if definitions[one["slug"]] is not one:
                    yield item.location.problem(("indicators", index, "slug"), f"{one['slug']!r} is defined twice")
                if one.get("partOf", one["slug"]) not in definitions:
                    message = f"{one['partOf']!r} is no indicator of this file; define it here"
                    yield item.location.problem(("indicators", index, "partOf"), message)
            self._known[path.parent] = definitions
            self._languages[path.parent] = language_of(item.value)

    def _completed(self, record: Record, folder: Path) -> Record:
        value, definitions = record.value, self._known[folder]
        if not definitions or not isinstance(value, dict) or not isinstance(value.get("indicators", []), list):
            return record
        own = value.get("indicators", [])
        known = {one.get("slug") for one in own if isinstance(one, dict)}
        used: list[Any] = []
        waiting = sorted(_used(value) & definitions.keys())
        while waiting:
            slug = waiting.pop(0)
            if slug not in known:
                known.add(slug)
                used.append(definitions[slug])
                waiting += [definitions[slug]["partOf"]] if "partOf" in definitions[slug] else []
        language = self._languages.get(folder)
        if language and language != language_of(value):
            used = [_said_in(language, one) for one in used]
        return Record({**value, "indicators": [*own, *used]}, record.location) if used else record


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
