"""Plots as SVG, drawn by hand: bars on a logarithmic scale, and curves on two. Pure."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from itertools import cycle
from typing import Final, TypeAlias

Bars: TypeAlias = Mapping[str, Mapping[str, float]]
Curves: TypeAlias = Mapping[str, Sequence[tuple[float, float]]]

COLOURS: Final = ("#9aa5b1", "#616e7c", "#0b6e4f", "#3fb68b", "#c77700", "#b23a48", "#7a4fa3", "#2f6fb0")
_WIDTH: Final = 860
_LEFT: Final = 130
_RIGHT: Final = 190
_LABEL: Final = 13
_BAR: Final = 15
_GAP: Final = 22
_TOP: Final = 46


def bars(groups: Bars, title: str) -> str:
    """A group of horizontal bars for each key, one bar a series, the longest first; logarithmic."""
    values = [value for group in groups.values() for value in group.values()]
    low, high = _decades(values)
    names = sorted({name for group in groups.values() for name in group})
    colours = dict(zip(names, cycle(COLOURS), strict=False))
    drawn: list[str] = []
    y = _TOP
    for group, found in groups.items():
        drawn.append(_text(8, y + 12, group, weight="bold"))
        for name, value in sorted(found.items(), key=lambda one: -one[1]):
            width = _place(value, low, high) - _LEFT
            drawn.append(
                f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR - 2}" fill="{colours[name]}"/>'
            )
            drawn.append(_text(_LEFT + width + 5, y + 11, f"{name}  {_short(value)}", size=11))
            y += _BAR
        y += _GAP
    return _svg(y + 20, [_text(8, 22, title, size=15, weight="bold"), *_grid(low, high, y), *drawn])


def curves(lines: Curves, title: str, x_title: str) -> str:
    """A curve for each key, both scales logarithmic."""
    low, high = _decades([y for points in lines.values() for _, y in points])
    first, last = _span([x for points in lines.values() for x, _ in points])
    bottom, height = 380, 320

    def at(x: float, y: float) -> tuple[float, float]:
        share = (math.log10(y) - low) / (high - low)
        return _along(x, first, last), bottom - share * height

    drawn = [_text(8, 22, title, size=15, weight="bold"), _text(_LEFT, bottom + 42, x_title, size=12)]
    for decade in range(low, high + 1):
        _, y = at(10**first, 10.0**decade)
        label = _text(_LEFT - 8, y + 4, _short(10.0**decade), size=11, anchor="end")
        drawn += [_line(_LEFT, y, _WIDTH - _RIGHT, y), label]
    drawn += [
        _text(_along(x, first, last), bottom + 20, _short(x), size=11, anchor="middle")
        for x in sorted({x for points in lines.values() for x, _ in points})
    ]
    for colour, points in zip(COLOURS[2:] + COLOURS[:2], lines.values(), strict=False):
        places = [at(x, y) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    ends = {name: at(*points[-1])[1] + 4 for name, points in lines.items()}
    drawn += [_text(_WIDTH - _RIGHT + 8, y, name, size=11) for name, y in _apart(ends).items()]
    return _svg(bottom + 60, drawn)


def _apart(places: Mapping[str, float]) -> dict[str, float]:
    """Labels from the top down, those moved that would cover the one above."""
    found: dict[str, float] = {}
    last = -math.inf
    for name, y in sorted(places.items(), key=lambda one: one[1]):
        found[name] = last = max(y, last + _LABEL)
    return found


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around all values, at least one apart."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = math.log10(min(values)), math.log10(max(values))
    return low, max(high, low + 0.1)


def _along(value: float, low: float, high: float) -> float:
    return _LEFT + (math.log10(value) - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)


def _place(value: float, low: int, high: int) -> float:
    # Bars leave room for their names beside them.
    return _LEFT + max(0.005, (math.log10(value) - low) / (high - low)) * (_WIDTH - _LEFT - 200)


def _grid(low: int, high: int, bottom: float) -> list[str]:
    drawn: list[str] = []
    for decade in range(low, high + 1):
        x = _place(10.0**decade, low, high)
        drawn += [_line(x, _TOP - 6, x, bottom - 10), _text(x, bottom + 6, _short(10.0**decade), 11, anchor="middle")]
    return drawn


def _short(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dde2e8"/>'


def _text(x: float, y: float, text: str, size: int = 13, *, weight: str = "normal", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _svg(height: float, drawn: Sequence[str]) -> str:
    style = 'font-family="system-ui, sans-serif" fill="#1f2933"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" {style}>',
            f'<rect width="{_WIDTH}" height="{height:.0f}" fill="#ffffff"/>',
            *drawn,
            "</svg>\n",
        )
    )
