"""Turn a `where` into a predicate, and see that figures are compared within one unit.

Driven by the input types themselves: operators, quantifiers and nested objects are told apart by their fields.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from graphql import GraphQLInputObjectType, get_named_type

from loaders.store.predicates import (
    TRUE,
    AllOf,
    AnyItem,
    AnyOf,
    Compare,
    ContainsAll,
    Exists,
    Not,
    Predicate,
    all_of,
    every_item,
    walk,
)
from loaders.values.tokens import terms
from loaders.values.units import UNITS
from schema.arguments.operators import MAX_VALUES
from schema.arguments.orders import FIGURE
from schema.arguments.periods import covers, during, read_span
from schema.base.errors import BadUserInput
from schema.base.names import stored_key

MAX_DEPTH: Final = 12
MAX_CONDITIONS: Final = 200
MAX_NEEDLES: Final = 30

# A list of items, as the paths through arrays that lead to them, in the order of the document.
Paths: TypeAlias = tuple[tuple[str, ...], ...]
# Lists that an item doesn't hold itself, or not alone, but through what it holds.
_THROUGH: Final[Mapping[tuple[str, str], Paths]] = MappingProxyType(
    {
        ("District", "initiatives"): (("pillars", "initiatives"),),
        ("District", "metrics"): (("pillars", "initiatives", "metrics"),),
        ("Pillar", "metrics"): (("initiatives", "metrics"),),
        ("District", "awards"): (("awards",), ("pillars", "awards"), ("pillars", "initiatives", "awards")),
        ("Pillar", "awards"): (("awards",), ("initiatives", "awards")),
    }
)


def paths_through(type_name: str, name: str) -> Paths:
    """The paths that lead to the items of a list."""
    return _THROUGH.get((type_name, name), ((name,),))


def predicate_of(type_: GraphQLInputObjectType, given: Mapping[str, Any] | None, argument: str) -> Predicate:
    """Read a filter. argument: its name, for errors.

    Raises BadUserInput.
    """
    if not given:
        return TRUE
    predicate = _object(type_, given, argument, "", 1)
    if (conditions := _conditions(predicate)) > MAX_CONDITIONS:
        raise BadUserInput(f'"{argument}" has {conditions} conditions; at most {MAX_CONDITIONS}')
    _refuse_nested_figures(predicate, argument)
    return predicate


def _object(type_: GraphQLInputObjectType, given: Mapping[str, Any], at: str, path: str, depth: int) -> Predicate:
    if depth > MAX_DEPTH:
        raise BadUserInput(f'"{at}" is nested more than {MAX_DEPTH} deep; ask in fewer levels')
    return all_of(*(_field(type_, name, value, at, path, depth) for name, value in given.items()))


def _field(type_: GraphQLInputObjectType, name: str, value: Any, at: str, path: str, depth: int) -> Predicate:
    at = f"{at}.{name}"
    if value is None:
        raise BadUserInput(f'"{at}" is null; leave it out, or ask with exists whether there is a value')
    below: Any = get_named_type(type_.fields[name].type)
    if name in {"and", "or"}:
        if not value:
            raise BadUserInput(f'"{at}" is empty; give at least one filter or leave it out')
        parts = [_object(type_, item, f"{at}[{index}]", path, depth + 1) for index, item in enumerate(value)]
        return all_of(*parts) if name == "and" else AnyOf(tuple(parts))
    if name == "not":
        return Not(_object(type_, value, at, path, depth + 1))
    if name == "exists":
        return Exists(path) if value else Not(Exists(path))
    if name == "during":
        return during(path, read_span(value, at))
    if name == "covers":
        return covers(path, value)
    path = f"{path}.{stored_key(name)}" if path else stored_key(name)
    if not value and "some" not in below.fields:
        raise BadUserInput(f'"{at}" is empty; say what to ask of it: {", ".join(below.fields)}')
    if "some" in below.fields:
        return _quantified(type_, name, below, value, at, path, depth)
    if "contains" in below.fields:
        return _contains(value, at, path)
    if "eq" in below.fields:
        return all_of(*(_operator(operator, operand, at, path) for operator, operand in value.items()))
    return _object(below, value, at, path, depth + 1)


def _quantified(
    type_: GraphQLInputObjectType, name: str, below: Any, value: Mapping[str, Any], at: str, path: str, depth: int
) -> Predicate:
    if not value:
        raise BadUserInput(f'"{at}" is empty; ask for some, none or every')
    through = _THROUGH.get((type_.name.removesuffix("Filter"), name), (tuple(path.split(".")),))
    parts: list[Predicate] = []
    for quantifier, item in value.items():
        if item is None:
            raise BadUserInput(f'"{at}.{quantifier}" is null; give a filter or leave it out')
        inner_type: Any = get_named_type(below.fields[quantifier].type)
        inner = _object(inner_type, item, f"{at}.{quantifier}", "", depth + 1)
        if quantifier == "every":
            parts += [every_item(keys, inner) for keys in through]
        else:
            some = [AnyItem(keys, inner) for keys in through]
            found = some[0] if len(some) == 1 else AnyOf(tuple(some))
            parts.append(found if quantifier == "some" else Not(found))
    return all_of(*parts)


def _contains(value: Mapping[str, Any], at: str, path: str) -> Predicate:
    text = value["contains"]
    if text is None:
        raise BadUserInput(f'"{at}.contains" is null; give the words to look for')
    wanted = terms(text)
    if not wanted:
        raise BadUserInput(f'"{at}.contains" has nothing to look for; give letters, digits or Chinese characters')
    if sum(len(term.needles) for term in wanted) > MAX_NEEDLES:
        raise BadUserInput(f'"{at}.contains" is too long; at most {MAX_NEEDLES} words or Chinese characters')
    return ContainsAll(f"{path}.folded", tuple(term.forms for term in wanted))


def _operator(operator: str, operand: Any, at: str, path: str) -> Predicate:
    at = f"{at}.{operator}"
    if operand is None:
        raise BadUserInput(f'"{at}" is null; leave it out, or ask with exists whether there is a value')
    if operator == "exists":
        return Exists(path) if operand else Not(Exists(path))
    if operator in {"in", "notIn"}:
        values = _values(operand, at)
        return Compare(path, "in", values) if operator == "in" else Not(Compare(path, "in", values))
    if operator == "between":
        if len(operand) != 2:
            raise BadUserInput(f'"{at}" needs two values, [low, high], not {len(operand)}')
        low, high = (_plain(value) for value in operand)
        if low > high:
            raise BadUserInput(f'"{at}" begins above its end; give [low, high]')
        return AllOf((Compare(path, "gte", low), Compare(path, "lte", high)))
    value = _plain(operand)
    if operator == "ne":
        return Not(Compare(path, "eq", value))
    return Compare(path, operator, value)  # type: ignore[arg-type]  # what is left are eq, lt, lte, gt and gte


def _values(operand: list[Any], at: str) -> tuple[Any, ...]:
    if not operand:
        raise BadUserInput(f'"{at}" is empty; give at least one value')
    if len(operand) > MAX_VALUES:
        raise BadUserInput(f'"{at}" has {len(operand)} values; at most {MAX_VALUES}')
    return tuple(_plain(value) for value in operand)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value


def compares_figures(predicate: Predicate) -> bool:
    """Whether figures are compared that nothing beside them holds to one unit."""
    return any(True for _ in _loose_figures(predicate, pinned=False))


def without_figures(predicate: Predicate) -> Predicate:
    """The widest list that a predicate may choose figures from: itself, with every comparison of figures true."""
    match predicate:
        case Compare(path) if path == FIGURE:
            return TRUE
        case AllOf(parts):
            return all_of(*(without_figures(part) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(without_figures(part) for part in parts))
        case Not(part) if any(
            isinstance(one, Compare) and one.path == FIGURE for one in walk(part, into_lists=False)
        ):
            return TRUE
    return predicate


def _loose_figures(predicate: Predicate, *, pinned: bool) -> Iterator[Compare]:
    match predicate:
        case Compare(path) if path == FIGURE and not pinned:
            yield predicate
        case AllOf(parts):
            held = pinned or any(pins_unit(part) for part in parts)
            for part in parts:
                yield from _loose_figures(part, pinned=held)
        case AnyOf(parts):
            for part in parts:
                yield from _loose_figures(part, pinned=pinned)
        case Not(part):
            yield from _loose_figures(part, pinned=pinned)


def pins_unit(predicate: Predicate) -> bool:
    """Whether a predicate holds figures to one unit; an indicator has one."""
    match predicate:
        case Compare("quantity.unit" | "indicator", "eq", _):
            return True
        case Compare("quantity.unit" | "indicator", "in", values):
            return len(values) == 1
        case AllOf(parts):
            return any(pins_unit(part) for part in parts)
    return False


def _conditions(predicate: Predicate) -> int:
    return sum(not isinstance(one, AllOf | AnyOf | Not) for one in walk(predicate, into_lists=True))


def _refuse_nested_figures(predicate: Predicate, argument: str) -> None:
    """Inside a quantifier, the unit must stand beside the comparison."""
    for one in walk(predicate, into_lists=True):
        if isinstance(one, AnyItem) and compares_figures(one.part):
            raise BadUserInput(
                f'"{argument}" compares figures inside some, none or every without one unit; name it beside, '
                f'quantity: {{unit: {{eq: "percent"}}}}. Units: {", ".join(sorted(UNITS))}'
            )
