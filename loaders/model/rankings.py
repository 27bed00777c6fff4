"""The names of the lists in which figures are ranked: an indicator, a unit, and the days that the figures are for.

An end of the days is a date, `..` where it is open, or empty where it is unknown or no date is known at all.
"""

from dataclasses import dataclass


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
        """The first and the last day."""
        _, _, start, end = self.name.split("/")
        return start, end
