"""Hand-written operations that compiled functions could get wrong: aliases, texts, damage, and changing variables."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from graphql import Executor

from loaders.mongo.driver import Database
from loaders.store.store import Store
from schema.base.errors import MASKED
from schema.execution.executor import CompiledExecutor
from schema.operation.operation_cache import Operations
from tests.support.conformance.answers import Answer, ClientRequest, OneAtATime, answer
from tests.support.conformance.choices import HOSTILE, ODD_TEXTS
from tests.support.conformance.stored import Stored, replace
from tests.support.data.content import contents, put
from tests.support.limits import FREE


class Asker:
    """Asks both executors, which must agree, and gives their answer. Parsed documents are kept between requests."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._operations = Operations(FREE)

    async def __call__(self, text: str, /, *, languages: tuple[str, ...] = (), **variables: Any) -> Answer:
        request = ClientRequest(text, variables, languages=languages)
        store = OneAtATime(self._store)
        expected = await answer(self._operations, request, store, Executor)
        assert await answer(self._operations, request, store, CompiledExecutor) == expected
        return expected

    async def data(self, text: str, /, **variables: Any) -> Any:
        content = (await self(text, **variables)).content
        assert "errors" not in content, content
        return content["data"]


@pytest_asyncio.fixture(scope="module")
async def small(mongodb_uri: str) -> AsyncIterator[Store]:
    """A database with one small district."""
    stored = Stored(mongodb_uri)
    await stored.publish(contents(["d"]))
    yield Store(stored.database)
    await stored.drop()


@pytest.fixture
def ask(small: Store) -> Asker:
    return Asker(small)


@pytest_asyncio.fixture
async def ask_damaged(database: Database) -> Asker:
    """Asks of one small district that tests may damage."""
    await put(database, ["d"])
    return Asker(Store(database))


