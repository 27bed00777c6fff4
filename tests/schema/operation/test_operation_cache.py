"""Operations are parsed, validated and compiled once; the cache is bounded."""

import gc
import weakref
from typing import Any

import pytest
from graphql import GraphQLObjectType

from loaders.model.revisions import Published
from loaders.store.fetch import Fetch, Fetched
from schema.base.context import Context
from schema.base.errors import OverLimit
from schema.base.request import Request
from schema.execution.compiled_operation import CompiledOperation
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.limits import Limits
from schema.operation.operation import MAX_PROGRAMS, Operation
from schema.operation.operation_cache import MAX_REJECTED, Operations
from schema.operation.parsing import Rejected
from schema.operation.runner import run
from tests.support.limits import FREE

NAME: dict[str, Any] = {"master": "zh-Hans", "texts": {"zh-Hans": "云", "en": "cloud"}, "derived": []}
DOCUMENT = {"id": "District:a", "slug": "a", "name": NAME}


class OneDistrict:
    """A store with one small district."""

    async def published(self) -> Published:
        return Published(1, 0)

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        return Fetched([dict(DOCUMENT)])


def context() -> Context:
    return Context(OneDistrict())  # type: ignore[arg-type]  # nothing else of a store is used here


def program(operation: Operation, **given: Any) -> CompiledOperation:
    variables = operation.variables(given)
    assert not isinstance(variables, list)
    return operation.program(variables)


def test_a_text_is_parsed_and_validated_once_for_each_of_its_operations() -> None:
    operations = Operations()
    text = "query A { __typename } query B { __typename }"
    assert operations.get(text, "A") is operations.get(text, "A")
    assert operations.get(text, "B") is not operations.get(text, "A")


def test_the_operations_used_least_recently_go_first() -> None:
    operations = Operations(max_operations=3)
    texts = [f"{{ a{number}: __typename }}" for number in range(4)]
    kept = [operations.get(text, None) for text in texts[:3]]
    assert operations.get(texts[0], None) is kept[0]
    operations.get(texts[3], None)
    assert operations.get(texts[0], None) is kept[0]
    assert operations.get(texts[1], None) is not kept[1]


def test_heavy_operations_take_the_place_of_several_light_ones() -> None:
    light = [f"{{ a{number}: __typename }}" for number in range(10)]
    weight = Operations().get(light[0], None).weight
    operations = Operations(max_bytes=10 * weight)
    kept = [operations.get(text, None) for text in light]
    assert operations.weight == 10 * weight
    operations.get("{ __typename }" + " " * 1_000, None)
    assert operations.get(light[9], None) is kept[9]
    assert operations.get(light[0], None) is not kept[0]


def test_an_operation_that_would_take_most_of_the_room_is_not_kept() -> None:
    operations = Operations(max_bytes=100_000)
    good = operations.get("{ __typename }", None)
    heavy = "{ __typename }" + " " * 14_000
    assert operations.get(heavy, None) is not operations.get(heavy, None)
    assert operations.get("{ __typename }", None) is good


def test_rejected_texts_evict_no_operation_and_have_the_same_error_each_time() -> None:
    operations = Operations(max_operations=2)
    good = operations.get("{ __typename }", None)
    for number in range(3 * MAX_REJECTED):
        for _ in range(2):
            with pytest.raises(Rejected) as rejected:
                operations.get(f"{{ nothing{number} }}", None)
            assert rejected.value.code == "GRAPHQL_VALIDATION_FAILED"
            assert f"nothing{number}" in rejected.value.errors[0].message
    assert operations.get("{ __typename }", None) is good


@pytest.mark.parametrize(
    "text",
    [
        "{ nothing }",
        "{",
        "{ " + "a " * 1_000 + "}",
        "{ dataset { " + "revision " * 300 + "} }",
        "{ districts(first: 100) { nodes { metrics(first: 100) { id } } } }",
    ],
)
def test_a_cached_rejection_holds_no_document(text: str) -> None:
    operations = Operations()
    said = []
    for _ in range(2):
        with pytest.raises(Rejected) as rejected:
            operations.get(text, None)
        said.append((rejected.value.code, [error.formatted for error in rejected.value.errors]))
    assert said[0] == said[1]
    rejection = operations._rejected.get((text, None))
    assert rejection
    _, errors = rejection
    assert [(error.__traceback__, error.__context__) for error in errors] == [(None, None)] * len(errors)


def test_too_deeply_nested_fragments_are_refused() -> None:
    links = " ".join(f"fragment F{number} on Query {{ ...F{number + 1} }}" for number in range(2_000))
    with pytest.raises(Rejected) as rejected:
        Operations(FREE).get(f"{{ ...F0 }} {links} fragment F2000 on Query {{ __typename }}", None)
    assert rejected.value.code == "DEPTH_LIMIT_EXCEEDED"


def test_a_cost_without_variables_is_checked_with_the_operation() -> None:
    operations = Operations(Limits(cost=30))
    with pytest.raises(Rejected) as rejected:
        operations.get("{ districts(first: 31) { totalCount } }", None)
    assert rejected.value.code == "COST_LIMIT_EXCEEDED"
    operation = operations.get("query ($n: Int) { districts(first: $n) { nodes { id } } }", None)
    assert operation.points({"n": 30}) == 30
    with pytest.raises(OverLimit):
        operation.points({"n": 31})


def test_skipping_variables_have_programs_of_their_own_and_others_share_one() -> None:
    operation = Operations().get(
        "query Q($s: String!, $with: Boolean = true) { district(slug: $s) { slug id @include(if: $with) } }", None
    )
    assert program(operation, s="a") is program(operation, s="b", **{"with": True})
    assert program(operation, s="a") is not program(operation, s="a", **{"with": False})


def test_programs_of_one_operation_are_bounded() -> None:
    names = [f"v{number}" for number in range(6)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: __typename @skip(if: ${name})" for name in names)
    text = f"query Q({declared}) {{ {fields} }}"
    operation = Operations().get(text, None)
    programs = {
        id(program(operation, **{name: bool(number >> bit & 1) for bit, name in enumerate(names)}))
        for number in range(64)
    }
    assert len(programs) > MAX_PROGRAMS
    assert len(operation._programs) == MAX_PROGRAMS


async def test_a_dropped_operation_is_freed_without_the_garbage_collector() -> None:
    operations = Operations(max_operations=1)
    text = "query Q($s: String!) { district(slug: $s) { slug name { en text } } }"
    response = await run(operations, Request(text, {"s": "a"}), context())
    assert response.data == {"district": {"slug": "a", "name": {"en": "cloud", "text": "云"}}}
    operation = operations.get(text, None)
    district: Any = GRAPHQL_SCHEMA.type_map["District"]
    assert isinstance(district, GraphQLObjectType)
    [details] = program(operation, s="a").root.values()  # type: ignore[union-attr]  # it can be collected
    function = weakref.ref(program(operation, s="a").compiler.function(district, details))
    assert function() is not None
    del operation, details
    gc.disable()
    try:
        operations.get("{ __typename }", None)
        assert function() is None
    finally:
        gc.enable()


async def test_a_request_keeps_its_operation_when_the_cache_drops_it() -> None:
    operations = Operations(max_operations=1)

    class Slow(OneDistrict):
        async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
            operations.get("{ __typename }", None)
            return await super().fetch(fetch, published)

    text = '{ district(slug: "a") { slug name { en } } }'
    for _ in range(2):
        response = await run(operations, Request(text), Context(Slow()))  # type: ignore[arg-type]  # see above
        assert response.data == {"district": {"slug": "a", "name": {"en": "cloud"}}}
        assert not response.errors
