"""The names of the lists in which figures are ranked: an indicator, a unit, and the days that the figures are for.

An end of the days is a date, `..` where it is open, or empty where it is unknown or no date is known at all. Figures
of an INSTANT indicator are in one list, whatever their days: each district's latest, or its latest up to a day.
Lists of results are stored with their figures. The name of another list ends in the statuses of its figures.
"""

from dataclasses import dataclass
from typing import Final

# In place of a first day. The last day is then the one up to which figures are taken; empty for no bound.
LATEST: Final = "@"


def ranked_list(indicator: str, unit: str, start: str, end: str, *statuses: str) -> str:
    """The name of a list. statuses: where they are other than those of all results."""
    return "/".join((indicator, unit, start, end, *statuses))


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
        """The first and the last day; none of a list of the latest figures."""
        start, end = self.name.split("/")[2:4]
        return ("", "") if start == LATEST else (start, end)

    @property
    def is_of_latest(self) -> bool:
        """Whether it has the latest figure of each district."""
        return self.name.split("/")[2] == LATEST

    @property
    def as_at(self) -> str | None:
        """The day up to which the latest figures are taken, if there is one."""
        return self.name.split("/")[3] or None if self.is_of_latest else None

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses of its figures; empty for those of all results."""
        return tuple(self.name.split("/")[4:])

    @property
    def is_stored(self) -> bool:
        """Whether its figures have its name, so that an index has them in order."""
        return self.as_at is None and not self.statuses
