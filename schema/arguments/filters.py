"""Filter inputs, one per type; `schema.arguments.where` turns their values into predicates.

All conditions of one input must hold. The fields are those of the type, and the slugs of the item's parents.
"""

from typing import Annotated, Generic, TypeVar

import strawberry
from strawberry import UNSET, field, lazy

from schema.arguments.mappings import as_mapping
from schema.arguments.operators import (
    AreaLevelFilter,
    AwardHolderFilter,
    AwardKindFilter,
    ChangeBasisFilter,
    ComparatorFilter,
    DateFilter,
    DirectionFilter,
    FloatFilter,
    InitiativeStatusFilter,
    IntFilter,
    MetricStatusFilter,
    NameFilter,
    PeriodKindFilter,
    RankKindFilter,
    StringFilter,
)
from schema.types.scalars import Date

Item = TypeVar("Item")

_AND = "All of these hold."
_OR = "At least one of these holds."
_NOT = "This doesn't hold."
_EXISTS = "Whether there is one at all."


@strawberry.input
class ListQuantifiers(Generic[Item]):
    """Quantifiers over a list."""

    some: Item | None = field(default=UNSET, description="At least one item is like this; {} for any item.")
    none: Item | None = field(default=UNSET, description="No item is like this; {} where there must be no item.")
    every: Item | None = field(default=UNSET, description="Every item is like this; true of an empty list.")


@strawberry.input(description="Conditions on a figure. Comparing figures needs one unit: name it beside.")
class QuantityFilter:
    """Of Quantity."""

    exists: bool | None = field(default=UNSET, description=_EXISTS)
    unit: StringFilter | None = field(default=UNSET, description="Its unit's code, such as percent.")
    normalized: FloatFilter | None = field(default=UNSET, description="Its value × 10^multiplier.")
    comparator: ComparatorFilter | None = field(default=UNSET, description="Whether it is exact, over, about.")


@strawberry.input(description="Conditions on a period.")
class PeriodFilter:
    """Of Period."""

    exists: bool | None = field(default=UNSET, description=_EXISTS)
    kind: PeriodKindFilter | None = field(default=UNSET, description="What stretch of time it is.")
    start: DateFilter | None = field(default=UNSET, description="Its first day.")
    end: DateFilter | None = field(default=UNSET, description="Its last day.")
    during: str | None = field(
        default=UNSET,
        description="It has exactly the days of this EDTF text, however it is spelled: 2025 is 2025-01/2025-12.",
    )
    covers: Date | None = field(
        default=UNSET,
        description="This day lies in it. An open end is no bound; of a period with an unknown end, only the day "
        "at its other end is known.",
    )
    approximate: bool | None = field(
        default=UNSET, description="Whether the source gives a date of it as approximate."
    )
    uncertain: bool | None = field(default=UNSET, description="Whether the source gives a date of it as uncertain.")


@strawberry.input(description="Conditions on a claimed place.")
class RankFilter:
    """Of Rank."""

    kind: RankKindFilter | None = field(default=UNSET, description="What kind of place.")
    position: IntFilter | None = field(default=UNSET, description="The place, 1 being best.")
    of: IntFilter | None = field(default=UNSET, description="How many peers there are.")
    scope: AreaLevelFilter | None = field(default=UNSET, description="How large the area of the peers is.")


@strawberry.input(description="Conditions that one of the claimed places meets.")
class AnyRankFilter(RankFilter):
    """Short for `ranks: {some: …}`."""

    exists: bool | None = field(default=UNSET, description="Whether there is any place at all.")


@strawberry.input(description="Conditions on the claimed places of something.")
class RankListFilter(ListQuantifiers[RankFilter]):
    """Of a list of ranks."""


@strawberry.input(description="Conditions on how a figure moved.")
class ChangeFilter:
    """Of Change."""

    basis: ChangeBasisFilter | None = field(default=UNSET, description="What it is measured against.")
    direction: DirectionFilter | None = field(default=UNSET, description="Which way it moved.")
    quantity: QuantityFilter | None = field(default=UNSET, description="By how much.")


@strawberry.input(description="Conditions on the changes of a figure.")
class ChangeListFilter(ListQuantifiers[ChangeFilter]):
    """Of a list of changes."""


@strawberry.input(description="Conditions on a citation.")
class CitationFilter:
    """Of Citation."""

    source: StringFilter | None = field(default=UNSET, description="The source's slug.")
    locator: StringFilter | None = field(default=UNSET, description="The place in it.")


