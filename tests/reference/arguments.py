"""Refuse what the arguments of lists inside documents, and of what stands beside a page, can't be.

They are refused where the document is read that the lists are in, before anything is read: docs/queries.md, "What is
refused". Fields that lead to another document end it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    SelectionNode,
    get_named_type,
)
from graphql.execution.values import get_argument_values, get_directive_values

from tests.reference.errors import BadInput
from tests.reference.figures import check_groups
from tests.reference.filters import check_where
from tests.reference.orders import check_order

_HOLDERS: Final = frozenset({"District", "Pillar", "Initiative"})


def check_below(info: GraphQLResolveInfo[Any], type_name: str, nodes: Iterable[FieldNode]) -> None:
    """Check the lists inside an item of a type, as far as they are in its document. Raises BadInput."""
    if type_name not in _HOLDERS:
        return
    type_: Any = info.schema.type_map[type_name]
    for node in _fields(info, type_name, nodes):
        field = type_.fields.get(node.name.value)
        if field is None:
            continue
        if field.args:
            with suppress_nulls():
                values = get_argument_values(field, node, info.variable_values)
                _check(info, str(get_named_type(field.type)), node, values)
        if node.selection_set and node.name.value in {"pillars", "initiatives", "metrics", "awards"}:
            check_below(info, get_named_type(field.type).name, [node])


def _check(info: GraphQLResolveInfo[Any], item: str, node: FieldNode, arguments: dict[str, Any]) -> None:
    item = {"initiativeCount": "Initiative", "metricCount": "Metric", "awardCount": "Award"}.get(
        node.name.value, item
    )
    check_where(info.schema, f"{item}Filter", arguments.get("where"))
    check_order(arguments.get("orderBy"))
    first = arguments.get("first")
    if (first is not None and not 1 <= first <= 100) or arguments.get("offset", 0) < 0:
        raise BadInput("no such part of a list")


def check_connection(info: GraphQLResolveInfo[Any], listed: str, type_name: str) -> None:
    """Check what is selected on a page: its items, and the groups of its aggregate. Raises BadInput."""
    for node in _fields(info, f"{type_name}Connection", info.field_nodes):
        if node.name.value == "nodes":
            check_below(info, type_name, [node])
        elif node.name.value == "edges":
            for below in _fields(info, f"{type_name}Edge", [node]):
                if below.name.value == "node":
                    check_below(info, type_name, [below])
        elif node.name.value == "aggregate":
            aggregate: Any = info.schema.type_map["MetricAggregate" if listed == "metrics" else "Aggregate"]
            for below in _fields(info, aggregate.name, [node]):
                if below.name.value == "counts":
                    with suppress_nulls():
                        values = get_argument_values(aggregate.fields["counts"], below, info.variable_values)
                        check_groups(listed, values)


def _fields(info: GraphQLResolveInfo[Any], type_name: str, nodes: Iterable[FieldNode]) -> Iterator[FieldNode]:
    for node in nodes:
        if node.selection_set:
            yield from _selected(info, type_name, node.selection_set.selections)


def _selected(
    info: GraphQLResolveInfo[Any], type_name: str, selections: Iterable[SelectionNode]
) -> Iterator[FieldNode]:
    for node in selections:
        if not _is_included(info, node):
            continue
        if isinstance(node, FieldNode):
            yield node
            continue
        fragment: Any = node
        if not hasattr(node, "selection_set"):
            fragment = info.fragments[fragment.name.value]
        if fragment.type_condition is None or _applies(info, fragment.type_condition.name.value, type_name):
            yield from _selected(info, type_name, fragment.selection_set.selections)


def _applies(info: GraphQLResolveInfo[Any], condition: str, type_name: str) -> bool:
    type_: Any = info.schema.type_map[type_name]
    return condition == type_name or condition in {interface.name for interface in type_.interfaces}


def _is_included(info: GraphQLResolveInfo[Any], node: SelectionNode) -> bool:
    with suppress_nulls():
        skip = get_directive_values(GraphQLSkipDirective, node, info.variable_values)
        include = get_directive_values(GraphQLIncludeDirective, node, info.variable_values)
        return not (skip and skip["if"]) and not (include and not include["if"])
    return False


@contextmanager
def suppress_nulls() -> Iterator[None]:
    """Leave a null where none may be to the execution, which refuses it at its own field."""
    try:
        yield
    except BadInput:
        raise
    except GraphQLError:
        pass
