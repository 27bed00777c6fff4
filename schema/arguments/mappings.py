"""Inputs that resolvers get as mappings, as graphql-core coerced them, in place of an object for each."""

from typing import Any, TypeVar

from strawberry.types import get_object_definition

T = TypeVar("T", bound=type[Any])


def as_mapping(input_type: T) -> T:
    """Give an input to resolvers as the mapping of its fields, by their names in GraphQL.

    Filters and orders are read by these names. Strawberry's own conversion builds an object for each filter in a
    filter, which takes 270 µs longer for an operation with a small `where` and `orderBy`.
    """
    get_object_definition(input_type, strict=True).from_input = lambda _, value, __: value
    return input_type
