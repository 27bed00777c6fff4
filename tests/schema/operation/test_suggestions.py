"""A field used at the wrong level gets its path suggested, in filters, orders, selections and arguments."""

from collections.abc import Mapping
from typing import Any

import pytest

from schema.export.batches import filter_type, where_of
from schema.export.url_filters import WrongParameter, filter_from_parameters
from schema.operation.operation_cache import Operations
from schema.operation.parsing import Rejected

FILTERS = {
    "metrics": {
        "unit": "'quantity.unit'",
        "comparator": "'quantity.comparator'",
        "value": "'quantity.normalized'",
        "position": "'rank.position'",
        "rankPosition": "'rank.position'",
        "rank_position": "'rank.position'",
        "start": "'period.start'",
        "end": "'period.end'",
        "source": "'citations.some.source'",
        "sources": "'citations.some.source'",
        "locator": "'citations.some.locator'",
        "basis": "'changes.some.basis'",
        "direction": "'changes.some.direction'",
        "kind": "'period.kind' or 'rank.kind'",
        "year": "'period.kind', 'period.start', 'period.end', 'period.during', or 'period.covers'",
        "month": "'period.kind', 'period.start', 'period.end', 'period.during', or 'period.covers'",
        "forecast": "'status'",
    },
    "awards": {
        "position": "'rank.position'",
        "source": "'citations.some.source'",
        "year": "'period.kind', 'period.start', 'period.end', 'period.during', or 'period.covers'",
        "end": "'period.end'",
    },
    "initiatives": {"unit": "'metrics.some.quantity.unit'", "indicator": "'metrics.some.indicator'"},
    "districts": {
        "unit": "'metrics.some.quantity.unit'",
        "scheme": "'codes.some.scheme'",
        "indicator": "'metrics.some.indicator'",
        "position": "'metrics.some.rank.position' or 'awards.some.rank.position'",
    },
}
ORDERS = {
    "metrics": {
        "position": "'rankPosition'",
        "rank": "'rankPosition'",
        "start": "'periodStart'",
        "period": "'periodStart' or 'periodEnd'",
        "year": "'periodStart' or 'periodEnd'",
        "value": "'quantity'",
        "normalized": "'quantity'",
    },
    "awards": {"streak": "'streakYears'", "end": "'periodEnd'"},
    "districts": {"metrics": "'metricCount'", "awards": "'awardCount' or 'totalAwardCount'"},
}
INPUTS = {"metrics": "Metric", "awards": "Award", "initiatives": "Initiative", "districts": "District"}
SELECTIONS = {
    "metrics { slug }": "'nodes { slug }'",
    "metrics { value }": "'nodes { quantity { value } }'",
    "metrics { hasNextPage }": "'pageInfo { hasNextPage }'",
    "metrics { edges { slug } }": "'node { slug }'",
    "metrics { nodes { value } }": "'quantity { value }'",
    "metrics { nodes { unit { code } } }": "'quantity { unit { code } }'",
    "metrics { nodes { code } }": "'quantity { unit { code } }'",
    "metrics { nodes { start } }": "'period { start }'",
    "metrics { nodes { source { slug } } }": "'citations { source { slug } }'",
    "metrics { nodes { en } }": "'name { en }' or 'note { en }'",
    "metrics { nodes { citations { url } } }": "'source { url }'",
    "awards { nodes { position } }": "'ranks { position }'",
    "districts { nodes { quantity { value } } }": "'metrics { quantity { formatted } }'",
}


def errors_of(query: str, *, is_locked: bool = False) -> list[str]:
    with pytest.raises(Rejected) as rejected:
        Operations(is_locked=is_locked).get(query, None)
    return [error.message for error in rejected.value.errors]


def errors_in(query: str, variables: Mapping[str, Any], *, is_locked: bool = False) -> list[str]:
    errors = Operations(is_locked=is_locked).get(query, None).variables(variables)
    assert isinstance(errors, list)
    return [error.message for error in errors]


@pytest.mark.parametrize(
    ("items", "name", "paths"), [(items, *case) for items, cases in FILTERS.items() for case in cases.items()]
)
def test_a_deeper_field_of_a_filter_is_suggested_by_its_path(items: str, name: str, paths: str) -> None:
    type_ = f"{INPUTS[items]}Filter"
    begins = (
        f"Expected value of type '{type_}' not to include unknown field '{name}'. Did you mean {paths}? Found: {{"
    )
    [literal] = errors_of(f"{{ {items}(where: {{ {name}: {{}} }}) {{ totalCount }} }}")
    assert literal.startswith(begins)
    query = f"query ($where: {type_}) {{ {items}(where: $where) {{ totalCount }} }}"
    [variable] = errors_in(query, {"where": {name: {"eq": 1}}})
    assert variable.startswith(f"Variable '$where' has invalid value: {begins}")
    [nested] = errors_in(query, {"where": {"and": [{"not": {name: {}}}]}})
    assert f"Did you mean {paths}? Found" in nested


