"""A workbook has the rows of CSV in cells of their types, says what it is, and is sent whole or not at all."""

import asyncio
import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from api.export import download, workbook_download
from api.export.endpoint import ExportEndpoint
from api.export.workbook import CellTooLong, Cover, WorkbookWriter
from api.http.outcome import OUTCOME
from api.limits.admission import AdmissionController
from api.settings import Settings
from loaders.errors import StoreUnavailable
from loaders.model.revisions import Published
from loaders.store.fetch import Fetch, Fetched
from schema.export.batches import EXPORTS, FIRST_BATCH_SIZE
from schema.export.csv_columns import columns_of
from tests.api.export.test_download import FIRST, Sent, Twin, scope_of, stored_rows
from tests.support.data.exported import DIGITS, NUMBERS, districts, serving
from tests.support.servers import Server
from tests.support.waiting import PATIENCE_S
from tests.support.workbooks import MAIN, Book

EXACT = ("value", "max_value", "normalized", "year_on_year_value")
COVER = Cover("sources", "publications", 7, datetime(2026, 11, 27, 8, 30, tzinfo=UTC), '{"a":1}', 3)


@pytest.fixture(scope="module")
def loaded(mongodb_uri: str) -> Iterator[Server]:
    with serving(mongodb_uri, districts(3)) as server:
        yield server


def get(server: Server, file: str, **headers: str) -> httpx2.Response:
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.get(f"{server.url}/export/{file}", headers=own, timeout=PATIENCE_S)


@pytest.mark.parametrize("name", EXPORTS)
def test_the_rows_are_those_of_csv(loaded: Server, name: str) -> None:
    columns, *rows = csv.reader(StringIO(get(loaded, f"{name}.csv").content.decode(), newline=""))
    book = Book(get(loaded, f"{name}.xlsx").content)
    assert list(book.sheets) == ["About", "Columns", name]
    header, *cells = book.sheets[name]
    assert header == [
        one for column in columns for one in ([column, f"{column}_text"] if column in EXACT else [column])
    ]
    assert len(cells) == len(rows) > 0
    for row, written in zip(rows, cells, strict=True):
        found = dict(zip(header, [*written, *[None] * (len(header) - len(written))], strict=True))
        for column, text in zip(columns, row, strict=True):
            if column in NUMBERS:
                assert found[column] == (pytest.approx(float(text), rel=1e-15) if text else None), column
                assert column not in EXACT or found[f"{column}_text"] == (text or None)
            else:
                assert found[column] == (text or None), column


def test_texts_stay_texts_and_digits_stay_digits(loaded: Server) -> None:
    header, *rows = Book(get(loaded, "metrics.xlsx?district.eq=awkward").content).sheets["metrics"]
    by_slug = {row[1]: dict(zip(header, row, strict=False)) for row in rows}
    assert by_slug["formula"]["name_zh_hans"] == '=1+1，"引号", 逗号'
    assert by_slug["formula"]["note_zh_hans"] == "+86 第一行\n第二行"
    assert by_slug["tiny"]["name_zh_hans"] == "'=1+1"
    assert by_slug["digits"]["value_text"] == DIGITS
    assert by_slug["digits"]["value"] == pytest.approx(1234567890.1234567)
    assert (by_slug["range"]["period_start"], by_slug["range"]["period_start_is_open"]) == ("2025-01-01", "false")


