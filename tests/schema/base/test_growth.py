"""Growth by hand: what follows from two figures and their comparators, and which periods compare."""

from decimal import Decimal
from typing import Any

import pytest

from loaders.values.edtf import parse_edtf
from schema.base.formatting import format_quantity
from schema.base.growth import a_year_before, equally_long, growth_between


def observed(edtf: str, value: str, comparator: str = "EQ", unit: str = "cny", **more: Any) -> dict[str, Any]:
    span = parse_edtf(edtf)
    period = {
        "start": span.start,
        "end": span.end,
        "start_is_open": span.start_is_open,
        "end_is_open": span.end_is_open,
    }
    quantity = {
        "value": Decimal(value),
        "multiplier": 8,
        "comparator": comparator,
        "max_value": Decimal(99) if comparator == "RANGE" else None,
        "unit": unit,
    }
    if unit == "percent":
        quantity["multiplier"] = 0
    return {"quantity": quantity, "period": period, "reference_date": span.end, "breaks": None, **more}


def told(old: dict[str, Any], new: dict[str, Any], *between: dict[str, Any]) -> str:
    quantity, reason = growth_between(old, new, between)
    return reason or format_quantity(quantity, "en", "PLAIN")  # type: ignore[arg-type]  # one of the two is given


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # 119.1 of 100 is a growth of 19.1 %.
        ("100", "119.1", "19.1%"),
        ("80", "60", "-25%"),
        ("3", "4", "33.33%"),
        ("5", "5", "0%"),
        ("0", "5", "FROM_ZERO"),
        ("-2", "5", "FROM_ZERO"),
    ],
)
def test_figures_grow_in_percent_of_the_earlier_one(old: str, new: str, expected: str) -> None:
    assert told(observed("2023", old), observed("2024", new)) == expected


def test_percentages_differ_in_points_exactly() -> None:
    old, new = observed("2023", "98.70", unit="percent"), observed("2024", "99.125", unit="percent")
    assert told(old, new) == "0.425 percentage points"
    assert told(observed("2023", "0", unit="percent"), new) == "99.125 percentage points"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("EQ", "GT", "over 50%"),
        ("EQ", "GTE", "at least 50%"),
        ("EQ", "UP_TO", "at most 50%"),
        ("GT", "EQ", "under 50%"),
        ("LTE", "EQ", "at least 50%"),
        ("LT", "GTE", "over 50%"),
        ("APPROX", "EQ", "about 50%"),
        ("NEAR", "NEAR", "about 50%"),
        ("GT", "GT", "BOUNDS"),
        ("APPROX", "GT", "BOUNDS"),
        ("EQ", "RANGE", "BOUNDS"),
    ],
)
def test_growth_carries_the_comparator_that_follows(old: str, new: str, expected: str) -> None:
    assert told(observed("2023", "10", old), observed("2024", "15", new)) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2023", "2024", True),
        ("2023", "2024-01/2024-12", True),
        ("2024-02", "2024-03", True),
        ("2023-01/2023-09", "2024-01/2024-09", True),
        ("2023-12-31", "2024-12-31", True),
        ("2023-05-02/2023-05-08", "2024-05-03/2024-05-09", True),
        ("2023", "2024-01/2024-09", False),
        ("2024-02", "2024-03-01/2024-03-29", False),
        ("2023/..", "2024/..", False),
    ],
)
def test_periods_compare_that_have_as_many_months_or_days(one: str, other: str, expected: bool) -> None:
    assert equally_long(parse_edtf(one), parse_edtf(other)) is expected


@pytest.mark.parametrize(
    ("edtf", "before"),
    [
        ("2024", "2023"),
        ("2024-02", "2023-02"),
        ("2023-02", "2022-02"),
        ("2025-02", "2024-02"),
        ("2024-02-29", "2023-02-28"),
        ("2024-01/2024-09", "2023-01/2023-09"),
        ("2025-02-28", "2024-02-28"),
    ],
)
def test_the_year_before_has_the_same_days(edtf: str, before: str) -> None:
    assert a_year_before(parse_edtf(edtf)) == parse_edtf(before)


def test_nothing_is_computed_across_a_break_or_of_other_lengths_or_units() -> None:
    old, new = observed("2022", "1"), observed("2024", "2")
    joint = {"master": "zh-Hans", "texts": {"zh-Hans": "口径调整"}, "derived": []}
    assert told(old, new, observed("2023", "9", breaks=joint)) == "BREAK"
    assert told(old, {**new, "breaks": joint}) == "BREAK"
    # One at the earlier figure, or after the later one, parts neither from the other.
    assert told({**old, "breaks": joint}, new, observed("2025", "9", breaks=joint)) == "100%"
    assert told(old, observed("2024-01/2024-09", "2")) == "OTHER_LENGTH"
    assert told(old, observed("2024", "2", unit="usd")) == "OTHER_UNIT"
    assert told({**old, "quantity": None}, new) == "NO_FIGURE"
