"""The types of the compiler: the signature of its functions, their bindings and placeholders, and levels."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from graphql import GraphQLError, GraphQLField, GraphQLObjectType
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

from schema.execution.loaded_fields import LoadAll
from schema.execution.local_fields import Binder

# Takes a document, the request's bindings, and a list to add placeholders to; returns response data. Raises one of
# MISFITS if the document is not as expected.
Function: TypeAlias = Callable[[Any, list[Any], list["Waiting"]], Any]


class CompilationMiss(Exception):
    """A document is not as a compiled function expects."""


class ArgumentsRefused(CompilationMiss):
    """The arguments of a field can't be used, whatever the document."""


# What reading a document raises that is not as its type says. Anything else is a mistake of ours.
MISFITS: Final = (
    *(CompilationMiss, GraphQLError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError),
)


@dataclass(frozen=True, slots=True)
class Level:
    """How one selection set is completed.

    function: returns the data of compiled fields, with None for those in `rest`; None if no field is compiled.
    whole: the name of the function for all fields, which leaves placeholders; "" if some need graphql-core.
    """

    function: Function | None
    rest: GroupedFieldSet
    whole: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A field that each request binds with its arguments: a computed field, or one whose value is loaded by key."""

    field: GraphQLField
    details: FieldDetailsList
    binder: Binder


@dataclass(frozen=True, slots=True, eq=False)
class Placeholder:
    """The place of a value that is loaded separately, completed by `function`, and put into the response data."""

    type_: GraphQLObjectType
    field: GraphQLField
    details: FieldDetailsList
    response_key: str
    load: LoadAll
    function: Function


# A placeholder, the key of the value to load, and the response data to put it into.
Waiting: TypeAlias = tuple[Placeholder, Any, dict[str, Any]]
