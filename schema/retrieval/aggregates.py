"""Aggregates of a whole list: counts by a field. `schema.rankings.compared` puts its figures together.

They cover all items that match the filter, not one page, and are read in the command that fetches the page, only if
selected. What nobody filtered is not counted: loads keep it (`loaders.model.tallies`).
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import strawberry
from graphql import FieldNode, GraphQLError
from strawberry import Parent, argument, field

from loaders.documents import Document
from loaders.model.tallies import COUNTED_BY, TALLIES, key_of, tally_of
from loaders.store.fetch import Extra, Fetch, SortKey
from loaders.store.predicates import TRUE, Compare, Exists, Predicate, all_of
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.planning.selection import SelectionReader, name_of
from schema.types.connections import MAX_PAGE
from schema.types.enums import GroupBy
from schema.types.units import Unit, unit_document

COUNTS_KEY_PREFIX: Final = "counts:"
# The key of an aggregate under which its list stands.
LIST_KEY: Final = "list"
# The types of the items that have a figure.
FIGURES_OF: Final = frozenset({"Metric", "Observation"})


@dataclass(frozen=True, slots=True)
class FilteredList:
    """The collection of a list, and the filter of its items."""

    collection: str
    where: Predicate


@strawberry.type(description="How many items of a list have one value.")
class GroupCount:
    """One group."""

    key: str | None = field(description="The value; null for the items that have none.")
    count: int = field(description="How many items have the value.")


@strawberry.type(description="Figures about a whole list, whatever page of it is read.")
class Aggregate:
    """Its instances hold the rows of each selected aggregate by response key."""

    @field(
        description="How many items have each value of a field: large groups first, equal ones by key, null first."
    )
    @staticmethod
    def counts(
        document: Parent[Document],
        info: Info,
        by: Annotated[GroupBy, argument(description="The field whose values are counted: each value is a group.")],
        first: Annotated[
            int, argument(description=f"How many groups are wanted at most, 1 to {MAX_PAGE}.")
        ] = MAX_PAGE,
    ) -> list[GroupCount]:
        """Read the groups."""
        path = info._raw_info.path
        assert path.prev is not None, "an aggregate is the field of a connection"
        groups: list[Any] | GraphQLError = document[f"{COUNTS_KEY_PREFIX}{path.prev.key}.{path.key}"]
        if isinstance(groups, GraphQLError):
            raise groups
        return groups


@strawberry.type(description="How figures that compare are spread, by their normalized values.")
class FigureSpread:
    """Built by `schema.rankings.ranked_totals`."""

    count: int = field(description="How many figures there are, one of each place.")
    min: float = field(description="The smallest value that a figure has.")
    max: float = field(description="The largest value that a figure has.")
    average: float = field(description="The arithmetic mean that the figures have.")
    median: float = field(description="The value in the middle, or the mean of the two that are there.")
    certain: bool = field(
        description="Whether all figures are exact; else these are computed of bounds and the like."
    )

    @field(description="The unit that all figures have.")
    @staticmethod
    def unit(document: Parent[Document], info: Info) -> Unit:
        """Look the unit up in the registry."""
        return unit_document(document["unit"], info.context.own_units)


def mixed_units_error(argument: str, units: list[str]) -> BadUserInput:
    """The error for comparing figures of several units. argument: the argument or field that compares."""
    return BadUserInput(
        f'"{argument}" would compare figures of several units: {", ".join(sorted(units))}; narrow the list to one, '
        f'such as where: {{quantity: {{unit: {{eq: "{min(units)}"}}}}}}'
    )


def aggregate_extras(
    operation: SelectionReader, type_name: str, collection: str, key: str, nodes: list[FieldNode], where: Predicate
) -> dict[str, Extra | Fetch | GraphQLError]:
    """What to compute in addition to the page for a selection set on an aggregate; `key` is its response key.

    A field with invalid arguments has its error in place of the aggregation; the field raises it.
    """
    extras: dict[str, Extra | Fetch | GraphQLError] = {}
    for response_key, below in operation.fields(type_name, nodes).items():
        if name_of(below) != "counts":
            continue
        counts = f"{COUNTS_KEY_PREFIX}{key}.{response_key}"
        try:
            arguments = operation.arguments(type_name, below[0])
            extras[counts] = _groups(collection, arguments["by"], arguments["first"], where)
        except GraphQLError as error:
            extras[counts] = error
    return extras


def units_of(collection: str, where: Predicate) -> Extra | Fetch:
    """The distinct units of the figures of a list; those of all figures are the units of indicators."""
    if where == TRUE:
        counted = {"metrics": "figure_count", "observations": "observed_figure_count"}[collection]
        return units_of_indicators(Compare(counted, "gt", 0))
    return Extra(({"$group": {"_id": "$quantity.unit"}},), all_of(where, Exists("quantity.unit")))


def units_of_indicators(where: Predicate) -> Fetch:
    """The distinct units of the figures of some indicators, whatever metrics or observations have them."""
    return Fetch("indicators", where, compute=({"$unwind": "$units"}, {"$group": {"_id": "$units"}}))


def check_groups(collection: str, field: str, by: GroupBy, first: int) -> None:
    """Check the arguments of a field that groups a list. Raises BadUserInput."""
    known = [name for name in COUNTED_BY[collection] if name in GroupBy.__members__]
    if by.name not in known:
        raise BadUserInput(f'"by" is {by.name}, which {collection} do not have; {" or ".join(known)}')
    if not 1 <= first <= MAX_PAGE:
        raise BadUserInput(f'"{field}.first" is {first}; 1 to {MAX_PAGE}')


def _groups(collection: str, by: GroupBy, first: int, where: Predicate) -> Extra | Fetch:
    """The groups of a list: counted if something filters it, else as loads keep them."""
    check_groups(collection, "counts", by, first)
    if where == TRUE:
        tally = Compare("tally", "eq", tally_of(collection, by.name))
        order = (SortKey("rank"), SortKey("id"))
        return Fetch(TALLIES, tally, order=order, limit=first, project={"key": 1, "count": 1})
    return Extra(
        (
            {"$group": {"_id": key_of(collection, by.name), "count": {"$sum": 1}}},
            {"$sort": {"count": -1, "_id": 1}},
            {"$limit": first},
            {"$project": {"_id": 0, "key": "$_id", "count": 1}},
        )
    )
