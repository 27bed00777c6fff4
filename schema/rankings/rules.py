"""The arguments that rankings have in common, read: statuses, kinds of places, the unit, sizes, the place to go on.

Figures that are results, forecasts and targets are never in one ranking: they don't compare.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import FieldNode

from loaders.documents import Document
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare
from loaders.values.units import fault_of_unit, unit_hint
from schema.base.context import Context
from schema.base.errors import BadUserInput
from schema.base.growth import RESULTS
from schema.planning.selection import SelectionReader, name_of
from schema.types.connections import MAX_PAGE
from schema.types.enums import MetricStatus, PlaceKind

_COMPARABLE: Final = (RESULTS, ("FORECAST",), ("TARGET",))


async def own_codes(context: Context, unit: str | None) -> Collection[str]:
    """The codes of the units that the data set counts by itself, if a unit that is asked for may be one of them."""
    if unit is None or fault_of_unit(unit) is None:
        return ()
    return [one["code"] for one in (await context.published()).units]


@dataclass(frozen=True, slots=True)
class RankingRules:
    """What both kinds of rankings are asked for.

    statuses: as in `RankedList`. kinds: of places, sorted; None for all. first: how many items a page has.
    """

    unit: str | None
    statuses: tuple[str, ...]
    kinds: tuple[str, ...] | None
    first: int

    @classmethod
    def read(cls, arguments: Mapping[str, Any], own: Collection[str]) -> "RankingRules":
        """Raises BadUserInput. arguments: unit, kinds, first, and statuses where there are any.

        own: the codes of the units that the data set counts by itself.
        """
        unit, first = arguments["unit"], arguments["first"]
        if unit is not None and fault_of_unit(unit, own):
            raise BadUserInput(f'"unit" is {unit!a}, which is no unit; {unit_hint(unit)}')
        if not 1 <= first <= MAX_PAGE:
            raise BadUserInput(f'"first" is {first}; 1 to {MAX_PAGE} (page with "after")')
        return cls(unit, _statuses(arguments.get("statuses")), _kinds(arguments["kinds"]), first)

    @property
    def are_results(self) -> bool:
        """Whether no forecasts and no targets are ranked."""
        return not {*self.statuses} - {*RESULTS}

    @property
    def others(self) -> list[Fetch]:
        """What finds the districts of other kinds, if not all are ranked."""
        if self.kinds is None:
            return []
        others = tuple(kind.name for kind in PlaceKind if kind.name not in self.kinds)
        return [Fetch("districts", Compare("kind", "in", others), project={"slug": 1})]


def slugs_of(rows: Iterable[Document]) -> frozenset[str]:
    """The slugs of districts that were fetched."""
    return frozenset(row["slug"] for row in rows)


def _statuses(given: Sequence[MetricStatus] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    statuses = tuple(one.name for one in MetricStatus if one in given)
    if not statuses:
        raise BadUserInput('"statuses" is empty; give at least one, or omit it')
    if not any({*statuses} <= {*comparable} for comparable in _COMPARABLE):
        raise BadUserInput(
            f'"statuses" is [{", ".join(statuses)}], which don\'t compare; some of {", ".join(RESULTS)}, or FORECAST '
            "alone, or TARGET alone"
        )
    return () if {*statuses} == {*RESULTS} else statuses


def _kinds(given: Sequence[PlaceKind] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    if not given:
        raise BadUserInput('"kinds" is empty; give at least one, or omit it')
    return tuple(sorted({one.name for one in given}))


def left_out_sizes(
    operation: SelectionReader, type_name: str, fields: Mapping[str, list[FieldNode]]
) -> dict[str, int]:
    """How many districts that are left out are listed, by the response key of each such field.

    Raises BadUserInput.
    """
    sizes = {
        key: operation.arguments(type_name, nodes[0])["first"]
        for key, nodes in fields.items()
        if name_of(nodes) == "leftOut"
    }
    for first in sizes.values():
        if not 1 <= first <= MAX_PAGE:
            raise BadUserInput(f'"leftOut.first" is {first}; 1 to {MAX_PAGE}')
    return sizes
