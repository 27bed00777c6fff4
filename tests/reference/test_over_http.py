"""Over HTTP: random operations by POST and GET, cached answers, and flat files."""

import csv
import io
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
import pytest_asyncio
from graphql import get_named_type

from tests.reference.comparison import difference
from tests.reference.contract import Answer
from tests.reference.data import Item
from tests.reference.drawing import Pool, Values
from tests.reference.errors import BadInput
from tests.reference.flat_files import TYPES, cell, columns, records, same_cell
from tests.reference.operations import Operation
from tests.reference.pair import Pair
from tests.support.servers import running_server
from tests.support.thoroughness import examples
from tests.support.waiting import PATIENCE_S
from tests.support.workbooks import Book, Value

pytestmark = pytest.mark.asyncio(loop_scope="module")

LANGUAGES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    ((), ()),
    (("en",), ()),
    (("zh-HK", "en"), ()),
    (("en",), ("zh-Hans", "zh-Hant-TW")),
    (("zh-Hans",), ("ja",)),
)
OPERATIONS, FILES = examples(quick=4, thorough=60), examples(quick=4, thorough=36)
_ROOMY = {
    **dict.fromkeys(("MAX_DEPTH", "MAX_ALIASES", "MAX_ROOT_FIELDS", "MAX_DIRECTIVES", "MAX_VARIABLES"), "100"),
    **{"MAX_ERRORS": "100", "MAX_TOKENS": "100000", "MAX_COST": "1000000", "MAX_TEXT_CHARACTERS": "1000000"},
}


@dataclass(frozen=True)
class Layout:
    """The columns of a file with their types, whether JSON has them as keys, and whether CSV is for Excel."""

    kinds: Mapping[str, str]
    is_flat: bool
    is_for_excel: bool
    further: tuple[str, ...] = ()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(pair: Pair, mongodb_uri: str) -> AsyncIterator[str]:
    place = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": pair.server.name}
    with running_server({**place, **_ROOMY}) as server:
        yield server.url


def _asked(client: httpx2.Client, url: str, operation: Operation, method: str) -> Answer:
    headers = {"accept": "application/json"}
    if operation.languages:
        weighted = [f"{one};q={1 - at / 10:.1f}" for at, one in enumerate(operation.languages)]
        headers["accept-language"] = ", ".join(weighted)
    if method == "GET":
        parameters = {"query": operation.query, "variables": json.dumps(operation.variables)}
        response = client.get(f"{url}/graphql", params=parameters, headers=headers)
    else:
        body = {"query": operation.query, "variables": operation.variables}
        response = client.post(f"{url}/graphql", json=body, headers=headers)
    body = response.json()
    errors = [(one["extensions"]["code"], tuple(one.get("path") or ())) for one in body.get("errors", ())]
    return Answer(body.get("data"), errors)


async def test_random_operations_by_post_and_get_kept_and_new(pair: Pair, url: str) -> None:
    found = []
    with httpx2.Client(timeout=PATIENCE_S, trust_env=False) as client:
        for number in range(OPERATIONS):
            operation = pair.generator.operation(f"http:{number}")
            reference = pair.reference(operation)
            for method in ("POST", "POST", "GET", "GET"):
                told = difference(_asked(client, url, operation, method), reference)
                if told:
                    found.append(f"http:{number} {method} {operation.query} {operation.variables}\n    {told[:300]}")
                    break
    assert not found, f"{len(found)} of {OPERATIONS}:\n" + "\n".join(found)


async def test_flat_files(pair: Pair, url: str) -> None:
    found = []
    with httpx2.Client(timeout=PATIENCE_S, trust_env=False) as client:
        for number in range(FILES):
            random = Random(f"file:{number}")
            name, form = random.choice(list(TYPES)), random.choice(("csv", "csv", "jsonl", "json", "xlsx"))
            lang, further = random.choice(LANGUAGES)
            where = _where(pair, random, name) if number % 3 else {}
            kinds = columns(name, in_one_language=bool(lang), further=further)
            chosen = random.sample(list(kinds), 3) if random.random() < 0.3 else []
            excel = [("excel", "1")] if form == "csv" and random.random() < 0.5 else []
            parameters = [*_parameters(where), *_languages(lang, further), *excel]
            parameters += [("columns", ",".join(chosen))] if chosen else []
            response = client.get(f"{url}/export/{name}.{form}?{urlencode(parameters)}")
            layout = Layout({one: kinds[one] for one in chosen or kinds}, bool(chosen), bool(excel), further)
            if told := _file_difference(pair, response, name, where, lang, layout):
                found.append(f"file:{number} {name}.{form} {parameters}\n    {told[:300]}")
    assert not found, f"{len(found)} of {FILES}:\n" + "\n".join(found)


