"""Random operations, driven by the SDL: sparse and dense ones, aliases, fragments, directives, variables, nulls.

The same number gives the same operation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    NameNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    parse,
    print_ast,
    visit,
)

from tests.reference.contract import prepared
from tests.reference.drawing import DAYS, LANGUAGES, PERIODS, Enum, Pool, Values, Variable, literal

# Names of fields among them, so that one place's response key is another place's field.
ALIASES: Final = ("a", "b", "n", "slug", "name", "nodes", "metrics")
# Items of one operation, as the generator guesses: the reference computes each of them anew.
MOST_ITEMS: Final = 100
_GUESSED: Final = 4
_ARGUMENTS: Final[Mapping[str, float]] = {
    "asOf": 0.3,
    **{"where": 0.4, "orderBy": 0.35, "first": 0.4, "offset": 0.25, "lang": 0.6},
    **{"slug": 0.9, "district": 0.7, "metric": 0.7, "id": 0.15},
}
OFTEN: Final = frozenset(
    {
        *(
            "nodes",
            "edges",
            "node",
            "metric",
            "pillars",
            "initiatives",
            "metrics",
            "observations",
            "awards",
            "district",
            "pillar",
        ),
        *(
            "initiative",
            "indicator",
            "ranking",
            "citations",
            "source",
            "initiativeCount",
            "metricCount",
            "awardCount",
        ),
    }
)


@dataclass(frozen=True)
class Operation:
    """A request."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    languages: tuple[str, ...] = ()


@dataclass
class Field:
    """A selected field; `children` is None for a leaf. condition: the type that the field is of, on an interface."""

    name: str
    alias: str | None
    arguments: dict[str, Any]
    condition: str | None
    children: "list[Field] | None" = None

    @property
    def key(self) -> str:
        return self.alias or self.name


class Generator:
    """Makes operations for a dataset."""

    def __init__(self, schema: GraphQLSchema, pool: Pool) -> None:
        self._schema = schema
        self._pool = pool

    def operation(self, seed: str) -> Operation:
        """A valid operation, mostly; the same one for the same seed."""
        random = Random(seed)
        for _ in range(30):
            operation = _Maker(random, self._schema, self._pool).operation()
            if not isinstance(prepared(self._schema, operation.query), str) or random.random() < 0.01:
                return operation
        return Operation("{ __typename }")

    def with_more(self, operation: Operation) -> Operation:
        """The same operation with more leaves, under keys that nothing else has, wherever something is selected."""
        document = parse(operation.query)
        info = TypeInfo(self._schema)
        more = visit(document, TypeInfoVisitor(info, _MoreLeaves(info)))
        return Operation(print_ast(more), operation.variables, operation.languages)

    def walk(self, seed: str) -> Operation:
        """A page of a list, with its `pageInfo`; the cursor to go on from is the variable `$cursor`."""
        random = Random(seed)
        maker = _Maker(random, self._schema, self._pool)
        return maker.walk()


