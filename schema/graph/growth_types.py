"""Growth as the contract gives it; `schema.retrieval.growth` computes it."""

from typing import Annotated, cast

import strawberry
from strawberry import Parent, argument, field

from loaders.documents import Document
from schema.base.context import Info
from schema.graph.entities import District, Metric, Observation
from schema.retrieval.nodes import district_of, load_node, metric_of
from schema.types.connections import DEFAULT_PAGE, MAX_PAGE, Connection
from schema.types.enums import NoGrowthReason
from schema.types.values import Change, Quantity, Unit, unit_document


def _from(document: Parent[Document]) -> Observation:
    return cast(Observation, document["from"])


@strawberry.type(description="How a figure grew from one full period to another that is as long, computed from both.")
class Growth:
    """Built by `schema.retrieval.growth`."""

    from_: Observation = field(name="from", resolver=_from, description="The earlier figure.")
    to: Observation = field(description="The later figure.")
    quantity: Quantity | None = field(
        description="By how much: of figures in percent, in percentage points; else in percent of the earlier "
        "figure, rounded to two digits after the decimal point. Negative where it fell; with the comparator that "
        "follows from the figures'. Null where it can't be computed."
    )
    reason: NoGrowthReason | None = field(description="Why it can't be computed; null where it is.")
    published: Change | None = field(
        description="What the source of the later figure itself says of the same growth, if anything."
    )


async def _district(document: Parent[Document], info: Info) -> District:
    return cast(District, await load_node(info, district_of(document)))


async def _metric(document: Parent[Document], info: Info) -> Metric:
    return cast(Metric, await load_node(info, metric_of(document["growth"]["to"])))


@strawberry.type(description="A district's growth with its position among others.")
class RankedGrowth:
    """Built by `schema.retrieval.growth_rankings`."""

    position: int = field(description="Its position, 1 being best; equal growths share one.")
    district: District = field(resolver=_district, description="The district.")
    metric: Metric = field(resolver=_metric, description="The metric that grew.")
    growth: Growth = field(description="How much it grew.")


@strawberry.type(description="A district with something published of the indicator that is not in the ranking.")
class NoGrowth:
    """Built by `schema.retrieval.growth_rankings`."""

    district: District = field(resolver=_district, description="The district.")
    reason: NoGrowthReason = field(description="Why it is left out.")


def _unit(document: Parent[Document]) -> Unit | None:
    return unit_document(document["unit"]) if document["unit"] else None


def _left_out(
    document: Parent[Document],
    info: Info,
    first: Annotated[int, argument(description=f"How many, 1 to {MAX_PAGE}.")] = DEFAULT_PAGE,
) -> list[NoGrowth]:
    # The ranking has read the argument.
    return cast(list[NoGrowth], document["left_out"][info._raw_info.path.key])


@strawberry.type(description="A page of a ranking by growth between the same periods, one metric of each district.")
class GrowthConnection(Connection[RankedGrowth]):
    """Relay's connection, forward only."""

    unit: Unit | None = field(resolver=_unit, description="The unit of all figures; null where there is none.")
    left_out_count: int = field(
        description="How many districts are left out, though they publish something about it."
    )
    left_out: list[NoGrowth] = field(resolver=_left_out, description="The districts that are left out, by slug.")
