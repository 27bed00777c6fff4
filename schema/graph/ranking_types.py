"""Rankings as the contract gives them; `schema.retrieval.rankings` computes them."""

from typing import Annotated, cast

import strawberry
from strawberry import Parent, argument, field

from loaders.documents import Document
from schema.base.context import Info
from schema.graph.entities import District, Metric, Observation
from schema.retrieval.nodes import district_of, load_node, metric_of
from schema.types.connections import DEFAULT_PAGE, MAX_PAGE, Connection
from schema.types.enums import LeftOutReason
from schema.types.values import Unit, unit_document


async def _metric(document: Parent[Document], info: Info) -> Metric:
    return cast(Metric, await load_node(info, metric_of(document["observation"])))


async def _district(document: Parent[Document], info: Info) -> District:
    return cast(District, await load_node(info, district_of(document)))


@strawberry.type(description="A figure with its position in a ranking.")
class RankedMetric:
    """Built by `schema.retrieval.rankings`."""

    position: int = field(description="Its position, 1 being best; equal figures share one.")
    observation: Observation = field(description="The figure that is ranked.")
    metric: Metric = field(
        resolver=_metric,
        description="The metric that it is a figure of. The metric's own is the latest, maybe another.",
    )


@strawberry.type(description="A district that publishes something of the indicator, but nothing that can be ranked.")
class LeftOut:
    """Built by `schema.retrieval.rankings`."""

    district: District = field(resolver=_district, description="The district.")
    reason: LeftOutReason = field(description="Why it is left out.")


def _unit(document: Parent[Document]) -> Unit | None:
    return unit_document(document["unit"]) if document["unit"] else None


def _left_out(
    document: Parent[Document],
    info: Info,
    first: Annotated[int, argument(description=f"How many, 1 to {MAX_PAGE}.")] = DEFAULT_PAGE,
) -> list[LeftOut]:
    # The ranking has read the argument.
    return cast(list[LeftOut], document["left_out"][info._raw_info.path.key])


@strawberry.type(description="A page of a ranking of like figures, one of each district.")
class RankingConnection(Connection[RankedMetric]):
    """Relay's connection, forward only."""

    period: str | None = field(
        description="The days that all figures are for, in Extended Date/Time Format; null where no date is known."
    )
    unit: Unit | None = field(resolver=_unit, description="The unit of all figures; null where there is none.")
    left_out_count: int = field(
        description="How many districts are left out, though they publish something about it."
    )
    left_out: list[LeftOut] = field(resolver=_left_out, description="The districts that are left out, by slug.")
