"""The contract as one schema: built once, printed as `schema/schema.graphql`."""

from functools import cache
from typing import Any, Final

import strawberry
from graphql import GraphQLSchema, TypeDefinitionNode, parse
from strawberry.schema.config import StrawberryConfig

from schema.graph.entities import Award, Initiative, Metric, Pillar
from schema.graph.query import DIRECT, Query, Resolver
from schema.graph.subscription import SOURCES, Subscription
from schema.retrieval.lists import PLANNED, resolve_planned
from schema.types.scalars import SCALARS


def _stored(document: Any, key: str) -> Any:
    """Read a stored key; a document that lacks it is damaged, and its field says so."""
    return document[key]


_SCHEMA: Final = strawberry.Schema(
    query=Query,
    subscription=Subscription,
    # Reached through Node alone.
    types=[Pillar, Initiative, Metric, Award],
    config=StrawberryConfig(default_resolver=_stored, scalar_map=SCALARS),
)
# Strawberry keeps graphql-core's schema in this attribute and offers no other way to it.
GRAPHQL_SCHEMA: Final[GraphQLSchema] = _SCHEMA._schema

for _holder in ("District", "Pillar", "Initiative"):
    _type: Any = GRAPHQL_SCHEMA.type_map[_holder]
    for _name in _type.fields.keys() & PLANNED.keys():
        _type.fields[_name].resolve = resolve_planned


def _direct(resolver: Resolver) -> Any:
    return lambda _, info, **arguments: resolver(info, **arguments)


_root: Any = GRAPHQL_SCHEMA.type_map["Query"]
for _name, _resolver in DIRECT.items():
    _root.fields[_name].resolve = _direct(_resolver)

_told: Any = GRAPHQL_SCHEMA.type_map["Subscription"]
for _name, (_subscribe, _resolve) in SOURCES.items():
    _told.fields[_name].subscribe = _subscribe
    _told.fields[_name].resolve = _resolve


def sdl() -> str:
    """Print the contract in the schema definition language."""
    return f"{_SCHEMA.as_str()}\n"


@cache
def definitions() -> dict[str, str]:
    """The definition of each type as the contract prints it, by name."""
    text = sdl()
    types = [node for node in parse(text).definitions if isinstance(node, TypeDefinitionNode)]
    return {node.name.value: text[node.loc.start : node.loc.end] for node in types if node.loc}
