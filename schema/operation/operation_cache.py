"""A cache of parsed, validated and compiled operations.

Bounded by number and by bytes, so that clients sending ever new texts, or one text with ever new variables, can't
fill the memory.
"""

from collections.abc import Sequence
from functools import partial
from sys import getsizeof
from typing import Final

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, get_operation_ast

from loaders.lru_cache import LruCache
from schema.base.errors import DEPTH_LIMIT, RESOLUTION_FAILURE, OverLimit
from schema.execution.compiled_operation import FailureCount
from schema.operation.limits import Limits
from schema.operation.operation import Operation
from schema.operation.parsing import Rejected, valid_document

MAX_OPERATIONS: Final = 1_000
# Of all operations, with their texts, syntax trees, plans and functions.
MAX_BYTES: Final = 48_000_000
# One operation may take this part of it. It is kept with fewer functions then, or not at all.
MAX_PART: Final = 1 / 8
MAX_REJECTED: Final = 100
MAX_REJECTED_CHARACTERS: Final = 3_000


class Operations:
    """Operations by text and name; the least recently used are dropped first.

    is_locked: whether the schema is not public: introspection is rejected and errors suggest no names.
    failures: how often their compiled functions failed.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        max_operations: int = MAX_OPERATIONS,
        max_bytes: int = MAX_BYTES,
        is_locked: bool = False,
    ) -> None:
        self._limits = limits or Limits()
        self._is_locked = is_locked
        self._max_part = max_bytes * MAX_PART
        self.failures = FailureCount()
        self._operations = LruCache[tuple[str, str | None], Operation](
            max_entries=max_operations, max_weight=max_bytes, on_evict=Operation.drop
        )
        # Rejected texts have a cache of their own: a client sending junk must not evict good operations.
        self._rejected = LruCache[tuple[str, str | None], tuple[str, Sequence[GraphQLError]]](
            max_entries=MAX_REJECTED
        )

    def get(self, text: str, name: str | None) -> Operation:
        """The operation of a text (GraphQL spec, GetOperation in section 6.1).

        Raises Rejected.
        """
        key = (text, name)
        if (known := self._operations.get(key)) is not None:
            return known
        if rejection := self._rejected.get(key):
            raise Rejected(*rejection)
        try:
            operation = _make_operation(text, name, self._limits, self.failures, is_locked=self._is_locked)
        except Rejected as rejected:
            self._remember_rejected(key, rejected)
            raise
        if operation.weight <= self._max_part:
            operation.on_growth = partial(self._weigh, key, operation)
            self._weigh(key, operation)
        return operation

    @property
    def weight(self) -> int:
        """Bytes of all operations."""
        return self._operations.weight

    def _weigh(self, key: tuple[str, str | None], operation: Operation) -> None:
        """Keep an operation with its present weight, and drop others until the bound holds."""
        operation.shrink(self._max_part)
        operation.accounted = operation.weight
        self._operations.put(key, operation, operation.accounted)

    def _remember_rejected(self, key: tuple[str, str | None], rejected: Rejected) -> None:
        if len(key[0]) > MAX_REJECTED_CHARACTERS:
            return
        # Without its traceback, whose frames reference the document.
        self._rejected.put(key, (rejected.code, [error.with_traceback(None) for error in rejected.errors]))


def _make_operation(
    text: str, name: str | None, limits: Limits, failures: FailureCount, *, is_locked: bool
) -> Operation:
    try:
        document = valid_document(text, limits, is_locked=is_locked)
        operation = Operation(
            document,
            _choose_operation(document, name),
            limits,
            failures,
            text_bytes=getsizeof(text),
            is_locked=is_locked,
        )
        if operation.cost.is_fixed:
            operation.points({})
    except OverLimit as over:
        raise Rejected(over.code, [over]) from None
    except RecursionError:
        raise Rejected(DEPTH_LIMIT, [GraphQLError("The document is nested too deep.")]) from None
    return operation


def _choose_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    if node := get_operation_ast(document, name):
        return node
    message = (
        f"The document has no operation named {name!a}."
        if name is not None
        else "The document has several operations; say which with operationName."
    )
    raise Rejected(RESOLUTION_FAILURE, [GraphQLError(message)])
