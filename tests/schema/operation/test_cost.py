"""The cost of an operation is its number of items, with page sizes multiplied, and is known before execution."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    parse,
    validate,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.cost import ARGUMENT_WEIGHTS, USUAL_SIZES, WEIGHTS, Cost, cost_of
from schema.operation.limits import Limits
from schema.operation.operation_cache import Operations
from tests.support.data.generated import template
from tests.support.schema_operations import Visited, doubled, watched
from tests.support.servers import ROOT
from tests.support.thoroughness import examples

TYPES: Mapping[str, Any] = GRAPHQL_SCHEMA.type_map


def cost(document: DocumentNode) -> Cost:
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    [operation] = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    return cost_of(GRAPHQL_SCHEMA, fragments, operation)


def points(text: str, **variables: Any) -> int:
    document = parse(text)
    assert validate(GRAPHQL_SCHEMA, document) == []
    return cost(document).bind(variables)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", 0),
        ('{ district(slug: "a") { slug name { en zhHans } city { en } } }', 1),
        ('{ metric(district: "a", slug: "b") { slug district { slug } } pillar(id: "Pillar:a/b") { slug } }', 3),
        ("{ districts { nodes { slug } } }", 20),
        ("{ districts { edges { cursor node { slug } } } }", 20),
        ("{ districts(first: 50) { nodes { slug } pageInfo { endCursor } } }", 50),
        ("{ districts(last: 7) { nodes { slug } } }", 7),
        ("{ districts(first: null, last: 7) { nodes { slug } } }", 7),
        ("{ districts(first: 50) { totalCount } }", 150),
        ("{ districts(first: 10) { nodes { pillars { slug } } } }", 10 * (1 + 4)),
        ("{ districts(first: 10) { nodes { pillars { initiatives { slug } } } } }", 10 * (1 + 4 * (1 + 4))),
        ("{ districts(first: 10) { nodes { metrics(first: 100) { slug } } } }", 10 * (1 + 100)),
        ("{ districts(first: 10) { nodes { metrics(offset: 3) { slug } } } }", 10 * (1 + 33)),
        ("{ districts(first: 10) { nodes { metricCount } } }", 10 * (1 + 1)),
        ("{ metrics(first: 10) { nodes { district { slug } indicator { slug } } } }", 10 * (1 + 2)),
        ("{ metrics(first: 10) { nodes { quantity { value unit { code } } period { start } } } }", 10),
        ("{ metrics(first: 10) { nodes { standing { position } } } }", 10 * (1 + 10)),
        ("{ metrics(first: 1) { aggregate { counts(by: YEAR) { key } } } }", 1 + 200 + 100),
        ("{ metrics(first: 1) { aggregate { counts(by: YEAR, first: 5) { key } figures { max } } } }", 1 + 205 + 200),
        ("{ indicators(first: 2) { nodes { ranking(first: 3) { nodes { metric { slug } } } } } }", 2 * (11 + 3 * 2)),
        # A ranking that is computed, and not read from an index, costs more, once.
        ("{ indicators(first: 2) { nodes { ranking(statuses: [TARGET], kinds: [CITY]) { period } } } }", 2 * 71),
        ('{ search(text: "a", first: 5) { nodes { node { id } highlights { text } } } }', 200 + 5 * (1 + 1 + 2)),
        ('{ node(id: "x") { id } }', 1),
        ('{ nodes(ids: ["x", "y", "z"]) { id } }', 3),
        # One of several types at most comes true.
        (
            '{ node(id: "x") { ... on District { metrics { id } awards { id } } ... on Pillar { metrics { id } } } }',
            1 + 33 + 7,
        ),
        ('{ nodes(ids: ["x", "y"]) { ...D ... on Node { id } } } fragment D on District { pillars { id } }', 2 * 5),
        # Beyond what any page may have, the list itself refuses.
        ("{ districts(first: 1000000000) { nodes { slug } } }", 100),
        ("{ districts(first: -5) { nodes { slug } } }", 0),
        # What is skipped counts all the same, and what is selected twice counts twice.
        ("{ districts(first: 10) @skip(if: true) { nodes { slug } } }", 10),
        ("{ districts(first: 10) { nodes { pillars { id } pillars { slug } } } }", 10 * (1 + 4 + 4)),
        ("{ __schema { queryType { name } } }", 500),
        ('{ __type(name: "Metric") { fields { name args { name } } } }', 3 * 2),
    ],
)
def test_a_point_is_an_item(text: str, expected: int) -> None:
    assert points(text) == expected


PAGES = (
    "query Q($first: Int, $nested: Int = 3) { districts(first: $first) { nodes { metrics(first: $nested) { id } } } }"
)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"first": 10, "nested": 5}, 10 * 6),
        ({"first": 10}, 10 * (1 + 33)),
        ({"first": None, "nested": 5}, 20 * 6),
        ({"first": 10, "nested": None}, 10 * (1 + 33)),
        ({"first": 2_000_000_000, "nested": 2_000_000_000}, 100 * 101),
        ({"first": -1, "nested": 5}, 0),
    ],
)
def test_sizes_in_variables_count_as_the_request_gives_them(variables: dict[str, Any], expected: int) -> None:
    assert points(PAGES, **variables) == expected


def test_ids_in_a_variable_count_as_many_as_they_are() -> None:
    text = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert points(text, ids=["x"] * 7) == 7
    assert points(text, ids=["x"] * 7_000) == 100


@pytest.mark.parametrize("levels", [18, 21, 40])
def test_a_fragment_is_visited_once_per_type(levels: int) -> None:
    text = f"query ($n: Int) {{ ...F0 }} {doubled(levels, 'districts(first: $n) { nodes { id } }')}"
    document, selections = watched(text)
    found = cost(document)
    assert Visited.seen == selections
    assert not found.is_fixed
    assert found.bind({"n": 3}) == 3 * 2**levels


def test_fields_named_like_introspection_have_their_own_cost() -> None:
    connection = "districts(first: 100) { nodes { metrics(first: 100) { id } } }"
    expected = 100 * 101
    assert points(f"query __schema {{ {connection} }}") == expected
    assert points(f"{{ __schema: {connection} }}") == expected
    assert points(f"{{ ...__schema }} fragment __schema on Query {{ {connection} }}") == expected
    assert points(f"{{ ...__schema }} fragment __schema on Query {{ __type: {connection} }}") == expected


FIELDS = {
    "Query": ["districts", "metrics", "node", "district"],
    "DistrictConnection": ["nodes", "edges", "totalCount", "aggregate"],
    "DistrictEdge": ["node", "cursor"],
    "Aggregate": ["counts"],
    "GroupCount": ["key"],
    "MetricConnection": ["nodes", "edges"],
    "MetricEdge": ["node"],
    "District": ["slug", "pillars", "metrics", "codes", "metricCount"],
    "Pillar": ["slug", "metrics", "district"],
    "Metric": ["slug", "district", "quantity", "citations", "standing"],
    "Node": ["id"],
}
GIVEN = {"district": '(slug: "a")', "node": '(id: "a")', "counts": "(by: CITY, first: 2)"}
SIZED = {"districts", "metrics"}
CONDITIONS = {"Query": ["Query"], "Node": ["District", "Metric", "Node"], "District": ["District", "Node"]}
VARIABLES = {"v": 2, "w": 3}


# Each may spread those after it.
FRAGMENTS = ["Query", "District", "Node", "Metric"]


@st.composite
def selection_sets(draw: Callable[[Any], Any], type_: str, levels: int, after: int = -1) -> str:
    """A selection set on a type; where it can go no deeper, what every type has."""
    found = ["__typename"]
    for kind in draw(st.lists(st.sampled_from(["field", "inline", "spread"]), max_size=3 if levels else 0)):
        if kind == "field":
            found.append(draw(fields(type_, levels, after)))
        elif kind == "inline":
            condition = draw(st.sampled_from(CONDITIONS.get(type_, [type_])))
            found.append(f"... on {condition} {draw(selection_sets(condition, levels - 1, after))}")
        elif spread := FRAGMENTS[after + 1 :]:
            found.append(f"...Of{draw(st.sampled_from(spread))}")
    return f"{{ {' '.join(found)} }}"


@st.composite
def fields(draw: Callable[[Any], Any], type_: str, levels: int, after: int) -> str:
    name: str = draw(st.sampled_from(FIELDS.get(type_, ["__typename"])))
    if name == "__typename":
        return name
    named = get_named_type(TYPES[type_].fields[name].type)
    sizes = ["", "(first: 2)", "(first: $v)", "(first: $w)"]
    arguments = draw(st.sampled_from(sizes)) if name in SIZED else GIVEN.get(name, "")
    below = "" if is_leaf_type(named) else draw(selection_sets(str(named), levels - 1, after))
    return f"{name}{arguments} {below}"


@st.composite
def documents(draw: Callable[[Any], Any]) -> str:
    parts = [f"query ($v: Int, $w: Int) {draw(selection_sets('Query', 6))}"]
    for number, type_ in enumerate(FRAGMENTS):
        parts.append(f"fragment Of{type_} on {type_} {draw(selection_sets(type_, 3, number))}")
    return " ".join(parts)


class Expanded:
    """The cost of an operation by expanding each spread, with all sizes known."""

    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        [self.operation] = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]

    def points(self) -> int:
        return self.below("Query", self.operation, 1)

    def below(self, name: str, node: Any, page: int) -> int:
        """page: the number of items of the enclosing connection."""
        type_ = TYPES[name]
        if is_abstract_type(type_):
            return max(self.below(one.name, node, page) for one in GRAPHQL_SCHEMA.get_possible_types(type_))
        return sum(self.selection(type_, one, page) for one in node.selection_set.selections)

    def selection(self, type_: GraphQLObjectType, node: Any, page: int) -> int:
        if isinstance(node, FieldNode):
            return self.field(type_, node, page)
        fragment = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        condition = TYPES[fragment.type_condition.name.value]
        applies = condition is type_ or (is_abstract_type(condition) and GRAPHQL_SCHEMA.is_sub_type(condition, type_))
        return self.below(type_.name, fragment, page) if applies else 0

    def field(self, type_: GraphQLObjectType, node: FieldNode, page: int) -> int:
        name = node.name.value
        if name == "__typename":
            return 0
        weight = WEIGHTS.get((type_.name, name), 0)
        given = {one.name.value for one in node.arguments or ()}
        weight += max(
            (more for (*of, one), more in ARGUMENT_WEIGHTS.items() if of == [type_.name, name] and one in given),
            default=0,
        )
        named = str(get_named_type(type_.fields[name].type))
        if is_leaf_type(TYPES[named]):
            return weight
        size = self.size(type_.name, node)
        if named.endswith("Connection"):
            return weight + size + self.below(named, node, size)
        if type_.name.endswith("Connection"):
            return (page if name in {"nodes", "edges"} else 1) * self.below(named, node, 1)
        if type_.name.endswith("Edge"):
            return self.below(named, node, 1)
        if is_list_type(get_nullable_type(type_.fields[name].type)):
            return weight + size * (1 + self.below(named, node, 1))
        return weight + (named in {"Node", "District"}) + self.below(named, node, 1)

    def size(self, type_name: str, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value == "first":
                value: Any = argument.value
                return VARIABLES[value.name.value] if hasattr(value, "name") else int(value.value)
        return USUAL_SIZES.get((type_name, node.name.value), 20)


@settings(max_examples=examples(quick=30, thorough=150))
@given(documents())
def test_costs_are_those_of_the_expanded_operation(text: str) -> None:
    document = parse(text)
    assert cost(document).bind(dict(VARIABLES)) == Expanded(document).points()


def test_every_list_without_a_size_has_a_usual_one_and_every_weight_a_field() -> None:
    lists = {
        (type_.name, name)
        for type_ in TYPES.values()
        if is_object_type(type_)
        for name, field in type_.fields.items()
        if is_list_type(get_nullable_type(field.type)) and is_composite_type(get_named_type(field.type))
    }
    of_pages = {(type_, name) for type_, name in lists if type_.endswith("Connection")}
    assert set(USUAL_SIZES) == lists - of_pages - {("Query", "nodes")}
    assert {(type_, name) for type_, name in WEIGHTS if name not in TYPES[type_].fields} == {("Query", "__schema")}
    assert all(one in TYPES[type_].fields[name].args for type_, name, one in ARGUMENT_WEIGHTS)


def test_usual_sizes_are_those_of_baiyun() -> None:
    pillars = template()["pillars"]
    initiatives = [one for pillar in pillars for one in pillar["initiatives"]]
    metrics = [one for initiative in initiatives for one in initiative["metrics"]]
    held = {"District": [template()], "Pillar": pillars, "Initiative": initiatives, "Metric": metrics}
    below = sum(len(one.get("awards", ())) for one in (*pillars, *initiatives))
    derived = {
        ("District", "initiatives"): 15,
        ("District", "metrics"): 33,
        ("District", "awards"): below + len(template()["awards"]),
        ("Pillar", "metrics"): 33 / 4,
        ("Pillar", "awards"): below / 4,
        # Baiyun has none; the default of its argument.
        ("District", "parts"): 20,
    }
    for (type_name, name), size in USUAL_SIZES.items():
        if items := held.get(type_name):
            mean = sum(len(one.get(name, ())) for one in items) / len(items)
            least = 0 if name == "ranks" else 1
            assert size == max(least, round(derived.get((type_name, name), mean))), (type_name, name)


def test_introspection_has_no_more_than_its_usual_sizes() -> None:
    types = list(TYPES.values())

    usual = USUAL_SIZES["__Schema", "types"]

    def mean(count: Callable[[Any], int]) -> float:
        return sum(map(count, types)) / usual

    assert len(types) <= usual
    assert len(GRAPHQL_SCHEMA.directives) <= USUAL_SIZES["__Schema", "directives"]
    assert mean(lambda type_: len(getattr(type_, "fields", ())) * (not is_input_object_type(type_))) <= 3
    assert mean(lambda type_: len(getattr(type_, "fields", ())) * is_input_object_type(type_)) <= 3
    assert mean(lambda type_: len(getattr(type_, "values", ()))) <= 1


WRITTEN = [*(ROOT / "bench" / "queries").glob("*.graphql"), *(ROOT / "web" / "src" / "examples").glob("*.graphql")]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_the_questions_of_the_benchmarks_and_the_explorer_are_within_the_limits(path: Path) -> None:
    assert Operations().get(path.read_text(encoding="utf-8"), None).cost.is_fixed


def test_introspection_queries_of_tools_are_within_the_limits() -> None:
    text = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        one_of=True,
    )
    found = Operations().get(text, None).cost
    # Twice in an operation at most.
    assert Limits().cost / 3 < found.points < Limits().cost * 0.6
