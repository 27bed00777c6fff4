"""Rankings as the contract gives them; `schema.rankings.ranking` computes them."""

from typing import Annotated, Any, cast

import strawberry
from strawberry import Parent, argument, field

from loaders.documents import Document
from schema.base.context import Info
from schema.graph.entities import District, Metric, Observation
from schema.rankings.ranked_totals import of_ranked, of_ranking
from schema.retrieval.aggregates import FigureSpread
from schema.retrieval.nodes import district_of, load_node, metric_of
from schema.types.connections import DEFAULT_PAGE, MAX_PAGE, Connection
from schema.types.reasons import LeftOutReason
from schema.types.scalars import Date
from schema.types.units import Unit, unit_document
from schema.types.values import Quantity


async def _metric(document: Parent[Document], info: Info) -> Metric:
    return cast(Metric, await load_node(info, metric_of(document["observation"])))


async def load_district(document: Parent[Document], info: Info) -> District:
    """Load the district of an item."""
    return cast(District, await load_node(info, district_of(document)))


@strawberry.type(description="A figure with the position that it has in a ranking.")
class RankedMetric:
    """Built by `schema.rankings.ranking`."""

    position: int = field(description="Its position, of which 1 is the best; equal figures have the same.")
    observation: Observation = field(description="The figure that is ranked.")
    metric: Metric = field(
        resolver=_metric,
        description="The metric that it is a figure of. The metric's own is the latest, maybe another.",
    )
    undated: bool = field(description="Whether no day is known that it stands for: of a period or of its source.")
    certain: bool = field(
        resolver=of_ranked(lambda totals, of: of in totals.certain),
        description="Whether its position would be the same whatever the bounds of all figures stand for: “over” may "
        "be anything above, and “about” and “nearly” may be off by half of the last digit that is no zero. Never "
        "beside others if they are for periods that aren't known.",
    )
    share: float | None = field(
        resolver=of_ranked(lambda totals, of: totals.shares.get(of)),
        description="Its share in the sum of the ranking, in percent; null where the figures don't add up, or their "
        "sum is a bound.",
    )


@strawberry.type(description="A district that publishes something of the indicator, but is not in the ranking.")
class LeftOut:
    """Built by `schema.rankings.ranking`."""

    district: District = field(resolver=load_district, description="The district that this is about.")
    reason: LeftOutReason = field(description="Why it is left out.")


def unit_of(document: Parent[Document], info: Info) -> Unit | None:
    """The unit of all figures of a ranking."""
    return unit_document(document["unit"], info.context.own_units) if document["unit"] else None


def left_out_of(
    document: Parent[Document],
    info: Info,
    first: Annotated[int, argument(description=f"How many are wanted at most, 1 to {MAX_PAGE}.")] = DEFAULT_PAGE,
) -> Any:
    """The districts that are left out of a ranking, which has read the argument."""
    return document["left_out"][info._raw_info.path.key]


@strawberry.type(description="A page of a ranking of figures that compare, of which each district has one.")
class RankingConnection(Connection[RankedMetric]):
    """Relay's connection, forward only."""

    period: str | None = field(
        description="The days that all figures are for, in Extended Date/Time Format; null where no date is known, "
        "and of an INSTANT indicator, whose figures are each of a day of their own."
    )
    as_at: Date | None = field(description="The day up to which the latest figures were taken, as asked.")
    unit: Unit | None = field(resolver=unit_of, description="The unit of all figures; null where there is none.")
    sum: Quantity | None = field(
        resolver=of_ranking(lambda totals: totals.sum),
        description="The exact sum of all figures, with the comparator that follows; null where theirs leave "
        "it open. Refused for units that don't add up, such as percent, and for figures of several or unknown days.",
    )
    figures: FigureSpread | None = field(
        resolver=of_ranking(lambda totals: totals.spread),
        description="The spread of all figures; null where there is none.",
    )
    left_out_count: int = field(
        description="How many districts are left out, though they publish something about it."
    )
    left_out: list[LeftOut] = field(resolver=left_out_of, description="The districts that are left out, by slug.")
