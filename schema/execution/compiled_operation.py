"""What is kept of an operation's execution between requests: its collected fields and its compiled functions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

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


class CompiledOperation:
    """The collected fields and the compiled functions of an operation, shared by all requests that run it.

    variables: those that decide what is skipped and included. Requests where they differ have programs of their own.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDetails],
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> None:
        self._parts = (schema, fragments, variables, operation)
        self.root_type = cast(GraphQLObjectType, schema.get_root_type(operation.operation))
        self.root = self._collect_root()
        # As graphql-core keeps them, for one request, in `Executor._relevant_sub_fields`.
        self.sub_fields: dict[tuple[GraphQLObjectType, int], tuple[FieldDetailsList, CollectedFields]] = {}
        self.compiler = Compiler(schema, self.collect)
        self._users = 0
        self._is_dropped = False

    @contextmanager
    def used(self) -> Iterator["CompiledOperation"]:
        """Keep what is compiled for as long as a request runs, also when the program is dropped meanwhile."""
        self._users += 1
        try:
            yield self
        finally:
            self._users -= 1
            if self._is_dropped:
                self.drop()

    def collect(self, type_: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
        """The fields that are selected on a type, the same object each time."""
        key = (type_, id(details))
        if key not in self.sub_fields:
            self.sub_fields[key] = (details, collect_subfields(*self._parts, type_, details))
        return self.sub_fields[key][1].grouped_field_set

    def _collect_root(self) -> GroupedFieldSet | None:
        """The query's fields; None where graphql-core can't tell what they are, and shall say so."""
        schema, fragments, variables, operation = self._parts
        try:
            return collect_fields(schema, fragments, variables, self.root_type, operation).grouped_field_set
        except (GraphQLError, RecursionError):
            return None

    def drop(self) -> None:
        """Let go of what is compiled as soon as no request needs it: functions and their names are a cycle."""
        self._is_dropped = True
        if not self._users:
            self.compiler.drop()
            del self.compiler
