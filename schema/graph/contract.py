"""The contract as one schema: built once, printed as `schema/schema.graphql`."""

from functools import cache
from typing import Any, Final

import strawberry
from graphql import GraphQLSchema, TypeDefinitionNode, parse
from graphql.utilities.print_schema import print_schema_definition
from strawberry.schema.config import StrawberryConfig

from schema.graph.entities import Award, Initiative, Metric, Observation, Pillar
from schema.graph.query import Query
from schema.graph.subscription import Subscription
from schema.types.scalars import SCALARS


def _stored(document: Any, key: str) -> Any:
    """Read a stored key, `from` for `from_`; if it is missing, the document is damaged and the field has an error."""
    return document[key.removesuffix("_")]


_SCHEMA: Final = strawberry.Schema(
    query=Query,
    subscription=Subscription,
    # Types that are reachable only through the interface Node.
    types=[Pillar, Initiative, Metric, Observation, Award],
    config=StrawberryConfig(default_resolver=_stored, scalar_map=SCALARS),
)
# Strawberry keeps graphql-core's schema in this attribute and offers no other way to it.
GRAPHQL_SCHEMA: Final[GraphQLSchema] = _SCHEMA._schema
# Nor does it take a description of the schema, or print one.
GRAPHQL_SCHEMA.description = (
    "What districts, cities and zones publish of their digital work. A district has pillars, which are its main "
    "themes; a pillar has initiatives, which are lines of work; an initiative has metrics, whose figures are "
    "observations, each with its unit, its period and the source that it is cited from. Metrics of several "
    "districts that measure the same share an indicator, by which they compare. Things are named by slugs, which "
    "are short names for URLs, and by global ids."
)


def sdl() -> str:
    """Print the contract in the schema definition language."""
    return f"{print_schema_definition(GRAPHQL_SCHEMA)}\n\n{_SCHEMA.as_str()}\n"


@cache
def definitions() -> dict[str, str]:
    """The definition of each type as the contract prints it, by name."""
    text = sdl()
    types = [node for node in parse(text).definitions if isinstance(node, TypeDefinitionNode)]
    return {node.name.value: text[node.loc.start : node.loc.end] for node in types if node.loc}
