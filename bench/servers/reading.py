"""The reads of the Python peers: whole documents by find and find_one, as a user of motor writes them first."""

from collections.abc import Sequence
from typing import Any, Final

from strawberry.dataloader import DataLoader

from bench.servers.serving import Mongo
from loaders.documents import STILL_LIVE, Document

LIVE: Final = {"to": STILL_LIVE}


async def read_district(database: Mongo, slug: str) -> Document | None:
    """One district."""
    return await database.districts_2.find_one({"slug": slug, **LIVE})


async def read_districts(database: Mongo, first_slug: str, limit: int) -> list[Document]:
    """Districts from a slug on."""
    found = database.districts_2.find({"slug": {"$gte": first_slug}, **LIVE}).sort("slug", 1).limit(limit)
    return await found.to_list(limit)


async def read_metrics(database: Mongo, indicator: str, at_most: float, direction: str, limit: int) -> list[Document]:
    """Figures of one indicator by size."""
    way = -1 if direction == "DESC" else 1
    where = {"indicator": indicator, "quantity.normalized": {"$lte": at_most}, **LIVE}
    found = database.metrics_2.find(where).sort([("quantity.normalized", way), ("id", way)]).limit(limit)
    return await found.to_list(limit)


def district_loader(database: Mongo) -> DataLoader[str, Any]:
    """Loads the districts of a request's rows at once, without what lies inside them."""

    async def load(slugs: Sequence[str]) -> list[Document | None]:
        where = {"slug": {"$in": list(slugs)}, **LIVE}
        found = await database.districts_2.find(where, {"slug": 1, "name": 1}).to_list(None)
        by_slug = {one["slug"]: one for one in found}
        return [by_slug.get(slug) for slug in slugs]

    return DataLoader(load_fn=load)
