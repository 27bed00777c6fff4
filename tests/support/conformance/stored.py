"""Stored districts to execute on: intact ones, and the same ones damaged at every depth."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, Final
from uuid import uuid4

from bson.decimal128 import Decimal128

from loaders.documents import DistrictContent, Document
from loaders.model.collections import REVISIONS
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from tests.support.conformance.damage import damaged
from tests.support.data.content import load_of
from tests.support.data.generated import generated, template

GENERATED: Final = 20
# What share of the documents gets damaged: most pages have some damage, and most of their documents none.
_SHARES: Final = {
    "districts": 0.7,
    "initiatives": 0.4,
    "metrics": 0.4,
    "awards": 0.4,
    "indicators": 0.4,
    "search": 0.2,
    "sources": 0.1,
}


@cache
def contents() -> tuple[DistrictContent, ...]:
    """The district that the project ships, and generated ones."""
    baiyun: Any = template()
    return (baiyun, *generated(GENERATED))


class Stored:
    """A database with districts; make it inside a running event loop."""

    def __init__(self, uri: str) -> None:
        settings = StoreSettings.model_validate({"mongodb_uri": uri, "mongodb_database": f"test-{uuid4().hex[:24]}"})
        self.database = Database.open(uri, settings, timeout_ms=60_000)

    async def publish(self, districts: Iterable[DistrictContent]) -> None:
        await ensure_collections(self.database)
        await publish(self.database, load_of(districts))

    async def damage(self, random: Random) -> None:
        """Damage what is published."""
        for collection, share in _SHARES.items():
            documents = await self.database.find(collection, {}, order=[("_id", 1)])
            chosen = [damaged(document, random) for document in documents if random.random() < share]
            kept = [one for one in chosen if collection != "search" or _is_searchable(one)]
            await replace(self.database, collection, kept)
        [revision] = await self.database.find(REVISIONS, {"_id": 1})
        changes = {**revision["changes"], "slugs": [1, None]}
        await replace(self.database, REVISIONS, [{**revision, "loaded_at": "yesterday", "changes": changes}])

    async def drop(self) -> None:
        try:
            await self.database.command({"dropDatabase": 1})
        finally:
            await self.database.close()


def _is_searchable(entry: Document) -> bool:
    """Whether a search can read all items: one that is none would fail every search."""
    items = entry.get("items")
    return isinstance(items, list) and all(
        isinstance(item, dict) and isinstance(item.get("name"), dict) and isinstance(item.get("texts"), list)
        for item in items
    )


async def replace(database: Database, collection: str, documents: list[Document]) -> None:
    """Write documents past the validators; one that the indexes can't hold stays as it was."""
    updates = [{"q": {"_id": document["_id"]}, "u": _as_bson(document)} for document in documents]
    await database.command(
        {"update": collection, "updates": updates, "ordered": False, "bypassDocumentValidation": True}
    )


def _as_bson(value: Any) -> Any:
    """A document as commands take it: unlike collections, they don't know of decimals."""
    match value:
        case Decimal():
            return Decimal128(value)
        case dict():
            return {key: _as_bson(one) for key, one in value.items()}
        case list():
            return [_as_bson(one) for one in value]
    return value
