"""MongoDB refuses documents that are not as their types say."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from loaders.documents import STILL_LIVE, Document
from loaders.errors import StoreConflict
from loaders.model.validators import json_schema_for
from loaders.mongo.driver import Database
from tests.support.data.content import contents

DAMAGE = {
    "a missing key": (("name",), None),
    "text for a count": (("metric_count",), "1"),
    "an unknown value of a closed set": (
        ("pillars", 0, "initiatives", 0, "metrics", 0, "quantity", "comparator"),
        "ABOUT",
    ),
    "a float for an exact figure": (("pillars", 0, "initiatives", 0, "metrics", 0, "quantity", "value"), 1.5),
    "null for a list": (("pillars", 0, "initiatives"), None),
    "a number for a text": (("pillars", 0, "name", "texts", "zh-Hans"), 7),
}


def version() -> Document:
    return {**contents(["a"])[0], "_id": "a@1", "hash": "x", "tokens": [], "from": 1, "to": STILL_LIVE}


async def test_a_document_as_built_is_taken(database: Database) -> None:
    await database.insert_many("districts", [version()])
    stored = await database.find_one("districts", {"slug": "a"})
    assert stored == version()


@pytest.mark.parametrize(("path", "value"), DAMAGE.values(), ids=DAMAGE.keys())
async def test_a_damaged_document_is_refused(database: Database, path: tuple[Any, ...], value: Any) -> None:
    document: Any = deepcopy(version())
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is None and path == ("name",):
        del place["name"]
    else:
        place[path[-1]] = value
    with pytest.raises(StoreConflict):
        await database.insert_many("districts", [document])


async def test_an_unknown_key_is_refused(database: Database) -> None:
    with pytest.raises(StoreConflict):
        await database.insert_many("districts", [{**version(), "mayor": "x"}])


def test_a_type_becomes_the_schema_that_mongodb_reads() -> None:
    assert json_schema_for(list[Decimal] | None) == {
        "anyOf": [{"bsonType": "array", "items": {"bsonType": ["decimal"]}}, {"bsonType": ["null"]}]
    }