@strawberry.input(description="Conditions on the citations of a statement.")
class CitationListFilter(ListQuantifiers[CitationFilter]):
    """Of a list of citations."""


@as_mapping
@strawberry.input(description="Conditions on observations.")
class ObservationFilter:
    """Of Observation."""

    and_: list["ObservationFilter"] | None = field(default=UNSET, name="and", description=_AND)
    or_: list["ObservationFilter"] | None = field(default=UNSET, name="or", description=_OR)
    not_: Annotated["ObservationFilter", lazy("schema.arguments.filters")] | None = field(
        default=UNSET, name="not", description=_NOT
    )
    id: StringFilter | None = field(default=UNSET, description="Its global id.")
    slug: StringFilter | None = field(default=UNSET, description="Its name within the metric.")
    district: StringFilter | None = field(default=UNSET, description="The slug of its district.")
    pillar: StringFilter | None = field(default=UNSET, description="The slug of its pillar.")
    initiative: StringFilter | None = field(default=UNSET, description="The slug of its initiative.")
    metric: StringFilter | None = field(default=UNSET, description="The slug of its metric.")
    indicator: StringFilter | None = field(default=UNSET, description="The slug of what it measures.")
    quantity: QuantityFilter | None = field(default=UNSET, description="The figure.")
    period: PeriodFilter | None = field(default=UNSET, description="What time the figure is for.")
    reference_date: DateFilter | None = field(default=UNSET, description="The day it stands for.")
    changes: ChangeListFilter | None = field(default=UNSET, description="How it moved.")
    rank: AnyRankFilter | None = field(default=UNSET, description="One of its claimed places: short for ranks: some.")
    ranks: RankListFilter | None = field(default=UNSET, description="Its claimed places among peers.")
    status: MetricStatusFilter | None = field(default=UNSET, description="How firm it is.")
    citations: CitationListFilter | None = field(default=UNSET, description="Where it is published.")


@strawberry.input(description="Conditions on the observations of something.")
class ObservationListFilter(ListQuantifiers[ObservationFilter]):
    """Of a list of observations."""


@as_mapping
@strawberry.input(description="Conditions on metrics. Those on a figure are about the latest one.")
class MetricFilter:
    """Of Metric."""

    and_: list["MetricFilter"] | None = field(default=UNSET, name="and", description=_AND)
    or_: list["MetricFilter"] | None = field(default=UNSET, name="or", description=_OR)
    not_: Annotated["MetricFilter", lazy("schema.arguments.filters")] | None = field(
        default=UNSET, name="not", description=_NOT
    )
    id: StringFilter | None = field(default=UNSET, description="Its global id.")
    slug: StringFilter | None = field(default=UNSET, description="Its name within the district.")
    name: NameFilter | None = field(default=UNSET, description="What the figure is about.")
    district: StringFilter | None = field(default=UNSET, description="The slug of its district.")
    pillar: StringFilter | None = field(default=UNSET, description="The slug of its pillar.")
    initiative: StringFilter | None = field(default=UNSET, description="The slug of its initiative.")
    indicator: StringFilter | None = field(default=UNSET, description="The slug of what it measures.")
    quantity: QuantityFilter | None = field(default=UNSET, description="The figure.")
    period: PeriodFilter | None = field(default=UNSET, description="What time the figure is for.")
    changes: ChangeListFilter | None = field(default=UNSET, description="How it moved.")
    rank: AnyRankFilter | None = field(default=UNSET, description="One of its claimed places: short for ranks: some.")
    ranks: RankListFilter | None = field(default=UNSET, description="Its claimed places among peers.")
    status: MetricStatusFilter | None = field(default=UNSET, description="How firm it is.")
    citations: CitationListFilter | None = field(default=UNSET, description="Where it is published.")
    observation_count: IntFilter | None = field(default=UNSET, description="How many figures it has.")
    observations: ObservationListFilter | None = field(default=UNSET, description="All its figures.")


@strawberry.input(description="Conditions on the metrics of something.")
class MetricListFilter(ListQuantifiers[MetricFilter]):
    """Of a list of metrics."""


