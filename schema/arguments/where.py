"""Turn a `where` argument into a predicate, and require that compared figures have one unit.

Driven by the input types: the fields of an input tell whether it has operators, quantifiers or nested objects.
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
from schema.arguments.district_filters import DistrictFilter, PillarFilter
from schema.arguments.filters import AnyRankFilter
from schema.arguments.operators import MAX_VALUES
from schema.arguments.orders import FIGURE_PATH
from schema.arguments.periods import covers, during, read_span
from schema.arguments.source_filters import SourceFilter
from schema.base.errors import BadUserInput
from schema.base.names import stored_key

MAX_DEPTH: Final = 12
MAX_CONDITIONS: Final = 200
MAX_NEEDLES: Final = 30

# The stored paths through arrays that lead to the items of a list, in the order of the document.
Paths: TypeAlias = tuple[tuple[str, ...], ...]
# Lists whose items are stored below other lists, in part or entirely.
_LIST_PATHS: Final[Mapping[tuple[str, str], Paths]] = MappingProxyType(
    {
        ("District", "initiatives"): (("pillars", "initiatives"),),
        ("District", "metrics"): (("pillars", "initiatives", "metrics"),),
        ("Pillar", "metrics"): (("initiatives", "metrics"),),
        ("District", "awards"): (("awards",), ("pillars", "awards"), ("pillars", "initiatives", "awards")),
        ("Pillar", "awards"): (("awards",), ("initiatives", "awards")),
    }
)

# Filters that hold where they hold of some item of a list, with its path.
_ANY_ITEM: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({AnyRankFilter.__name__: ("ranks",)})
# The types of the filter inputs that have such lists.
_FILTERED_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {DistrictFilter.__name__: "District", PillarFilter.__name__: "Pillar"}
)
# What the rows of sources have for their filters, beside what clients see of them.
_STORED_KEYS: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        (SourceFilter.__name__, "title"): "title_folded",
        (SourceFilter.__name__, "publisher"): "publisher_folded",
        (SourceFilter.__name__, "published"): "published_period",
    }
)


def paths_through(type_name: str, name: str) -> Paths:
    """The stored paths to the items of a list."""
    return _LIST_PATHS.get((type_name, name), ((name,),))


def predicate_of(type_: GraphQLInputObjectType, given: Mapping[str, Any] | None, argument: str) -> Predicate:
    """Read a filter. argument: the argument's name, for errors.

    Raises BadUserInput.
    """
    if not given:
        return TRUE
    predicate = _object(type_, given, argument, "", 1)
    if (conditions := _conditions(predicate)) > MAX_CONDITIONS:
        raise BadUserInput(f'"{argument}" has {conditions} conditions; at most {MAX_CONDITIONS}')
    _require_unit_in_quantifiers(predicate, argument)
    return predicate


def _object(type_: GraphQLInputObjectType, given: Mapping[str, Any], at: str, path: str, depth: int) -> Predicate:
    if depth > MAX_DEPTH:
        raise BadUserInput(f'"{at}" is nested more than {MAX_DEPTH} deep; use fewer levels')
    return all_of(*(_field(type_, name, value, at, path, depth) for name, value in given.items()))


def _field(type_: GraphQLInputObjectType, name: str, value: Any, at: str, path: str, depth: int) -> Predicate:
    at = f"{at}.{name}"
    if value is None:
        raise BadUserInput(f'"{at}" is null; leave it out, or use exists to test for a value')
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
    key = _STORED_KEYS.get((type_.name, name)) or stored_key(name)
    path = f"{path}.{key}" if path else key
    if below.name == "Boolean":
        return Compare(path, "eq", value)
    if below.name in _ANY_ITEM:
        return _any_item(below, value, at, depth)
    if not value and "some" not in below.fields:
        raise BadUserInput(f'"{at}" is empty; give at least one of {", ".join(below.fields)}')
    if "some" in below.fields:
        return _quantified(type_, name, below, value, at, path, depth)
    if "contains" in below.fields:
        return _contains(value, at, path if (type_.name, name) in _STORED_KEYS else f"{path}.folded")
    if "eq" in below.fields:
        return all_of(*(_operator(operator, operand, at, path) for operator, operand in value.items()))
    return _object(below, value, at, path, depth + 1)


def _quantified(
    type_: GraphQLInputObjectType, name: str, below: Any, value: Mapping[str, Any], at: str, path: str, depth: int
) -> Predicate:
    if not value:
        raise BadUserInput(f'"{at}" is empty; give some, none or every')
    paths = _LIST_PATHS.get((_FILTERED_TYPES.get(type_.name, ""), name), (tuple(path.split(".")),))
    parts: list[Predicate] = []
    for quantifier, item in value.items():
        if item is None:
            raise BadUserInput(f'"{at}.{quantifier}" is null; give a filter or leave it out')
        inner_type: Any = get_named_type(below.fields[quantifier].type)
        inner = _object(inner_type, item, f"{at}.{quantifier}", "", depth + 1)
        if quantifier == "every":
            parts += [every_item(keys, inner) for keys in paths]
        else:
            some = [AnyItem(keys, inner) for keys in paths]
            found = some[0] if len(some) == 1 else AnyOf(tuple(some))
            parts.append(found if quantifier == "some" else Not(found))
    return all_of(*parts)


def _any_item(type_: GraphQLInputObjectType, value: Mapping[str, Any], at: str, depth: int) -> Predicate:
    """A filter that stands for `some` of a list."""
    if not value:
        raise BadUserInput(f'"{at}" is empty; give at least one of {", ".join(type_.fields)}')
    path = _ANY_ITEM[type_.name]
    of_item = {name: given for name, given in value.items() if name != "exists"}
    parts: list[Predicate] = [AnyItem(path, _object(type_, of_item, at, "", depth + 1))] if of_item else []
    if "exists" in value:
        parts.append(_exists_any(path, f"{at}.exists", operand=value["exists"]))
    return all_of(*parts)


def _exists_any(path: tuple[str, ...], at: str, *, operand: bool | None) -> Predicate:
    if operand is None:
        raise BadUserInput(f'"{at}" is null; leave it out, or use exists to test for a value')
    return AnyItem(path, TRUE) if operand else Not(AnyItem(path, TRUE))


def _contains(value: Mapping[str, Any], at: str, folded: str) -> Predicate:
    text = value["contains"]
    if text is None:
        raise BadUserInput(f'"{at}.contains" is null; give the words to look for')
    wanted = terms(text)
    if not wanted:
        raise BadUserInput(f'"{at}.contains" has nothing to look for; give letters, digits or Chinese characters')
    if sum(len(term.needles) for term in wanted) > MAX_NEEDLES:
        raise BadUserInput(f'"{at}.contains" is too long; at most {MAX_NEEDLES} words or Chinese characters')
    return ContainsAll(folded, tuple(term.forms for term in wanted))


def _operator(operator: str, operand: Any, at: str, path: str) -> Predicate:
    at = f"{at}.{operator}"
    if operand is None:
        raise BadUserInput(f'"{at}" is null; leave it out, or use exists to test for a value')
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
    return Compare(path, operator, value)  # type: ignore[arg-type]  # the remaining operators are eq, lt, lte, gt and gte


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


def compares_unpinned_figures(predicate: Predicate) -> bool:
    """Whether figures are compared without a condition beside them that allows only one unit."""
    return any(True for _ in _unpinned_figures(predicate, pinned=False))


def without_figure_comparisons(predicate: Predicate) -> Predicate:
    """The predicate with every comparison of figures taken as true: it selects the figures to compare."""
    match predicate:
        case Compare(path) if path == FIGURE_PATH:
            return TRUE
        case AllOf(parts):
            return all_of(*(without_figure_comparisons(part) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(without_figure_comparisons(part) for part in parts))
        case Not(part) if any(
            isinstance(one, Compare) and one.path == FIGURE_PATH for one in walk(part, into_lists=False)
        ):
            return TRUE
    return predicate


def _unpinned_figures(predicate: Predicate, *, pinned: bool) -> Iterator[Compare]:
    match predicate:
        case Compare(path) if path == FIGURE_PATH and not pinned:
            yield predicate
        case AllOf(parts):
            is_pinned = pinned or any(pins_unit(part) for part in parts)
            for part in parts:
                yield from _unpinned_figures(part, pinned=is_pinned)
        case AnyOf(parts):
            for part in parts:
                yield from _unpinned_figures(part, pinned=pinned)
        case Not(part):
            yield from _unpinned_figures(part, pinned=pinned)


def pins_unit(predicate: Predicate) -> bool:
    """Whether a predicate allows figures of one unit only. An indicator may have several."""
    match predicate:
        case Compare("quantity.unit", "eq", _):
            return True
        case Compare("quantity.unit", "in", values):
            return len(values) == 1
        case AllOf(parts):
            return any(pins_unit(part) for part in parts)
    return False


def names_statuses(predicate: Predicate) -> bool:
    """Whether a predicate names the statuses that it allows."""
    match predicate:
        case Compare("status", "eq" | "in", _):
            return True
        case AllOf(parts):
            return any(names_statuses(part) for part in parts)
        case AnyOf(parts):
            return bool(parts) and all(names_statuses(part) for part in parts)
    return False


def indicators_of(predicate: Predicate) -> tuple[str, ...]:
    """The slugs of the only indicators whose figures a predicate allows; empty if it allows any."""
    match predicate:
        case Compare("indicator", "eq", slug):
            return (slug,)
        case Compare("indicator", "in", slugs):
            return tuple(slugs)
        case AllOf(parts):
            return next(filter(None, map(indicators_of, parts)), ())
    return ()


def _conditions(predicate: Predicate) -> int:
    return sum(not isinstance(one, AllOf | AnyOf | Not) for one in walk(predicate, into_lists=True))


def _require_unit_in_quantifiers(predicate: Predicate, argument: str) -> None:
    """Raise BadUserInput for a comparison of figures inside a quantifier without a unit beside it."""
    for one in walk(predicate, into_lists=True):
        if isinstance(one, AnyItem) and compares_unpinned_figures(one.part):
            raise BadUserInput(
                f'"{argument}" compares figures inside some, none or every without one unit; name it beside, '
                'quantity: {unit: {eq: "percent"}}'
            )
