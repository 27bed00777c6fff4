"""Types with an identity: districts and what they hold, each a `Node` with a stable global id.

Instances are stored documents (`loaders.documents`); a field without a resolver is the stored key of its name.
"""

from typing import Annotated, cast

import strawberry
from strawberry import Parent, argument, field, lazy

from loaders.documents import Document
from schema.arguments.filters import AwardFilter, InitiativeFilter, MetricFilter, ObservationFilter
from schema.arguments.orders import AwardOrder, InitiativeOrder, MetricOrder, ObservationOrder
from schema.base.context import Info
from schema.graph.indicators import Indicator
from schema.graph.reports import OtherReport
from schema.graph.sources import Citation, Strategy
from schema.graph.systems import System
from schema.rankings.standings import Standing, standing_of
from schema.retrieval.growth import growth_of
from schema.retrieval.nested_lists import NestedFirst, Offset, planned
from schema.retrieval.nodes import district_of, initiative_of, load_node, metric_of, pillar_of
from schema.retrieval.places import load_parent, load_parts
from schema.types.enums import AreaLevel, AwardHolder, AwardKind, InitiativeStatus, MetricStatus, PlaceKind
from schema.types.interface import Node
from schema.types.scalars import Date
from schema.types.texts import LocalizedText
from schema.types.values import Change, Code, Period, Quantity, Rank, headline_of

_Where = argument(description="Which items are wanted; all when left out.")
_OrderBy = argument(description="The order, the first key first; when left out, by id, or as a district lists them.")
InitiativeWhere = Annotated[InitiativeFilter | None, _Where]
InitiativeOrderBy = Annotated[list[InitiativeOrder] | None, _OrderBy]
MetricWhere = Annotated[MetricFilter | None, _Where]
MetricOrderBy = Annotated[list[MetricOrder] | None, _OrderBy]
ObservationWhere = Annotated[ObservationFilter | None, _Where]
ObservationOrderBy = Annotated[list[ObservationOrder] | None, _OrderBy]
AwardWhere = Annotated[AwardFilter | None, _Where]
AwardOrderBy = Annotated[list[AwardOrder] | None, _OrderBy]


async def _district(document: Parent[Document], info: Info) -> "District":
    return cast(District, await load_node(info, district_of(document)))


async def _pillar(document: Parent[Document], info: Info) -> "Pillar":
    return cast(Pillar, await load_node(info, pillar_of(document)))


async def _initiative(document: Parent[Document], info: Info) -> "Initiative":
    return cast(Initiative, await load_node(info, initiative_of(document)))


# The plan reads the arguments of these once an operation, so that `planned` needs none of them.
def _pillars(document: Parent[Document], info: Info) -> list["Pillar"]:
    return cast(list[Pillar], planned(document, info))


def _initiatives(
    document: Parent[Document],
    info: Info,
    where: InitiativeWhere = None,
    order_by: InitiativeOrderBy = None,
    first: NestedFirst = None,
    offset: Offset = 0,
) -> list["Initiative"]:
    return cast(list[Initiative], planned(document, info))


def _initiative_count(document: Parent[Document], info: Info, where: InitiativeWhere = None) -> int:
    return cast(int, planned(document, info))


def _metrics(
    document: Parent[Document],
    info: Info,
    where: MetricWhere = None,
    order_by: MetricOrderBy = None,
    first: NestedFirst = None,
    offset: Offset = 0,
) -> list["Metric"]:
    return cast(list[Metric], planned(document, info))


def _metric_count(document: Parent[Document], info: Info, where: MetricWhere = None) -> int:
    return cast(int, planned(document, info))


def _observations(
    document: Parent[Document],
    info: Info,
    where: ObservationWhere = None,
    order_by: ObservationOrderBy = None,
    first: NestedFirst = None,
    offset: Offset = 0,
) -> list["Observation"]:
    return cast(list[Observation], planned(document, info))


def _observation_count(document: Parent[Document], info: Info, where: ObservationWhere = None) -> int:
    return cast(int, planned(document, info))


def _awards(
    document: Parent[Document],
    info: Info,
    where: AwardWhere = None,
    order_by: AwardOrderBy = None,
    first: NestedFirst = None,
    offset: Offset = 0,
) -> list["Award"]:
    return cast(list[Award], planned(document, info))


def _award_count(document: Parent[Document], info: Info, where: AwardWhere = None) -> int:
    return cast(int, planned(document, info))


