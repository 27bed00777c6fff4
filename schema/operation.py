"""Run one GraphQL request: parse, validate, choose the operation, execute.

graphql-core is the only executor. What doesn't depend on variables is kept between requests.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    GraphQLError,
    OperationDefinitionNode,
    execute,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.context import Context
from schema.contract import GRAPHQL_SCHEMA
from schema.errors import (
    BAD_USER_INPUT,
    FATAL,
    INTERNAL,
    PARSE_FAILED,
    RESOLUTION_FAILURE,
    VALIDATION_FAILED,
    presented,
)
from schema.explain import explanation

RULES: Final = (*specified_rules, OneOfInputValidationRule)
MAX_PARSED: Final = 500
MAX_TOKENS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Request:
    """A GraphQL request (GraphQL over HTTP, section 5.1)."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A GraphQL response; `data` is absent (None, and not `has_data`) when nothing was executed.

    languages: the BCP 47 tags of the texts in it.
    """

    data: dict[str, Any] | None
    errors: Sequence[dict[str, Any]]
    has_data: bool
    languages: Sequence[str] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its errors."""
        return frozenset(error["extensions"]["code"] for error in self.errors)

    def body(self) -> dict[str, Any]:
        """The response as it is serialised (GraphQL spec, section 7.1)."""
        body: dict[str, Any] = {"errors": list(self.errors)} if self.errors else {}
        if self.has_data:
            body["data"] = self.data
        if self.extensions:
            body["extensions"] = self.extensions
        return body


class RequestError(Exception):
    """A request that can't be executed; carries the response that says why."""

    def __init__(self, code: str, errors: Sequence[GraphQLError]) -> None:
        super().__init__(code)
        self.response = Response(None, [presented(error, code) for error in errors], has_data=False)


class Documents:
    """Parsed and validated documents by their text, the least recently used dropped first."""

    def __init__(self, size: int = MAX_PARSED) -> None:
        self._size = size
        self._parsed: OrderedDict[str, DocumentNode] = OrderedDict()

    def get(self, text: str) -> DocumentNode:
        """Parse and validate a text, or find it parsed already.

        Raises RequestError.
        """
        if text in self._parsed:
            self._parsed.move_to_end(text)
            return self._parsed[text]
        document = _parse(text)
        self._parsed[text] = document
        if len(self._parsed) > self._size:
            self._parsed.popitem(last=False)
        return document


def _parse(text: str) -> DocumentNode:
    try:
        document = parse(text, max_tokens=MAX_TOKENS)
    except GraphQLError as error:
        raise RequestError(PARSE_FAILED, [error]) from None
    except RecursionError:
        raise RequestError(PARSE_FAILED, [GraphQLError("The document is nested too deep.")]) from None
    if errors := validate(GRAPHQL_SCHEMA, document, RULES):
        raise RequestError(VALIDATION_FAILED, errors)
    return document


def choose_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """Choose what to run (GraphQL spec, GetOperation in section 6.1).

    Raises RequestError.
    """
    if operation := get_operation_ast(document, name):
        return operation
    message = (
        f"The document has no operation named {name!a}."
        if name is not None
        else "The document has several operations; say which with operationName."
    )
    raise RequestError(RESOLUTION_FAILURE, [GraphQLError(message)])


async def run(
    documents: Documents, request: Request, context: Context, *, executor_class: type[Executor[Any]] = Executor
) -> Response:
    """Execute a request; every failure is in the response.

    executor_class: graphql-core's own is the reference that every other must equal.
    Raises RequestError when nothing could be executed.
    """
    document = documents.get(request.query)
    choose_operation(document, request.operation_name)
    outcome = execute(
        GRAPHQL_SCHEMA,
        document,
        context_value=context,
        variable_values=dict(request.variables or {}),
        operation_name=request.operation_name,
        executor_class=executor_class,
    )
    result = outcome if isinstance(outcome, ExecutionResult) else await outcome
    if result.data is None and _is_before_execution(result):
        raise RequestError(BAD_USER_INPUT, result.errors or [])
    response = Response(
        result.data,
        [presented(error, INTERNAL) for error in result.errors or []],
        has_data=True,
        languages=sorted(context.served),
        extensions={} if context.explanations is None else {"explain": explanation(context.explanations)},
    )
    if fatal := response.codes & FATAL:
        kept = [error for error in response.errors if error["extensions"]["code"] in fatal]
        return Response(None, kept[:1], has_data=False)
    return response


def _is_before_execution(result: ExecutionResult) -> bool:
    """Errors of variable coercion come without a path: no field was executed."""
    return all(error.path is None for error in result.errors or [])
