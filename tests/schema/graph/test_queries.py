"""The query root as clients use it: districts, pages, nodes, the dataset."""

import asyncio
from base64 import urlsafe_b64encode
from typing import Any

import orjson
import pytest

from loaders.documents import DistrictContent
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from schema.base.cursors import fingerprint
from schema.graph import dataset
from seeds.building.district import build
from seeds.format.model import District
from tests.support.api import Api
from tests.support.data.content import district, load_of, put

SLUGS = [f"d-{number:02d}" for number in range(25)]
PAGE = """
query Page($first: Int, $after: String, $last: Int, $before: String) {
  districts(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { slug name { en } } }
    nodes { slug }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


async def page(api: Api, **arguments: Any) -> tuple[list[str], dict[str, Any]]:
    connection = (await api.data(PAGE, **arguments))["districts"]
    slugs = [edge["node"]["slug"] for edge in connection["edges"]]
    assert [node["slug"] for node in connection["nodes"]] == slugs
    return slugs, connection["pageInfo"]


async def test_an_unknown_district_is_null(database: Database, api: Api) -> None:
    await put(database, ["a"])
    assert await api.data('{ district(slug: "nowhere") { id } }') == {"district": None}


async def test_the_full_district_costs_one_call_and_one_for_the_revision(database: Database, api: Api) -> None:
    await put(database, ["a"])
    await api.data(
        """{ district(slug: "a") { name { text } sources: awards { citations { source { slug } } }
        pillars { initiatives { metrics { indicator { slug } citations { source { slug } } } } } } }"""
    )
    assert api.commands.names == ["find", "find"]


async def test_several_root_fields_share_one_revision_and_cost_a_call_each(database: Database, api: Api) -> None:
    await put(database, ["a", "b"])
    data = await api.data(
        '{ a: district(slug: "a") { slug } b: district(slug: "b") { slug } districts { totalCount } }'
    )
    assert data == {"a": {"slug": "a"}, "b": {"slug": "b"}, "districts": {"totalCount": 2}}
    assert sorted(api.commands.names) == ["aggregate", "find", "find", "find"]


async def test_a_page_is_counted_only_when_asked(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    await api.data("{ districts(first: 3) { nodes { slug } } }")
    assert api.commands.names == ["find", "aggregate"]
    assert "$unionWith" not in api.commands.texts[1]
    data = await api.data('{ districts(first: 3, where: {slug: {gte: "a"}}) { totalCount nodes { slug } } }')
    assert api.commands.names == ["find", "aggregate"]
    assert api.commands.texts[1].count("$unionWith") == 1
    assert data["districts"] == {"totalCount": 25, "nodes": [{"slug": slug} for slug in SLUGS[:3]]}


async def test_totals_that_nobody_filtered_are_those_of_the_load(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    lists = ("districts", "initiatives", "metrics", "awards", "indicators", "sources")
    for name in lists:
        data = await api.data(f"{{ {name}(first: 1) {{ totalCount pageInfo {{ endCursor }} }} }}")
        assert api.commands.names == ["find", "aggregate"]
        assert "$count" not in api.commands.texts[1]
        assert data[name]["totalCount"] == {"indicators": 1, "sources": 1, "awards": 0}.get(name, 25)
    # A page of an older revision has its total.
    cursor = (await api.data("{ districts(first: 1) { pageInfo { endCursor } } }"))["districts"]["pageInfo"]
    await put(database, ["one-more"])
    data = await api.data("query ($c: String) { districts(after: $c) { totalCount } }", c=cursor["endCursor"])
    assert data == {"districts": {"totalCount": 25}}


async def test_the_units_of_all_figures_are_those_of_indicators(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    asked = "{ metrics(orderBy: [{quantity: {direction: DESC}}], first: 2) { nodes { slug } } }"
    assert len((await api.data(asked))["metrics"]["nodes"]) == 2
    assert "figure_count" in api.commands.texts[1]
    await publish(database, load_of([in_percent("other")]))
    code, message = await api.error(asked)
    assert code == "BAD_USER_INPUT"
    assert "several units: percent, terminal" in message
    # An indicator whose figures are gone has its unit no more.
    await put(database, SLUGS, prune=True)
    assert len((await api.data(asked))["metrics"]["nodes"]) == 2


def in_percent(slug: str) -> DistrictContent:
    given = district(slug)
    metric = given["pillars"][0]["initiatives"][0]["metrics"][0]
    metric |= {"slug": "share", "quantity": {"value": 5, "unit": "percent"}}
    return build(District.model_validate(given))


async def test_the_list_of_sources_without_pages_is_bounded(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(database, SLUGS)
    asked = "{ dataset { sources { id slug } } sources { nodes { id slug } } }"
    notice = {"id": "Source:notice", "slug": "notice"}
    assert await api.data(asked) == {"dataset": {"sources": [notice]}, "sources": {"nodes": [notice]}}
    monkeypatch.setattr(dataset, "MAX_SOURCES", 0)
    message = 'there are more than 0 sources; page through the root field "sources"'
    assert await api.error("{ dataset { sources { slug } } }") == ("BAD_USER_INPUT", message)


async def test_an_aggregate_is_computed_only_as_far_as_it_is_selected(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    data = await api.data(
        "{ metrics(first: 3) { aggregate { a: counts(by: UNIT) { key } b: counts(by: YEAR) { key } } } }"
    )
    assert data == {"metrics": {"aggregate": {"a": [{"key": "terminal"}], "b": [{"key": None}]}}}
    assert api.commands.texts[1].count("$unionWith") == 2
    data = await api.data("{ metrics(first: 3) { aggregate { figures { count median } } } }")
    assert data == {"metrics": {"aggregate": {"figures": {"count": 25, "median": 1_400_000}}}}
    # What figures there are is read before them, and only if they compare.
    assert [one.count("$unionWith") for one in api.commands.texts[1:]] == [0, 0, 0, 0, 0]


async def test_counting_an_empty_dataset_gives_zero(api: Api) -> None:
    data = await api.data("{ districts { totalCount nodes { slug } pageInfo { endCursor hasNextPage } } }")
    assert data == {
        "districts": {"totalCount": 0, "nodes": [], "pageInfo": {"endCursor": None, "hasNextPage": False}}
    }


async def test_walking_forward_gives_every_district_once(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    seen: list[str] = []
    after = None
    while True:
        slugs, info = await page(api, first=7, after=after)
        seen += slugs
        assert info["hasPreviousPage"] == (after is not None)
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break
    assert seen == SLUGS


async def test_walking_backward_gives_every_district_once(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    seen: list[str] = []
    before = None
    while True:
        slugs, info = await page(api, last=7, before=before)
        seen = slugs + seen
        assert info["hasNextPage"] == (before is not None)
        before = info["startCursor"]
        if not info["hasPreviousPage"]:
            break
    assert seen == SLUGS


async def test_a_page_between_two_cursors(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    cursors = [edge["cursor"] for edge in (await api.data(PAGE, first=10))["districts"]["edges"]]
    slugs, _ = await page(api, first=50, after=cursors[2], before=cursors[6])
    assert slugs == SLUGS[3:6]


async def test_pages_stay_with_their_revision_while_others_load(database: Database, api: Api) -> None:
    await put(database, SLUGS, "old")
    slugs, info = await page(api, first=10)
    await put(database, [*SLUGS[5:], "d-12b", "z"], "new", prune=True)
    rest = (await api.data(PAGE, first=100, after=info["endCursor"]))["districts"]["edges"]
    assert slugs + [edge["node"]["slug"] for edge in rest] == SLUGS
    assert {edge["node"]["name"]["en"] for edge in rest} == {"old"}
    fresh = (await api.data(PAGE, first=100))["districts"]["edges"]
    assert [edge["node"]["slug"] for edge in fresh] == sorted([*SLUGS[5:], "d-12b", "z"])


async def test_a_cursor_of_a_revision_that_is_gone_goes_on_in_the_published_one(database: Database, api: Api) -> None:
    await put(database, ["a", "b", "c"], "old")
    _, info = await page(api, first=1)
    await put(database, ["a", "b", "c", "aa"], "new")
    await database.update_many("revisions", {"_id": "published"}, {"$set": {"floor": 2}})
    slugs, _ = await page(api, first=10, after=info["endCursor"])
    assert slugs == ["aa", "b", "c"]


def packed(*values: Any) -> str:
    return urlsafe_b64encode(orjson.dumps(list(values))).decode().rstrip("=")


# The list that PAGE asks for, as its cursors name it: without an order and without a filter.
LIST = ("districts", fingerprint(None), fingerprint(None))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"first": 0}, '"first" is 0; 1 to 100 (page with "after")'),
        ({"first": 101}, '"first" is 101; 1 to 100 (page with "after")'),
        ({"first": -1}, '"first" is -1; 1 to 100 (page with "after")'),
        ({"last": 101}, '"last" is 101; 1 to 100 (page with "before")'),
        ({"first": 1, "last": 1}, '"first" and "last" exclude each other; give one of them'),
        ({"after": ""}, '"after" is no cursor'),
        ({"after": "nonsense"}, '"after" is no cursor'),
        ({"before": "é"}, '"before" is no cursor'),
        ({"after": "A" * 2000}, '"after" is no cursor'),
        ({"after": packed(2, *LIST, 1, {"$gt": ""})}, '"after" is no cursor'),
        ({"after": packed(2, *LIST, -1, "a")}, '"after" is no cursor'),
        ({"after": packed(2, *LIST, 2**60, "a")}, '"after" is no cursor'),
        ({"after": packed(2, *LIST, 1, 2**60)}, '"after" is no cursor'),
        ({"after": packed(2, *LIST, 1, "a", "b")}, '"after" is no cursor'),
        ({"after": packed(2, *LIST, 1, True)}, '"after" is no cursor'),
        ({"after": packed(1, *LIST, 1, "a")}, '"after" is no cursor'),
        ({"after": packed(2, "metrics", *LIST[1:], 1, "a")}, '"after" is a cursor of another list'),
        ({"after": packed(2, "districts", "x", LIST[2], 1, "a")}, '"after" is a cursor of another order'),
        ({"after": packed(2, "districts", LIST[1], "x", 1, "a")}, '"after" is a cursor of another filter'),
    ],
)
async def test_invalid_paging_arguments_are_refused(api: Api, arguments: dict[str, Any], message: str) -> None:
    code, text = await api.error(PAGE, **arguments)
    assert code == "BAD_USER_INPUT"
    assert text.startswith(message)
    assert api.commands.names == []


async def test_a_cursor_belongs_to_the_order_and_the_filter_of_its_list(database: Database, api: Api) -> None:
    query = """query ($where: MetricFilter, $orderBy: [MetricOrder!], $after: String) {
      metrics(where: $where, orderBy: $orderBy, first: 1, after: $after) { nodes { id } pageInfo { endCursor } }
    }"""
    await put(database, ["a", "b", "c"])
    where = {"district": {"ne": "c"}, "status": {"eq": "NORMAL"}}
    order = [{"slug": {"direction": "DESC"}}, {"district": {}}]
    after = (await api.data(query, where=where, orderBy=order))["metrics"]["pageInfo"]["endCursor"]
    # The same filter in another order of its fields.
    turned = dict(reversed(where.items()))
    assert (await api.data(query, where=turned, orderBy=order, after=after))["metrics"]["nodes"] == [
        {"id": "Metric:b/terminals"}
    ]
    for changed, what in (({"where": {"district": {"ne": "c"}}}, "filter"), ({"orderBy": order[:1]}, "order")):
        code, message = await api.error(query, **{"where": where, "orderBy": order, "after": after, **changed})
        assert (code, message.split(";")[0]) == ("BAD_USER_INPUT", f'"after" is a cursor of another {what}')


async def test_every_kind_of_node_is_found_by_its_id(database: Database, api: Api) -> None:
    award = {
        "slug": "prize",
        "name": {"zhHans": "奖"},
        "kind": "AWARD",
        "citations": [{"source": "notice", "locator": "L2"}],
    }
    await publish(database, load_of([build(District.model_validate(district("a", awards=[award])))]))
    ids = [
        "District:a",
        "Pillar:a/foundations",
        "Initiative:a/sensing",
        "Metric:a/terminals",
        "Award:a/prize",
    ]
    data = await api.data(
        """query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
        ... on District { metricCount } ... on Metric { indicator { slug } citations { source { slug } } }
        ... on Award { kind citations { source { slug } locator } } } }""",
        ids=ids,
    )
    assert [(node["__typename"], node["id"]) for node in data["nodes"]] == [
        (id_.partition(":")[0], id_) for id_ in ids
    ]
    assert data["nodes"][0]["metricCount"] == 1
    assert data["nodes"][3]["indicator"] == {"slug": "terminals"}
    assert data["nodes"][4]["citations"] == [{"source": {"slug": "notice"}, "locator": "L2"}]


async def test_nodes_of_many_districts_cost_one_call(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    ids = [f"Metric:{slug}/terminals" for slug in SLUGS] + ["Metric:nowhere/x", "Pillar:d-01/none", "District:d-01"]
    data = await api.data(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { id } one: node(id: "Initiative:d-02/sensing") { id } }', ids=ids
    )
    assert [node and node["id"] for node in data["nodes"]] == [*ids[:25], None, None, "District:d-01"]
    assert data["one"] == {"id": "Initiative:d-02/sensing"}
    assert api.commands.names == ["find", "aggregate", "aggregate"]


@pytest.mark.parametrize(
    "wrong",
    ["", "a", "District:", "District:A", "Metric:a", "Metric:a/b/c", "District:a/b", "Unit:percent", "District:a\n",
     "Query:a/b", '{"$gt": ""}', "District:$where"],
)  # fmt: skip
async def test_an_invalid_id_is_refused(database: Database, api: Api, wrong: str) -> None:
    await put(database, ["a"])
    code, message = await api.error("query ($id: ID!) { node(id: $id) { id } }", id=wrong)
    assert code == "BAD_USER_INPUT"
    assert "is no id" in message


@pytest.mark.parametrize(
    "wanted",
    [
        "id",
        "__typename",
        "... on District { slug }",
        "... on Metric { indicator { slug } }",
        "id ... on District { metrics { citations { source { slug } } } }",
    ],
)
async def test_a_wrong_id_nulls_its_item_alone_and_says_which(database: Database, api: Api, wanted: str) -> None:
    await put(database, ["a"])
    query = f"query ($ids: [ID!]!) {{ some: nodes(ids: $ids) {{ {wanted} }} }}"
    ids = ["District:a", "Metric:a/terminals", "District:none"]
    right = (await api.data(query, ids=ids))["some"]
    response = await api.run(query, ids=["nonsense", *ids, "District:A"])
    assert response.data == {"some": [None, *right, None]}
    assert right[0] is not None and right[2] is None
    assert [(error["path"], error["extensions"]["code"]) for error in response.errors] == [
        (["some", 0], "BAD_USER_INPUT"),
        (["some", 4], "BAD_USER_INPUT"),
    ]
    assert response.errors[0]["message"].startswith("'nonsense' is no id; send back an id as it was given")


async def test_too_many_ids_are_refused(database: Database, api: Api) -> None:
    await put(database, ["a"])
    code, message = await api.error("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["District:a"] * 101)
    assert (code, message) == ("BAD_USER_INPUT", '"ids" has 101; at most 100')


async def test_the_dataset_has_its_revision_and_its_changes(database: Database, api: Api) -> None:
    await put(database, ["a", "b"], "old")
    await put(database, ["a", "c"], "new", prune=True)
    data = await api.data(
        """{ dataset { revision loadedAt languages files { name sha256 } sources { slug kind }
        counts { districts pillars initiatives metrics awards sources }
        changes { added changed removed unchanged slugs } } }"""
    )
    assert data["dataset"].pop("loadedAt").startswith("20")
    assert data == {
        "dataset": {
            "revision": 2,
            "languages": ["en", "zh-Hans", "zh-Hant"],
            "files": [{"name": "test.yaml", "sha256": "0" * 64}],
            "sources": [{"slug": "notice", "kind": "OTHER"}],
            "counts": {"districts": 2, "pillars": 2, "initiatives": 2, "metrics": 2, "awards": 0, "sources": 1},
            "changes": {"added": 1, "changed": 1, "removed": 1, "unchanged": 0, "slugs": ["a", "b", "c"]},
        }
    }


async def test_before_any_load_the_dataset_is_empty_and_says_so(api: Api) -> None:
    data = await api.data(
        "{ dataset { revision loadedAt counts { metrics } changes { added } files { name } sources { slug } } }"
    )
    assert data == {
        "dataset": {
            "revision": 0,
            "loadedAt": None,
            "counts": {"metrics": 0},
            "changes": None,
            "files": [],
            "sources": [],
        }
    }


async def test_texts_follow_the_languages_of_the_request(database: Database, api: Api) -> None:
    await put(database, ["a"], "English name")
    query = """{ district(slug: "a") { name {
        text language own: text(lang: ["zh-HK"]) ownTag: language(lang: ["zh-HK"])
    } } }"""
    plain = (await api.run(query)).data
    english = (await api.run(query, languages=("fr", "en-GB"))).data
    assert plain == {"district": {"name": {"text": "区", "language": "zh-Hans", "own": "區", "ownTag": "zh-Hant"}}}
    assert english == {
        "district": {"name": {"text": "English name", "language": "en", "own": "區", "ownTag": "zh-Hant"}}
    }


async def test_an_invalid_language_range_is_refused(database: Database, api: Api) -> None:
    await put(database, ["a"])
    code, message = await api.error('{ district(slug: "a") { name { text(lang: ["en", "not a tag"]) } } }')
    assert (code, message) == (
        "BAD_USER_INPUT",
        "\"lang\" has 'not a tag', which is no language range; write zh-Hans, zh-HK or en",
    )


async def test_a_damaged_document_costs_its_own_field(database: Database, api: Api) -> None:
    await put(database, ["a", "b"])
    await database.command({"collMod": "districts", "validationLevel": "off"})
    await database.update_many(
        "districts", {"slug": "a"}, {"$set": {"pillars.0.initiatives.0.metrics.0.quantity.unit": "?"}}
    )
    response = await api.run(
        "{ districts { nodes { pillars { initiatives { metrics { slug quantity { value unit { code } } } } } } } }"
    )
    [error] = response.errors
    assert error["path"] == [
        "districts",
        "nodes",
        0,
        "pillars",
        0,
        "initiatives",
        0,
        "metrics",
        0,
        "quantity",
        "unit",
    ]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert error["message"] == "Something went wrong on our side; the log has it under this request's id."
    assert response.data is not None
    metrics = [node["pillars"][0]["initiatives"][0]["metrics"][0] for node in response.data["districts"]["nodes"]]
    assert metrics == [
        {"slug": "terminals", "quantity": None},
        {"slug": "terminals", "quantity": {"value": "140", "unit": {"code": "terminal"}}},
    ]


async def test_fifty_requests_at_once_are_each_answered(database: Database, api: Api) -> None:
    await put(database, SLUGS)
    answers = await asyncio.gather(
        *(api.data("query ($slug: String!) { district(slug: $slug) { slug } }", slug=slug) for slug in SLUGS * 2)
    )
    assert [answer["district"]["slug"] for answer in answers] == SLUGS * 2
