"""Parse the subset of EDTF that periods need: a text denotes a first and a last day, and may say that it isn't sure.

Extended Date/Time Format, Library of Congress 2019 (ISO 8601-2): years, months, days, quarters and halves
(`2025-33` to `2025-36`, `2025-40`, `2025-41`), and intervals. An end of an interval may be open (`2021/..`: the
interval goes on) or unknown (`2021/`: it ended on a day that nobody recorded). A date may have a qualifier at its end
(Level 1): `2020~` is approximate, `2020?` uncertain, `2020%` both. Qualifiers change no day.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from loaders.documents import PeriodKind

_POINT: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
# Level 2 sub-year groupings: code → first month, last month.
_GROUPINGS: Final = {33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12), 40: (1, 6), 41: (7, 12)}
_OPEN: Final = ".."
_APPROXIMATE, _UNCERTAIN = "~%", "?%"
QUALIFIERS: Final = "~?%"
# Qualifiers of parts of dates are of Level 2.
_INSIDE: Final = re.compile(r"[0-9~?%-]*[~?%][0-9~?%-]*")
# The longest text that is parsed; messages quote no more of a longer one.
MAX_LENGTH: Final = 40


@dataclass(frozen=True, slots=True)
class Span:
    """Inclusive ISO dates; None for an end that is open or unknown.

    Two texts denote the same period when their spans are equal: whether the source was sure makes no difference.
    """

    start: str | None
    end: str | None
    start_is_open: bool = False
    end_is_open: bool = False
    is_approximate: bool = field(default=False, compare=False)
    is_uncertain: bool = field(default=False, compare=False)

    @property
    def kind(self) -> PeriodKind:
        """The kind of period that the days make up: `2025-01/2025-12` is a YEAR like `2025`."""
        if self.start is None or self.end is None:
            return "RANGE"
        return _kind(date.fromisoformat(self.start), date.fromisoformat(self.end))


def parse_edtf(text: str) -> Span:
    """Parse an EDTF date or interval.

    Raises ValueError with a message that says what to write.
    """
    try:
        return _span(text)
    except _Unreadable as error:
        written = _respelled(text)
        raise ValueError(f"{_quoted(text)} is written {written} in EDTF" if written else str(error)) from None


def edtf_of(start: str, end: str) -> str | None:
    """The shortest EDTF text of days, of which `..` stands for an open end and an empty text for an unknown one.

    None if neither is known.
    """
    if not start and not end:
        return None
    if not (start[:1].isdigit() and end[:1].isdigit()):
        return f"{start}/{end}"
    texts = (start[:4], start[:7], start, f"{start[:4]}/{end[:4]}", f"{start[:7]}/{end[:7]}", f"{start}/{end}")
    return next(text for text in texts if parse_edtf(text) == Span(start, end))


class _Unreadable(ValueError):
    """The text is not an EDTF date, but may be a date in another common notation."""


def _span(text: str) -> Span:
    if len(text) > MAX_LENGTH:
        raise _no_date(text)
    is_approximate, is_uncertain = (not set(text).isdisjoint(marks) for marks in (_APPROXIMATE, _UNCERTAIN))
    first, slash, last = map(_unqualified, text.partition("/"))
    if not slash:
        return Span(*_point(first), is_approximate=is_approximate, is_uncertain=is_uncertain)
    start = None if first in {"", _OPEN} else _point(first)[0]
    end = None if last in {"", _OPEN} else _point(last)[1]
    if start is None and end is None:
        raise ValueError("an interval needs a start or an end; leave it out when neither is known")
    if start and end and start > end:
        raise ValueError(f"the interval ends ({last}) before it starts ({first}); write {last}/{first}")
    is_open = {"start_is_open": first == _OPEN, "end_is_open": last == _OPEN}
    return Span(start, end, **is_open, is_approximate=is_approximate, is_uncertain=is_uncertain)


def _unqualified(date: str) -> str:
    """A date without the qualifier at its end. Raises ValueError for qualifiers that stand elsewhere."""
    bare = date.rstrip(QUALIFIERS)
    qualifiers = date[len(bare) :]
    if qualifiers and bare in {"", _OPEN}:
        raise ValueError(
            f"{date!r} qualifies an end without a date; write the date before it, or leave {qualifiers!r} out"
        )
    if len(qualifiers) > 1:
        raise ValueError(
            f"{date!r} has {len(qualifiers)} qualifiers; write one: ? for uncertain, ~ for approximate, % for both"
        )
    inside = _INSIDE.fullmatch(bare)
    if inside and _POINT.fullmatch(plain := re.sub(f"[{QUALIFIERS}]", "", bare)):
        mark = next(mark for mark in bare if mark in QUALIFIERS)
        raise ValueError(f"{date!r} qualifies a part of a date; write the qualifier at its end: {plain}{mark}")
    return bare


def _point(text: str) -> tuple[str, str]:
    """The first and the last day of a date."""
    match = _POINT.fullmatch(text)
    if match is None:
        raise _no_date(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if year == 0:
        raise ValueError("year 0000 is out of range; write 0001 to 9999")
    if month is None:
        return _months(year, 1, 12)
    if day is None:
        if month in _GROUPINGS:
            return _months(year, *_GROUPINGS[month])
        if not 1 <= month <= 12:
            raise ValueError(
                f"{text!r} has no month {month:02d}; write 01 to 12, 33 to 36 for a quarter, 40 or 41 for a half"
            )
        return _months(year, month, month)
    try:
        iso = date(year, month, day).isoformat()
    except ValueError as error:
        raise ValueError(f"{text!r} is not a calendar day: {error}") from None
    return iso, iso


def _months(year: int, first: int, last: int) -> tuple[str, str]:
    last_day = calendar.monthrange(year, last)[1]
    return date(year, first, 1).isoformat(), date(year, last, last_day).isoformat()


def _kind(start: date, end: date) -> PeriodKind:
    if start == end:
        return "DAY"
    whole_months = start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
    if start.year != end.year or not whole_months:
        return "RANGE"
    if start.month == end.month:
        return "MONTH"
    if (start.month, end.month) == (1, 12):
        return "YEAR"
    if (start.month, end.month) in _GROUPINGS.values():
        return "QUARTER" if end.month - start.month == 2 else "HALF_YEAR"
    return "RANGE"


def _no_date(text: str) -> _Unreadable:
    return _Unreadable(
        f"{_quoted(text)} is not an EDTF date; write a year (2025), a month (2025-06), a day (2025-06-30), "
        "a quarter (2025-33 to 2025-36), a half (2025-40, 2025-41) or an interval (2025-01/2025-09)"
    )


def _quoted(text: str) -> str:
    return repr(text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…")


# Common notations of a quarter or a half of a year, with their EDTF codes.
_PARTS: Final = {
    **{f"Q{number}": 32 + number for number in range(1, 5)},
    **{f"{number}Q": 32 + number for number in range(1, 5)},
    **{f"{numeral}季度": 33 + index for index, numeral in enumerate("一二三四")},
    **{f"{number}季度": 32 + number for number in range(1, 5)},
    **{"H1": 40, "H2": 41, "1H": 40, "2H": 41, "上半年": 40, "下半年": 41},
}
_PART: Final = "|".join(_PARTS)
_YEAR_AND_PART: Final = re.compile(rf"([0-9]{{4}})年?[-/. ]?第?({_PART})")
_PART_AND_YEAR: Final = re.compile(rf"({_PART})[-/. ]?([0-9]{{4}})")
_YEAR_MONTH_DAY: Final = re.compile(r"([0-9]{4})(?:年|([-/. ]?)([0-9]{1,2})(?:\2([0-9]{1,2}))?)?")
_CHINESE_DATE: Final = re.compile(r"([0-9]{4})年([0-9]{1,2})月(?:([0-9]{1,2})[日号])?")
_INTERVAL: Final = re.compile(r"(.+?)(?: ?[–—~～至到/] ?| to | - )(.+)")
# Common words for "about", before or after a date.
_ABOUT: Final = re.compile(r"(?:约|大约|ABOUT |AROUND |CIRCA |CA?\.? ?)([0-9].*)|(.*[0-9年月日])(?:左右|前后)")
_YEARS: Final = re.compile(r"([0-9]{4})-([0-9]{4})")


def _respelled(text: str) -> str | None:
    """The EDTF of a period in another common notation; None where the period isn't clear."""
    if len(text) > MAX_LENGTH:
        return None
    given = unicodedata.normalize("NFKC", text).strip().upper().replace(" TO ", " to ")
    if given[-1:] in QUALIFIERS and _is_edtf(compact := given.replace(" ", "")):
        return compact
    if match := _ABOUT.fullmatch(given):
        about = match[1] or match[2]
        written = about if _is_edtf(about) else _respelled_date(about)
        return f"{written}~" if written and _is_edtf(f"{written}~") else None
    written = _respelled_date(given)
    if written is None and (interval := _YEARS.fullmatch(given) or _INTERVAL.fullmatch(given)):
        ends = [_respelled_end(end) for end in interval.groups()]
        written = None if None in ends else "/".join(str(end) for end in ends)
    return written if written and _is_edtf(written) else None


def _is_edtf(text: str) -> bool:
    try:
        _span(text)
    except ValueError:
        return False
    return True


def _respelled_end(text: str) -> str | None:
    return text if text == _OPEN or _POINT.fullmatch(text) else _respelled_date(text)


def _respelled_date(text: str) -> str | None:
    if match := _YEAR_AND_PART.fullmatch(text):
        return f"{match[1]}-{_PARTS[match[2]]}"
    if match := _PART_AND_YEAR.fullmatch(text):
        return f"{match[2]}-{_PARTS[match[1]]}"
    if match := _CHINESE_DATE.fullmatch(text):
        return _joined(match[1], match[2], match[3])
    if match := _YEAR_MONTH_DAY.fullmatch(text):
        return _joined(match[1], match[3], match[4])
    return None


def _joined(year: str, month: str | None, day: str | None) -> str:
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
