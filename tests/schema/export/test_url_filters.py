"""Filters as URL parameters mean the same as in JSON; an invalid parameter is rejected by name."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.base.errors import BadUserInput
from schema.export.batches import EXPORTS, filter_type, where_of
from schema.export.url_filters import WrongParameter, filter_from_parameters

METRICS = filter_type("metrics")
OWN = ("where", "lang", "columns", "excel")

WRITTEN: list[tuple[str, list[tuple[str, str]], dict[str, Any]]] = [
    ("nothing", [], {}),
    ("a text", [("district.eq", "baiyun")], {"district": {"eq": "baiyun"}}),
    ("a text that looks like a number", [("slug.eq", "12")], {"slug": {"eq": "12"}}),
    ("an empty text", [("slug.gt", "")], {"slug": {"gt": ""}}),
    ("a number", [("quantity.normalized.gt", "-1.5e3")], {"quantity": {"normalized": {"gt": -1500.0}}}),
    ("a whole number", [("rank.position.lte", "3")], {"rank": {"position": {"lte": 3}}}),
    ("yes and no", [("rank.exists", "true"), ("period.exists", "false")],
     {"rank": {"exists": True}, "period": {"exists": False}}),
    ("an enum", [("status.ne", "TARGET")], {"status": {"ne": "TARGET"}}),
    ("a list, repeated", [("district.in", "a"), ("slug.eq", "x"), ("district.in", "c")],
     {"district": {"in": ["a", "c"]}, "slug": {"eq": "x"}}),
    ("a list between commas", [("district.in", "a, b"), ("district.notIn", "c"), ("district.in", "d,e")],
     {"district": {"in": ["a", "b", "d", "e"], "notIn": ["c"]}}),
    ("numbers between commas", [("rank.position.in", "1,3"), ("quantity.normalized.between", "50,90.5")],
     {"rank": {"position": {"in": [1, 3]}}, "quantity": {"normalized": {"between": [50.0, 90.5]}}}),
    ("enums between commas", [("status.notIn", "FORECAST,TARGET")],
     {"status": {"notIn": ["FORECAST", "TARGET"]}}),
    ("days between commas", [("period.end.between", "2025-01-01,2025-12-31")],
     {"period": {"end": {"between": ["2025-01-01", "2025-12-31"]}}}),
    ("commas in values", [("citations.some.locator.in", r"L1\, left,L2\\,a\b")],
     {"citations": {"some": {"locator": {"in": ["L1, left", "L2\\", "a\\b"]}}}}),
    ("a comma in what is no list", [("citations.some.locator.eq", "L1, left")],
     {"citations": {"some": {"locator": {"eq": "L1, left"}}}}),
    ("a list of one", [("rank.position.in", "1")], {"rank": {"position": {"in": [1]}}}),
    ("a pair", [("quantity.normalized.between", "1"), ("quantity.normalized.between", "2.5")],
     {"quantity": {"normalized": {"between": [1.0, 2.5]}}}),
    ("several of one object", [("period.start.gte", "2025-01-01"), ("period.end.lte", "2025-12-31")],
     {"period": {"start": {"gte": "2025-01-01"}, "end": {"lte": "2025-12-31"}}}),
    ("the days of a period, and one in it", [("period.during", "2025"), ("period.covers", "2025-06-30")],
     {"period": {"during": "2025", "covers": "2025-06-30"}}),
    ("a quantifier", [("changes.some.basis.eq", "BASELINE"), ("changes.some.quantity.unit.eq", "cny")],
     {"changes": {"some": {"basis": {"eq": "BASELINE"}, "quantity": {"unit": {"eq": "cny"}}}}}),
    ("a quantifier of anything", [("changes.none", "")], {"changes": {"none": {}}}),
    ("one and then what it asks", [("changes.some", ""), ("changes.some.direction.eq", "UP")],
     {"changes": {"some": {"direction": {"eq": "UP"}}}}),
    ("not", [("not.not.district.eq", "a")], {"not": {"not": {"district": {"eq": "a"}}}}),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "filter_"), [row[1:] for row in WRITTEN], ids=[row[0] for row in WRITTEN])
def test_parameters_are_the_filter_that_json_would_be(
    parameters: list[tuple[str, str]], filter_: dict[str, Any]
) -> None:
    given = filter_from_parameters(METRICS, parameters)
    assert given == filter_
    assert where_of("metrics", given) == where_of("metrics", filter_)


WRONG: list[tuple[str, list[tuple[str, str]], str]] = [
    ("another name", [("distric.eq", "a")], '"distric.eq" is no parameter here'),
    ("another name below", [("quantity.units.eq", "a")], '"quantity.units.eq" is no parameter here'),
    ("another operator", [("district.like", "a")], '"district.like" is no parameter here'),
    ("a name that is none", [("", "a")], '"" is no parameter here'),
    ("no operator", [("district", "baiyun")], '"district" takes no value by itself'),
    ("no quantifier", [("changes", "UP")], '"changes" takes no value by itself'),
    ("something below a value", [("district.eq.x", "a")], '"district.eq.x" goes on after eq, which takes a value'),
    ("a list of filters", [("or.district.eq", "a")],
     '"or.district.eq" needs a list of filters; give the whole filter as JSON in "where"'),
    ("a value twice", [("slug.eq", "a"), ("slug.eq", "a")],
     '"slug.eq" is given twice; only lists, such as in, are parameters that repeat'),
    ("nothing before a comma", [("district.in", ",a")],
     '"district.in" has an empty value; give values between commas, as district.in=a,b'),
    ("nothing behind a comma", [("district.notIn", "a,")],
     '"district.notIn" has an empty value; give values between commas, as district.notIn=a,b'),
    ("nothing in a list", [("district.in", "")],
     '"district.in" has an empty value; give values between commas, as district.in=a,b'),
    ("no end", [(".".join(["not"] * 5_000), "")], "a parameter of 5000 names is nested too deep"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "message"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_an_invalid_parameter_is_refused(parameters: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(WrongParameter) as raised:
        filter_from_parameters(METRICS, parameters, OWN)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("distric", "; there are where, lang, columns, excel, and, or, not, id, slug, name, district, "),
        ("quantity.units.eq", "; there are quantity.exists, quantity.unit, quantity.normalized, quantity.comparator"),
        ("name", "; use name.contains"),
    ],
)
def test_an_error_suggests_valid_parameters(name: str, hint: str) -> None:
    with pytest.raises(WrongParameter) as raised:
        filter_from_parameters(METRICS, [(name, "a")], OWN)
    assert raised.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ([("rank.position.eq", "1st")], '"where.rank.position.eq": Int cannot represent non-integer value: \'1st\''),
        ([("rank.position.eq", "9" * 5_000)], '"where.rank.position.eq": Int cannot represent'),
        ([("rank.position.eq", "99999999999")], '"where.rank.position.eq": Int cannot represent non 32-bit'),
        ([("quantity.normalized.gt", "nan")], '"where.quantity.normalized.gt": Float cannot represent'),
        ([("quantity.normalized.gt", "1e999")], '"where.quantity.normalized.gt": Float cannot represent'),
        ([("rank.exists", "yes")], '"where.rank.exists": Boolean cannot represent a non boolean value: \'yes\''),
        ([("status.in", "NORMAL"), ("status.in", "normal")], '"where.status.in[1]": Value \'normal\' does not exist'),
        ([("period.covers", "2025-06")], '"where.period.covers": \'2025-06\' is no day'),
        ([("period.end.gte", "30.9.2025")], '"where.period.end.gte": \'30.9.2025\' is no day'),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_as_graphql_does(
    parameters: list[tuple[str, str]], message: str
) -> None:
    with pytest.raises(WrongParameter) as raised:
        where_of("metrics", filter_from_parameters(METRICS, parameters))
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(("is_locked", "tells"), [(False, True), (True, False)])
def test_a_locked_server_suggests_no_names(*, is_locked: bool, tells: bool) -> None:
    for filter_ in ({"status": {"eq": "NORMALL"}}, {"distric": {"eq": "a"}}):
        with pytest.raises(WrongParameter) as raised:
            where_of("metrics", filter_, is_locked=is_locked)
        assert ("Did you mean" in str(raised.value)) is tells


def test_a_filter_that_is_nested_without_end_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(20_000):
        deep = {"not": deep}
    with pytest.raises(WrongParameter, match="nested too deep"):
        where_of("metrics", deep)


def test_every_file_has_a_filter() -> None:
    filters = [
        "ObservationFilter",
        "MetricFilter",
        "AwardFilter",
        "InitiativeFilter",
        "DistrictFilter",
        "IndicatorFilter",
        "SourceFilter",
    ]
    assert [filter_type(name).name for name in EXPORTS] == filters


NAMES = ["", "and", "not", "district", "quantity", "normalized", "changes", "some", "eq", "in", "between", "exists"]


@given(
    st.lists(
        st.tuples(
            st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=3)), max_size=6).map(".".join),
            st.one_of(st.sampled_from(["", "1", "true", "UP", "percent", "2025-01-01"]), st.text(max_size=5)),
        ),
        max_size=5,
    )
)
def test_any_parameter_is_a_filter_or_refused(parameters: list[tuple[str, str]]) -> None:
    with suppress(WrongParameter, BadUserInput):
        where_of("metrics", filter_from_parameters(METRICS, parameters, OWN))
