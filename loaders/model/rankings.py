"""The names of the lists in which figures are ranked: an indicator, a unit, and the days that the figures are for.

An end of the days is a date, `..` where it is open, or empty where it is unknown or no date is known at all. Figures
of an INSTANT indicator are in one list, whatever their days: each district's latest, or its latest up to a day.
"""

from dataclasses import dataclass
from typing import Final

# In place of a first day. The last day is then the one up to which figures are taken; empty for no bound.
LATEST: Final = "@"


def ranked_list(indicator: str, unit: str, start: str, end: str) -> str:
    """The name of a list."""
    return f"{indicator}/{unit}/{start}/{end}"


@dataclass(frozen=True, slots=True)
class RankedList:
    """A list that is ranked, with the number of districts in it."""

    name: str
    count: int

    @property
    def indicator(self) -> str:
        """The indicator's slug."""
        return self.name.split("/")[0]

    @property
    def unit(self) -> str:
        """The code of the unit."""
        return self.name.split("/")[1]

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day; none of an INSTANT indicator."""
        start, end = self.name.split("/")[2:]
        return ("", "") if start == LATEST else (start, end)

    @property
    def as_at(self) -> str | None:
        """The day up to which the latest figures are taken, if there is one. Such a list isn't stored."""
        start, end = self.name.split("/")[2:]
        return end or None if start == LATEST else None
