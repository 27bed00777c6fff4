"""The figures that charts show, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Literal

Comparator = Literal["EQ", "GT", "GTE", "LT", "LTE", "NEAR", "UP_TO", "APPROX", "RANGE"]
Status = Literal["NORMAL", "ESTIMATED", "PROVISIONAL", "FORECAST", "TARGET"]


class SeveralUnits(ValueError):
    """Figures in several units, which can't share an axis."""


class Openness(Enum):
    """Where a figure may lie, seen from its value."""

    EXACT = "exact"
    ABOVE = "above"
    BELOW = "below"
    ABOUT = "about"
    BETWEEN = "between"


_OPENNESS: dict[Comparator, Openness] = {
    "EQ": Openness.EXACT,
    "GT": Openness.ABOVE,
    "GTE": Openness.ABOVE,
    "LT": Openness.BELOW,
    "LTE": Openness.BELOW,
    "NEAR": Openness.BELOW,
    "UP_TO": Openness.BELOW,
    "APPROX": Openness.ABOUT,
    "RANGE": Openness.BETWEEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. `text` is the figure in words, with comparator and unit; `maximum` is the upper end of a RANGE."""

    value: Decimal
    text: str
    unit: str
    comparator: Comparator = "EQ"
    maximum: Decimal | None = None
    status: Status = "NORMAL"

    def __post_init__(self) -> None:
        if not all(end.is_finite() for end in self.ends):
            raise ValueError(f"{self.text!a} has no finite value")
        if (self.maximum is None) == (self.comparator == "RANGE"):
            raise ValueError(f"{self.text!a} needs a maximum exactly if it is a range")

    @property
    def openness(self) -> Openness:
        """Where the figure may lie, seen from its value."""
        return _OPENNESS[self.comparator]

    @property
    def ends(self) -> tuple[Decimal, ...]:
        """The values that a chart must have room for."""
        return (self.value,) if self.maximum is None else (self.value, self.maximum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure with its name, in a chart of dots or bars. `figure` is None where there is none: `note` says why."""

    label: str
    figure: Figure | None
    note: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A figure with its time, on a line. `breaks`: it can't be joined with earlier ones."""

    label: str
    start: date
    end: date
    figure: Figure | None
    breaks: bool = False


def unit_of(figures: Iterable[Figure | None]) -> str | None:
    """Return the unit of all figures, None where there are no figures.

    Raises SeveralUnits.
    """
    units = {figure.unit for figure in figures if figure is not None}
    if len(units) > 1:
        raise SeveralUnits(f"one axis can't have several units: {', '.join(sorted(units))}")
    return units.pop() if units else None
