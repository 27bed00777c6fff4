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

AND = "All of these must hold of an item."
OR = "At least one of these must hold of an item."
NOT = "This must not hold of an item."
_EXISTS = "Whether there is one at all."


@strawberry.input
class ListQuantifiers(Generic[Item]):
    """Quantifiers over a list."""

    some: Item | None = field(default=UNSET, description="At least one item is like this; {} for any item.")
    none: Item | None = field(default=UNSET, description="No item is like this; {} where there must be no item.")
    every: Item | None = field(default=UNSET, description="Every item is like this; true of an empty list.")


@strawberry.input(description="Conditions that a figure must meet. Comparing figures needs one unit: name it beside.")
class QuantityFilter:
    """Of Quantity."""

    exists: bool | None = field(default=UNSET, description=_EXISTS)
    unit: StringFilter | None = field(default=UNSET, description="The code of the unit that it has, such as percent.")
    normalized: FloatFilter | None = field(default=UNSET, description="The value that it has, × 10^multiplier.")
    comparator: ComparatorFilter | None = field(default=UNSET, description="Whether it is exact, over, about.")


@strawberry.input(description="Conditions that a period must meet.")
class PeriodFilter:
    """Of Period."""

    exists: bool | None = field(default=UNSET, description=_EXISTS)
    kind: PeriodKindFilter | None = field(default=UNSET, description="What stretch of time it is.")
    start: DateFilter | None = field(default=UNSET, description="The first day that it has.")
    end: DateFilter | None = field(default=UNSET, description="The last day that it has.")
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


@strawberry.input(description="Conditions that a claimed place must meet.")
class RankFilter:
    """Of Rank."""

    kind: RankKindFilter | None = field(default=UNSET, description="What kind of place is claimed.")
    position: IntFilter | None = field(default=UNSET, description="The place that is claimed; 1 is the best.")
    of: IntFilter | None = field(default=UNSET, description="How many peers there are.")
    scope: AreaLevelFilter | None = field(default=UNSET, description="How large the area of the peers is.")


@strawberry.input(description="Conditions that one of the claimed places must meet.")
class AnyRankFilter(RankFilter):
    """Short for `ranks: {some: …}`."""

    exists: bool | None = field(default=UNSET, description="Whether there is any place at all.")


@strawberry.input(description="Conditions that the claimed places of something must meet.")
class RankListFilter(ListQuantifiers[RankFilter]):
    """Of a list of ranks."""


@strawberry.input(description="Conditions that a movement of a figure must meet.")
class ChangeFilter:
    """Of Change."""

    basis: ChangeBasisFilter | None = field(default=UNSET, description="What it is measured against.")
    direction: DirectionFilter | None = field(default=UNSET, description="Which way it moved.")
    quantity: QuantityFilter | None = field(default=UNSET, description="By how much it moved.")


@strawberry.input(description="Conditions that the changes of a figure must meet.")
class ChangeListFilter(ListQuantifiers[ChangeFilter]):
    """Of a list of changes."""


@strawberry.input(description="Conditions that a citation must meet.")
class CitationFilter:
    """Of Citation."""

    source: StringFilter | None = field(default=UNSET, description="The slug that names the source.")
    locator: StringFilter | None = field(default=UNSET, description="The place in it where the statement stands.")


@strawberry.input(description="Conditions that the citations of a statement must meet.")
class CitationListFilter(ListQuantifiers[CitationFilter]):
    """Of a list of citations."""


