"""Filters as URL parameters: `quantity.unit.eq=percent` is `{quantity: {unit: {eq: "percent"}}}`.

A parameter's name is a path of fields; its value is parsed by the type of the last field. Values of a list are
separated by commas, or the parameter is repeated. `and` and `or` take lists of filters and need the filter as JSON.
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
from schema.operation.suggestions import input_paths, with_suggested_paths

# Any other value stays a string, which coercion then rejects.
_INT: Final = re.compile(r"-?\d{1,20}")
_FLOAT: Final = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?")
# One value of a list, possibly empty; it ends at a comma that has no backslash before it.
_ITEM: Final = re.compile(r"(?:[^,\\]|\\[,\\]|\\)+|(?<=,)(?=,|$)|^(?=,|$)")
_ESCAPED: Final = re.compile(r"\\([,\\])")
_BOOLEAN: Final[Mapping[str, bool]] = {"true": True, "false": False}


class WrongParameter(Exception):
    """An invalid parameter. hint: names of the schema that are valid, for servers whose schema is public."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def filter_from_parameters(
    type_: GraphQLInputObjectType, parameters: Iterable[tuple[str, str]], others: Iterable[str] = ()
) -> dict[str, Any]:
    """Parse parameters into a filter. others: the other parameters that are allowed, for errors.

    Raises WrongParameter.
    """
    given: dict[str, Any] = {}
    for name, text in parameters:
        _set_value(given, type_, name, text, others)
    return given


def coerce_filter(type_: GraphQLInputObjectType, given: Any, argument: str, *, is_locked: bool) -> dict[str, Any]:
    """Coerce a filter (GraphQL spec, section 3.10). argument: the argument's name, for errors.

    is_locked: whether errors don't suggest names. Raises WrongParameter.
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
            error = with_suggested_paths(error)
        raise WrongParameter(f'"{argument}{"".join(map(_path_step, path))}": {error.message}')
    return value or {}


def _set_value(into: dict[str, Any], type_: Any, name: str, text: str, others: Iterable[str]) -> None:
    keys = name.split(".")
    if len(keys) > 2 * MAX_DEPTH:
        raise WrongParameter(f"a parameter of {len(keys)} names is nested too deep")
    for number, key in enumerate(keys):
        if key not in type_.fields:
            raise _unknown_parameter(type_, keys, number, () if number else others)
        field_type = type_.fields[key].type
        below: Any = get_named_type(field_type)
        is_list = is_list_type(get_nullable_type(field_type))
        if not is_input_object_type(below):
            if number < len(keys) - 1:
                raise WrongParameter(f'"{name}" goes on after {key}, which takes a value')
            if is_list:
                into.setdefault(key, []).extend(_value(below.name, one) for one in _list_values(name, text))
            elif key in into:
                raise WrongParameter(f'"{name}" is given twice; only lists, such as in, are parameters that repeat')
            else:
                into[key] = _value(below.name, text)
            return
        if is_list:
            raise WrongParameter(f'"{name}" needs a list of filters; give the whole filter as JSON in "where"')
        into, type_ = into.setdefault(key, {}), below
    if text:
        raise WrongParameter(f'"{name}" takes no value by itself', f"; use {_names_below(name, type_.fields)}")


def _list_values(name: str, text: str) -> list[str]:
    """The values of a list: `a,b` are two values, and `a\\,b` is one that contains a comma."""
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


def _unknown_parameter(type_: Any, keys: list[str], number: int, others: Iterable[str]) -> WrongParameter:
    above, below = keys[:number], keys[number + 1 :]
    paths = (".".join([*above, path, *below]) for path in input_paths(type_, keys[number]))
    known = [*others, *(".".join([*above, field]) for field in type_.fields)]
    hint = f"{did_you_mean([*paths]).lstrip()} There are {', '.join(known)}".strip()
    return WrongParameter(f'"{".".join(keys)}" is no parameter here', f"; {hint[0].lower()}{hint[1:]}")


def _names_below(name: str, fields: Iterable[str]) -> str:
    return ", ".join(f"{name}.{field}" for field in fields)


def _path_step(key: str | int) -> str:
    return f"[{key}]" if isinstance(key, int) else f".{key}"
