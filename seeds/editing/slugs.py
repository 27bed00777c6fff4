"""Warn of slugs that name a year: a slug is for good, and what it names goes on."""

import re
from collections.abc import Iterator
from typing import Final

from seeds.editing.warnings import EditorWarning, walk, warn
from seeds.format.model import Award, District, Indicator, Initiative, Metric, Pillar, System
from seeds.format.reader import Location

# Not observations, which are named after their periods, and not sources, which are published once.
_LASTING: Final = (Pillar, Initiative, System, Metric, Indicator, Award)
_YEAR: Final = re.compile(r"(?:^|-)((?:19|20)[0-9]{2})(?:$|-)")


def years_in_slugs(location: Location, district: District) -> Iterator[EditorWarning]:
    """Yield a warning for each slug with a year that belongs into a period."""
    for path, item in walk(district):
        if isinstance(item, _LASTING) and (year := _YEAR.search(item.slug)):
            yield warn(
                "year-in-slug",
                location,
                (*path, "slug"),
                f"{item.slug!r} has the year {year[1]}, and stays when the next one comes; leave it out and write "
                "the year as a period",
            )
