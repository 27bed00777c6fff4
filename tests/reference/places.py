"""Which places stand in a list: none beside another that it is a part of."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

from tests.reference.data import Item

_List = TypeVar("_List", bound=Hashable)


def without_parts(figures: Sequence[tuple[_List, Item, Item]]) -> list[tuple[_List, Item, Item]]:
    """The figures, each with its list and its district, but for those of parts of districts in the same list."""
    return [
        (where, district, one)
        for where, district, one in figures
        if not any(_is_above(other, district) for its, other, _ in figures if its == where)
    ]


def _is_above(other: Item, district: Item) -> bool:
    above = district["parent"]
    return above is not None and (above["slug"] == other["slug"] or _is_above(other, above))
