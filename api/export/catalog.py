"""What there is to download: an index for programs (JSON) and for people (HTML), and the Data Package of the files.

The page has no scripts and no attributes with styles; its one style sheet is allowed by its digest. It is built as
a tree of elements, so that every text is escaped.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from api.export.names import DATA_PACKAGE
from schema.export.batches import EXPORTS, WHERE, filter_type
from schema.export.csv_columns import columns_of
from schema.export.file_languages import MAX_LANGUAGES
from schema.export.files import EXPORTED_FILES

_STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere }
:root { color: CanvasText; background: Canvas }
h1, h2 { line-height: 1.2 }
.formats a { display: inline-block; margin-right: 1rem; padding: .5rem 0 }
summary { padding: .5rem 0; cursor: pointer }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #8885 }
code { font-size: .9em }
@media (max-width: 40rem) {
  table, tbody, tr, td { display: block }
  thead { display: none }
  td { padding: 0; border: 0 }
  tr { padding: .5rem 0; border-bottom: 1px solid #8885 }
}
"""
_STYLE_DIGEST: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
PARAMETERS: Final[Mapping[str, str]] = {
    WHERE: "the rows: a filter as JSON; or one parameter a condition, such as `district.eq=baiyun`",
    "columns": "the columns, by name, between commas: `columns=id,value,unit`",
    "lang": "one column for each text in place of three: `lang=en`, `lang=zh-HK`; or up to "
    f"{MAX_LANGUAGES} languages side by side: `lang=en,zh-Hans`",
    "excel": "`excel=1`: CSV that Excel opens, with a byte order mark and no formulas",
}


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the index of a revision says. counts: rows by file, where they are kept.

    media: the media type of each format. shows_filters: whether the names of filters are told.
    """

    revision: int
    loaded_at: datetime | None
    counts: Mapping[str, int]
    media: Mapping[str, str]
    shows_filters: bool

    def as_json(self) -> dict[str, Any]:
        """The index for programs. Paths are relative to that of the index."""
        return {
            "revision": self.revision,
            "loadedAt": f"{self.loaded_at:%Y-%m-%dT%H:%M:%SZ}" if self.loaded_at else None,
            "dataPackage": DATA_PACKAGE,
            "parameters": PARAMETERS,
            "files": [self._file(name) for name in EXPORTS],
        }

    def _file(self, name: str) -> dict[str, Any]:
        filters = self._filters(name)
        return {
            "name": name,
            "rows": EXPORTED_FILES[name].rows,
            "count": self.counts.get(name),
            "formats": [
                {"format": form, "path": f"{name}.{form}", "mediaType": media} for form, media in self.media.items()
            ],
            "columns": [
                {"name": column.name, "type": column.type, "meaning": column.note} for column in columns_of(name)
            ],
            **({"filter": filter_type(name).name, "filters": filters} if filters else {}),
        }

    def _filters(self, name: str) -> Sequence[str]:
        return list(filter_type(name).fields) if self.shows_filters else []

    def as_html(self) -> bytes:
        """The index for people."""
        page = Element("html", lang="en")
        head, body = SubElement(page, "head"), SubElement(SubElement(page, "body"), "main")
        SubElement(head, "meta", charset="utf-8")
        SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
        _text(head, "title", "Yunshan: downloads")
        _text(head, "style", _STYLE)
        _text(body, "h1", "Downloads")
        day = f", loaded on {self.loaded_at:%Y-%m-%d}" if self.loaded_at else ""
        _text(body, "p", f"Revision {self.revision}{day}. All files are of one revision, which every row names.")
        about = SubElement(body, "p")
        _text(about, "a", DATA_PACKAGE, href=DATA_PACKAGE)
        about[-1].tail = " describes all files and their columns for programs."
        for name in EXPORTS:
            self._add_section(body, name)
        _text(body, "h2", "Choose rows, columns and language")
        _add_table(body, ("parameter", "meaning"), [(f"`{name}`", meaning) for name, meaning in PARAMETERS.items()])
        written: bytes = tostring(page, encoding="utf-8", method="html")
        return b"<!DOCTYPE html>\n" + written

    def _add_section(self, body: Element, name: str) -> None:
        _text(body, "h2", name, id=name)
        count = self.counts.get(name)
        _text(body, "p", EXPORTED_FILES[name].rows + (f": {count} rows" if count is not None else ""))
        formats = SubElement(body, "p", {"class": "formats"})
        for form in self.media:
            _text(formats, "a", f"{name}.{form}", href=f"{name}.{form}")
        _text(formats, "a", f"{name}.csv for Excel", href=f"{name}.csv?excel=1")
        details = SubElement(body, "details")
        columns = columns_of(name)
        _text(details, "summary", f"{len(columns)} columns")
        rows = [(f"`{column.name}`", column.type, column.note) for column in columns]
        _add_table(details, ("column", "type", "meaning"), rows)
        if filters := self._filters(name):
            _text(details, "p", "Filters: " + ", ".join(f"`{one}`" for one in filters))


def _add_table(parent: Element, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = SubElement(parent, "table")
    head = SubElement(SubElement(table, "thead"), "tr")
    for name in header:
        _text(head, "th", name, scope="col")
    body = SubElement(table, "tbody")
    for row in rows:
        line = SubElement(body, "tr")
        for text in row:
            _text(line, "td", text)


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    """Add an element with a text, in which what stands between backticks is code."""
    element = SubElement(parent, tag, attributes)
    element.text, *others = text.split("`")
    for number, part in enumerate(others):
        if number % 2 == 0:
            SubElement(element, "code").text = part
        else:
            element[-1].tail = part
