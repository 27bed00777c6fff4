"""What the items of lists are counted by, and the counts that are kept of whole lists."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from loaders.documents import Document, Version

TALLIES: Final = "tallies"


class TallyRow(Version):
    """How many items of a whole list have one value of a field.

    id: the tally, and the key if there is one. tally: the collection and what it is counted by. key: the value; null
    for the items that have none. rank: the negated count, so that an index has large counts first.
    """

    id: str
    tally: str
    key: str | None
    rank: int
    count: int


# How many districts stand in each list that is ranked (`loaders.documents.Observation`).
RANKED: Final = "RANKED"
_YEAR: Final = {"$substrCP": [{"$ifNull": ["$period.end", "$period.start"]}, 0, 4]}
_BY_HOLDER: Final = {"DISTRICT": "$district", "PILLAR": "$pillar"}
_OF_FIGURES: Final = {
    **_BY_HOLDER,
    "UNIT": "$quantity.unit",
    "YEAR": _YEAR,
    "STATUS": "$status",
    "INDICATOR": "$indicator",
}


def _in_chinese(field: str) -> Document:
    """The Chinese text of a field, by which files in different languages agree; else its master, the first text."""
    first = {"$first": {"$objectToArray": f"${field}.texts"}}
    return {"$ifNull": [f"${field}.texts.zh-Hans", {"$getField": {"field": "v", "input": first}}]}


# By collection, the value of each field that its items are counted by, as MongoDB's expressions have it.
COUNTED_BY: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "districts": {"CITY": _in_chinese("city"), "PROVINCE": _in_chinese("province")},
        "initiatives": {**_BY_HOLDER, "STATUS": "$status"},
        "metrics": _OF_FIGURES,
        "observations": {**_OF_FIGURES, RANKED: "$ranked_as"},
        "awards": {**_BY_HOLDER, "YEAR": _YEAR, "LEVEL": "$level", "KIND": "$kind"},
    }
)

# By collection, the list of values that each item is counted by one by one.
COUNTED_BY_EACH: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"districts": {"LANGUAGE": "$languages"}})


def tally_of(collection: str, by: str) -> str:
    """The tally of a list by a field."""
    return f"{collection}/{by}"


def key_of(collection: str, by: str) -> Document:
    """The expression for an item's key: null where it has no value, or an empty one."""
    value = COUNTED_BY[collection][by]
    return {"$cond": [{"$gt": [value, ""]}, value, None]}


def tally_row(tally: str, key: str | None, count: int) -> Document:
    """The content of a row."""
    row_id = tally if key is None else f"{tally}/{key}"
    return {"id": row_id, "tally": tally, "key": key, "rank": -count, "count": count}
