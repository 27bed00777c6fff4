"""The contract as one schema: built once, printed as `schema/schema.graphql`."""

from functools import cache
from typing import Any, Final

import strawberry
from graphql import GraphQLSchema, TypeDefinitionNode, parse
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


def sdl() -> str:
    """Print the contract in the schema definition language."""
    return f"{_SCHEMA.as_str()}\n"


@cache
def definitions() -> dict[str, str]:
    """The definition of each type as the contract prints it, by name."""
    text = sdl()
    types = [node for node in parse(text).definitions if isinstance(node, TypeDefinitionNode)]
    return {node.name.value: text[node.loc.start : node.loc.end] for node in types if node.loc}
