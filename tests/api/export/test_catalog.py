"""The index says what there is to download, to people and to programs; the Data Package and its files agree."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import pytest
from frictionless import Package

from api.export.catalog import Catalog
from schema.export.batches import EXPORTS
from schema.export.csv_columns import columns_of
from tests.support.data.exported import districts, serving
from tests.support.servers import Server, running_beside, running_server
from tests.support.waiting import PATIENCE_S

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def loaded(mongodb_uri: str) -> Iterator[Server]:
    with serving(mongodb_uri, districts(2)) as server:
        yield server


def get(server: Server, path: str = "", **headers: str) -> httpx2.Response:
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.get(f"{server.url}/export/{path}", headers=own, timeout=PATIENCE_S)


def test_a_program_gets_every_file_with_its_formats_columns_rows_and_filters(loaded: Server) -> None:
    response = get(loaded)
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    index = response.json()
    assert (index["revision"], index["dataPackage"]) == (1, "datapackage.json")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", index["loadedAt"])
    assert list(index["parameters"]) == ["where", "columns", "lang", "excel"]
    files = {file["name"]: file for file in index["files"]}
    assert list(files) == list(EXPORTS)
    for name, file in files.items():
        assert [one["name"] for one in file["columns"]] == [column.name for column in columns_of(name)]
        assert [one["path"] for one in file["formats"]] == [
            f"{name}.{form}" for form in ("csv", "jsonl", "json", "xlsx")
        ]
        for one in file["formats"]:
            sent = get(loaded, one["path"])
            assert (sent.status_code, sent.headers["content-type"]) == (200, one["mediaType"])
        assert file["count"] == len(json.loads(get(loaded, f"{name}.json").content))
    assert files["metrics"]["filter"] == "MetricFilter"
    assert files["metrics"]["filters"][:5] == ["and", "or", "not", "id", "slug"]
    assert (files["sources"]["filter"], files["sources"]["filters"][-1]) == ("SourceFilter", "district")
    assert files["sources"]["columns"][0] == {
        "name": "id",
        "type": "text",
        "meaning": "the global id, stable across revisions",
    }


class Page(HTMLParser):
    """The elements of a page, and whether each that is open is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_browser_gets_a_page_without_scripts_whose_links_lead_to_files(loaded: Server) -> None:
    response = get(loaded, accept=BROWSER)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    page = Page(response.text)
    assert {"script", "img", "link"}.isdisjoint(page.tags)
    assert page.attributes == {"lang", "charset", "name", "content", "href", "id", "class", "scope"}
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in response.text
    assert "Revision 1, loaded on 20" in page.text
    assert "metrics of all districts, each with its latest figure: 74 rows" in page.text
    assert len(page.links) == 1 + len(EXPORTS) * 5
    for link in page.links:
        assert get(loaded, link).status_code == 200, link


def test_a_text_is_escaped() -> None:
    awkward = '"><b a=\'&amp;"`>'
    catalog = Catalog(1, datetime(2026, 11, 27, tzinfo=UTC), {}, {awkward: "text/x"}, shows_filters=True)
    page = Page(catalog.as_html().decode())
    assert "b" not in page.tags
    assert f"metrics.{awkward}" in page.links
    assert f"metrics.{awkward.replace('`', '')}" in page.text


def test_both_are_negotiated_and_told_when_they_are_unchanged(loaded: Server) -> None:
    page, index = get(loaded, accept=BROWSER), get(loaded, accept="*/*")
    assert page.headers["vary"] == index.headers["vary"] == "Accept, Accept-Encoding"
    assert page.headers["etag"][:37] != index.headers["etag"][:37]
    for response, accept in ((page, BROWSER), (index, "*/*")):
        held = get(loaded, accept=accept, if_none_match=response.headers["etag"])
        assert (held.status_code, held.content) == (304, b"")
    assert get(loaded, accept="text/csv").status_code == 406
    head = httpx2.head(f"{loaded.url}/export/", timeout=PATIENCE_S)
    assert (head.status_code, head.content) == (200, b"")
    assert httpx2.post(f"{loaded.url}/export/", timeout=PATIENCE_S).status_code == 405
    moved = httpx2.get(f"{loaded.url}/export", timeout=PATIENCE_S, follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, "export/")
    figures = httpx2.get(f"{loaded.url}/metrics", timeout=PATIENCE_S).text
    assert 'yunshan_requests_total{operation="export index",outcome="OK"}' in figures


