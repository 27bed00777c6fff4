"""Charts to draw, and their geometry read back from the SVG."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias
from xml.etree import ElementTree

from api.pages.charts.figures import Comparator, Figure, Moment, Row, Status
from api.pages.charts.frame import Frame
from api.pages.charts.glyphs import Sign

# As the tests write places: 7, Decimal("49.5").
Place: TypeAlias = Decimal | int
WORDS: Final = {sign: f"what {sign.value} means" for sign in Sign}


def figure(
    value: str,
    comparator: Comparator = "EQ",
    *,
    maximum: str | None = None,
    status: Status = "NORMAL",
    unit: str = "cny",
    text: str | None = None,
) -> Figure:
    return Figure(
        value=Decimal(value),
        text=text or f"<{comparator} {value}>",
        unit=unit,
        comparator=comparator,
        maximum=None if maximum is None else Decimal(maximum),
        status=status,
    )


def row(value: str | None, comparator: Comparator = "EQ", *, label: str = "Baiyun") -> Row:
    return Row(label=label, figure=None if value is None else figure(value, comparator), note="nothing published")


def year(number: int, value: str | None, comparator: Comparator = "EQ", *, status: Status = "NORMAL") -> Moment:
    shown = None if value is None else figure(value, comparator, status=status)
    return Moment(label=str(number), start=date(number, 1, 1), end=date(number, 12, 31), figure=shown)


def frame(**given: object) -> Frame:
    plain: dict[str, object] = {"id": "c", "title": "Title", "description": "Description", "language": "en"}
    return Frame(**{**plain, "words": WORDS, **given})  # type: ignore[arg-type] # what a test gives


class Drawn:
    """A chart as it was written, read as XML."""

    def __init__(self, text: str) -> None:
        self.text = str(text)
        self.root = ElementTree.fromstring(self.text.replace(' xmlns="http://www.w3.org/2000/svg"', ""))

    def all(self, kind: str) -> list[ElementTree.Element]:
        """Elements that have a class, in the order drawn, without the samples of explanations."""
        samples = {id(part) for sample in self._having("chart-sample") for part in sample.iter()}
        return [part for part in self._having(kind) if id(part) not in samples]

    def _having(self, kind: str) -> list[ElementTree.Element]:
        return [part for part in self.root.iter() if kind in part.get("class", "").split()]

    def places(self, kind: str = "chart-mark", name: str = "x") -> list[Place]:
        return [number(part, name) for part in self.all(kind)]

    def texts(self, kind: str) -> list[str]:
        return [part.text or "" for part in self.all(kind)]


def number(part: ElementTree.Element, name: str) -> Place:
    return Decimal(part.attrib[name].removesuffix("%"))


def drawn(draw: Callable[..., str], *given: Any, **options: Any) -> Drawn:
    return Drawn(draw(*given, frame(), **options))
