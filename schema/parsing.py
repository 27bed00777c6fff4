"""From a text to a valid document.

Pure: no I/O, no variable values.
"""

from collections.abc import Sequence
from typing import Any, Final

from graphql import DocumentNode, GraphQLError, Node, parse, specified_rules, validate
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.contract import GRAPHQL_SCHEMA
from schema.errors import PARSE_FAILED, VALIDATION_FAILED

RULES: Final = (*specified_rules, OneOfInputValidationRule)
MAX_TOKENS: Final = 5_000


class Rejected(Exception):
    """A text that no operation can be taken from: a code, and errors for the client."""

    def __init__(self, code: str, errors: Sequence[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


def valid_document(text: str) -> DocumentNode:
    """Parse and validate a text (GraphQL spec, sections 2 and 5).

    Raises Rejected.
    """
    try:
        document = parse(text, max_tokens=MAX_TOKENS)
    except GraphQLError as error:
        raise Rejected(PARSE_FAILED, [error]) from None
    except RecursionError:
        raise Rejected(PARSE_FAILED, [GraphQLError("The document is nested too deep.")]) from None
    if errors := validate(GRAPHQL_SCHEMA, document, RULES):
        raise Rejected(VALIDATION_FAILED, errors)
    _forget_tokens(document)
    return document


def _forget_tokens(node: Node) -> None:
    """Cut a syntax tree from the chain of its tokens, which takes more room than the tree and is a cycle.

    Errors are located by offsets and the source.
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
