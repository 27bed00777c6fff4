"""Operations for tests of limits: fragments that expand exponentially, and trees that count visits of their nodes."""

from collections.abc import Iterator
from typing import Any, ClassVar

from graphql import DocumentNode, SelectionSetNode, Visitor, parse, visit


def doubled(levels: int, end: str, condition: str = "Query") -> str:
    """Fragments that each spread the next one twice: 2^levels times `end` once expanded."""
    links = [f"fragment F{level} on {condition} {{ ...F{level + 1} ...F{level + 1} }}" for level in range(levels)]
    return " ".join([*links, f"fragment F{levels} on {condition} {{ {end} }}"])


class Visited(tuple[Any, ...]):
    """Selections that count how often they are visited."""

    seen: ClassVar[int] = 0

    def __iter__(self) -> Iterator[Any]:
        for node in super().__iter__():
            Visited.seen += 1
            yield node


def watched(text: str) -> tuple[DocumentNode, int]:
    """A document whose selections count visits in `Visited.seen`, from 0, and how many selections it has."""
    selections = 0

    class Watch(Visitor):
        def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode:
            nonlocal selections
            selections += len(node.selections)
            return SelectionSetNode(selections=Visited(node.selections))

    document = visit(parse(text), Watch())
    Visited.seen = 0
    return document, selections
