"""A line joins what can be joined, and nothing else."""

from datetime import date
from decimal import Decimal

import pytest

from api.pages.charts.figures import Moment, SeveralUnits
from api.pages.charts.lines import joint, line, sparkline
from tests.api.pages.charts.drawn import Drawn, drawn, figure, number, year


def joined(chart: Drawn) -> list[tuple[str, str, str]]:
    return [
        (part.attrib["class"].split()[1].removeprefix("chart-line-"), part.attrib["x1"], part.attrib["x2"])
        for part in chart.all("chart-line")
    ]


def test_heights_are_proportional_to_the_values() -> None:
    chart = drawn(line, [year(2021, "0"), year(2022, "50"), year(2023, "100")])

    assert chart.places(name="y") == [196, 111, 26]


def test_times_are_proportional_to_the_days() -> None:
    chart = drawn(line, [year(2020, "1"), year(2021, "1"), year(2022, "1"), year(2023, "1"), year(2024, "1")])

    # 2024 has a day more.
    assert chart.places() == [Decimal(14), Decimal("33.74"), Decimal("53.47"), Decimal("73.21"), Decimal(93)]


def test_an_axis_of_close_values_need_not_begin_at_zero_and_says_its_values() -> None:
    chart = drawn(line, [year(2022, "9010"), year(2023, "9040")])

    assert chart.texts("chart-tick")[:4] == ["9,010", "9,020", "9,030", "9,040"]
    assert chart.places(name="y") == [196, 26]


def test_an_axis_of_values_far_apart_begins_at_zero() -> None:
    chart = drawn(line, [year(2022, "40"), year(2023, "100")])

    assert chart.texts("chart-tick")[:3] == ["0", "50", "100"]


def test_neighbouring_years_are_joined() -> None:
    assert joined(drawn(line, [year(2022, "1"), year(2023, "2"), year(2024, "3")])) == [
        ("actual", "14%", "53.45%"),
        ("actual", "53.45%", "93%"),
    ]


@pytest.mark.parametrize("missing", [[], [year(2022, None)]])
def test_a_missing_year_breaks_the_line_and_is_not_drawn(missing: list[Moment]) -> None:
    chart = drawn(line, [year(2020, "1"), year(2021, "2"), *missing, year(2023, "3")])

    assert len(joined(chart)) == 1
    assert len(chart.all("chart-mark")) == 3
    assert chart.texts("chart-note") == ["what gap means"]


def test_a_lone_figure_is_a_dot() -> None:
    chart = drawn(line, [year(2020, "5")])

    assert (chart.places(), joined(chart)) == ([Decimal("53.5")], [])


def test_no_figures_are_no_marks() -> None:
    assert drawn(line, []).all("chart-mark") == []
    assert drawn(sparkline, []).all("chart-mark") == []


def test_a_break_in_the_series_breaks_the_line_and_is_marked() -> None:
    moved = Moment(label="2022", start=date(2022, 1, 1), end=date(2022, 12, 31), figure=figure("5"), breaks=True)
    chart = drawn(line, [year(2021, "3"), moved, year(2023, "6")])

    assert joined(chart) == [("actual", "53.5%", "93%")]
    assert [number(part, "x1") for part in chart.all("chart-break")] == [Decimal("33.75")]
    assert chart.texts("chart-note") == ["what break means"]


def test_forecasts_are_joined_by_another_line_and_targets_by_none() -> None:
    chart = drawn(
        line,
        [
            year(2021, "1"),
            year(2022, "2"),
            year(2023, "3", status="FORECAST"),
            year(2024, "4", status="FORECAST"),
            year(2025, "9", status="TARGET"),
        ],
    )

    assert [kind for kind, _, _ in joined(chart)] == ["actual", "forecast", "forecast"]
    assert chart.texts("chart-note") == ["what forecast means", "what target means"]


def test_a_target_between_two_results_parts_nothing() -> None:
    chart = drawn(line, [year(2021, "1"), year(2021, "3", status="TARGET"), year(2022, "2")])

    assert [kind for kind, _, _ in joined(chart)] == ["actual"]


def test_a_line_to_a_bound_is_no_solid_one() -> None:
    chart = drawn(line, [year(2021, "1"), year(2022, "2", "GT"), year(2023, "3"), year(2024, "4", "APPROX")])

    assert [kind for kind, _, _ in joined(chart)] == ["loose", "loose", "actual"]


