"""Bars that begin at zero: solid as far as a figure is known, hatched where it is not."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from api.pages.charts.dots import on_axis, row_scale, stacked
from api.pages.charts.elements import Attributes, Element, percent
from api.pages.charts.figures import Figure, Openness, Row
from api.pages.charts.frame import Frame, hatched
from api.pages.charts.glyphs import glyph
from api.pages.charts.scales import Scale

_THICKNESS: Final = 14
# How far hatching goes on from a bound, in percent. Its length says nothing.
_BEYOND: Final = Decimal(6)


def bars(rows: Sequence[Row], frame: Frame, *, whole: Decimal | None = None) -> Markup:
    """Draw one bar each, in the order given. `whole` is what the figures are shares of, such as 100.

    Raises SeveralUnits.
    """
    scale = row_scale(rows, whole)

    def bar(row: Row, figure: Figure, y: Decimal) -> list[Element]:
        zero = scale.position(Decimal(0))
        behind = [] if whole is None else [_rectangle("chart-whole", zero, scale.position(whole), y)]
        return [*behind, *_bar(row, figure, scale, y, frame, whole)]

    marks, y = stacked(rows, bar, frame, height=_THICKNESS, gap=9)
    return on_axis(rows, marks, scale, y, frame, has_bars=True)


def _bar(row: Row, figure: Figure, scale: Scale, y: Decimal, frame: Frame, whole: Decimal | None) -> list[Element]:
    zero, x = scale.position(Decimal(0)), scale.position(figure.value)
    solid = "chart-bar chart-own" if row.is_own else "chart-bar"
    solid = solid if figure.status == "NORMAL" else f"{solid} chart-{figure.status.lower()}"
    if figure.openness is Openness.BETWEEN and figure.maximum is not None:
        return _range(zero, x, scale.position(figure.maximum), y, frame, solid)
    if figure.openness in (Openness.EXACT, Openness.ABOUT):
        return [_rectangle(solid, zero, x, y), *(_whisker(x, y) if figure.openness is Openness.ABOUT else [])]
    if (figure.openness is Openness.ABOVE) == (figure.value >= 0) or figure.value == 0:
        way = 1 if figure.openness is Openness.ABOVE else -1
        end = x + way * _BEYOND
        if whole is not None and figure.value < whole:
            end = min(end, scale.position(whole))
        return [_rectangle(solid, zero, x, y), _hatched(x, end, y, frame), _edge(x, y)]
    return [_hatched(zero, x, y, frame), glyph(figure, x, y + _THICKNESS // 2)]


def _range(zero: Decimal, low: Decimal, high: Decimal, y: Decimal, frame: Frame, solid: str) -> list[Element]:
    """Draw a range: solid up to the end that is nearer to zero, if both are on one side of it."""
    if low >= zero:
        return [_rectangle(solid, zero, low, y), _hatched(low, high, y, frame)]
    if high <= zero:
        return [_rectangle(solid, zero, high, y), _hatched(low, high, y, frame)]
    return [_hatched(low, high, y, frame)]


def _rectangle(kind: str, start: Decimal, stop: Decimal, y: Decimal) -> Element:
    left, length = percent(min(start, stop)), percent(abs(stop - start))
    return Element("rect", {"class": kind, "x": left, "y": y, "width": length, "height": _THICKNESS})


def _hatched(start: Decimal, stop: Decimal, y: Decimal, frame: Frame) -> Element:
    plain = _rectangle("chart-beyond", start, stop, y)
    return Element("rect", {**plain.attributes, "fill": hatched(frame.id)})


def _edge(x: Decimal, y: Decimal) -> Element:
    upright: Attributes = {"x1": percent(x), "x2": percent(x), "y1": y - 2, "y2": y + _THICKNESS + 2}
    return Element("line", {"class": "chart-edge", **upright})


def _whisker(x: Decimal, y: Decimal) -> list[Element]:
    path = Element("path", {"class": "chart-end", "d": "M-9 0H9M-9 -4V4M9 -4V4"})
    place: Attributes = {"class": "chart-whisker", "x": percent(x), "y": y + _THICKNESS // 2, "overflow": "visible"}
    return [Element("svg", place, [path])]
