"""Limits on operations, checked before validation, in time proportional to the length of the text.

Pure: no schema, no variable values. Counts are those of the expanded operation, but fragments are not expanded: each
is visited once, however often it is spread.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
)

from schema.base.errors import (
    ALIAS_LIMIT,
    DEPTH_LIMIT,
    DIRECTIVE_LIMIT,
    OPERATION_LIMIT,
    ROOT_FIELD_LIMIT,
    VARIABLE_LIMIT,
    OverLimit,
)

# Introspection fields have no depth limit: tools select them deeper than any data.
_INTROSPECTION: Final = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits; `docs/reference/limits.md` says what each number counts."""

    text_characters: int = 15_000
    tokens: int = 1_000
    operations: int = 10
    variables: int = 50
    depth: int = 10
    root_fields: int = 10
    aliases: int = 15
    directives: int = 20
    overlaps: int = 20_000
    cost: int = 5_000
    errors: int = 5


@dataclass(frozen=True, slots=True)
class SelectionCounts:
    """The counts of a selection set after expanding its fragments.

    depth: the levels of fields. fields: the number of fields of the first level.
    """

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0


def first_exceeded_limit(document: DocumentNode, limits: Limits) -> OverLimit | None:
    """The error for the first limit that a parsed document exceeds; None if there is none.

    The document need not be valid: unknown fragments and cycles of fragments count nothing.
    """
    for code, allowed, count in _measured(document, limits):
        if count > allowed:
            return OverLimit(code, allowed, count)
    return None


def count_selections(document: DocumentNode) -> list[SelectionCounts]:
    """The counts of each operation of a document, in order."""
    counter = _SelectionCounter(document)
    return [counter.operation(node) for node in _operations(document)]


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _measured(document: DocumentNode, limits: Limits) -> Iterator[tuple[str, int, int]]:
    """Each limit: its code, the allowed number, and the greatest count of any operation."""
    nodes = _operations(document)
    yield OPERATION_LIMIT, limits.operations, len(nodes)
    yield VARIABLE_LIMIT, limits.variables, max((len(node.variable_definitions or ()) for node in nodes), default=0)
    counted = count_selections(document) or [SelectionCounts()]
    yield DEPTH_LIMIT, limits.depth, max(one.depth for one in counted)
    yield ROOT_FIELD_LIMIT, limits.root_fields, max(one.fields for one in counted)
    yield ALIAS_LIMIT, limits.aliases, max(one.aliases for one in counted)
    yield DIRECTIVE_LIMIT, limits.directives, max(one.directives for one in counted)


class _SelectionCounter:
    """Counts selection sets. A fragment is counted once for all its spreads."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, SelectionCounts] = {}

    def operation(self, node: OperationDefinitionNode) -> SelectionCounts:
        of_variables = sum(len(variable.directives or ()) for variable in node.variable_definitions or ())
        return self._counted(node.selection_set.selections, len(node.directives or ()) + of_variables)

    def _counted(self, selections: Sequence[SelectionNode], directives: int = 0) -> SelectionCounts:
        depth = fields = aliases = 0
        for node in selections:
            below = self._below(node)
            depth = max(depth, below.depth)
            fields += below.fields
            aliases += below.aliases
            directives += below.directives + len(node.directives or ())
        return SelectionCounts(depth, fields, aliases, directives)

    def _below(self, node: SelectionNode) -> SelectionCounts:
        """The counts of one selection, without its own directives."""
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        if isinstance(node, InlineFragmentNode):
            return self._counted(node.selection_set.selections)
        assert isinstance(node, FieldNode)
        below = self._counted(node.selection_set.selections) if node.selection_set else SelectionCounts()
        depth = 0 if node.name.value in _INTROSPECTION else below.depth
        return SelectionCounts(1 + depth, 1, below.aliases + (node.alias is not None), below.directives)

    def _fragment(self, name: str) -> SelectionCounts:
        if name not in self._known:
            # A cycle counts nothing; validation rejects it.
            self._known[name] = SelectionCounts()
            if node := self._fragments.get(name):
                self._known[name] = self._counted(node.selection_set.selections, len(node.directives or ()))
        return self._known[name]
