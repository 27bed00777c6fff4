"""Warn of weak evidence: no period, sources without a date or a citation, places that a source can't have."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from seeds.editing.warnings import EditorWarning, walk, warn
from seeds.format.checks import observations_of
from seeds.format.locators import NumberedPlace, places_of
from seeds.format.model import District, Source
from seeds.format.reader import Location
from seeds.format.values import Citation

_PAGED: Final = re.compile(r"\.(?:pdf|docx?|pptx?|odt|odp|wps|ofd|epub|tiff?)$", re.IGNORECASE)


def missing_periods(location: Location, district: District) -> Iterator[EditorWarning]:
    """Yield a warning for each observation that names no period."""
    for path, metric, observation in observations_of(district):
        if observation.period is None:
            name = observation.slug if metric.observations else metric.slug
            yield warn(
                "no-period",
                location,
                path,
                f"{name!r} has no period; write the one that its source names, or kind CUMULATIVE if it counts all",
            )


def weak_sources(location: Location, district: District) -> Iterator[EditorWarning]:
    """Yield warnings for sources that nothing cites, and for those without a date."""
    cited = {item.source for _, item in walk(district) if isinstance(item, Citation)}
    for index, source in enumerate(district.sources):
        place = ("sources", index)
        if source.slug not in cited:
            yield warn("unused-source", location, place, f"nothing cites {source.slug!r}; cite it or remove it")
        if source.when_published is None:
            yield warn(
                "undated-source",
                location,
                place,
                f"{source.slug!r} has no date; write published, for which a year or a month is enough",
            )


def impossible_locators(location: Location, district: District) -> Iterator[EditorWarning]:
    """Yield a warning for each locator that names a place which its source can't have."""
    sources = {source.slug: source for source in district.sources}
    for path, item in walk(district):
        if isinstance(item, Citation):
            for place in places_of(item.locator):
                if fault := _fault(place, sources[item.source]):
                    yield warn("impossible-locator", location, (*path, "locator"), f"{item.locator!r}: {fault}")


def _fault(place: NumberedPlace, source: Source) -> str | None:
    lines = source.kept_text and source.kept_text.lines
    if place.first < 1:
        return f"{place.kind}s are counted from 1"
    if place.last < place.first:
        return f"the {place.kind}s end before they begin; write the smaller number first"
    # A text has at most as many paragraphs as lines.
    if lines and place.kind != "page" and place.last > lines:
        return f"the kept text of {source.slug!r} has {lines} lines; name one of them"
    if place.kind == "page" and source.url and not _PAGED.search(urlsplit(source.url).path):
        return f"{source.slug!r} is a web page and has no pages; name a line (L5) or a heading"
    return None
