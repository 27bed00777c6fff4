"""Headers that list preferences: Accept, Accept-Encoding, Accept-Language (RFC 9110, section 12.4).

Read leniently, since a preference is no command: an element that can't be read is skipped, and a weight may be
written as any decimal number.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# More than any client sends; a header may be as long as all headers together.
MAX_ELEMENTS: Final = 64

# A comma or a semicolon inside a quoted string separates nothing.
_ELEMENT: Final = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*+"?)++')
_PART: Final = re.compile(r'(?:[^;"]|"(?:\\.|[^"\\])*+"?)++')
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]++(?:/[!#$%&'*+.^_`|~0-9a-z-]++)?")
_WEIGHT: Final = re.compile(r"\d{1,20}\.?\d{0,20}|\.\d{1,20}")


@dataclass(frozen=True, slots=True)
class Preference:
    """One element. name: in lower case. weight: from 0, which refuses, to 1. parameters: without the weight."""

    name: str
    weight: float = 1.0
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Preferences:
    """The elements of a header in their order. is_whole: whether none had to be skipped."""

    elements: tuple[Preference, ...]
    is_complete: bool


# Clients are of few kinds.
@lru_cache(maxsize=64)
def preferences(header: str) -> Preferences:
    """Read a header that lists preferences; several lines of it are joined by commas."""
    written = [element for element in map(str.strip, _ELEMENT.findall(header)) if element]
    read = [_preference(element.lower()) for element in written[:MAX_ELEMENTS]]
    elements = tuple(element for element in read if element)
    return Preferences(elements, is_complete=len(elements) == len(written))


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
            # What follows a weight belongs to no media type.
            return Preference(name, min(float(value), 1.0), tuple(parameters)) if _WEIGHT.fullmatch(value) else None
        parameters.append((key, value))
    return Preference(name, 1.0, tuple(parameters))
