"""What people type first, before they know the schema: it answers, or the refusal names the right path."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, parse, validate

from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation import hints
from tests.schema.operation.test_suggestions import errors_in, errors_of
from tests.support.servers import Server

ANSWERS = (
    '{ district(slug: "baiyun") { name { text } awards { name { en } } } }',
    '{ metric(district: "baiyun", slug: "drone-docks") { quantity { formatted } } }',
    '{ metric(slug: "drone-docks") { quantity { value unit { code } } period { label { text } } } }',
    '{ metric(id: "Metric:baiyun/drone-docks") { citations { source { title { text } } } } }',
    '{ initiative(slug: "smart-governance") { metrics { name { text } } } }',
    '{ pillar(district: "baiyun", slug: "governance") { initiatives { name { text } } } }',
    '{ award(slug: "china-leading-smart-district") { name { text } streakYears } }',
    '{ indicator(slug: "drone-docks") { name { text } ranking { nodes { position } } } }',
    "{ metrics(orderBy: { slug: {} }) { nodes { slug } } }",
    "{ metrics(where: { rank: { scope: { eq: CITY } } }) { nodes { slug ranks { position } } } }",
    '{ search(text: "热线") { nodes { node { id } } } }',
    "{ dataset { counts { districts metrics } } }",
)
# By whom a front-end, a table or a text is made: analysts, editors, developers of pages and of tools.
REFUSED = {
    # Selections.
    "{ districts { name } }": "'nodes { name { text } }'",
    "{ districts { items { slug } } }": "'nodes { slug }'",
    "{ districts { results { slug } } }": "'nodes { slug }'",
    "{ metrics { total } }": "'totalCount'",
    "{ metrics { total_count } }": "'totalCount'",
    "{ metrics }": "'metrics { nodes { slug } }'",
    '{ district(slug: "baiyun") { name } }': "'name { text }'",
    '{ district(slug: "baiyun") { title } }': "'name { text }'",
    '{ district(slug: "baiyun") { description } }': "'strategy { text }'",
    '{ district(slug: "baiyun") { name(lang: "en") } }': "'name { text(lang: …) }'",
    '{ district(slug: "baiyun") { awards { nodes { slug } } } }': "such as 'slug'",
    '{ district(slug: "baiyun") { indicators { slug } } }': "'metrics { indicator { slug } }'",
    '{ district(slug: "baiyun") { projects { slug } } }': "'initiatives { slug }'",
    '{ district(slug: "baiyun") { children { slug } } }': "'parts { slug }'",
    '{ district(slug: "baiyun") { sources { url } } }': "'metrics { citations { source { slug } } }'",
    "{ metrics { nodes { value } } }": "'quantity { value }'",
    "{ metrics { nodes { amount } } }": "'quantity { formatted }'",
    "{ metrics { nodes { quantity } } }": "'quantity { formatted }'",
    "{ metrics { nodes { unit } } }": "'quantity { unit { code } }'",
    "{ metrics { nodes { year } } }": "'period { label { text } }'",
    "{ metrics { nodes { rank } } }": "'ranks { kind }'",
    "{ metrics { nodes { sources { url } } } }": "'citations { source { slug } }'",
    "{ metrics { nodes { history { value } } } }": "'observations { quantity { formatted } }'",
    "{ metrics { nodes { growth } } }": "'growth { quantity { formatted } }'",
    "{ observations { nodes { date } } }": "'referenceDate'",
    "{ awards { nodes { title } } }": "'name { text }'",
    "{ awards { nodes { organization } } }": "'issuer { text }'",
    "{ initiatives { nodes { description { text } } } }": "'summary { text }'",
    '{ indicator(slug: "gdp") { metrics { slug } } }': "metrics(where: { indicator: { eq: … } })",
    '{ indicator(slug: "gdp") { growth { value } } }': "'growthRanking(from: …, to: …) { nodes { position } }'",
    '{ indicator(slug: "gdp") { ranking { nodes { rank } } } }': "'position'",
    '{ search(text: "热线") { nodes { title } } }': "node { ... on Metric { name { text } } }",
    "{ dataset { version } }": "'revision'",
    '{ search(text: "热线") { nodes { ... on Metric { name { text } } } } }': "'node { ... on Metric { slug } }'",
    "{ districts { ... on District { slug } } }": "'nodes { ... on District { slug } }'",
    # Root fields.
    '{ ranking(indicator: "gdp") { position } }': "'indicator(slug: …) { ranking { nodes { position } } }'",
    '{ top(indicator: "gdp") { value } }': "'indicator(slug: …) { ranking { nodes { position } } }'",
    "{ growth { value } }": "'indicator(slug: …) { growthRanking(from: …, to: …) { nodes { position } } }'",
    "{ cities { name } }": "'districts(where: { city: { contains: … } }) { nodes { slug } }'",
    '{ place(slug: "seoul") { name } }': "'district(slug: …) { name { text } }'",
    '{ country(code: "CN") { name } }': "'districts(where: { country: { eq: … } }) { nodes { slug } }'",
    "{ pillars { slug } }": "'districts { nodes { pillars { slug } } }'",
    "{ kpis { value } }": "'metrics { nodes { slug } }'",
    "{ allDistricts { slug } }": "'districts'",
    '{ getDistrict(slug: "baiyun") { slug } }': "'district'",
    '{ source(slug: "notice") { url } }': "'node(id: …) { ... on Source { title { text } } }'",
    "{ units { code } }": "'indicators { nodes { units { code } } }'",
    "{ revision }": "'dataset { revision }'",
    "{ stats { metrics } }": "'dataset { counts { metrics } }'",
    # Arguments.
    "{ districts(limit: 5) { totalCount } }": "'first'",
    "{ districts(offset: 20) { totalCount } }": "'after'",
    "{ districts(page: 2) { totalCount } }": "'after'",
    '{ districts(filter: { slug: { eq: "baiyun" } }) { totalCount } }': "'where'",
    '{ districts(city: "Guangzhou") { totalCount } }': "'where.city'",
    '{ metrics(indicator: "gdp") { totalCount } }': "'where.indicator'",
    "{ metrics(sort: { quantity: DESC }) { totalCount } }": "'orderBy'",
    "{ metrics(order_by: { quantity: DESC }) { totalCount } }": "'orderBy'",
    "{ awards(year: 2025) { totalCount } }": "'where.period.during'",
    '{ district(id: "District:baiyun") { slug } }': "'node(id: …) { id }'",
    '{ district(name: "Baiyun") { slug } }': "'districts(where: { name: { contains: … } }) { nodes { slug } }'",
    '{ search(query: "热线") { totalCount } }': "'text'",
    '{ search(q: "热线") { totalCount } }': "'text'",
    '{ search(text: "热线", type: METRIC) { totalCount } }': "'kinds'",
    '{ indicator(slug: "gdp") { ranking(year: 2025) { totalCount } } }': "'during'",
    '{ indicator(slug: "gdp") { ranking(limit: 3) { totalCount } } }': "'first'",
    # Filters and orders.
    '{ districts(where: { slug: "baiyun" }) { totalCount } }': "'{ eq: \"baiyun\" }'",
    '{ districts(where: { name: "Baiyun" }) { totalCount } }': "'{ contains: \"Baiyun\" }'",
    '{ districts(where: { name: { eq: "Baiyun" } }) { totalCount } }': "'contains'",
    '{ districts(where: { slug_eq: "baiyun" }) { totalCount } }': "'slug.eq'",
    '{ districts(where: { slug: { equals: "baiyun" } }) { totalCount } }': "'eq'",
    "{ districts(where: { metricCount: { greaterThan: 5 } }) { totalCount } }": "'gt'",
    "{ metrics(where: { status: NORMAL }) { totalCount } }": "'{ eq: NORMAL }'",
    "{ metrics(where: { rank: { scope: NATION } }) { totalCount } }": "'{ eq: NATION }'",
    '{ metrics(where: { pillar: { slug: { eq: "governance" } } }) { totalCount } }': "'eq'",
    "{ metrics(where: { pillar: { eq: governance } }) { totalCount } }": "'\"governance\"'",
    "{ metrics(where: { changes: { direction: { eq: DOWN } } }) { totalCount } }": "'some.direction'",
    '{ metrics(where: { unit: { eq: "percent" } }) { totalCount } }': "'quantity.unit'",
    "{ metrics(where: { value: { gt: 5 } }) { totalCount } }": "'quantity.normalized'",
    "{ metrics(where: { quantity: { gt: 5 } }) { totalCount } }": "'normalized.gt'",
    '{ metrics(where: { period: "2025" }) { totalCount } }': "'{ during: \"2025\" }'",
    "{ metrics(where: { year: 2025 }) { totalCount } }": "'period.during'",
    '{ observations(where: { date: { gte: "2025-01-01" } }) { totalCount } }': "'referenceDate'",
    '{ metrics(where: { district: { name: { eq: "Baiyun" } } }) { totalCount } }': "'eq'",
    "{ metrics(orderBy: { quantity: { value: DESC } }) { totalCount } }": "'direction'",
    "{ districts(orderBy: { name: { order: ASC } }) { totalCount } }": "'direction'",
    "{ metrics(orderBy: { quantity: DESC }) { totalCount } }": "'{ direction: DESC }'",
    "{ metrics(orderBy: quantity_DESC) { totalCount } }": "'{ quantity: { direction: DESC } }'",
    '{ metrics(orderBy: "slug") { totalCount } }': "'{ slug: { direction: ASC } }'",
    "{ metrics(orderBy: { value: {} }) { totalCount } }": "'quantity'",
    "{ metrics(orderBy: { field: slug }) { totalCount } }": "'{ slug: { direction: DESC } }'",
}
# There is nothing like it, or nothing that would be sure.
NOT_NAMED = (
    '{ district(slug: "baiyun") { population } }',
    '{ district(slug: "baiyun") { pillars(first: 2) { slug } } }',
    "{ weather { today } }",
)


@pytest.mark.parametrize("query", ANSWERS)
def test_what_is_typed_first_answers(server: Server, query: str) -> None:
    answer = server.ask(query)
    assert "errors" not in answer
    assert None not in answer["data"].values()


@pytest.mark.parametrize(("query", "path"), REFUSED.items())
def test_or_its_refusal_names_the_right_path(query: str, path: str) -> None:
    assert path in " ".join(error.partition("Did you mean")[2] or error for error in errors_of(query))


@pytest.mark.parametrize("query", NOT_NAMED)
def test_what_stands_for_nothing_has_no_path(query: str) -> None:
    assert "Did you mean" not in " ".join(errors_of(query))


def test_nine_tenths_of_the_guesses_lead_on() -> None:
    assert len(NOT_NAMED) <= 0.1 * (len(ANSWERS) + len(REFUSED) + len(NOT_NAMED))


@pytest.mark.parametrize(
    ("type_name", "value", "path"),
    [
        ("MetricFilter", {"indicator": "gdp"}, "'{ eq: \"gdp\" }'"),
        ("MetricFilter", {"status": "NORMAL"}, "'{ eq: \"NORMAL\" }'"),
        ("DistrictFilter", {"name": "Baiyun"}, "'{ contains: \"Baiyun\" }'"),
        ("MetricFilter", {"quantity": {"gt": 5}}, "'normalized.gt'"),
        ("MetricFilter", {"period": 2025}, "'{ during: \"2025\" }'"),
    ],
)
def test_a_value_in_a_variable_has_the_same_hint(type_name: str, value: dict[str, Any], path: str) -> None:
    items = f"{type_name.removesuffix('Filter').lower()}s"
    [error] = errors_in(
        f"query ($where: {type_name}) {{ {items}(where: $where) {{ totalCount }} }}", {"where": value}
    )
    assert f"Did you mean {path}?" in error


def test_a_locked_server_gives_no_hint_of_ours() -> None:
    for query in REFUSED:
        for error in errors_of(query, is_locked=True):
            # What graphql-core says of an object without a selection names only what was sent.
            said = re.sub(r"Did you mean '(\w+) { \.\.\. }'\?$", r"\1", error)
            assert "Did you mean" not in said and hints.NO_PAGES not in said


def test_a_long_value_is_not_repeated_in_a_hint() -> None:
    long = "x" * 5_000
    [error] = errors_of(f'{{ metrics(where: {{ slug: "{long}" }}) {{ totalCount }} }}')
    assert "Did you mean" not in error
    [error] = errors_of(f"{{ metrics(where: {{ {long}_eq: 1 }}) {{ totalCount }} }}")
    assert "Did you mean" not in error


def test_every_text_of_the_hints_is_a_valid_operation() -> None:
    for texts in hints.TEXTS.values():
        for text in texts.values():
            operation = parse(f"{{ {text} }}".replace("…", '"x"'))
            assert validate(GRAPHQL_SCHEMA, operation) == [], text


def test_every_path_of_the_hints_leads_somewhere() -> None:
    types = [type_ for type_ in GRAPHQL_SCHEMA.type_map.values() if not type_.name.startswith("__")]
    objects = [type_ for type_ in types if isinstance(type_, GraphQLObjectType)]
    inputs = [type_ for type_ in types if isinstance(type_, GraphQLInputObjectType)]
    arguments = {name for type_ in objects for field in type_.fields.values() for name in field.args}
    assert [path for path in paths(hints.FIELDS) if not any(hints.followed(one, path) for one in objects)] == []
    assert [path for path in paths(hints.INPUTS) if not any(hints.leads_on(one, path) for one in inputs)] == []
    assert [path for path in paths(hints.ARGUMENTS) if path[0] not in arguments] == []
    names = {type_.name for type_ in types}
    assert {*hints.INPUT_TEXTS, *hints.PLAIN_VALUES, *hints.USUAL_SELECTIONS} <= names


def test_what_is_usually_selected_of_a_type_is_valid() -> None:
    for type_ in GRAPHQL_SCHEMA.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__") and "id" in type_.fields:
            text = f'{{ node(id: "x") {{ ... on {type_.name} {{ {hints.usual_selection(type_)} }} }} }}'
            assert validate(GRAPHQL_SCHEMA, parse(text)) == []


def paths(table: Mapping[str, str]) -> Iterator[list[str]]:
    for found in table.values():
        yield from (path.split(".") for path in found.split())
