"""Bring a line of text to one form of its characters, and remember where each came from and what was done to it.

What is done: Unicode compatibility (full-width forms), Traditional to Simplified characters, small letters. Glosses
in Pinyin, such as `(shù)` behind a character, and invisible characters are left out.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import opencc

from loaders.values.folding import DEFAULT_IGNORABLE

FULL_WIDTH: Final = "full width"
TRADITIONAL: Final = "Traditional"
GLOSS: Final = "Pinyin gloss"
INVISIBLE: Final = "invisible characters"
_TONED: Final = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ"
# Behind a character, one syllable with its tone.
_GLOSS: Final = re.compile(rf"(?<=[㐀-鿿])[(（](?=[a-zü]*[{_TONED}])[a-zü{_TONED}]{{1,6}}[)）]")
_INVISIBLE: Final = re.compile(f"[{DEFAULT_IGNORABLE}]")
_PLAIN: Final = {**dict.fromkeys(map(ord, "‐‑‒–—−"), "-"), ord("’"): "'"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text. number: of the lines that are not blank, counted from 1. raw: as in the text.

    text: its normal form. origins: for each of its characters the place in `raw`. changed: what was done to each.
    """

    number: int
    raw: str
    text: str
    origins: tuple[int, ...]
    changed: tuple[frozenset[str], ...]

    def steps(self, start: int, end: int) -> set[str]:
        """What was done to a part of the line."""
        steps = {step for each in self.changed[start:end] for step in each}
        places = self.origins[start:end]
        raw = self.raw[places[0] : places[-1] + 1] if places else ""
        steps |= {step for step, left_out in ((GLOSS, _GLOSS), (INVISIBLE, _INVISIBLE)) if left_out.search(raw)}
        return steps

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the normal form is in `raw`."""
        return self.origins[start], self.origins[end - 1] + 1


def normal_line(raw: str, number: int = 1) -> Line:
    """The normal form of a line."""
    composed = unicodedata.normalize("NFC", raw)
    left_out = (match.span() for kind in (_GLOSS, _INVISIBLE) for match in kind.finditer(composed))
    hidden = {place for span in left_out for place in range(*span)}
    letters: list[str] = []
    origins: list[int] = []
    widths: list[bool] = []
    for place, letter in enumerate(composed):
        if place in hidden:
            continue
        plain = unicodedata.normalize("NFKC", letter).translate(_PLAIN)
        for one in plain:
            letters.append(_small(one))
            origins.append(place)
            widths.append(plain not in {letter, "-", "'"} and not letter.isspace())
    wide = "".join(letters)
    text = _simplified(wide)
    changed = tuple(
        frozenset(
            [*([FULL_WIDTH] if is_wide else []), *([TRADITIONAL] if before != after else [])],
        )
        for is_wide, before, after in zip(widths, wide, text, strict=True)
    )
    return Line(number, composed, text, tuple(origins), changed)


@lru_cache(8192)
def normal(word: str) -> str:
    """The normal form of a word."""
    return normal_line(word).text


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _simplified(text: str) -> str:
    """Simplified characters, as many as there were."""
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(one if len(one) == 1 else letter for letter in text for one in [_converter().convert(letter)])
