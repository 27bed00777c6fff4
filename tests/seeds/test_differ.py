"""Two forms of a district are compared field by field, in the words of the file."""

from decimal import Decimal
from typing import Any

import pytest

from seeds.differ import differences

OLD: dict[str, Any] = {
    "slug": "a",
    "name": {"zhHans": "区", "en": "District"},
    "pillars": [
        {"slug": "one", "name": {"zhHans": "一", "en": "One"}, "summary": {"zhHans": "说明"}},
        {
            "slug": "two",
            "name": {"zhHans": "二"},
            "initiatives": [{"slug": "12345-hotline", "status": "OPERATING"}],
        },
    ],
    "codes": [{"scheme": "s", "value": "1"}, {"scheme": "t", "value": "2"}],
}


def changed(**fields: Any) -> list[str]:
    return list(differences(OLD, {**OLD, **fields}))


def test_equal_forms_differ_in_nothing() -> None:
    assert list(differences(OLD, {**OLD})) == []


def test_a_changed_text_is_shown_before_and_after() -> None:
    assert changed(name={"zhHans": "区", "en": "Borough"}) == ["~ name.en: District → Borough"]


def test_what_is_added_and_what_is_removed_has_a_sign() -> None:
    assert changed(strategy={"zhHans": "战略", "en": "Strategy"}) == ["+ strategy: Strategy"]
    assert changed(name={"zhHans": "区"}) == ["- name.en: District"]


def test_objects_are_matched_by_slug_not_by_place() -> None:
    one, two = OLD["pillars"]
    three = {"slug": "three", "name": {"zhHans": "三"}}
    assert changed(pillars=[three, one, two]) == ["+ pillars.three: three"]
    assert changed(pillars=[two]) == ["- pillars.one: one"]
    assert changed(pillars=[one, {**two, "name": {"zhHans": "贰"}}]) == ["~ pillars.two.name.zhHans: 二 → 贰"]


def test_another_order_is_told_as_such() -> None:
    assert changed(pillars=OLD["pillars"][::-1]) == ["pillars: reordered"]


def test_a_field_deep_inside_is_named_by_its_whole_path() -> None:
    one, two = OLD["pillars"]
    new = {**two, "initiatives": [{"slug": "12345-hotline", "status": "COMPLETED"}]}
    assert changed(pillars=[one, new]) == ["~ pillars.two.initiatives['12345-hotline'].status: OPERATING → COMPLETED"]


def test_lists_without_slugs_are_compared_by_place() -> None:
    first, second = OLD["codes"]
    assert changed(codes=[first, {**second, "value": "3"}]) == ["~ codes[1].value: 2 → 3"]
    assert changed(codes=[first]) == ["- codes[1]: 2 fields"]
    assert changed(codes=[first, second, {"scheme": "u", "value": "3"}]) == ["+ codes[2]: 2 fields"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("90.95", "90.950", ["~ value: 90.95 → 90.950"]),
        ("0.00000001", "1", ["~ value: 0.00000001 → 1"]),
        ("90.950", "90.950", []),
    ],
)
def test_the_digits_of_a_figure_count(old: str, new: str, line: list[str]) -> None:
    assert list(differences({"value": Decimal(old)}, {"value": Decimal(new)})) == line


def test_nothing_is_not_the_word_none() -> None:
    assert list(differences({}, {"en": "None"})) == ["+ en: None"]


def test_each_difference_is_one_line_of_bounded_length() -> None:
    [line] = differences({"en": "a\nb"}, {"en": "c " * 500})
    assert line == f"~ en: a b → {'c ' * 30}…"


def test_a_first_form_is_one_addition_a_field() -> None:
    assert list(differences({}, OLD)) == ["+ slug: a", "+ name: District", "+ pillars: 2 items", "+ codes: 2 items"]
