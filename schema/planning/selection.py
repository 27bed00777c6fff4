"""Read the selection sets of an operation, by response key.

Fragments are expanded once per selection set. `@skip` and `@include` are ignored: skipped fields count as selected.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    is_abstract_type,
)
from graphql.execution.values import get_argument_values

from loaders.lru_cache import LruCache

# Response key → the nodes that select it.
Fields: TypeAlias = dict[str, list[FieldNode]]
Selecting: TypeAlias = FieldNode | FragmentDefinitionNode | OperationDefinitionNode


@dataclass(frozen=True, slots=True)
class SelectionReader:
    """Reads the fields and arguments that an operation selects.

    templates: the plans of its selection sets, kept between requests. refused: errors in the arguments of computed
    fields, by slot (`schema.planning.computed`); the field raises them when it is resolved.
    """

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Any
    templates: LruCache[Any, Any] = field(default_factory=LruCache)
    refused: dict[str, GraphQLError] = field(default_factory=dict)

    @classmethod
    def of(cls, info: GraphQLResolveInfo[Any]) -> "SelectionReader":
        """A reader of the operation that a resolver runs in."""
        context = info.context
        return cls(info.schema, info.fragments, info.variable_values, context.templates, context.refused)

    def fields(self, type_name: str, nodes: Iterable[Selecting]) -> Fields:
        """The fields that nodes select on an object type (GraphQL spec, CollectSubfields), without `__typename`."""
        found = self.all_fields(type_name, nodes)
        return {key: below for key, below in found.items() if not name_of(below).startswith("__")}

    def all_fields(self, type_name: str, nodes: Iterable[Selecting]) -> Fields:
        """The same with `__typename`."""
        found: Fields = {}
        seen: set[str] = set()
        for node in nodes:
            if node.selection_set:
                self._collect(type_name, node.selection_set.selections, found, seen)
        return found

    def arguments(self, type_name: str, node: FieldNode) -> dict[str, Any]:
        """The coerced arguments of a field."""
        return get_argument_values(self.field(type_name, node), node, self.variables)

    def field(self, type_name: str, node: FieldNode) -> GraphQLField:
        """The definition of a field."""
        type_: Any = self.schema.type_map[type_name]
        assert isinstance(type_, GraphQLObjectType)
        field: GraphQLField = type_.fields[node.name.value]
        return field

    def _collect(self, type_name: str, selections: Iterable[SelectionNode], into: Fields, seen: set[str]) -> None:
        for node in selections:
            if isinstance(node, FieldNode):
                into.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(node.type_condition.name.value, type_name):
                    self._collect(type_name, node.selection_set.selections, into, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, type_name):
                    self._collect(type_name, fragment.selection_set.selections, into, seen)

    def _applies(self, condition: str, type_name: str) -> bool:
        if condition == type_name:
            return True
        abstract: Any = self.schema.type_map[condition]
        possible: Any = self.schema.type_map[type_name]
        return is_abstract_type(abstract) and self.schema.is_sub_type(abstract, possible)


def name_of(nodes: list[FieldNode]) -> str:
    """The name of the field that nodes of one response key select."""
    return nodes[0].name.value
