"""The filter input of sources; see `schema.arguments.filters`."""

from typing import Annotated

import strawberry
from strawberry import UNSET, field, lazy

from schema.arguments.filters import PeriodFilter
from schema.arguments.mappings import as_mapping
from schema.arguments.operators import MAX_VALUES, DateFilter, NameFilter, SourceKindFilter, StringFilter


@strawberry.input(description="Conditions on the districts that list a source: one of them is like this.")
class ListedByFilter:
    """Of the districts of a source, which are not in its row (`schema.retrieval.listed_sources`)."""

    eq: str | None = field(default=UNSET, description="Is this: its slug.")
    in_: list[str] | None = field(default=UNSET, name="in", description=f"Is one of these, at most {MAX_VALUES}.")


@as_mapping
@strawberry.input(description="Conditions on sources.")
class SourceFilter:
    """Of Source."""

    and_: list["SourceFilter"] | None = field(default=UNSET, name="and", description="All of these hold.")
    or_: list["SourceFilter"] | None = field(default=UNSET, name="or", description="At least one of these holds.")
    not_: Annotated["SourceFilter", lazy("schema.arguments.source_filters")] | None = field(
        default=UNSET, name="not", description="This doesn't hold."
    )
    id: StringFilter | None = field(default=UNSET, description="Its global id.")
    slug: StringFilter | None = field(default=UNSET, description="Its name in this dataset.")
    title: NameFilter | None = field(default=UNSET, description="Its title.")
    kind: SourceKindFilter | None = field(default=UNSET, description="What kind of publication it is.")
    publisher: NameFilter | None = field(default=UNSET, description="Who published it.")
    url: StringFilter | None = field(default=UNSET, description="Where it can be read.")
    published: PeriodFilter | None = field(
        default=UNSET, description="When it was published: the days of a year or a month, where no day is known."
    )
    published_on: DateFilter | None = field(default=UNSET, description="The day it was published, where it is known.")
    accessed_on: DateFilter | None = field(default=UNSET, description="The day it was read.")
    language: StringFilter | None = field(default=UNSET, description="The BCP 47 tag of its language.")
    district: ListedByFilter | None = field(default=UNSET, description="A district that lists it.")
