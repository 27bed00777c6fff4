"""Downloads have what GraphQL has, row by row and cell by cell, for every filter and form."""

import csv
import gzip
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

import httpx2
import pytest

from schema.export.batches import EXPORTS
from schema.export.export_rows import selection
from tests.support.attacks.raw_http import answer_to, request
from tests.support.data.exported import (
    DIGITS,
    NUMBERS,
    PLAIN_DIGITS,
    TYPES,
    Node,
    districts,
    expected,
    is_safe,
    serving,
    text_of,
)
from tests.support.servers import Server, running_beside, running_server
from tests.support.waiting import PATIENCE_S

DISTRICTS = 20
BOM = b"\xef\xbb\xbf"
Parameters = list[tuple[str, str]]


@pytest.fixture(scope="module")
def loaded(mongodb_uri: str) -> Iterator[Server]:
    """A server of generated districts and an awkward one."""
    with serving(mongodb_uri, districts(DISTRICTS)) as server:
        yield server


def get(server: Server, file: str, parameters: Parameters | None = None, **headers: str) -> httpx2.Response:
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    given = tuple(parameters or ())
    response = httpx2.get(f"{server.url}/export/{file}", params=given, headers=own, timeout=PATIENCE_S)
    assert response.status_code in {200, 304}, response.text
    return response


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode(), newline=""), strict=True))


def lines_of(content: bytes) -> list[Node]:
    return [json.loads(line) for line in content.decode().splitlines()]


def asked(server: Server, name: str, where: dict[str, Any], wanted: str = "", **variables: Any) -> list[Node]:
    """Everything that a filter chooses, as GraphQL answers it."""
    lang = ", $lang: [String!]" if "lang" in variables else ""
    query = f"""query ($where: {TYPES[name]}Filter, $after: String{lang}) {{
        {name}(where: $where, first: 100, after: $after) {{
            nodes {{ {wanted or selection(name)} }} pageInfo {{ endCursor hasNextPage }}
        }}
    }}"""
    nodes: list[Node] = []
    after, more = None, True
    while more:
        page = server.data(query, {"where": where, "after": after, **variables})[name]
        nodes += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return nodes


