"""Aggregates of a whole list: counts by a field, and the spread of its figures.

They cover all items that match the filter, not one page, and are read in the command that fetches the page, only if
selected. What nobody filtered is not counted: loads keep it (`loaders.model.tallies`).
"""

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
FIGURES_KEY: Final = "figures"
# The types of the items that have a figure.
FIGURES_OF: Final = frozenset({"Metric", "Observation"})

_MEDIAN: Final = {
    "$let": {
        "vars": {
            "low": {"$floor": {"$divide": [{"$subtract": ["$count", 1]}, 2]}},
            "high": {"$floor": {"$divide": ["$count", 2]}},
        },
        "in": {"$avg": [{"$arrayElemAt": ["$values", "$$low"]}, {"$arrayElemAt": ["$values", "$$high"]}]},
    }
}

# Of each unit, how its figures are spread.
SPREAD: Final = Extra(
    (
        {"$match": {"quantity": {"$ne": None}}},
        {
            "$group": {
                "_id": "$quantity.unit",
                "count": {"$sum": 1},
                "min": {"$min": "$quantity.normalized"},
                "max": {"$max": "$quantity.normalized"},
                "average": {"$avg": "$quantity.normalized"},
                "values": {"$push": "$quantity.normalized"},
            }
        },
        {"$set": {"values": {"$sortArray": {"input": "$values", "sortBy": 1}}}},
        {"$project": {"_id": 0, "unit": "$_id", "count": 1, "min": 1, "max": 1, "average": 1, "median": _MEDIAN}},
    )
)


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


@strawberry.type(description="How figures of one unit are spread, by their normalized values.")
class FigureSpread:
    """One group when figures are grouped by unit."""

    count: int = field(description="How many figures; metrics without one are left out.")
    min: float = field(description="The smallest value that a figure has.")
    max: float = field(description="The largest value that a figure has.")
    average: float = field(description="The arithmetic mean that the figures have.")
    median: float = field(description="The value in the middle, or the mean of the two that are there.")

    @field(description="The unit that all figures have.")
    @staticmethod
    def unit(document: Parent[Document]) -> Unit:
        """Look the unit up in the registry."""
        return unit_document(document["unit"])


@strawberry.type(description="Figures about a whole list of metrics, whatever page of it is read.")
class MetricAggregate(Aggregate):
    """With the spread of the figures."""

    @field(
        description="The spread of the figures, null where there is none. Figures of several units are refused: "
        "narrow the list to one."
    )
    @staticmethod
    def figures(document: Parent[Document]) -> FigureSpread | None:
        """Read the spread. Raises BadUserInput if there is more than one unit."""
        spreads: list[Any] = document[FIGURES_KEY]
        if len(spreads) > 1:
            raise mixed_units_error("figures", [spread["unit"] for spread in spreads])
        return spreads[0] if spreads else None


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
        if name_of(below) == "figures":
            # With several units there is no spread; without a filter, indicators tell it.
            extras[FIGURES_KEY] = units_of(collection, where) if where == TRUE else SPREAD
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


def _groups(collection: str, by: GroupBy, first: int, where: Predicate) -> Extra | Fetch:
    """The groups of a list: counted if something filters it, else as loads keep them."""
    known = COUNTED_BY[collection]
    if by.name not in known:
        raise BadUserInput(f'"by" is {by.name}, which {collection} do not have; {" or ".join(known)}')
    if not 1 <= first <= MAX_PAGE:
        raise BadUserInput(f'"counts.first" is {first}; 1 to {MAX_PAGE}')
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