def test_a_locked_server_names_no_filters_and_one_without_downloads_has_no_index(
    loaded: Server, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"a": "{ __typename }"}))
    locked = {"PROFILE": "locked", "TRUSTED_DOCUMENTS": str(manifest)}
    with running_beside(loaded, **locked, EXPORT="true") as beside:
        assert "filter" not in get(beside).json()["files"][0]
        assert "Filters" not in get(beside, accept=BROWSER).text
    with running_beside(loaded, **locked) as beside:
        assert [get(beside, path).status_code for path in ("", DATA_PACKAGE)] == [404, 404]


DATA_PACKAGE = "datapackage.json"


def test_the_data_package_describes_every_column(loaded: Server) -> None:
    response = get(loaded, DATA_PACKAGE)
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    package: dict[str, Any] = response.json()
    assert (package["$schema"], package["version"]) == ("https://datapackage.org/profiles/2.0/datapackage.json", "1")
    assert "licenses" not in package
    resources = {one["name"]: one for one in package["resources"]}
    metrics = resources["metrics"]
    assert (metrics["path"], metrics["mediatype"], metrics["encoding"]) == ("metrics.csv", "text/csv", "utf-8")
    fields = {field["name"]: field for field in metrics["schema"]["fields"]}
    types = {
        name: fields[name]["type"] for name in ("period_edtf", "period_start", "normalized", "multiplier", "unit")
    }
    assert types == {
        "period_edtf": "string",
        "period_start": "date",
        "normalized": "number",
        "multiplier": "integer",
        "unit": "string",
    }
    assert fields["period_start_is_open"]["trueValues"] == ["true"]
    assert fields["name_en"]["description"] == "the name of the figure (English)"
    assert metrics["schema"]["primaryKey"] == ["id"]
    assert metrics["schema"]["foreignKeys"] == [
        {"fields": ["district"], "reference": {"resource": "districts", "fields": ["slug"]}},
        {
            "fields": ["district", "initiative"],
            "reference": {"resource": "initiatives", "fields": ["district", "slug"]},
        },
        {"fields": ["indicator"], "reference": {"resource": "indicators", "fields": ["slug"]}},
    ]


@pytest.mark.parametrize("with_data", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_the_files_are_as_the_data_package_says(
    loaded: Server, mongodb_uri: str, tmp_path: Path, *, with_data: bool
) -> None:
    if with_data:
        save(loaded, tmp_path)
    else:
        with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": "empty"}) as empty:
            save(empty, tmp_path)
    report = Package(str(tmp_path / DATA_PACKAGE)).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "type", "note"]) == []
    assert [task.stats.get("rows", 0) > 0 for task in report.tasks] == [with_data] * len(EXPORTS)


@pytest.mark.slow
def test_a_file_that_is_damaged_is_noticed(loaded: Server, tmp_path: Path) -> None:
    save(loaded, tmp_path)
    path = tmp_path / "metrics.csv"
    path.write_bytes(path.read_bytes().replace(b",awkward,", b",elsewhere,"))
    report = Package(str(tmp_path / DATA_PACKAGE)).validate()
    assert {found[0] for found in report.flatten(["type"])} == {"foreign-key"}


def save(server: Server, folder: Path) -> None:
    for path in (DATA_PACKAGE, *(f"{name}.csv" for name in EXPORTS)):
        (folder / path).write_bytes(get(server, path).content)
