"""A line over time, broken wherever figures can't be joined; and the same without axes, as a sparkline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

from markupsafe import Markup

from api.pages.charts.elements import Attributes, Element, percent
from api.pages.charts.figures import Figure, Moment, Openness, unit_of
from api.pages.charts.frame import SMALL, Drawing, Frame, available, framed
from api.pages.charts.glyphs import Sign, glyph, signs_of
from api.pages.charts.scales import Scale, from_zero, rounded, ticks
from api.pages.charts.text import width

Joint = Literal["actual", "loose", "forecast"]

START: Final = Decimal(14)
STOP: Final = Decimal(93)
_TOP: Final = 26
_HEIGHT: Final = 170
_INTERVALS: Final = 4
_SPARK_HEIGHT: Final = 28
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Plot:
    across: Scale
    upward: Scale

    def place(self, moment: Moment, value: Decimal) -> tuple[Decimal, Decimal]:
        day = Decimal(moment.end.toordinal())
        return self.across.position(day), self.upward.position(value)


def line(moments: Sequence[Moment], frame: Frame) -> Markup:
    """Draw figures over time. Whatever can't be joined isn't; a figure alone is a mark; targets are never joined.

    Raises SeveralUnits.
    """
    unit_of(moment.figure for moment in moments)
    ordered = sorted(moments, key=_when)
    upward = rounded(_values(ordered), Decimal(_TOP + _HEIGHT), Decimal(_TOP), _INTERVALS)
    plot = _Plot(_across(ordered, START, STOP), upward)
    signs = [sign for moment in ordered if moment.figure for sign in signs_of(moment.figure)]
    parts = [*_upright_axis(upward, frame), *_times(ordered, plot, available(frame))]
    breaks = _breaks(ordered, plot)
    parts += [*breaks, *_joined(ordered, plot), *_marks(ordered, plot)]
    signs += [Sign.BREAK] if breaks else []
    signs += [Sign.GAP] if _has_gap(ordered) else []
    return framed(Drawing(parts, Decimal(_TOP + _HEIGHT + 26), signs), frame)


def sparkline(moments: Sequence[Moment], frame: Frame) -> Markup:
    """Draw figures over time without axes and explanations, the last actual one marked.

    Raises SeveralUnits.
    """
    unit_of(moment.figure for moment in moments)
    ordered = sorted((moment for moment in moments if not _is_target(moment)), key=_when)
    margin = Decimal(5)
    values = _values(ordered)
    low = min(values, default=Decimal(0))
    upward = (
        Scale(low, max(values), _SPARK_HEIGHT - margin, margin)
        if values and max(values) > low
        else from_zero(values, _SPARK_HEIGHT - margin, margin)
    )
    plot = _Plot(_across(ordered, Decimal(6), Decimal(94)), upward)
    alone = [moment for moment in ordered if moment.figure and moment not in _neighbours(ordered)]
    actual = [moment for moment in ordered if moment.figure and moment.figure.status != "FORECAST"]
    dots = [moment for moment in ordered if moment in alone or moment in actual[-1:]]
    parts = [*_joined(ordered, plot), *_marks(dots, plot)]
    return framed(Drawing(parts, Decimal(_SPARK_HEIGHT)), frame)


def joint(earlier: Moment, later: Moment) -> Joint | None:
    """Return how two neighbouring figures are joined; None where they must not be."""
    if earlier.figure is None or later.figure is None or later.breaks or not _is_next(earlier, later):
        return None
    if "TARGET" in (earlier.figure.status, later.figure.status):
        return None
    if "FORECAST" in (earlier.figure.status, later.figure.status):
        return "forecast"
    exact = (Openness.EXACT, Openness.ABOUT)
    return "actual" if earlier.figure.openness in exact and later.figure.openness in exact else "loose"


def _is_next(earlier: Moment, later: Moment) -> bool:
    """Return whether no period is missing between two: days, adjacent periods, or the same one a year later."""
    if length_of(earlier) != length_of(later):
        return False
    if length_of(earlier) == 0:
        return earlier.end < later.end
    months = (later.start.year - earlier.start.year) * 12 + later.start.month - earlier.start.month
    return later.start == earlier.end + _DAY or (months == 12 and later.start.day == earlier.start.day)


def length_of(moment: Moment) -> int:
    """Return how long a period is in days; all months, quarters and years count as equally long."""
    days = (moment.end - moment.start).days
    return days if days < 27 else round((days + 1) / 30.4375) * 30


def _joined(moments: Sequence[Moment], plot: _Plot) -> list[Element]:
    parts = []
    for earlier, later in pairwise(_joinable(moments)):
        kind = joint(earlier, later)
        if kind and earlier.figure and later.figure:
            x1, y1 = plot.place(earlier, earlier.figure.value)
            x2, y2 = plot.place(later, later.figure.value)
            ends: Attributes = {"x1": percent(x1), "y1": y1, "x2": percent(x2), "y2": y2}
            parts.append(Element("line", {"class": f"chart-line chart-line-{kind}", **ends}))
    return parts


def _joinable(moments: Sequence[Moment]) -> list[Moment]:
    return [moment for moment in moments if not _is_target(moment)]


def _neighbours(moments: Sequence[Moment]) -> list[Moment]:
    return [moment for pair in pairwise(_joinable(moments)) if joint(*pair) for moment in pair]


def _has_gap(moments: Sequence[Moment]) -> bool:
    return any(not joint(*pair) and not pair[1].breaks for pair in pairwise(_joinable(moments)))


def _marks(moments: Sequence[Moment], plot: _Plot) -> list[Element]:
    parts: list[Element] = []
    for moment in moments:
        if moment.figure is not None:
            x, y = plot.place(moment, moment.figure.value)
            parts += _range(moment.figure, plot, x, y)
            parts.append(glyph(moment.figure, x, y, is_upright=True))
    return parts


def _range(figure: Figure, plot: _Plot, x: Decimal, y: Decimal) -> list[Element]:
    if figure.maximum is None:
        return []
    ends: Attributes = {"x1": percent(x), "x2": percent(x), "y1": y, "y2": plot.upward.position(figure.maximum)}
    return [Element("line", {"class": "chart-span", **ends})]


def _breaks(moments: Sequence[Moment], plot: _Plot) -> list[Element]:
    parts = []
    for earlier, later in pairwise(moments):
        if later.breaks:
            days = Decimal(earlier.end.toordinal() + later.end.toordinal()) / 2
            x = percent(plot.across.position(days))
            ends: Attributes = {"x1": x, "x2": x, "y1": _TOP - 8, "y2": _TOP + _HEIGHT}
            parts.append(Element("line", {"class": "chart-break", **ends}))
    return parts


def _upright_axis(scale: Scale, frame: Frame) -> list[Element]:
    parts = []
    for value in ticks(scale, _INTERVALS):
        y = scale.position(value)
        kind = "chart-zero" if value == 0 else "chart-grid"
        parts.append(Element("line", {"class": kind, "x1": 0, "x2": "100%", "y1": y, "y2": y}))
        parts.append(Element("text", {"class": "chart-tick", "x": 0, "y": y - 4}, [frame.tick(value)]))
    return parts


def _times(moments: Sequence[Moment], plot: _Plot, room: int) -> list[Element]:
    """Write times below their marks, the last one first, as many as there is room for."""
    parts = []
    free_until = room + 4
    for moment in reversed(moments):
        x = plot.across.position(Decimal(moment.end.toordinal()))
        half = width(moment.label, SMALL) // 2
        middle = min(int(x * room / 100), room - half)
        if middle + half < free_until and middle - half >= 0:
            place = _anchored(x, middle - half, is_last=middle + half >= room)
            attributes: Attributes = {"class": "chart-tick", **place, "y": _TOP + _HEIGHT + 18}
            parts.append(Element("text", attributes, [moment.label]))
            free_until = middle - half - 8
    return parts[::-1]


def _anchored(x: Decimal, left: int, *, is_last: bool) -> Attributes:
    """Place a text below a mark, but within the chart."""
    if is_last:
        return {"x": "100%", "text-anchor": "end"}
    return {"x": 0} if left < 6 else {"x": percent(x), "text-anchor": "middle"}


def _across(moments: Sequence[Moment], start: Decimal, stop: Decimal) -> Scale:
    days = [Decimal(moment.end.toordinal()) for moment in moments] or [Decimal(0)]
    if min(days) == max(days):
        return Scale(days[0] - 1, days[0] + 1, start, stop)
    return Scale(min(days), max(days), start, stop)


def _values(moments: Sequence[Moment]) -> list[Decimal]:
    return [end for moment in moments if moment.figure for end in moment.figure.ends]


def _is_target(moment: Moment) -> bool:
    return moment.figure is not None and moment.figure.status == "TARGET"


def _when(moment: Moment) -> tuple[int, int]:
    return moment.end.toordinal(), moment.start.toordinal()
