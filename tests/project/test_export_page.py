"""The pages on downloads have every column with its type, in order, and describe what the server does."""

import json
import re
from typing import Final

import httpx2
import pytest

from api.export.download import EXPORT_BATCH_BYTES
from api.export.workbook_download import MAX_WORKBOOK_ROWS
from schema.export.batches import BATCH_SIZE, EXPORTS, filter_type
from schema.export.csv_columns import columns_of
from schema.export.export_rows import selection
from schema.export.file_languages import MAX_LANGUAGES, FileLanguages
from schema.export.files import EXPORTED_FILES
from tests.support.servers import ROOT, Server
from tests.support.waiting import PATIENCE_S

PAGE: Final = (ROOT / "docs/guide/export.md").read_text(encoding="utf-8")
COLUMNS: Final = (ROOT / "docs/reference/csv-columns.md").read_text(encoding="utf-8")
ERRORS: Final = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
LIMITS: Final = (ROOT / "docs/reference/limits.md").read_text(encoding="utf-8")
ROW: Final = re.compile(r"^\| ((?:`\w+` ?)+) \| (text|number|integer|boolean|date) \| ([^|].*) \|$", re.MULTILINE)


def dictionary(name: str) -> list[tuple[str, str, str]]:
    """The columns of a file with their types and meanings, as the page has them."""
    section = COLUMNS.partition(f"\n## {name}.csv\n")[2].partition("\n##")[0]
    return [(column, *said) for names, *said in ROW.findall(section) for column in re.findall(r"\w+", names)]


@pytest.mark.parametrize("name", EXPORTS)
def test_the_dictionary_has_every_column_in_its_order(name: str) -> None:
    columns = columns_of(name)
    assert dictionary(name) == [(column.name, column.type, column.note) for column in columns]


@pytest.mark.parametrize("name", EXPORTS)
def test_in_one_language_there_are_no_columns_of_other_languages(name: str) -> None:
    endings = ("_zh_hans", "_en", "_zh_hant")
    told = [column for column, *_ in dictionary(name) if not column.endswith(endings)]
    assert [column.name for column in columns_of(name, FileLanguages(("en",)))] == told


def test_the_selection_of_the_page_is_what_a_line_says() -> None:
    [shown] = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)
    assert shown.split() == selection("metrics").split()


def test_the_error_of_the_page_is_the_servers(server: Server) -> None:
    downloads = ERRORS.partition("\n## Downloads\n")[2].partition("\n## ")[0]
    [shown] = re.findall(r"```json\n(.*?)```", downloads, re.DOTALL)
    assert httpx2.get(f"{server.url}/export/metrics.csv?district=baiyun", timeout=PATIENCE_S).json() == json.loads(
        shown
    )


def test_the_commands_of_the_page_are_answered(server: Server) -> None:
    command = r"curl [^\n]*'http://127\.0\.0\.1:8000(/export/[^']*)'\n\n```\w+\n(.*?)```"
    shown = re.findall(command, PAGE, re.DOTALL)
    assert len(shown) == 2
    for path, answer in shown:
        response = httpx2.get(f"{server.url}{path}", timeout=PATIENCE_S)
        assert (response.status_code, response.text.replace("\r\n", "\n")) == (200, answer)


def test_the_page_lists_the_files_and_their_filters() -> None:
    table = [line for line in PAGE.splitlines() if line.startswith("| `")]
    filters = {name: f"`{filter_type(name).name}`" for name in EXPORTS}
    assert table == [f"| `{name}` | {EXPORTED_FILES[name].rows} | {filters[name]} |" for name in EXPORTS]


def test_the_pages_say_how_large_a_workbook_may_be() -> None:
    for page in (PAGE, LIMITS, ERRORS):
        assert f"at most {MAX_WORKBOOK_ROWS:,}" in page


def test_the_page_on_limits_says_how_large_a_batch_is() -> None:
    assert f"batches of {BATCH_SIZE} rows or {EXPORT_BATCH_BYTES // 1024} kB" in LIMITS


def test_the_pages_say_how_many_languages_stand_side_by_side() -> None:
    for page in (PAGE, LIMITS, ERRORS):
        assert f"at most {MAX_LANGUAGES} languages" in page
