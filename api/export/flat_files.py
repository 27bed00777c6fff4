"""Flat files as bytes: CSV (RFC 4180) for tables and spreadsheets, and JSON Lines.

A spreadsheet program takes a cell for a formula by its first character. A text that begins with such a one gets an
apostrophe before it, and is a text then (OWASP, "CSV Injection"). A text that begins with an apostrophe gets one too,
so that taking off the first apostrophe of a cell always gives the text. Numbers are written in digits alone.
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
# What Excel and LibreOffice calculate; the wide forms where the language of the program is Japanese.
_FORMULA: Final = "=+-@\t\r\n＝＋－＠"
_ESCAPED: Final = frozenset(_FORMULA + "'")


class FileFormat(Protocol):
    """A kind of file. media: its media type."""

    media: str

    def head(self, columns: Sequence[Column], *, bom: bool) -> bytes:
        """What stands before the first row."""
        ...

    def rows(self, columns: Sequence[Column], records: Sequence[Record]) -> bytes:
        """Some rows."""
        ...


class _Csv:
    """A header and a line a row, both ended by CRLF; a cell without a value is empty."""

    media = "text/csv; charset=utf-8; header=present"

    def head(self, columns: Sequence[Column], *, bom: bool) -> bytes:
        return (BOM * bom + _lines([[column.name for column in columns]])).encode()

    def rows(self, columns: Sequence[Column], records: Sequence[Record]) -> bytes:
        reads = [(column.read, column.is_number) for column in columns]
        return _lines(
            [[read(one) if is_number else _escape_formula(read(one)) for read, is_number in reads] for one in records]
        ).encode()


class _JsonLines:
    """A line a row: an object in UTF-8, ended by a line feed."""

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
