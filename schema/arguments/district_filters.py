"""Filter inputs of districts and pillars; see `schema.arguments.filters`."""

from typing import Annotated

import strawberry
from strawberry import UNSET, field, lazy

from schema.arguments.filters import (
    AND,
    NOT,
    OR,
    AwardListFilter,
    InitiativeListFilter,
    ListQuantifiers,
    MetricListFilter,
)
from schema.arguments.mappings import as_mapping
from schema.arguments.operators import AreaLevelFilter, IntFilter, NameFilter, PlaceKindFilter, StringFilter


@strawberry.input(description="Conditions that a code in a public scheme must meet.")
class CodeFilter:
    """Of Code."""

    scheme: StringFilter | None = field(
        default=UNSET, description="The scheme that defines the code, such as GB/T 2260 or ISO 3166-2."
    )
    value: StringFilter | None = field(
        default=UNSET, description="The code as it is written in the scheme, such as 440111 or CN-GD."
    )
    level: AreaLevelFilter | None = field(default=UNSET, description="Which area it names.")


@strawberry.input(description="Conditions that the codes of a district must meet.")
class CodeListFilter(ListQuantifiers[CodeFilter]):
    """Of a list of codes."""


@strawberry.input(description="Conditions that pillars must meet, all of those that are given.")
class PillarFilter:
    """Of Pillar."""

    and_: list["PillarFilter"] | None = field(default=UNSET, name="and", description=AND)
    or_: list["PillarFilter"] | None = field(default=UNSET, name="or", description=OR)
    not_: Annotated["PillarFilter", lazy("schema.arguments.district_filters")] | None = field(
        default=UNSET, name="not", description=NOT
    )
    id: StringFilter | None = field(default=UNSET, description="The id that names it in the whole dataset.")
    slug: StringFilter | None = field(default=UNSET, description="The slug that names it within the district.")
    name: NameFilter | None = field(default=UNSET, description="What it is called.")
    district: StringFilter | None = field(default=UNSET, description="The slug of the district that it belongs to.")
    initiative_count: IntFilter | None = field(default=UNSET, description="How many initiatives it has.")
    initiatives: InitiativeListFilter | None = field(
        default=UNSET, description="The initiatives that it has: its lines of work."
    )
    metric_count: IntFilter | None = field(default=UNSET, description="How many figures its initiatives have.")
    metrics: MetricListFilter | None = field(default=UNSET, description="The metrics that its initiatives have.")
    award_count: IntFilter | None = field(default=UNSET, description="How many awards it has with its initiatives.")
    awards: AwardListFilter | None = field(
        default=UNSET, description="Its awards and those of its initiatives; `heldBy` tells them apart."
    )


@strawberry.input(description="Conditions that the pillars of a district must meet.")
class PillarListFilter(ListQuantifiers[PillarFilter]):
    """Of a list of pillars."""


@as_mapping
@strawberry.input(description="Conditions that districts must meet, all of those that are given.")
class DistrictFilter:
    """Of District."""

    and_: list["DistrictFilter"] | None = field(default=UNSET, name="and", description=AND)
    or_: list["DistrictFilter"] | None = field(default=UNSET, name="or", description=OR)
    not_: Annotated["DistrictFilter", lazy("schema.arguments.district_filters")] | None = field(
        default=UNSET, name="not", description=NOT
    )
    id: StringFilter | None = field(default=UNSET, description="The id that names it in the whole dataset.")
    slug: StringFilter | None = field(default=UNSET, description="The slug that names it in this dataset.")
    name: NameFilter | None = field(default=UNSET, description="What it is called.")
    kind: PlaceKindFilter | None = field(default=UNSET, description="What kind of place it is.")
    country: StringFilter | None = field(
        default=UNSET, description="The ISO 3166-1 code that its country has, such as CN."
    )
    parent: StringFilter | None = field(default=UNSET, description="The slug of the district that it is a part of.")
    city: NameFilter | None = field(default=UNSET, description="The city it belongs to.")
    province: NameFilter | None = field(default=UNSET, description="The province it belongs to.")
    codes: CodeListFilter | None = field(default=UNSET, description="The codes that it has in public schemes.")
    pillar_count: IntFilter | None = field(default=UNSET, description="How many pillars it has.")
    pillars: PillarListFilter | None = field(default=UNSET, description="The main themes that its work has.")
    initiative_count: IntFilter | None = field(default=UNSET, description="How many initiatives it has.")
    initiatives: InitiativeListFilter | None = field(
        default=UNSET, description="The initiatives that its pillars have."
    )
    metric_count: IntFilter | None = field(default=UNSET, description="How many figures it has.")
    metrics: MetricListFilter | None = field(default=UNSET, description="The metrics that its initiatives have.")
    award_count: IntFilter | None = field(
        default=UNSET, description="How many awards it has with its pillars and initiatives."
    )
    awards: AwardListFilter | None = field(
        default=UNSET, description="Its awards and those of all below it; `heldBy` tells them apart."
    )
    total_award_count: IntFilter | None = field(
        default=UNSET, description="This is the same as `awardCount`.", deprecation_reason="Use awardCount."
    )
