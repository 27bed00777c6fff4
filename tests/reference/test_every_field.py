"""The server and the reference agree on selections that a planner could get wrong, each alone.

A quick run tries a sample: a field of each name, a quarter of the pairs, and half of what is selected twice.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from tests.reference.operations import Operation
from tests.reference.pair import Pair
from tests.reference.written import fields_alone, nulls, pairs, same_field_twice, typenames
from tests.support.thoroughness import SHARE, sample

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _differences(pair: Pair, operations: Iterable[tuple[str, dict[str, Any]]]) -> list[str]:
    found = []
    for query, variables in dict.fromkeys((query, tuple(variables.items())) for query, variables in operations):
        if told := await pair.once(replace(Operation(query), variables=dict(variables))):
            found.append(f"{query} {dict(variables) or ''}\n    {told[:300]}")
    return found


def _names(query: str) -> list[str]:
    """The fields of an operation that selects one at each level, from the root on."""
    return re.findall(r"\w+", re.sub(r"\([^)]*\)|\.\.\. on", "", query))


def _now(queries: Iterable[str]) -> list[str]:
    """In a quick run, only those about what is published now; other tests ask about the past."""
    return [query for query in queries if SHARE >= 1 or "asOf" not in query]


async def test_every_field_alone_at_every_parent(pair: Pair) -> None:
    queries = sample(_now(fields_alone(pair.schema)), lambda query: _names(query)[-1])
    differences = await _differences(pair, ((query, {}) for query in queries))
    assert not differences, "\n".join(differences)


async def test_every_pair_of_lists_and_crossings(pair: Pair) -> None:
    queries = list(pairs(pair.schema))
    if SHARE < 1:
        # Of every fourth pair, one of its two forms and the other by turns.
        queries = [forms[turn % 2] for turn, forms in enumerate(zip(queries[::8], queries[1::8], strict=True))]
    differences = await _differences(pair, ((query, {}) for query in _now(queries)))
    assert not differences, "\n".join(differences)


async def test_one_field_at_two_places(pair: Pair) -> None:
    queries = list(same_field_twice(pair.schema))[:: 1 if SHARE >= 1 else 2]
    differences = await _differences(pair, ((query, {}) for query in queries))
    assert not differences, "\n".join(differences)


async def test_typename_alone_everywhere(pair: Pair) -> None:
    queries = sample(
        _now(typenames(pair.schema)), lambda query: str(_names(query)[-2:]), lambda query: str(_names(query)[:-2])
    )
    differences = await _differences(pair, ((query, {}) for query in queries))
    assert not differences, "\n".join(differences)


async def test_explicit_nulls_everywhere(pair: Pair) -> None:
    # Of the ways to give null to an argument, one.
    operations = sample(nulls(pair.schema), lambda one: re.sub(r"^query \(.*?\) |null|\$v", "", one[0]))
    differences = await _differences(pair, operations)
    assert not differences, "\n".join(differences)
