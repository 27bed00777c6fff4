"""Arguments of generated operations: values that fit their types, written out or given by variables."""

import json
from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
    get_named_type,
    get_nullable_type,
    specified_scalar_types,
)

from tests.support.conformance.choices import HOSTILE, ODD_TEXTS, Choices, texts

MOST_DEPTH: Final = 3
# How often an argument is given, in percent, where it need not be.
_HOW_OFTEN: Final = {
    **{"lang": 50, "style": 50, "where": 20, "orderBy": 20, "first": 30, "offset": 15, "best": 30, "asOf": 15},
}
_SELDOM: Final = 2
_NUMBERS: Final = {"first": (*(1, 2, 3) * 6, 100, 0, 1000), "offset": (*(0, 1, 2) * 4, 50, -1), "last": (1, 2, 0)}
_OPERATORS: Final = frozenset(
    {"eq", "ne", "in", "notIn", "lt", "lte", "gt", "gte", "between", "some", "none", "every", "and", "or", "not"}
)
_BOOLEAN: Final = specified_scalar_types["Boolean"]
_DAYS: Final = ("2025-01-01", "2025-06-30", "2025-12-31", "2024-02-29")


class Enum(str):
    """A value of an enum: written without quotes."""

    __slots__ = ()


class Variable(str):
    """A variable in the place of a value."""

    __slots__ = ()


def written(value: Any) -> str:
    """Write a value as GraphQL does (GraphQL spec, section 2.9)."""
    match value:
        case Variable():
            return f"${value}"
        case Enum():
            return str(value)
        case dict():
            return f"{{{', '.join(f'{name}: {written(one)}' for name, one in value.items())}}}"
        case list():
            return f"[{', '.join(map(written, value))}]"
    return json.dumps(value, ensure_ascii=isinstance(value, str) and len(value) % 2 == 0)


