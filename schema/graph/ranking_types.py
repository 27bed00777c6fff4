"""Rankings as the contract gives them; `schema.retrieval.rankings` computes them."""

import strawberry
from strawberry import field

from schema.graph.entities import Metric
from schema.types.connections import Connection


@strawberry.type(description="A metric with its position in a ranking.")
class RankedMetric:
    """Built by `schema.retrieval.rankings`."""

    position: int = field(description="Its position, 1 being best; equal figures share one.")
    metric: Metric = field(description="The metric.")


@strawberry.type(description="A page of a ranking.")
class RankingConnection(Connection[RankedMetric]):
    """Relay's connection, forward only."""
