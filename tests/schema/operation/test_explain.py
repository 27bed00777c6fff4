"""Responses have their languages and, if allowed and requested, how the database executed the commands."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.support.servers import Server, running_server
from tests.support.waiting import PATIENCE_S

METRICS = '{ metrics(where: {indicator: {eq: "dispatch-accuracy"}}) { totalCount nodes { district { slug } } } }'


@pytest.fixture(scope="module")
def telling(server: Server) -> Iterator[Server]:
    database = {name: server.environment[name] for name in ("MONGODB_URI", "MONGODB_DATABASE")}
    with running_server({**database, "EXPLAIN": "true"}) as told:
        yield told


def test_each_root_field_has_its_commands_and_their_indexes(telling: Server) -> None:
    query = f'{METRICS[:-1]} baiyun: district(slug: "baiyun") {{ slug }} }}'
    answer = telling.ask(query, None, **{"Yunshan-Explain": "1"})
    assert answer["data"]["metrics"]["totalCount"] == 1
    explain = answer["extensions"]["explain"]
    assert set(explain) == {"metrics", "baiyun"}
    assert [command["aggregate"] for command in explain["metrics"]["commands"]] == ["metrics", "districts"]
    assert explain["metrics"]["completion"] == "compiled"
    visible = {"from": {"$lte": 1}, "to": {"$gt": 1}}
    assert explain["baiyun"] == {
        "completion": "compiled",
        "commands": [
            {
                "aggregate": "districts",
                "pipeline": [
                    {"$match": {"$and": [{"slug": {"$gt": ""}}, {"$and": [{"slug": {"$eq": "baiyun"}}, visible]}]}},
                    {"$limit": 1},
                    {"$project": {"_id": 0, "id": 1, "slug": 1}},
                ],
                "indexes": ["by_slug"],
                "collectionScan": False,
                "keysExamined": 1,
                "documentsExamined": 1,
                "documentsReturned": 1,
                "sortedInMemory": 0,
            }
        ],
    }


def test_a_single_item_is_found_by_an_index(telling: Server) -> None:
    query = """{ metric(slug: "drone-docks") { slug } initiative(slug: "smart-governance") { slug }
        award(slug: "china-leading-smart-district") { slug }
        named: metric(district: "baiyun", slug: "drone-docks") { id } }"""
    explain = telling.ask(query, None, **{"Yunshan-Explain": "1"})["extensions"]["explain"]
    commands = {key: told["commands"] for key, told in explain.items()}
    assert {key: [one["indexes"] for one in found] for key, found in commands.items()} == {
        "metric": [["by_slug"]],
        "initiative": [["by_slug"]],
        "award": [["by_slug"]],
        "named": [["by_id"]],
    }
    assert {one["documentsExamined"] for found in commands.values() for one in found} == {1}


@pytest.mark.parametrize("headers", [{}, {"Yunshan-Explain": "0"}])
def test_nothing_is_explained_unless_requested(telling: Server, headers: dict[str, str]) -> None:
    assert "extensions" not in telling.ask(METRICS, None, **headers)


@pytest.mark.parametrize("word", [f"{ahead}{chr(0x70ED) * 60}" for ahead in ("z", "zz", "zzz")], ids=len)
def test_a_query_with_a_long_text_is_explained(telling: Server, word: str) -> None:
    query = "query ($word: String!) { metrics(where: {slug: {gte: $word}}) { nodes { id } } }"
    answer = telling.ask(query, {"word": word}, **{"Yunshan-Explain": "1"})
    assert answer["data"] == {"metrics": {"nodes": []}}
    [command] = answer["extensions"]["explain"]["metrics"]["commands"]
    assert command["indexes"] == ["by_slug"]


def test_it_is_refused_where_it_is_not_allowed(server: Server) -> None:
    body = {"query": METRICS}
    answer = httpx2.post(f"{server.url}/graphql", json=body, headers={"Yunshan-Explain": "1"}, timeout=PATIENCE_S)
    assert answer.status_code == 403
    [error] = answer.json()["errors"]
    assert error["message"] == "Yunshan-Explain is not allowed; set EXPLAIN=true on the server to allow it"


def test_another_value_is_refused(server: Server) -> None:
    answer = httpx2.post(
        f"{server.url}/graphql", json={"query": METRICS}, headers={"Yunshan-Explain": "yes"}, timeout=PATIENCE_S
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "Yunshan-Explain is 'yes'; send 1, or leave it out"


@pytest.mark.parametrize(
    ("query", "accepted", "served"),
    [
        ('{ district(slug: "baiyun") { name { text } } }', "en-GB, zh;q=0.5", "en"),
        ('{ district(slug: "baiyun") { name { text } } }', "zh-HK", "zh-Hant"),
        ('{ district(slug: "baiyun") { name { text } } }', "fr", "zh-Hans"),
        ('{ district(slug: "baiyun") { name { text own: text(lang: ["zh-TW"]) } } }', "en", "en, zh-Hant"),
        ("{ metrics(first: 1, where: {quantity: {exists: true}}) { nodes { quantity { formatted } } } }", "en", "en"),
        ('{ district(slug: "baiyun") { slug name { zhHans } } }', "en", None),
        ('{ district(slug: "nowhere") { name { text } } }', "en", None),
    ],
)
def test_the_response_says_which_languages_it_serves(
    server: Server, query: str, accepted: str, served: str | None
) -> None:
    answer = httpx2.post(
        f"{server.url}/graphql", json={"query": query}, headers={"Accept-Language": accepted}, timeout=PATIENCE_S
    )
    assert answer.headers.get("content-language") == served
    assert "Accept-Language" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("slug", "lang", "style", "written"),
    [
        ("digital-enterprise-revenue", "en", "COMPACT", "CNY 9.095 billion"),
        ("digital-enterprise-revenue", "zh-Hans", "SOURCE", "90.95亿元"),
        ("government-data-records", "zh-Hans", "COMPACT", "152.58亿条"),
        ("government-data-records", "en", "COMPACT", "15.258 billion records"),
        ("video-channels", "zh-Hans", "SOURCE", "超16万路"),
        ("video-channels", "en", "PLAIN", "over 160,000 video channels"),
    ],
)
def test_a_figure_is_written_as_its_reader_expects(
    server: Server, slug: str, lang: str, style: str, written: str
) -> None:
    data = server.data(
        """query ($slug: String!, $lang: [String!], $style: FigureStyle!) {
        metrics(where: {slug: {eq: $slug}}) { nodes { quantity { formatted(lang: $lang, style: $style) } } } }""",
        {"slug": slug, "lang": [lang], "style": style},
    )
    assert [metric["quantity"]["formatted"] for metric in data["metrics"]["nodes"]] == [written]
