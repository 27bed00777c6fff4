"""The notations of dates: 2025年1-9月, 令和6年度, 2024년 상반기, the first nine months of 2025, Ende 2024."""

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from seeds.verification.words import languages, pattern_of

_YEAR: Final = r"(?P<y>(?:19|20)\d{2})"
_CHINESE_DIGITS: Final = "〇零一二三四五六七八九"
_CHINESE_ORDER: Final = {"一": 1, "二": 2, "三": 3, "四": 4}
# The year before the first of each era.
_ERAS: Final = {"令和": 2018, "平成": 1988, "民国": 1911}
# How words for a first half begin.
_FIRST_HALF: Final = "上상"
# A Japanese fiscal year begins in April, so many months later.
_FISCAL: Final = 3
_TWELVE: Final = 12
# What may stand behind a year that has no preposition, as in German and in "closed 2024 with".
_AFTER_A_YEAR: Final = (
    "with|con|avec|mit|com|platz|rang|insgesamt|rund|etwa|knapp|über|um|auf|die|der|das|den|erstmals"
)
_SPACE: Final = r"\s+"
# A number of months, without a word for the first.
_WITHOUT_WORD: Final = 2
# The months in which years that are written as 2024/25 begin.
_BEGINNINGS: Final = (4, 7, 9, 10, 3, 8)


