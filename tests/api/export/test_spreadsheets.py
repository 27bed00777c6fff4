"""Files open in a spreadsheet program as they are meant: with figures as numbers, with Chinese, and inert."""

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import httpx2
import pytest

from schema.export.batches import EXPORTS
from seeds.commands import BAIYUN
from seeds.inputs import Inputs, check_inputs
from tests.support.data.exported import DIGITS, NUMBERS, awkward, serving
from tests.support.waiting import PATIENCE_S

MISSING = (
    "No LibreOffice Calc found; install it to test spreadsheets, for example: apt-get install libreoffice-calc-nogui"
)
# Cells that a spreadsheet program takes for dates, numbers and booleans.
LITERALS = {
    *("period_start", "period_end", "period_edtf", "period_label_en"),
    *("period_start_is_open", "period_end_is_open", "period_approximate", "period_uncertain"),
    "rank_tied",
    *("published", "published_on", "accessed_on", "citation_published"),
    # Lists, mostly of one.
    *("rank_positions", "rank_ofs", "rank_streaks"),
}
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# Fields separated by commas, texts in quotes, UTF-8, from the first line on.
COMMAS_AND_UTF_8 = "CSV:44,34,76,1"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def soffice() -> str:
    """The path of LibreOffice.

    Without it the test is skipped, or fails where YUNSHAN_REQUIRE_OFFICE is set.
    """
    path = shutil.which("soffice") or shutil.which("libreoffice")
    if path is None:
        if os.environ.get("YUNSHAN_REQUIRE_OFFICE"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return path


class Cell:
    """A cell as the program has it: what it shows, and its value where it is a number."""

    def __init__(self, element: ElementTree.Element) -> None:
        self.shown = "\n".join(_shown(paragraph) for paragraph in element.iter(f"{TEXT}p"))
        value = element.get(f"{OFFICE}value")
        self.number = float(value) if value is not None else None
        self.kind = element.get(f"{OFFICE}value-type")
        self.formula = element.get(f"{TABLE}formula")


def _shown(paragraph: ElementTree.Element) -> str:
    """The text of a paragraph, in which some blanks are elements."""
    return "".join(
        (" " * int(part.get(f"{TEXT}c", "1")) if part.tag == f"{TEXT}s" else part.text or "")
        + ("" if part is paragraph else part.tail or "")
        for part in paragraph.iter()
    )


def opened(soffice: str, folder: Path, content: bytes) -> list[list[Cell]]:
    """The cells of a CSV file that the program has opened."""
    [rows] = sheets_of(soffice, folder, content, "file.csv", f"--infilter={COMMAS_AND_UTF_8}").values()
    return rows


def sheets_of(soffice: str, folder: Path, content: bytes, file: str, *options: str) -> dict[str, list[list[Cell]]]:
    """The cells of each sheet of a file that the program has opened."""
    (folder / file).write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", *options, "--convert-to", "fods", "--outdir", str(folder)]
    subprocess.run([*command, str(folder / file)], check=True, capture_output=True, timeout=600)
    book = ElementTree.parse(folder / "file.fods").getroot()
    return {
        table.attrib[f"{TABLE}name"]: [row for one in table.iter(f"{TABLE}table-row") if (row := list(_cells(one)))]
        for table in book.iter(f"{TABLE}table")
    }


def _cells(row: ElementTree.Element) -> Iterator[Cell]:
    elements = row.findall(f"{TABLE}table-cell")
    while elements and elements[-1].get(f"{OFFICE}value-type") is None:
        elements.pop()
    for element in elements:
        for _ in range(int(element.get(f"{TABLE}number-columns-repeated", "1"))):
            yield Cell(element)


@pytest.fixture(scope="module")
def files(mongodb_uri: str) -> Iterator[dict[str, bytes]]:
    """The files of Baiyun and of an awkward district."""
    inputs = check_inputs([BAIYUN])
    assert isinstance(inputs, Inputs)
    with inputs:
        [baiyun] = inputs.read(frozenset(inputs.hashes))
    with serving(mongodb_uri, [baiyun, awkward()]) as server:
        yield {
            f"{name}.csv{query}": httpx2.get(f"{server.url}/export/{name}.csv{query}", timeout=PATIENCE_S).content
            for name in EXPORTS
            for query in ("", "?excel=1")
        } | {
            f"{name}.xlsx": httpx2.get(f"{server.url}/export/{name}.xlsx", timeout=PATIENCE_S).content
            for name in EXPORTS
        }


@pytest.mark.parametrize(
    "name", ["metrics.csv?excel=1", "awards.csv?excel=1", "initiatives.csv?excel=1", "sources.csv"]
)
def test_a_file_opens_with_its_figures_and_its_chinese(
    soffice: str, files: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    columns, *table = csv.reader(StringIO(files[name].decode("utf-8-sig"), newline=""))
    header, *rows = opened(soffice, tmp_path, files[name])
    assert [cell.shown for cell in header] == columns
    assert len(rows) == len(table)
    for cells, row in zip(rows, table, strict=True):
        for column, cell, text in zip(columns, cells, row, strict=True):
            assert cell.formula is None, (column, text)
            if column in NUMBERS:
                assert cell.number == (pytest.approx(float(text), rel=1e-14) if text else None), (column, text)
            elif cell.kind == "string":
                assert cell.shown == text, column
            else:
                assert column in LITERALS or not text


def test_what_looks_like_a_formula_is_a_text(soffice: str, files: dict[str, bytes], tmp_path: Path) -> None:
    header, *rows = opened(soffice, tmp_path, files["metrics.csv?excel=1"])
    place = {cell.shown: number for number, cell in enumerate(header)}
    by_slug = {cells[place["slug"]].shown: cells for cells in rows}
    formula = by_slug["formula"]
    assert formula[place["name_zh_hans"]].shown == '\'=1+1，"引号", 逗号'
    assert formula[place["name_en"]].shown == "'@SUM(A1:A9)"
    assert formula[place["note_zh_hans"]].shown == "'+86 第一行\n第二行"
    assert formula[place["value"]].number == -3.5
    assert by_slug["digits"][place["value"]].number == pytest.approx(float(DIGITS), rel=1e-14)
    assert by_slug["government-data-records"][place["normalized"]].number == 15_258_000_000
    assert by_slug["government-data-records"][place["name_zh_hans"]].kind == "string"


@pytest.mark.parametrize("name", EXPORTS)
def test_a_workbook_opens_with_its_sheets_and_the_rows_of_csv(
    soffice: str, files: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    columns, *table = csv.reader(StringIO(files[f"{name}.csv"].decode(), newline=""))
    sheets = sheets_of(soffice, tmp_path, files[f"{name}.xlsx"], "file.xlsx")
    assert list(sheets) == ["About", "Columns", name]
    assert sheets["About"][0][1].shown.startswith(f"Yunshan: {name}, revision 1 of ")
    header, *rows = sheets[name]
    place = {cell.shown: number for number, cell in enumerate(header)}
    assert [column for column in place if not column.endswith("_text")] == columns
    assert len(rows) == len(table)
    for cells, row in zip(rows, table, strict=True):
        for column, text in zip(columns, row, strict=True):
            cell = cells[place[column]] if place[column] < len(cells) else None
            assert cell is None or cell.formula is None
            if cell is None or not text:
                assert not text and (cell is None or not cell.shown), column
            elif column in NUMBERS:
                assert cell.number == pytest.approx(float(text), rel=1e-14), (column, text)
                assert f"{column}_text" not in place or cells[place[f"{column}_text"]].shown == text
            else:
                assert (cell.kind, cell.shown) == ("string", text), column