@strawberry.type(description="A prize, honour, pilot status or certification that a district was given.")
class Award(Node):
    """See `loaders.documents.Award`."""

    slug: str = field(description="The slug that names it within the district.")
    name: LocalizedText = field(description="What was awarded, in words.")
    held_by: AwardHolder = field(description="Whether the district itself holds it, a pillar or an initiative.")
    kind: AwardKind = field(description="What kind of distinction it is.")
    level: AreaLevel | None = field(description="How large the area is that it was chosen from, if known.")
    issuer: LocalizedText | None = field(description="Who gave it, if known.")
    period: Period | None = field(description="When it was given, or the period it is for.")
    streak_years: int | None = field(description="For how many years in a row it has now been held.")
    ranks: list[Rank] = field(description="The places among peers that are claimed with it.")
    note: LocalizedText | None = field(description="What else is worth knowing.")
    citations: list[Citation] = field(description="Where this is published; at least one.")
    district: "District" = field(resolver=_district, description="The district that holds it.")

    @field(description="The pillar that holds it, if it is not the district's own.")
    @staticmethod
    async def pillar(document: Parent[Document], info: Info) -> "Pillar | None":
        """Load the pillar."""
        return await _pillar(document, info) if document["pillar"] else None

    @field(description="The initiative that holds it, if it is not the district's or the pillar's own.")
    @staticmethod
    async def initiative(document: Parent[Document], info: Info) -> "Initiative | None":
        """Load the initiative."""
        return await _initiative(document, info) if document["initiative"] else None


@strawberry.type(description="One published figure of a metric, with everything needed to trust it.")
class Observation(Node):
    """See `loaders.documents.Observation`."""

    slug: str = field(description="The slug that names it within the metric: 2023, or main where there is one.")
    indicator: Indicator = field(description="What it measures in common with other districts' figures.")
    quantity: Quantity | None = field(description="The figure; null where only a change or a rank is published.")
    period: Period | None = field(description="What time the figure is for; null where the source names none.")
    reference_date: Date | None = field(
        description="The day it stands for: the last day of its period, else the day on which the source was "
        "published, the first of several; null where neither is known."
    )
    changes: list[Change] = field(description="How the figure has moved.")
    ranks: list[Rank] = field(description="Its places among peers, where any are claimed.")
    status: MetricStatus = field(description="How firm it is.")
    printed: LocalizedText | None = field(description="The figure as it is printed by the source, such as 近2800家.")
    counted: bool = field(description="Whether the editor counted, as the source prints no figure.")
    breaks: LocalizedText | None = field(
        description="Why it can't be joined with earlier figures: another method, area or unit."
    )
    other_reports: list[OtherReport] = field(
        description="Other figures published of the same thing: what it replaced, and what other sources say."
    )
    note: LocalizedText | None = field(description="What else is worth knowing, such as the source's wording.")
    citations: list[Citation] = field(description="Where it is published; at least one.")
    district: "District" = field(resolver=_district, description="The district that it is about.")
    pillar: "Pillar" = field(resolver=_pillar, description="The pillar that it is under.")
    initiative: "Initiative" = field(resolver=_initiative, description="The initiative that it is about.")

    @field(description="The metric that it is a figure of.")
    @staticmethod
    async def metric(document: Parent[Document], info: Info) -> "Metric":
        """Load the metric."""
        return cast(Metric, await load_node(info, metric_of(document)))


@strawberry.type(
    description="What an initiative measures, with its published figures; its own are those of the latest."
)
class Metric(Node):
    """See `loaders.documents.Metric`."""

    slug: str = field(description="The slug that names it within the district.")
    name: LocalizedText = field(description="What is measured, in words.")
    indicator: Indicator = field(description="What it measures in common with other districts' metrics.")
    latest: Observation | None = field(
        description="The figure for the latest day that is no forecast and no target; null where all are."
    )
    observation_count: int = field(resolver=_observation_count, description="How many figures it has.")
    observations: list[Observation] = field(resolver=_observations, description="All the figures that it has.")
    quantity: Quantity | None = field(
        description="The latest figure; null where only a change or a rank is published, or a forecast or a target."
    )
    period: Period | None = field(description="What time the latest figure is for; null where the source names none.")
    changes: list[Change] = field(description="How the latest figure moved.")
    ranks: list[Rank] = field(description="The latest figure's places among peers, where any are claimed.")
    status: MetricStatus | None = field(description="How firm the latest figure is; null where there is none.")
    note: LocalizedText | None = field(
        description="What else is worth knowing of the latest figure, such as the source's wording."
    )
    citations: list[Citation] = field(description="Where the latest figure is published.")
    district: "District" = field(resolver=_district, description="The district that it is about.")
    pillar: "Pillar" = field(resolver=_pillar, description="The pillar that it is under.")
    initiative: "Initiative" = field(resolver=_initiative, description="The initiative that it is about.")
    headline: str = field(
        resolver=headline_of,
        description="What the metric says in one line: its name and latest figure, with period, changes and ranks.",
    )
    standing: Standing | None = field(
        resolver=standing_of,
        description="The place of its latest figure in the ranking of its indicator for the same days, in the same "
        "unit; null where it is in none: without a figure, or where another metric, or a place that the district is "
        "a part of, stands for it.",
    )
    growth: Annotated["Growth", lazy("schema.graph.growth_types")] | None = field(  # type: ignore[name-defined]  # noqa: F821
        resolver=growth_of,
        description="How it grew between two periods; null where one has no figure. Forecasts and targets are none.",
    )