class Arguments:
    """Writes arguments, and remembers the variables that they use and what two requests give them."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._declared: dict[str, str] = {}
        self._fit: dict[tuple[str, bool], list[str]] = {}
        self.given: dict[str, Any] = {}
        self.given_again: dict[str, Any] = {}

    @property
    def declarations(self) -> str:
        """The operation's variable definitions, in parentheses; empty where it has no variables."""
        return f"({', '.join(self._declared.values())})" if self._declared else ""

    def write(self, field: str, arguments: dict[str, GraphQLArgument], most: int | None = None) -> str:
        """Write the arguments of a field, in parentheses; most: the items of a list that must be short."""
        found = []
        for name, argument in arguments.items():
            if name == "first" and most is not None:
                found.append(f"first: {self._choices.number(1, most)}")
            elif isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined:
                found.append(f"{name}: {written(self._placed(field if name == 'slug' else name, argument))}")
            elif self._choices.chance(_HOW_OFTEN.get(name, _SELDOM)):
                found.append(f"{name}: {written(self._placed(name, argument))}")
        return f"({', '.join(found)})" if found else ""

    def condition(self) -> str:
        """A condition of `@skip` or `@include`: mostly one that lets the field be seen or not by a variable."""
        argument = GraphQLArgument(GraphQLNonNull(_BOOLEAN))
        return written(self._variable("if", argument) if self._choices.chance(60) else self._choices.chance(50))

    def _placed(self, name: str, place: GraphQLArgument | GraphQLInputField, depth: int = 0) -> Any:
        if self._choices.chance(20 if depth == 0 else 8):
            return self._variable(name, place)
        return self._value(name, place.type, depth, may_vary=True)

    def _variable(self, name: str, place: GraphQLArgument | GraphQLInputField) -> Variable:
        """A variable that fits a place (GraphQL spec, section 5.8.5)."""
        key = (str(place.type), place.default_value is not Undefined)
        if key in self._fit and self._choices.chance(40):
            return Variable(self._choices.one_of(self._fit[key]))
        variable = self._choices.one_of(HOSTILE) if self._choices.chance(25) else "v"
        while variable in self._declared:
            variable += "_"
        type_ = get_nullable_type(place.type)
        has_default = self._choices.chance(40)
        may_be_null = has_default or key[1] or not isinstance(place.type, GraphQLNonNull)
        is_nullable = may_be_null and self._choices.chance(70)
        declared = f"${variable}: {type_}{'' if is_nullable else '!'}"
        if has_default:
            declared += f" = {written(self._value(name, type_, 1, may_vary=False, may_be_null=False))}"
        self._declared[variable] = declared
        self._fit.setdefault(key, []).append(variable)
        self._give(variable, name, type_, is_nullable=is_nullable, may_be_missing=has_default or is_nullable)
        return Variable(variable)

    def _give(self, variable: str, name: str, type_: Any, *, is_nullable: bool, may_be_missing: bool) -> None:
        for given in (self.given, self.given_again):
            is_wrong = self._choices.number(0, 299) == 299
            if (may_be_missing and self._choices.chance(30)) or (is_wrong and self._choices.chance(30)):
                continue
            if (is_nullable and self._choices.chance(15)) or (is_wrong and self._choices.chance(50)):
                given[variable] = None
            elif is_wrong:
                given[variable] = [{"no": "value"}]
            else:
                given[variable] = self._value(name, type_, 1, may_vary=False, may_be_null=False)

    def _value(self, name: str, type_: Any, depth: int, *, may_vary: bool, may_be_null: bool = True) -> Any:
        """A value of a type; may_vary: it may have variables in it."""
        if not isinstance(type_, GraphQLNonNull) and may_be_null and self._choices.chance(1 if depth else 3):
            return None
        type_ = get_nullable_type(type_)
        if isinstance(type_, GraphQLList):
            items = GraphQLInputField(type_.of_type)
            count = self._choices.one_of((1, 1, 1, 2) if name == "orderBy" else (1, 2, 1, 3, 1, 2, 1, 0))
            if may_vary:
                return [self._placed(name, items, depth + 1) for _ in range(count)]
            return [self._value(name, type_.of_type, depth + 1, may_vary=False) for _ in range(count)]
        if isinstance(type_, GraphQLInputObjectType):
            return dict(self._fields(name, type_, depth, may_vary=may_vary))
        if isinstance(type_, GraphQLEnumType):
            # Each list has groups of its own; all but districts have these.
            likely = ["DISTRICT", "PILLAR"] * 8 if name == "by" else []
            return Enum(self._choices.one_of([*likely, *type_.values]))
        return self._scalar(name, type_, may_vary=may_vary)

    def _fields(
        self, name: str, type_: GraphQLInputObjectType, depth: int, *, may_vary: bool
    ) -> Iterator[tuple[str, Any]]:
        names = list(type_.fields)
        if depth >= MOST_DEPTH:
            # Filters hold filters: the deepest ones compare, or ask for nothing.
            names = [one for one in names if not _is_filter(type_.fields[one].type)]
        is_one_of = type_.is_one_of
        count = 1 if is_one_of else self._choices.one_of((1, 1, 2))
        chosen = {self._choices.one_of(names) for _ in range(count)} if names else set()
        for one in sorted(chosen):
            below, place = name if one in _OPERATORS else one, type_.fields[one]
            if one == "between":
                yield one, sorted(self._value(below, place.type.of_type, depth + 1, may_vary=may_vary) for _ in "lh")
            elif may_vary and not is_one_of:
                yield one, self._placed(below, place, depth + 1)
            else:
                yield one, self._value(below, place.type, depth + 1, may_vary=may_vary, may_be_null=not is_one_of)

    def _scalar(self, name: str, type_: GraphQLScalarType, *, may_vary: bool) -> Any:
        match type_.name:
            case "Int":
                return self._choices.one_of(_NUMBERS.get(name, (1, 0, 2, 3, 31, -1)))
            case "Float":
                return self._choices.one_of((10.0, 0, 87.5, 1e9, -1))
            case "Boolean":
                return self._choices.chance(50)
            case "Revision":
                return self._choices.one_of((1, 1, 1, 0))
            case "DateTime":
                return self._choices.one_of(("2100-01-01T00:00:00Z", "2000-01-01T00:00:00+08:00"))
            case "Date":
                # Only a variable may be wrong: validation reads what is written out.
                return self._choices.one_of(_DAYS if may_vary else (*_DAYS, "no day"))
        if self._choices.chance(3):
            return self._choices.one_of(ODD_TEXTS)
        return self._choices.one_of(texts()[name])


def _is_filter(type_: Any) -> bool:
    named = get_named_type(type_)
    return isinstance(named, GraphQLInputObjectType) and any(
        isinstance(get_named_type(field.type), GraphQLInputObjectType) for field in named.fields.values()
    )
