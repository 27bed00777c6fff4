"""Every filter and order is served by an index, and no more than a page is sorted in memory.

YUNSHAN_DISTRICTS sets among how many generated districts; five thousand take nine minutes on two cores.
"""

import os
from collections.abc import AsyncIterator, Iterator
from itertools import product
from json import dumps
from math import ceil
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLInputObjectType, get_named_type

from loaders.documents import DistrictContent
from loaders.model.tallies import COUNTED_BY, RANKED
from loaders.mongo.explain import ExplainSummary
from loaders.publishing.publish import publish
from loaders.store.store import Store
from schema.base.context import Context
from schema.base.request import Request
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.operation_cache import Operations
from schema.operation.runner import run
from seeds.building.district import build
from seeds.format.model import District
from tests.support.data.content import district, load_of, text
from tests.support.data.generated import generated_database
from tests.support.limits import FREE
from tests.support.thoroughness import IS_THOROUGH

DISTRICTS = int(os.environ.get("YUNSHAN_DISTRICTS", "50"))
# In a quick run every third filter is tried.
IS_COMPLETE = IS_THOROUGH or "YUNSHAN_DISTRICTS" in os.environ
# Of one district.
MOST_SOURCES = 1_000
PAGE = 100
# How many the generated districts measure.
INDICATORS = 33
assert GRAPHQL_SCHEMA.query_type is not None
# The root fields with filters, with the types of their items; and those of them that count by a field.
FILTERED = {
    name: get_named_type(field.args["where"].type).name.removesuffix("Filter")
    for name, field in GRAPHQL_SCHEMA.query_type.fields.items()
    if "where" in field.args
}
# Those of things that districts share.
SHARED = ("indicators", "sources")
LISTS = [name for name in FILTERED if name in COUNTED_BY]
LANGS = {"name": ({"lang": "zh"}, {"lang": "en"})}
SAMPLES: dict[str, Any] = {
    "StringFilter": {"eq": "governance"},
    "IntFilter": {"gte": 5},
    "FloatFilter": {"gt": 80},
    "DateFilter": {"gte": "2025-01-01"},
    "NameFilter": {"contains": "热线"},
    "ListedByFilter": {"in": ["synthetic-00007", "synthetic-00011"]},
}
# Fields of a filter that take a value themselves.
VALUES: dict[str, Any] = {
    "exists": True,
    "during": "2025",
    "covers": "2025-06-30",
    "approximate": True,
    "uncertain": False,
}
pytestmark = [
    pytest.mark.timeout(300 + DISTRICTS // 4),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(mongodb_uri: str) -> AsyncIterator[Store]:
    async with generated_database(mongodb_uri, DISTRICTS) as database:
        await publish(database, load_of(map(library, range(ceil(10 * DISTRICTS / MOST_SOURCES)))))
        yield Store(database)


def library(turn: int) -> DistrictContent:
    """A district that lists many sources, as the generated ones have one in common."""
    first = turn * MOST_SOURCES
    sources: list[dict[str, Any]] = [
        {
            "slug": f"report-{number:05d}",
            "title": text(f"第{number}号公报", f"Report {number}"),
            "kind": ("NEWS", "REPORT", "LAW")[number % 3],
            "publisher": text(f"统计局{number % 7}"),
            **({"url": f"https://example.org/{number}", "accessedOn": "2025-11-22"} if number % 2 else {}),
            **({"published": ("2025", "2024-06", "2025-02-28")[number % 3]} if number % 4 else {}),
            **({"language": "en"} if number % 5 else {}),
        }
        for number in range(first, min(first + MOST_SOURCES, 10 * DISTRICTS))
    ]
    return build(District.model_validate(district(f"library-{turn}", sources=sources, pillars=[])))


async def explain(store: Store, query: str, **variables: Any) -> list[ExplainSummary]:
    """Run an operation; returns how each of its commands was answered."""
    context = Context(store, explanations={})
    response = await run(Operations(FREE), Request(query, variables), context)
    assert not response.errors, response.errors
    assert None not in (response.data or {}).values(), query
    assert context.explanations
    return [one for found in context.explanations.values() for one in found]


async def assert_served(store: Store, query: str, **variables: Any) -> None:
    for explained in await explain(store, query, **variables):
        told = f"{explained}\n{query}\n{variables}"
        assert not explained.scans, told
        assert explained.indexes, told
        assert explained.sorted is not None, told
        assert explained.sorted <= PAGE + 1, told


def filters(type_: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """A filter for each field of an input type, quantifiers and what is below them included."""
    for name, field in type_.fields.items():
        below: Any = get_named_type(field.type)
        if name in {"and", "or", "not"} or depth > 3:
            continue
        if not isinstance(below, GraphQLInputObjectType):
            if name in VALUES:
                yield {name: VALUES[name]}
        elif "eq" in below.fields or "contains" in below.fields:
            sample = SAMPLES.get(below.name) or {"eq": next(iter(get_enum(below)))}
            yield {name: sample, **({"unit": {"eq": "percent"}} if name == "normalized" else {})}
        elif "some" in below.fields:
            # Below a quantifier, one plan stands for all: the key of the list, and a look at each item.
            for inner in filters(get_named_type(below.fields["some"].type), depth + 2):
                yield {name: {"some": inner}}
            yield {name: {"none": {}}}
        else:
            yield from ({name: inner} for inner in filters(below, depth + 1))


def get_enum(operators: GraphQLInputObjectType) -> Any:
    enum: Any = get_named_type(operators.fields["eq"].type)
    return enum.values


async def test_every_list_is_asked() -> None:
    assert FILTERED.keys() == {"districts", "initiatives", "metrics", "observations", "awards", *SHARED}
    assert [name for name in FILTERED if name not in SHARED] == LISTS


@pytest.mark.parametrize("name", FILTERED)
async def test_every_filter_is_served_by_an_index(store: Store, name: str) -> None:
    type_ = GRAPHQL_SCHEMA.type_map[f"{FILTERED[name]}Filter"]
    given = list(filters(type_))
    assert len(given) > 5
    if not IS_COMPLETE:
        given = given[::3]
    for where in given:
        # A count reads all of many districts, and is of the same plan.
        count = "" if "some" in str(where) else "totalCount"
        query = f"""query ($where: {FILTERED[name]}Filter) {{
            {name}(where: $where, first: {PAGE}) {{ {count} nodes {{ id }} }}
        }}"""
        await assert_served(store, query, where=where)


@pytest.mark.parametrize("name", FILTERED)
async def test_every_order_is_served_by_an_index_in_both_directions(store: Store, name: str) -> None:
    order_type: Any = GRAPHQL_SCHEMA.type_map[f"{FILTERED[name]}Order"]
    query = f"""query ($where: {FILTERED[name]}Filter, $orderBy: [{FILTERED[name]}Order!], $after: String) {{
        {name}(where: $where, orderBy: $orderBy, first: {PAGE}, after: $after) {{
            nodes {{ id }} pageInfo {{ endCursor }}
        }}
    }}"""
    for turn, key in enumerate(order_type.fields):
        where = {"quantity": {"unit": {"eq": "percent"}}} if key == "quantity" else {}
        # In a quick run a key has its nulls first, and the next one last: where they are doesn't change the index.
        places = ("FIRST", "LAST") if IS_COMPLETE else (("FIRST", "LAST")[turn % 2],)
        for direction, nulls, lang in product(("ASC", "DESC"), places, LANGS.get(key, ({},))):
            order = [{key: {"direction": direction, "nulls": nulls, **lang}}]
            await assert_served(store, query, where=where, orderBy=order)
            context = Context(store)
            page = await run(Operations(FREE), Request(query, {"where": where, "orderBy": order}), context)
            assert page.data is not None
            after = page.data[name]["pageInfo"]["endCursor"]
            await assert_served(store, query, where=where, orderBy=order, after=after)


@pytest.mark.parametrize("name", FILTERED)
async def test_an_order_by_one_key_is_read_from_its_index_and_not_sorted(store: Store, name: str) -> None:
    order_type: Any = GRAPHQL_SCHEMA.type_map[f"{FILTERED[name]}Order"]
    keys = [*(set(order_type.fields) - {"quantity", "name"})]
    keys += [f"name {lang['lang']}" for lang in LANGS["name"] if "name" in order_type.fields]
    for key, _, lang in (one.partition(" ") for one in keys):
        given = f"direction: DESC, nulls: FIRST{', lang: ' if lang else ''}{dumps(lang) if lang else ''}"
        order = f"[{{{key}: {{{given}}}}}]"
        query = f"{{ {name}(orderBy: {order}, first: {PAGE}) {{ nodes {{ id }} }} }}"
        [explained] = await explain(store, query)
        assert explained.sorted == 0, f"{query}: {explained}"
        assert explained.documents_examined <= 2 * (PAGE + 1), f"{query}: {explained}"


@pytest.mark.parametrize(
    "query",
    [
        """{ district(slug: "synthetic-00007") {
            pillars { initiatives { metrics(where: {rank: {exists: true}}) { id } } } } }""",
        "{ districts(first: 5, orderBy: [{metricCount: {direction: DESC}}, {slug: {}}]) { nodes { id } } }",
        "{ metrics(first: 100) { nodes { district { slug } pillar { slug } initiative { slug } } } }",
        "{ districts(first: 100) { nodes { parent { slug } parts(first: 2) { slug parent { slug } } } } }",
        """{ metrics(where: {indicator: {eq: "dispatch-accuracy"}}, orderBy: [{quantity: {nulls: FIRST}}], first: 9) {
            nodes { standing { position } } aggregate { figures { median } counts(by: DISTRICT) { count } } } }""",
        """{ indicators(first: 20) { totalCount
            nodes { districtCount ranking(first: 5) { totalCount nodes { position } } } } }""",
        """{ indicator(slug: "work-orders-handled") { metricCount
            ranking(first: 100, during: "2025") { nodes { position } } } }""",
        """{ nodes(ids: ["District:synthetic-00001", "Pillar:synthetic-00002/governance",
            "Indicator:work-orders-handled", "Initiative:synthetic-00003/hotline-12345",
            "Metric:synthetic-00004/work-orders-handled"]) { id } }""",
    ],
)  # fmt: skip
async def test_questions_across_districts_are_served_by_indexes(store: Store, query: str) -> None:
    await assert_served(store, query)


@pytest.mark.parametrize("name", LISTS)
async def test_what_nobody_filtered_is_read_and_not_counted(store: Store, name: str) -> None:
    groups = [by for by in COUNTED_BY[name] if by != RANKED]
    counts = " ".join(f"{by}: counts(by: {by}, first: 1) {{ key count }}" for by in groups)
    figures = "figures { count }" if name in {"metrics", "observations"} else ""
    query = f"{{ {name}(first: 1) {{ totalCount nodes {{ id }} aggregate {{ {figures} {counts} }} }} }}"
    context = Context(store, explanations={})
    response = await run(Operations(FREE), Request(query), context)
    found = [one for told in context.explanations.values() for one in told] if context.explanations else []
    assert found
    # Figures of several units have no spread, and no other field is lost by that.
    assert [error["path"][-1] for error in response.errors] == ["figures"] * bool(figures)
    assert not any(one.scans for one in found)
    # Of each a document; of the page, which looks for a next one, two; and the indicators, by whose units figures go.
    assert sum(one.documents_examined for one in found) <= len(groups) + 2 + bool(figures) * INDICATORS


@pytest.mark.parametrize(
    "text", ["热", "热线", "熱線", "智慧 hotline", "Synthetic District 00042", "12345热线", "智慧城市大脑数据平台"]
)
async def test_a_search_reads_its_tokens_in_order_and_sorts_nothing(store: Store, text: str) -> None:
    query = """query ($text: String!, $kinds: [SearchKind!], $after: String) {
        search(text: $text, first: 15, kinds: $kinds, after: $after) {
            totalCount nodes { node { id } } pageInfo { endCursor }
        }
    }"""
    asked: list[dict[str, Any]] = [{}, {"kinds": ["METRIC", "DISTRICT", "SOURCE"]}]
    page = await run(Operations(FREE), Request(query, {"text": text}), Context(store))
    assert page.data is not None
    asked.append({"after": page.data["search"]["pageInfo"]["endCursor"]})
    for explained in [one for variables in asked for one in await explain(store, query, text=text, **variables)]:
        assert not explained.scans
        if explained.collection == "search":
            assert explained.sorted == 0
            assert set(explained.indexes) <= {"by_name_tokens", "by_tokens"}
        else:
            assert explained.sorted is not None
            assert explained.sorted <= PAGE + 1