@as_mapping
@strawberry.input(description="Conditions that observations must meet, all of those that are given.")
class ObservationFilter:
    """Of Observation."""

    and_: list["ObservationFilter"] | None = field(default=UNSET, name="and", description=AND)
    or_: list["ObservationFilter"] | None = field(default=UNSET, name="or", description=OR)
    not_: Annotated["ObservationFilter", lazy("schema.arguments.filters")] | None = field(
        default=UNSET, name="not", description=NOT
    )
    id: StringFilter | None = field(default=UNSET, description="The id that names it in the whole dataset.")
    slug: StringFilter | None = field(default=UNSET, description="The slug that names it within the metric.")
    district: StringFilter | None = field(default=UNSET, description="The slug of the district that it belongs to.")
    pillar: StringFilter | None = field(default=UNSET, description="The slug of the pillar that it belongs to.")
    initiative: StringFilter | None = field(default=UNSET, description="The slug of the initiative it belongs to.")
    metric: StringFilter | None = field(default=UNSET, description="The slug of the metric that it belongs to.")
    indicator: StringFilter | None = field(default=UNSET, description="The slug of what it measures.")
    quantity: QuantityFilter | None = field(default=UNSET, description="The figure that is published.")
    period: PeriodFilter | None = field(default=UNSET, description="What time the figure is for.")
    reference_date: DateFilter | None = field(default=UNSET, description="The day it stands for.")
    changes: ChangeListFilter | None = field(default=UNSET, description="How the figure has moved.")
    rank: AnyRankFilter | None = field(
        default=UNSET, description="One of the places that it claims: this is short for ranks: some."
    )
    ranks: RankListFilter | None = field(default=UNSET, description="The places among peers that it claims.")
    status: MetricStatusFilter | None = field(default=UNSET, description="How firm it is.")
    citations: CitationListFilter | None = field(default=UNSET, description="Where it is published.")


@strawberry.input(description="Conditions that the observations of something must meet.")
class ObservationListFilter(ListQuantifiers[ObservationFilter]):
    """Of a list of observations."""


@as_mapping
@strawberry.input(
    description="Conditions that metrics must meet, all of those that are given. Those on a figure are about the "
    "latest one."
)
class MetricFilter:
    """Of Metric."""

    and_: list["MetricFilter"] | None = field(default=UNSET, name="and", description=AND)
    or_: list["MetricFilter"] | None = field(default=UNSET, name="or", description=OR)
    not_: Annotated["MetricFilter", lazy("schema.arguments.filters")] | None = field(
        default=UNSET, name="not", description=NOT
    )
    id: StringFilter | None = field(default=UNSET, description="The id that names it in the whole dataset.")
    slug: StringFilter | None = field(default=UNSET, description="The slug that names it within the district.")
    name: NameFilter | None = field(default=UNSET, description="What the figure is about.")
    district: StringFilter | None = field(default=UNSET, description="The slug of the district that it belongs to.")
    pillar: StringFilter | None = field(default=UNSET, description="The slug of the pillar that it belongs to.")
    initiative: StringFilter | None = field(default=UNSET, description="The slug of the initiative it belongs to.")
    indicator: StringFilter | None = field(default=UNSET, description="The slug of what it measures.")
    quantity: QuantityFilter | None = field(default=UNSET, description="The figure that is published.")
    period: PeriodFilter | None = field(default=UNSET, description="What time the figure is for.")
    changes: ChangeListFilter | None = field(default=UNSET, description="How the figure has moved.")
    rank: AnyRankFilter | None = field(
        default=UNSET, description="One of the places that it claims: this is short for ranks: some."
    )
    ranks: RankListFilter | None = field(default=UNSET, description="The places among peers that it claims.")
    status: MetricStatusFilter | None = field(default=UNSET, description="How firm it is.")
    citations: CitationListFilter | None = field(default=UNSET, description="Where it is published.")
    observation_count: IntFilter | None = field(default=UNSET, description="How many figures it has.")
    observations: ObservationListFilter | None = field(default=UNSET, description="All the figures that it has.")


@strawberry.input(description="Conditions that the metrics of something must meet.")
class MetricListFilter(ListQuantifiers[MetricFilter]):
    """Of a list of metrics."""


@as_mapping
@strawberry.input(description="Conditions that awards must meet, all of those that are given.")
class AwardFilter:
    """Of Award."""

    and_: list["AwardFilter"] | None = field(default=UNSET, name="and", description=AND)
    or_: list["AwardFilter"] | None = field(default=UNSET, name="or", description=OR)
    not_: Annotated["AwardFilter", lazy("schema.arguments.filters")] | None = field(
        default=UNSET, name="not", description=NOT
    )
    id: StringFilter | None = field(default=UNSET, description="The id that names it in the whole dataset.")
    slug: StringFilter | None = field(default=UNSET, description="The slug that names it within the district.")
    name: NameFilter | None = field(default=UNSET, description="What was awarded, in words.")
    district: StringFilter | None = field(default=UNSET, description="The slug of the district that it belongs to.")
    pillar: StringFilter | None = field(default=UNSET, description="The slug of its pillar, if it has one.")
    initiative: StringFilter | None = field(default=UNSET, description="The slug of its initiative, if it has one.")
    held_by: AwardHolderFilter | None = field(default=UNSET, description="What holds it, such as the district.")
    kind: AwardKindFilter | None = field(default=UNSET, description="What kind of distinction it is.")
    level: AreaLevelFilter | None = field(default=UNSET, description="The area it was chosen from.")
    period: PeriodFilter | None = field(default=UNSET, description="When it was given, or what it is for.")
    streak_years: IntFilter | None = field(default=UNSET, description="For how many years in a row it is held.")
    rank: AnyRankFilter | None = field(
        default=UNSET, description="One of the places that are claimed with it: this is short for ranks: some."
    )
    ranks: RankListFilter | None = field(default=UNSET, description="The places that are claimed with it.")
    citations: CitationListFilter | None = field(default=UNSET, description="Where it is published.")


