"""Turn a file of the manual (CommonMark with tables) into HTML for a page. Pure: no I/O.

Raw HTML is shown as text. Pictures are left out: the pages that they show are a click away. A link to a file that
isn't served is its text alone.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from api.pages.addresses import web_address

if TYPE_CHECKING:
    from markdown_it.token import Token

_SUFFIX: Final = ".md"
# What GitHub leaves out of the anchors of headings.
_NO_ANCHOR: Final = re.compile(r"[^\w -]")


@dataclass(frozen=True, slots=True)
class Document:
    """A page of the manual. sections: the anchors and titles of its parts. body: all but the title."""

    title: str
    summary: str
    sections: Sequence[tuple[str, str]]
    body: Markup


def read_document(text: str, name: str, served: Container[str]) -> Document:
    """Read a file that begins with its title. name: its path without suffix; served: the names of all files."""
    # Imported when the first page of the manual is read: its tables take a tenth of a second.
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    _, title, _, *tokens = list(_prepared(markdown.parse(text), name, served))
    headings = [(token, tokens[at + 1]) for at, token in enumerate(tokens) if token.type == "heading_open"]
    first = next((tokens[at + 1] for at, token in enumerate(tokens) if token.type == "paragraph_open"), None)
    return Document(
        title=_plain(title),
        summary=_plain(first) if first else "",
        sections=[(str(token.attrs["id"]), _plain(inline)) for token, inline in headings if token.tag == "h2"],
        # What comes of Markdown alone, all of it escaped.
        body=Markup(markdown.renderer.render(tokens, markdown.options, {})),  # noqa: S704
    )


def _prepared(tokens: Sequence["Token"], name: str, served: Container[str]) -> Iterator["Token"]:
    """The tokens as pages need them: headings with anchors, links that lead somewhere, no pictures."""
    anchors = Counter[str]()
    tokens = _without_pictures(tokens)
    _name_columns(tokens)
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _anchor(_plain(tokens[at + 1]), anchors))
        elif token.type == "inline":
            token.children = list(_linked(token.children or (), name, served))
        yield token


def _name_columns(tokens: Sequence["Token"]) -> None:
    """Say in each cell what its column is: on a phone a row is a list, which its first cell names."""
    columns, place = list[str](), 0
    for at, token in enumerate(tokens):
        if token.type == "table_open":
            token.attrSet("class", "figures")
            columns = []
        elif token.type == "tr_open":
            place = 0
        elif token.type == "th_open":
            columns.append(_plain(tokens[at + 1]))
            if columns[-1]:
                token.attrSet("scope", "col")
            else:
                # A heading without a text is none.
                token.tag = tokens[at + 2].tag = "td"
            _align(token)
        elif token.type == "td_open":
            if place:
                token.attrSet("data-column", columns[place])
            place += 1
            _align(token)


def _without_pictures(tokens: Sequence["Token"]) -> Sequence["Token"]:
    """The tokens without the paragraphs that are a picture alone."""
    pictures = [at for at, token in enumerate(tokens) if [one.type for one in token.children or ()] == ["image"]]
    left_out = {at + beside for at in pictures for beside in (-1, 0, 1)}
    return [token for at, token in enumerate(tokens) if at not in left_out]


def _anchor(title: str, anchors: Counter[str]) -> str:
    """The anchor that GitHub gives to a heading."""
    anchor = _NO_ANCHOR.sub("", title.lower()).replace(" ", "-")
    anchors[anchor] += 1
    return anchor if anchors[anchor] == 1 else f"{anchor}-{anchors[anchor] - 1}"


def _align(cell: "Token") -> None:
    """Put the alignment of a cell into its class: the policy of pages allows no styles in elements."""
    if str(cell.attrs.pop("style", "")).endswith("right"):
        cell.attrSet("class", "right")


def _linked(children: Sequence["Token"], name: str, served: Container[str]) -> Iterator["Token"]:
    address: str | None = None
    for child in children:
        if child.type == "link_open":
            address = _address(str(child.attrs["href"]), name, served)
            child.attrSet("href", address or "")
        is_dropped = child.type == "image" or (child.type in {"link_open", "link_close"} and address is None)
        if not is_dropped:
            yield child


def _address(href: str, name: str, served: Container[str]) -> str | None:
    """Where a link of a file leads from its page, which stands among the others as the file does."""
    path, mark, anchor = href.partition("#")
    if not path or web_address(href):
        return href
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    if not target.endswith(_SUFFIX) or target.removesuffix(_SUFFIX) not in served:
        return None
    return f"{path.removesuffix(_SUFFIX)}{mark}{anchor}"


def _plain(inline: "Token") -> str:
    return "".join(child.content or " " * (child.type == "softbreak") for child in inline.children or ())