class _MoreLeaves(Visitor):
    """Adds the leaves of each type that take no argument."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode:
        type_: Any = self._info.get_parent_type()
        fields = getattr(type_, "fields", {})
        leaves = [name for name, one in fields.items() if is_leaf_type(get_named_type(one.type)) and not one.args]
        added = [
            FieldNode(
                name=NameNode(value=name),
                alias=NameNode(value=f"more_{name}"),
                arguments=(),
                directives=(),
                selection_set=None,
            )
            for name in leaves
        ]
        return SelectionSetNode(selections=(*node.selections, *added))


class _Maker:
    """Makes one operation."""

    def __init__(self, random: Random, schema: GraphQLSchema, pool: Pool) -> None:
        self._random = random
        self._schema = schema
        self._values = Values(random, pool, self._placed)
        self._declared: dict[str, str] = {}
        self._given: dict[str, Any] = {}
        self._fragments: list[str] = []
        # By type: the fields that are selected somewhere, by their response keys.
        self._selected: dict[str, dict[str, str]] = {}

    def operation(self) -> Operation:
        fields: list[Field] = []
        if self._chance(0.75):
            # Sparse: a few deep leaves with nothing beside them.
            for _ in range(self._random.randint(1, 4)):
                self._grow(fields, "Query", 1, 1, 0)
        else:
            self._grow(fields, "Query", 1, self._random.randint(2, 3), 0)
        body = self._selection(fields, "Query")
        declared = f"query ({', '.join(self._declared.values())})" if self._declared else "query"
        languages = tuple(self._random.sample(LANGUAGES, 2)) if self._chance(0.3) else ()
        return Operation(" ".join([declared, body, *self._fragments]), self._given, languages)

    def walk(self) -> Operation:
        """A page of a list or of a ranking, forward or backward."""
        random, values = self._random, self._values
        name = random.choice(
            (
                "districts",
                "initiatives",
                "metrics",
                "observations",
                "awards",
                "indicators",
                "sources",
                "ranking",
                "updates",
            )
        )
        if name == "updates":
            return self._walk_of_updates()
        arguments: dict[str, Any] = {}
        query: Any = self._schema.query_type
        backward = name != "ranking" and self._chance(0.4)
        if name not in {"indicators", "ranking"}:
            definition = query.fields[name]
            if self._chance(0.5):
                arguments["where"] = values.where(get_named_type(definition.args["where"].type))
            if self._chance(0.7):
                arguments["orderBy"] = values.order(get_named_type(definition.args["orderBy"].type))
        elif name == "ranking" and self._chance(0.7):
            arguments["best"] = Enum(values.one(("ASC", "DESC")))
        arguments |= {"last" if backward else "first": values.one((1, 2, 3, 7))}
        written = ", ".join(f"{key}: {literal(value)}" for key, value in arguments.items())
        item = "metric { id }" if name == "ranking" else "id"
        selected = f"totalCount pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} nodes {{ {item} }}"
        body = f"page: {name}({written}, {'before' if backward else 'after'}: $cursor) {{ {selected} }}"
        if name == "ranking":
            body = (
                f'page: indicator(slug: "{values.one(("shared-rate", "shared-money", "drone-docks"))}") {{ {body} }}'
            )
        declared = ", ".join(["$cursor: String", *self._declared.values()])
        return Operation(f"query ({declared}) {{ {body} }}", self._given)

    def _walk_of_updates(self) -> Operation:
        arguments = f"since: {self._values.revision()}, first: {self._values.one((1, 2, 3, 7))}, after: $cursor"
        body = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { cursor kind } edges { cursor }"
        return Operation(f"query ($cursor: String) {{ page: updates({arguments}) {{ {body} }} }}")

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _grow(self, fields: list[Field], type_name: str, items: int, width: int, depth: int) -> None:
        """Add a selection to a place. items: how many such places there are; width: how many fields, about."""
        if "Connection" in type_name and self._chance(0.3):
            width += 1
        for _ in range(width):
            condition = self._condition(type_name)
            name = self._name(condition or type_name, items, depth)
            chosen = self._existing(fields, name, condition) if self._chance(0.4) else None
            type_: Any = self._schema.type_map[condition or type_name]
            definition: GraphQLField | None = type_.fields.get(name)
            if chosen is None:
                chosen = self._field(fields, name, condition, definition, type_name)
                fields.append(chosen)
            if chosen.children is not None and definition is not None:
                below = items * self._size(chosen, definition)
                narrower = max(1, self._random.randint(width - 2, width)) if width > 1 else 1
                self._grow(chosen.children, get_named_type(definition.type).name, below, narrower, depth + 1)

    def _existing(self, fields: list[Field], name: str, condition: str | None) -> Field | None:
        return next((one for one in fields if (one.name, one.condition) == (name, condition)), None)

    def _condition(self, type_name: str) -> str | None:
        type_ = self._schema.type_map[type_name]
        if not isinstance(type_, GraphQLInterfaceType) or self._chance(0.1):
            return None
        return str(self._random.choice(self._schema.get_possible_types(type_)).name)

    def _name(self, type_name: str, items: int, depth: int) -> str:
        """A field to select: mostly one that leads on, until there are many items or it is deep."""
        if self._chance(0.04):
            return "__typename"
        type_: Any = self._schema.type_map[type_name]
        leaves = [name for name, one in type_.fields.items() if is_leaf_type(get_named_type(one.type))]
        others = [name for name in type_.fields if name not in leaves]
        if type_name == "Query" and self._chance(0.5):
            others = [name for name in others if name not in {"search", "dataset", "nodes", "node"}]
        if items > MOST_ITEMS or depth > 7:
            others = [name for name in others if not self._is_list(type_.fields[name])] if depth < 9 else []
        goes_on = bool(others) and (not leaves or self._chance(0.8 - 0.07 * depth))
        names = others if goes_on else leaves or ["__typename"]
        again = [name for name in names if name in self._selected.get(type_name, {}).values()]
        if again and self._chance(0.35):
            # What another place of the type selects too, with arguments and selections of its own.
            return str(self._random.choice(again))
        return str(self._random.choices(names, [4 if name in OFTEN else 1 for name in names])[0])

    def _is_list(self, definition: GraphQLField) -> bool:
        is_page = "Connection" in str(definition.type)
        return is_page or isinstance(get_nullable_type(definition.type), GraphQLList)

    def _size(self, chosen: Field, definition: GraphQLField) -> int:
        if not self._is_list(definition):
            return 1
        first = chosen.arguments.get("first")
        return min(first, _GUESSED * 2) if isinstance(first, int) and first > 0 else _GUESSED

    def _field(
        self, fields: list[Field], name: str, condition: str | None, definition: GraphQLField | None, parent: str
    ) -> Field:
        arguments = self._arguments(definition, name, parent) if definition else {}
        alias = str(self._random.choice(ALIASES)) if self._chance(0.15) else None
        known = self._selected.setdefault(condition or parent, {})
        if known and self._chance(0.2):
            # A response key that stands for another field at another place.
            alias = str(self._random.choice(list(known)))
        taken = {one.key for one in fields}
        if (alias or name) in taken:
            alias = f"{name.strip('_')}{len(fields)}"
        known[alias or name] = name
        is_leaf = definition is None or is_leaf_type(get_named_type(definition.type))
        return Field(name, alias, arguments, condition, None if is_leaf else [])

    def _arguments(self, definition: GraphQLField, name: str, parent: str) -> dict[str, Any]:
        found = {}
        for key, argument in definition.args.items():
            if isinstance(argument.type, GraphQLNonNull) and argument.default is None:
                found[key] = self._placed(argument, self._argument(key, argument, name, parent))
            elif self._chance(_ARGUMENTS.get(key, 0.2)) and not (key in {"last", "before"} and "first" in found):
                is_null = not isinstance(argument.type, GraphQLNonNull) and self._chance(0.04)
                value = None if is_null else self._argument(key, argument, name, parent)
                if key not in {"after", "before"} or self._chance(0.05):
                    found[key] = self._placed(argument, value)
        return found

    def _argument(self, key: str, argument: GraphQLArgument, name: str, parent: str) -> Any:
        values = self._values
        match key:
            case "slug" | "district" | "metric":
                return values.slug(f"{name if key == 'slug' else key}s")
            case "id":
                return values.id()
            case "ids":
                return [values.id(odd=0.01) for _ in range(self._random.randint(0, 4))]
            case "since":
                return values.revision()
            case "asOf":
                return values.moment()
            case "text":
                return values.words()
            case "where":
                type_: Any = get_named_type(argument.type)
                return values.where(type_)
            case "orderBy":
                order_type: Any = get_named_type(argument.type)
                return values.order(order_type)
            case "lang":
                return (
                    [values.one(LANGUAGES) for _ in range(self._random.randint(0, 2))]
                    if self._chance(0.99)
                    else ["??"]
                )
            case "first" | "last":
                return (
                    values.one((2, 5, 20, 100))
                    if name == "search"
                    else values.one((1, 2, 2, 3, 5))
                    if self._chance(0.96)
                    else values.one((0, 101, -1))
                )
            case "offset":
                return values.one((0, 1, 2, 3)) if self._chance(0.96) else -1
            case "unit":
                return values.one(("percent", "cny", "record", "node", "cny-per-person", "service-point", "none"))
            case "period" | "during":
                return values.one(PERIODS)
            case "asAt":
                return values.one(DAYS)
            case "from":
                return values.one(("2023", "2024", "2024", "2024-01/2024-12", "2024-40", "2025-13"))
            case "to":
                return values.one(("2025", "2025", "2024", "2025-01/2025-12", "2025-40", "2025-10/2025-12"))
            case "by":
                return Enum(self._group(parent))
            case "statuses":
                likely = values.one(
                    (("TARGET",), ("FORECAST",), ("NORMAL",), ("ESTIMATED", "PROVISIONAL"), ("NORMAL", "TARGET"))
                )
                return [Enum(one) for one in likely]
            case "kinds":
                type_ = get_named_type(argument.type)
                return [Enum(one) for one in self._random.sample(list(type_.values), self._random.randint(0, 3))]
            case "after" | "before":
                return "2"
        enum: Any = get_named_type(argument.type)
        return Enum(values.one(enum.values))

    def _group(self, parent: str) -> str:
        likely = ("DISTRICT", "PILLAR", "YEAR", "STATUS", "UNIT", "INDICATOR")
        return str(self._values.one(likely if parent == "MetricAggregate" else ("DISTRICT", "PILLAR", "CITY")))

    def _placed(self, place: GraphQLArgument | GraphQLInputField, value: Any) -> Any:
        """A value for a place, or now and then a variable that has it, a default, or nothing."""
        if not self._chance(0.15):
            return value
        type_ = get_nullable_type(place.type)
        can_be_null = not isinstance(place.type, GraphQLNonNull) or place.default is not None
        is_nullable = can_be_null and self._chance(0.8)
        default = (
            f" = {literal(value)}" if value is not None and self._chance(0.3) and not _has_variable(value) else ""
        )
        return self._variable(f"{type_}{'' if is_nullable or value is None else '!'}{default}", value, bool(default))

    def _variable(self, declared: str, value: Any, has_default: bool) -> Any:
        if _has_variable(value):
            # Variables can't be in the values of others.
            return value
        name = f"v{len(self._declared)}"
        is_nullable = "!" not in declared.split(" = ")[0].split("[")[0] and not declared.split(" = ")[0].endswith("!")
        self._declared[name] = f"${name}: {declared}"
        if (has_default or is_nullable) and self._chance(0.2):
            return Variable(name)
        self._given[name] = None if is_nullable and self._chance(0.12) else value
        return Variable(name)

    def _selection(self, fields: list[Field], type_name: str) -> str:
        """Write a place, some of its fields in fragments."""
        parts = []
        for one in fields:
            type_: Any = self._schema.type_map[one.condition or type_name]
            definition = type_.fields.get(one.name)
            below = self._selection(one.children, get_named_type(definition.type).name) if one.children else ""
            arguments = ", ".join(f"{key}: {literal(value)}" for key, value in one.arguments.items())
            alias = f"{one.alias}: " if one.alias else ""
            text = f"{alias}{one.name}{f'({arguments})' if arguments else ''}{self._directive()} {below}".strip()
            parts.append(self._wrapped(text, one.condition or type_name, is_needed=one.condition is not None))
        return "{ " + " ".join(parts) + " }"

    def _wrapped(self, text: str, type_name: str, *, is_needed: bool) -> str:
        if not is_needed and not self._chance(0.12):
            return text
        kind = self._random.randrange(3)
        if kind == 0:
            self._fragments.append(f"fragment F{len(self._fragments)} on {type_name} {{ {text} }}")
            return f"...F{len(self._fragments) - 1}{self._directive()}"
        if kind == 1 and not is_needed:
            return f"...{self._directive()} {{ {text} }}"
        return f"... on {type_name}{self._directive()} {{ {text} }}"

    def _directive(self) -> str:
        if not self._chance(0.03):
            return ""
        name, value = self._random.choice(("skip", "include")), self._chance(0.5)
        if self._chance(0.3):
            return f" @{name}(if: {literal(value)})"
        declared = "Boolean!" if self._chance(0.6) else f"Boolean = {literal(value)}"
        return f" @{name}(if: {literal(self._variable(declared, value, '=' in declared))})"


def _has_variable(value: Any) -> bool:
    return isinstance(value, Variable) or any(map(_has_variable, _parts(value)))


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
