"""Rankings as the contract gives them; `schema.standings` computes them."""

import strawberry
from strawberry import field

from schema.connections import Connection
from schema.entities import Metric


@strawberry.type(description="A metric with its position in a ranking.")
class RankedMetric:
    """Built by `schema.standings`."""

    position: int = field(description="Its position, 1 being best; equal figures share one.")
    metric: Metric = field(description="The metric.")


@strawberry.type(description="A page of a ranking.")
class RankingConnection(Connection[RankedMetric]):
    """Relay's connection, forward only."""
