"""Operations that select systematically: every field alone, pairs of lists and crossings, `__typename`, nulls."""

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
)

# How each type is reached: a selection of it goes where the @ is.
PLACES: Final[dict[str, tuple[str, ...]]] = {
    "District": (
        '{ district(slug: "odd-4") @ }',
        "{ districts(first: 4) { nodes @ } }",
        "{ districts(first: 4) { edges { node @ } } }",
        '{ node(id: "District:odd-5") { ... on District @ } }',
        "{ metrics(first: 3) { nodes { district @ } } }",
        '{ district(slug: "odd-2") { parts @ } }',
        '{ district(slug: "odd-4", asOf: { revision: 3 }) @ }',
        "{ updates(since: 3, first: 9) { nodes { district @ } } }",
        '{ district(slug: "odd-6") { parent @ } }',
        '{ search(text: "一", kinds: [DISTRICT], first: 100) { nodes { node { ... on District @ } } } }',
    ),
    "Strategy": (
        '{ district(slug: "baiyun") { strategy @ } }',
        "{ districts(first: 9) { nodes { strategy @ } } }",
        "{ metrics(first: 5) { nodes { district { strategy @ } } } }",
    ),
    "Pillar": (
        '{ district(slug: "baiyun") { pillars @ } }',
        "{ initiatives(first: 4) { nodes { pillar @ } } }",
        "{ awards(first: 9) { nodes { pillar @ } } }",
        '{ node(id: "Pillar:baiyun/governance") { ... on Pillar @ } }',
        '{ pillar(district: "baiyun", slug: "governance") @ }',
        '{ nodes(ids: ["Pillar:baiyun/governance"], asOf: { revision: 3 }) { ... on Pillar @ } }',
    ),
    "Initiative": (
        "{ initiatives(first: 5) { nodes @ } }",
        "{ initiatives(first: 5) { edges { node @ } } }",
        '{ district(slug: "odd-4") { initiatives @ } }',
        '{ district(slug: "odd-4", asOf: { revision: 3 }) { initiatives @ } }',
        '{ district(slug: "odd-4") { pillars { initiatives @ } } }',
        "{ metrics(first: 4) { nodes { initiative @ } } }",
        "{ awards(first: 9) { nodes { initiative @ } } }",
        '{ initiative(slug: "smart-governance") @ }',
    ),
    "Metric": (
        "{ metrics(first: 9) { nodes @ } }",
        "{ metrics(last: 9) { edges { node @ } } }",
        '{ district(slug: "odd-4") { metrics @ } }',
        '{ district(slug: "odd-4", asOf: { revision: 4 }) { metrics @ } }',
        '{ district(slug: "odd-5") { pillars { initiatives { metrics @ } } } }',
        '{ indicator(slug: "shared-rate") { ranking(first: 4) { nodes { metric @ } } } }',
        '{ nodes(ids: ["Metric:baiyun/drone-docks", "Metric:baiyun/video-channels"]) { ... on Metric @ } }',
        "{ initiatives(first: 4) { nodes { metrics @ } } }",
        '{ metric(district: "baiyun", slug: "drone-docks") @ }',
    ),
    "Observation": (
        "{ observations(first: 9) { nodes @ } }",
        "{ observations(last: 9) { edges { node @ } } }",
        '{ district(slug: "odd-4") { metrics { observations @ } } }',
        "{ metrics(first: 9) { nodes { latest @ } } }",
        '{ district(slug: "baiyun", asOf: { revision: 3 }) { metrics { observations @ } } }',
        '{ district(slug: "odd-5") { pillars { initiatives { metrics { latest @ observations @ } } } } }',
        '{ node(id: "Observation:baiyun/drone-docks/main") { ... on Observation @ } }',
        "{ metrics(first: 5) { nodes { observations(first: 2) @ } } }",
        '{ observation(metric: "drone-docks", slug: "main") @ }',
    ),
    "Award": (
        "{ awards(first: 9) { nodes @ } }",
        '{ district(slug: "odd-4") { awards @ } }',
        '{ district(slug: "odd-4", asOf: { revision: 3 }) { awards @ } }',
        '{ district(slug: "odd-4") { pillars { awards @ initiatives { awards @ } } } }',
        '{ award(id: "Award:baiyun/china-leading-smart-district") @ }',
    ),
    "Indicator": (
        "{ indicators(first: 9) { nodes @ } }",
        '{ indicator(slug: "shared-rank") @ }',
        "{ metrics(first: 9) { nodes { indicator @ } } }",
        '{ district(slug: "odd-5") { metrics { indicator @ } } }',
        '{ district(slug: "odd-5", asOf: { revision: 3 }) { metrics { indicator @ } } }',
    ),
    "Source": (
        "{ dataset { sources @ } }",
        "{ sources(first: 9) { nodes @ } }",
        "{ metrics(first: 9) { nodes { citations { source @ } } } }",
        "{ awards(first: 5) { edges { node { citations { source @ } } } } }",
        '{ node(id: "Source:synthetic") { ... on Source @ } }',
        '{ indicator(slug: "shared-rate") { ranking(first: 4) { nodes { metric { citations { source @ } } } } } }',
        '{ district(slug: "odd-4") { awards { citations { source @ } } } }',
        '{ district(slug: "odd-5") { strategy { citations { source @ } } } }',
        "{ initiatives(first: 9) { nodes { citations { source @ } } } }",
        "{ initiatives(first: 9) { nodes { systems { citations { source @ } } } } }",
    ),
    "RankedMetric": ('{ indicator(slug: "shared-rate") { ranking { nodes @ edges { node @ } } } }',),
    "SearchResult": ('{ search(text: "热线", first: 100) { nodes @ edges { node @ } } }',),
    "Dataset": ("{ dataset @ }", "{ dataset(asOf: { revision: 4 }) @ }"),
    "DistrictChange": ("{ updates(since: 3, first: 4) { nodes @ } }", "{ updates(since: 3) { edges { node @ } } }"),
    "Query": ("@",),
}
_ARGUMENTS: Final[dict[str, str]] = {
    "slug": '"baiyun"',
    "id": '"Metric:baiyun/drone-docks"',
    "ids": '["Metric:baiyun/drone-docks", "Pillar:odd-4/none"]',
    "text": '"热线"',
    "since": "3",
    "by": "DISTRICT",
    "from": '"2024"',
    "to": '"2025"',
}


