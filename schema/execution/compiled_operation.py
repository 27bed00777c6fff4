"""The part of an operation's execution that requests share: its collected fields and compiled functions."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final, cast

from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from schema.execution.codegen import Compiler

logger = logging.getLogger(__name__)

# Memory of an operation without fields, of each response key in a selection set, and of each field under one.
PROGRAM_BYTES: Final = 3_000
KEY_BYTES: Final = 350
FIELD_BYTES: Final = 100


@dataclass(slots=True)
class FailureCount:
    """How often compiled functions failed on a document, in all operations of a worker."""

    count: int = 0


class FailureReport:
    """Counts the failures of one operation's compiled functions, and logs the first."""

    def __init__(self, root_fields: Sequence[str], total: FailureCount) -> None:
        self._root_fields = root_fields
        self._total = total
        self._is_logged = False

    def add(self, error: Exception) -> None:
        """Count one more."""
        self._total.count += 1
        if not self._is_logged:
            self._is_logged = True
            logger.warning(
                "a document is not as its type says, and is completed without compiled functions; root fields: %s",
                ", ".join(self._root_fields),
                exc_info=error,
            )


class CompiledOperation:
    """The collected fields and the compiled functions of an operation, shared by all requests that run it.

    variables: those used in `@skip` and `@include`. Requests with other values of them use another instance.
    failures: where failures of its functions are reported.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDetails],
        operation: OperationDefinitionNode,
        variables: VariableValues,
        failures: FailureReport,
    ) -> None:
        self.failures = failures
        self._parts = (schema, fragments, variables, operation)
        self.root_type = cast(GraphQLObjectType, schema.get_root_type(operation.operation))
        self.root = self._collect_root()
        # As graphql-core keeps them, for one request, in `Executor._relevant_sub_fields`.
        self.sub_fields: dict[tuple[GraphQLObjectType, int], tuple[FieldDetailsList, CollectedFields]] = {}
        self.compiler = Compiler(schema, self.collect)
        self._collected_bytes = PROGRAM_BYTES + _collected_bytes(self.root or {})
        self._collected_sets = 0
        self._users = 0
        self._is_dropped = False

    @property
    def weight(self) -> int:
        """Bytes, about as many as tracemalloc counts; grows as more is collected and compiled."""
        if len(self.sub_fields) > self._collected_sets:
            for _, collected in islice(self.sub_fields.values(), self._collected_sets, None):
                self._collected_bytes += _collected_bytes(collected.grouped_field_set)
            self._collected_sets = len(self.sub_fields)
        return self._collected_bytes + self.compiler.weight

    @contextmanager
    def used(self) -> Iterator["CompiledOperation"]:
        """Keep the compiled functions while a request runs, even if the operation is dropped meanwhile."""
        self._users += 1
        try:
            yield self
        finally:
            self._users -= 1
            if self._is_dropped:
                self.drop()

    def collect(self, type_: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
        """The fields selected on a type; cached, so that repeated calls return the same object."""
        key = (type_, id(details))
        if key not in self.sub_fields:
            self.sub_fields[key] = (details, collect_subfields(*self._parts, type_, details))
        return self.sub_fields[key][1].grouped_field_set

    def _collect_root(self) -> GroupedFieldSet | None:
        """The root fields; None if graphql-core can't collect them, which it then reports as an error."""
        schema, fragments, variables, operation = self._parts
        try:
            return collect_fields(schema, fragments, variables, self.root_type, operation).grouped_field_set
        except (GraphQLError, RecursionError):
            return None

    def drop(self) -> None:
        """Release the functions once no request uses them: they form a reference cycle with their namespace."""
        self._is_dropped = True
        if not self._users:
            self.compiler.drop()
            del self.compiler


def _collected_bytes(fields: GroupedFieldSet) -> int:
    return sum(KEY_BYTES + FIELD_BYTES * len(details) for details in fields.values())
