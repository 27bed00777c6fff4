"""Filters written as parameters of a URL: `quantity.unit.eq=percent` is `{quantity: {unit: {eq: "percent"}}}`.

A path of fields leads to a value, which is read by its type. A list has its values between commas, or its parameter
repeated. Lists of filters have no such form: `and` and `or` need the whole filter as JSON.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    Undefined,
    coerce_input_value,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    validate_input_value,
)
from graphql.pyutils import did_you_mean

from schema.arguments.where import MAX_DEPTH
from schema.operation.suggestions import input_paths, with_paths

# What is written otherwise stays text, and is refused as GraphQL refuses it.
_INT: Final = re.compile(r"-?\d{1,20}")
_FLOAT: Final = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?")
# One value of a list, perhaps empty: a comma ends it, unless a backslash stands before the comma.
_ITEM: Final = re.compile(r"(?:[^,\\]|\\[,\\]|\\)+|(?<=,)(?=,|$)|^(?=,|$)")
_ESCAPED: Final = re.compile(r"\\([,\\])")
_BOOLEAN: Final[Mapping[str, bool]] = {"true": True, "false": False}


class WrongParameter(Exception):
    """A parameter that can't be used. hint: what of the schema would be right, for servers that tell it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def given_by(
    type_: GraphQLInputObjectType, parameters: Iterable[tuple[str, str]], others: Iterable[str] = ()
) -> dict[str, Any]:
    """The filter that parameters write, as JSON would. others: what else may be given beside them, for errors.

    Raises WrongParameter.
    """
    given: dict[str, Any] = {}
    for name, text in parameters:
        _put(given, type_, name, text, others)
    return given


def coerced(type_: GraphQLInputObjectType, given: Any, argument: str, *, is_locked: bool) -> dict[str, Any]:
    """A filter as GraphQL coerces it (GraphQL spec, section 3.10). argument: its name, for errors.

    is_locked: whether errors suggest no names. Raises WrongParameter.
    """
    try:
        value = coerce_input_value(given, type_)
        wrong: list[tuple[GraphQLError, list[str | int]]] = []
        if value is Undefined:
            validate_input_value(given, type_, lambda error, path: wrong.append((error, path)), is_locked)
    except RecursionError:
        raise WrongParameter(f'"{argument}" is nested too deep') from None
    if value is Undefined:
        error, path = wrong[0]
        if not is_locked:
            error = with_paths(error)
        raise WrongParameter(f'"{argument}{"".join(map(_step, path))}": {error.message}')
    return value or {}


def _put(into: dict[str, Any], type_: Any, name: str, text: str, others: Iterable[str]) -> None:
    keys = name.split(".")
    if len(keys) > 2 * MAX_DEPTH:
        raise WrongParameter(f"a parameter of {len(keys)} names is nested too deep")
    for number, key in enumerate(keys):
        if key not in type_.fields:
            raise _unknown(type_, keys, number, () if number else others)
        field_type = type_.fields[key].type
        below: Any = get_named_type(field_type)
        is_list = is_list_type(get_nullable_type(field_type))
        if not is_input_object_type(below):
            if number < len(keys) - 1:
                raise WrongParameter(f'"{name}" goes on after {key}, which takes a value')
            if is_list:
                into.setdefault(key, []).extend(_value(below.name, one) for one in _items(name, text))
            elif key in into:
                raise WrongParameter(f'"{name}" is given twice; only lists, such as in, are parameters that repeat')
            else:
                into[key] = _value(below.name, text)
            return
        if is_list:
            raise WrongParameter(f'"{name}" needs a list of filters; give the whole filter as JSON in "where"')
        into, type_ = into.setdefault(key, {}), below
    if text:
        raise WrongParameter(f'"{name}" takes no value by itself', f"; ask for {_several(name, type_.fields)}")


def _items(name: str, text: str) -> list[str]:
    """The values of a list: `a,b` are two, and `a\\,b` is one with a comma in it."""
    items = [_ESCAPED.sub(r"\1", item.strip()) for item in _ITEM.findall(text)]
    if not all(items):
        raise WrongParameter(f'"{name}" has an empty value; give values between commas, as {name}=a,b')
    return items


def _value(type_name: str, text: str) -> Any:
    if type_name == "Int" and _INT.fullmatch(text):
        return int(text)
    if type_name == "Float" and _FLOAT.fullmatch(text):
        return float(text)
    return _BOOLEAN.get(text, text) if type_name == "Boolean" else text


def _unknown(type_: Any, keys: list[str], number: int, others: Iterable[str]) -> WrongParameter:
    above, below = keys[:number], keys[number + 1 :]
    paths = (".".join([*above, path, *below]) for path in input_paths(type_, keys[number]))
    known = [*others, *(".".join([*above, field]) for field in type_.fields)]
    hint = f"{did_you_mean([*paths]).lstrip()} There are {', '.join(known)}".strip()
    return WrongParameter(f'"{".".join(keys)}" is no parameter here', f"; {hint[0].lower()}{hint[1:]}")


def _several(name: str, fields: Iterable[str]) -> str:
    return ", ".join(f"{name}.{field}" for field in fields)


def _step(key: str | int) -> str:
    return f"[{key}]" if isinstance(key, int) else f".{key}"
