"""What surrounds the marks of every chart: its name for screen readers, hatching, explanations of signs, a caption.

In a page a chart is as wide as its column. Standalone it has a fixed size, its own styles, and says its title, source
and revision.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from markupsafe import Markup

from api.pages.charts.elements import Attributes, Element, pixels, render
from api.pages.charts.glyphs import Sign, sample
from api.pages.charts.text import width, wrap

SIZE: Final = 14
SMALL: Final = 12
LINE: Final = 19
# What texts are broken for: the column of a page on a phone.
NARROW: Final = 330
STANDALONE_WIDTH: Final = 640
# The styles of charts: a part of the pages' stylesheet, and inside of a standalone chart.
STYLES: Final = (Path(__file__).parent / "chart.css").read_text("utf-8")
_MARGIN: Final = 16


def _plain(value: Decimal) -> str:
    return format(value, ",f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How a chart is presented. `id` is unique in its page; `words` explain signs; `language` is a BCP 47 tag.

    A standalone chart has `is_standalone`, a `subtitle` (unit and period), and `footer`: its source and revision.
    """

    id: str
    title: str
    description: str
    language: str
    words: Mapping[Sign, str]
    tick: Callable[[Decimal], str] = field(default=_plain)
    is_standalone: bool = False
    subtitle: str = ""
    footer: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """The marks of a chart, as high as they are, and the signs to explain."""

    marks: Sequence[Element]
    height: Decimal
    signs: Iterable[Sign] = ()
    has_bars: bool = False


def framed(drawing: Drawing, frame: Frame) -> Markup:
    """Write a chart as one `svg` element."""
    legend, legend_height = _legend(drawing, frame)
    parts: list[Element] = []
    y = Decimal(0)
    if frame.is_standalone:
        head, y = _texts([(frame.title, SIZE, "chart-title"), (frame.subtitle, SMALL, "chart-subtitle")])
        parts += head
    plot: Attributes = {"y": y, "width": "100%", "height": drawing.height, "overflow": "visible"}
    parts.append(Element("svg", plot, drawing.marks))
    y += drawing.height
    if legend:
        parts.append(Element("svg", {"y": y, "overflow": "visible"}, legend))
        y += legend_height
    if frame.is_standalone:
        foot, foot_height = _texts([(line, SMALL, "chart-footer") for line in frame.footer])
        parts.append(Element("svg", {"y": y, "overflow": "visible"}, foot))
        y += foot_height
    return render(_standalone(parts, y, frame) if frame.is_standalone else _inline(parts, y, frame))


def hatched(frame_id: str) -> str:
    """Return the paint of what lies beyond a bound."""
    return f"url(#{frame_id}-hatch)"


def available(frame: Frame) -> int:
    """Return how wide texts may be, in pixels."""
    return STANDALONE_WIDTH - 2 * _MARGIN if frame.is_standalone else NARROW


def heading(label: str, text: str, frame: Frame) -> list[tuple[str, str]]:
    """Return the lines of a row's heading: a label and a text on one line if there is room for both."""
    room = available(frame)
    if width(f"{label}  {text}", SIZE) <= room:
        return [(label, text)]
    lines = [(line, "") for line in wrap(label, SIZE, room)]
    return [*lines, *(("", line) for line in wrap(text, SIZE, room))]


def _inline(parts: list[Element], height: Decimal, frame: Frame) -> Element:
    return Element("svg", {**_attributes(frame), "width": "100%", "height": height}, [*_named(frame), *parts])


def _standalone(parts: list[Element], height: Decimal, frame: Frame) -> Element:
    full = height + 2 * _MARGIN
    place: Attributes = {"x": _MARGIN, "y": _MARGIN, "width": STANDALONE_WIDTH - 2 * _MARGIN, "height": height}
    view = f"0 0 {STANDALONE_WIDTH} {pixels(full)}"
    size: Attributes = {"width": STANDALONE_WIDTH, "height": full, "viewBox": view}
    paper = Element("rect", {"class": "chart-paper", "width": "100%", "height": "100%"})
    body = Element("svg", {**place, "overflow": "visible"}, parts)
    namespace: Attributes = {"xmlns": "http://www.w3.org/2000/svg"}
    return Element(
        "svg",
        {**namespace, **_attributes(frame), **size},
        [*_named(frame), Element("style", {}, [STYLES]), paper, body],
    )


def _attributes(frame: Frame) -> Attributes:
    names = f"{frame.id}-title {frame.id}-desc"
    languages = {"lang": frame.language, **({"xml:lang": frame.language} if frame.is_standalone else {})}
    return {"class": "chart", "role": "img", "aria-labelledby": names, **languages}


def _named(frame: Frame) -> list[Element]:
    stripe = Element("path", {"class": "chart-stripe", "d": "M-1 7L7 -1M-1 1L1 -1M5 7L7 5"})
    size: Attributes = {"width": 6, "height": 6, "patternUnits": "userSpaceOnUse"}
    return [
        Element("title", {"id": f"{frame.id}-title"}, [frame.title]),
        Element("desc", {"id": f"{frame.id}-desc"}, [frame.description]),
        Element("defs", {}, [Element("pattern", {"id": f"{frame.id}-hatch", **size}, [stripe])]),
    ]


def _legend(drawing: Drawing, frame: Frame) -> tuple[list[Element], Decimal]:
    present = set(drawing.signs)
    hatch = hatched(frame.id) if drawing.has_bars else None
    parts: list[Element] = []
    y = Decimal(8)
    for sign in (sign for sign in Sign if sign in present):
        parts.append(
            Element("svg", {"class": "chart-sample", "y": y + 9, "overflow": "visible"}, [sample(sign, hatch)])
        )
        for line in wrap(frame.words[sign], SMALL, available(frame) - 40):
            parts.append(Element("text", {"class": "chart-note", "x": 40, "y": y + 13}, [line]))
            y += LINE
    return parts, y


def _texts(texts: Iterable[tuple[str, int, str]]) -> tuple[list[Element], Decimal]:
    parts: list[Element] = []
    y = Decimal(4)
    for text, size, kind in texts:
        # Titles are a fifth larger than labels: see chart.css.
        for line in wrap(text, size * 5 // 4, STANDALONE_WIDTH - 2 * _MARGIN) if text else []:
            y += LINE
            parts.append(Element("text", {"class": kind, "x": 0, "y": y - 4}, [line]))
    return parts, y + 8
