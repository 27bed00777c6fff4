"""A file has several languages side by side: the first chooses each text, the others have columns of their own."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import httpx2
import pytest
from frictionless import Package

from schema.export.batches import EXPORTS
from seeds.building.district import build
from seeds.format.model import District
from tests.support.data.content import district
from tests.support.data.exported import serving
from tests.support.servers import Server
from tests.support.waiting import PATIENCE_S
from tests.support.workbooks import Book

NAMES = [
    {"zhHans": "平台数量", "en": "Programs", "ja": "プログラム", "pt-BR": "Programas"},
    {"zhHans": "终端", "en": "Terminals"},
    {"zhHans": "竖线", "ko": "세로|줄"},
]


@pytest.fixture(scope="module")
def loaded(mongodb_uri: str) -> Iterator[Server]:
    """A server of one district, whose metrics have names in different languages."""
    cited = [{"source": "notice", "locator": "L1"}]
    metrics = [{"slug": f"m{n}", "name": name, "citations": cited} for n, name in enumerate(NAMES)]
    for metric in metrics:
        metric["quantity"] = {"value": "3", "unit": "percent"}
    initiative = {"slug": "sensing", "name": {"zhHans": "感知"}, "metrics": metrics}
    pillars = [{"slug": "base", "name": {"zhHans": "底座"}, "initiatives": [initiative]}]
    with serving(mongodb_uri, [build(District.model_validate(district("one", pillars=pillars)))]) as server:
        yield server


def get(server: Server, path: str) -> httpx2.Response:
    response = httpx2.get(f"{server.url}/export/{path}", timeout=PATIENCE_S)
    assert response.status_code == 200, response.text
    return response


def table(server: Server, path: str) -> list[list[str]]:
    return list(csv.reader(StringIO(get(server, path).content.decode(), newline="")))


CHOSEN = "columns=slug,name,name_language,name_zh_hans,name_ja"


def test_csv_has_a_column_for_each_further_language(loaded: Server) -> None:
    assert table(loaded, f"metrics.csv?lang=en,zh-Hans,ja&{CHOSEN}") == [
        ["slug", "name", "name_language", "name_zh_hans", "name_ja"],
        ["m0", "Programs", "en", "平台数量", "プログラム"],
        ["m1", "Terminals", "en", "终端", ""],
        ["m2", "竖线", "zh-Hans", "竖线", ""],
    ]
    header, *_ = table(loaded, "metrics.csv?lang=en,zh-Hans,ja")
    assert header[6:10] == ["name", "name_language", "name_zh_hans", "name_ja"]
    assert "citation_titles_ja" in header and "name_en" not in header
    response = get(loaded, "metrics.csv?lang=en,zh-Hans,ja")
    assert response.headers["content-language"] == "en, zh-Hans, ja"


def test_json_has_the_translations_in_the_further_languages(loaded: Server) -> None:
    lines = [json.loads(line) for line in get(loaded, "metrics.jsonl?lang=en,zh-Hans,ja").text.splitlines()]
    assert [line["name"] for line in lines] == [
        {
            "text": "Programs",
            "language": "en",
            "translations": [
                {"language": "zh-Hans", "text": "平台数量", "derived": False},
                {"language": "ja", "text": "プログラム", "derived": False},
            ],
        },
        {
            "text": "Terminals",
            "language": "en",
            "translations": [{"language": "zh-Hans", "text": "终端", "derived": False}],
        },
        {
            "text": "竖线",
            "language": "zh-Hans",
            "translations": [{"language": "zh-Hans", "text": "竖线", "derived": False}],
        },
    ]
    assert lines[0]["citations"][0]["source"]["title"] == {
        "text": "Notice",
        "language": "en",
        "translations": [{"language": "zh-Hans", "text": "通知", "derived": False}],
    }
    assert get(loaded, "metrics.json?lang=en,zh-Hans,ja").json() == lines
    flat = [
        json.loads(line) for line in get(loaded, "metrics.jsonl?lang=en,ja&columns=name,name_ja").text.splitlines()
    ]
    assert flat == [
        {"name": "Programs", "name_ja": "プログラム"},
        {"name": "Terminals", "name_ja": None},
        {"name": "竖线", "name_ja": None},
    ]


def test_a_workbook_has_the_same_columns(loaded: Server) -> None:
    book = Book(get(loaded, f"metrics.xlsx?lang=en,zh-Hans,ja&{CHOSEN}").content)
    header, *rows = book.sheets["metrics"]
    assert header == ["slug", "name", "name_language", "name_zh_hans", "name_ja"]
    assert [[*row, None][:5] for row in rows] == [
        ["m0", "Programs", "en", "平台数量", "プログラム"],
        ["m1", "Terminals", "en", "终端", None],
        ["m2", "竖线", "zh-Hans", "竖线", None],
    ]


@pytest.mark.parametrize(
    ("lang", "column", "cells"),
    [
        # What Taiwan writes as all do stands under zh-Hant.
        ("en,zh-TW", "name_zh_hant_tw", ["平臺數量", "終端", "豎線"]),
        ("en,zh-hk", "name_zh_hant_hk", ["平台數量", "終端", "豎線"]),
        ("en,pt-BR", "name_pt_br", ["Programas", "", ""]),
        ("en,pt", "name_pt", ["Programas", "", ""]),
        ("en,pt-PT", "name_pt_pt", ["", "", ""]),
        ("ja,en-US", "name_en_us", ["Programs", "Terminals", ""]),
        ("en,ko", "name_ko", ["", "", "세로|줄"]),
        ("en,yue", "name_yue", ["", "", ""]),
    ],
)
def test_a_text_is_in_the_language_of_its_column_or_not_there(
    loaded: Server, lang: str, column: str, cells: list[str]
) -> None:
    assert [row[0] for row in table(loaded, f"metrics.csv?lang={lang}&columns={column},slug")] == [column, *cells]


def test_each_choice_of_languages_has_a_tag_of_its_own(loaded: Server) -> None:
    choices = ("", "lang=en", "lang=en&lang=ja", "lang=en,ja", "lang=ja,en", "lang=en,ja,fr")
    for file in ("metrics.csv", "datapackage.json"):
        assert len({get(loaded, f"{file}?{choice}").headers["etag"] for choice in choices}) == 6
    assert (
        get(loaded, "metrics.csv?lang=en,zh-CN").headers["etag"]
        == get(loaded, "metrics.csv?lang=en,%20zh-hans").headers["etag"]
    )


def test_the_index_says_how_languages_are_chosen(loaded: Server) -> None:
    assert get(loaded, "").json()["parameters"]["lang"] == (
        "one column for each text in place of three: `lang=en`, `lang=zh-HK`; or up to 10 languages side by side: "
        "`lang=en,zh-Hans`"
    )


def test_the_data_package_describes_the_files_in_these_languages(loaded: Server, tmp_path: Path) -> None:
    path = "datapackage.json?lang=en,zh-Hans,ja"
    package = get(loaded, path).json()
    [metrics] = [one for one in package["resources"] if one["name"] == "metrics"]
    assert metrics["path"] == "metrics.csv?lang=en%2Czh-Hans%2Cja"
    fields = {field["name"]: field["description"] for field in metrics["schema"]["fields"]}
    assert (fields["name"], fields["name_ja"]) == ("the name of the figure", "the name of the figure (ja)")
    assert list(fields) == table(loaded, metrics["path"])[0]
    for one in package["resources"]:
        (tmp_path / f"{one['name']}.csv").write_bytes(get(loaded, one["path"]).content)
        one["path"] = f"{one['name']}.csv"
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "type", "note"]) == []
    assert len(report.tasks) == len(EXPORTS)