def test_the_first_sheets_say_what_the_file_is_and_what_its_columns_mean(loaded: Server) -> None:
    book = Book(get(loaded, "metrics.xlsx?district.eq=awkward&columns=slug,value,unit").content)
    about = {str(row[0]): str(row[1]) for row in book.sheets["About"] if row[0]}
    day = about["Date of the data"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", day)
    assert about["Title"] == f"Yunshan: metrics, revision 1 of {day[:10]}"
    assert about["Rows"] == "8: metrics of all districts, each with its latest figure"
    assert about["Filter"] == '{"district":{"eq":"awkward"}}'
    assert about["How to cite"] == f"{about['Title']}; and the source that a row names."
    assert book.sheets["Columns"] == [
        ["column", "type", "meaning"],
        ["slug", "text", "the name within the district"],
        ["value", "number", "the figure as printed, with all digits; the lower end of a RANGE"],
        ["value_text", "text", "the exact digits of the column before, as a text"],
        ["unit", "text", "the unit's code: percent, cny, work-order, cny-per-person"],
    ]
    sheet = book.xml["metrics"]
    [pane] = sheet.iter(f"{MAIN}pane")
    assert (pane.attrib["ySplit"], pane.attrib["state"]) == ("1", "frozen")
    [filtered] = sheet.iter(f"{MAIN}autoFilter")
    assert filtered.attrib["ref"] == "A1:D9"
    assert f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}<'.encode() in book.files["docProps/core.xml"]


def test_the_bytes_are_those_of_the_revision(loaded: Server) -> None:
    first, second = (get(loaded, "awards.xlsx", accept_encoding="gzip") for _ in range(2))
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
    assert first.headers["content-length"] == str(len(first.content))
    assert "content-encoding" not in first.headers
    assert first.headers["content-disposition"] == 'attachment; filename="awards-1.xlsx"'
    assert first.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    held = get(loaded, "awards.xlsx", if_none_match=first.headers["etag"])
    assert (held.status_code, held.content) == (304, b"")
    others = ("awards.csv", "awards.xlsx?lang=en", "awards.xlsx?columns=id", "metrics.xlsx")
    assert first.headers["etag"] not in {get(loaded, other).headers["etag"] for other in others}
    refused = get(loaded, "awards.xlsx?excel=1")
    assert refused.json()["errors"][0]["message"] == '"excel" is for csv; Excel opens xlsx as it is'


def test_no_rows_are_a_header(loaded: Server) -> None:
    book = Book(get(loaded, "awards.xlsx?district.eq=nowhere&columns=id,slug").content)
    assert book.sheets["awards"] == [["id", "slug"]]


def source(**texts: Any) -> dict[str, Any]:
    title: dict[str, Any] = {
        "text": "甲",
        "language": "zh-Hans",
        "zhHans": "甲",
        "en": None,
        "zhHant": None,
        "derived": [],
    }
    plain = {"id": "Source:a", "slug": "a", "title": title, "kind": "OTHER", "publisher": None, "url": None}
    return {**plain, **dict.fromkeys(("published", "publishedOn", "accessedOn", "language")), "revision": 7, **texts}


@pytest.mark.parametrize(
    "text",
    ["<r>1</b></r>", "_x0041_", "a\rb\x0bc", " a ", "&amp;<b>", "'=1", "=1", "https://example.org", "😀" * 16_383],
)
def test_any_text_is_what_it_was(tmp_path: Path, text: str) -> None:
    writer = WorkbookWriter(tmp_path, COVER, columns_of("sources"))
    writer.add([source(url=text)])
    writer.close()
    header, row = Book(writer.path.read_bytes()).sheets["sources"]
    assert row[header.index("url")] == text


def test_a_text_that_is_too_long_for_a_cell_is_not_cut_off(tmp_path: Path) -> None:
    writer = WorkbookWriter(tmp_path, COVER, columns_of("sources"))
    writer.add([source(url="a" * 32_767)])
    for text in ("a" * 32_768, "😀" * 16_384):
        with pytest.raises(CellTooLong, match='"url" of Source:a is longer than that'):
            writer.add([source(url=text)])
    writer.discard()


class Counting(Twin):
    """A store that counts its rows, and has the record of its revision."""

    async def revision(self, number: int) -> Any:
        return {"_id": number, "loaded_at": datetime(2026, 11, 27, tzinfo=UTC)}

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        if "total" in fetch.extras:
            return Fetched([], {"total": [{"total": len(stored_rows())}]})
        return await super().fetch(fetch, published)


