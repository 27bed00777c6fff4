"""File formats of exports: CSV (RFC 4180) and JSON Lines.

Spreadsheet programs recognize a formula by its first character. Texts that begin with such a character are prefixed
with an apostrophe, which makes them text (OWASP, "CSV Injection"). So are texts that begin with an apostrophe:
removing the first apostrophe always restores the text. Numbers are written in plain digits.
"""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from types import MappingProxyType
from typing import Final, Protocol

import orjson

from schema.export.csv_columns import Cell, Column
from schema.export.export_rows import Record

CSV: Final = "csv"
JSONL: Final = "jsonl"
BOM: Final = "\ufeff"
# Excel and LibreOffice evaluate these; the wide forms if the program's language is Japanese.
_FORMULA: Final = "=+-@\t\r\n＝＋－＠"
_ESCAPED: Final = frozenset(_FORMULA + "'")


class FileFormat(Protocol):
    """A file format. media: its media type."""

    media: str

    def head(self, columns: Sequence[Column], *, bom: bool) -> bytes:
        """Write what precedes the first row."""
        ...

    def rows(self, columns: Sequence[Column], records: Sequence[Record]) -> bytes:
        """Write rows."""
        ...


class _Csv:
    """A header line and one line a row, ended by CRLF; a missing value is an empty cell."""

    media = "text/csv; charset=utf-8; header=present"

    def head(self, columns: Sequence[Column], *, bom: bool) -> bytes:
        return (BOM * bom + _lines([[column.name for column in columns]])).encode()

    def rows(self, columns: Sequence[Column], records: Sequence[Record]) -> bytes:
        reads = [(column.read, column.is_number) for column in columns]
        return _lines(
            [[read(one) if is_number else _escape_formula(read(one)) for read, is_number in reads] for one in records]
        ).encode()


class _JsonLines:
    """One JSON object a line, in UTF-8, ended by a line feed."""

    media = "application/jsonl; charset=utf-8"

    def head(self, columns: Sequence[Column], *, bom: bool) -> bytes:
        return b""

    def rows(self, columns: Sequence[Column], records: Sequence[Record]) -> bytes:
        return b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in records)


FILE_FORMATS: Final[Mapping[str, FileFormat]] = MappingProxyType({CSV: _Csv(), JSONL: _JsonLines()})


def _escape_formula(text: Cell) -> Cell:
    return f"'{text}" if isinstance(text, str) and text[:1] in _ESCAPED else text


def _lines(rows: Sequence[Sequence[Cell]]) -> str:
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
