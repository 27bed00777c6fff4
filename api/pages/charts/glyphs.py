"""The marks of figures: a dot where a figure is exact, an open arrow where its value is a bound, and so on.

A mark stands at a percentage and is drawn in pixels around it. It never ends as if it were exact when it isn't.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Final

from api.pages.charts.elements import Attributes, Element, percent
from api.pages.charts.figures import Figure, Openness

# How far an arrow reaches from its value, in pixels. Its length says nothing.
REACH: Final = 20
_RADIUS: Final = 5


class Sign(StrEnum):
    """What marks and lines say beyond their place; a chart explains those that it has."""

    ABOVE = "above"
    BELOW = "below"
    ABOUT = "about"
    BETWEEN = "between"
    ESTIMATED = "estimated"
    PROVISIONAL = "provisional"
    FORECAST = "forecast"
    TARGET = "target"
    BREAK = "break"
    GAP = "gap"


def signs_of(figure: Figure) -> list[Sign]:
    """Return what the mark of a figure says beyond its place."""
    signs = [] if figure.openness is Openness.EXACT else [Sign(figure.openness.value)]
    return signs if figure.status == "NORMAL" else [*signs, Sign(figure.status.lower())]


def glyph(figure: Figure, x: Decimal, y: Decimal, *, is_own: bool = False, is_upright: bool = False) -> Element:
    """Draw the mark of a figure at a place. `is_upright`: greater values are above it, not to the right of it."""
    kinds = ["chart-mark", f"chart-{figure.openness.value}", f"chart-{figure.status.lower()}"]
    if is_own:
        kinds.append("chart-own")
    attributes: Attributes = {"class": " ".join(kinds), "x": percent(x), "y": y, "overflow": "visible"}
    return Element("svg", attributes, [*_arrow(figure, is_upright=is_upright), _base(figure, is_upright=is_upright)])


def span(figure: Figure, start: Decimal, stop: Decimal, y: Decimal) -> list[Element]:
    """Draw the line between the ends of a range that lies along a row."""
    return [
        Element("line", {"class": "chart-span", "x1": percent(start), "x2": percent(stop), "y1": y, "y2": y}),
        Element("line", {"class": "chart-end", "x1": percent(start), "x2": percent(start), "y1": y - 6, "y2": y + 6}),
        Element("line", {"class": "chart-end", "x1": percent(stop), "x2": percent(stop), "y1": y - 6, "y2": y + 6}),
    ]


def sample(sign: Sign, hatch: str | None = None) -> Element:
    """Draw a sign for its explanation, 30 pixels wide and 12 high. `hatch`: as bars have it, in that paint."""
    match sign:
        case Sign.ABOVE | Sign.BELOW | Sign.BETWEEN if hatch:
            return Element("rect", {"class": "chart-beyond", "fill": hatch, "y": -6, "width": 30, "height": 12})
        case Sign.BREAK:
            return Element("line", {"class": "chart-break", "x1": 15, "x2": 15, "y1": -7, "y2": 7})
        case Sign.GAP:
            return _stroke("chart-line", "M0 0H10M20 0H30")
        case Sign.BETWEEN:
            return _stroke("chart-span", "M4 0H26M4 -5V5M26 -5V5")
        case Sign.ABOVE | Sign.BELOW | Sign.ABOUT:
            comparators = {Sign.ABOVE: "GT", Sign.BELOW: "LT", Sign.ABOUT: "APPROX"}
            figure = Figure(value=Decimal(0), text="", unit="", comparator=comparators[sign])  # type: ignore[arg-type] # one of them
        case _:
            figure = Figure(value=Decimal(0), text="", unit="", status=sign.name)  # type: ignore[arg-type] # the rest
    x = {Sign.ABOVE: 4, Sign.BELOW: 26}.get(sign, 15)
    mark = glyph(figure, Decimal(0), Decimal(0))
    return Element(mark.tag, {**mark.attributes, "x": x}, mark.content)


def _base(figure: Figure, *, is_upright: bool) -> Element:
    if figure.status == "TARGET":
        return _stroke("chart-shape", "M0 -6L6 0L0 6L-6 0Z")
    if figure.openness in (Openness.ABOVE, Openness.BELOW):
        return _stroke("chart-end", "M-6 0H6" if is_upright else "M0 -6V6")
    return Element("circle", {"class": "chart-shape", "cx": 0, "cy": 0, "r": _RADIUS})


def _arrow(figure: Figure, *, is_upright: bool) -> list[Element]:
    if figure.openness not in (Openness.ABOVE, Openness.BELOW):
        return []
    way = 1 if figure.openness is Openness.ABOVE else -1
    tip, neck = way * REACH, way * (REACH - 5)
    if is_upright:
        return [_stroke("chart-shaft", f"M0 0V{-tip}"), _stroke("chart-tip", f"M-4 {-neck}L0 {-tip}L4 {-neck}")]
    return [_stroke("chart-shaft", f"M0 0H{tip}"), _stroke("chart-tip", f"M{neck} -4L{tip} 0L{neck} 4")]


def _stroke(kind: str, path: str) -> Element:
    return Element("path", {"class": kind, "d": path})
