"""The filter input of sources; see `schema.arguments.filters`."""

from typing import Annotated

import strawberry
from strawberry import UNSET, field, lazy

from schema.arguments.filters import AND, NOT, OR, PeriodFilter
from schema.arguments.mappings import as_mapping
from schema.arguments.operators import MAX_VALUES, DateFilter, NameFilter, SourceKindFilter, StringFilter


@strawberry.input(description="Conditions that one of the districts must meet that list a source.")
class ListedByFilter:
    """Of the districts of a source, which are not in its row (`schema.retrieval.listed_sources`)."""

    eq: str | None = field(default=UNSET, description="The slug of the district is equal to this one.")
    in_: list[str] | None = field(
        default=UNSET, name="in", description=f"The slug of the district is one of these, at most {MAX_VALUES}."
    )


@as_mapping
@strawberry.input(description="Conditions that a source must meet.")
class SourceFilter:
    """Of Source."""

    and_: list["SourceFilter"] | None = field(default=UNSET, name="and", description=AND)
    or_: list["SourceFilter"] | None = field(default=UNSET, name="or", description=OR)
    not_: Annotated["SourceFilter", lazy("schema.arguments.source_filters")] | None = field(
        default=UNSET, name="not", description=NOT
    )
    id: StringFilter | None = field(default=UNSET, description="The id that names it in the whole dataset.")
    slug: StringFilter | None = field(default=UNSET, description="The slug that names it in this dataset.")
    title: NameFilter | None = field(default=UNSET, description="What the source is called.")
    kind: SourceKindFilter | None = field(default=UNSET, description="What kind of publication it is.")
    publisher: NameFilter | None = field(default=UNSET, description="Who has published the source.")
    url: StringFilter | None = field(default=UNSET, description="Where it can be read.")
    published: PeriodFilter | None = field(
        default=UNSET, description="When it was published: the days of a year or a month, where no day is known."
    )
    published_on: DateFilter | None = field(default=UNSET, description="The day it was published, where it is known.")
    accessed_on: DateFilter | None = field(default=UNSET, description="The day on which it was read.")
    language: StringFilter | None = field(default=UNSET, description="The BCP 47 tag of the language that it is in.")
    district: ListedByFilter | None = field(default=UNSET, description="A district that has listed it in its file.")