async def downloaded(
    store: Twin, exports: ExportEndpoint | None = None, client: str = "192.0.2.1"
) -> tuple[Sent, Any]:
    settings = Settings(mongodb_uri=None)
    app = Starlette()
    app.state.store = store
    scope = {**scope_of("metrics.xlsx", app), "client": (client, 1)}
    sent = Sent()
    await (exports or ExportEndpoint(settings, AdmissionController(settings)))(scope, _receive, sent)
    return sent, scope[OUTCOME]


async def _receive() -> Any:
    raise AssertionError("nothing is received")


def entries_of(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def error_of(sent: Sent) -> dict[str, Any]:
    [error] = json.loads(sent.body)["errors"]
    return {"message": error["message"], **error["extensions"]}


async def test_all_batches_are_in_it_and_each_row_costs_a_point() -> None:
    sent, outcome = await downloaded(Counting())
    assert (sent.status, sent.is_complete) == (200, True)
    _, *rows = Book(sent.body).sheets["metrics"]
    assert [row[0] for row in rows] == [row["id"] for row in stored_rows()]
    assert (outcome.summary.code, outcome.summary.cost) == ("OK", len(stored_rows()))


async def test_more_rows_than_a_workbook_may_have_are_refused_before_they_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = len(stored_rows())
    monkeypatch.setattr(workbook_download, "MAX_WORKBOOK_ROWS", rows - 1)
    sent, _ = await downloaded(store := Counting())
    assert (sent.status, store.reads) == (400, 0)
    assert error_of(sent) == {
        "message": f"the workbook would have {rows} rows; at most {rows - 1}: choose fewer with a filter, "
        "or download csv, which has no maximum",
        "code": "BAD_REQUEST",
    }


async def test_what_fails_on_the_way_is_a_refusal_and_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(download, "ATTEMPT_PAUSE_S", 0.0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def before(store: Twin, read: int) -> None:
        if read >= 2:
            assert entries_of(tmp_path)
            raise StoreUnavailable("away")

    sent, outcome = await downloaded(Counting(before))
    assert (sent.status, error_of(sent)["code"], outcome.summary.code) == (503, *["STORE_UNAVAILABLE"] * 2)
    assert entries_of(tmp_path) == []

    def gone(store: Twin, read: int) -> None:
        if read == 1:
            store.pointer = Published(9, 8, "ninth")

    sent, _ = await downloaded(Counting(gone))
    assert (sent.status, error_of(sent)["code"]) == (503, "REVISION_GONE")


async def test_who_leaves_gives_its_place_back_and_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    begun = asyncio.Event()

    class Stuck(Counting):
        async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
            if self.reads == 2:
                begun.set()
                await asyncio.Event().wait()
            return await super().fetch(fetch, published)

    settings = Settings(mongodb_uri=None)
    exports = ExportEndpoint(settings, AdmissionController(settings))
    for _ in range(3):
        begun.clear()
        left = asyncio.create_task(downloaded(Stuck(), exports))
        await begun.wait()
        assert entries_of(tmp_path)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        assert entries_of(tmp_path) == []
    sent, _ = await downloaded(Counting(), exports)
    assert sent.is_complete


async def test_two_workbooks_are_built_at_a_time_one_of_a_client() -> None:
    reads, begun = asyncio.Event(), asyncio.Event()

    class Slow(Counting):
        async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
            if fetch.limit == FIRST_BATCH_SIZE:
                begun.set()
                await reads.wait()
            return await super().fetch(fetch, published)

    settings = Settings(mongodb_uri=None)
    exports = ExportEndpoint(settings, AdmissionController(settings))
    first = asyncio.create_task(downloaded(Slow(), exports))
    await begun.wait()
    refused, _ = await downloaded(Counting(), exports)
    assert refused.status == 503
    assert error_of(refused) == {
        "message": "too many workbooks are being built; try again when one has finished, or download csv",
        "code": "SERVER_BUSY",
    }
    other, _ = await downloaded(Counting(), exports, "192.0.2.2")
    assert other.is_complete
    reads.set()
    assert (await first)[0].body == other.body
    assert FIRST.revision == 7
