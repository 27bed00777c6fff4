"""Elements of SVG, and how they are written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from markupsafe import Markup, escape

_CENT: Final = Decimal("0.01")
# Characters that XML 1.0 has no way to write: a standalone SVG with one of them isn't shown at all.
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | int | Decimal
Attributes = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Element:
    """One element with its attributes and content, in the order in which they are written."""

    tag: str
    attributes: Attributes = field(default_factory=dict)
    content: Sequence["Element | str"] = ()


def render(element: Element) -> Markup:
    """Write an element as markup that HTML and XML read alike."""
    # Put together as plain text: with `Markup.format` for each attribute, the page of Dubai took 2.9 times the
    # processor time of its operations in place of 2.2, that of Baiyun 1.75 in place of 1.67.
    return Markup("".join(_parts(element)))  # noqa: S704 # every value and text is escaped below


def percent(position: Decimal) -> str:
    """Write a horizontal position: `43.5%`."""
    return f"{pixels(position)}%"


def pixels(position: Decimal) -> str:
    """Write a number with at most two digits after the decimal point and no zeros at its end."""
    text = format(position.quantize(_CENT), "f")
    shortened = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if shortened == "-0" else shortened


def _parts(element: Element) -> Iterator[str]:
    yield f"<{element.tag}"
    for name, value in element.attributes.items():
        yield f' {name}="{_written(value)}"'
    if not element.content:
        yield "/>"
        return
    yield ">"
    for part in element.content:
        if isinstance(part, Element):
            yield from _parts(part)
        else:
            yield escape(_writable(part))
    yield f"</{element.tag}>"


def _written(value: Value) -> str:
    if isinstance(value, Decimal):
        return pixels(value)
    return str(value) if isinstance(value, int) else escape(_writable(value))


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
