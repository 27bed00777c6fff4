"""Headers that list preferences: Accept, Accept-Encoding, Accept-Language (RFC 9110, section 12.4).

Parsing is lenient, since these headers are only preferences: an element that can't be parsed is skipped, and a
weight may be any decimal number.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# More than any client sends. A header may be as long as the limit for all headers.
MAX_ELEMENTS: Final = 64
# Longer headers are parsed each time.
MAX_CACHED_LENGTH: Final = 1_000

# A comma or a semicolon in a quoted string is not a separator.
_ELEMENT: Final = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*+"?)++')
_PART: Final = re.compile(r'(?:[^;"]|"(?:\\.|[^"\\])*+"?)++')
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]++(?:/[!#$%&'*+.^_`|~0-9a-z-]++)?")
_WEIGHT: Final = re.compile(r"\d{1,20}\.?\d{0,20}|\.\d{1,20}")


@dataclass(frozen=True, slots=True)
class Preference:
    """One element. name: in lower case. weight: 0 (not acceptable) to 1. parameters: without the weight."""

    name: str
    weight: float = 1.0
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Preferences:
    """The elements of a header in their order. is_complete: whether none was skipped."""

    elements: tuple[Preference, ...]
    is_complete: bool


def preferences(header: str) -> Preferences:
    """Parse a header that lists preferences; several lines of it must be joined with commas."""
    return (_cached_parse if len(header) <= MAX_CACHED_LENGTH else _parse)(header)


def _parse(header: str) -> Preferences:
    written = [element for element in map(str.strip, _ELEMENT.findall(header)) if element]
    read = [_preference(element.lower()) for element in written[:MAX_ELEMENTS]]
    elements = tuple(element for element in read if element)
    return Preferences(elements, is_complete=len(elements) == len(written))


# There are few kinds of clients.
_cached_parse = lru_cache(maxsize=64)(_parse)


def _preference(element: str) -> Preference | None:
    if element.startswith(";") or element.count('"') % 2:
        return None
    name, *parts = (part.strip() for part in _PART.findall(element))
    name = "/".join(map(str.strip, name.split("/")))
    if not _TOKEN.fullmatch(name):
        return None
    parameters: list[tuple[str, str]] = []
    for part in parts:
        key, _, value = (piece.strip() for piece in part.partition("="))
        value = value.strip('"')
        if key == "q":
            # Parameters after the weight do not belong to the media type.
            return Preference(name, min(float(value), 1.0), tuple(parameters)) if _WEIGHT.fullmatch(value) else None
        parameters.append((key, value))
    return Preference(name, 1.0, tuple(parameters))
