"""What is said of a ranking as a whole, not only of a page: read once for all that ask. Batched over rankings."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, partial
from statistics import fmean, median
from typing import Any, Final, TypeAlias

from strawberry import Parent

from loaders.documents import Document, Quantity
from loaders.model.rankings import RankedList
from loaders.store.fetch import Fetch
from loaders.values.units import adds_up
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.base.ranked_figures import Figure, certain, shares_of, sum_of
from schema.rankings.ranked_lists import members

# The days of figures of which no period is known.
UNKNOWN_PERIOD: Final = "/"
_UNKNOWN: Final = frozenset({"", UNKNOWN_PERIOD})
# How many values an error names.
_NAMED: Final = 5


def first_of(values: Sequence[str]) -> str:
    """The values that an error names, and how many there are more."""
    more = f" and {len(values) - _NAMED} more" if len(values) > _NAMED else ""
    return ", ".join(values[:_NAMED]) + more


@dataclass(frozen=True)
class Totals:
    """All figures of one ranking, or of a list whose figures compare.

    days: what they are for, as in the name of a list; of each place's latest figure, its day, empty if unknown.
    """

    figures: Sequence[Figure]
    days: Set[str]

    @property
    def add_up(self) -> bool:
        """Whether their sum has a meaning: in their unit, and all being for the same days, which are known."""
        is_of_one = len(self.figures) == 1 or (len(self.days) == 1 and not self.days & _UNKNOWN)
        return not self.figures or (is_of_one and adds_up(self.figures[0].quantity["unit"]))

    @cached_property
    def sum(self) -> Quantity | None:
        """Their sum. Raises BadUserInput if they don't add up."""
        if not self.add_up:
            raise self._no_sum()
        return sum_of(self.figures)

    def _no_sum(self) -> BadUserInput:
        unit = self.figures[0].quantity["unit"]
        if not adds_up(unit):
            return BadUserInput(f'"sum" of figures in {unit} has no meaning; "figures" has their average')
        days = sorted(self.days - _UNKNOWN, reverse=True)
        if not days:
            return BadUserInput('"sum" would add figures of unknown days; "figures" has their average')
        named = first_of([*days, "none"] if self.days & _UNKNOWN else days)
        return BadUserInput(
            f'"sum" would add figures of several days: {named}; add up those of one, such as observations('
            f'where: {{period: {{during: "{days[0]}"}}}})'
        )

    @cached_property
    def certain(self) -> frozenset[str]:
        """The ids of the observations whose position is certain: none of several whose periods are unknown."""
        is_unknown = self.days == {UNKNOWN_PERIOD} and len(self.figures) > 1
        return frozenset() if is_unknown else certain(self.figures)

    @cached_property
    def shares(self) -> Mapping[str, float]:
        """The share of each observation in the sum, by id."""
        return shares_of(self.figures, self.sum) if self.add_up else {}

    @property
    def spread(self) -> Document | None:
        """How the figures are spread (`schema.retrieval.aggregates.FigureSpread`)."""
        values = [figure.quantity["normalized"] for figure in self.figures]
        if not values:
            return None
        return {
            "count": len(values),
            "min": min(values),
            "max": max(values),
            "average": fmean(values),
            "median": median(values),
            "unit": self.figures[0].quantity["unit"],
            "certain": all(figure.quantity["comparator"] == "EQ" for figure in self.figures),
        }


def of_ranking(read: Callable[[Totals], Any]) -> Callable[..., Any]:
    """A resolver of a ranking's field, which reads the totals."""

    async def resolve(document: Parent[Document], info: Info) -> Any:
        return read(await _totals(document, info))

    return resolve


def of_ranked(read: Callable[[Totals, str], Any]) -> Callable[..., Any]:
    """A resolver of a ranked item's field, which reads the totals for its observation."""

    async def resolve(document: Parent[Document], info: Info) -> Any:
        return read(await _totals(document, info), document["observation"]["id"])

    return resolve


# The name of a list, and the districts that are left out of it.
_Ranked: TypeAlias = tuple[str, frozenset[str]]


async def _totals(document: Document, info: Info) -> Totals:
    loader = info.context.loader(("ranked", await info.context.revision(info)), partial(_load, info))
    totals: Totals = await loader.load((document["ranked_as"], document["apart"]))
    return totals


async def _load(info: Info, wanted: list[_Ranked]) -> Sequence[Totals]:
    """The totals of rankings."""
    lists = [RankedList(name, 0) for name, _ in wanted]
    fetches = []
    for ranked, (_, apart) in zip(lists, wanted, strict=True):
        where, compute = members(ranked, apart)
        project = dict.fromkeys(("id", "quantity", "reference_date"), 1)
        fetches.append(Fetch("observations", where, compute=compute, project=project))
    found = [fetched.documents for fetched in await info.context.fetch_all(info, fetches)]
    return [_totals_of(ranked, rows) for ranked, rows in zip(lists, found, strict=True)]


def _totals_of(ranked: RankedList, rows: Sequence[Document]) -> Totals:
    days = {row["reference_date"] or "" for row in rows} if ranked.is_of_latest else {"/".join(ranked.days)}
    ordered = sorted(rows, key=lambda row: row["id"])
    return Totals([Figure(row["id"], row["quantity"]) for row in ordered], days)
