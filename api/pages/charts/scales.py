"""Where values stand on an axis, and which round values an axis names."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from typing import Final

# Enough for the difference of a huge and a tiny value to keep the tiny one.
_EXACT: Final = Context(prec=80)


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale: `low` stands at `start` and `high` at `stop`, in percent or pixels."""

    low: Decimal
    high: Decimal
    start: Decimal
    stop: Decimal

    def position(self, value: Decimal) -> Decimal:
        """Return where a value stands."""
        with localcontext(_EXACT):
            share = (value - self.low) / (self.high - self.low)
            return self.start + share * (self.stop - self.start)


def from_zero(values: Iterable[Decimal], start: Decimal, stop: Decimal) -> Scale:
    """Return a scale that includes zero and all values."""
    known = [Decimal(0), *values]
    low, high = min(known), max(known)
    return Scale(low, high if high > low else low + 1, start, stop)


def rounded(values: Iterable[Decimal], start: Decimal, stop: Decimal, intervals: int) -> Scale:
    """Return a scale whose ends are round values. It includes zero unless all values are far from it.

    Far is when they differ by less than half of the one that is furthest from zero.
    """
    known = list(values) or [Decimal(0)]
    low, high = min(known), max(known)
    with localcontext(_EXACT):
        if high - low == 0 or (high - low) * 2 >= max(abs(low), abs(high)):
            low, high = min(low, Decimal(0)), max(high, Decimal(0))
        if low == high:
            high = low + 1
        step = _step(high - low, intervals)
        low = (low / step).to_integral_value(ROUND_FLOOR) * step
        high = (high / step).to_integral_value(ROUND_CEILING) * step
    return Scale(low, high, start, stop)


def ticks(scale: Scale, intervals: int) -> list[Decimal]:
    """Return round values on a scale, about as many as there are intervals, lowest first."""
    with localcontext(_EXACT):
        step = _step(scale.high - scale.low, intervals)
        first = (scale.low / step).to_integral_value(ROUND_CEILING)
        last = (scale.high / step).to_integral_value(ROUND_FLOOR)
        return [((first + index) * step).normalize() + 0 for index in range(int(last - first) + 1)]


def _step(span: Decimal, intervals: int) -> Decimal:
    """Return the smallest of 1, 2 and 5 times a power of ten that divides a span into at most so many intervals."""
    least = span / intervals
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)
