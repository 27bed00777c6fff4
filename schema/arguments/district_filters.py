"""Filter inputs of districts and pillars; see `schema.arguments.filters`."""

from typing import Annotated

import strawberry
from strawberry import UNSET, field, lazy

from schema.arguments.filters import AwardListFilter, InitiativeListFilter, ListQuantifiers, MetricListFilter
from schema.arguments.mappings import as_mapping
from schema.arguments.operators import AreaLevelFilter, IntFilter, NameFilter, PlaceKindFilter, StringFilter

_AND = "All of these hold."
_OR = "At least one of these holds."
_NOT = "This doesn't hold."


@strawberry.input(description="Conditions on a code in a public scheme.")
class CodeFilter:
    """Of Code."""

    scheme: StringFilter | None = field(default=UNSET, description="The scheme: GB/T 2260, ISO 3166-2.")
    value: StringFilter | None = field(default=UNSET, description="The code itself: 440111, CN-GD.")
    level: AreaLevelFilter | None = field(default=UNSET, description="Which area it names.")


@strawberry.input(description="Conditions on the codes of a district.")
class CodeListFilter(ListQuantifiers[CodeFilter]):
    """Of a list of codes."""


@strawberry.input(description="Conditions on pillars.")
class PillarFilter:
    """Of Pillar."""

    and_: list["PillarFilter"] | None = field(default=UNSET, name="and", description=_AND)
    or_: list["PillarFilter"] | None = field(default=UNSET, name="or", description=_OR)
    not_: Annotated["PillarFilter", lazy("schema.arguments.district_filters")] | None = field(
        default=UNSET, name="not", description=_NOT
    )
    id: StringFilter | None = field(default=UNSET, description="Its global id.")
    slug: StringFilter | None = field(default=UNSET, description="Its name within the district.")
    name: NameFilter | None = field(default=UNSET, description="What it is called.")
    district: StringFilter | None = field(default=UNSET, description="The slug of its district.")
    initiative_count: IntFilter | None = field(default=UNSET, description="How many initiatives it has.")
    initiatives: InitiativeListFilter | None = field(default=UNSET, description="Its initiatives.")
    metric_count: IntFilter | None = field(default=UNSET, description="How many figures its initiatives have.")
    metrics: MetricListFilter | None = field(default=UNSET, description="The figures of its initiatives.")
    award_count: IntFilter | None = field(default=UNSET, description="How many awards it has with its initiatives.")
    awards: AwardListFilter | None = field(
        default=UNSET, description="Its awards and those of its initiatives; `heldBy` tells them apart."
    )


@strawberry.input(description="Conditions on the pillars of a district.")
class PillarListFilter(ListQuantifiers[PillarFilter]):
    """Of a list of pillars."""


@as_mapping
@strawberry.input(description="Conditions on districts.")
class DistrictFilter:
    """Of District."""

    and_: list["DistrictFilter"] | None = field(default=UNSET, name="and", description=_AND)
    or_: list["DistrictFilter"] | None = field(default=UNSET, name="or", description=_OR)
    not_: Annotated["DistrictFilter", lazy("schema.arguments.district_filters")] | None = field(
        default=UNSET, name="not", description=_NOT
    )
    id: StringFilter | None = field(default=UNSET, description="Its global id.")
    slug: StringFilter | None = field(default=UNSET, description="Its name in this dataset.")
    name: NameFilter | None = field(default=UNSET, description="What it is called.")
    kind: PlaceKindFilter | None = field(default=UNSET, description="What kind of place it is.")
    country: StringFilter | None = field(default=UNSET, description="The ISO 3166-1 code of its country, such as CN.")
    parent: StringFilter | None = field(default=UNSET, description="The slug of the district that it is a part of.")
    city: NameFilter | None = field(default=UNSET, description="The city it belongs to.")
    province: NameFilter | None = field(default=UNSET, description="The province it belongs to.")
    codes: CodeListFilter | None = field(default=UNSET, description="Its codes in public schemes.")
    pillar_count: IntFilter | None = field(default=UNSET, description="How many pillars it has.")
    pillars: PillarListFilter | None = field(default=UNSET, description="Its pillars.")
    initiative_count: IntFilter | None = field(default=UNSET, description="How many initiatives it has.")
    initiatives: InitiativeListFilter | None = field(default=UNSET, description="The initiatives of its pillars.")
    metric_count: IntFilter | None = field(default=UNSET, description="How many figures it has.")
    metrics: MetricListFilter | None = field(default=UNSET, description="The figures of its initiatives.")
    award_count: IntFilter | None = field(
        default=UNSET, description="How many awards it has with its pillars and initiatives."
    )
    awards: AwardListFilter | None = field(
        default=UNSET, description="Its awards and those of all below it; `heldBy` tells them apart."
    )
    total_award_count: IntFilter | None = field(
        default=UNSET, description="The same as `awardCount`.", deprecation_reason="Use awardCount."
    )
