"""The contract as one schema: built once, printed as `schema/schema.graphql`."""

from functools import cache
from typing import Any, Final

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    TypeDefinitionNode,
    parse,
)
from graphql.utilities.print_schema import print_schema_definition
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from schema.base.context import info_of
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


# Strawberry looks at each argument of a field once more, also at those that stay as graphql-core coerced them.
# Without, a tiny question takes 0.95 of the processor time (docs/engineering/performance.md).
_AS_COERCED: Final = frozenset({"Boolean", "Float", "ID", "Int", "String"})
_NAMES: Final = NameConverter(auto_camel_case=True)


def _resolve_directly(resolved: GraphQLField) -> None:
    """Resolve a root field without Strawberry's conversion where all arguments given are plain or null."""
    own: StrawberryField = resolved.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
    resolver, ordinary = own.base_resolver, resolved.resolve
    assert ordinary
    if not (resolver and resolver.is_async and resolver.info_parameter):
        return
    function: Any = resolver.wrapped_func
    has_self, info_name = resolver.self_parameter, resolver.info_parameter.name
    given_as = {_NAMES.from_argument(one): one.python_name for one in own.arguments}
    plain = {name for name, argument in resolved.args.items() if _is_plain(argument.type)}

    async def _async_resolver(source: Any, info: GraphQLResolveInfo[Any], **given: Any) -> Any:
        if any(value is not None and name not in plain for name, value in given.items()):
            return await ordinary(source, info, **given)
        arguments = {given_as[name]: value for name, value in given.items()}
        return await function(*((source,) if has_self else ()), **{info_name: info_of(info)}, **arguments)

    resolved.resolve = _async_resolver


def _is_plain(type_: GraphQLInputType) -> bool:
    nullable = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return isinstance(nullable, GraphQLScalarType) and nullable.name in _AS_COERCED


assert GRAPHQL_SCHEMA.query_type
for _field in GRAPHQL_SCHEMA.query_type.fields.values():
    _resolve_directly(_field)


def sdl() -> str:
    """Print the contract in the schema definition language."""
    return f"{print_schema_definition(GRAPHQL_SCHEMA)}\n\n{_SCHEMA.as_str()}\n"


@cache
def definitions() -> dict[str, str]:
    """The definition of each type as the contract prints it, by name."""
    text = sdl()
    types = [node for node in parse(text).definitions if isinstance(node, TypeDefinitionNode)]
    return {node.name.value: text[node.loc.start : node.loc.end] for node in types if node.loc}
