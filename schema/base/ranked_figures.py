"""What follows from all the figures of a ranking: their sum, and which positions are certain. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import groupby
from typing import Any, Final, TypeAlias

from loaders.documents import Quantity
from schema.base.growth import rounded_growth

# Enough for every decimal128 value at every multiplier, and for the sum of very many.
_PRECISION: Final = 100
_INFINITY: Final = Decimal("Infinity")
# A bound, and how far a figure stays from it: 0 if it may be reached, else a step to the side where the figure is.
_Bound: TypeAlias = tuple[Decimal, int]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a ranking. id: of its observation."""

    id: str
    quantity: Quantity

    @property
    def value(self) -> Decimal:
        """The exact value; of a range, its lower end."""
        return _scaled(self.quantity, self.quantity["value"])

    def bounds(self) -> tuple[_Bound, _Bound]:
        """Between what the figure is. What is about a number is off by half of its last digit that is no zero."""
        value = self.value
        lowest, highest = (-_INFINITY, 0), (_INFINITY, 0)
        match self.quantity["comparator"]:
            case "EQ":
                return (value, 0), (value, 0)
            case "GT":
                return (value, 1), highest
            case "GTE":
                return (value, 0), highest
            case "LT":
                return lowest, (value, -1)
            case "LTE" | "UP_TO":
                return lowest, (value, 0)
            case "RANGE":
                assert self.quantity["max_value"] is not None
                return (value, 0), (_scaled(self.quantity, self.quantity["max_value"]), 0)
            case about:
                half = Decimal(5).scaleb(int(value.normalize().as_tuple().exponent) - 1)
                return (value - half, 0), (value if about == "NEAR" else value + half, 0)


@dataclass(frozen=True, slots=True)
class GrowthFigure(Figure):
    """The growth from an earlier figure to a later one. id: of what grew. quantity: what `growth_between` gives."""

    earlier: Quantity
    later: Quantity

    def bounds(self) -> tuple[_Bound, _Bound]:
        """Between what the growth is: what is about a number follows from how far off both figures may be."""
        if self.quantity["comparator"] != "APPROX":
            return Figure.bounds(self)
        (old_low, _), (old_high, _) = Figure("", self.earlier).bounds()
        (new_low, _), (new_high, _) = Figure("", self.later).bounds()
        if self.earlier["unit"] == "percent":
            return (new_low - old_high, 0), (new_high - old_low, 0)
        if old_low <= 0:
            return (-_INFINITY, 0), (_INFINITY, 0)
        ends = [rounded_growth(old, new) for old in (old_low, old_high) for new in (new_low, new_high)]
        return (min(ends), 0), (max(ends), 0)


def certain(figures: Iterable[Figure]) -> frozenset[str]:
    """The ids of the figures whose position would be the same, whatever the bounds and "about" of all stand for."""
    with localcontext(prec=_PRECISION):
        listed = sorted(((figure.value, figure) for figure in figures), key=lambda pair: pair[0])
        groups = [[figure for _, figure in group] for _, group in groupby(listed, key=lambda pair: pair[0])]
        lows = [min(figure.bounds()[0] for figure in group) for group in groups]
        highs = [max(figure.bounds()[1] for figure in group) for group in groups]
        found = set()
        # The highest of all smaller ones so far; the lowest of all larger ones.
        below: _Bound = (-_INFINITY, -1)
        above = _lowest_from(lows)
        for group, high, larger in zip(groups, highs, above[1:], strict=True):
            is_exact = len(group) == 1 or all(figure.quantity["comparator"] == "EQ" for figure in group)
            for figure in group:
                own_low, own_high = figure.bounds()
                if is_exact and below < own_low and own_high < larger:
                    found.add(figure.id)
            below = max(below, high)
        return frozenset(found)


def _lowest_from(lows: Sequence[_Bound]) -> list[_Bound]:
    """The lowest of each bound and those after it; above all, what no figure reaches."""
    found: list[_Bound] = [(_INFINITY, 1)]
    for low in reversed(lows):
        found.append(min(found[-1], low))
    return found[::-1]


def sum_of(figures: Sequence[Figure]) -> Quantity | None:
    """The exact sum, with the comparator that follows; None without figures, or where bounds leave it open."""
    if not figures:
        return None
    comparator = _compared({figure.quantity["comparator"] for figure in figures})
    if comparator is None:
        return None
    with localcontext(prec=_PRECISION):
        total = sum((figure.value for figure in figures), Decimal(0))
        largest = None
        if comparator == "RANGE":
            ends = (_scaled(one.quantity, one.quantity["max_value"] or one.quantity["value"]) for one in figures)
            largest = sum(ends, Decimal(0))
    return {
        "value": total,
        "multiplier": 0,
        "comparator": comparator,
        "max_value": largest,
        "unit": figures[0].quantity["unit"],
        "normalized": float(total),
        "decimals": max(0, -int(total.as_tuple().exponent)),
    }


def shares_of(figures: Sequence[Figure], total: Quantity | None) -> Mapping[str, float]:
    """The share of each figure in the sum, in percent, by id; none where the sum is a bound, a range or zero."""
    if total is None or total["comparator"] not in {"EQ", "APPROX"} or total["value"] <= 0:
        return {}
    with localcontext(prec=_PRECISION):
        return {figure.id: float(100 * figure.value / total["value"]) for figure in figures}


def _compared(comparators: set[Any]) -> Any:
    others = comparators - {"EQ"}
    if not others:
        return "EQ"
    if others <= {"APPROX", "NEAR"}:
        return "APPROX"
    if others == {"RANGE"}:
        return "RANGE"
    if others <= {"GT", "GTE"}:
        return "GT" if "GT" in others else "GTE"
    if others <= {"LT", "LTE", "UP_TO"}:
        return "LT" if "LT" in others else "LTE"
    return None


def _scaled(quantity: Quantity, value: Decimal) -> Decimal:
    scaled = value.scaleb(quantity["multiplier"])
    return scaled.quantize(Decimal(1)) if int(scaled.as_tuple().exponent) > 0 else scaled
