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


@strawberry.type(description="A page of districts, with where it stands in the list.")
class DistrictConnection(Connection[District]):
    """Relay's connection."""

    aggregate: Aggregate = field(description=_AGGREGATE)


@strawberry.type(description="A page of initiatives, with where it stands in the list.")
class InitiativeConnection(Connection[Initiative]):
    """Relay's connection."""

    aggregate: Aggregate = field(description=_AGGREGATE)


@strawberry.type(description="A page of metrics, with where it stands in the list.")
class MetricConnection(Connection[Metric]):
    """Relay's connection."""

    aggregate: MetricAggregate = field(description=_AGGREGATE)


@strawberry.type(description="A page of observations, with where it stands in the list.")
class ObservationConnection(Connection[Observation]):
    """Relay's connection."""

    aggregate: MetricAggregate = field(description=_AGGREGATE)


@strawberry.type(description="A page of awards, with where it stands in the list.")
class AwardConnection(Connection[Award]):
    """Relay's connection."""

    aggregate: Aggregate = field(description=_AGGREGATE)


@strawberry.type(description="A page of indicators, with where it stands in the list.")
class IndicatorConnection(Connection[Indicator]):
    """Relay's connection."""


@strawberry.type(description="A page of sources, with where it stands in the list.")
class SourceConnection(Connection[Source]):
    """Relay's connection."""
