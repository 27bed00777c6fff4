"""Evaluate and check `where` arguments: docs/guide/ask.md, "Filters"."""

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeGuard

from graphql import GraphQLField, GraphQLInputObjectType, get_named_type

from tests.reference.data import Item
from tests.reference.errors import BadInput
from tests.reference.periods import Days, covers, days_of
from tests.reference.search import has_name, is_empty_name
from tests.reference.values import count_of, list_of, value_of

_COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "in": lambda value, wanted: value in wanted,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "between": lambda value, ends: bool(ends[0] <= value <= ends[1]),
}
_NEGATED: Final = {"ne": "eq", "notIn": "in"}
_QUANTIFIERS: Final = {"some", "none", "every"}
_MAX_DEPTH, _MAX_CONDITIONS, _MAX_VALUES = 12, 200, 100


def holds(where: Mapping[str, Any], item: Item) -> bool:
    """Whether an item matches a filter that has been checked."""
    return all(_holds_of(name, condition, item) for name, condition in where.items())


def _holds_of(name: str, condition: Any, item: Item) -> bool:
    if name == "and":
        return all(holds(part, item) for part in condition)
    if name == "or":
        return any(holds(part, item) for part in condition)
    if name == "not":
        return not holds(condition, item)
    if name == "rank":
        of_one = {key: inner for key, inner in condition.items() if key != "exists"}
        is_there = "exists" not in condition or bool(item["ranks"]) == condition["exists"]
        return is_there and (not of_one or any(holds(of_one, one) for one in item["ranks"]))
    if name == "district" and "listedBy" in item:
        return all(any(_COMPARED[how](one, wanted) for one in item["listedBy"]) for how, wanted in condition.items())
    if name == "published":
        period = item["published"] and {"edtf": item["published"], **_published(item["published"])}
        return all(_holds_of_object(key, inner, period) for key, inner in condition.items())
    if condition.keys() & _QUANTIFIERS:
        items = list_of(item, name)
        return all(_QUANTIFIED[quantifier](inner, items) for quantifier, inner in condition.items())
    if "contains" in condition:
        return item[name] is not None and has_name(item[name], condition["contains"])
    if name.endswith("Count"):
        return _compares(condition, count_of(item, name))
    value = value_of(item, name)
    if isinstance(value, dict):
        return all(_holds_of_object(key, inner, value) for key, inner in condition.items())
    if value is None and not condition.keys() <= {*_COMPARED, *_NEGATED, "exists"}:
        return all(_holds_of_object(key, inner, None) for key, inner in condition.items())
    return _compares(condition, value)


_QUANTIFIED: Final[Mapping[str, Callable[[Any, list[Item]], bool]]] = {
    "some": lambda inner, items: any(holds(inner, one) for one in items),
    "none": lambda inner, items: not any(holds(inner, one) for one in items),
    "every": lambda inner, items: all(holds(inner, one) for one in items),
}


def _holds_of_object(key: str, condition: Any, value: Item | None) -> bool:
    """Whether a figure, a period or a rank (or None) matches one key of its filter."""
    if key == "exists":
        return bool((value is not None) == condition)
    if key == "covers":
        return _has_days(value) and covers(_days(value), condition)
    if key == "during":
        return _has_days(value) and _days(value) == days_of(condition)
    if key in {"approximate", "uncertain"}:
        return value is not None and bool(value[key] == condition)
    found = None if value is None else value.get(key)
    return _compares(condition, found["code"] if key == "unit" and found else found)


def _published(edtf: str) -> Item:
    days = days_of(edtf)
    return {"kind": days.kind, "start": days.start, "end": days.end}


def _has_days(period: Item | None) -> TypeGuard[Item]:
    return bool(period and period.get("edtf"))


def _days(period: Item) -> Days:
    return days_of(period["edtf"])


def _compares(condition: Mapping[str, Any], value: Any) -> bool:
    return all(_compares_one(name, wanted, value) for name, wanted in condition.items())


def _compares_one(name: str, wanted: Any, value: Any) -> bool:
    if name == "exists":
        return bool((value is not None) == wanted)
    if name in _NEGATED:
        return not _compares_one(_NEGATED[name], wanted, value)
    return value is not None and _COMPARED[name](value, wanted)


def chosen(where: Mapping[str, Any] | None, items: list[Item]) -> list[Item]:
    """The items that match a filter. Raises BadInput if figures of several units would be compared."""
    where = where or {}
    if _compares_unpinned_figures(where, pinned=False):
        refuse_several_units(where, items)
    return [item for item in items if holds(where, item)]


def refuse_several_units(where: Mapping[str, Any], items: list[Item]) -> None:
    """Raise BadInput if the items that match the rest of a filter have figures of several units."""
    rest = _rest(where)
    units = {item["quantity"]["unit"]["code"] for item in items if holds(rest, item) and item.get("quantity")}
    if len(units) > 1:
        raise BadInput(f"several units: {units}")