@as_mapping
@strawberry.input(description="Conditions on awards.")
class AwardFilter:
    """Of Award."""

    and_: list["AwardFilter"] | None = field(default=UNSET, name="and", description=_AND)
    or_: list["AwardFilter"] | None = field(default=UNSET, name="or", description=_OR)
    not_: Annotated["AwardFilter", lazy("schema.arguments.filters")] | None = field(
        default=UNSET, name="not", description=_NOT
    )
    id: StringFilter | None = field(default=UNSET, description="Its global id.")
    slug: StringFilter | None = field(default=UNSET, description="Its name within the district.")
    name: NameFilter | None = field(default=UNSET, description="What was awarded.")
    district: StringFilter | None = field(default=UNSET, description="The slug of its district.")
    pillar: StringFilter | None = field(default=UNSET, description="The slug of its pillar, if it has one.")
    initiative: StringFilter | None = field(default=UNSET, description="The slug of its initiative, if it has one.")
    held_by: AwardHolderFilter | None = field(default=UNSET, description="What holds it.")
    kind: AwardKindFilter | None = field(default=UNSET, description="What kind of distinction it is.")
    level: AreaLevelFilter | None = field(default=UNSET, description="The area it was chosen from.")
    period: PeriodFilter | None = field(default=UNSET, description="When it was given, or what it is for.")
    streak_years: IntFilter | None = field(default=UNSET, description="For how many years in a row it is held.")
    rank: AnyRankFilter | None = field(default=UNSET, description="One of its places: short for ranks: some.")
    ranks: RankListFilter | None = field(default=UNSET, description="The places that go with it.")
    citations: CitationListFilter | None = field(default=UNSET, description="Where it is published.")


@strawberry.input(description="Conditions on the awards of something.")
class AwardListFilter(ListQuantifiers[AwardFilter]):
    """Of a list of awards."""


@strawberry.input(description="Conditions on a named system.")
class SystemFilter:
    """Of System."""

    slug: StringFilter | None = field(default=UNSET, description="Its name within the district.")
    name: NameFilter | None = field(default=UNSET, description="What it is called.")
    status: InitiativeStatusFilter | None = field(default=UNSET, description="How far it has come.")


@strawberry.input(description="Conditions on the systems of an initiative.")
class SystemListFilter(ListQuantifiers[SystemFilter]):
    """Of a list of systems."""


@as_mapping
@strawberry.input(description="Conditions on initiatives.")
class InitiativeFilter:
    """Of Initiative."""

    and_: list["InitiativeFilter"] | None = field(default=UNSET, name="and", description=_AND)
    or_: list["InitiativeFilter"] | None = field(default=UNSET, name="or", description=_OR)
    not_: Annotated["InitiativeFilter", lazy("schema.arguments.filters")] | None = field(
        default=UNSET, name="not", description=_NOT
    )
    id: StringFilter | None = field(default=UNSET, description="Its global id.")
    slug: StringFilter | None = field(default=UNSET, description="Its name within the district.")
    name: NameFilter | None = field(default=UNSET, description="What it is called.")
    district: StringFilter | None = field(default=UNSET, description="The slug of its district.")
    pillar: StringFilter | None = field(default=UNSET, description="The slug of its pillar.")
    status: InitiativeStatusFilter | None = field(default=UNSET, description="How far it has come.")
    systems: SystemListFilter | None = field(default=UNSET, description="What it runs.")
    metric_count: IntFilter | None = field(default=UNSET, description="How many figures it has.")
    metrics: MetricListFilter | None = field(default=UNSET, description="Its figures.")
    award_count: IntFilter | None = field(default=UNSET, description="How many awards it has.")
    awards: AwardListFilter | None = field(default=UNSET, description="Its awards.")


@strawberry.input(description="Conditions on the initiatives of something.")
class InitiativeListFilter(ListQuantifiers[InitiativeFilter]):
    """Of a list of initiatives."""


@as_mapping
@strawberry.input(description="Conditions on indicators.")
class IndicatorFilter:
    """Of Indicator."""

    and_: list["IndicatorFilter"] | None = field(default=UNSET, name="and", description=_AND)
    or_: list["IndicatorFilter"] | None = field(default=UNSET, name="or", description=_OR)
    not_: Annotated["IndicatorFilter", lazy("schema.arguments.filters")] | None = field(
        default=UNSET, name="not", description=_NOT
    )
    id: StringFilter | None = field(default=UNSET, description="Its global id.")
    slug: StringFilter | None = field(default=UNSET, description="Its name in this dataset.")
    name: NameFilter | None = field(default=UNSET, description="What is measured.")
    unit: StringFilter | None = field(default=UNSET, description="The code of its figures' unit, such as percent.")
    district_count: IntFilter | None = field(default=UNSET, description="How many districts have published it.")
    metric_count: IntFilter | None = field(default=UNSET, description="How many metrics are about it.")
