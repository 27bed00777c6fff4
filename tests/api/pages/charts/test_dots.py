"""Dots stand where their values are, and a bound looks like one."""

from decimal import Decimal
from random import Random

import pytest

from api.pages.charts.dots import dot_rows, dot_strip
from api.pages.charts.figures import Row, SeveralUnits
from tests.api.pages.charts.drawn import drawn, figure, row


def test_positions_are_proportional_to_the_values() -> None:
    chart = drawn(dot_rows, [row("100"), row("50"), row("0"), row("25")])

    assert chart.places() == [Decimal(92), Decimal("49.5"), Decimal(7), Decimal("28.25")]


def test_the_axis_begins_at_zero_however_close_the_values_are() -> None:
    assert drawn(dot_rows, [row("100"), row("99")]).places() == [Decimal(92), Decimal("91.15")]


def test_negative_values_stand_left_of_zero() -> None:
    chart = drawn(dot_rows, [row("-50"), row("50")])

    assert chart.places() == [Decimal(7), Decimal(92)]
    assert chart.places("chart-zero", "x1") == [Decimal("49.5")]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["7"], ["92"]),
        (["0"], ["7"]),
        (["0", "0"], ["7", "7"]),
        (["3", "3", "3"], ["92", "92", "92"]),
        (["-4"], ["7"]),
        (["1e30", "1"], ["92", "7"]),
        (["1e-30", "5e-31"], ["92", "49.5"]),
        (["123456789012345678901234567890", "61728394506172839450617283945"], ["92", "49.5"]),
    ],
)
def test_extreme_values_have_a_place(values: list[str], expected: list[str]) -> None:
    assert drawn(dot_rows, [row(value) for value in values]).places() == [Decimal(place) for place in expected]


def test_values_that_a_float_confuses_keep_their_order() -> None:
    values = ["0.10000000000000000001", "0.1", "0.0999999999999999999"]

    assert float(values[0]) == float(values[1])
    places = drawn(dot_rows, [row(value) for value in ("1", *values)]).places()
    assert places == sorted(places, reverse=True)


def test_any_values_keep_their_order() -> None:
    random = Random(7)
    for _ in range(200):
        values = [Decimal(random.randint(-(10**9), 10**9)).scaleb(random.randint(-6, 6)) for _ in range(6)]
        places = drawn(dot_rows, [row(str(value)) for value in sorted(values)]).places()
        assert places == sorted(places)
        assert all(7 <= place <= 92 for place in places)


@pytest.mark.parametrize("comparator", ["GT", "GTE"])
def test_over_is_an_edge_at_the_value_with_an_open_arrow_to_the_right(comparator: str) -> None:
    [mark] = drawn(dot_rows, [row("5", comparator)]).all("chart-mark")  # type: ignore[arg-type] # one of them

    assert mark.attrib["x"] == "92%"
    assert [part.attrib["d"] for part in mark] == ["M0 0H20", "M15 -4L20 0L15 4", "M0 -6V6"]


@pytest.mark.parametrize("comparator", ["LT", "LTE", "NEAR", "UP_TO"])
def test_under_nearly_and_up_to_are_an_edge_with_an_open_arrow_to_the_left(comparator: str) -> None:
    [mark] = drawn(dot_rows, [row("5", comparator)]).all("chart-mark")  # type: ignore[arg-type] # one of them

    assert [part.attrib["d"] for part in mark] == ["M0 0H-20", "M-15 -4L-20 0L-15 4", "M0 -6V6"]


def test_only_exact_and_about_are_dots_and_about_is_hollow() -> None:
    chart = drawn(dot_rows, [row("5"), row("4", "APPROX"), row("3", "GT"), row("2", "NEAR")])

    assert [[part.tag for part in mark] for mark in chart.all("chart-mark")] == [
        ["circle"],
        ["circle"],
        ["path", "path", "path"],
        ["path", "path", "path"],
    ]
    assert [mark.attrib["x"] for mark in chart.all("chart-about")] == ["75%"]


def test_a_range_reaches_from_one_end_to_the_other() -> None:
    between = Row(label="Dubai", figure=figure("25", "RANGE", maximum="75"))
    chart = drawn(dot_rows, [between, row("100")])

    [span] = chart.all("chart-span")
    assert (span.attrib["x1"], span.attrib["x2"]) == ("28.25%", "70.75%")
    assert chart.places() == [Decimal(92)]


def test_a_range_makes_room_for_its_upper_end() -> None:
    between = Row(label="Dubai", figure=figure("25", "RANGE", maximum="100"))

    assert drawn(dot_rows, [between, row("50")]).places() == [Decimal("49.5")]


def test_a_missing_figure_has_a_reason_and_no_mark() -> None:
    chart = drawn(dot_rows, [row("5"), row(None, label="Seoul")])

    assert len(chart.all("chart-mark")) == len(chart.all("chart-track")) == 1
    assert chart.texts("chart-label") == ["Baiyun", "Seoul"]
    assert chart.texts("chart-missing") == ["nothing published"]


def test_nothing_but_missing_figures_is_an_empty_axis() -> None:
    chart = drawn(dot_rows, [row(None)])

    assert chart.all("chart-mark") == []


def test_forecasts_and_targets_differ_from_results_in_shape() -> None:
    rows = [Row(label=status, figure=figure("5", status=status)) for status in ("NORMAL", "FORECAST", "TARGET")]
    result, forecast, target = drawn(dot_rows, rows).all("chart-mark")

    assert (result[0].tag, forecast[0].tag, target[0].tag) == ("circle", "circle", "path")
    assert "chart-forecast" in forecast.attrib["class"]
    assert "chart-target" in target.attrib["class"]


def test_a_target_that_is_a_bound_has_its_arrow_too() -> None:
    [mark] = drawn(dot_rows, [Row(label="x", figure=figure("5", "GTE", status="TARGET"))]).all("chart-mark")

    assert [part.attrib["d"] for part in mark] == ["M0 0H20", "M15 -4L20 0L15 4", "M0 -6L6 0L0 6L-6 0Z"]


def test_signs_are_explained_once_each_and_only_those_that_are_there() -> None:
    chart = drawn(dot_rows, [row("5", "GT"), row("4", "GTE"), row("3", "APPROX"), row("1")])

    assert chart.texts("chart-note") == ["what above means", "what about means"]


def test_several_units_are_refused() -> None:
    rows = [row("5"), Row(label="Seoul", figure=figure("5", unit="krw"))]

    with pytest.raises(SeveralUnits, match="one axis can't have several units: cny, krw"):
        drawn(dot_rows, rows)


def test_the_own_mark_of_a_strip_is_named_and_drawn_last() -> None:
    own = Row(label="Longgang", figure=figure("5", text="over 5", comparator="GT"), is_own=True)
    chart = drawn(dot_strip, [row("10"), own, row(None), row("0")])

    assert chart.places() == [Decimal(92), Decimal(7), Decimal("49.5")]
    assert chart.texts("chart-label") == ["Longgang"]
    assert chart.texts("chart-value") == ["over 5"]
    assert "chart-own" in chart.all("chart-mark")[-1].attrib["class"]


def test_the_lines_of_a_strip_begin_below_the_name() -> None:
    own = Row(label="Baiyun", figure=figure("5"), is_own=True)
    chart = drawn(dot_strip, [row("10"), own])
    [name] = chart.places("chart-label", "y")

    assert {place > name for kind in ("chart-zero", "chart-grid") for place in chart.places(kind, "y1")} == {True}
