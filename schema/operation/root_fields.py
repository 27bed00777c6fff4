"""The root fields that an operation selects. Logs and metrics use them instead of the client's operation name."""

from collections.abc import Mapping
from typing import Final, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
)

from schema.graph.contract import GRAPHQL_SCHEMA

# Every root field that a valid operation can select (GraphQL spec, sections 4.1 and 4.2).
ROOT_FIELDS: Final = frozenset(
    {
        *cast(GraphQLObjectType, GRAPHQL_SCHEMA.query_type).fields,
        *cast(GraphQLObjectType, GRAPHQL_SCHEMA.subscription_type).fields,
        "__schema",
        "__type",
        "__typename",
    }
)


def root_fields(node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> tuple[str, ...]:
    """The distinct root fields of a valid operation, sorted, including those of fragments and skipped ones."""
    found: set[str] = set()
    spread: set[str] = set()
    selections: list[SelectionNode] = list(node.selection_set.selections)
    while selections:
        at = selections.pop()
        if isinstance(at, FieldNode):
            found.add(at.name.value)
        elif isinstance(at, FragmentSpreadNode):
            if (name := at.name.value) not in spread:
                spread.add(name)
                selections += fragments[name].selection_set.selections
        elif isinstance(at, InlineFragmentNode):
            selections += at.selection_set.selections
    return tuple(sorted(found))