PERCENT = {"unit": {"eq": "percent"}}
QUESTIONS: list[tuple[str, Parameters, dict[str, Any]]] = [
    *((name, [], {}) for name in TYPES),
    ("metrics", [("district.eq", "awkward")], {"district": {"eq": "awkward"}}),
    ("metrics", [("quantity.unit.eq", "percent"), ("quantity.normalized.gte", "40.5")],
     {"quantity": {**PERCENT, "normalized": {"gte": 40.5}}}),
    ("metrics", [("changes.some.basis.eq", "YEAR_ON_YEAR"), ("changes.some.direction.eq", "DOWN")],
     {"changes": {"some": {"basis": {"eq": "YEAR_ON_YEAR"}, "direction": {"eq": "DOWN"}}}}),
    ("metrics", [("changes.none", ""), ("not.rank.exists", "true")],
     {"changes": {"none": {}}, "not": {"rank": {"exists": True}}}),
    ("metrics", [("name.contains", "數字 enterprises")], {"name": {"contains": "數字 enterprises"}}),
    ("metrics", [("where", '{"or": [{"rank": {"position": {"lte": 3}}}, {"status": {"ne": "NORMAL"}}]}')],
     {"or": [{"rank": {"position": {"lte": 3}}}, {"status": {"ne": "NORMAL"}}]}),
    ("awards", [("level.eq", "NATION"), ("kind.in", "PILOT,HONOUR")],
     {"level": {"eq": "NATION"}, "kind": {"in": ["PILOT", "HONOUR"]}}),
    ("initiatives", [("metrics.some.indicator.eq", "drone-docks"), ("metricCount.gte", "2")],
     {"metrics": {"some": {"indicator": {"eq": "drone-docks"}}}, "metricCount": {"gte": 2}}),
    ("metrics", [("period.covers", "2025-06-30")], {"period": {"covers": "2025-06-30"}}),
    ("metrics", [("period.during", "2025-01-01/2025-09-30")], {"period": {"during": "2025-01-01/2025-09-30"}}),
    ("awards", [("not.period.during", "2025")], {"not": {"period": {"during": "2025"}}}),
    ("initiatives", [("district.eq", "nowhere")], {"district": {"eq": "nowhere"}}),
    ("districts", [("parent.exists", "true"), ("slug.ne", "awkward")],
     {"parent": {"exists": True}, "slug": {"ne": "awkward"}}),
    ("districts", [("slug.eq", "awkward")], {"slug": {"eq": "awkward"}}),
    ("indicators", [("unit.eq", "percent"), ("name.contains", "率")],
     {"unit": {"eq": "percent"}, "name": {"contains": "率"}}),
    ("sources", [("district.eq", "awkward")], {"district": {"eq": "awkward"}}),
    ("sources", [("not.district.in", "awkward,synthetic-00001"), ("kind.ne", "LAW")],
     {"not": {"district": {"in": ["awkward", "synthetic-00001"]}}, "kind": {"ne": "LAW"}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parameters", "where"), QUESTIONS)
def test_a_line_is_the_item_and_a_row_has_all_of_its_columns(
    loaded: Server, name: str, parameters: Parameters, where: dict[str, Any]
) -> None:
    nodes = asked(loaded, name, where)
    lines = lines_of(get(loaded, f"{name}.jsonl", parameters).content)
    assert [line.pop("revision") for line in lines] == [1] * len(lines)
    assert lines == nodes
    assert [list(line) for line in lines] == [list(node) for node in nodes]
    assert json.loads(get(loaded, f"{name}.json", parameters).content) == [{**line, "revision": 1} for line in lines]
    rows = rows_of(get(loaded, f"{name}.csv", parameters).content)
    for_excel = rows_of(get(loaded, f"{name}.csv", [*parameters, ("excel", "1")]).content.removeprefix(BOM))
    assert len(rows) == len(for_excel) == len(nodes)
    for row, safe, node in zip(rows, for_excel, nodes, strict=True):
        assert row.pop("revision") == safe.pop("revision") == "1"
        wanted = expected(name, node)
        assert list(row) == list(safe) == list(wanted)
        for column, cell in row.items():
            assert_cell(column, safe[column], wanted[column])
            assert cell == (safe[column] if column in NUMBERS else text_of(safe[column]) or ""), column


def assert_cell(column: str, cell: str, value: Any) -> None:
    """Check a cell of a file for Excel."""
    if column == "normalized":
        assert (float(cell) if cell else None) == value
        assert re.fullmatch(r"(-?\d+(\.\d*[1-9])?)?", cell)
    elif column in NUMBERS:
        assert (Decimal(cell) if cell else None) == (None if value is None else Decimal(str(value))), column
    else:
        assert is_safe(cell), column
        assert text_of(cell) == value, column


def test_there_are_more_rows_than_a_batch_and_everything_awkward_is_asked_for(loaded: Server) -> None:
    metrics = lines_of(get(loaded, "metrics.jsonl").content)
    assert len(metrics) == DISTRICTS * 33 + 8
    ids = [line["id"] for line in metrics]
    assert ids == sorted(set(ids))


def awkward(server: Server, file: str, **headers: str) -> httpx2.Response:
    return get(server, file, [("district.eq", "awkward")], **headers)


def test_figures_are_written_with_every_digit_and_texts_that_would_be_calculated_are_not(loaded: Server) -> None:
    plain = {row["slug"]: row for row in rows_of(awkward(loaded, "metrics.csv").content)}
    assert plain["formula"]["name_zh_hans"] == '=1+1，"引号", 逗号'
    assert [plain[slug]["name_zh_hans"] for slug in ("tiny", "huge")] == ["'=1+1", "'quoted"]
    excel = [("district.eq", "awkward"), ("excel", "1")]
    rows = {row["slug"]: row for row in rows_of(get(loaded, "metrics.csv", excel).content.removeprefix(BOM))}
    formula = rows["formula"]
    assert formula["value"] == formula["normalized"] + "0" == "-3.50"
    assert formula["name_zh_hans"] == '\'=1+1，"引号", 逗号'
    assert formula["name_en"] == "'@SUM(A1:A9)"
    assert formula["note_zh_hans"] == "'+86 第一行\n第二行"
    assert formula["note_en"] == "'-2+3|x"
    assert formula["citation_sources"] == "piped | plain | piped"
    assert formula["citation_locators"] == "'=a \\| b\\\\c | L2 | L3"
    assert formula["citation_titles_zh_hans"] == "甲 \\| 乙 | 通知 | 甲 \\| 乙"
    assert formula["citation_titles_en"] == " | Notice | "
    assert formula["citation_urls"].startswith("https://example.org/?a=1&b=2\\|3 |  | https://")
    assert {slug: row["normalized"] for slug, row in rows.items() if row["value"]} == PLAIN_DIGITS
    names = [rows[slug]["name_zh_hans"] for slug in ("tiny", "huge", "past-floats")]
    assert names == ["''=1+1", "''quoted", "'''"]
    lines = {line["slug"]: line for line in lines_of(awkward(loaded, "metrics.jsonl").content)}
    assert lines["tiny"]["quantity"]["normalized"] == 1e-05
    assert lines["tiny"]["name"]["zhHans"] == "'=1+1"
    assert rows["digits"]["value"] == DIGITS
    assert (rows["range"]["value"], rows["range"]["max_value"], rows["range"]["multiplier"]) == ("1.50", "2", "4")
    assert (rows["range"]["normalized"], rows["range"]["currency"]) == ("15000", "CNY")
    assert rows["moved"]["changes"] == (
        "BASELINE UP GT 1.6e8 cny 2024 from EQ 2e8 cny like-for-like | YEAR_ON_YEAR DOWN RANGE 3..5.0 percent | "
        "TARGET FLAT EQ 0 percent"
    )
    assert rows["moved"]["year_on_year_value"] == "3"
    assert (rows["range"]["rank_kinds"], rows["range"]["rank_positions"]) == ("PLACE | LEADING", "3 | ")
    assert (rows["range"]["rank_areas_zh_hans"], rows["range"]["rank_streaks"]) == ("广州市 | 广东\\|省", "2 | ")
    assert (rows["range"]["rank_bys_en"], rows["range"]["rank_tied"]) == ("'=Paper | ", "true | false")
    assert (rows["range"]["rank_bases"], rows["range"]["rank_editions_zh_hans"]) == ("LEVEL | ", "第三届 | ")
    [award] = rows_of(get(loaded, "awards.csv", excel).content.removeprefix(BOM))
    assert award["name_en"] == "'－Wide minus"
    assert lines_of(awkward(loaded, "awards.jsonl").content)[0]["name"]["en"] == "－Wide minus"


def test_a_district_has_its_parent_and_its_strategy_with_citations(loaded: Server) -> None:
    excel = [("excel", "1")]
    [row] = rows_of(get(loaded, "districts.csv", [("slug.eq", "awkward"), *excel]).content.removeprefix(BOM))
    assert (row["id"], row["parent"], row["country"]) == ("District:awkward", "synthetic-00001", "CN")
    assert (row["strategy_zh_hans"], row["citation_sources"]) == ("'+战略|一", "plain")
    assert (row["citation_published"], row["code_schemes"], row["codes"]) == ("2025-06", "a\\|b", "'=1")
    [line] = lines_of(get(loaded, "districts.jsonl", [("slug.eq", "awkward")]).content)
    assert line["parent"] == {"slug": "synthetic-00001"}
    english = [("parent.eq", "synthetic-00001"), ("lang", "en"), *excel]
    [part] = rows_of(get(loaded, "districts.csv", english).content.removeprefix(BOM))
    assert part["strategy"] == "'+战略|一"


def test_an_initiative_has_its_citations_and_those_of_its_systems(loaded: Server) -> None:
    [row] = rows_of(awkward(loaded, "initiatives.csv").content)
    assert (row["citation_sources"], row["citation_locators"]) == ("plain", "L1")
    assert row["system_citation_sources"] == " | plain piped"


def test_a_part_of_what_is_not_published_is_a_part_of_nothing(loaded: Server) -> None:
    chosen = [("slug.in", "unused,digits,tiny"), ("columns", "slug,part_of,units,metric_count")]
    assert get(loaded, "indicators.csv", chosen).content == (
        b"slug,part_of,units,metric_count\r\ndigits,,record,1\r\ntiny,digits,record,1\r\n"
    )


def test_csv_is_as_its_rfc_says(loaded: Server) -> None:
    response = awkward(loaded, "metrics.csv")
    head, first, *_ = response.content.split(b"\r\n")
    assert head.startswith(b"id,slug,district,pillar,initiative,indicator,name,name_language,name_zh_hans,name_en,")
    assert first.startswith(b"Metric:awkward/digits,digits,awkward,")
    assert response.content.endswith(b",1\r\n")
    assert b'"=1+1\xef\xbc\x8c""' in response.content
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["content-disposition"] == 'attachment; filename="metrics-1.csv"'
    assert response.headers["content-language"] == "zh-Hans, zh-Hant, en"


def test_a_file_without_rows_has_a_header(loaded: Server) -> None:
    nothing = [("district.eq", "nowhere")]
    assert get(loaded, "awards.csv", nothing).content.startswith(b"id,slug,")
    assert get(loaded, "awards.csv", nothing).content.count(b"\r\n") == 1
    assert get(loaded, "awards.jsonl", nothing).content == b""
    assert get(loaded, "awards.json", nothing).content == b"[\n]\n"
    assert get(loaded, "awards.json").headers["content-type"] == "application/json; charset=utf-8"
    assert get(loaded, "awards.jsonl").headers["content-type"] == "application/jsonl; charset=utf-8"


def test_a_byte_order_mark_and_apostrophes_come_when_excel_is_to_open_it(loaded: Server) -> None:
    plain, marked = (get(loaded, "awards.csv", [("excel", flag)]).content for flag in ("0", "1"))
    assert marked.startswith(BOM)
    assert marked.removeprefix(BOM).replace("'－Wide".encode(), "－Wide".encode()) == plain != marked
    assert get(loaded, "awards.csv").content == plain


def test_columns_are_chosen_by_name_and_in_the_order_given(loaded: Server) -> None:
    chosen = [
        ("district.eq", "awkward"),
        ("columns", "slug, normalized,unit"),
        ("columns", "period_start_is_open,revision"),
    ]
    rows = get(loaded, "metrics.csv", chosen).content.decode().split("\r\n")
    assert rows[0] == "slug,normalized,unit,period_start_is_open,revision"
    assert "past-floats,9007199254740993,record,,1" in rows
    assert "range,15000,cny,false,1" in rows
    text = get(loaded, "metrics.json", chosen).content.decode()
    assert '{"slug":"tiny","normalized":0.00001,"unit":"record","period_start_is_open":null,"revision":1}' in text
    assert '{"slug":"past-floats","normalized":9007199254740993,' in text
    assert '{"slug":"range","normalized":15000,"unit":"cny","period_start_is_open":false,"revision":1}' in text
    assert lines_of(get(loaded, "metrics.jsonl", chosen).content) == json.loads(text)
    in_english = [*chosen[:1], ("columns", "name"), ("lang", "en")]
    assert get(loaded, "metrics.csv", in_english).content.startswith(b"name\r\n")


def test_a_text_is_in_the_language_that_is_asked_for(loaded: Server) -> None:
    languages = [("lang", "fr"), ("lang", "en")]
    response = get(loaded, "metrics.csv", [*languages, ("district.eq", "awkward")])
    rows = {row["slug"]: row for row in rows_of(response.content)}
    assert response.headers["content-language"] == "fr, en"
    every = list(rows_of(awkward(loaded, "metrics.csv").content)[0])
    collapsed = [name for name in every if not name.endswith(("_zh_hans", "_en", "_zh_hant"))]
    assert list(rows["moved"]) == collapsed
    assert (rows["moved"]["name"], rows["digits"]["name"]) == ("Moved", "多位数")
    assert (rows["moved"]["name_language"], rows["digits"]["name_language"]) == ("en", "zh-Hans")
    assert rows["formula"]["citation_titles"] == "甲 \\| 乙 | Notice | 甲 \\| 乙"
    wanted = selection("initiatives", in_one_language=True)
    nodes = asked(loaded, "initiatives", {}, wanted, lang=["zh-HK"])
    lines = lines_of(get(loaded, "initiatives.jsonl", [("lang", "zh-HK")]).content)
    assert [{**node, "revision": 1} for node in nodes] == lines


def test_a_file_is_compressed_for_who_takes_gzip(loaded: Server) -> None:
    plain = get(loaded, "metrics.csv", accept_encoding="identity")
    with httpx2.stream(
        "GET", str(plain.url), headers={"accept-encoding": "br, gzip, zstd"}, timeout=PATIENCE_S
    ) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 5
    assert response.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert response.headers["etag"] == f'{plain.headers["etag"][:-1]}-gzip"'
    assert "transfer-encoding" in plain.headers


def test_a_tag_is_that_of_the_file_and_who_holds_it_is_told_so(loaded: Server) -> None:
    asked_for = [("district.eq", "awkward"), ("slug.in", "a"), ("slug.in", "b")]
    first = get(loaded, "metrics.csv", asked_for, accept_encoding="identity")
    tag = first.headers["etag"]
    filter_ = '{"slug": {"in": ["a", "b"]}, "district": {"eq": "awkward"}}'
    again = get(loaded, "metrics.csv", [("where", filter_)], accept_encoding="identity")
    assert again.headers["etag"] == tag
    others = [
        get(loaded, "metrics.jsonl", [("where", filter_)]),
        get(loaded, "metrics.csv", [("where", filter_), ("excel", "1")]),
        get(loaded, "metrics.json", [("where", filter_)]),
        get(loaded, "metrics.csv", [("where", filter_), ("columns", "id,slug")]),
        get(loaded, "metrics.csv", [("where", filter_), ("columns", "slug,id")]),
        get(loaded, "metrics.csv", [("where", filter_), ("lang", "en")]),
        get(loaded, "metrics.csv", [("district.eq", "awkward")]),
        get(loaded, "awards.csv", [("where", filter_)]),
    ]
    tags = {response.headers["etag"][:37] for response in (first, *others)}
    assert len(tags) == 9
    for held in (tag, f'W/{tag}, "x"', f'{tag[:-1]}-gzip"'):
        response = get(loaded, "metrics.csv", [("where", filter_)], if_none_match=held)
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] in held, "as the client has it"
        assert response.headers["cache-control"] == first.headers["cache-control"] == "no-cache"
        assert response.headers["vary"] == "Accept-Encoding"
    held_already = get(loaded, "metrics.csv", [("where", filter_)], accept_encoding="identity", if_none_match="*")
    assert (held_already.status_code, held_already.headers["etag"]) == (304, tag)
    unknown = httpx2.get(
        f"{loaded.url}/export/metrics.csv?nothing.eq=a", headers={"if-none-match": "*"}, timeout=PATIENCE_S
    )
    assert unknown.status_code == 400


def test_head_tells_what_get_would_and_options_the_methods(loaded: Server) -> None:
    address = f"{loaded.url}/export/awards.csv"
    head = httpx2.head(address, headers={"accept-encoding": "identity"}, timeout=PATIENCE_S)
    full = get(loaded, "awards.csv", accept_encoding="identity")
    assert (head.status_code, head.content) == (200, b"")
    own = {"x-request-id", "date", "transfer-encoding"}
    assert {name: value for name, value in head.headers.items() if name not in own} == {
        name: value for name, value in full.headers.items() if name not in own
    }
    options = httpx2.options(address, timeout=PATIENCE_S)
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    posted = httpx2.post(address, json={}, timeout=PATIENCE_S)
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert code_of(posted) == "METHOD_NOT_ALLOWED"


def code_of(response: httpx2.Response) -> str:
    [error] = response.json()["errors"]
    assert response.headers["cache-control"] == "no-store"
    code: str = error["extensions"]["code"]
    return code


REFUSED: dict[str, str] = {
    "metrics.csv?distric.eq=a": '"distric.eq" is no parameter here; there are where, lang, columns, excel, and, or, ',
    "metrics.csv?district=a": '"district" takes no value by itself; use district.eq, district.ne, ',
    "metrics.csv?status.eq=normal": "\"where.status.eq\": Value 'normal' does not exist in 'MetricStatus' enum. Did ",
    "metrics.csv?quantity.normalized.gt=1": '"where" would compare figures of several units: ',
    "initiatives.csv?metrics.some.quantity.normalized.gt=1": '"where" compares figures inside some, none or every ',
    "metrics.csv?quantity.unit.eq=cny&quantity.normalized.between=1,2,3": (
        '"where.quantity.normalized.between" needs two values, [low, high], not 3'
    ),
    "metrics.csv?district.in=": '"district.in" has an empty value; give values between commas, as district.in=a,b',
    "metrics.csv?quantity=": '"where.quantity" is empty; give at least one of exists, unit, normalized, comparator',
    "metrics.csv?name.contains=-": '"where.name.contains" has nothing to look for; give letters, digits or Chinese',
    "metrics.csv?period.during=2025-Q3": "\"where.period.during\" is no period: '2025-Q3' is written 2025-35 in EDTF",
    "metrics.csv?period.during=": "\"where.period.during\" is no period: '' is not an EDTF date; write a year (2025)",
    "metrics.csv?period.covers=2025-06": "\"where.period.covers\": '2025-06' is no day; write it as 2025-09-30",
    "metrics.csv?where=": '"where" is not JSON: ',
    "metrics.csv?where=[]": '"where" must be a JSON object, as the variable of a GraphQL query would be',
    'metrics.csv?where={"slug":{"eq":1}}': '"where.slug.eq": String cannot represent a non string value: 1',
    "metrics.csv?where={}&where={}": '"where" is the whole filter; give it once, without other filter parameters',
    "metrics.csv?where={}&slug.eq=a": '"where" is the whole filter; give it once, without other filter parameters',
    "metrics.csv?lang=no+language": "\"lang\" has 'no language', which is no language range; write zh-Hans, zh-HK or",
    "metrics.csv?lang=" + "&lang=".join(["en"] * 21): '"lang" has 21 ranges; at most 20',
    "metrics.csv?lang=en,xx": "\"lang\" has 'xx', which is no known language; write tags, as in lang=en,zh-Hans",
    "metrics.csv?lang=en,": "\"lang\" has '', which is no known language; write tags, as in lang=en,zh-Hans",
    "metrics.csv?lang=zh-Hans,en,zh-CN": '"lang" has zh-Hans twice; name each language once',
    "metrics.csv?lang=en,ja&lang=fr": '"lang" with commas has all languages of the file; give it once',
    "metrics.csv?lang=" + ",".join(["en"] * 11): '"lang" has 11 languages; at most 10',
    "metrics.csv?lang=en,ja&columns=name_en": '"columns" has "name_en", which metrics do not have; there are id, ',
    "datapackage.json?lang=en,xx": "\"lang\" has 'xx', which is no known language; write tags, as in lang=en,zh-Hans",
    "metrics.csv?excel=yes": '"excel" is 1 for a file that Excel opens; give it once, or leave it out',
    "metrics.jsonl?excel=1": '"excel" is for csv; Excel opens xlsx as it is',
    "metrics.csv?bom=1": '"bom" is no parameter here; there are where, lang, columns, excel, and, or, not, id, ',
    "sources.csv?columns=id,name": '"columns" has "name", which sources do not have; there are id, slug, title, ',
    "sources.csv?columns=title,id&columns=&lang=en": '"columns" has "", which sources do not have; there are id, ',
    "sources.csv?columns=id,slug,id": '"columns" has "id" twice; name each once',
    "metrics.csv?slug.eq=%ff": "the URL is not percent-encoded UTF-8",
}


@pytest.mark.parametrize(("path", "message"), REFUSED.items())
def test_what_can_not_be_answered_is_refused_with_what_would_be_right(
    loaded: Server, path: str, message: str
) -> None:
    response = httpx2.get(f"{loaded.url}/export/{path}", timeout=PATIENCE_S)
    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")
    assert response.json()["errors"][0]["message"].startswith(message)


@pytest.mark.parametrize("file", ["metrics", "metrics.xml", "pillars.csv", "metrics.csv.gz", ".csv", "metrics."])
def test_there_are_no_other_files(loaded: Server, file: str) -> None:
    response = httpx2.get(f"{loaded.url}/export/{file}", timeout=PATIENCE_S)
    assert (response.status_code, code_of(response)) == (404, "NOT_FOUND")
    message = response.json()["errors"][0]["message"]
    assert message == (
        "there is no such file; there are observations, metrics, awards, initiatives, districts, indicators, "
        "sources, each as .csv, .jsonl, .json, .xlsx"
    )


def test_a_file_whose_breaking_off_would_not_show_is_not_sent(loaded: Server) -> None:
    old = {
        form: request(f"/export/awards.{form}", method="GET", kind="") for form in ("csv", "jsonl", "json", "xlsx")
    }
    answers = {form: answer_to(loaded, asked.replace(b"HTTP/1.1", b"HTTP/1.0", 1)) for form, asked in old.items()}
    assert {form: answer.status for form, answer in answers.items()} == {
        "csv": 400,
        "jsonl": 400,
        "json": 400,
        "xlsx": 200,
    }
    assert answers["csv"].error == (
        "BAD_REQUEST",
        "HTTP/1.0 can't tell a file that broke off from a complete one; use HTTP/1.1, also from the proxy to the "
        "server, or download xlsx",
    )
    assert answers["xlsx"].body == get(loaded, "awards.xlsx").content


def test_a_file_is_counted_and_logged_by_its_name_with_a_point_a_row(loaded: Server) -> None:
    rows = len(lines_of(get(loaded, "initiatives.jsonl", x_request_id="a-logged-file").content))
    assert get(loaded, "initiatives.jsonl").status_code == 200
    figures = httpx2.get(f"{loaded.url}/metrics", timeout=PATIENCE_S).text
    assert 'yunshan_requests_total{operation="export initiatives",outcome="OK"}' in figures
    assert 'yunshan_request_cost_points_sum{operation="export initiatives"}' in figures
    [line] = [json.loads(line) for line in loaded.log.read_text().splitlines() if "a-logged-file" in line]
    told = {key: line[key] for key in ("path", "status", "operation", "outcome", "cache", "cost")}
    assert told == {
        "path": "/export/initiatives.jsonl",
        "status": 200,
        "operation": "export initiatives",
        "outcome": "OK",
        "cache": "bypass",
        "cost": rows,
    }


def test_a_row_costs_a_point_of_what_a_client_may_spend(loaded: Server) -> None:
    with running_beside(loaded, RATE_LIMIT="1000") as metered:
        first = get(metered, "metrics.csv")
        # As of the first rows; the others are taken while they are sent.
        assert first.headers["ratelimit"].startswith('"cost";r=97')
        left = int(get(metered, "awards.csv", [("district.eq", "awkward")]).headers["ratelimit"].split(";")[1][2:])
        assert 1000 - DISTRICTS * 33 - 9 <= left < 1000 - DISTRICTS * 33 + 200
        get(metered, "metrics.csv")
        refused = httpx2.get(f"{metered.url}/export/metrics.csv", timeout=PATIENCE_S)
        assert (refused.status_code, code_of(refused)) == (429, "TOO_MANY_REQUESTS")
        # The same points as those of questions.
        assert (
            httpx2.post(f"{metered.url}/graphql", json={"query": "{ __typename }"}, timeout=PATIENCE_S).status_code
            == 429
        )


def test_where_only_trusted_documents_are_run_there_are_files_only_if_a_setting_says_so(
    loaded: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    manifest = tmp_path_factory.mktemp("documents") / "manifest.json"
    manifest.write_text(json.dumps({"a": "{ __typename }"}))
    trusted = {"PROFILE": "locked", "TRUSTED_DOCUMENTS": str(manifest)}
    for settings, status in [
        (trusted, 404),
        ({**trusted, "EXPORT": "true"}, 200),
        ({"PROFILE": "locked", "TRUSTED_ONLY": "false"}, 200),
        ({"EXPORT": "false"}, 404),
    ]:
        with running_beside(loaded, **settings) as beside:
            assert httpx2.get(f"{beside.url}/export/awards.csv", timeout=PATIENCE_S).status_code == status, settings
            if settings.get("EXPORT") == "true":
                for path in ("metrics.csv?distric.eq=a", "metrics.csv?district=a", "metrics.csv?status.eq=NORMALL"):
                    told = httpx2.get(f"{beside.url}/export/{path}", timeout=PATIENCE_S)
                    assert told.status_code == 400
                    assert "lang" not in told.text and "district.ne" not in told.text and "mean" not in told.text


def test_a_database_without_data_gives_empty_files(mongodb_uri: str) -> None:
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": "empty"}) as server:
        for name in EXPORTS:
            assert get(server, f"{name}.jsonl").content == b""
