"""Strawberry as a good user runs it: types and resolvers over motor, its own ASGI app, parsed documents kept."""

from typing import Any

import strawberry
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry import Info
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from bench.servers.reading import district_loader, read_district, read_districts, read_metrics
from bench.servers.serving import Mongo, serve_graphql
from bench.servers.strawberry_entities import District, Metric
from schema.types.enums import OrderDirection

Context = dict[str, Any]


@strawberry.input
class StringFilter:
    """Asks something of a text."""

    eq: str | None = None
    gte: str | None = None


@strawberry.input
class FloatFilter:
    """Asks something of a number."""

    lte: float | None = None


@strawberry.input
class QuantityFilter:
    """Asks something of a figure."""

    normalized: FloatFilter


@strawberry.input
class DistrictFilter:
    """Which districts are wanted."""

    slug: StringFilter | None = None


@strawberry.input
class MetricFilter:
    """Which metrics are wanted."""

    indicator: StringFilter
    quantity: QuantityFilter


@strawberry.input
class Ordering:
    """Which way."""

    direction: OrderDirection = OrderDirection.ASC


@strawberry.input
class MetricOrder:
    """What to order by."""

    quantity: Ordering


@strawberry.type
class DistrictConnection:
    """A page of districts."""

    nodes: list[District]


@strawberry.type
class MetricConnection:
    """A page of metrics."""

    nodes: list[Metric]


@strawberry.type
class Query:
    """The root fields that the benchmark uses."""

    @strawberry.field
    async def district(self, info: Info[Context, None], slug: str) -> District | None:
        """One district."""
        found = await read_district(info.context["database"], slug)
        return District.of(found) if found else None

    @strawberry.field
    async def districts(
        self, info: Info[Context, None], where: DistrictFilter | None = None, first: int = 20
    ) -> DistrictConnection:
        """Districts by slug."""
        from_slug = where and where.slug and where.slug.gte
        found = await read_districts(info.context["database"], from_slug or "", first)
        return DistrictConnection(nodes=[District.of(one) for one in found])

    @strawberry.field
    async def metrics(
        self, info: Info[Context, None], where: MetricFilter, order_by: list[MetricOrder], first: int = 20
    ) -> MetricConnection:
        """Figures of one indicator by size."""
        indicator, at_most = where.indicator.eq, where.quantity.normalized.lte
        assert indicator is not None
        assert at_most is not None
        direction = str(order_by[0].quantity.direction.value)
        found = await read_metrics(info.context["database"], indicator, at_most, direction, first)
        indicators = {one["slug"]: one for metric in found for one in metric["indicators"]}
        return MetricConnection(nodes=[Metric.of(one, indicators) for one in found])


class App(GraphQL[Context, None]):
    """Gives each request the database and a loader of its own."""

    def __init__(self, database: Mongo) -> None:
        super().__init__(strawberry.Schema(Query, extensions=[ParserCache, ValidationCache]))
        self._database = database

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """What resolvers find in `info.context`."""
        return {"database": self._database, "districts": district_loader(self._database)}


def main() -> None:
    """Serve."""
    serve_graphql(App)


if __name__ == "__main__":
    main()