# The EDTF texts of what a match stands for, given the year, and how many months after January that begins.
_Read = Callable[[re.Match[str], int, int], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Notation:
    """A pattern of a date, and how to read it. is_certain: false if it may be a number."""

    pattern: re.Pattern[str]
    read: _Read
    is_certain: bool = True


def year_of(groups: Mapping[str, str | None]) -> int | None:
    """The year that a match names."""
    if era := groups.get("era"):
        within = groups["n_era"] or ""
        return _ERAS[era] + (1 if within == "元" else int(within) if within.isascii() else _chinese(within))
    named = groups.get("y")
    if not named:
        return None
    return int(named) if named.isascii() else int("".join(str(_digit(one)) for one in named))


def offset_of(groups: Mapping[str, str | None], *, is_japanese: bool) -> int:
    """How many months after January a year begins: 3 if it is a Japanese fiscal one."""
    return _FISCAL if groups.get("fiscal") == "度" and (is_japanese or groups.get("era") in {"令和", "平成"}) else 0


def _digit(one: str) -> int:
    return 0 if one in "〇零" else "一二三四五六七八九".index(one) + 1


def _chinese(text: str) -> int:
    """六, 十, 十一, 二十一."""
    tens, has_ten, ones = text.rpartition("十")
    return (10 * (_digit(tens) if tens else 1) if has_ten else 0) + (_digit(ones) if ones else 0)


def _months(year: int, first: int, last: int, until: int | None = None) -> str:
    """From a month to another; those after the twelfth are of the next year."""
    start, end = (_month(year, first), _month(until or year, last))
    return start if start == end else f"{start}/{end}"


def _month(year: int, number: int) -> str:
    later, month = divmod(number - 1, _TWELVE)
    return f"{year + later}-{month + 1:02d}"


def _last_days(month: str) -> Iterator[str]:
    yield f"{month}-{calendar.monthrange(int(month[:4]), int(month[5:]))[1]}"


def _year(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    end = offset + _TWELVE
    yield _months(year, offset + 1, end) if offset else f"{year}"
    if match.groupdict().get("end"):
        yield _month(year, end)
        yield from _last_days(_month(year, end))


def _year_to(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    """The twelve months that end with a month."""
    month = _number(match["m"])
    yield _months(year - 1, month + 1, month + _TWELVE)


def _split_year(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    if int(match["z"]) == (year + 1) % 100:
        yield from (_months(year, first, first + 11) for first in _BEGINNINGS)


def _named_fiscal_year(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    yield f"{year}"
    yield from (_months(one, first, first + 11) for one in (year, year - 1) for first in _BEGINNINGS)


def _day(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    yield f"{year}-{_number(match['m']):02d}-{int(match['d']):02d}"


def _day_or_month_first(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    yield f"{year}-{int(match['m']):02d}-{int(match['d']):02d}"
    if match["s"] == "/":
        yield f"{year}-{int(match['d']):02d}-{int(match['m']):02d}"


def _one_month(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    month = _month(year, _number(match["m"]))
    yield month
    if match.groupdict().get("end"):
        yield from _last_days(month)


def _month_range(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    groups = match.groupdict()
    until = year_of({"y": groups.get("z"), "era": groups.get("era_z"), "n_era": groups.get("n_z")})
    yield _months(year, _number(match["m"]), _number(match["n"]), until)


def _first_months(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    yield _months(year, offset + 1, offset + _number(match["n"], are_months=False))


def _quarter(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    number = _number(match["q"], are_months=False)
    first = 1 if match.groupdict().get("until") else 3 * number - 2
    yield _months(year, offset + first, offset + 3 * number)
    if match.groupdict().get("end"):
        yield from _last_days(_month(year, offset + 3 * number))


def _half(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    word = match["h"]
    number = (1 if word[0] in _FIRST_HALF else 2) if not word[0].isascii() else _number(word, are_months=False)
    yield _months(year, offset + 6 * number - 5, offset + 6 * number)
    if match.groupdict().get("end"):
        yield from _last_days(_month(year, offset + 6 * number))


def _years(match: re.Match[str], year: int, offset: int) -> Iterator[str]:
    yield f"{year}/{match['z']}"


def _number(text: str, *, are_months: bool = True) -> int:
    """A number in digits or in a word. are_months: whether the words are names of months."""
    if digits := re.match(r"\d+", text):
        return int(digits.group())
    return (_month_names() if are_months else _small_numbers())[text.removesuffix(".")]


@cache
def _month_names() -> Mapping[str, int]:
    return {name: number for language in languages().values() for name, number in language.months.items()}


@cache
def _small_numbers() -> Mapping[str, int]:
    """The words for numbers and places that periods need."""
    words = {**_CHINESE_ORDER}
    for language in languages().values():
        listed = {**language.whole_words, **language.ordinals}
        words |= {word: number for word, number in listed.items() if number <= _TWELVE}
    return words


def _listed(kind: str) -> str:
    return pattern_of(word for language in languages().values() for word in getattr(language, kind))


@cache
def notations() -> tuple[Notation, ...]:
    """All notations, of all languages."""
    bare = rf"(?:(?<![\w.,$/-]){_YEAR}(?![\w/%-]|[.,]\d|\s*%))"
    return (
        *(Notation(re.compile(pattern), read) for pattern, read in (*_ideographic(), *_alphabetic(), *_in_digits())),
        Notation(re.compile(rf"(?:{_before_a_year()}\s+){bare}"), _year, is_certain=False),
        Notation(
            re.compile(rf"{bare}(?=\s*[:,]\s|\s*$|\s+(?:edition|index|ranking|report|survey))"),
            _year,
            is_certain=False,
        ),
        Notation(re.compile(rf"{bare}(?=\s+(?:{_AFTER_A_YEAR})(?![a-zà-ÿ]))"), _year, is_certain=False),
        Notation(re.compile(rf"(?:^|(?<=[.;!?]\s)){bare}(?=\s+[a-zà-ÿ])"), _year, is_certain=False),
    )


def _before_a_year() -> str:
    """What tells that four digits are a year."""
    kinds = ("before_years", "compared_before", "same_period")
    return f"(?:{'|'.join(map(_listed, kinds))})"


def _ideographic() -> tuple[tuple[str, _Read], ...]:
    """As Chinese, Japanese and Korean write dates; the year may be missing."""
    number = rf"\d{{1,3}}|[元十{_CHINESE_DIGITS}]{{1,3}}"
    year = (
        rf"(?:(?P<y>(?:19|20)\d{{2}}|[{_CHINESE_DIGITS}]{{4}})|(?P<era>{'|'.join(_ERAS)})\s*(?P<n_era>{number}))"
        r"\s*[年년](?P<fiscal>度|도)?"
    )
    later = year
    for name, other in (("y", "z"), ("era", "era_z"), ("n_era", "n_z"), ("fiscal", "fiscal_z")):
        later = later.replace(f"?P<{name}>", f"?P<{other}>")
    cjk = rf"(?:{year}|(?P<this>{_listed('this_year')})(?:度)?|(?P<last>{_listed('last_year')})(?:度)?)"
    may = rf"(?:{cjk}\s*(?:の\s*)?)?"
    to = r"\s*(?:-|~|〜|至|到|から|부터|에서)\s*"
    return (
        (rf"{may}(?P<m>\d{{1,2}})\s*[月월]\s*(?P<d>\d{{1,2}})\s*[日号일]", _day),
        (rf"{may}(?P<m>\d{{1,2}})\s*[月월]?{to}(?P<n>\d{{1,2}})\s*[月월](?:份)?", _month_range),
        (
            rf"{year}\s*(?P<m>\d{{1,2}})\s*[月월]{to}{later}\s*(?P<n>\d{{1,2}})\s*[月월](?:份)?",
            _month_range,
        ),
        (rf"{may}前\s*(?P<n>\d{{1,2}}|[一二三四])\s*[个か]?月", _first_months),
        (
            rf"{may}(?P<until>前)?第?\s*(?P<q>[一二三四1-4])\s*[个か]?(?:季度|季|四半期|분기)(?P<end>\s?(?:末|말))?",
            _quarter,
        ),
        (rf"{may}(?P<h>上半年|下半年|上半期|下半期|上期|下期|상반기|하반기)(?P<end>\s?(?:末|말))?", _half),
        (rf"{may}(?P<m>\d{{1,2}})\s*[月월](?P<end>底|末|\s?말)?(?:份)?", _one_month),
        (rf"{_YEAR}\s*[年년]?{to}(?P<z>(?:19|20)\d{{2}})\s*[年년]", _years),
        (rf"{cjk}(?P<end>\s*(?:の)?(?:底|末|말))?", _year),
    )


def _alphabetic() -> tuple[tuple[str, _Read], ...]:
    """As languages with letters write dates: with the names of months, and words such as quarter."""
    word = "(?<![a-zà-ÿ])"
    the_year = "(?:the year|l'année|jahres|año|ano de|ano)"
    of = rf"(?:,?\s+(?:(?:of|in|de|del|des|du|do|da|im)\s+|d')?(?:{the_year}\s+)?|\s*/\s*)"
    relative = rf"(?P<this>{_listed('this_year')})|(?P<last>{_listed('last_year')})"
    year = rf"{of}(?:{_YEAR}(?!\d)|{relative})"
    may = rf"(?:{year})?"
    month, to = rf"(?:{_listed('months')})\.?", rf"(?:-|{_listed('ranges')})"
    order = rf"(?:\d(?:\.|st|nd|rd|th|er|e|ème|\.?[oaº]|\.er)?|{pattern_of(_small_numbers())})"
    day = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.)?"
    end = rf"(?P<end>(?:{_listed('end_of')})\s+(?:(?:of|the|de|del|des|du|do|da)\s+)*)"
    small = rf"(?P<n>\d{{1,2}}|{pattern_of(_small_numbers())})"
    first_months = "|".join(
        dict.fromkeys(
            r"\s+".join(map(re.escape, one.split())).replace(r"\{n\}", "(?:N)")
            for language in languages().values()
            for one in language.first_months
        )
    )
    # "Nine months" alone is no period, but "nine months of 2025" is.
    firsts = tuple(
        (
            rf"{word}{one.replace('(?:N)', small)}{may if len(one.split(_SPACE)) > _WITHOUT_WORD else year}",
            _first_months,
        )
        for one in first_months.split("|")
    )
    named = rf"(?P<m>{month})"
    return (
        (rf"{word}{named}\s+{day}{of}{_YEAR}", _day),
        (rf"(?<!\d){day}\s+(?:de\s+)?{named}{of}{_YEAR}", _day),
        (rf"{word}{named}\s*{to}\s*(?P<n>{month}){year}", _month_range),
        (rf"{word}{named}{of}{_YEAR}\s*{to}\s*(?P<n>{month}){of}(?P<z>(?:19|20)\d{{2}})(?!\d)", _month_range),
        (rf"{word}{end}?{named}{year}", _one_month),
        (rf"{word}(?:in|im|en|em|since|until|by|{_listed('end_of')})\s+{named}(?![a-zà-ÿ]|\s+\d)", _one_month),
        (
            rf"{word}(?:year|12 months|twelve months)\s+(?:to|ended|ending)\s+(?:\d{{1,2}}\s+)?{named}{of}{_YEAR}",
            _year_to,
        ),
        (rf"{word}{end}?(?P<q>{order})\s+(?:{_listed('quarters')}){may}", _quarter),
        (rf"{word}{end}?(?P<h>{order})\s+(?:{_listed('halves')}){may}", _half),
        *firsts,
        (rf"{word}(?:the\s+)?{end}{_YEAR}(?!\d)", _year),
        (rf"{word}(?:the\s+)?{end}(?:of\s+|de\s+)?(?:{relative})", _year),
        (rf"{word}{_YEAR}\s*(?:{_listed('ranges')})\s*(?P<z>(?:19|20)\d{{2}})(?!\d)", _years),
    )


def _in_digits() -> tuple[tuple[str, _Read], ...]:
    """As all of them write dates in digits, with Q3 and H1."""
    return (
        (rf"(?<!\d){_YEAR}[-./]\s?(?P<m>\d{{1,2}})[-./]\s?(?P<d>\d{{1,2}})(?!\d)", _day),
        (rf"(?<![\d.,/])(?P<d>\d{{1,2}})(?P<s>[./])(?P<m>\d{{1,2}})(?P=s){_YEAR}(?!\d)", _day_or_month_first),
        (rf"(?<![a-z\d])[qt](?P<q>[1-4])(?:\s+(?:of|de|in)?\s*|/|-){_YEAR}", _quarter),
        (rf"(?<!\d)(?P<q>[1-4])[tq](?:\s+(?:of|de)?\s*|/|-){_YEAR}", _quarter),
        (rf"(?<!\d){_YEAR}\s*[-]?q(?P<q>[1-4])(?!\d)", _quarter),
        (rf"(?<![a-z\d])[hs](?P<h>[12])(?:\s+(?:of|de)?\s*|/){_YEAR}", _half),
        (rf"(?<![a-z\d])(?:fy|fiscal year|financial year)\s?{_YEAR}(?![\d/-])", _named_fiscal_year),
        (rf"(?<![\d/-]){_YEAR}[/-](?:20)?(?P<z>\d{{2}})(?![\d/-])", _split_year),
        (rf"(?<![\d/-]){_YEAR}-(?P<z>(?:19|20)\d{{2}})(?![\d/-])", _years),
    )
