"""Resolve the lists inside documents, and their counts, from stored or computed values."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeAlias

from strawberry import argument

from loaders.documents import Document
from schema.arguments.where import paths_through
from schema.base.context import Info
from schema.planning.computed import MAX_NESTED, NESTED_ITEM_TYPES, slot_named, slot_of, units_key
from schema.retrieval.aggregates import mixed_units_error

NestedFirst = Annotated[
    int | None, argument(description=f"How many items are wanted at most, 1 to {MAX_NESTED}; all when left out.")
]
Offset = Annotated[int, argument(description="How many items are left out at the start.")]


# Memory of a slot that is kept with an operation.
SLOT_BYTES: Final = 400
_TYPES_WITH_LISTS: Final = frozenset({"District", "Pillar", "Initiative", "Metric"})
# The fields whose arguments are read by the plan, with the stored key that they read without arguments.
PLANNED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pillars": "pillars",
        "initiatives": "initiatives",
        "metrics": "metrics",
        "observations": "observations",
        "awards": "awards",
        "initiativeCount": "initiative_count",
        "metricCount": "metric_count",
        "observationCount": "observation_count",
        "awardCount": "award_count",
    }
)


def is_planned(type_name: str, name: str) -> bool:
    """Whether `planned` resolves a field."""
    return type_name in _TYPES_WITH_LISTS and name in PLANNED


def planned(document: Document, info: Info) -> Any:
    """Resolve a list or its count: from the field's slot if it has arguments, else from the stored value.

    The plan has read the arguments. Raises BadUserInput if they are invalid, or if figures of several units would be
    compared.
    """
    raw = info._raw_info
    node = raw.field_nodes[0]
    slots, key = info.context.templates, ("slot", id(node))
    slot: str | None = slots.get(key)
    if slot is None:
        slot = slot_of(node)
        slots.put(key, slot, SLOT_BYTES)
    if (error := info.context.refused.get(slot)) is not None:
        raise error.with_traceback(None)
    units = [unit for unit in document.get(units_key(slot), ()) if unit]
    if len(units) > 1:
        raise mixed_units_error(node.name.value, units)
    if node.arguments:
        return document[slot]
    return document_reader(raw.parent_type.name, raw.field_name)(document)


@cache
def document_reader(type_name: str, name: str) -> Callable[[Document], Any]:
    """Build the function that reads a planned field without arguments from a document."""
    if name not in NESTED_ITEM_TYPES:
        return itemgetter(PLANNED[name])
    paths = [[(slot_named(key), key) for key in path] for path in paths_through(type_name, name)]
    if len(paths) == 1 and len(paths[0]) == 1:
        [[(slot, key)]] = paths
        return lambda document: document[slot] if slot in document else document[key]
    return partial(_gathered, _grouped(paths))


# The slot and key of each step towards a list's items, in the order of the document, with the steps after it.
_Steps: TypeAlias = list[tuple[str, str, "_Steps"]]


def _grouped(paths: Iterable[list[tuple[str, str]]]) -> _Steps:
    by_first = groupby((path for path in paths if path), itemgetter(0))
    return [(slot, key, _grouped([path[1:] for path in group])) for (slot, key), group in by_first]


def _gathered(steps: _Steps, document: Document) -> list[Any]:
    """The items at the end of the steps: an object's own items come before those of the objects below it."""
    found: list[Any] = []
    for slot, key, rest in steps:
        items = document[slot] if slot in document else document[key]
        if rest:
            for item in items:
                found += _gathered(rest, item)
        else:
            found += items
    return found
