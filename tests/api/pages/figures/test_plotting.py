"""Data of the API becomes exact values, and series that share an axis."""

from decimal import Decimal
from typing import Any

import pytest

from api.pages.figures.indicators import year_before
from api.pages.figures.plotting import figure_of, series_moments
from api.pages.languages import languages

ENGLISH = languages()["en"]


def quantity(value: str = "1", multiplier: int = 0, unit: str = "cny", **fields: Any) -> dict[str, Any]:
    plain = {"value": value, "multiplier": multiplier, "maxValue": None, "comparator": "EQ", "formatted": "shown"}
    return {**plain, "unit": {"code": unit}, **fields}


def observation(start: str | None, end: str | None, **fields: Any) -> dict[str, Any]:
    period = {"start": start, "end": end, "formatted": f"{start} to {end}"} if end else None
    return {"quantity": quantity(), "period": period, "status": "NORMAL", "breaks": None, **fields}


def metric(*observations: dict[str, Any], period_type: str | None = None) -> dict[str, Any]:
    return {"observations": observations, "indicator": {"periodType": period_type}}


def labels(*observations: dict[str, Any], period_type: str | None = None) -> list[str]:
    return [moment.label for moment in series_moments(metric(*observations, period_type=period_type), ENGLISH)]


@pytest.mark.parametrize(
    ("value", "multiplier", "expected"),
    [
        ("152.58", 8, "15258000000"),
        ("0.1", 0, "0.1"),
        ("9999999999999999999999999999999999", 4, "99999999999999999999999999999999990000"),
        ("1.000000000000000000000000000000001", 0, "1.000000000000000000000000000000001"),
    ],
)
def test_a_value_is_exact_with_its_multiplier(value: str, multiplier: int, expected: str) -> None:
    figure = figure_of(quantity(value, multiplier), "NORMAL", ENGLISH)

    assert figure.value == Decimal(expected)


def test_both_ends_of_a_range_have_the_multiplier() -> None:
    figure = figure_of(quantity("2", 4, comparator="RANGE", maxValue="3"), "NORMAL", ENGLISH)

    assert figure.ends == (Decimal(20000), Decimal(30000))


def test_a_status_is_said_with_the_figure() -> None:
    assert figure_of(quantity(), "NORMAL", ENGLISH).text == "shown"
    assert figure_of(quantity(), "TARGET", ENGLISH).text == "shown (target)"


def test_a_series_is_oldest_first_and_whole_years_are_named_by_their_number() -> None:
    assert labels(observation("2024-01-01", "2024-12-31"), observation("2023-01-01", "2023-12-31")) == [
        "2023",
        "2024",
    ]


def test_periods_of_other_lengths_are_left_out() -> None:
    assert labels(
        observation("2024-01-01", "2024-06-30"),
        observation("2023-01-01", "2023-12-31"),
        observation("2022-01-01", "2022-12-31"),
    ) == ["2022", "2023"]


def test_of_an_indicator_of_moments_all_periods_stand_for_their_last_day() -> None:
    shown = metric(
        observation("2024-06-30", "2024-06-30"), observation("2023-01-01", "2023-12-31"), period_type="INSTANT"
    )

    assert [moment.start for moment in series_moments(shown, ENGLISH)] == [
        moment.end for moment in series_moments(shown, ENGLISH)
    ]
    assert len(series_moments(shown, ENGLISH)) == 2


def test_targets_of_any_length_stay() -> None:
    assert labels(
        observation("2025-01-01", "2025-12-31", status="TARGET"),
        observation("2024-12-31", "2024-12-31"),
        observation("2023-12-31", "2023-12-31"),
    ) == ["2023-12-31 to 2023-12-31", "2024-12-31 to 2024-12-31", "2025"]


def test_other_units_and_figures_without_a_day_or_a_number_are_left_out() -> None:
    assert labels(
        observation("2024-01-01", "2024-12-31"),
        observation("2023-01-01", "2023-12-31", quantity=quantity(unit="usd")),
        observation("2022-01-01", "2022-12-31", quantity=None),
        observation(None, None),
    ) == ["2024"]


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        ("2024", "2023"),
        ("2024-06", "2023-06"),
        ("2024-40", "2023-40"),
        ("2023-11/2024-02", "2022-11/2023-02"),
        ("2000", "1999"),
        ("2024-02-29", None),
        ("2024~", None),
        ("../2024", None),
        ("0000", None),
    ],
)
def test_the_period_a_year_earlier_is_told_where_it_is_as_long(period: str, earlier: str | None) -> None:
    assert year_before(period) == earlier
