"""Operations are counted as if expanded, in time proportional to their text."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.base.errors import LIMIT_MESSAGES, MAX_COUNT, OverLimit
from schema.operation.limits import Limits, SelectionCounts, count_selections, first_exceeded_limit
from tests.support.schema_operations import Visited, doubled, watched
from tests.support.thoroughness import examples

NAMES = st.sampled_from(["a", "b", "__typename", "__schema", "__type"])
SPREADS = 4


@st.composite
def selection_sets(draw: Callable[[Any], Any], after: int, levels: int = 3) -> str:
    """A selection set that spreads only fragments of higher numbers than `after`."""
    kinds = ["field", "inline"] if levels else ["field"]
    if after < SPREADS:
        kinds.append("spread")
    found = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4)):
        directives = " @x" * draw(st.integers(0, 2))
        if kind == "spread":
            found.append(f"...F{draw(st.integers(after + 1, SPREADS))}{directives}")
            continue
        below = (
            draw(selection_sets(after, levels - 1)) if levels and (kind == "inline" or draw(st.booleans())) else ""
        )
        alias = "x: " if draw(st.booleans()) else ""
        found.append(f"...{directives} {below}" if kind == "inline" else f"{alias}{draw(NAMES)}{directives} {below}")
    return f"{{ {' '.join(found)} }}"


@st.composite
def documents(draw: Callable[[Any], Any]) -> str:
    fragments = [f"fragment F{number} on T {draw(selection_sets(number))}" for number in range(1, SPREADS + 1)]
    return " ".join([f"query ($v: Int @x) @x {draw(selection_sets(0))}", *fragments])


def expanded(document: DocumentNode) -> SelectionCounts:
    """The counts of the only operation, by expanding each spread."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    depths, fields, aliases, directives = [0], 0, 0, 0

    def walk(node: SelectionNode, above: int, *, counts_depth: bool) -> None:
        nonlocal fields, aliases, directives
        directives += len(node.directives or ())
        at: Any = node
        if isinstance(node, FragmentSpreadNode):
            at = fragments[node.name.value]
            directives += len(at.directives or ())
        elif isinstance(node, FieldNode):
            fields += above == 0
            aliases += node.alias is not None
            above += 1
            if counts_depth:
                depths.append(above)
            counts_depth &= node.name.value not in {"__schema", "__type"}
        for below in at.selection_set.selections if at.selection_set else ():
            walk(below, above, counts_depth=counts_depth)

    [operation] = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    for node in operation.selection_set.selections:
        walk(node, 0, counts_depth=True)
    return SelectionCounts(max(depths), fields, aliases, directives + 2)


@settings(max_examples=examples(quick=30, thorough=150))
@given(documents())
def test_counts_are_those_of_the_expanded_operation(text: str) -> None:
    document = parse(text)
    assert count_selections(document) == [expanded(document)]


@pytest.mark.parametrize("levels", [1, 18, 21, 40, 100])
def test_each_selection_is_visited_once_whatever_it_expands_to(levels: int) -> None:
    document, selections = watched(f"{{ ...F0 ...F0 }} {doubled(levels, 'x: a @x')}")
    [counted] = count_selections(document)
    assert Visited.seen == selections
    assert counted == SelectionCounts(1, 2 ** (levels + 1), 2 ** (levels + 1), 2 ** (levels + 1))


def test_a_count_beyond_the_numbers_of_json_is_reported_as_a_billion() -> None:
    over = first_exceeded_limit(parse(f"{{ ...F0 }} {doubled(200, 'x: a')}"), Limits())
    assert over is not None
    assert over.extensions == {"code": "ROOT_FIELD_LIMIT_EXCEEDED", "allowed": 10, "measured": MAX_COUNT}


@pytest.mark.parametrize(
    "text",
    [
        "{ ...A } fragment A on Query { a ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { a ...A }",
        "{ a ...Nothing }",
    ],
)
def test_cycles_and_unknown_fragments_are_left_to_validation(text: str) -> None:
    assert count_selections(parse(text)) == [SelectionCounts(depth=1, fields=1)]


@pytest.mark.parametrize(
    ("limits", "text", "code"),
    [
        (Limits(operations=1), "query A { a } query B { a }", "OPERATION_LIMIT_EXCEEDED"),
        (Limits(variables=1), "query A { a } query B($a: Int, $b: Int) { a }", "VARIABLE_LIMIT_EXCEEDED"),
        (Limits(depth=2), "{ a { ...F } } fragment F on T { a { a } }", "DEPTH_LIMIT_EXCEEDED"),
        (Limits(root_fields=2), "{ a ...F ...F } fragment F on T { a }", "ROOT_FIELD_LIMIT_EXCEEDED"),
        (Limits(aliases=1), "{ a { b: a } c: a }", "ALIAS_LIMIT_EXCEEDED"),
        (Limits(directives=1), "query @x { a @x }", "DIRECTIVE_LIMIT_EXCEEDED"),
    ],
)
def test_one_more_than_a_limit_is_an_error_with_its_code_and_numbers(limits: Limits, text: str, code: str) -> None:
    over = first_exceeded_limit(parse(text), limits)
    assert over is not None
    assert over.extensions is not None
    assert over.extensions["code"] == over.code == code
    assert over.extensions["measured"] == over.extensions["allowed"] + 1
    assert first_exceeded_limit(parse(text), Limits()) is None


@pytest.mark.parametrize("code", LIMIT_MESSAGES)
def test_an_error_has_the_measured_and_the_allowed_number(code: str) -> None:
    assert "12 " in OverLimit(code, 7, 12).message
    assert "at most 7 (" in OverLimit(code, 7, 12).message
    assert "more than 7 " in OverLimit(code, 7).message