@strawberry.input(description="Conditions that the awards of something must meet.")
class AwardListFilter(ListQuantifiers[AwardFilter]):
    """Of a list of awards."""


@strawberry.input(description="Conditions that a named system must meet.")
class SystemFilter:
    """Of System."""

    slug: StringFilter | None = field(default=UNSET, description="The slug that names it within the district.")
    name: NameFilter | None = field(default=UNSET, description="What it is called.")
    status: InitiativeStatusFilter | None = field(default=UNSET, description="How far it has come.")


@strawberry.input(description="Conditions that the systems of an initiative must meet.")
class SystemListFilter(ListQuantifiers[SystemFilter]):
    """Of a list of systems."""


@as_mapping
@strawberry.input(description="Conditions that initiatives must meet, all of those that are given.")
class InitiativeFilter:
    """Of Initiative."""

    and_: list["InitiativeFilter"] | None = field(default=UNSET, name="and", description=AND)
    or_: list["InitiativeFilter"] | None = field(default=UNSET, name="or", description=OR)
    not_: Annotated["InitiativeFilter", lazy("schema.arguments.filters")] | None = field(
        default=UNSET, name="not", description=NOT
    )
    id: StringFilter | None = field(default=UNSET, description="The id that names it in the whole dataset.")
    slug: StringFilter | None = field(default=UNSET, description="The slug that names it within the district.")
    name: NameFilter | None = field(default=UNSET, description="What it is called.")
    district: StringFilter | None = field(default=UNSET, description="The slug of the district that it belongs to.")
    pillar: StringFilter | None = field(default=UNSET, description="The slug of the pillar that it belongs to.")
    status: InitiativeStatusFilter | None = field(default=UNSET, description="How far it has come.")
    systems: SystemListFilter | None = field(default=UNSET, description="The systems that it runs.")
    metric_count: IntFilter | None = field(default=UNSET, description="How many figures it has.")
    metrics: MetricListFilter | None = field(default=UNSET, description="The metrics that it has.")
    award_count: IntFilter | None = field(default=UNSET, description="How many awards it has.")
    awards: AwardListFilter | None = field(default=UNSET, description="The awards that it has been given.")


@strawberry.input(description="Conditions that the initiatives of something must meet.")
class InitiativeListFilter(ListQuantifiers[InitiativeFilter]):
    """Of a list of initiatives."""


@as_mapping
@strawberry.input(description="Conditions that indicators must meet, all of those that are given.")
class IndicatorFilter:
    """Of Indicator."""

    and_: list["IndicatorFilter"] | None = field(default=UNSET, name="and", description=AND)
    or_: list["IndicatorFilter"] | None = field(default=UNSET, name="or", description=OR)
    not_: Annotated["IndicatorFilter", lazy("schema.arguments.filters")] | None = field(
        default=UNSET, name="not", description=NOT
    )
    id: StringFilter | None = field(default=UNSET, description="The id that names it in the whole dataset.")
    slug: StringFilter | None = field(default=UNSET, description="The slug that names it in this dataset.")
    name: NameFilter | None = field(default=UNSET, description="What is measured, in words.")
    unit: StringFilter | None = field(
        default=UNSET, description="The code of the unit that they are in, such as percent."
    )
    district_count: IntFilter | None = field(default=UNSET, description="How many districts have published it.")
    metric_count: IntFilter | None = field(default=UNSET, description="How many metrics are about it.")