@pytest.fixture
def nothing_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder to run in that is empty afterwards."""
    monkeypatch.chdir(tmp_path)
    yield
    assert list(tmp_path.iterdir()) == []


async def damage_metric(database: Database, **damage: Any) -> None:
    """Give the one metric other values, inside its district."""
    [district] = await database.find("districts", {})
    [metric] = district["pillars"][0]["initiatives"][0]["metrics"]
    metric.update(damage)
    await replace(database, "districts", [district])


@pytest.mark.parametrize(
    "alias", [*HOSTILE, "__init__", "__import__", "os", "exec", "nonlocal", "match", "N" * 5_000]
)
async def test_an_alias_is_only_a_key(ask: Asker, alias: str) -> None:
    text = (
        f'query {alias}(${alias}: [String!]) {{ {alias}: district(slug: "d") {{ {alias}: slug ...{alias} }} }} '
        f"fragment {alias} on District {{ n: name {{ {alias}: text(lang: ${alias}) }} p: pillars {{ {alias}: id }} }}"
    )
    assert await ask.data(text, **{alias: ["en"]}) == {
        alias: {alias: "d", "n": {alias: "a"}, "p": [{alias: "Pillar:d/foundations"}]}
    }


async def test_every_alias_beside_every_other(ask: Asker) -> None:
    aliases = [alias for alias in HOSTILE if alias != "name"]
    fields = "\n".join(f"{alias}: slug name {{ {alias}: en }}" for alias in aliases)
    data = await ask.data(f'{{ district(slug: "d") {{ {fields} }} }}')
    assert data["district"] == {"name": dict.fromkeys(aliases, "a"), **dict.fromkeys(aliases, "d")}


HOSTILE_TEXTS = [
    *ODD_TEXTS,
    '"""',
    "\\",
    "\\n",
    "{v}",
    "%(slug)s",
    "$slug",
    "$$ROOT",
    "__import__('os').system('true')",
    '"); open("owned", "w") #',
    "')\nopen('owned', 'w')\n#",
    "\r\n\t\b\f",
    "\ufeff\u202e",
    "a" * 5_000,
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: ascii(text)[:30])
@pytest.mark.parametrize("place", ["literal", "variable", "default"])
@pytest.mark.usefixtures("nothing_written")
async def test_a_text_is_only_a_text(ask: Asker, text: str, place: str) -> None:
    written = '"' + "".join(f"\\u{unit:04x}" for unit in _utf16(text)) + '"'
    ways: dict[str, tuple[str, str, dict[str, Any]]] = {
        "literal": ("query", written, {}),
        "variable": ("query ($t: String!)", "$t", {"t": text}),
        "default": (f"query ($t: String! = {written})", "$t", {}),
    }
    head, value, variables = ways[place]
    list_of = "pillars { initiatives(where: {slug: {eq: %s}}) { slug } n: initiativeCount(where: {slug: {ne: %s}}) }"
    found = await ask(f'{head} {{ district(slug: "d") {{ {list_of % (value, value)} }} }}', **variables)
    assert found.content == {"data": {"district": {"pillars": [{"initiatives": [], "n": 1}]}}}
    refused = await ask(f'{head} {{ district(slug: "d") {{ name {{ text(lang: ["en", {value}]) }} }} }}', **variables)
    [error] = refused.content["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert error["path"] == ["district", "name", "text"]
    assert refused.content["data"] == {"district": None}


def _utf16(text: str) -> list[int]:
    encoded = text.encode("utf-16-be")
    return [int.from_bytes(encoded[at : at + 2]) for at in range(0, len(encoded), 2)]


async def test_a_lone_surrogate_is_not_a_string(ask: Asker) -> None:
    found = await ask(r'{ district(slug: "d") { name { text(lang: ["\ud800"]) } } }')
    [error] = found.content["errors"]
    assert error["extensions"] == {"code": "GRAPHQL_PARSE_FAILED"}
    assert "data" not in found.content


async def test_a_damaged_figure_nulls_only_its_quantity(ask_damaged: Asker, database: Database) -> None:
    quantity = {"value": "many", "multiplier": 4, "comparator": "GT", "unit": "terminal"}
    await damage_metric(database, quantity=quantity)
    text = """{
      district(slug: "d") {
        before: slug
        pillars { initiatives { metrics { slug quantity { multiplier value } period { kind } } } }
        after: slug
      }
    }"""
    assert (await ask_damaged(text)).content == {
        "errors": [
            {
                "message": MASKED,
                "locations": [{"line": 4, "column": 70}],
                "path": ["district", "pillars", 0, "initiatives", 0, "metrics", 0, "quantity", "value"],
                "extensions": {"code": "INTERNAL_SERVER_ERROR"},
            }
        ],
        "data": {
            "district": {
                "before": "d",
                "pillars": [
                    {"initiatives": [{"metrics": [{"slug": "terminals", "quantity": None, "period": None}]}]}
                ],
                "after": "d",
            }
        },
    }


async def test_errors_of_several_damaged_places_come_in_document_order(
    ask_damaged: Asker, database: Database
) -> None:
    await damage_metric(
        database,
        status="UNKNOWN",
        changes=[{"basis": "TARGET", "direction": "UP", "quantity": None, "reference": None}, None, "text"],
        ranks=[{"kind": "PLACE", "position": 2**31, "of": 1.5, "scope": "MOON", "area": {}}],
        note={"master": None, "texts": {"en": 5, "zh-Hant": []}, "derived": [1, None]},
    )
    fields = "ranks { kind position of scope area { zhHans } } note { en zhHant master }"
    text = f'{{ district(slug: "d") {{ pillars {{ initiatives {{ metrics {{ {fields} }} }} }} }} }}'
    content = (await ask_damaged(text)).content
    [metric] = content["data"]["district"]["pillars"][0]["initiatives"][0]["metrics"]
    assert metric == {
        "ranks": [{"kind": "PLACE", "position": None, "of": None, "scope": None, "area": {"zhHans": None}}],
        "note": None,
    }
    assert [error["path"][7:] for error in content["errors"]] == [
        ["ranks", 0, "position"],
        ["ranks", 0, "of"],
        ["ranks", 0, "scope"],
        ["ranks", 0, "area", "zhHans"],
        ["note", "zhHant"],
        ["note", "master"],
    ]


async def test_a_value_that_can_be_written_as_its_type_is_no_damage(ask_damaged: Asker, database: Database) -> None:
    texts = {"zh-Hans": True, "en": 2.5, "zh-Hant": 1e300}
    await damage_metric(database, slug=7, note={"master": 3, "texts": texts, "derived": (1, False)})
    fields = 'slug note { zhHans en zhHant derived text(lang: "en") }'
    data = await ask_damaged.data(
        f'{{ district(slug: "d") {{ pillars {{ initiatives {{ metrics {{ {fields} }} }} }} }} }}'
    )
    [metric] = data["district"]["pillars"][0]["initiatives"][0]["metrics"]
    assert metric == {
        "slug": "7",
        "note": {"zhHans": "true", "en": "2.5", "zhHant": "1e+300", "derived": ["1", "false"], "text": "2.5"},
    }


async def test_variables_decide_what_each_answer_skips(ask: Asker) -> None:
    text = """query ($skip: Boolean!, $name: Boolean = true) {
      district(slug: "d") {
        slug @skip(if: $skip)
        ... @include(if: $name) { name { en } }
        pillars @skip(if: $skip) { ...P @include(if: $name) slug }
      }
    }
    fragment P on Pillar { id }"""
    pillar = {"id": "Pillar:d/foundations", "slug": "foundations"}
    whole = {"slug": "d", "name": {"en": "a"}, "pillars": [pillar]}
    assert await ask.data(text, skip=False) == {"district": whole}
    assert await ask.data(text, skip=True) == {"district": {"name": {"en": "a"}}}
    assert await ask.data(text, skip=False, name=False) == {
        "district": {"slug": "d", "pillars": [{"slug": "foundations"}]}
    }
    assert await ask.data(text, skip=True, name=False) == {"district": {}}
    assert await ask.data(text, skip=False, name=True) == {"district": whole}
    assert (await ask(text, skip=None)).content["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert await ask.data(text, skip=False) == {"district": whole}


async def test_variables_decide_the_language_of_each_answer(ask: Asker) -> None:
    text = 'query ($lang: [String!]) { district(slug: "d") { name { text(lang: $lang) language(lang: $lang) } } }'
    english, simplified = {"text": "a", "language": "en"}, {"text": "区", "language": "zh-Hans"}
    traditional = {"text": "區", "language": "zh-Hant"}
    for lang, languages, name in (
        (["en"], (), english),
        (["zh-HK", "en"], ("en",), traditional),
        ([], ("en",), simplified),
        (None, ("en",), english),
        (None, ("zh-Hant",), traditional),
        (["fr"], ("en",), simplified),
        (["en"], ("zh-Hant",), english),
    ):
        found = await ask(text, languages=languages, lang=lang)
        assert found.content == {"data": {"district": {"name": name}}}
        assert found.languages == [name["language"]]
    assert (await ask(text, lang=["no range"])).content["data"] == {"district": None}
    assert (await ask(text, languages=("en",))).content == {"data": {"district": {"name": english}}}


async def test_variables_decide_the_page_of_each_answer(ask: Asker) -> None:
    text = """query ($first: Int, $offset: Int!) {
      district(slug: "d") { metrics(first: $first, offset: $offset) { slug } }
    }"""
    assert await ask.data(text, offset=0) == {"district": {"metrics": [{"slug": "terminals"}]}}
    assert await ask.data(text, offset=1) == {"district": {"metrics": []}}
    assert (await ask(text, first=0, offset=0)).content["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert await ask.data(text, first=1, offset=0) == {"district": {"metrics": [{"slug": "terminals"}]}}


async def test_requests_at_the_same_time_have_variables_of_their_own(small: Store) -> None:
    operations = Operations(FREE)
    text = """query ($lang: [String!], $en: Boolean!) {
      district(slug: "d") { pillars { name { text(lang: $lang) en @include(if: $en) } } }
    }"""
    languages = [("en", "Foundations"), ("zh-Hans", "底座"), ("zh-Hant", "底座")] * 5
    requests = [
        ClientRequest(text, {"lang": [lang], "en": number % 2 == 0}) for number, (lang, _) in enumerate(languages)
    ]
    answers = await asyncio.gather(*(answer(operations, one, small, CompiledExecutor) for one in requests))
    names = [found.content["data"]["district"]["pillars"][0]["name"] for found in answers]
    assert names == [
        {"text": name, **({"en": "Foundations"} if number % 2 == 0 else {})}
        for number, (_, name) in enumerate(languages)
    ]


async def test_an_error_cancels_nothing_that_is_waited_for_elsewhere(ask: Asker) -> None:
    text = """{
      metrics(first: 1) {
        edges { node { standing { position } } }
        nodes { initiative { awardCount(where: {and: []}) } standing { position } }
      }
    }"""
    content = (await ask(text)).content
    [error] = content["errors"]
    assert error["path"] == ["metrics", "nodes", 0, "initiative", "awardCount"]
    assert content["data"] is None
