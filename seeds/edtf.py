"""The part of EDTF that periods need: what a text means as first and last day.

Extended Date/Time Format, Library of Congress 2019 (ISO 8601-2): years, months, days, quarters and halves
(`2025-33` to `2025-36`, `2025-40`, `2025-41`), and intervals whose ends may be open (`..`) or unknown (empty).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from loaders.documents import PeriodKind

_POINT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
# Level 2 sub-year groupings: code → (kind, first month, months).
_GROUPINGS: dict[int, tuple[PeriodKind, int, int]] = {
    33: ("QUARTER", 1, 3),
    34: ("QUARTER", 4, 3),
    35: ("QUARTER", 7, 3),
    36: ("QUARTER", 10, 3),
    40: ("HALF_YEAR", 1, 6),
    41: ("HALF_YEAR", 7, 6),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Inclusive ISO dates; None where open or unknown."""

    kind: PeriodKind
    start: str | None
    end: str | None


def parse_edtf(text: str) -> Span:
    """Read an EDTF date or interval.

    Raises ValueError with a sentence that says what would be right.
    """
    first, slash, last = text.partition("/")
    if not slash:
        return _point(first)
    start = None if first in {"", ".."} else _point(first)
    end = None if last in {"", ".."} else _point(last)
    if start is None and end is None:
        raise ValueError("an interval needs a start or an end; leave edtf out when neither is known")
    if start and end and start.start and end.end and start.start > end.end:
        raise ValueError(f"the interval ends ({last}) before it starts ({first})")
    return Span("RANGE", start.start if start else None, end.end if end else None)


def _point(text: str) -> Span:
    match = _POINT.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text!r} is no EDTF date; write a year (2025), a month (2025-06), a day (2025-06-30), "
            "a quarter (2025-33 to 2025-36), a half (2025-40, 2025-41) or an interval (2025-01/2025-09)"
        )
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if year == 0:
        raise ValueError("year 0000 is out of range; write 0001 to 9999")
    if month is None:
        return _span("YEAR", year, 1, 12)
    if day is None:
        if month in _GROUPINGS:
            kind, first_month, months = _GROUPINGS[month]
            return _span(kind, year, first_month, months)
        if not 1 <= month <= 12:
            raise ValueError(f"{text!r} has no month {month:02d}; write 01 to 12")
        return _span("MONTH", year, month, 1)
    try:
        iso = date(year, month, day).isoformat()
    except ValueError as error:
        raise ValueError(f"{text!r} is no day of the calendar: {error}") from None
    return Span("DAY", iso, iso)


def _span(kind: PeriodKind, year: int, month: int, months: int) -> Span:
    last_month = month + months - 1
    last_day = calendar.monthrange(year, last_month)[1]
    return Span(kind, date(year, month, 1).isoformat(), date(year, last_month, last_day).isoformat())
