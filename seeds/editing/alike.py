"""Warn of indicators that are probably one: their slugs or names differ by a letter, a plural or the order of words.

Indicators of several districts are compared, and only those with a unit in common. Characters are compared, never
meanings. One Chinese character in place of another makes another word (进口, 出口), so Chinese names are alike only
if they are equal but for punctuation, particles and order.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seeds.editing.warnings import EditorWarning, warn
from seeds.format.checks import metrics_of, unit_of
from seeds.format.model import District
from seeds.format.problems import FieldPath
from seeds.format.reader import Location
from seeds.format.texts import DEFAULT_LANGUAGE as CHINESE
from seeds.format.texts import LocalizedText

# A word of two or three letters differs from another by one too easily.
_MIN_LETTERS: Final = 6
_WORD: Final = re.compile(r"[a-z0-9]+")
_SMALL_WORDS: Final = frozenset({"a", "an", "and", "by", "for", "in", "of", "on", "the", "to", "with"})
_PARTICLES: Final = frozenset("的之和与及")


@dataclass(frozen=True, slots=True)
class _Named:
    slug: str
    name: LocalizedText
    units: frozenset[str]
    location: Location
    path: FieldPath


class AlikeIndicators:
    """Collects the indicators of districts one by one, each slug once."""

    def __init__(self) -> None:
        self._named: dict[str, _Named] = {}

    def add(self, location: Location, district: District) -> None:
        """Add the indicators that a district lists or that its metrics define."""
        for index, one in enumerate(district.indicators):
            path = ("indicators", index)
            self._named.setdefault(one.slug, _Named(one.slug, one.name, frozenset(one.all_units), location, path))
        for place, metric in metrics_of(district):
            if metric.indicator is None:
                unit = unit_of(metric)
                units = frozenset([unit] if unit else [])
                self._named.setdefault(metric.slug, _Named(metric.slug, metric.name, units, location, place))

    def warnings(self) -> Iterator[EditorWarning]:
        """Yield a warning for each indicator that is like one before it."""
        known: dict[str, list[_Named]] = defaultdict(list)
        for one in self._named.values():
            keys = _keys(one)
            others = {other.slug: other for key in keys for other in known[key]}
            for other in others.values():
                if one.units & other.units and (why := _likeness(one, other)):
                    place = f"{other.location.file}:{other.location.line(other.path)}"
                    message = (
                        f"indicator {one.slug!r} is like {other.slug!r} at {place} ({why}); if they are one, "
                        "use one slug for both, or name the indicator in the metric"
                    )
                    yield warn("near-equal-indicators", one.location, (*one.path, "slug"), message)
            for key in keys:
                known[key].append(one)


def _keys(one: _Named) -> set[str]:
    """Texts of which two indicators that are alike have at least one in common."""
    keys = {
        f"words {words}" for words in (_sorted_words(one.slug), _sorted_words(one.name.texts.get("en", ""))) if words
    }
    for text in filter(None, (one.slug, _plain(one.name.texts.get("en", "")))):
        keys |= {f"letters {text}", *(f"letters {text[:at]}{text[at + 1 :]}" for at in range(len(text)))}
    return keys | {f"characters {_characters(one)}"}


def _likeness(one: _Named, other: _Named) -> str | None:
    if _characters(one) == _characters(other):
        return f"the {'Chinese ' if CHINESE in one.name.texts else ''}names have the same characters"
    for what, first, second in (
        ("slugs", one.slug, other.slug),
        ("English names", _plain(one.name.texts.get("en", "")), _plain(other.name.texts.get("en", ""))),
    ):
        if not first or not second:
            continue
        if _sorted_words(first) == _sorted_words(second):
            return f"the {what} have the same words"
        if how := _letters_that_differ(first, second):
            return f"the {what} {how}"
    return None


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _sorted_words(text: str) -> str:
    return " ".join(sorted(_singular(word) for word in _WORD.findall(text.lower()) if word not in _SMALL_WORDS))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _letters_that_differ(first: str, second: str) -> str | None:
    """Say whether one letter was replaced, added or left out, or two changed places.

    A digit tells things apart (`tier-1`, `tier-2`).
    """
    short, long = sorted((first, second), key=len)
    if len(long) < _MIN_LETTERS or len(long) - len(short) > 1:
        return None
    at = next((index for index, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if any(letter.isdigit() for letter in (*short[at : at + 1], long[at])):
        return None
    if short[at + (len(short) == len(long)) :] == long[at + 1 :]:
        return "differ by a letter"
    swapped = f"{short[:at]}{short[at + 1 : at + 2]}{short[at]}{short[at + 2 :]}" if at < len(short) else ""
    return "differ by two letters that changed places" if swapped == long else None


def _characters(one: _Named) -> str:
    """The characters of a Chinese name in a fixed order; any other name as it is written, but for case."""
    chinese = one.name.texts.get(CHINESE)
    plain = unicodedata.normalize("NFKC", chinese or one.name.original).casefold()
    letters = [letter for letter in plain if letter.isalnum() and letter not in _PARTICLES]
    return "".join(sorted(letters) if chinese else letters)
