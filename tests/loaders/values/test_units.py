"""Units are plain, or rates of two; the code of a rate names both."""

import pytest

from loaders.values.unit_names import unit_names
from loaders.values.units import are_of_one_kind, fault_of_unit, find_unit, unit_of


def test_a_rate_has_the_units_that_its_code_names() -> None:
    rate = unit_of("person-per-square-kilometre")
    assert rate.numerator is unit_of("person")
    assert rate.per is unit_of("square-kilometre")
    assert (rate.dimension, rate.ucum, rate.currency, rate.adds_up) == ("rate", "{person}/km2", None, False)


def test_a_rate_of_money_has_no_code_of_ucum() -> None:
    assert unit_of("cny-per-person").ucum is None


def test_a_rate_with_a_unit_of_its_own_is_that_unit() -> None:
    assert unit_of("kilometre-per-hour").dimension == "speed"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("cny-per-person", ("Chinese yuan per person", "人民币/人")),
        ("trip-per-person", ("trips per person", "次出行/人")),
        ("cny-per-mu", ("Chinese yuan per mu", "人民币/亩")),
        ("kilowatt-hour-per-day", ("kilowatt-hours per day", "千瓦时/天")),
    ],
)
def test_a_rate_is_named_after_both_units(code: str, names: tuple[str, str]) -> None:
    found = unit_names(unit_of(code))
    assert (found["en"], found["zh-Hans"]) == names


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("cny-per-cny", "'cny' per itself is a share; use percent, permille or times"),
        ("cnyy-per-day", "'cnyy' is not a unit of the registry; did you mean cny?"),
        ("cny-per-percent", "'percent' is no amount and can't be divided by; a rate is of two amounts, such as "),
        (
            "tier-per-day",
            "'tier' is no amount and can't be divided; a rate is of two amounts, such as cny-per-person",
        ),
        ("cny-per-person-per-day", "'person-per-day' is not a unit of the registry; see docs/reference/units.md"),
    ],
)
def test_what_is_no_rate_is_refused_with_a_reason(code: str, fault: str) -> None:
    assert find_unit(code) is None
    assert (fault_of_unit(code) or "").startswith(fault)


def test_rates_of_money_stand_side_by_side_if_they_are_per_the_same() -> None:
    assert are_of_one_kind(["cny-per-person", "usd-per-person"])
    assert not are_of_one_kind(["cny-per-person", "cny-per-day"])
    assert not are_of_one_kind(["cny", "cny-per-person"])
