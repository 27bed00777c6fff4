"""What compiled functions are, and what goes in and out of them beside documents and data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import GraphQLField, GraphQLObjectType
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

from schema.execution.local_fields import Binder
from schema.execution.references import LoadAll

# A document of the type, what the request has bound, and a list that takes what waits → response data. Raises
# anything on a surprise.
Function: TypeAlias = Callable[[Any, list[Any], list["Waiting"]], Any]


class CompilationMiss(Exception):
    """A document is not what a compiled function takes for granted, or a selection can't be compiled."""


@dataclass(frozen=True, slots=True)
class Level:
    """How one selection set is completed.

    function: gives its plain fields, with None where `rest` belongs; None where none is plain.
    whole: the name of what gives all fields, with holes where they cross documents; "" where some take graphql-core.
    """

    function: Function | None
    rest: GroupedFieldSet
    whole: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A field of the operation whose arguments each request binds: a pure computed one, or the key of a crossing."""

    field: GraphQLField
    details: FieldDetailsList
    binder: Binder


@dataclass(frozen=True, slots=True, eq=False)
class Placeholder:
    """Where a field crosses documents: its data is filled in when they are loaded, and completed by `function`."""

    type_: GraphQLObjectType
    field: GraphQLField
    details: FieldDetailsList
    response_key: str
    load: LoadAll
    function: Function


# A hole, the key of what belongs there, and the response data that it is in.
Waiting: TypeAlias = tuple[Placeholder, Any, dict[str, Any]]