@strawberry.type(description="A line of work that belongs to a pillar, such as the 12345 hotline.")
class Initiative(Node):
    """See `loaders.documents.Initiative`."""

    slug: str = field(description="The slug that names it within the district.")
    name: LocalizedText = field(description="What it is called.")
    summary: LocalizedText | None = field(description="What it is about, in a sentence or two.")
    status: InitiativeStatus | None = field(description="How far it has come, if known.")
    citations: list[Citation] = field(description="Where this is published; empty where that is not recorded.")
    systems: list[System] = field(description="The systems that it runs.")
    metric_count: int = field(resolver=_metric_count, description="How many metrics it has.")
    metrics: list[Metric] = field(resolver=_metrics, description="The metrics that it has: what it measures.")
    award_count: int = field(resolver=_award_count, description="How many awards it has.")
    awards: list[Award] = field(resolver=_awards, description="The awards that it has been given.")
    district: "District" = field(resolver=_district, description="The district whose work it is.")
    pillar: "Pillar" = field(resolver=_pillar, description="The pillar that it is under.")


@strawberry.type(description="One of the main themes that a district's work has, such as governance.")
class Pillar(Node):
    """See `loaders.documents.Pillar`."""

    slug: str = field(description="The slug that names it within the district.")
    name: LocalizedText = field(description="What it is called.")
    summary: LocalizedText | None = field(description="What it is about, in a sentence or two.")
    initiative_count: int = field(resolver=_initiative_count, description="How many initiatives it has.")
    initiatives: list[Initiative] = field(resolver=_initiatives, description="The lines of work that it has.")
    metric_count: int = field(resolver=_metric_count, description="How many metrics its initiatives have.")
    metrics: list[Metric] = field(resolver=_metrics, description="The metrics that its initiatives have.")
    award_count: int = field(resolver=_award_count, description="How many awards it has with its initiatives.")
    awards: list[Award] = field(
        resolver=_awards, description="Its awards, then those of its initiatives; `heldBy` tells them apart."
    )
    district: "District" = field(resolver=_district, description="The district whose work it is.")


@strawberry.type(description="A district and what it has achieved, as of one revision of the data.")
class District(Node):
    """See `loaders.documents.District`."""

    slug: str = field(description="The slug that names it in this dataset, such as baiyun.")
    name: LocalizedText = field(description="What it is called.")
    kind: PlaceKind = field(description="What kind of place it is.")
    country: str = field(description="The country it is in, by its ISO 3166-1 code of two letters, such as CN.")
    parent: "District | None" = field(resolver=load_parent, description="The district that it is a part of, if any.")
    parts: list["District"] = field(resolver=load_parts, description="The districts that are parts of it, by slug.")
    city: LocalizedText | None = field(description="The city it belongs to, if it belongs to one.")
    province: LocalizedText | None = field(description="The province it belongs to, if it belongs to one.")
    codes: list[Code] = field(description="Codes that it, its city and its province have in public schemes.")
    strategy: Strategy | None = field(description="What guides its work.")
    pillar_count: int = field(description="How many pillars it has.")
    pillars: list[Pillar] = field(resolver=_pillars, description="The main themes that its work has.")
    initiative_count: int = field(
        resolver=_initiative_count, description="How many initiatives all of its pillars have."
    )
    initiatives: list[Initiative] = field(resolver=_initiatives, description="The initiatives that its pillars have.")
    metric_count: int = field(resolver=_metric_count, description="How many metrics all of its initiatives have.")
    metrics: list[Metric] = field(resolver=_metrics, description="The metrics that all of its initiatives have.")
    observation_count: int = field(description="How many figures all of its metrics have.")
    award_count: int = field(
        resolver=_award_count, description="How many awards it has with its pillars and initiatives."
    )
    awards: list[Award] = field(
        resolver=_awards,
        description="Its own awards, then those of each pillar and its initiatives; `heldBy` tells them apart.",
    )
    languages: list[str] = field(
        description="The BCP 47 tags of all languages that its texts are in, its name's first."
    )
    total_award_count: int = field(
        description="This is the same as `awardCount`.", deprecation_reason="Use awardCount, which counts all."
    )
