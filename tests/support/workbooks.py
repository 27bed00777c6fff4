"""Read a workbook (XLSX) as its standard says, with nothing of the program that wrote it."""

import re
from io import BytesIO
from typing import Final
from xml.etree import ElementTree
from zipfile import ZipFile

Value = str | float
MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Book:
    """A workbook. sheets: the cells of each sheet by row, without cells and rows that are empty at the end."""

    def __init__(self, content: bytes) -> None:
        with ZipFile(BytesIO(content)) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        book = ElementTree.fromstring(self.files["xl/workbook.xml"])
        names = [sheet.attrib["name"] for sheet in book.iter(f"{MAIN}sheet")]
        self.xml = {name: ElementTree.fromstring(self._sheet(at)) for at, name in enumerate(names, 1)}
        self.sheets = {name: _rows(sheet) for name, sheet in self.xml.items()}

    def _sheet(self, number: int) -> bytes:
        return self.files[f"xl/worksheets/sheet{number}.xml"]


def _rows(sheet: ElementTree.Element) -> list[list[Value | None]]:
    """The rows of a sheet, in which those without cells are left out."""
    rows: list[list[Value | None]] = []
    for row in sheet.iter(f"{MAIN}row"):
        rows += [[] for _ in range(int(row.attrib["r"]) - 1 - len(rows))]
        rows.append(_row(row))
    return rows


def _row(row: ElementTree.Element) -> list[Value | None]:
    cells: list[Value | None] = []
    for cell in row.iter(f"{MAIN}c"):
        place = _place(cell.attrib["r"])
        cells += [None] * (place + 1 - len(cells))
        cells[place] = _value(cell)
    return cells


def _place(reference: str) -> int:
    """The number of a cell's column, from 0."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: ElementTree.Element) -> Value | None:
    assert cell.find(f"{MAIN}f") is None, "a formula"
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        text = "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    value = cell.find(f"{MAIN}v")
    if value is None or value.text is None:
        return None
    assert kind == "n"
    return float(value.text)
