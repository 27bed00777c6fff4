"""Read the numbered places that a citation's locator names: lines (`L5`), paragraphs and pages.

A locator is free text, and most of it is for people; what names no number names no place here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

PlaceKind = Literal["line", "paragraph", "page"]

_NUMBER: Final = r"(?P<first>[0-9]{1,6})(?:\s*[-–~至到]\s*(?:L|第)?(?P<last>[0-9]{1,6}))?"
_PATTERNS: Final[tuple[tuple[PlaceKind, re.Pattern[str]], ...]] = (
    ("line", re.compile(rf"(?<![\w-])L{_NUMBER}(?!\w)")),
    ("line", re.compile(rf"\blines?\s+{_NUMBER}", re.IGNORECASE)),
    ("line", re.compile(rf"第\s*{_NUMBER}\s*行")),
    ("paragraph", re.compile(rf"(?:\bparagraphs?\s+|\bparas?\.?\s+|¶+\s*){_NUMBER}", re.IGNORECASE)),
    ("paragraph", re.compile(rf"第\s*{_NUMBER}\s*(?:自然)?段")),
    ("page", re.compile(rf"(?:\bpages?\s+|\bpp?\.\s*){_NUMBER}", re.IGNORECASE)),
    ("page", re.compile(rf"第\s*{_NUMBER}\s*[页頁]")),
)


@dataclass(frozen=True, slots=True)
class NumberedPlace:
    """The lines, paragraphs or pages `first` to `last` of a source, counted from 1."""

    kind: PlaceKind
    first: int
    last: int

    def __str__(self) -> str:
        numbers = str(self.first) if self.first == self.last else f"{self.first} to {self.last}"
        return f"{self.kind} {numbers}"


def places_of(locator: str) -> Iterator[NumberedPlace]:
    """Yield the numbered places that a locator names; none for "section on services"."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(locator):
            yield NumberedPlace(kind, int(match["first"]), int(match["last"] or match["first"]))
