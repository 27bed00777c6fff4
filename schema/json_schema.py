"""What an operation answers, as JSON Schema (draft 2020-12): for programs that want to know before they ask.

Pure. Without descriptions: the contract has them, and they would double it. A fragment that stands alone below a
field becomes a definition, so that what repeats is written once.
"""

from collections.abc import Iterable, Mapping, Sequence
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
    InlineFragmentNode,
    SelectionNode,
    get_operation_ast,
)

from schema.contract import GRAPHQL_SCHEMA

Json: TypeAlias = dict[str, Any]

# Exact decimals and days are texts.
_TYPES: Final[Mapping[str, str]] = {"Int": "integer", "Float": "number", "Boolean": "boolean"}


def data_schema(document: DocumentNode) -> Json:
    """What the `data` of a valid document's only operation fits; no field of it may be skipped or included."""
    operation = get_operation_ast(document)
    assert operation is not None
    assert GRAPHQL_SCHEMA.query_type is not None
    writer = _Writer(document)
    written = writer.object(GRAPHQL_SCHEMA.query_type, operation.selection_set.selections)
    return {**written, "$defs": writer.definitions} if writer.definitions else written


class _Writer:
    """Writes selections of one document; `definitions` has those of fragments."""

    def __init__(self, document: DocumentNode) -> None:
        self.definitions: dict[str, Json] = {}
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def object(self, type_: GraphQLObjectType, selections: Iterable[SelectionNode]) -> Json:
        properties = {key: self._field(type_, nodes) for key, nodes in self._fields(type_, selections).items()}
        return {"type": "object", "properties": properties, "required": list(properties)}

    def _fields(self, type_: GraphQLObjectType, selections: Iterable[SelectionNode]) -> dict[str, list[FieldNode]]:
        """The fields of an object by response key (GraphQL spec, CollectFields in section 6.3.2)."""
        found: dict[str, list[FieldNode]] = {}
        for node in selections:
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
                continue
            fragment = self._fragment(node)
            if _applies(fragment, type_):
                for key, nodes in self._fields(type_, fragment.selection_set.selections).items():
                    found.setdefault(key, []).extend(nodes)
        return found

    def _fragment(self, node: SelectionNode) -> FragmentDefinitionNode | InlineFragmentNode:
        if isinstance(node, FragmentSpreadNode):
            return self._fragments[node.name.value]
        assert isinstance(node, InlineFragmentNode)
        return node

    def _field(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Json:
        name = nodes[0].name.value
        if name == "__typename":
            return {"const": type_.name}
        below = [node for one in nodes if one.selection_set for node in one.selection_set.selections]
        return self._value(type_.fields[name].type, below)

    def _value(self, type_: GraphQLOutputType, selections: Sequence[SelectionNode]) -> Json:
        if isinstance(type_, GraphQLNonNull):
            return self._present(type_.of_type, selections)
        return {"anyOf": [self._present(type_, selections), {"type": "null"}]}

    def _present(self, type_: GraphQLOutputType, selections: Sequence[SelectionNode]) -> Json:
        if isinstance(type_, GraphQLList):
            return {"type": "array", "items": self._value(type_.of_type, selections)}
        if isinstance(type_, GraphQLEnumType):
            return {"enum": list(type_.values)}
        if isinstance(type_, GraphQLScalarType):
            return {"type": _TYPES.get(type_.name, "string")}
        if isinstance(type_, GraphQLInterfaceType):
            return {"anyOf": [self.object(one, selections) for one in GRAPHQL_SCHEMA.get_possible_types(type_)]}
        assert isinstance(type_, GraphQLObjectType)
        if len(selections) == 1 and isinstance(selections[0], FragmentSpreadNode):
            return self._definition(type_, selections[0].name.value)
        return self.object(type_, selections)

    def _definition(self, type_: GraphQLObjectType, name: str) -> Json:
        if name not in self.definitions:
            self.definitions[name] = self.object(type_, self._fragments[name].selection_set.selections)
        return {"$ref": f"#/$defs/{name}"}


def _applies(fragment: FragmentDefinitionNode | InlineFragmentNode, type_: GraphQLObjectType) -> bool:
    if fragment.type_condition is None:
        return True
    condition = GRAPHQL_SCHEMA.type_map[fragment.type_condition.name.value]
    if isinstance(condition, GraphQLInterfaceType):
        return GRAPHQL_SCHEMA.is_sub_type(condition, type_)
    return condition is type_
