"""How much an operation may ask, counted before it is validated: a refusal takes time in proportion to the text.

Pure: no schema, no variable values. Counts are of what an operation is once its fragments are expanded, but nothing
is expanded: each fragment is walked once, whatever it holds and however often it is spread.
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

# They lead into the schema and not into the data, and tools ask them deeper than anyone asks the data.
_INTROSPECTION: Final = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed; `docs/reference/limits.md` says what each number counts."""

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
class Counts:
    """What a selection set amounts to once its fragments are expanded.

    depth: the levels of fields. fields: those of the first level.
    """

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0


def excess(document: DocumentNode, limits: Limits) -> OverLimit | None:
    """The first limit that a parsed document goes over, None where it keeps to all.

    The document need not be valid: fragments that are unknown or lead into themselves count nothing there.
    """
    for code, allowed, count in _measured(document, limits):
        if count > allowed:
            return OverLimit(code, allowed, count)
    return None


def counts(document: DocumentNode) -> list[Counts]:
    """The counts of each operation of a document, in their order."""
    walk = _Walk(document)
    return [walk.operation(node) for node in _operations(document)]


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _measured(document: DocumentNode, limits: Limits) -> Iterator[tuple[str, int, int]]:
    """Each limit, by its code, with what is allowed and what there is most of in an operation."""
    nodes = _operations(document)
    yield OPERATION_LIMIT, limits.operations, len(nodes)
    yield VARIABLE_LIMIT, limits.variables, max((len(node.variable_definitions or ()) for node in nodes), default=0)
    counted = counts(document) or [Counts()]
    yield DEPTH_LIMIT, limits.depth, max(one.depth for one in counted)
    yield ROOT_FIELD_LIMIT, limits.root_fields, max(one.fields for one in counted)
    yield ALIAS_LIMIT, limits.aliases, max(one.aliases for one in counted)
    yield DIRECTIVE_LIMIT, limits.directives, max(one.directives for one in counted)


class _Walk:
    """Counts selection sets; what was counted of a fragment holds for each of its spreads."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, Counts] = {}

    def operation(self, node: OperationDefinitionNode) -> Counts:
        of_variables = sum(len(variable.directives or ()) for variable in node.variable_definitions or ())
        return self._counted(node.selection_set.selections, len(node.directives or ()) + of_variables)

    def _counted(self, selections: Sequence[SelectionNode], directives: int = 0) -> Counts:
        depth = fields = aliases = 0
        for node in selections:
            below = self._below(node)
            depth = max(depth, below.depth)
            fields += below.fields
            aliases += below.aliases
            directives += below.directives + len(node.directives or ())
        return Counts(depth, fields, aliases, directives)

    def _below(self, node: SelectionNode) -> Counts:
        """What one selection stands for, without its own directives."""
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        if isinstance(node, InlineFragmentNode):
            return self._counted(node.selection_set.selections)
        assert isinstance(node, FieldNode)
        below = self._counted(node.selection_set.selections) if node.selection_set else Counts()
        depth = 0 if node.name.value in _INTROSPECTION else below.depth
        return Counts(1 + depth, 1, below.aliases + (node.alias is not None), below.directives)

    def _fragment(self, name: str) -> Counts:
        if name not in self._known:
            # For what leads back here: validation refuses it.
            self._known[name] = Counts()
            if node := self._fragments.get(name):
                self._known[name] = self._counted(node.selection_set.selections, len(node.directives or ()))
        return self._known[name]
