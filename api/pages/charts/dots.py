"""Dots on a common axis: a row each, or all of them on one strip."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from api.pages.charts.elements import Attributes, Element, percent
from api.pages.charts.figures import Figure, Openness, Row, unit_of
from api.pages.charts.frame import LINE, SMALL, Drawing, Frame, available, framed, heading
from api.pages.charts.glyphs import Sign, glyph, signs_of, span
from api.pages.charts.scales import Scale, from_zero, ticks
from api.pages.charts.text import width

# Between them the axis; beside it is room for an arrow on a phone.
START: Final = Decimal(7)
STOP: Final = Decimal(92)
_INTERVALS: Final = 4
_TRACK: Final = 18


def dot_rows(rows: Sequence[Row], frame: Frame) -> Markup:
    """Draw one row each, in the order given, on an axis that includes zero. A missing figure has no mark.

    Raises SeveralUnits.
    """
    scale = row_scale(rows)

    def dot(row: Row, figure: Figure, y: Decimal) -> list[Element]:
        return [track(y + 8), *mark(figure, scale, y + 8, is_own=row.is_own)]

    marks, y = stacked(rows, dot, frame, height=_TRACK, gap=6)
    return on_axis(rows, marks, scale, y, frame)


def dot_strip(rows: Sequence[Row], frame: Frame) -> Markup:
    """Draw all figures on one line, with the own one named above it.

    Raises SeveralUnits.
    """
    scale = row_scale(rows)
    marks, top = stacked([row for row in rows if row.is_own], lambda *_: [], frame, height=0, gap=0)
    marks.append(track(top + 12))
    for row in sorted(rows, key=lambda row: row.is_own):
        if row.figure is not None:
            marks += mark(row.figure, scale, top + 12, is_own=row.is_own)
    # The own name stands above the lines, not on them.
    return on_axis(rows, marks, scale, top + 26, frame, top=top)


def stacked(
    rows: Sequence[Row],
    draw: Callable[[Row, Figure, Decimal], Sequence[Element]],
    frame: Frame,
    *,
    height: int,
    gap: int,
) -> tuple[list[Element], Decimal]:
    """Put rows below one another, each a heading with what is drawn of its figure; return where they end."""
    marks: list[Element] = []
    y = Decimal(0)
    for row in rows:
        texts, y = row_heading(row, y, frame)
        marks += texts
        if row.figure is not None:
            marks += draw(row, row.figure, y)
            y += height
        y += gap
    return marks, y


def on_axis(
    rows: Sequence[Row],
    marks: Sequence[Element],
    scale: Scale,
    y: Decimal,
    frame: Frame,
    *,
    top: Decimal = Decimal(0),
    has_bars: bool = False,
) -> Markup:
    """Put marks on the axis of their scale, whose lines go from top to y."""
    lines, y = row_axis(scale, top, y, frame)
    return framed(Drawing([*lines, *marks], y, signs_in(row.figure for row in rows), has_bars=has_bars), frame)


def row_scale(rows: Sequence[Row], whole: Decimal | None = None) -> Scale:
    """Return the scale of a chart of rows, up to `whole` at least. Raises SeveralUnits."""
    unit_of(row.figure for row in rows)
    ends = [end for row in rows if row.figure for end in row.figure.ends]
    return from_zero(ends if whole is None else [*ends, whole], START, STOP)


def row_heading(row: Row, y: Decimal, frame: Frame) -> tuple[list[Element], Decimal]:
    """Write what a row is about and its figure in words; return where its marks begin."""
    own = " chart-own" if row.is_own else ""
    parts: list[Element] = []
    for label, text in heading(row.label, row.figure.text if row.figure else row.note, frame):
        y += LINE
        if label:
            parts.append(Element("text", {"class": f"chart-label{own}", "x": 0, "y": y - 5}, [label]))
        if text:
            kind = "chart-value" if row.figure else "chart-missing"
            parts.append(Element("text", {"class": f"{kind}{own}", **_beside(label), "y": y - 5}, [text]))
    return parts, y


def mark(figure: Figure, scale: Scale, y: Decimal, *, is_own: bool) -> list[Element]:
    """Draw the mark of a figure in its row."""
    x = scale.position(figure.value)
    if figure.openness is Openness.BETWEEN and figure.maximum is not None:
        return span(figure, x, scale.position(figure.maximum), y)
    return [glyph(figure, x, y, is_own=is_own)]


def row_axis(scale: Scale, top: Decimal, y: Decimal, frame: Frame) -> tuple[list[Element], Decimal]:
    """Draw the lines of round values behind all rows, with the values below them."""
    parts: list[Element] = []
    free_from = -1
    for value in ticks(scale, _INTERVALS):
        x = scale.position(value)
        kind = "chart-zero" if value == 0 else "chart-grid"
        parts.append(Element("line", {"class": kind, "x1": percent(x), "x2": percent(x), "y1": top, "y2": y}))
        text = frame.tick(value)
        half = width(text, SMALL) // 2
        if (left := int(x * available(frame) / 100) - half) > free_from:
            attributes: Attributes = {"class": "chart-tick", "x": percent(x), "y": y + 14, "text-anchor": "middle"}
            parts.append(Element("text", attributes, [text]))
            free_from = left + 2 * half + 8
    return parts, y + 22


def track(y: Decimal) -> Element:
    """Draw the line that marks stand on."""
    return Element("line", {"class": "chart-track", "x1": percent(START), "x2": percent(STOP), "y1": y, "y2": y})


def signs_in(figures: Iterable[Figure | None]) -> list[Sign]:
    """Return what marks of figures say beyond their places."""
    return [sign for figure in figures if figure for sign in signs_of(figure)]


def _beside(label: str) -> Attributes:
    return {"x": "100%", "text-anchor": "end"} if label else {"x": 0}
