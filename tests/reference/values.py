"""What fields of items mean that no file has: lists through what an item holds, counts, and slugs of holders."""

from typing import Any, Final

from tests.reference.data import Item

_COUNTED: Final = {
    "pillarCount": "pillars",
    "initiativeCount": "initiatives",
    "metricCount": "metrics",
    "awardCount": "awards",
}
_SLUGS: Final = frozenset({"district", "pillar", "initiative", "indicator", "source"})


class Rules:
    """What differs between editions of the contract; `contract` reads it from the SDL."""

    awards_roll_up = False
    claims_have_positions = True


def list_of(item: Item, name: str) -> list[Item]:
    """A list of an item: its own, or those of what it holds, one behind the other."""
    if name == "awards":
        return awards_of(item)
    if name in item:
        found: list[Item] = item[name]
        return found
    below = item["pillars"] if item["__typename"] == "District" else item["initiatives"]
    return [one for holder in below for one in list_of(holder, name)]


def awards_of(item: Item) -> list[Item]:
    """The awards of an item: its own, and where they roll up, then those of what it holds."""
    own: list[Item] = item["ownAwards"]
    return all_awards(item) if Rules.awards_roll_up else own


def all_awards(item: Item) -> list[Item]:
    """The awards at every level: an item's own, then those of each thing that it holds."""
    below = item.get("pillars") or item.get("initiatives") or ()
    return [*item["ownAwards"], *(award for one in below for award in all_awards(one))]


def count_of(item: Item, name: str) -> int:
    """How many items a list has, by the name of the count."""
    if name == "totalAwardCount":
        return len(all_awards(item))
    return len(list_of(item, _COUNTED[name]))


def listed_by(count: str) -> str:
    """The list that a count counts."""
    return _COUNTED[count]


def value_of(item: Item, name: str) -> Any:
    """The value that a filter or an order compares: of a holder, its slug."""
    value = item.get(name)
    if name in _SLUGS and isinstance(value, dict):
        return value["slug"]
    if name == "rank" and value is not None:
        return {**value, "position": position_of(value)}
    return value


def position_of(rank: Item) -> int | None:
    """The place that is claimed."""
    if rank["kind"] in {"FIRST", "ONLY"}:
        return 1 if Rules.claims_have_positions else None
    position: int | None = rank.get("position")
    return position
