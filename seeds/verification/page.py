"""Write a verification as one HTML page: the text on the left, marked, and the figures of the seed file on the right.

The page is self-contained, runs no script, and shows whatever a text or a file contains as text.
"""

from collections.abc import Iterator
from html import escape
from typing import Final

from seeds.format.problems import path_text
from seeds.format.reader import Location
from seeds.verification.matching import Result, Verified
from seeds.verification.report import Passage, figure_text, passages_of, plain, summary, why

_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1f24;background:#fff}
table{border-collapse:collapse;width:100%}
td,th{border-top:1px solid #d0d7de;padding:.6rem;text-align:left;vertical-align:top}
td:nth-child(2){width:50%}
ul{list-style:none;margin:0;padding:0}
li{margin-bottom:.4rem}
small{color:#57606a;display:block}
b{border-radius:.3rem;font-weight:600;padding:0 .4rem}
mark{border-radius:.2rem;color:inherit;padding:0 .1rem}
.exact{background:#d2f0d9}
.normalised{background:#d8ebff}
.counted{background:#e8e8e8}
.ambiguous{background:#fff0bf}
.absent{background:#ffd9d6}
.unclaimed{background:none;border-bottom:2px dotted #9a6700}
"""
_HEAD: Final = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
)


def page_of(verified: Verified, location: Location, *, source: str) -> str:
    """The page of a verification."""
    title = escape(f"{source} in {location.file}")
    rows = "\n".join(_row(passage, location) for passage in passages_of(verified))
    return (
        f"{_HEAD}<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"<p>{escape(summary(verified))}</p>\n<p>SHA-256 of the text: <code>{verified.text.sha256}</code></p>\n"
        "<table>\n<thead><tr><th>Line</th><th>Text</th><th>Figures of the file</th></tr></thead>\n<tbody>\n"
        f"{rows}\n</tbody>\n</table>\n</body>\n</html>\n"
    )


def _row(passage: Passage, location: Location) -> str:
    line = passage.line
    number, text = (f"L{line.number}", _marked(passage)) if line else ("", "<em>in no one line</em>")
    items = "".join(f"<li>{item}</li>" for item in _items(passage, location))
    return f"<tr><td>{number}</td><td>{text}</td><td><ul>{items}</ul></td></tr>"


def _items(passage: Passage, location: Location) -> Iterator[str]:
    for result in passage.results:
        yield _item(result, location)
    if passage.unclaimed:
        printed = ", ".join(plain(mention.printed) for mention in passage.unclaimed)
        yield f"<small>not claimed: {escape(printed)}</small>"


def _item(result: Result, location: Location) -> str:
    place = f"{location.file}:{location.line(result.claim.path)}: {path_text(result.claim.path)}"
    notes = f"<small>{escape(why(result))}</small>" if why(result) else ""
    return (
        f'<b class="{result.status}">{result.status}</b> {escape(figure_text(result.claim))}{notes}'
        f"<small>{escape(place)}</small>"
    )


def _marked(passage: Passage) -> str:
    """The text of a line, with its figures marked by their results."""
    assert passage.line is not None
    raw, line = plain(passage.line.raw), passage.line
    marks = [
        (*line.raw_span(mention.start, mention.end), name)
        for mention, name in (
            *((result.mention, result.status) for result in passage.results if result.mention),
            *((mention, "unclaimed") for mention in passage.unclaimed),
        )
    ]
    text, place = "", 0
    for start, end, name in sorted(marks):
        # Two claims may be of the same figure.
        if start >= place:
            text += f'{escape(raw[place:start])}<mark class="{name}">{escape(raw[start:end])}</mark>'
            place = end
    return text + escape(raw[place:])