def fields_alone(schema: GraphQLSchema) -> Iterator[str]:
    """Every field alone at every parent; at the first place, each field below it alone too."""
    for type_name, (first, *places) in PLACES.items():
        for selection in _paths(schema, type_name, 2 if places else 3):
            yield first.replace("@", f"{{ {selection} }}")
        for number, place in enumerate(places):
            for name, _ in _fields(schema, type_name):
                yield place.replace("@", f"{{ {_path(schema, type_name, name, number)} }}")


def pairs(schema: GraphQLSchema) -> Iterator[str]:
    """Every pair of lists and crossings at a place, with different leaves below."""
    for type_name, places in PLACES.items():
        composite = [name for name, one in _fields(schema, type_name) if not is_leaf_type(get_named_type(one.type))]
        for number, (one, other) in enumerate(combinations(composite, 2)):
            place = places[number % len(places)]
            first, second = _path(schema, type_name, one, number), _path(schema, type_name, other, number + 1)
            yield place.replace("@", f"{{ {first} {second} }}")
            # The same field twice, at two response keys, with different leaves.
            again = _path(schema, type_name, one, number + 1)
            yield place.replace("@", f"{{ x: {first} y: {again} {second} }}")


_TWICE: Final = (
    "{ PLURAL(first: 6) { nodes { @ } edges { node { & } } } }",
    "{ PLURAL(first: 6) { a: nodes { @ } b: nodes { & } } }",
    "{ PLURAL(first: 6) { nodes { @ } } other: PLURAL(first: 6) { nodes { & } } }",
)
_OTHERWISE: Final = ("(offset: 1)", "(first: 1)", '(where: { slug: { gt: "m" } })', "(orderBy: [{ slug: {} }])")


def same_field_twice(schema: GraphQLSchema) -> Iterator[str]:
    """A list or a count at two places of a page, with other arguments, and with another field's response key."""
    for type_name, plural in (("District", "districts"), ("Initiative", "initiatives"), ("Metric", "metrics")):
        fields = [(name, one) for name, one in _fields(schema, type_name) if "where" in one.args]
        for (name, one), place in product(fields, _TWICE):
            below = "" if is_leaf_type(get_named_type(one.type)) else " { slug }"
            others = _OTHERWISE if below else _OTHERWISE[2:3]
            for arguments in others:
                query = place.replace("PLURAL", plural)
                yield query.replace("@", f"{name}{below}").replace("&", f"{name}{arguments}{below}")
                yield query.replace("&", f"{name}{below}").replace("@", f"{name}{arguments}{below}")
            yield place.replace("PLURAL", plural).replace("@", f"n: {name}{below}").replace("&", "n: slug")


