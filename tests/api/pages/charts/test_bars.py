"""Bars begin at zero, and end as if exact only where they are."""

from decimal import Decimal

import pytest

from api.pages.charts.bars import bars
from api.pages.charts.figures import Comparator, Row
from tests.api.pages.charts.drawn import Drawn, Place, drawn, figure, number, row


def extents(chart: Drawn, kind: str) -> list[tuple[Place, Place]]:
    """Where rectangles begin and end, in percent."""
    return [(number(part, "x"), number(part, "x") + number(part, "width")) for part in chart.all(kind)]


def test_bars_begin_at_zero_and_are_as_long_as_their_values() -> None:
    chart = drawn(bars, [row("100"), row("50"), row("0")])

    assert extents(chart, "chart-bar") == [(7, 92), (7, Decimal("49.5")), (7, 7)]
    assert chart.all("chart-beyond") == []


def test_bars_of_close_values_begin_at_zero_too() -> None:
    assert extents(drawn(bars, [row("1000"), row("990")]), "chart-bar")[1] == (7, Decimal("91.15"))


def test_bars_of_negative_values_go_left() -> None:
    chart = drawn(bars, [row("-50"), row("50")])

    assert extents(chart, "chart-bar") == [(7, Decimal("49.5")), (Decimal("49.5"), 92)]


def test_over_goes_on_hatched_beyond_its_value() -> None:
    chart = drawn(bars, [row("50", "GT"), row("100")])

    assert extents(chart, "chart-bar")[0] == (7, Decimal("49.5"))
    assert extents(chart, "chart-beyond") == [(Decimal("49.5"), Decimal("55.5"))]
    assert chart.all("chart-beyond")[0].attrib["fill"] == "url(#c-hatch)"


@pytest.mark.parametrize("comparator", ["LT", "LTE", "NEAR", "UP_TO"])
def test_a_bar_that_is_less_than_its_value_is_hatched_all_along(comparator: Comparator) -> None:
    chart = drawn(bars, [row("50", comparator)])

    assert chart.all("chart-bar") == []
    assert extents(chart, "chart-beyond") == [(7, 92)]
    assert chart.places() == [92]


def test_bounds_of_negative_values_are_mirrored() -> None:
    under = drawn(bars, [row("-50", "LT"), row("50")])
    over = drawn(bars, [row("-50", "GT"), row("50")])

    assert extents(under, "chart-beyond") == [(1, 7)]
    assert len(under.all("chart-bar")) == 2
    assert extents(over, "chart-beyond") == [(7, Decimal("49.5"))]
    assert len(over.all("chart-bar")) == 1


def test_over_zero_is_seen() -> None:
    assert extents(drawn(bars, [row("0", "GT"), row("10")]), "chart-beyond") == [(7, 13)]


def test_about_has_a_whisker_at_its_end() -> None:
    chart = drawn(bars, [row("50", "APPROX"), row("100")])

    assert chart.places("chart-whisker") == [Decimal("49.5")]


def test_a_range_is_hatched_between_its_ends() -> None:
    chart = drawn(bars, [Row(label="x", figure=figure("25", "RANGE", maximum="75")), row("100")])

    assert extents(chart, "chart-bar")[0] == (7, Decimal("28.25"))
    assert extents(chart, "chart-beyond") == [(Decimal("28.25"), Decimal("70.75"))]


def test_a_range_around_zero_has_no_solid_part() -> None:
    chart = drawn(bars, [Row(label="x", figure=figure("-50", "RANGE", maximum="50"))])

    assert chart.all("chart-bar") == []
    assert extents(chart, "chart-beyond") == [(7, 92)]


def test_shares_stand_in_their_whole_and_hatching_ends_with_it() -> None:
    chart = drawn(bars, [row("50"), row("98", "GT")], whole=Decimal(100))

    assert extents(chart, "chart-whole") == [(7, 92), (7, 92)]
    assert extents(chart, "chart-bar") == [(7, Decimal("49.5")), (7, Decimal("90.3"))]
    assert extents(chart, "chart-beyond") == [(Decimal("90.3"), 92)]


def test_a_share_over_its_whole_makes_room() -> None:
    chart = drawn(bars, [row("200")], whole=Decimal(100))

    assert extents(chart, "chart-whole") == [(7, Decimal("49.5"))]
    assert extents(chart, "chart-bar") == [(7, 92)]


def test_a_missing_figure_has_no_bar() -> None:
    chart = drawn(bars, [row(None), row("3")], whole=Decimal(100))

    assert len(chart.all("chart-bar")) == len(chart.all("chart-whole")) == 1
    assert chart.texts("chart-missing") == ["nothing published"]


def test_a_target_is_an_outline() -> None:
    chart = drawn(bars, [Row(label="x", figure=figure("5", status="TARGET"))])

    assert chart.all("chart-bar")[0].attrib["class"] == "chart-bar chart-target"
    assert chart.texts("chart-note") == ["what target means"]
