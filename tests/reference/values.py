"""Fields that are not in seed files: lists over several levels, counts, and slugs of parents."""

from typing import Any, Final

from tests.reference.data import Item

_COUNTED: Final = {
    "pillarCount": "pillars",
    "initiativeCount": "initiatives",
    "metricCount": "metrics",
    "observationCount": "observations",
    "awardCount": "awards",
    "totalAwardCount": "awards",
}
_SLUGS: Final = frozenset({"district", "pillar", "initiative", "metric", "indicator", "source", "parent"})


def list_of(item: Item, name: str) -> list[Item]:
    """A list of an item: its own, or those of what it holds, one behind the other."""
    if name == "awards":
        return all_awards(item)
    if name in item:
        found: list[Item] = item[name]
        return found
    below = item[next(key for key in ("pillars", "initiatives", "metrics") if key in item)]
    return [one for holder in below for one in list_of(holder, name)]


def all_awards(item: Item) -> list[Item]:
    """The awards at every level: an item's own, then those of each thing that it holds."""
    below = item.get("pillars") or item.get("initiatives") or ()
    return [*item["ownAwards"], *(award for one in below for award in all_awards(one))]


def count_of(item: Item, name: str) -> int:
    """How many items a list has, by the name of the count; of an indicator, how many districts have its metrics."""
    if name == "districtCount":
        return len({metric["district"]["slug"] for metric in item["metrics"]})
    return len(list_of(item, _COUNTED[name]))


def listed_by(count: str) -> str:
    """The list that a count counts."""
    return _COUNTED[count]


def value_of(item: Item, name: str) -> Any:
    """The value that a filter or an order compares: of a holder its slug, of a unit its code."""
    value = item.get(name)
    if name in _SLUGS and isinstance(value, dict):
        return value["slug"]
    return value["code"] if name == "unit" and value else value
