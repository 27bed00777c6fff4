"""Warn of parts that don't add up to their whole, beyond rounding and what comparators leave open.

Parts are the indicators that name a whole in `partOf`: amounts in the whole's unit, or shares in percent of it.
Figures are compared if they are for the same days and of the same status. A sum that is far below its whole is no
fault, as more parts may exist; one that just misses it is.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from loaders.values.edtf import Span, parse_edtf
from seeds.editing.warnings import EditorWarning, warn
from seeds.format.checks import observations_of
from seeds.format.model import District, Observation
from seeds.format.problems import FieldPath
from seeds.format.reader import Location
from seeds.format.values import Quantity

_INFINITE: Final = Decimal("Infinity")
# "About" and "nearly" leave this share open.
_ABOUT: Final = Decimal("0.1")
# Parts that come this close to their whole are taken for all of its parts.
_NEARLY_ALL: Final = Decimal("0.95")
_PERCENT: Final = "percent"
_WHOLE_IN_PERCENT: Final = Quantity.model_construct(
    value=Decimal(100), multiplier=0, comparator="EQ", max_value=None, unit=_PERCENT
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest number that a published figure can stand for."""

    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, quantity: Quantity) -> "Bounds":
        """The bounds of a figure: its rounding, widened by its comparator."""
        exponent = quantity.value.as_tuple().exponent
        assert isinstance(exponent, int)
        scale = Decimal(10) ** quantity.multiplier
        half = Decimal(5).scaleb(exponent - 1)
        low, high = (quantity.value - half) * scale, (quantity.value + half) * scale
        margin = abs(quantity.value * scale) * _ABOUT
        if quantity.comparator in {"GT", "GTE"}:
            return cls(low, _INFINITE)
        if quantity.comparator in {"LT", "LTE", "UP_TO"}:
            return cls(Decimal(0), high)
        if quantity.comparator == "NEAR":
            return cls(low - margin, high)
        if quantity.comparator == "APPROX":
            return cls(low - margin, high + margin)
        if quantity.max_value is not None:
            return cls(low, (quantity.max_value + half) * scale)
        return cls(low, high)


@dataclass(frozen=True, slots=True)
class _Figure:
    indicator: str
    path: FieldPath
    quantity: Quantity


# The days, the status and the unit of figures that can be added up.
_Moment: TypeAlias = tuple[Span | str | None, str, str]


def parts_that_miss_their_whole(location: Location, district: District) -> Iterator[EditorWarning]:
    """Yield a warning for each whole whose parts exceed it, or miss it by little."""
    wholes = {one.slug: one.part_of for one in district.indicators if one.part_of}
    figures = _figures(district)
    for moment, known in figures.items():
        parts: dict[str, list[_Figure]] = defaultdict(list)
        for figure in known.values():
            if figure.indicator in wholes:
                parts[wholes[figure.indicator]].append(figure)
        for whole, found in parts.items():
            if whole in known:
                yield from _compared(location, whole, known[whole].quantity, found)
            elif moment[2] == _PERCENT:
                yield from _compared(location, whole, _WHOLE_IN_PERCENT, found)


def _figures(district: District) -> Mapping[_Moment, dict[str, _Figure]]:
    """The first figure of each indicator for the same days, of the same status and in the same unit."""
    figures: dict[_Moment, dict[str, _Figure]] = defaultdict(dict)
    for path, metric, observation in observations_of(district):
        if observation.quantity:
            indicator = metric.indicator or metric.slug
            moment = (_days(observation), observation.status, observation.quantity.unit)
            figures[moment].setdefault(indicator, _Figure(indicator, path, observation.quantity))
    return figures


def _days(observation: Observation) -> Span | str | None:
    period = observation.period
    if period is None:
        return None
    return parse_edtf(period.edtf) if period.edtf else period.kind


def _compared(location: Location, whole: str, total: Quantity, parts: Sequence[_Figure]) -> Iterator[EditorWarning]:
    bounds = [Bounds.of(part.quantity) for part in parts]
    low, high = sum(one.low for one in bounds), sum(one.high for one in bounds)
    limits = Bounds.of(total)
    if low > limits.high:
        fault = "exceed"
    elif len(parts) > 1 and high < limits.low and high >= limits.low * _NEARLY_ALL:
        fault = "just miss"
    else:
        return
    scale = Decimal(10) ** total.multiplier
    printed = sum(part.quantity.value.scaleb(part.quantity.multiplier) for part in parts) / scale
    names = ", ".join(part.indicator for part in parts)
    of = f"{total.value} of {whole!r}" if total is not _WHOLE_IN_PERCENT else f"100 percent of {whole!r}"
    unit = "" if total is _WHOLE_IN_PERCENT else f" (10^{total.multiplier} {total.unit})"
    yield warn(
        "sum-of-parts",
        location,
        (*parts[-1].path, "quantity"),
        f"the parts ({names}) add up to {printed.normalize():f} and {fault} the {of}{unit}; check the figures, "
        "periods and units, or what is part of what",
    )
