"""Suggest the path of a field that was used at the wrong level: `unit` of a metric is `quantity.unit`.

graphql-core suggests names with a similar spelling. People who don't know the schema more often use another word,
which `schema.operation.hints` knows, or the right name at the wrong level, so the fields below a type are searched
for it, level by level, but only when there is an error.
Pure: everything is read from the schema.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_required_argument,
)
from graphql.pyutils import did_you_mean

from schema.arguments.orders import ORDERED_TYPES, stored_path
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.hints import (
    NO_PAGES,
    PAGE_FIELDS,
    argument_hint,
    field_hint,
    followed,
    input_hint,
    normalized,
    plain_value_hint,
    text_for,
    usual_selection,
    written_selection,
)

MAX_LEVELS: Final = 5
# More than these would not help.
MAX_PATHS: Final = 5
MAX_SELECTIONS: Final = 2

FieldPath: TypeAlias = tuple[str, ...]
# A path and the field at its end.
FoundField: TypeAlias = tuple[FieldPath, Any]
ChildFields: TypeAlias = Callable[[Any], Iterator[FoundField]]

_UNKNOWN_INPUT: Final = re.compile(
    r"(Expected value of type '(\w+)' not to include unknown field '(\w+)')"
    r"(?:\. Did you mean [^?]*\? Found|, found)(?=: )"
)
_UNKNOWN_FIELD: Final = re.compile(r"(Cannot query field '(\w+)' on type '(\w+)'\.)(?: Did you mean '[^?]*\?)?")
_UNKNOWN_ARGUMENT: Final = re.compile(
    r"(Unknown argument '(\w+)' on field '(\w+)\.(\w+)'\.)(?: Did you mean [^?]*\?)?"
)
# A value as it is shown again; longer ones aren't.
_PLAIN_VALUE: Final = re.compile(
    r"Expected value of type '(\w+)' to be an object, found: (['\"]?[\w .-]{1,40}['\"]?)\.$"
)
_NO_TEXT: Final = re.compile(r"String cannot represent a non string value: ([\w.-]{1,40})$")
_NO_SELECTION: Final = re.compile(
    r"(Field '(\w+)' of type '\[?(\w+)[^']*' must have a selection of subfields\.) Did you mean '.*'\?$"
)
_WRONG_FRAGMENT: Final = re.compile(
    r"Fragment (?:'\w+' )?cannot be spread here as objects of type '(\w+)' can never be of type '(\w+)'\.$"
)
_WORD: Final = re.compile(r"[A-Z]?[a-z]+")
_COMBINING: Final = frozenset({"and", "or", "not"})
# `rank` is short for `ranks: {some: …}`, and is what is suggested.
_WITH_SHORTHAND: Final = frozenset({"ranks"})


def with_suggested_paths(error: GraphQLError) -> GraphQLError:
    """The validation or coercion error with suggestions: the paths of an unknown field or argument."""
    for pattern, rewrite in _REWRITES:
        if found := pattern.search(error.message):
            message = f"{error.message[: found.start()]}{rewrite(found)}{error.message[found.end() :]}"
            return GraphQLError(message, error.nodes, original_error=error.original_error)
    return error


def input_paths(type_: GraphQLInputObjectType, name: str) -> list[str]:
    """The dotted paths below an input that match a name, best first; empty if there are none or too many."""
    if normalized(name) in map(normalized, type_.fields):
        # Only the spelling differs; graphql-core suggests the field.
        return []
    found = _keys_of_order(type_, name) if type_.name in ORDERED_TYPES else _paths_of_filter(type_, name)
    return [".".join(path) for path in found] if len(found) <= MAX_PATHS else []


def _suggest_for_input(found: re.Match[str]) -> str:
    type_ = GRAPHQL_SCHEMA.get_type(found[2])
    if not isinstance(type_, GraphQLInputObjectType):
        return found[0]
    hint = input_hint(type_, found[3])
    paths = [hint] if hint else input_paths(type_, found[3])
    return f"{found[1]}.{did_you_mean(paths)} Found" if paths else found[0]


def _suggest_for_plain_value(found: re.Match[str]) -> str:
    type_ = GRAPHQL_SCHEMA.get_type(found[1])
    hint = plain_value_hint(type_, found[2]) if isinstance(type_, GraphQLInputObjectType) else None
    return f"{found[0]}{did_you_mean([hint])}" if hint else found[0]


def _suggest_for_text(found: re.Match[str]) -> str:
    quoted = f'"{found[1]}"'
    return f"{found[0]}.{did_you_mean([quoted])}"


def _suggest_for_leaf(found: re.Match[str]) -> str:
    selection = usual_selection(GRAPHQL_SCHEMA.get_type(found[3]))
    written = f"{found[2]} {{ {selection} }}"
    return f"{found[1]}{did_you_mean([written])}"


def _suggest_for_field(found: re.Match[str]) -> str:
    type_ = GRAPHQL_SCHEMA.get_type(found[3])
    if not isinstance(type_, GraphQLObjectType):
        return found[0]
    if found[2] in PAGE_FIELDS and type_.interfaces:
        return f"{found[1]} {NO_PAGES}"
    if hint := text_for(type_.name, found[2]) or field_hint(type_, found[2]):
        return f"{found[1]}{did_you_mean([hint])}"
    paths = [] if type_ is GRAPHQL_SCHEMA.query_type else selections(type_, found[2])
    return f"{found[1]}{did_you_mean(paths)}" if paths else found[0]


def _suggest_for_argument(found: re.Match[str]) -> str:
    type_ = GRAPHQL_SCHEMA.get_type(found[3])
    field = type_.fields.get(found[4]) if isinstance(type_, GraphQLObjectType) else None
    if field is None:
        return found[0]
    hint = text_for(f"{found[3]}.{found[4]}", found[2]) or argument_hint(found[4], field, found[2])
    paths = [hint] if hint else _paths_of_argument(field, found[2])
    return f"{found[1]}{did_you_mean(paths)}" if paths else found[0]


def _paths_of_argument(field: GraphQLField, name: str) -> list[str]:
    where = get_named_type(field.args["where"].type) if "where" in field.args else None
    if not isinstance(where, GraphQLInputObjectType):
        return []
    paths = [name] if name in where.fields else input_paths(where, name)
    return [f"where.{path}" for path in paths]


def _suggest_for_fragment(found: re.Match[str]) -> str:
    """Name the field of a result that holds the item: `node { ... on Metric { slug } }`."""
    holder, wanted = (GRAPHQL_SCHEMA.type_map[name] for name in found.groups())
    for name, field in getattr(holder, "fields", {}).items():
        below: Any = get_named_type(field.type)
        if GRAPHQL_SCHEMA.is_sub_type(below, wanted) if is_abstract_type(below) else below is wanted:
            return found[0] + did_you_mean([f"{name} {{ ... on {wanted.name} {{ {usual_selection(wanted)} }} }}"])
    return found[0]


_REWRITES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (_UNKNOWN_INPUT, _suggest_for_input),
    (_PLAIN_VALUE, _suggest_for_plain_value),
    (_NO_TEXT, _suggest_for_text),
    (_NO_SELECTION, _suggest_for_leaf),
    (_UNKNOWN_FIELD, _suggest_for_field),
    (_UNKNOWN_ARGUMENT, _suggest_for_argument),
    (_WRONG_FRAGMENT, _suggest_for_fragment),
)


def selections(type_: GraphQLObjectType, name: str) -> list[str]:
    """Selections of a field below a type, as `quantity { value }`; empty if there are none or too many."""
    found = _nearest_matches(type_, _fields_below, lambda path, _: path[-1] == name)
    nodes = [_nodes_on(path, type_) for path, _ in found]
    nearest = [
        written_selection(path, followed(type_, path))
        for (path, _), passed in zip(found, nodes, strict=True)
        if passed == min(nodes)
    ]
    return nearest if len(nearest) <= MAX_SELECTIONS else []


def _nodes_on(path: FieldPath, type_: Any) -> int:
    """How many objects with an id a path passes through: the object's own fields are nearer.

    What is said of a whole list is farther than its items.
    """
    count = 0
    for step in path[:-1]:
        type_ = get_named_type(type_.fields[step].type)
        count += bool(getattr(type_, "interfaces", ())) + 2 * (step == "aggregate")
    return count


def _paths_of_filter(type_: GraphQLInputObjectType, name: str) -> Sequence[FieldPath]:
    """Paths by field name, or by the joined names of a path; else by enum value."""
    wanted = normalized(name)
    by_name = _nearest_matches(
        type_,
        _inputs_below,
        lambda path, _: (
            wanted in {normalized(path[-1]), normalized("".join(step for step in path if step != "some"))}
        ),
    )
    if by_name:
        return [path for path, _ in by_name]
    if by_value := _nearest_matches(type_, _inputs_below, lambda _, field: wanted in _values_of(field)):
        around = [path for found, _ in by_value for path in _expanded_kind(type_, found)]
        return around if len(around) <= MAX_PATHS else [found[:-1] for found, _ in by_value]
    return []


def _expanded_kind(type_: GraphQLInputObjectType, path: FieldPath) -> Iterator[FieldPath]:
    """The path; or, if it ends in `kind`, all fields beside it but those that ask yes or no, such as `exists`."""
    if path[-1] != "kind" or len(path) == 1:
        yield path
        return
    beside = _fields_at_depth(type_, _inputs_below, _depth_of(path))
    yield from (
        found for found, field in beside if found[:-1] == path[:-1] and get_named_type(field.type).name != "Boolean"
    )


def _depth_of(path: FieldPath) -> int:
    return len(path) - path.count("some")


def _keys_of_order(type_: GraphQLInputObjectType, name: str) -> Sequence[FieldPath]:
    """Sort keys that share a word with a name, or else those of objects with a field or enum value of that name."""
    wanted = normalized(name)
    words = {
        key: {*map(normalized, _WORD.findall(key)), *map(normalized, stored_path(key).split("."))}
        for key in type_.fields
    }
    found = [key for key in words if wanted in words[key]]
    item: Any = GRAPHQL_SCHEMA.get_type(ORDERED_TYPES[type_.name])
    below = _fields_at_depth(item, _fields_below, 2)
    leaves = [
        (path, field)
        for path, field in below
        if not hasattr(get_named_type(field.type), "fields") and not _nodes_on(path, item)
    ]
    holders = {normalized(path[0]) for path, field in leaves if wanted in _values_of_type(field.type)}
    if not found:
        holders |= {normalized(path[0]) for path, _ in leaves if wanted == normalized(path[1])}
    return [(key,) for key in dict.fromkeys([*found, *(key for key in words if words[key] & holders)])]


def _nearest_matches(type_: Any, below: ChildFields, matches: Callable[[FieldPath, Any], bool]) -> list[FoundField]:
    """The matches at the first level that has any."""
    for depth in range(1, MAX_LEVELS + 1):
        if found := [one for one in _fields_at_depth(type_, below, depth) if matches(*one)]:
            return found
    return []


def _fields_at_depth(type_: Any, below: ChildFields, depth: int) -> list[FoundField]:
    """All fields at some depth below a type; a type is entered only at its first level."""
    seen = {type_.name}
    level = [*below(type_)]
    for _ in range(depth - 1):
        types = {path: get_named_type(field.type) for path, field in level}
        entered = {path: at for path, at in types.items() if at.name not in seen}
        seen |= {at.name for at in entered.values()}
        level = [((*path, *step), field) for path, at in entered.items() for step, field in below(at)]
    return level


def _inputs_below(type_: Any) -> Iterator[FoundField]:
    """The fields of a filter input, with those of list items as `some.…`; operators are not fields."""
    if not isinstance(type_, GraphQLInputObjectType) or type_.fields.keys() & {"eq", "contains"}:
        return
    for name, field in type_.fields.items():
        if name == "some":
            yield from ((("some", *step), inner) for step, inner in _inputs_below(get_named_type(field.type)))
        elif name not in _COMBINING | _WITH_SHORTHAND and "some" not in type_.fields:
            yield (name,), field


def _fields_below(type_: Any) -> Iterator[FoundField]:
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            if not any(map(is_required_argument, field.args.values())):
                yield (name,), field


def _values_of(field: Any) -> set[str]:
    """The enum values that the operators of a field accept."""
    operators = getattr(get_named_type(field.type), "fields", {})
    return _values_of_type(operators["eq"].type) if "eq" in operators else set()


def _values_of_type(type_: Any) -> set[str]:
    named: Any = get_named_type(type_)
    return set(map(normalized, named.values)) if is_enum_type(named) else set()
