"""Search finds by words and Chinese characters, the best first, and takes every text as plain text."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import pairwise
from typing import Any

import orjson
import pytest

from tests.support.servers import Server

QUERY = """
query ($text: String!, $kinds: [SearchKind!], $match: SearchMatch! = ANY, $first: Int, $after: String) {
  search(text: $text, kinds: $kinds, match: $match, first: $first, after: $after) {
    totalCount isComplete
    pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { cursor node {
      kind score node { id ... on Initiative { name { en } } }
      highlights { field language text ranges { start end } }
    } }
  }
}
"""


def search(server: Server, text: str, **arguments: Any) -> dict[str, Any]:
    found: dict[str, Any] = server.data(QUERY, {"text": text, **arguments})["search"]
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [edge["node"]["node"]["id"] for edge in found["edges"]]


@pytest.mark.parametrize(
    "text", ["热线", "熱線", "智慧热线", "智慧熱線", "Smart hotline 12345", "hotline", "ＨＯＴＬＩＮＥ"]
)
def test_simplified_traditional_full_width_and_english_find_the_same_first(server: Server, text: str) -> None:
    assert ids(search(server, text))[0] == "Initiative:baiyun/hotline-12345"


def test_a_single_character_can_be_searched(server: Server) -> None:
    found = search(server, "蝉", first=100)
    assert ids(found) == ["Metric:baiyun/grid-work-performance"]
    [highlight] = [one for one in found["edges"][0]["node"]["highlights"] if one["language"] == "zh-Hans"]
    [stretch] = highlight["ranges"]
    assert highlight["field"] == "note"
    assert highlight["text"][stretch["start"] : stretch["end"]] == "蝉"


def test_results_come_in_the_order_that_the_guide_states(server: Server) -> None:
    found = search(server, "12345 工单", first=100)
    # Both in the name: none. Both anywhere; then the rarer word, in the name and elsewhere; then the other one.
    assert ids(found)[:1] == ["Initiative:baiyun/hotline-12345"]
    scores = [edge["node"]["score"] for edge in found["edges"]]
    assert scores == sorted(scores, reverse=True)
    assert found["totalCount"] == len(scores) > 3
    named = ids(search(server, "智慧", first=100))
    kinds = ["District", "Pillar", "Initiative", "Metric", "Award", "Indicator", "Source"]
    places = [kinds.index(id_.partition(":")[0]) for id_ in named]
    # In names first, then elsewhere: by kind in both.
    assert sum(later < earlier for earlier, later in pairwise(places)) == 1


def test_shorter_names_come_first(server: Server) -> None:
    query = """query { search(text: "数据", kinds: [INITIATIVE], match: ALL) {
        nodes { node { id ... on Initiative { name { zhHans } } } } } }"""
    names = [found["node"]["name"]["zhHans"] for found in server.data(query)["search"]["nodes"]]
    in_name = [name for name in names if "数据" in name]
    assert len(in_name) > 1
    assert names[: len(in_name)] == in_name == sorted(in_name, key=len)


def test_words_that_occur_nowhere_are_left_out_unless_all_are_required(server: Server) -> None:
    assert ids(search(server, "hotline xyzzy")) == ids(search(server, "hotline"))
    assert ids(search(server, "hotline xyzzy", match="ALL")) == []
    assert search(server, "xyzzy") == {
        "totalCount": 0,
        "isComplete": True,
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "endCursor": None},
        "edges": [],
    }


def test_a_long_run_of_characters_need_not_match_as_a_whole(server: Server) -> None:
    assert ids(search(server, "白云区智慧热线工单"))[0] == "Initiative:baiyun/hotline-12345"
    assert ids(search(server, "热线工单")) == []


def test_kinds_narrow_a_search(server: Server) -> None:
    every = search(server, "智慧", first=100)
    kinds = {edge["node"]["kind"] for edge in every["edges"]}
    assert {"INITIATIVE", "PILLAR", "AWARD"} <= kinds
    awards = search(server, "智慧", kinds=["AWARD"], first=100)
    assert ids(awards) == [id_ for id_ in ids(every) if id_.startswith("Award:")]


def test_every_kind_is_found_by_its_name(server: Server) -> None:
    for text, id_ in {
        "白云区": "District:baiyun",
        "Smart, efficient governance": "Pillar:baiyun/governance",
        "智慧热线": "Initiative:baiyun/hotline-12345",
        "Dispatch accuracy": "Metric:baiyun/dispatch-accuracy",
        "中国领军智慧城区": "Award:baiyun/china-leading-smart-district",
    }.items():
        assert ids(search(server, text))[0] == id_


def test_indicators_and_sources_are_found_and_lead_to_themselves(server: Server) -> None:
    [indicator] = search(server, "Dispatch accuracy", kinds=["INDICATOR"], match="ALL")["edges"]
    assert indicator["node"]["node"]["id"] == "Indicator:dispatch-accuracy"
    query = """query ($text: String!) { search(text: $text, kinds: [SOURCE], match: ALL) { nodes {
      node { __typename id ... on Source { slug title { zhHans } kind publishedOn } } highlights { field language }
    } } }"""
    title = server.data('{ node(id: "Source:gz-gov-baiyun-smart-city") { ... on Source { title { zhHans } } } }')
    text = title["node"]["title"]["zhHans"]
    [found] = server.data(query, {"text": text})["search"]["nodes"]
    assert found["node"]["__typename"] == "Source"
    assert found["node"]["slug"] == "gz-gov-baiyun-smart-city"
    assert found["node"]["title"]["zhHans"] == text
    assert {"field": "title", "language": "zh-Hans"} in found["highlights"]


def test_shared_items_rank_below_those_of_districts(server: Server) -> None:
    found = ids(search(server, "Dispatch accuracy"))
    assert found.index("Metric:baiyun/dispatch-accuracy") < found.index("Indicator:dispatch-accuracy")


def test_a_source_is_the_same_node_wherever_it_is_cited(server: Server) -> None:
    id_ = "Source:gz-gov-baiyun-smart-city"
    query = """{
      node(id: "Metric:baiyun/dispatch-accuracy") { ... on Metric { citations { source { id slug } } } }
      dataset { sources { id slug } }
      nodes(ids: ["Source:gz-gov-baiyun-smart-city", "Source:nowhere"]) { id }
    }"""
    data = server.data(query)
    assert data["node"]["citations"][0]["source"] == {"id": id_, "slug": "gz-gov-baiyun-smart-city"}
    assert data["dataset"]["sources"] == [
        {"id": id_, "slug": "gz-gov-baiyun-smart-city"},
        {"id": "Source:ycwb-baiyun-data-2020", "slug": "ycwb-baiyun-data-2020"},
    ]
    assert data["nodes"] == [{"id": id_}, None]


def test_match_all_requires_all_words(server: Server) -> None:
    def found(text: str, match: str) -> set[str]:
        return set(ids(search(server, text, match=match, first=100)))

    assert found("hotline drone", "ALL") == set()
    assert found("hotline drone", "ANY") == found("hotline", "ANY") | found("drone", "ANY")
    both = found("热线 12345", "ALL")
    assert "Initiative:baiyun/hotline-12345" in both
    assert both == found("热线", "ANY") & found("12345", "ANY")
    # All characters of a long run, where any two neighbours were enough.
    assert found("白云区智慧热线工单", "ALL") == set()


@pytest.mark.parametrize("phrase", ['"efficient governance"', "“城市治理”", "「城市治理」"])
def test_a_phrase_must_stand_together(server: Server, phrase: str) -> None:
    [found] = [id_ for id_ in ids(search(server, phrase, first=100)) if id_.startswith("Pillar:")]
    assert found == "Pillar:baiyun/governance"
    swapped = {'"efficient governance"': '"governance efficient"'}.get(phrase, "「治理城市」")
    assert ids(search(server, swapped, first=100)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hotline", "hotlines"),
        ("work order", "work orders"),
        ("热线", "热\u200b线"),
        ("热线", "\ufeff热\u2060线\u202e"),
        ("hotline", "hot\u00adline"),
        ("卫生", "衞生"),
        ("卫生", "衛生"),
        ("low-altitude", "lowaltitude"),
    ],
)
def test_it_makes_no_difference_how_a_query_is_written(server: Server, one: str, other: str) -> None:
    query = "query ($text: String!) { search(text: $text, first: 100) { totalCount nodes { score node { id } } } }"
    assert server.data(query, {"text": other}) == server.data(query, {"text": one})


def test_everything_that_is_found_has_a_highlight(server: Server) -> None:
    for text in (
        "hotlines",
        "智慧热线工单系统",
        "白",
        "e-government low-altitude",
        "「智慧」",
        "数据 data",
        "著 乾 〇",
    ):
        for edge in search(server, text, first=100)["edges"]:
            assert edge["node"]["highlights"], (text, edge["node"]["node"]["id"])


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("智慧", {}),
        ("智慧", {"kinds": ["SOURCE", "INITIATIVE", "METRIC"]}),
        ("smart data 平台", {}),
        ("smart data 平台", {"kinds": ["METRIC"]}),
        ("白云区智慧热线工单", {}),
        ("数据", {"match": "ALL"}),
        ("著 乾 一", {}),
    ],
)
def test_small_pages_give_every_result_once_in_order(server: Server, text: str, arguments: dict[str, Any]) -> None:
    every = ids(search(server, text, first=100, **arguments))
    assert len(every) == len(set(every)) > 3
    walked: list[str] = []
    after = None
    while True:
        page = search(server, text, first=3, after=after, **arguments)
        assert page["totalCount"] == len(every)
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        walked += ids(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert walked == every


@pytest.mark.parametrize("text", ["$where", '{"$gt": ""}', ".*线", "^白", "hotline)(", "\\d+", "'; return true"])
def test_nothing_in_a_query_is_an_operator_or_a_pattern(server: Server, text: str) -> None:
    for id_ in ids(search(server, text, first=100)):
        # What is found has the words themselves.
        assert id_ in ids(search(server, " ".join(word for word in text.replace("$", " ").split()), first=100))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"text": ""}, '"text" has nothing to search for'),
        ({"text": ".*"}, '"text" has nothing to search for'),
        ({"text": "?!"}, '"text" has nothing to search for'),
        ({"text": "x" * 201}, '"text" has 201 characters; at most 200'),
        ({"text": " ".join(map(str, range(31)))}, '"text" is too long'),
        ({"text": "a", "kinds": []}, '"kinds" is empty'),
        ({"text": "a", "first": 101}, '"first" is 101; 1 to 100'),
        ({"text": "a", "after": "x"}, '"after" is no cursor'),
    ],
)
def test_an_invalid_search_is_refused(server: Server, arguments: dict[str, Any], message: str) -> None:
    [error] = server.ask(QUERY, arguments)["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith(message)


def test_a_cursor_of_another_search_is_refused(server: Server) -> None:
    after = search(server, "智慧", first=3)["pageInfo"]["endCursor"]
    [error] = server.ask(QUERY, {"text": "热线", "after": after})["errors"]
    assert error["message"] == '"after" is a cursor of another filter; page with the filter it is from'
    for changed in ({"kinds": ["AWARD"]}, {"match": "ALL"}):
        [error] = server.ask(QUERY, {"text": "智慧", "after": after, **changed})["errors"]
        assert error["message"] == '"after" is a cursor of another filter; page with the filter it is from'


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("智慧", [2, "2/baiyun", 4, "x", ""]),
        ("智慧", [-1, "2/baiyun", 4, "x", ""]),
        ("智慧", [0, 2, 4, "x", ""]),
        ("智慧", [0, "2/baiyun", 4, "x", "1,1"]),
        ("智慧 热线", [0, "2/baiyun", 4, "x", ""]),
        ("智慧 热线", [0, "2/baiyun", 4, "x", "1,1,1"]),
        ("智慧 热线", [0, "2/baiyun", 4, "x", "1,1,1,-1"]),
        ("智慧 热线", [0, "2/baiyun", 4, "x", "0,0,0,0"]),
        ("智慧 热线", [0, "2/baiyun", 4, "x", "1,1,1,1"] * 2),
    ],
)
def test_a_cursor_that_no_search_gave_is_refused(server: Server, text: str, keys: list[Any]) -> None:
    given = search(server, text, first=3)["pageInfo"]["endCursor"]
    packed = orjson.loads(urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    changed = urlsafe_b64encode(orjson.dumps([*packed[:5], *keys])).decode().rstrip("=")
    [error] = server.ask(QUERY, {"text": text, "after": changed})["errors"]
    assert error["message"].startswith('"after" is no cursor')
