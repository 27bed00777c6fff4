"""Lists inside documents, as their fields read them: computed by the database where the plan says so."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

from graphql import GraphQLResolveInfo
from strawberry import argument

from loaders.documents import Document
from schema.aggregates import several_units
from schema.computed import MAX_NESTED, SLOT, UNITS_OF

NestedFirst = Annotated[
    int | None, argument(description=f"How many items at most, 1 to {MAX_NESTED}; all when left out.")
]
Offset = Annotated[int, argument(description="How many items to leave out at the start.")]


# The fields that the plan reads the arguments of, by the key that is stored where there are none.
PLANNED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pillars": "pillars",
        "initiatives": "initiatives",
        "metrics": "metrics",
        "awards": "awards",
        "initiativeCount": "initiative_count",
        "metricCount": "metric_count",
        "awardCount": "award_count",
    }
)


def resolve_planned(document: Document, info: GraphQLResolveInfo[Any], **_: Any) -> Any:
    """The items of a list, or their count: what is in the field's slot, or else what is stored.

    Raises BadUserInput where figures of several units would be compared.
    """
    response_key = info.path.key
    units = [unit for unit in document.get(f"{UNITS_OF}{response_key}", ()) if unit]
    if len(units) > 1:
        raise several_units(str(response_key), units)
    slot = f"{SLOT}{response_key}"
    return document[slot] if slot in document else document[PLANNED[info.field_name]]