def test_a_bound_on_a_line_points_up_or_down() -> None:
    over, under = drawn(line, [year(2021, "1", "GT"), year(2022, "2", "NEAR")]).all("chart-mark")

    assert [part.attrib["d"] for part in over] == ["M0 0V-20", "M-4 -15L0 -20L4 -15", "M-6 0H6"]
    assert [part.attrib["d"] for part in under] == ["M0 0V20", "M-4 15L0 20L4 15", "M-6 0H6"]


def test_a_range_stands_upright() -> None:
    wide = Moment(
        label="2021", start=date(2021, 1, 1), end=date(2021, 12, 31), figure=figure("50", "RANGE", maximum="100")
    )
    [span] = drawn(line, [wide]).all("chart-span")

    assert (number(span, "y1"), number(span, "y2")) == (111, 26)


def period(start: str, end: str) -> Moment:
    return Moment(label=end, start=date.fromisoformat(start), end=date.fromisoformat(end), figure=figure("1"))


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (("2023-01-01", "2023-12-31"), ("2024-01-01", "2024-12-31"), "actual"),
        (("2023-01-01", "2023-06-30"), ("2024-01-01", "2024-06-30"), "actual"),
        (("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30"), "actual"),
        (("2024-01-31", "2024-01-31"), ("2024-03-02", "2024-03-02"), "actual"),
        (("2024-01-01", "2024-01-31"), ("2024-02-01", "2024-02-29"), "actual"),
        (("2023-01-01", "2023-12-31"), ("2025-01-01", "2025-12-31"), None),
        (("2023-01-01", "2023-12-31"), ("2024-01-01", "2024-09-30"), None),
        (("2024-01-01", "2024-03-31"), ("2024-01-01", "2024-06-30"), None),
        (("2024-01-01", "2024-03-31"), ("2024-07-01", "2024-09-30"), None),
        (("2024-12-31", "2024-12-31"), ("2024-01-01", "2024-12-31"), None),
    ],
)
def test_periods_are_joined_if_they_are_as_long_and_none_is_missing(
    earlier: tuple[str, str], later: tuple[str, str], expected: str | None
) -> None:
    assert joint(period(*earlier), period(*later)) == expected


def test_the_order_given_does_not_matter() -> None:
    moments = [year(2021, "1"), year(2022, "2"), year(2023, "3")]

    assert drawn(line, moments[::-1]).text == drawn(line, moments).text


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["5", "5"], ["54.33", "54.33"]),
        (["0", "0"], ["196", "196"]),
        (["-5", "5"], ["196", "26"]),
        (["-5", "-5"], ["167.67", "167.67"]),
        (["1e40", "1"], ["26", "196"]),
    ],
)
def test_extreme_values_have_a_height(values: list[str], expected: list[str]) -> None:
    chart = drawn(line, [year(2020 + at, value) for at, value in enumerate(values)])

    assert chart.places(name="y") == [Decimal(place) for place in expected]


def test_several_units_are_refused() -> None:
    moments = [year(2021, "1"), Moment(label="", start=date.min, end=date.max, figure=figure("1", unit="percent"))]

    for draw in (line, sparkline):
        with pytest.raises(SeveralUnits):
            drawn(draw, moments)


def test_a_sparkline_marks_the_last_result_and_figures_that_stand_alone() -> None:
    chart = drawn(
        sparkline,
        [
            year(2018, "2"),
            year(2020, "1"),
            year(2021, "3"),
            year(2022, "4", status="FORECAST"),
            year(2023, "99", status="TARGET"),
        ],
    )

    assert chart.places() == [Decimal(6), Decimal("72.02")]
    assert [kind for kind, _, _ in joined(chart)] == ["actual", "forecast"]
    assert chart.all("chart-tick") == []


def test_times_that_would_overlap_on_a_phone_are_left_out_but_never_the_last() -> None:
    chart = drawn(line, [year(number, "1") for number in range(1990, 2025)])

    labels = [part.text for part in chart.all("chart-tick") if part.attrib["y"] == "214"]
    assert labels[-1] == "2024"
    assert 4 <= len(labels) <= 8