def typenames(schema: GraphQLSchema) -> Iterator[str]:
    """`__typename` alone on every type that a place leads to."""
    for type_name, places in PLACES.items():
        for place in places:
            yield place.replace("@", "{ __typename }")
            for name, one in _fields(schema, type_name):
                if not is_leaf_type(get_named_type(one.type)):
                    yield place.replace("@", f"{{ {_called(name, one)} {{ __typename }} }}")


def nulls(schema: GraphQLSchema) -> Iterator[tuple[str, dict[str, Any]]]:
    """An explicit null for every argument: a literal, a variable, and a variable that has a default."""
    for type_name, places in PLACES.items():
        for name, one in _fields(schema, type_name):
            for argument in one.args:
                yield from _null_of(schema, places[0], name, one, argument)
    for place in ("{ metrics(first: 2) { nodes { slug @ } } }", "{ metrics(first: 2) { slug: totalCount @ } }"):
        for directive in ("skip", "include"):
            for declared in ("Boolean = true", "Boolean = false"):
                query = place.replace("@", f"x: __typename @{directive}(if: $b)")
                if "nodes" not in place:
                    query = query.replace("x: __typename", "aggregate").replace("} }", "{ __typename } } }")
                yield f"query ($b: {declared}) {query}", {"b": None}


def _null_of(
    schema: GraphQLSchema, place: str, name: str, one: GraphQLField, argument: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    type_ = one.args[argument].type
    below = "" if is_leaf_type(get_named_type(one.type)) else " { __typename }"
    others = [key for key in _required(one) if key != argument]
    written = [f"{key}: {_ARGUMENTS[key]}" for key in others]
    literal, variable = (", ".join([*written, f"{argument}: {value}"]) for value in ("null", "$v"))
    nullable = str(get_nullable_type(type_))
    yield place.replace("@", f"{{ {name}({literal}){below} }}"), {}
    query = place.replace("@", f"{{ {name}({variable}){below} }}")
    yield f"query ($v: {nullable}) {query}", {"v": None}
    yield f"query ($v: {nullable}) {query}", {}
    if default := {"Int": "1", "[String!]": '["en"]', "OrderDirection": "ASC", "FigureStyle": "SOURCE"}.get(nullable):
        yield f"query ($v: {nullable} = {default}) {query}", {"v": None}
        yield f"query ($v: {nullable} = {default}) {query}", {}


def _fields(schema: GraphQLSchema, type_name: str) -> list[tuple[str, GraphQLField]]:
    type_: Any = schema.type_map[type_name]
    return list(type_.fields.items())


def _required(one: GraphQLField) -> list[str]:
    return [
        key
        for key, argument in one.args.items()
        if isinstance(argument.type, GraphQLNonNull) and not argument.default
    ]


def _called(name: str, one: GraphQLField) -> str:
    arguments = [f"{key}: {_ARGUMENTS[key]}" for key in _required(one)]
    if "first" in one.args:
        arguments.append("first: 5")
    return f"{name}({', '.join(arguments)})" if arguments else name


def _paths(schema: GraphQLSchema, type_name: str, depth: int) -> Iterator[str]:
    """Every field of a type alone, and below each that has fields, each of those."""
    type_ = schema.type_map[type_name]
    yield "__typename"
    if isinstance(type_, GraphQLInterfaceType):
        yield "id"
        return
    for name, one in _fields(schema, type_name):
        named = get_named_type(one.type)
        if is_leaf_type(named):
            yield _called(name, one)
        elif depth > 1:
            yield from (f"{_called(name, one)} {{ {below} }}" for below in _paths(schema, named.name, depth - 1))
        else:
            yield _path(schema, type_name, name, 0)


def _path(schema: GraphQLSchema, type_name: str, name: str, number: int, depth: int = 0) -> str:
    """A field, and below it one leaf; numbers choose different ones."""
    one = dict(_fields(schema, type_name))[name]
    named = get_named_type(one.type)
    if is_leaf_type(named):
        return _called(name, one)
    fields = _fields(schema, named.name)
    leaves = [key for key, below in fields if is_leaf_type(get_named_type(below.type))]
    others = [key for key, _ in fields if key not in leaves]
    chosen = others if others and (not leaves or (depth < 2 and number % 2)) else leaves
    return f"{_called(name, one)} {{ {_path(schema, named.name, chosen[number % len(chosen)], number, depth + 1)} }}"
