"""The JSON Schema (draft 2020-12) of an operation's data.

Pure. Descriptions are left out: the GraphQL schema has them, and they would double the size. A fragment that is the
only selection of a field becomes a definition, so that repeated fragments are written once.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    get_operation_ast,
)

from schema.graph.contract import GRAPHQL_SCHEMA
from schema.planning.selection import Selecting, SelectionReader

Json: TypeAlias = dict[str, Any]

# All other scalars are strings.
_JSON_TYPES: Final[Mapping[str, str]] = {"Int": "integer", "Float": "number", "Boolean": "boolean"}


def data_schema(document: DocumentNode) -> Json:
    """The schema of the `data` of a valid document's only operation, which must not use `@skip` or `@include`."""
    operation = get_operation_ast(document)
    assert operation is not None
    assert GRAPHQL_SCHEMA.query_type is not None
    writer = _Writer(document)
    written = writer.object(GRAPHQL_SCHEMA.query_type, [operation])
    return {**written, "$defs": writer.definitions} if writer.definitions else written


class _Writer:
    """Writes the schemas of selection sets; `definitions` has those of fragments."""

    def __init__(self, document: DocumentNode) -> None:
        self.definitions: dict[str, Json] = {}
        fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._operation = SelectionReader(GRAPHQL_SCHEMA, fragments, {})

    def object(self, type_: GraphQLObjectType, nodes: Sequence[Selecting]) -> Json:
        fields = self._operation.all_fields(type_.name, nodes)
        properties = {key: self._field(type_, below) for key, below in fields.items()}
        return {"type": "object", "properties": properties, "required": list(properties)}

    def _field(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Json:
        name = nodes[0].name.value
        if name == "__typename":
            return {"const": type_.name}
        return self._value(type_.fields[name].type, nodes)

    def _value(self, type_: GraphQLOutputType, nodes: Sequence[FieldNode]) -> Json:
        if isinstance(type_, GraphQLNonNull):
            return self._non_null(type_.of_type, nodes)
        return {"anyOf": [self._non_null(type_, nodes), {"type": "null"}]}

    def _non_null(self, type_: GraphQLOutputType, nodes: Sequence[FieldNode]) -> Json:
        if isinstance(type_, GraphQLList):
            return {"type": "array", "items": self._value(type_.of_type, nodes)}
        if isinstance(type_, GraphQLEnumType):
            return {"enum": list(type_.values)}
        if isinstance(type_, GraphQLScalarType):
            return {"type": _JSON_TYPES.get(type_.name, "string")}
        if isinstance(type_, GraphQLInterfaceType):
            return {"anyOf": [self.object(one, nodes) for one in GRAPHQL_SCHEMA.get_possible_types(type_)]}
        assert isinstance(type_, GraphQLObjectType)
        below = [selection for node in nodes if node.selection_set for selection in node.selection_set.selections]
        if len(below) == 1 and isinstance(below[0], FragmentSpreadNode):
            return self._definition(type_, below[0].name.value)
        return self.object(type_, nodes)

    def _definition(self, type_: GraphQLObjectType, name: str) -> Json:
        if name not in self.definitions:
            self.definitions[name] = self.object(type_, [self._operation.fragments[name]])
        return {"$ref": f"#/$defs/{name}"}
