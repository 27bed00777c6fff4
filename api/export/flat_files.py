"""File formats of exports that are written row by row: CSV (RFC 4180), JSON Lines and JSON.

CSV holds texts as they are. For spreadsheet programs (`Layout.is_for_excel`) it begins with a byte order mark, and
texts that would be formulas are prefixed with an apostrophe, which makes them text (OWASP, "CSV Injection"). So are
texts that begin with an apostrophe: removing the first apostrophe always restores the text.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from types import MappingProxyType
from typing import Any, Final, Protocol

import orjson

from schema.export.cells import Cell
from schema.export.csv_columns import Column
from schema.export.export_rows import Record
from schema.export.file_languages import with_translations_in

CSV: Final = "csv"
BOM: Final = "\ufeff"
# Excel and LibreOffice evaluate these; the wide forms if the program's language is Japanese.
_FORMULA: Final = "=+-@\t\r\n＝＋－＠"
_ESCAPED: Final = frozenset(_FORMULA + "'")


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file has of each record.

    further: the languages that texts have in JSON beside their own. is_flat: whether JSON has the columns as keys,
    because they were chosen, in place of the whole record.
    """

    columns: Sequence[Column]
    further: Sequence[str] = ()
    is_flat: bool = False
    is_for_excel: bool = False


class FileFormat(Protocol):
    """A file format. media: its media type."""

    media: str

    def head(self, layout: Layout) -> bytes:
        """Write what precedes the first row."""
        ...

    def rows(self, layout: Layout, records: Sequence[Record], *, is_first: bool) -> bytes:
        """Write rows. is_first: whether no row precedes them."""
        ...

    def tail(self) -> bytes:
        """Write what follows the last row."""
        ...


class _Csv:
    """A header line and one line a row, ended by CRLF; a missing value is an empty cell."""

    media = "text/csv; charset=utf-8; header=present"

    def head(self, layout: Layout) -> bytes:
        return (BOM * layout.is_for_excel + _lines([[column.name for column in layout.columns]])).encode()

    def rows(self, layout: Layout, records: Sequence[Record], *, is_first: bool) -> bytes:
        reads = [(column.read, layout.is_for_excel and not column.is_number) for column in layout.columns]
        return _lines(
            [[_escape_formula(read(one)) if escapes else read(one) for read, escapes in reads] for one in records]
        ).encode()

    def tail(self) -> bytes:
        return b""


class _JsonLines:
    """One JSON object a line, in UTF-8, ended by a line feed."""

    media = "application/jsonl; charset=utf-8"

    def head(self, layout: Layout) -> bytes:
        return b""

    def rows(self, layout: Layout, records: Sequence[Record], *, is_first: bool) -> bytes:
        return b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in _objects(layout, records))

    def tail(self) -> bytes:
        return b""


class _Json:
    """One array of JSON objects. A file that breaks off has no closing bracket, so it is not JSON."""

    media = "application/json; charset=utf-8"

    def head(self, layout: Layout) -> bytes:
        return b"["

    def rows(self, layout: Layout, records: Sequence[Record], *, is_first: bool) -> bytes:
        between = b",\n".join(orjson.dumps(one) for one in _objects(layout, records))
        return (b"\n" if is_first else b",\n") + between if between else b""

    def tail(self) -> bytes:
        return b"\n]\n"


# Written row by row; a workbook (`api.export.workbook`) is not.
TEXT_FORMATS: Final[Mapping[str, FileFormat]] = MappingProxyType(
    {CSV: _Csv(), "jsonl": _JsonLines(), "json": _Json()}
)


def _objects(layout: Layout, records: Sequence[Record]) -> Sequence[Record]:
    if not layout.is_flat:
        return [with_translations_in(layout.further, one) for one in records] if layout.further else records
    return [{column.name: _json_value(column, one) for column in layout.columns} for one in records]


def _json_value(column: Column, record: Record) -> Any:
    """A cell as JSON has it: a number with all its digits, true or false, a text, or null."""
    cell = column.read(record)
    if column.type == "number" and cell is not None:
        return orjson.Fragment(str(cell))
    return cell == "true" if column.type == "boolean" and cell is not None else cell


def _escape_formula(text: Cell) -> Cell:
    return f"'{text}" if isinstance(text, str) and text[:1] in _ESCAPED else text


def _lines(rows: Sequence[Sequence[Cell]]) -> str:
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
