"""The order that `orderBy` gives: docs/guide/ask.md, "Orders"."""

from collections.abc import Mapping, Sequence
from functools import cmp_to_key
from typing import Any, Final

from tests.reference.data import Item
from tests.reference.errors import BadInput
from tests.reference.filters import pins, refuse_several_units
from tests.reference.names import check_lang, name_key
from tests.reference.periods import days_of
from tests.reference.values import count_of, value_of

_INSIDE: Final = {
    "quantity": ("quantity", "normalized"),
    "periodStart": ("period", "start"),
    "periodEnd": ("period", "end"),
}
_MAX_KEYS: Final = 5


def check_order(order_by: Sequence[Mapping[str, Any]] | None) -> None:
    """Check an order. Raises BadInput."""
    names = []
    for name, how in ((name, how) for key in order_by or () for name, how in key.items()):
        names.append((name, how["lang"]) if name == "name" else name)
        if name == "name":
            check_lang(how["lang"])
    if len(names) > _MAX_KEYS or len(set(names)) < len(names):
        raise BadInput("too many keys, or one twice")


def ordered(
    items: list[Item],
    order_by: Sequence[Mapping[str, Any]] | None,
    where: Mapping[str, Any] | None,
    chosen_from: list[Item],
) -> list[Item]:
    """Sort items by an order, if there is one. Raises BadInput if it compares figures of several units."""
    if not order_by:
        return items
    if any("quantity" in key for key in order_by) and not pins(where or {}):
        refuse_several_units(where or {}, chosen_from)
    keys = [(name, how) for key in order_by for name, how in key.items()]

    def compare(one: Item, other: Item) -> int:
        for name, how in keys:
            if found := _compare(_value(one, name, how), _value(other, name, how), how):
                return found
        return _compare(one["id"], other["id"], {"direction": keys[0][1]["direction"], "nulls": "LAST"})

    return sorted(items, key=cmp_to_key(compare))


def _value(item: Item, name: str, how: Mapping[str, str]) -> Any:
    if name == "name":
        return name_key(item["name"], how["lang"])
    if name == "rankPosition":
        return min((one["position"] for one in item["ranks"] if one["kind"] == "PLACE"), default=None)
    if name == "published":
        return item["published"] and days_of(item["published"]).start
    if name in _INSIDE:
        holder, key = _INSIDE[name]
        inner = value_of(item, holder)
        return inner and inner.get(key)
    return count_of(item, name) if name.endswith("Count") else value_of(item, name)


def _compare(one: Any, other: Any, how: Mapping[str, str]) -> int:
    if one is None or other is None:
        by_null = (one is None) - (other is None)
        return by_null if how["nulls"] == "LAST" else -by_null
    by_value = int(one > other) - int(one < other)
    return by_value if how["direction"] == "ASC" else -by_value
