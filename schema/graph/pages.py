"""Pages of the lists at the root."""

import strawberry
from strawberry import field

from schema.graph.aggregate_types import MetricAggregate
from schema.graph.entities import Award, District, Initiative, Metric, Observation
from schema.graph.indicators import Indicator
from schema.graph.sources import Source
from schema.retrieval.aggregates import Aggregate
from schema.types.connections import Connection

_AGGREGATE = "Aggregates of the whole list; computed only if selected."


@strawberry.type(description="A page of districts.")
class DistrictConnection(Connection[District]):
    """Relay's connection."""

    aggregate: Aggregate = field(description=_AGGREGATE)


@strawberry.type(description="A page of initiatives.")
class InitiativeConnection(Connection[Initiative]):
    """Relay's connection."""

    aggregate: Aggregate = field(description=_AGGREGATE)


@strawberry.type(description="A page of metrics.")
class MetricConnection(Connection[Metric]):
    """Relay's connection."""

    aggregate: MetricAggregate = field(description=_AGGREGATE)


@strawberry.type(description="A page of observations.")
class ObservationConnection(Connection[Observation]):
    """Relay's connection."""

    aggregate: MetricAggregate = field(description=_AGGREGATE)


@strawberry.type(description="A page of awards.")
class AwardConnection(Connection[Award]):
    """Relay's connection."""

    aggregate: Aggregate = field(description=_AGGREGATE)


@strawberry.type(description="A page of indicators.")
class IndicatorConnection(Connection[Indicator]):
    """Relay's connection."""


@strawberry.type(description="A page of sources.")
class SourceConnection(Connection[Source]):
    """Relay's connection."""