@pytest.mark.parametrize(
    ("items", "name", "keys"), [(items, *case) for items, cases in ORDERS.items() for case in cases.items()]
)
def test_a_sort_key_of_another_name_is_suggested(items: str, name: str, keys: str) -> None:
    told = f"not to include unknown field '{name}'. Did you mean {keys}? Found"
    assert told in errors_of(f"{{ {items}(orderBy: [{{ {name}: {{}} }}]) {{ totalCount }} }}")[0]
    query = f"query ($by: [{INPUTS[items]}Order!]) {{ {items}(orderBy: $by) {{ totalCount }} }}"
    assert told in errors_in(query, {"by": [{name: {}}]})[0]


@pytest.mark.parametrize(("selection", "paths"), SELECTIONS.items())
def test_a_deeper_field_is_suggested_as_a_selection(selection: str, paths: str) -> None:
    [error] = errors_of(f"{{ {selection} }}")
    assert error.startswith("Cannot query field '")
    assert error.endswith(f" Did you mean {paths}?")


def test_an_argument_that_belongs_into_the_filter_is_suggested_there() -> None:
    told = {
        'metrics(unit: "percent") { totalCount }': "'where.quantity.unit'",
        'metrics(indicator: "gdp") { totalCount }': "'where.indicator'",
        'district(slug: "a") { metrics(status: NORMAL) { slug } }': "'where.status'",
    }
    for query, paths in told.items():
        [error] = errors_of(f"{{ {query} }}")
        assert error.endswith(f" Did you mean {paths}?")


@pytest.mark.parametrize(
    ("query", "end"),
    [
        ("{ metrics(where: { slgu: {} }) { totalCount } }", "field 'slgu'. Did you mean 'slug'? Found"),
        ("{ metrics(where: { names: {} }) { totalCount } }", "field 'names'. Did you mean 'name' or 'ranks'? Found"),
        ("{ metrics(where: { qwertyuiop: {} }) { totalCount } }", "field 'qwertyuiop', found: {"),
        ("{ metrics { nodes { sluug } } }", "Did you mean 'slug'?"),
        ("{ metrics { nodes { qwertyuiop } } }", "Cannot query field 'qwertyuiop' on type 'Metric'."),
        ("{ slug }", "Cannot query field 'slug' on type 'Query'."),
        ("{ metrics(qwertyuiop: 1) { totalCount } }", "Unknown argument 'qwertyuiop' on field 'Query.metrics'."),
        ('{ node(id: "Metric:a/b") { slug } }', "Did you mean to use an inline fragment on"),
    ],
)  # fmt: skip
def test_an_unknown_name_has_the_error_of_graphql_core(query: str, end: str) -> None:
    [error] = errors_of(query)
    assert end in error
    assert "Did you mean" in end or "Did you mean" not in error


def test_a_locked_server_suggests_no_paths() -> None:
    wrong = (
        "{ metrics(where: { unit: {} }) { totalCount } }",
        "{ metrics { nodes { value } } }",
        "{ metrics(orderBy: [{ position: {} }]) { totalCount } }",
        '{ metrics(unit: "percent") { totalCount } }',
    )
    for query in wrong:
        assert not any("Did you mean" in error for error in errors_of(query, is_locked=True))
    query = "query ($where: MetricFilter) { metrics(where: $where) { totalCount } }"
    assert not any("Did you mean" in error for error in errors_in(query, {"where": {"unit": {}}}, is_locked=True))


def test_a_deeper_parameter_of_a_file_is_suggested_by_its_path() -> None:
    with pytest.raises(WrongParameter) as raised:
        filter_from_parameters(filter_type("metrics"), [("unit.eq", "percent")], ["where"])
    assert raised.value.hint.startswith("; did you mean 'quantity.unit.eq'? There are where, and, ")
    with pytest.raises(WrongParameter) as raised:
        where_of("metrics", {"source": {"eq": "a"}}, is_locked=False)
    assert "Did you mean 'citations.some.source'?" in str(raised.value)
