"""Lists inside documents, as their fields read them: computed by the database where the plan says so."""

from typing import Annotated, Any

from strawberry import argument

from loaders.documents import Document
from schema.aggregates import several_units
from schema.context import Info
from schema.plan import MAX_NESTED, SLOT, UNITS_OF

NestedFirst = Annotated[
    int | None, argument(description=f"How many items at most, 1 to {MAX_NESTED}; all when left out.")
]
Offset = Annotated[int, argument(description="How many items to leave out at the start.")]


def items(document: Document, info: Info, key: str) -> Any:
    """The items of a list: those in its slot, or else the stored ones.

    Raises BadUserInput where figures of several units would be compared.
    """
    return _computed(document, info, key)


def count(document: Document, info: Info, key: str) -> int:
    """How many items a list has: counted into its slot, or else the stored count."""
    found: int = _computed(document, info, key)
    return found


def _computed(document: Document, info: Info, key: str) -> Any:
    response_key = info._raw_info.path.key
    units = [unit for unit in document.get(f"{UNITS_OF}{response_key}", ()) if unit]
    if len(units) > 1:
        raise several_units(str(response_key), units)
    slot = f"{SLOT}{response_key}"
    return document[slot] if slot in document else document[key]
