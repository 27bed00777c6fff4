"""Find the dates and periods of a line, and those that a change is compared with.

A date that names no year has the last year that was named before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from loaders.values.edtf import Span, parse_edtf
from seeds.verification.notations import Notation, notations, offset_of, year_of
from seeds.verification.words import languages, pattern_of

# Words before a date are looked for so far.
_BEFORE: Final = 80
# Articles and prepositions before a date.
LINKS: Final = (
    "the|el|la|los|las|le|les|dem|der|den|das|o|a|os|as|that|those|at|in|of|de|del|du|des|do|da|im|jahr|year"
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a line: `start` and `end` are its place; `spans` the periods that it can stand for.

    is_certain: false for four digits alone, which may be a number. compared_from: where the words begin that
    say that a change is compared with it, or with a figure of it.
    """

    start: int
    end: int
    spans: tuple[Span, ...]
    is_certain: bool = True
    compared_from: int | None = None

    @property
    def is_compared(self) -> bool:
        """Whether a change is compared with it."""
        return self.compared_from is not None


def dates_of(
    text: str, year: int | None, *, published: int | None = None, is_japanese: bool = False
) -> Iterator[DateMention]:
    """Yield the dates of a normal line in order.

    year: named before. published: of the text, for "last year". is_japanese: whether 年度 begins in April.
    """
    offset = 0
    for match, notation in _matches(text):
        groups = match.groupdict()
        if named := year_of(groups):
            year, offset = named, offset_of(groups, is_japanese=is_japanese)
        elif groups.get("this") or groups.get("last"):
            year = published - bool(groups.get("last")) if published else None
            offset = offset_of(groups, is_japanese=is_japanese)
        # A Japanese quarter or half without its year may be of a fiscal one.
        offsets = {offset, 3} if is_japanese and not named and ("q" in groups or "h" in groups) else {offset}
        spans = (
            tuple(span for each in sorted(offsets) for span in _spans(notation, match, year, each)) if year else ()
        )
        start = _start(match, notation)
        compared = _compared_from(text, start, match.end())
        yield DateMention(start, match.end(), spans, notation.is_certain, compared)


def last_year_named(dates: list[DateMention], year: int | None) -> int | None:
    """The year that a date after some others inherits."""
    for one in reversed(dates):
        if one.spans and one.is_certain and not one.is_compared and (day := one.spans[0].end or one.spans[0].start):
            return int(day[:4])
    return year


def _matches(text: str) -> Iterator[tuple[re.Match[str], Notation]]:
    """The dates of a text in order; of those that begin at the same place the longest."""
    waiting = [(match, notation) for notation in notations() if (match := notation.pattern.search(text))]
    while waiting:
        chosen = min(waiting, key=lambda one: (_start(*one), -one[0].end()))
        yield chosen
        place = chosen[0].end()
        # Only those that the chosen one covers are looked for again.
        waiting = [
            (match, notation)
            for before, notation in waiting
            if (match := before if _start(before, notation) >= place else notation.pattern.search(text, place))
        ]


def _start(match: re.Match[str], notation: Notation) -> int:
    """Where a date begins: of four digits, the words that tell that they are a year are no part."""
    return match.start() if notation.is_certain else match.start("y")


def _spans(notation: Notation, match: re.Match[str], year: int, offset: int) -> Iterator[Span]:
    for text in notation.read(match, year, offset):
        try:
            yield parse_edtf(text)
        except ValueError:
            continue


def _compared_from(text: str, start: int, end: int) -> int | None:
    before, after = _compared()
    if after.match(text, end):
        return start
    found = before.search(text, max(start - _BEFORE, 0), start)
    return found.start() if found else None


@cache
def _compared() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before and after a date that a change is compared with."""
    before, same, after, end_of = (
        pattern_of(word for language in languages().values() for word in getattr(language, kind))
        for kind in ("compared_before", "same_period", "compared_after", "end_of")
    )
    words = rf"(?:\s+(?:{LINKS}|{same}|{end_of})(?![a-zà-ÿ])|\s+d')*"
    # Compared with a figure of the date: up from 71,200 users in 2023.
    figure = rf"(?:\s+[$£€]?\d[\d.,\s]*(?:%|[a-zà-ÿ]+)?{words})?"
    return (
        re.compile(rf"(?:{before}|up from|down from){words}{figure}\s*$"),
        re.compile(rf"\s*(?:底|末|말)?(?:{after}|より(?=\s*约?\d))"),
    )
