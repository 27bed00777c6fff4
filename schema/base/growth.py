"""How a figure grew between two periods, computed from both figures, or why that can't be computed. Pure.

Figures in percent differ in percentage points, exactly; other figures grow in percent of the earlier one, rounded to
two digits after the decimal point.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any, Final

from loaders.documents import Document, Quantity
from loaders.values.edtf import Span

# Statuses of figures that are no forecasts and no targets.
RESULTS: Final = ("NORMAL", "PROVISIONAL", "ESTIMATED")
# Enough for every decimal128 value at every multiplier.
_PRECISION: Final = 80
_HUNDREDTHS: Final = Decimal("0.01")
# On which side of the published number the figure lies; what is about it may lie on either.
_SIDES: Final = {"EQ": 0, "GT": 1, "GTE": 1, "LT": -1, "LTE": -1, "UP_TO": -1}
_ABOUT: Final = ("APPROX", "NEAR")


def growth_between(
    earlier: Document, later: Document, between: Iterable[Document]
) -> tuple[Quantity | None, str | None]:
    """The growth from one observation of a metric to another, or else the reason why there is none.

    between: other observations of the metric, of which only those that end between the two count.
    """
    old, new = earlier["quantity"], later["quantity"]
    if old is None or new is None:
        return None, "NO_FIGURE"
    if not equally_long(span_of(earlier), span_of(later)):
        return None, "OTHER_LENGTH"
    if old["unit"] != new["unit"]:
        return None, "OTHER_UNIT"
    if any(one["breaks"] is not None and _is_between(one, earlier, later) for one in (*between, later)):
        return None, "BREAK"
    comparator = _compared(old["comparator"], new["comparator"])
    if comparator is None:
        return None, "BOUNDS"
    value = _growth(old, new)
    return (None, "FROM_ZERO") if value is None else (_quantity(value, comparator, old["unit"]), None)


def span_of(observation: Document) -> Span | None:
    """The days that an observation is for; None if it names none."""
    period = observation["period"]
    if period is None or (period["start"] is None and period["end"] is None):
        return None
    return Span(period["start"], period["end"], period["start_is_open"], period["end_is_open"])


def equally_long(one: Span | None, other: Span | None) -> bool:
    """Whether two periods have as many whole months, or else as many days."""
    lengths = [_length(span) for span in (one, other)]
    return None not in lengths and lengths[0] == lengths[1]


def a_year_before(span: Span) -> Span | None:
    """The same days of the year before; None where an end isn't known."""
    if span.start is None or span.end is None or span.start[:4] == "0001":
        return None
    first, last = date.fromisoformat(span.start), date.fromisoformat(span.end)
    last_year = last.year - 1
    is_month_end = last.day == monthrange(last.year, last.month)[1]
    days = monthrange(last_year, last.month)[1]
    start = first.replace(year=first.year - 1, day=min(first.day, monthrange(first.year - 1, first.month)[1]))
    end = last.replace(year=last_year, day=days if is_month_end and first != last else min(last.day, days))
    return Span(start.isoformat(), end.isoformat())


def _length(span: Span | None) -> tuple[str, int] | None:
    if span is None or span.start is None or span.end is None:
        return None
    first, last = date.fromisoformat(span.start), date.fromisoformat(span.end)
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        return "months", 12 * (last.year - first.year) + last.month - first.month + 1
    return "days", (last - first).days + 1


def _is_between(observation: Document, earlier: Document, later: Document) -> bool:
    """Whether it ends after the earlier one, and not after the later one."""
    day = observation["reference_date"]
    return day is not None and bool(earlier["reference_date"] < day <= later["reference_date"])


def _compared(old: str, new: str) -> str | None:
    """How the growth reads: over a bound, under one, about or exact; None where it could be anything."""
    if "RANGE" in (old, new):
        return None
    if old in _ABOUT or new in _ABOUT:
        return "APPROX" if all(one in (*_ABOUT, "EQ") for one in (old, new)) else None
    sides = {-_SIDES[old], _SIDES[new]} - {0}
    if len(sides) > 1:
        return None
    if not sides:
        return "EQ"
    is_strict = old in {"GT", "LT"} or new in {"GT", "LT"}
    return ("GT" if is_strict else "GTE") if sides == {1} else ("LT" if is_strict else "LTE")


def _growth(old: Quantity, new: Quantity) -> Decimal | None:
    with localcontext(prec=_PRECISION):
        before, after = (figure["value"].scaleb(figure["multiplier"]) for figure in (old, new))
        if old["unit"] == "percent":
            return after - before
        if before <= 0:
            return None
        return rounded_growth(before, after)


def rounded_growth(before: Decimal, after: Decimal) -> Decimal:
    """The growth in percent, as it is published and ranked. before: more than zero."""
    return (100 * (after - before) / before).quantize(_HUNDREDTHS, ROUND_HALF_EVEN)


def _quantity(value: Decimal, comparator: Any, unit: str) -> Quantity:
    value = _plain(value)
    return {
        "value": value,
        "multiplier": 0,
        "comparator": comparator,
        "max_value": None,
        "unit": "percentage-point" if unit == "percent" else "percent",
        "normalized": float(value),
        "decimals": max(0, -int(value.as_tuple().exponent)),
    }


def _plain(value: Decimal) -> Decimal:
    """Without zeros at the end, and without an exponent."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if int(value.as_tuple().exponent) > 0 else value
