"""Read the HTML of pages: elements, their attributes and texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """An element with its attributes, and its children in order."""

    tag: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)

    def all(self, tag: str | None = None, **attributes: str) -> "list[Element]":
        """The elements below with this tag and these attributes (`class_` and so on), in order."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [one for one in self._below() if tag in (None, one.tag) and one._has(wanted)]

    def one(self, tag: str | None = None, **attributes: str) -> "Element":
        """The only such element."""
        [found] = self.all(tag, **attributes)
        return found

    @property
    def text(self) -> str:
        """All text below; what HTML takes as white space is a single space."""
        return re.sub("[ \\t\\n\\r\\f]+", " ", self._text()).strip()

    def _text(self) -> str:
        return "".join(one if isinstance(one, str) else one._text() for one in self.children)

    def _below(self) -> "Iterator[Element]":
        for one in self.children:
            if isinstance(one, Element):
                yield one
                yield from one._below()

    def _has(self, wanted: dict[str, str]) -> bool:
        return all(
            value in self.attributes.get(name, "").split() if name == "class" else self.attributes.get(name) == value
            for name, value in wanted.items()
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(text: str) -> Element:
    """Parse a document; every element must be closed, in order."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader._open == [reader.root], f"<{reader._open[-1].tag}> is not closed"
    return reader.root