def _compares_unpinned_figures(where: Mapping[str, Any], *, pinned: bool) -> bool:
    """Whether figures are compared without a unit beside them."""
    pinned = pinned or pins(where)
    if not pinned and _compares_figure(where.get("quantity") or {}):
        return True
    parts = [*where.get("and", ()), *where.get("or", ()), *([where["not"]] if "not" in where else [])]
    return any(_compares_unpinned_figures(part, pinned=pinned) for part in parts)


def _compares_figure(quantity: Mapping[str, Any]) -> bool:
    return bool(quantity.get("normalized", {}).keys() - {"exists"})


def pins(where: Mapping[str, Any]) -> bool:
    """Whether a filter allows figures of one unit only, whatever the indicator."""
    named = (where.get("quantity") or {}).get("unit") or {}
    return "eq" in named or len(set(named.get("in", ()))) == 1 or any(map(pins, where.get("and", ())))


def _rest(where: Mapping[str, Any]) -> dict[str, Any]:
    """A filter with every comparison of figures taken for true, also where it is in a `not`."""
    rest = {name: condition for name, condition in where.items() if name not in {"and", "or", "not", "quantity"}}
    if "quantity" in where:
        figure = where["quantity"].get("normalized", {})
        kept = {"exists": figure["exists"]} if "exists" in figure else None
        rest["quantity"] = {key: value for key, value in where["quantity"].items() if key != "normalized"}
        rest["quantity"] |= {"normalized": kept} if kept else {}
    rest |= {name: [_rest(part) for part in where[name]] for name in ("and", "or") if name in where}
    if "not" in where and not _has_figure(where["not"]):
        rest["not"] = where["not"]
    return rest


def _has_figure(where: Mapping[str, Any]) -> bool:
    parts = [*where.get("and", ()), *where.get("or", ()), *([where["not"]] if "not" in where else [])]
    return _compares_figure(where.get("quantity") or {}) or any(map(_has_figure, parts))


def check_where(field: GraphQLField, where: Mapping[str, Any] | None) -> None:
    """Check the `where` argument of a field. Raises BadInput if it is invalid for any data."""
    if where:
        type_: Any = get_named_type(field.args["where"].type)
        if sum(_conditions(type_, where, 1)) > _MAX_CONDITIONS:
            raise BadInput("too many conditions")


def _conditions(type_: GraphQLInputObjectType, where: Mapping[str, Any], depth: int) -> Iterator[int]:
    """Check a filter, and yield 1 for each condition in it."""
    if depth > _MAX_DEPTH:
        raise BadInput("nested too deep")
    for name, condition in where.items():
        if condition is None:
            raise BadInput(f"{name} is null")
        below: Any = get_named_type(type_.fields[name].type)
        if name in {"and", "or"}:
            if not condition:
                raise BadInput(f"{name} is empty")
            for part in condition:
                yield from _conditions(type_, part, depth + 1)
        elif name == "not":
            yield from _conditions(type_, condition, depth + 1)
        elif name == "rank" and condition:
            yield len(condition.keys() - {"exists"}) > 0
            yield from _conditions(below, condition, depth + 1)
        elif not isinstance(below, GraphQLInputObjectType):
            if name == "during":
                days_of(condition)
            yield 1
        elif not condition:
            raise BadInput(f"{name} is empty")
        elif "some" in below.fields:
            yield from _conditions_of_items(below, condition, depth)
        elif "eq" in below.fields:
            yield sum(map(_operator, condition.keys(), condition.values()))
        elif "contains" in below.fields:
            if condition["contains"] is None or is_empty_name(condition["contains"]):
                raise BadInput("nothing to look for")
            yield 1
        else:
            yield from _conditions(below, condition, depth + 1)


def _conditions_of_items(below: GraphQLInputObjectType, condition: Mapping[str, Any], depth: int) -> Iterator[int]:
    for quantifier, inner in condition.items():
        if inner is None:
            raise BadInput(f"{quantifier} is null")
        inner_type: Any = get_named_type(below.fields[quantifier].type)
        yield 1 + sum(_conditions(inner_type, inner, depth + 1))
        if _compares_unpinned_figures(inner, pinned=False):
            raise BadInput("figures are compared without one unit beside them")


def _operator(name: str, operand: Any) -> int:
    if operand is None:
        raise BadInput(f"{name} is null")
    if name in {"in", "notIn"} and not 1 <= len(operand) <= _MAX_VALUES:
        raise BadInput(f"{name} has no value or too many")
    if name == "between":
        if len(operand) != 2:
            raise BadInput("between needs two values")
        if operand[0] > operand[1]:
            raise BadInput("between begins above its end")
        return 2
    return 1
