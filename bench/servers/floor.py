"""The floor: the same answers without GraphQL. A hand-written route a question: motor, plain Python, orjson.

Each read is the fastest of those that were tried. Processor time of the server for one answer, in milliseconds,
side by side on a busy machine: tiny 0.6 with its projection, 2.2 with the whole document; full 2.9 with the whole
document, 3.3 with a projection of its 167 paths (in another run 3.4 and 3.2; MongoDB took 1.1 more each time, and
throughput fell by a fifth or more); list 37 with its projection, 217 with whole documents; ranking 3.0 with its
projection, 5.9 with whole rows, 3.3 with the districts by `$lookup`, for which MongoDB took 10 instead of 1.8.
Figures written without Decimal (`bench.servers.decimals`): list 26 instead of 42.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bench.servers import shapes
from bench.servers.finding import first_twenty
from bench.servers.serving import Mongo, mongo, serve
from loaders.documents import STILL_LIVE

Variables: TypeAlias = Mapping[str, Any]
Read: TypeAlias = Callable[[Mongo, Variables], Awaitable[Any]]

LIVE: Final = {"to": STILL_LIVE}
TINY: Final = {"_id": 0, "slug": 1, "name.texts.zh-Hans": 1, "name.texts.en": 1}
LIST: Final = {
    "_id": 0,
    **{
        f"pillars.initiatives.{path}": 1
        for path in (
            "name.texts.en",
            "status",
            "metrics.name.texts.en",
            "metrics.quantity.value",
            "metrics.quantity.multiplier",
            "metrics.quantity.comparator",
            "metrics.quantity.unit",
        )
    },
}
RANKED: Final = {
    **{"_id": 0, "slug": 1, "district": 1, "name.texts.zh-Hans": 1, "name.texts.en": 1},
    **{"quantity": 1, "period": 1},
}
NAMED: Final = {"_id": 0, "slug": 1, "name.texts.en": 1}


def main() -> None:
    """Serve."""
    serve(_routes)


async def tiny(database: Mongo, variables: Variables) -> Any:
    """One district's name."""
    document = await database.districts_2.find_one({"slug": variables["slug"], **LIVE}, TINY)
    return {"district": document and {"slug": document["slug"], "name": shapes.short_text(document["name"])}}


async def full(database: Mongo, variables: Variables) -> Any:
    """One district with everything; the whole document, which is faster than a projection of its many paths."""
    document = await database.districts_2.find_one({"slug": variables["slug"], **LIVE})
    return {"district": document and shapes.district(document)}


async def list_(database: Mongo, variables: Variables) -> Any:
    """Fifty districts with the figures of their initiatives."""
    found = database.districts_2.find(
        {"slug": {"$gte": variables["from"]}, **LIVE}, LIST, sort=[("slug", 1)], limit=50
    )
    return {"districts": {"nodes": [shapes.listed(document) for document in await found.to_list(50)]}}


async def ranking(database: Mongo, variables: Variables) -> Any:
    """Fifty figures of one indicator, largest first, with their districts' names."""
    where = {"indicator": variables["indicator"], "quantity.normalized": {"$lte": variables["atMost"]}, **LIVE}
    found = database.metrics_2.find(where, RANKED, sort=[("quantity.normalized", -1), ("id", -1)], limit=50)
    metrics = await found.to_list(50)
    slugs = list({metric["district"] for metric in metrics})
    named = await database.districts_2.find({"slug": {"$in": slugs}, **LIVE}, NAMED).to_list(50)
    districts = {one["slug"]: {"slug": one["slug"], "name": {"en": one["name"]["texts"].get("en")}} for one in named}
    return {"metrics": {"nodes": [shapes.ranked(metric, districts) for metric in metrics]}}


async def search(database: Mongo, variables: Variables) -> Any:
    """Twenty things that have what was searched for; their names stand in the search rows themselves."""
    found = await first_twenty(database, variables["text"])
    return {"search": {"nodes": [shapes.found(document) for document in found]}}


def _routes() -> list[BaseRoute]:
    database = mongo()
    reads = {"tiny": tiny, "full": full, "list": list_, "ranking": ranking, "search": search}
    return [_route(name, read, database) for name, read in reads.items()]


def _route(name: str, read: Read, database: Mongo) -> Route:
    async def endpoint(request: Request) -> Response:
        variables = orjson.loads(await request.body())["variables"]
        data = await read(database, variables)
        return Response(orjson.dumps({"data": data}), media_type="application/json")

    return Route(f"/{name}", endpoint, methods=["POST"])


if __name__ == "__main__":
    main()
