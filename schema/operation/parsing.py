"""Parse and validate the text of a document, within limits.

Pure: no I/O, no variable values. The cheapest checks come first: the length of the text, its tokens, the limits on
selections, and then validation.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Final

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    Lexer,
    NamedTypeNode,
    NameNode,
    Node,
    NonNullTypeNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    Source,
    TokenKind,
    ValidationContext,
    VariableDefinitionNode,
    VariableNode,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.validate import ValidationAbortedError
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.base.errors import OVERLAP_LIMIT, PARSE_FAILED, TEXT_LIMIT, TOKEN_LIMIT, VALIDATION_FAILED, OverLimit
from schema.base.spans import span
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.limits import Limits, first_exceeded_limit
from schema.operation.suggestions import with_suggested_paths


class Rejected(Exception):
    """A text without a valid operation: a code, and errors for the client."""

    def __init__(self, code: str, errors: Sequence[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


def valid_document(text: str, limits: Limits, *, is_locked: bool = False) -> DocumentNode:
    """Parse and validate a text (GraphQL spec, sections 2 and 5).

    is_locked: whether the schema is not public: introspection is rejected and errors suggest no names.

    Raises Rejected, OverLimit.
    """
    with span("parse"):
        document = _parsed(text, limits)
    if over := first_exceeded_limit(document, limits):
        raise over
    rules = (*_rules(limits.overlaps), NoSchemaIntrospectionCustomRule) if is_locked else _rules(limits.overlaps)
    with span("validate"):
        errors = validate(GRAPHQL_SCHEMA, document, rules, limits.errors, hide_suggestions=is_locked)
    if errors:
        # graphql-core adds an error that says that it stopped.
        raise Rejected(
            VALIDATION_FAILED, [_client_error(one, is_locked=is_locked) for one in errors[: limits.errors]]
        )
    _drop_tokens(document)
    return document


def _parsed(text: str, limits: Limits) -> DocumentNode:
    if len(text) > limits.text_characters:
        raise OverLimit(TEXT_LIMIT, limits.text_characters, len(text))
    try:
        return parse(text, max_lexical_tokens=limits.tokens)
    except GraphQLError as error:
        failure = error
    if _has_more_tokens(text, limits.tokens):
        raise OverLimit(TOKEN_LIMIT, limits.tokens)
    raise Rejected(PARSE_FAILED, [failure])


def _has_more_tokens(text: str, most: int) -> bool:
    """Whether a text exceeds the token limit; graphql-core reports that only in an error message."""
    lexer = Lexer(Source(text))
    with suppress(GraphQLError):
        return all(lexer.advance().kind is not TokenKind.EOF for _ in range(most + 1))
    return False


def _client_error(error: GraphQLError, *, is_locked: bool) -> GraphQLError:
    """The error as clients see it. Python's error for an integer of too many digits becomes one of validation."""
    if isinstance(error.original_error, ValueError):
        return GraphQLError("This number has too many digits to be read.", error.nodes)
    return error if is_locked else with_suggested_paths(error)


@cache
def _rules(overlaps: int) -> tuple[type[ASTValidationRule], ...]:
    """All validation rules; the one whose work is quadratic in the text stops at a limit."""

    class Overlaps(OverlappingFieldsCanBeMergedRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self.rule_context.remaining_complexity_budget = overlaps

        def enter_selection_set(self, *arguments: Any) -> None:
            try:
                super().enter_selection_set(*arguments)
            except ValidationAbortedError:
                if self.rule_context.remaining_complexity_budget >= 0:
                    raise
            if self.rule_context.remaining_complexity_budget < 0:
                raise OverLimit(OVERLAP_LIMIT, overlaps)

    rules = (Overlaps if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules)
    return (*rules, _OneOf)


_ALLOWED: Final = VariableDefinitionNode(
    variable=VariableNode(name=NameNode(value="any")),
    type=NonNullTypeNode(type=NamedTypeNode(name=NameNode(value="Int"))),
)


class _Definitions(dict[str, VariableDefinitionNode]):
    """Variable definitions by name. What none defines, which another rule reports, counts as allowed."""

    def __missing__(self, name: str) -> VariableDefinitionNode:
        return _ALLOWED


class _OneOf(OneOfInputValidationRule):
    """Strawberry's rule knows variables only inside the operation that defines them; fragments may come before it."""

    def enter_document(self, node: DocumentNode, *_: Any) -> None:
        """Collect the variables of all operations; of those with the same name, one that may be null counts."""
        self.variable_definitions = _Definitions()
        operations = (one for one in node.definitions if isinstance(one, OperationDefinitionNode))
        for variable in (one for operation in operations for one in operation.variable_definitions or ()):
            name = variable.variable.name.value
            if name not in self.variable_definitions or not isinstance(variable.type, NonNullTypeNode):
                self.variable_definitions[name] = variable

    def enter_operation_definition(self, node: Any, *_: Any) -> None:
        """Nothing: its variables are known."""

    def enter_variable_definition(self, node: Any, *_: Any) -> None:
        """Nothing: it is known."""


def _drop_tokens(node: Node) -> None:
    """Remove the tokens from a syntax tree: they take more memory than the tree and form a reference cycle.

    Errors are located by offsets and the source, without tokens.
    """
    nodes: list[Any] = [node]
    while nodes:
        at = nodes.pop()
        if isinstance(at, Node):
            if at.loc:
                at.loc.start_token = at.loc.end_token = None  # type: ignore[assignment]  # see above
            nodes += (getattr(at, key) for key in at.keys)
        elif isinstance(at, list | tuple):
            nodes += at
