"""The positions of selections in a generated operation, and what each allows."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

from graphql import GraphQLInterfaceType, GraphQLObjectType

from schema.graph.contract import GRAPHQL_SCHEMA

Composite: TypeAlias = GraphQLObjectType | GraphQLInterfaceType

# Levels of fields, the root field included; objects that a selection set is on, about.
MAX_DEPTH: Final = 8
MAX_OBJECTS: Final = 90
# The pages of connections: as they come, or when what they hold would be too much.
PAGES: Final = frozenset(
    {"districts", "initiatives", "metrics", "observations", "awards", "indicators", "sources", "search", "ranking"}
)
PAGE: Final = 20
SHORT: Final = 2
# How many items lists have, about; where there is none by that name, one.
_ITEMS: Final[Mapping[str, int]] = {
    **{"District.initiatives": 15, "District.metrics": 31, "District.pillars": 4, "District.codes": 3},
    **{"Pillar.initiatives": 4, "Pillar.metrics": 8, "Initiative.metrics": 3, "Initiative.systems": 2},
    **{"District.awards": 2, "Aggregate.counts": 9, "MetricAggregate.counts": 9, "Dataset.sources": 6},
    **{"SearchResult.highlights": 3, "Query.nodes": 2},
}
# Fields to select more often than others.
FAVOURED: Final[Mapping[str, int]] = {
    **dict.fromkeys(("nodes", "edges", "node", "metric", "metrics", "latest", "quantity", "formatted"), 4),
    **dict.fromkeys(("standing", "text", "language", "changes", "initiatives", "value", "period", "ranks"), 2),
}
# Fields that lead to documents of their own.
_CROSSING: Final = frozenset({"district", "pillar", "initiative", "metric", "standing", "ranking", "parent", "parts"})
QUERY: Final[Any] = GRAPHQL_SCHEMA.query_type
ROOTS: Final = tuple(QUERY.fields)
# The type that a global id names.
NAMED: Final = re.compile('"(District|Pillar|Initiative|Metric|Observation|Award|Indicator):')


class Place(NamedTuple):
    """Where a selection stands: its type, the levels left, on how many objects, about, and of what type if known."""

    type_: Composite
    depth: int
    objects: int
    actual: str | None = None


def type_named(name: str) -> Composite:
    found = GRAPHQL_SCHEMA.type_map[name]
    assert isinstance(found, GraphQLObjectType | GraphQLInterfaceType)
    return found


def levels_of(name: str) -> int:
    return 2 if name in _CROSSING else 1


def items_of(type_: Composite, name: str) -> int:
    return _ITEMS.get(f"{type_.name}.{name}", 1)


def narrowed(place: Place, condition: str) -> Place:
    """The place in a fragment: what its objects are is remembered under an interface."""
    own = place.type_.name if place.type_.name != "Node" else place.actual
    return place._replace(type_=type_named(condition), actual=own if condition == "Node" else None)


@cache
def conditions_of(type_: Composite) -> tuple[str, ...]:
    """The types that a fragment may be on where there is an object of a type."""
    if isinstance(type_, GraphQLInterfaceType):
        return (*(one.name for one in GRAPHQL_SCHEMA.get_possible_types(type_)), type_.name)
    return (type_.name, *(one.name for one in type_.interfaces))


def group_of(type_: Composite) -> str:
    """Types whose fields may meet under one response key."""
    return "Node" if type_.name == "Node" or "Node" in conditions_of(type_) else type_.name
