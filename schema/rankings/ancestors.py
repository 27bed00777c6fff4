"""Leave the parts of a place out of the lists in which the place itself stands, so that nothing is compared twice.

A district is left out of a list where one of its ancestors has a figure in the same list. That depends on what is
published alone, and never on the order in which it was loaded: the topmost places of a list always stand.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

from loaders.documents import Document
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare, Exists, Predicate, all_of, value_at
from schema.arguments.orders import FIGURE_PATH
from schema.base.context import Info
from schema.rankings.ranked_lists import Candidates

# By list, the districts that are left out of it, each with its normalized figure.
Apart = Mapping[str, Mapping[str, float]]
PARENTS: Final = Fetch("districts", Exists("parent"), project={"slug": 1, "parent": 1})


@dataclass(frozen=True, slots=True)
class Ancestry:
    """The parents of all districts that have one."""

    parents: Mapping[str, str]

    @classmethod
    def of(cls, rows: Iterable[Document]) -> "Ancestry":
        """From what `PARENTS` found."""
        return cls({row["slug"]: row["parent"] for row in rows})

    def parts_among(self, districts: Set[str]) -> frozenset[str]:
        """Those of some districts that are parts of others of them."""
        return frozenset(slug for slug in districts if any(above in districts for above in self._above(slug)))

    @property
    def districts(self) -> tuple[str, ...]:
        """All that have a parent or parts."""
        return tuple(sorted({*self.parents, *self.parents.values()}))

    def _above(self, slug: str) -> Iterator[str]:
        # A load refuses cycles.
        above = self.parents.get(slug)
        while above is not None:
            yield above
            above = self.parents.get(above)


async def parts_apart(info: Info, ancestry: Ancestry, where: Predicate) -> Apart:
    """What is left out of the stored lists of the observations that match; no command where no parent is known."""
    if not ancestry.parents:
        return {}
    related = all_of(where, Compare("district", "in", ancestry.districts), Exists("ranked_as"))
    project: dict[str, Any] = {"district": 1, "ranked_as": 1, FIGURE_PATH: 1}
    lists: dict[str, dict[str, float]] = defaultdict(dict)
    for row in (await info.context.fetch(info, Fetch("observations", related, project=project))).documents:
        lists[row["ranked_as"]][row["district"]] = value_at(row, FIGURE_PATH)
    return {
        name: {slug: figures[slug] for slug in parts}
        for name, figures in lists.items()
        if (parts := ancestry.parts_among(figures.keys()))
    }


def parts_fetch(ancestry: Ancestry, candidates: Candidates) -> Fetch:
    """Build the fetch of the lists of all districts that have a parent or parts."""
    related = all_of(candidates.where, Compare("district", "in", ancestry.districts))
    return Fetch("observations", related, compute=candidates.listed)


def parts_by_list(ancestry: Ancestry, rows: Iterable[Document]) -> Mapping[str, frozenset[str]]:
    """The districts that are left out of each list. rows: what `parts_fetch` found."""
    lists: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        lists[row["key"]].add(row["district"])
    return {name: ancestry.parts_among(districts) for name, districts in lists.items()}
