"""Growth as the contract gives it; `schema.retrieval.growth` computes it."""

from typing import cast

import strawberry
from strawberry import Parent, field

from loaders.documents import Document
from schema.base.context import Info
from schema.graph.entities import District, Metric, Observation
from schema.graph.ranking_types import left_out_of, load_district, unit_of
from schema.retrieval.nodes import load_node, metric_of
from schema.types.connections import Connection
from schema.types.reasons import NoGrowthReason
from schema.types.units import Unit
from schema.types.values import Change, Quantity


def _from(document: Parent[Document]) -> Observation:
    return cast(Observation, document["from"])


@strawberry.type(description="How a figure grew from one full period to another that is as long, computed from both.")
class Growth:
    """Built by `schema.retrieval.growth`."""

    from_: Observation = field(name="from", resolver=_from, description="The figure that is the earlier one.")
    to: Observation = field(description="The figure that is the later one.")
    quantity: Quantity | None = field(
        description="By how much: of figures in percent, in percentage points; else in percent of the earlier "
        "figure, rounded to two digits after the decimal point. Negative where it fell; with the comparator that "
        "follows from the figures'. Null where it can't be computed."
    )
    reason: NoGrowthReason | None = field(description="Why it can't be computed; null where it is.")
    published: Change | None = field(
        description="What the source of the later figure itself says of the same growth, if anything."
    )


async def _metric(document: Parent[Document], info: Info) -> Metric:
    return cast(Metric, await load_node(info, metric_of(document["growth"]["to"])))


@strawberry.type(description="How much a district's figure has grown, with its position among others.")
class RankedGrowth:
    """Built by `schema.rankings.growth_rankings`."""

    position: int = field(description="Its position, of which 1 is the best; equal growths have the same.")
    district: District = field(resolver=load_district, description="The district that this is about.")
    metric: Metric = field(resolver=_metric, description="The metric that grew.")
    growth: Growth = field(description="How much it grew.")
    certain: bool = field(
        description="Whether its position would be the same whatever the bounds of all growths stand for: “over” may "
        "be anything above, and “about” is as far off as the two figures may be."
    )


@strawberry.type(description="A district with something published of the indicator that is not in the ranking.")
class NoGrowth:
    """Built by `schema.rankings.growth_rankings`."""

    district: District = field(resolver=load_district, description="The district that this is about.")
    reason: NoGrowthReason = field(description="Why it is left out.")


@strawberry.type(
    description="A page of a ranking by growth, in which each district has one metric, all between the same periods."
)
class GrowthConnection(Connection[RankedGrowth]):
    """Relay's connection, forward only."""

    unit: Unit | None = field(resolver=unit_of, description="The unit of all figures; null where there is none.")
    left_out_count: int = field(
        description="How many districts are left out, though they publish something about it."
    )
    left_out: list[NoGrowth] = field(resolver=left_out_of, description="The districts that are left out, by slug.")
