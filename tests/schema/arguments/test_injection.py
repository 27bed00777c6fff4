"""Nothing that a client sends reaches MongoDB as an operator, a field path, a variable or a pattern.

A quick run tries each kind of place in a filter with one of the words, a thorough one each place with each of them.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLInputObjectType, GraphQLList, GraphQLNonNull, get_named_type

from schema.graph.contract import GRAPHQL_SCHEMA
from tests.support.api import Api, api_of
from tests.support.data.content import contents
from tests.support.thoroughness import IS_THOROUGH, sample

WORDS = ["$where", '{"$gt": ""}', "$slug", "$$ROOT", ".*", "sleep(1000)", "a\u0000b", "__proto__", "${slug}"]
LISTS = {"districts": "District", "initiatives": "Initiative", "metrics": "Metric", "awards": "Award"}


@pytest_asyncio.fixture(scope="module")
async def api(mongodb_uri: str) -> AsyncIterator[Api]:
    async with api_of(mongodb_uri, contents(["a", "b", "district"], "English")) as api:
        yield api


def text_filters(type_: Any, word: str, depth: int = 0) -> Iterator[dict[str, Any]]:
    """A filter for each place of an input type that takes a text, with the word in it."""
    for name, field in type_.fields.items():
        below: Any = get_named_type(field.type)
        listed = isinstance(field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type, GraphQLList)
        if isinstance(below, GraphQLInputObjectType):
            if depth < 3:
                for inner in text_filters(below, word, depth + 1):
                    yield {name: [inner] if listed else inner}
        elif below.name == "String":
            yield {name: [word, word] if listed else word}


def _keys(where: Any) -> list[str]:
    while isinstance(where, list):
        where = where[0]
    return [key for one, below in where.items() for key in (one, *_keys(below))] if isinstance(where, dict) else []


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", LISTS)
async def test_a_text_in_a_filter_is_only_compared(api: Api, name: str, word: str) -> None:
    given = list(text_filters(GRAPHQL_SCHEMA.type_map[f"{LISTS[name]}Filter"], word))
    assert len(given) > 50
    query = f"query ($where: {LISTS[name]}Filter) {{ {name}(where: $where) {{ nodes {{ id }} }} }}"
    # Of a kind are places with the same field and operator, whatever they are below.
    places = sample(given, lambda where: tuple(_keys(where)[-2:]))
    first, step = (0, 1) if IS_THOROUGH else (WORDS.index(word), len(WORDS))
    for where in places[first::step]:
        response = await api.run(query, where=where)
        for error in response.errors:
            assert error["extensions"]["code"] == "BAD_USER_INPUT", (where, error)
        if "'eq'" in str(where) and not {"not", "none", "every", "or"} & set(str(where).split("'")):
            assert response.data == {name: {"nodes": []}}, where


@pytest.mark.parametrize("word", WORDS)
async def test_a_text_in_a_nested_filter_is_only_compared(api: Api, word: str) -> None:
    data = await api.data(
        """query ($word: String!) { district(slug: "a") {
            metrics(where: {slug: {eq: $word}}) { id }
            others: metrics(where: {slug: {ne: $word}, district: {notIn: [$word]}}) { id }
            metricCount(where: {indicator: {in: [$word]}})
            pillars { initiatives(where: {pillar: {gte: $word, lte: $word}}) { id } } } }""",
        word=word,
    )
    assert data["district"] == {
        "metrics": [],
        "others": [{"id": "Metric:a/terminals"}],
        "metricCount": 0,
        "pillars": [{"initiatives": []}],
    }


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    "query",
    [
        "query ($word: String!) { found: district(slug: $word) { id } }",
        "query ($word: String!) { found: indicator(slug: $word) { id } }",
        "query ($word: ID!) { found: node(id: $word) { id } }",
        "query ($word: String!) { found: metrics(after: $word) { nodes { id } } }",
        "query ($word: String!) { found: search(text: $word) { nodes { kind } } }",
        """query ($word: String!) { found: indicator(slug: "terminals") {
            ranking(during: $word) { nodes { position } } } }""",
        """query ($word: String!) { found: indicator(slug: "terminals") {
            ranking(after: $word) { nodes { position } } } }""",
    ],
)  # fmt: skip
async def test_a_text_in_any_other_argument_is_plain(api: Api, query: str, word: str) -> None:
    response = await api.run(query, word=word)
    for error in response.errors:
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
    found = (response.data or {}).get("found")
    assert found in (None, {"nodes": []}, {"ranking": {"nodes": []}})


@pytest.mark.parametrize("operand", [{"$gt": ""}, {"eq": {"$ne": None}}, {"eq": ["a"]}, {"$where": "1"}, 7, True])
async def test_an_object_where_a_text_belongs_is_refused(api: Api, operand: Any) -> None:
    query = "query ($where: DistrictFilter) { districts(where: $where) { nodes { id } } }"
    response = await api.run(query, where={"slug": operand})
    assert response.data is None
    assert {error["extensions"]["code"] for error in response.errors} == {"BAD_USER_INPUT"}
