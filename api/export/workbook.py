"""Write a workbook (Office Open XML, XLSX): a sheet about the file, a sheet on its columns, and the sheet of rows.

Texts are text cells, so no program takes one for a formula, a date or a number. A number has a column of its exact
digits beside it. The same rows of the same revision give the same bytes. Rows go to a temporary file as they come.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from schema.export.cells import Cell
from schema.export.csv_columns import Column
from schema.export.export_rows import Record

XLSX: Final = "xlsx"
XLSX_MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ABOUT_SHEET: Final = "About"
COLUMNS_SHEET: Final = "Columns"
EXACT_SUFFIX: Final = "_text"
# Excel's limit, in UTF-16 code units.
MAX_CELL_TEXT: Final = 32_767
# The file's own dates where nothing is published.
_NO_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_HEADER_STYLE: Final = {"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "valign": "top"}
_WRAPPED_STYLE: Final = {"text_wrap": True, "valign": "top"}
_WIDTHS: Final = {"text": 24, "number": 14, "integer": 10, "boolean": 10, "date": 12}
_EXACT_NOTE: Final = "the exact digits of the column before, as a text"
_NOTES: Final = (
    "Spreadsheets keep fifteen digits of a number. The column behind each number that may have more, whose name ends "
    f"in {EXACT_SUFFIX}, has the exact digits as a text.",
    "Texts, dates and periods are text cells: nothing is calculated, and 2025 as a period is no number.",
    "The items of a list are separated by “ | ”; the nth item of one list belongs to the nth of the next.",
    "An empty cell is an unknown value.",
)


class CellTooLong(Exception):
    """A text is longer than a cell can be."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first sheet says. rows: what the rows are. where: the filter as JSON; empty for all rows."""

    name: str
    rows: str
    revision: int
    loaded_at: datetime | None
    where: str
    count: int

    @property
    def title(self) -> str:
        """The title of the file."""
        day = f" of {self.loaded_at:%Y-%m-%d}" if self.loaded_at else ""
        return f"Yunshan: {self.name}, revision {self.revision}{day}"

    def lines(self) -> Iterator[tuple[str, str]]:
        """The lines of the sheet: what is said of what."""
        yield "Title", self.title
        yield "Rows", f"{self.count}: {self.rows}"
        yield (
            "Filter",
            (self.where or "none: every row") if len(self.where) < MAX_CELL_TEXT // 2 else "too long for a cell",
        )
        yield "Revision", str(self.revision)
        yield "Date of the data", f"{self.loaded_at:%Y-%m-%dT%H:%M:%SZ}" if self.loaded_at else "nothing is published"
        yield "Sources", "Each row names its own where it has any; the file “sources” describes them."
        yield "Licence", "The data set states none. What a source publishes is under the terms of that source."
        yield "How to cite", f"{self.title}; and the source that a row names."
        yield "Contents", f"{COLUMNS_SHEET}: what each column means"
        yield "", f"{self.name}: the rows"
        for number, note in enumerate(_NOTES):
            yield "" if number else "Notes", note


class _Sheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet in which each text is a text: XlsxWriter takes one between <r> and </r> for markup."""

    def _xml_rich_inline_string(self, string: str, attributes: Any) -> None:
        self._xml_inline_string(string, preserve=False, attributes=attributes)


class WorkbookWriter:
    """A workbook in progress, in a folder of its own."""

    def __init__(self, folder: Path, cover: Cover, columns: Sequence[Column]) -> None:
        self.path = folder / f"{cover.name}.{XLSX}"
        options = {"constant_memory": True, "tmpdir": str(folder), "strings_to_formulas": False}
        self._book = Workbook(str(self.path), options)
        self._book.worksheet_class = _Sheet
        created = cover.loaded_at or _NO_DATE
        self._book.set_properties({"title": cover.title, "author": "Yunshan", "created": created})
        self._header = self._book.add_format(_HEADER_STYLE)
        self._wrapped = self._book.add_format(_WRAPPED_STYLE)
        self._columns = columns
        self._write_about(cover)
        self._write_columns()
        self._sheet = self._book.add_worksheet(cover.name)
        self._rows = 0
        self._begin_rows()

    def add(self, records: Sequence[Record]) -> None:
        """Write rows. Raises CellTooLong."""
        for record in records:
            self._rows += 1
            place = 0
            for column in self._columns:
                cell = column.read(record)
                if cell is not None:
                    self._write_cell(place, column, cell, record)
                place += 2 if column.type == "number" else 1

    def close(self) -> None:
        """Complete the file at `path`."""
        self._sheet.autofilter(0, 0, self._rows, len(list(self._names())) - 1)
        self._book.close()

    def discard(self) -> None:
        """Close the temporary files, also if the workbook is not complete."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()

    def _write_cell(self, place: int, column: Column, cell: Cell, record: Record) -> None:
        text = str(cell)
        if len(text) > MAX_CELL_TEXT // 2 and len(text.encode("utf-16-le")) // 2 > MAX_CELL_TEXT:
            limit = f"a cell of a spreadsheet has at most {MAX_CELL_TEXT} characters"
            raise CellTooLong(f'"{column.name}" of {record["id"]} is longer than that: {limit}')
        if column.is_number:
            if isfinite(float(text)):
                self._sheet.write_number(self._rows, place, float(text))
            if column.type == "number":
                self._sheet.write_string(self._rows, place + 1, text)
        else:
            self._sheet.write_string(self._rows, place, text)

    def _names(self) -> Iterator[tuple[str, Column]]:
        """The columns of the sheet, with those of exact digits."""
        for column in self._columns:
            yield column.name, column
            if column.type == "number":
                yield f"{column.name}{EXACT_SUFFIX}", column

    def _begin_rows(self) -> None:
        self._sheet.freeze_panes(1, 0)
        for place, (name, column) in enumerate(self._names()):
            self._sheet.set_column(place, place, max(len(name) + 3, _WIDTHS[column.type]))
            self._sheet.write_string(0, place, name, self._header)

    def _write_about(self, cover: Cover) -> None:
        sheet = self._book.add_worksheet(ABOUT_SHEET)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 100)
        for row, (name, text) in enumerate(cover.lines()):
            _write_texts(sheet, row, (name, text), (self._header, self._wrapped))

    def _write_columns(self) -> None:
        sheet = self._book.add_worksheet(COLUMNS_SHEET)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 10)
        sheet.set_column(2, 2, 100)
        _write_texts(sheet, 0, ("column", "type", "meaning"), (self._header,) * 3)
        for row, (name, column) in enumerate(self._names(), 1):
            type_, note = (column.type, column.note) if name == column.name else ("text", _EXACT_NOTE)
            _write_texts(sheet, row, (name, type_, note.replace("`", "")), (None, None, self._wrapped))


def _write_texts(sheet: Worksheet, row: int, texts: Sequence[str], styles: Sequence[Format | None]) -> None:
    for place, (text, style) in enumerate(zip(texts, styles, strict=True)):
        sheet.write_string(row, place, text, style)
