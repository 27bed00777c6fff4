"""What an EDTF text means as days: docs/reference/seed-files.md."""

import re
from calendar import monthrange
from datetime import date
from typing import Final, NamedTuple

from tests.reference.errors import BadInput

_POINT: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_GROUPS: Final = {33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12), 40: (1, 6), 41: (7, 12)}


class Days(NamedTuple):
    """First and last day; an end without one is open, or else unknown."""

    start: str | None
    end: str | None
    start_is_open: bool = False
    end_is_open: bool = False

    @property
    def kind(self) -> str:
        """What stretch of the calendar it is."""
        if self.start is None or self.end is None:
            return "RANGE"
        if self.start == self.end:
            return "DAY"
        first, last = date.fromisoformat(self.start), date.fromisoformat(self.end)
        is_whole = first.day == 1 and last.day == monthrange(last.year, last.month)[1] and first.year == last.year
        kinds = {12: "YEAR", 6: "HALF_YEAR", 3: "QUARTER", 1: "MONTH"}
        months = last.month - first.month + 1
        return kinds.get(months, "RANGE") if is_whole and (first.month - 1) % months == 0 else "RANGE"


def is_approximate(edtf: str) -> bool:
    """Whether a date of a text is approximate."""
    return "~" in edtf or "%" in edtf


def is_uncertain(edtf: str) -> bool:
    """Whether a date of a text is uncertain."""
    return "?" in edtf or "%" in edtf


def days_of(edtf: str) -> Days:
    """The days of a text, whatever its qualifiers. Raises BadInput for what is no period."""
    first, slash, last = (re.sub(r"(?<=\d)[~?%]$", "", part) for part in edtf.partition("/"))
    if not slash:
        return Days(*_days_of_point(first))
    start, end = (None if point in {"", ".."} else _days_of_point(point) for point in (first, last))
    if start is None and end is None:
        raise BadInput("an interval without an end that is known")
    days = Days(start and start[0], end and end[1], first == "..", last == "..")
    if days.start and days.end and days.start > days.end:
        raise BadInput("an interval that ends before it begins")
    return days


def _days_of_point(point: str) -> tuple[str, str]:
    match = _POINT.fullmatch(point)
    if match is None:
        raise BadInput("no EDTF")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        if day is not None:
            return (one := date(year, month or 0, day).isoformat()), one
        first, last = (1, 12) if month is None else _GROUPS.get(month, (month, month))
        return date(year, first, 1).isoformat(), date(year, last, monthrange(year, last)[1]).isoformat()
    except ValueError:
        raise BadInput("no day of the calendar") from None


def covers(days: Days, day: str) -> bool:
    """Whether a day is known to lie in a period: an open end is no bound, of an unknown one nothing is known."""
    if day in {days.start, days.end}:
        return True
    begun = days.start_is_open if days.start is None else days.start <= day
    goes_on = days.end_is_open if days.end is None else day <= days.end
    return begun and goes_on
