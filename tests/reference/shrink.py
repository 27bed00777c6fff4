"""Make an operation that both sides answer differently as small as it can be, and still be answered differently."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from itertools import islice
from typing import Any

from graphql import DocumentNode, InlineFragmentNode, Node, parse, print_ast

from tests.reference.contract import prepared
from tests.reference.operations import Operation
from tests.reference.pair import Pair

MOST_TRIES = 250


async def shrunk(pair: Pair, operation: Operation) -> Operation:
    """The smallest operation that is reached by leaving out one thing after the other."""
    best, tries, at = operation, 0, 0
    while tries < MOST_TRIES:
        smaller = next(islice(_smaller(best), at, None), None)
        if smaller is None:
            break
        if not isinstance(prepared(pair.schema, smaller.query), str) and await pair.difference(smaller):
            # What comes next is now at the same place; what was tried before it stays needed, mostly.
            best = smaller
        else:
            at += 1
        tries += 1
    return replace(best, query=" ".join(best.query.split()))


def _smaller(operation: Operation) -> Iterator[Operation]:
    """Every operation with one thing less, those that lose most first."""
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


def _put(owner: Node, key: str, nodes: list[Node]) -> None:
    """Put other nodes in a place of a copy, which is frozen for all who share it."""
    object.__setattr__(owner, key, tuple(nodes))


def _operation(operation: Operation, document: DocumentNode) -> Iterator[Operation]:
    try:
        query = print_ast(document)
        parse(query)
    except Exception:  # noqa: BLE001  # an empty selection can't be read again
        return
    yield replace(operation, query=query)


def _cuts(document: DocumentNode) -> Iterator[tuple[Any, str, int]]:
    """What can be left out: the owner, the name of its list, and the place in it; outer ones first."""
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop(0)
        for key in ("definitions", "variable_definitions", "selections", "arguments", "directives", "fields", "values"):
            children = getattr(node, key, None) or ()
            for index in range(len(children)):
                yield node, key, index
        for key in node.keys:
            below = getattr(node, key, None)
            if isinstance(below, Node):
                waiting.append(below)
            elif isinstance(below, list | tuple):
                waiting += [one for one in below if isinstance(one, Node)]
