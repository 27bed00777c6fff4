"""Generate the Python functions that turn documents into response data, one per object type and selection set.

The generated source contains only fixed text and numbered names; all other values, including text from clients, are
bound to these names. A function handles only the expected case: otherwise it raises an exception, and graphql-core
completes the same subtree (`schema.execution.executor`).

For a field whose value is loaded separately, a function leaves a placeholder and its key; the executor loads it.
"""

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any, Final, TypeAlias, cast

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_list_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

from schema.execution.compiled_types import ArgumentsRefused, Binding, CompilationMiss, Function, Level, Placeholder
from schema.execution.loaded_fields import LOADED_FIELDS, LoadedField
from schema.execution.local_fields import KEYED_FIELDS, LOCAL_FIELDS
from schema.planning.computed import slot_of, units_key
from schema.retrieval.nested_lists import document_reader, is_planned

Collect: TypeAlias = Callable[[GraphQLObjectType, FieldDetailsList], GroupedFieldSet]

# Fields that are compiled per operation, on all levels together; graphql-core completes any further ones.
MAX_FIELDS: Final = 2_000
# Memory of a function, of each character of its source, and of a name that it uses.
FUNCTION_BYTES: Final = 1_000
SOURCE_BYTES: Final = 3
NAME_BYTES: Final = 150
_CHECKS: Final[Mapping[str, str]] = {
    "String": "{0}.__class__ is not str",
    "ID": "{0}.__class__ is not str",
    "Boolean": "{0}.__class__ is not bool",
    "Int": "{0}.__class__ is not int or not -2147483648 <= {0} <= 2147483647",
    "Float": "{0}.__class__ is not float or not isfinite({0})",
}


