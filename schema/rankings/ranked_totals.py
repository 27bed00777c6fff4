"""What is said of a ranking as a whole, not only of a page: read once for all that ask. Batched over rankings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from statistics import fmean, median
from typing import Any, TypeAlias

from strawberry import Parent

from loaders.documents import Document, Quantity
from loaders.model.rankings import RankedList
from loaders.store.fetch import Fetch
from loaders.values.units import adds_up
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.base.ranked_figures import Figure, certain, shares_of, sum_of
from schema.rankings.ranked_lists import members


@dataclass(frozen=True)
class Totals:
    """All figures of one ranking, or of a list whose figures compare."""

    figures: Sequence[Figure]

    @cached_property
    def sum(self) -> Quantity | None:
        """Their sum. Raises BadUserInput if figures in their unit don't add up."""
        unit = self.figures[0].quantity["unit"] if self.figures else None
        if unit is not None and not adds_up(unit):
            raise BadUserInput(f'"sum" of figures in {unit} has no meaning; "figures" has their average')
        return sum_of(self.figures)

    @cached_property
    def certain(self) -> frozenset[str]:
        """The ids of the observations whose position is certain."""
        return certain(self.figures)

    @cached_property
    def shares(self) -> Mapping[str, float]:
        """The share of each observation in the sum, by id."""
        is_additive = self.figures and adds_up(self.figures[0].quantity["unit"])
        return shares_of(self.figures, self.sum) if is_additive else {}

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
    fetches = []
    for name, apart in wanted:
        where, compute = members(RankedList(name, 0), apart)
        fetches.append(Fetch("observations", where, compute=compute, project={"id": 1, "quantity": 1}))
    found = [fetched.documents for fetched in await info.context.fetch_all(info, fetches)]
    ordered = (sorted(rows, key=lambda row: row["id"]) for rows in found)
    return [Totals([Figure(row["id"], row["quantity"]) for row in rows]) for rows in ordered]
