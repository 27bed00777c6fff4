"""Shrink an operation whose answers differ, as long as the answers still differ."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import islice
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    VariableNode,
    parse,
    print_ast,
)

from tests.reference.contract import prepared
from tests.reference.operations import Operation
from tests.reference.pair import Pair

MOST_TRIES = 250


async def shrunk(pair: Pair, operation: Operation) -> Operation:
    """The smallest operation found by removing one part after the other."""
    best, tries, goes_on = operation, 0, True
    while goes_on:
        at, goes_on = 0, False
        while tries < MOST_TRIES and (smaller := next(islice(_smaller(best), at, None), None)):
            tries += 1
            if not isinstance(prepared(pair.schema, smaller.query), str) and await pair.difference(smaller):
                best, goes_on = smaller, True
            else:
                at += 1
    return replace(best, query=" ".join(best.query.split()))


def _smaller(operation: Operation) -> Iterator[Operation]:
    """Every operation with one part removed, the largest parts first."""
    document = parse(operation.query, no_location=True)
    if operation.languages:
        yield replace(operation, languages=())
    for name in operation.variables:
        yield replace(operation, variables={key: one for key, one in operation.variables.items() if key != name})
    for number in range(len(list(_cuts(document)))):
        copy = deepcopy(document)
        owner, key, index = list(_cuts(copy))[number]
        kept = list(getattr(owner, key))
        cut = kept.pop(index)
        if key == "selections" and not kept:
            continue
        if isinstance(cut, InlineFragmentNode):
            # In place of a fragment, first what is in it.
            _put(owner, key, [*kept[:index], *cut.selection_set.selections, *kept[index:]])
            yield from _operation(operation, copy)
        _put(owner, key, kept)
        yield from _operation(operation, copy)


def _put(owner: Node, key: str, nodes: Sequence[Node]) -> None:
    """Put other nodes in a place of a copy, which is frozen for all who share it."""
    object.__setattr__(owner, key, tuple(nodes))


def _operation(operation: Operation, document: DocumentNode) -> Iterator[Operation]:
    """An operation of a document, without what the cut has left unused."""
    try:
        document = parse(print_ast(document))
    except GraphQLError:
        return
    spread = _names(document, FragmentSpreadNode)
    kept = [
        one for one in document.definitions if not isinstance(one, FragmentDefinitionNode) or one.name.value in spread
    ]
    _put(document, "definitions", kept)
    for one in kept:
        if isinstance(one, OperationDefinitionNode):
            used = {name for part in (one.selection_set, *kept[1:]) for name in _names(part, VariableNode)}
            declared = [each for each in one.variable_definitions or () if each.variable.name.value in used]
            _put(one, "variable_definitions", declared)
            variables = {name: value for name, value in operation.variables.items() if name in used}
            yield replace(operation, query=print_ast(document), variables=variables)


def _names(node: Node, kind: type[Any]) -> set[str]:
    """The names of the nodes of a kind, at or below a node."""
    found = {node.name.value} if isinstance(node, kind) else set()
    for key in node.keys:
        below = getattr(node, key, None)
        for one in below if isinstance(below, list | tuple) else (below,):
            if isinstance(one, Node):
                found |= _names(one, kind)
    return found


def _cuts(document: DocumentNode) -> Iterator[tuple[Any, str, int]]:
    """What can be left out: the owner, the name of its list, and the place in it; outer ones first."""
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop(0)
        for key in (
            "definitions",
            "variable_definitions",
            "selections",
            "arguments",
            "directives",
            "fields",
            "values",
        ):
            children = getattr(node, key, None) or ()
            for index in range(len(children)):
                yield node, key, index
        for key in node.keys:
            below = getattr(node, key, None)
            if isinstance(below, Node):
                waiting.append(below)
            elif isinstance(below, list | tuple):
                waiting += [one for one in below if isinstance(one, Node)]
