"""Read the dates and periods of a line: 2025年1-9月, 2024년 상반기, the first nine months of 2025, junio de 2025.

A date that names no year has the last year that was named before it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from loaders.values.edtf import Span, parse_edtf
from seeds.verification.words import languages, pattern_of

_YEAR: Final = r"(?P<y>(?:19|20)\d{2})"
_CHINESE_DIGITS: Final = "〇零一二三四五六七八九"
_ORDER: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}
# How words for a first half begin: 上半年, 상반기, h1, first, primer.
_FIRST_HALF: Final = "上상1fp"
_ORDER_ES: Final = {"primer": 1, "segundo": 2, "tercer": 3, "cuarto": 4}
_SMALL: Final = {
    **{"three": 3, "six": 6, "nine": 9, "ten": 10, "eleven": 11},
    **{"tres": 3, "seis": 6, "nueve": 9, "diez": 10, "once": 11},
}


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a line: `start` and `end` are its place; `spans` the periods that it can stand for.

    is_certain: false for four digits alone, which may be a number.
    """

    start: int
    end: int
    spans: tuple[Span, ...]
    is_certain: bool = True


_Read = Callable[[re.Match[str], int], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Notation:
    """A pattern of a date, and the EDTF texts of what it stands for, given the year."""

    pattern: re.Pattern[str]
    read: _Read
    is_certain: bool = True


def dates_of(text: str, year: int | None, *, published: int | None = None) -> Iterator[DateMention]:
    """Yield the dates of a normal line in order. year: named before. published: of the text, for "last year"."""
    for match, notation in _matches(text):
        named = match.groupdict().get("y")
        if named:
            year = int(named) if named.isascii() else int("".join(str(_digit(one)) for one in named))
        offset = _relative(match)
        if offset is not None:
            year = published + offset if published else None
        spans = tuple(parse_edtf(one) for one in _valid(notation, match, year)) if year else ()
        yield DateMention(match.start(), match.end(), spans, notation.is_certain)


def last_year_named(dates: list[DateMention], year: int | None) -> int | None:
    """The year that a date after some others inherits."""
    for one in reversed(dates):
        if one.spans and one.is_certain and (day := one.spans[0].end or one.spans[0].start):
            return int(day[:4])
    return year


def _matches(text: str) -> Iterator[tuple[re.Match[str], _Notation]]:
    """The dates of a text in order; of those that begin at the same place the longest."""
    waiting = [(match, notation) for notation in _notations() if (match := notation.pattern.search(text))]
    while waiting:
        chosen = min(waiting, key=lambda one: (one[0].start(), -one[0].end()))
        yield chosen
        place = chosen[0].end()
        # Only those that the chosen one covers are looked for again.
        waiting = [
            (match, notation)
            for before, notation in waiting
            if (match := before if before.start() >= place else notation.pattern.search(text, place))
        ]


def _valid(notation: _Notation, match: re.Match[str], year: int) -> Iterator[str]:
    for text in notation.read(match, year):
        try:
            parse_edtf(text)
        except ValueError:
            continue
        yield text


def _digit(one: str) -> int:
    return 0 if one in "〇零" else "一二三四五六七八九".index(one) + 1


def _relative(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    return 0 if groups.get("this") else -1 if groups.get("last") else None


def _month(number: int) -> str:
    return f"{number:02d}"


def _months(year: int, first: int, last: int) -> tuple[str, ...]:
    return (f"{year}-{_month(first)}/{year}-{_month(last)}",)


def _year(match: re.Match[str], year: int) -> tuple[str, ...]:
    return (f"{year}", *((f"{year}-12", f"{year}-12-31") if match.groupdict().get("end") else ()))


def _day(match: re.Match[str], year: int) -> tuple[str, ...]:
    return (f"{year}-{_month(_number(match['m']))}-{int(match['d']):02d}",)


def _one_month(match: re.Match[str], year: int) -> tuple[str, ...]:
    month = _number(match["m"])
    days = [f"{year}-{_month(month)}-{day}" for day in (28, 29, 30, 31)] if match.groupdict().get("end") else []
    return (f"{year}-{_month(month)}", *(day for day in reversed(days) if _is_date(day)))[:2]


def _is_date(text: str) -> bool:
    try:
        parse_edtf(text)
    except ValueError:
        return False
    return True


def _month_range(match: re.Match[str], year: int) -> tuple[str, ...]:
    return _months(year, _number(match["m"]), _number(match["n"]))


def _first_months(match: re.Match[str], year: int) -> tuple[str, ...]:
    return _months(year, 1, _number(match["n"]))


def _quarter(match: re.Match[str], year: int) -> tuple[str, ...]:
    number = _number(match["q"])
    return _months(year, 1, 3 * number) if match.groupdict().get("until") else (f"{year}-{32 + number}",)


def _half(match: re.Match[str], year: int) -> tuple[str, ...]:
    return (f"{year}-{40 if match['h'][0] in _FIRST_HALF else 41}",)


def _years(match: re.Match[str], year: int) -> tuple[str, ...]:
    return (f"{year}/{match['z']}",)


def _number(text: str) -> int:
    months = {name: number for language in languages().values() for name, number in language.months.items()}
    words = {**_ORDER, **_ORDER_ES, **_SMALL, **months}
    return words[text] if text in words else int(text)


@cache
def _notations() -> tuple[_Notation, ...]:
    known = languages()
    month = pattern_of(name for language in known.values() for name in language.months)
    this = pattern_of(word for language in known.values() for word in language.this_year)
    last = pattern_of(word for language in known.values() for word in language.last_year)
    # A year, which may be missing, as Chinese, Japanese and Korean write it.
    year = rf"(?P<y>(?:19|20)\d{{2}}|[{_CHINESE_DIGITS}]{{4}})\s*[年년](?:度|도)?"
    cjk = rf"(?:{year}|(?P<this>{this})|(?P<last>{last}))"
    may = rf"(?:{cjk}\s*)?"
    to = r"\s*(?:-|~|至|到)\s*"
    of = r"(?:,?\s+(?:of\s+|de\s+|del\s+)?)"
    word = "(?<![a-z])"
    written: tuple[tuple[str, _Read], ...] = (
        (rf"{may}(?P<m>\d{{1,2}})\s*[月월]\s*(?P<d>\d{{1,2}})\s*[日号일]", _day),
        (rf"{may}(?P<m>\d{{1,2}})\s*[月월]?{to}(?P<n>\d{{1,2}})\s*[月월](?:份)?", _month_range),
        (rf"{may}前\s*(?P<n>\d{{1,2}})\s*个?月", _first_months),
        (rf"{may}(?P<until>前)?第?(?P<q>[一二三四1-4])\s*个?(?:季度|四半期|분기)", _quarter),
        (rf"{may}(?P<h>上半年|下半年|上半期|下半期|상반기|하반기)", _half),
        (rf"{may}(?P<m>\d{{1,2}})\s*[月월](?P<end>底|末|\s?말)?(?:份)?", _one_month),
        (rf"{_YEAR}\s*[年년]?{to}(?P<z>(?:19|20)\d{{2}})\s*[年년]", _years),
        (rf"{cjk}(?P<end>\s*(?:底|末|말))?", _year),
        (rf"(?<!\d){_YEAR}[-./](?P<m>\d{{1,2}})[-./](?P<d>\d{{1,2}})(?!\d)", _day),
        (rf"{word}(?P<m>{month})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?{of}{_YEAR}", _day),
        (rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:de\s+)?(?P<m>{month}){of}{_YEAR}", _day),
        (rf"{word}(?P<m>{month})\s*(?:-|to|through|and|a|y)\s*(?P<n>{month}){of}{_YEAR}", _month_range),
        (rf"{word}(?P<end>end of\s+|finales de\s+)?(?P<m>{month}){of}{_YEAR}", _one_month),
        (rf"{word}q(?P<q>[1-4]){of}?\s*{_YEAR}", _quarter),
        (rf"(?<!\d){_YEAR}\s*[-]?q(?P<q>[1-4])(?!\d)", _quarter),
        (rf"{word}(?P<q>first|second|third|fourth)\s+quarter{of}{_YEAR}", _quarter),
        (rf"{word}(?P<q>primer|segundo|tercer|cuarto)\s+trimestre{of}{_YEAR}", _quarter),
        (rf"{word}(?P<h>first|second|primer|segundo)\s+(?:half|semestre){of}{_YEAR}", _half),
        (rf"{word}h(?P<h>[12])\s+{_YEAR}", _half),
        (rf"{word}first\s+(?P<n>three|six|nine|ten|eleven|\d{{1,2}})\s+months{of}{_YEAR}", _first_months),
        (rf"{word}primeros\s+(?P<n>tres|seis|nueve|diez|once|\d{{1,2}})\s+meses{of}{_YEAR}", _first_months),
        (rf"{word}(?P<end>(?:the\s+)?end\s+of\s+|year-end\s+|finales\s+de\s+){_YEAR}(?!\d)", _year),
        (rf"(?<!\d){_YEAR}-(?P<z>(?:19|20)\d{{2}})(?![\d-])", _years),
    )
    bare = r"(?:(?<=in )|(?<=by )|(?<=of )|(?<=for )|(?<=since )|(?<=during )|(?<=en )|(?<=de )|(?<=desde ))"
    return (
        *(_Notation(re.compile(pattern), read) for pattern, read in written),
        _Notation(re.compile(rf"{bare}{_YEAR}(?!\d|[.,]\d|\s*%)"), _year, is_certain=False),
        _Notation(re.compile(rf"(?<![\w.,$-]){_YEAR}(?=\s*[:,]\s|\s*$)"), _year, is_certain=False),
    )
