"""How wide a text is about, and where its lines break: a server has no fonts to measure with."""

import unicodedata
from collections.abc import Iterator
from typing import Final

# Widths in hundredths of an em, as wide as system fonts have them or a little wider.
_WIDE: Final = 100
_CAPITAL: Final = 70
_OTHER: Final = 57
_NARROW: Final = frozenset("iljtfrI.,:;!'|()[] ")
_SLIM: Final = 35


def width(text: str, size: int) -> int:
    """Return about how wide a text is, in pixels: one em a Han character."""
    return -(-sum(map(_hundredths, text)) * size // 100)


def wrap(text: str, size: int, available: int) -> list[str]:
    """Break a text into lines that are at most so wide; a word that is wider is broken."""
    lines = [""]
    for word in _words(text):
        if width((lines[-1] + word).rstrip(), size) <= available:
            lines[-1] += word
        elif width(word.rstrip(), size) <= available:
            lines.append(word)
        else:
            _add_broken(lines, word, size, available)
    return [stripped for line in lines if (stripped := line.strip())] or [""]


def _add_broken(lines: list[str], word: str, size: int, available: int) -> None:
    for character in word:
        if width(lines[-1] + character, size) > available and lines[-1]:
            lines.append("")
        lines[-1] += character


def _words(text: str) -> Iterator[str]:
    """Split after spaces and around Han characters; closing punctuation stays with what it follows."""
    word = ""
    for character in text:
        if word and (word[-1].isspace() or (_is_wide(character) or _is_wide(word[-1]))) and not _closes(character):
            yield word
            word = ""
        word += character
    if word:
        yield word


def _closes(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Pe", "Pf", "Po")


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _hundredths(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    if _is_wide(character):
        return _WIDE
    if character in _NARROW:
        return _SLIM
    return _CAPITAL if character.isupper() or character in "mwMW%@" else _OTHER