def _languages(lang: tuple[str, ...], further: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("lang", ",".join((*lang, *further)))] if further else [("lang", one) for one in lang]


def _where(pair: Pair, random: Random, name: str) -> dict[str, Any]:
    assert pair.schema.query_type is not None
    filter_type: Any = pair.schema.query_type.fields[name].args["where"].type
    values = Values(random, Pool(pair.dataset, pair.history), lambda _, value: value)
    return values.where(get_named_type(filter_type))


def _parameters(where: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A filter as parameters of a URL: paths to operators where it has nothing else, else JSON."""
    paths = list(_paths(where, ""))
    if where and all(value is not None for _, value in paths) and not _needs_json(where):
        return [(path, _written(value)) for path, value in paths]
    return [("where", json.dumps(where))] if where else []


def _needs_json(value: Any) -> bool:
    if isinstance(value, dict):
        return not value or any(key in {"and", "or"} or _needs_json(one) for key, one in value.items())
    return isinstance(value, list) and not value


def _paths(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _paths(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield from ((path, one) for one in value)
    else:
        yield path, value


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _file_difference(
    pair: Pair, response: httpx2.Response, name: str, where: Mapping[str, Any], lang: tuple[str, ...], layout: Layout
) -> str | None:
    try:
        expected = records(pair.schema, pair.dataset, name, where, lang, layout.further)
    except BadInput as refusal:
        return None if response.status_code == 400 else f"{response.status_code}; the reference: {refusal}"
    if response.status_code != 200:
        return f"{response.status_code} {response.text}; the reference: {len(expected)} rows"
    if response.headers["content-type"].startswith("text/csv"):
        return _csv_difference(response.content.decode(), expected, layout)
    if response.headers["content-type"].endswith("spreadsheetml.sheet"):
        return _workbook_difference(Book(response.content).sheets[name], expected, layout)
    is_array = response.headers["content-type"].startswith("application/json;")
    text = response.text if is_array else f"[{','.join(response.text.splitlines())}]"
    lines = json.loads(text, parse_float=Decimal if layout.is_flat else float)
    if layout.is_flat:
        expected = [{name: cell(record, name, layout.further) for name in layout.kinds} for record in expected]
        return None if lines == [_numbers(one, layout.kinds) for one in expected] else f"{lines} {expected}"
    return difference(Answer({"rows": lines}, []), Answer({"rows": expected}, []))


def _workbook_difference(rows: list[list[Value | None]], expected: list[Item], layout: Layout) -> str | None:
    header, *rows = rows
    rows += [[] for _ in range(len(expected) - len(rows))]
    for row, record in zip(rows, expected, strict=True):
        found = dict(zip(header, [*row, *[None] * (len(header) - len(row))], strict=True))
        for name, kind in layout.kinds.items():
            value, written = cell(record, name, layout.further), found[name]
            if kind == "number" and not same_cell(str(found[f"{name}_text"] or ""), value, kind, is_for_excel=False):
                return f"{record['id']} {name}_text: {found[f'{name}_text']!r}; the reference: {value!r}"
            text = str(value).lower() if kind == "boolean" and value is not None else value
            if kind in {"number", "integer"}:
                same = written == (None if value is None else pytest.approx(float(value), rel=1e-15))
            else:
                same = written == text
            if not same:
                return f"{record['id']} {name}: {written!r}; the reference: {value!r}"
    return None


def _numbers(row: dict[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """A row as JSON has it: `value` and its like are numbers."""
    return {
        name: Decimal(value) if kinds[name] == "number" and value is not None else value
        for name, value in row.items()
    }


def _csv_difference(text: str, expected: list[Any], layout: Layout) -> str | None:
    if text.startswith("\ufeff") != layout.is_for_excel:
        return "the byte order mark"
    kinds = layout.kinds
    head, *rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    if head != list(kinds) or len(rows) != len(expected):
        return f"{head}, {len(rows)} rows; the reference: {list(kinds)}, {len(expected)} rows"
    for row, record in zip(rows, expected, strict=True):
        for (name, kind), written in zip(kinds.items(), row, strict=True):
            if not same_cell(written, cell(record, name, layout.further), kind, is_for_excel=layout.is_for_excel):
                return f"{record['id']} {name}: {written!r}; the reference: {cell(record, name, layout.further)!r}"
    return None