class Compiler:
    """Compiles the selection sets of one operation, each on first use."""

    def __init__(self, schema: GraphQLSchema, collect: Collect) -> None:
        self._schema = schema
        self._collect = collect
        self._names: dict[str, Any] = {
            "CompilationMiss": CompilationMiss,
            "ArgumentsRefused": ArgumentsRefused,
            "isfinite": isfinite,
        }
        self._levels: dict[tuple[str, int], Level] = {}
        self._kept: list[Any] = []
        self._fields = 0
        self._placeholders = 0
        self.bindings: list[Binding] = []
        # Bytes, about as many as tracemalloc counts.
        self.weight = 0

    def function(
        self, type_: GraphQLObjectType, details: FieldDetailsList, *, with_placeholders: bool = False
    ) -> Function | None:
        """The function for a selection set; None if it can't complete all fields.

        with_placeholders: whether the function may leave placeholders.
        """
        level = self._selected(type_, details)
        if level is None or (level.rest and not with_placeholders):
            return None
        return self._names.get(level.whole)

    def level(self, type_: GraphQLObjectType, grouped: GroupedFieldSet) -> Level:
        """How to complete a selection set; compiled on first use."""
        key = (type_.name, id(grouped))
        if key not in self._levels:
            # Keep a reference: Python may reuse the id of an object that no longer exists.
            self._kept.append(grouped)
            self._levels[key] = self._compiled(type_, grouped)
        return self._levels[key]

    def drop(self) -> None:
        """Release all functions."""
        self._names.clear()
        self._levels.clear()

    def _selected(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Level | None:
        """The level of the fields selected on a type; None if graphql-core can't collect them."""
        try:
            return self.level(type_, self._collect(type_, details))
        except GraphQLError:
            return None

    def _compiled(self, type_: GraphQLObjectType, grouped: GroupedFieldSet) -> Level:
        fields: dict[str, list[str] | None] = {}
        rest: GroupedFieldSet = {}
        for number, (key, details) in enumerate(grouped.items()):
            placeholders = self._placeholders
            fields[key] = self._field(type_, key, details, f"v{number}")
            if fields[key] is None or self._placeholders > placeholders:
                rest[key] = details
        plain = {key: None if key in rest else lines for key, lines in fields.items()}
        name = "" if rest and len(rest) == len(grouped) else self._written(plain)
        whole = "" if None in fields.values() else self._written(fields, with_placeholders=True) if rest else name
        return Level(self._names.get(name), rest, whole)

    def _written(self, fields: Mapping[str, list[str] | None], *, with_placeholders: bool = False) -> str:
        """Generate a function from the lines of each field; a field without lines gets the value None."""
        lines = ["if d.__class__ is not dict: raise CompilationMiss", *(["r = {}"] if with_placeholders else [])]
        entries = []
        for number, (key, written) in enumerate(fields.items()):
            lines += written or ()
            entries.append(f"{self._bound(key)}: {'None' if written is None else f'v{number}'}")
        data = f"{{{', '.join(entries)}}}"
        result = [f"r.update({data})", "return r"] if with_placeholders else [f"return {data}"]
        return self._defined([*lines, *result])

    def _defined(self, lines: Iterable[str]) -> str:
        """Define a function of a document `d`, bindings `b` and waiting placeholders `c`; return its name."""
        name = f"f{len(self._names)}"
        source = "".join(f"\n {line}" for line in lines)
        self.weight += FUNCTION_BYTES + SOURCE_BYTES * len(source)
        exec(f"def {name}(d, b, c):{source}", self._names)  # noqa: S102  # contains no text from clients, see above
        return name

    def _bound(self, value: Any) -> str:
        """Bind a value to a new name in the generated source; return the name."""
        name = f"n{len(self._names)}"
        self._names[name] = value
        self.weight += NAME_BYTES
        return name

    def _field(self, type_: GraphQLObjectType, key: str, details: FieldDetailsList, v: str) -> list[str] | None:
        self._fields += 1
        name = details[0].node.name.value
        if self._fields > MAX_FIELDS:
            return None
        if name == "__typename":
            return [f"{v} = {self._bound(type_.name)}"]
        field = type_.fields.get(name)
        if field is not None and (loaded_field := LOADED_FIELDS.get((type_.name, name))):
            return self._placeholder(type_, key, details, field, loaded_field, v)
        if field is None or (source := self._source(type_, details, field, v)) is None:
            return None
        value = self._value(field.type, details, v)
        return None if value is None else [*source, *value]

    def _placeholder(
        self,
        type_: GraphQLObjectType,
        key: str,
        details: FieldDetailsList,
        field: GraphQLField,
        loaded_field: LoadedField,
        v: str,
    ) -> list[str] | None:
        """The lines that leave a placeholder and record the key to load."""
        if (lines := self._value(field.type, details, "d")) is None:
            return None
        self._placeholders += 1
        self.bindings.append(Binding(field, details, loaded_field.bind))
        function = self._names[self._defined([*lines, "return d"])]
        placeholder = self._bound(Placeholder(type_, field, details, key, loaded_field.load, function))
        absent = ["else: raise CompilationMiss"] if isinstance(field.type, GraphQLNonNull) else []
        return [
            f"{v} = b[{len(self.bindings) - 1}](d)",
            f"if {v} is not None: c.append(({placeholder}, {v}, r)); {v} = None",
            *absent,
        ]

    def _source(
        self, type_: GraphQLObjectType, details: FieldDetailsList, field: GraphQLField, v: str
    ) -> list[str] | None:
        """The lines that read a field's value before completion; None if it needs more than the document."""
        name = details[0].node.name.value
        if is_planned(type_.name, name):
            if not details[0].node.arguments:
                return [f"{v} = {self._bound(document_reader(type_.name, name))}(d)"]
            key = slot_of(details[0].node)
            slot, units = self._bound(key), self._bound(units_key(key))
            several = f"if {units} in d and len([unit for unit in d[{units}] if unit]) > 1: raise ArgumentsRefused"
            return [several, f"if {slot} not in d: raise ArgumentsRefused", f"{v} = d[{slot}]"]
        if binder := LOCAL_FIELDS.get((type_.name, name)):
            self.bindings.append(Binding(field, details, binder))
            return [f"{v} = b[{len(self.bindings) - 1}](d)"]
        if keys := KEYED_FIELDS.get((type_.name, name)):
            outer, inner = map(self._bound, keys)
            return [f"{v} = d[{outer}].get({inner})"]
        definition = (field.extensions or {}).get("strawberry-definition")
        if definition is None or not definition.is_basic_field:
            return None
        key = definition.python_name.removesuffix("_")
        return [f"{v} = d[{self._bound(key)}]"]

    def _value(self, type_: GraphQLOutputType, details: FieldDetailsList, v: str) -> list[str] | None:
        """The lines that complete a value in place."""
        if isinstance(type_, GraphQLNonNull):
            return self._present(type_.of_type, details, v)
        lines = self._present(type_, details, v)
        return None if lines is None else [f"if {v} is not None:", *(f" {line}" for line in lines)]

    def _present(self, type_: GraphQLOutputType, details: FieldDetailsList, v: str) -> list[str] | None:
        if isinstance(type_, GraphQLList):
            return self._items(type_.of_type, details, v)
        if is_composite_type(type_):
            function = self._composite(type_, details)
            return None if function is None else [f"{v} = {function}({v}, b, c)"]
        if check := _CHECKS.get(get_named_type(type_).name):
            return [f"if {check.format(v)}: raise CompilationMiss"]
        if isinstance(type_, GraphQLEnumType):
            return [f"{v} = {self._bound({name: name for name in type_.values})}[{v}]"]
        coerce = cast(GraphQLScalarType, type_).coerce_output_value
        return [f"{v} = {self._bound(coerce)}({v})", f"if {v} is None: raise CompilationMiss"]

    def _items(self, type_: GraphQLOutputType, details: FieldDetailsList, v: str) -> list[str] | None:
        named = get_named_type(type_)
        if is_list_type(type_.of_type if isinstance(type_, GraphQLNonNull) else type_):
            return None
        check = f"if {v}.__class__ is not list: raise CompilationMiss"
        if not is_composite_type(named):
            lines = self._value(type_, details, "x")
            return (
                None
                if lines is None
                else [check, f"{v} = [*{v}]", f"for i, x in enumerate({v}):"]
                + [f" {line}" for line in [*lines, f"{v}[i] = x"]]
            )
        if (function := self._composite(named, details)) is None:
            return None
        item = (
            f"{function}(x, b, c)"
            if isinstance(type_, GraphQLNonNull)
            else f"None if x is None else {function}(x, b, c)"
        )
        return [check, f"{v} = [{item} for x in {v}]"]

    def _composite(self, type_: Any, details: FieldDetailsList) -> str | None:
        """The name of the function that completes a document of a type; dispatches by type if it is abstract."""
        if not is_abstract_type(type_):
            level = self._selected(type_, details)
            if level is None or not level.whole:
                return None
            self._placeholders += bool(level.rest)
            return level.whole
        functions = {}
        for possible in self._schema.get_possible_types(type_):
            if (name := self._composite(possible, details)) is None:
                return None
            functions[possible.name] = self._names[name]
        type_of: Any = type_.resolve_type
        return self._bound(lambda document, b, c: functions[type_of(document, None, type_)](document, b, c))
