"""A plan fetches what a selection needs, in time proportional to the text and not to its expansion."""

import re
from typing import Any

import pytest
from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, get_named_type, is_leaf_type, parse

from loaders.store.fetch import Order, SortKey
from schema.base.errors import BadUserInput
from schema.execution.loaded_fields import LOADED_FIELDS
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.planning.link_references import Links
from schema.planning.plan import Plan, plan_item
from schema.planning.required_keys import REQUIRED_KEYS
from schema.planning.selection import SelectionReader


def plan(text: str, type_name: str = "District", order: Order = ()) -> Plan:
    """Plan the selection sets of an operation's root fields."""
    return read_and_plan(text, type_name, order)[1]


def read_and_plan(text: str, type_name: str, order: Order = ()) -> tuple[SelectionReader, Plan]:
    definitions = parse(text).definitions
    fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
    [node] = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
    places = [[field] for field in node.selection_set.selections if isinstance(field, FieldNode)]
    operation = SelectionReader(GRAPHQL_SCHEMA, fragments, None)
    return operation, plan_item(operation, type_name, places, order)


def projected(planned: Plan) -> dict[str, Any]:
    assert planned.project is not None
    return planned.project


def keys(planned: Plan) -> dict[str, Any]:
    return dict(sorted(projected(planned).items()))


def computed(planned: Plan) -> list[Any]:
    """What the slots of a plan compute, in the order of the selection."""
    return [value for key, value in projected(planned).items() if key.startswith("~")]


def stored(planned: Plan) -> dict[str, Any]:
    return {key: value for key, value in keys(planned).items() if not key.startswith("~")}


def test_a_narrow_selection_fetches_only_its_keys() -> None:
    planned = plan("{ district { __typename name { en } n: name { zhHans } ...F } } fragment F on Node { id }")
    assert keys(planned) == {"id": 1, "name.texts": 1, "slug": 1}
    assert planned.links == Links()


def test_a_nested_selection_fetches_no_more_of_a_list() -> None:
    planned = plan("{ district { pillars { initiatives { metrics { indicator { slug } } } } } }")
    assert keys(planned) == {
        "id": 1,
        "indicators.slug": 1,
        "pillars.initiatives.metrics.indicator": 1,
        "slug": 1,
    }
    metrics = Links(tables=(("indicator", "indicators"),))
    assert planned.links == below("pillars", below("initiatives", below("metrics", metrics)))


def test_citations_fetch_the_sources_they_name() -> None:
    planned = plan("{ metric { citations { source { slug } } } }", "Metric")
    assert keys(planned) == {"citations.source": 1, "id": 1, "slug": 1, "sources.slug": 1}
    assert planned.links == below("citations", Links(tables=(("source", "sources"),)))


def test_sources_are_put_into_citations_only_where_they_are_selected() -> None:
    planned = plan(
        "{ initiative { awards { citations { locator } } metrics { citations { source { slug } } } } }", "Initiative"
    )
    assert keys(planned)["awards.citations.locator"] == 1
    assert planned.links == below("metrics", below("citations", Links(tables=(("source", "sources"),))))


def test_an_object_that_a_slug_names_is_put_in_its_place_though_nothing_of_it_is_selected() -> None:
    planned = plan("{ metric { indicator { __typename } } }", "Metric")
    assert keys(planned) == {"id": 1, "indicator": 1, "indicators.slug": 1, "slug": 1}
    assert planned.links == Links(tables=(("indicator", "indicators"),))


def test_fields_of_another_fetch_are_not_fetched_by_this_one() -> None:
    below = "{ metric { name { en } indicator { slug } citations { source { slug } } } }"
    planned = plan(f"{{ indicator {{ ranking {{ nodes {below} edges {{ node {below} }} }} }} }}", "Indicator")
    assert keys(planned) == {"id": 1, "slug": 1}
    assert planned.links == Links()
    planned = plan("{ metric { district { awards { citations { source { slug } } } } } }", "Metric")
    assert keys(planned) == {"district": 1, "id": 1, "slug": 1}
    assert planned.links == Links()


# Types whose objects are built, not fetched.
BUILT = frozenset({"SearchResult", "RankedMetric", "LeftOut"})


def test_each_field_that_crosses_documents_ends_a_plan() -> None:
    assert {place for place in LOADED_FIELDS if place[0] not in BUILT} <= REQUIRED_KEYS.keys()


def test_selections_on_the_same_documents_are_merged_by_stored_key() -> None:
    planned = plan("{ a: metric { n: slug } b: metric { n: status } }", "Metric")
    assert keys(planned) == {"id": 1, "slug": 1, "status": 1}


def test_equal_selections_of_a_list_share_one_slot() -> None:
    one, two = "a: metrics(first: 1) { name { en } }", "b: metrics(first: 1) { status }"
    [items] = computed(plan(f"{{ a: initiative {{ {one} }} b: initiative {{ {two} }} }}", "Initiative"))
    assert items["$map"]["in"] == {key: f"$$v0.{key}" for key in ("id", "name", "slug", "status")}


def test_different_arguments_of_a_list_have_slots_of_their_own() -> None:
    counts = ("metricCount", 'metricCount(where: {slug: {eq: "a"}})', 'metricCount(where: {slug: {eq: "b"}})')
    places = " ".join(f"p{n}: initiative {{ {count} }}" for n, count in enumerate(counts))
    assert len(computed(plan(f"{{ {places} }}", "Initiative"))) == 2
    assert "metric_count" in keys(plan(f"{{ {places} }}", "Initiative"))


def below(key: str, links: Links) -> Links:
    return Links(below=((key, links),))


def test_a_nullable_object_is_fetched_whole_since_a_path_through_null_finds_nothing() -> None:
    planned = plan("{ district { strategy { en } pillars { summary { zhHans } } } }")
    assert keys(planned) == {"id": 1, "pillars.summary": 1, "slug": 1, "strategy": 1}


def test_an_object_of_which_nothing_is_selected_is_fetched_too() -> None:
    planned = plan("{ district { pillars { __typename } city { __typename } } }")
    assert keys(planned) == {"city": 1, "id": 1, "pillars.slug": 1, "slug": 1}


def test_computed_texts_and_figures_fetch_their_parts() -> None:
    planned = plan("{ district { name { text } } }")
    assert keys(planned) == {"id": 1, "name.master": 1, "name.texts": 1, "slug": 1}
    planned = plan("{ metric { changes { quantity { unit { name { en } } } } quantity { formatted } } }", "Metric")
    assert keys(planned) == {"changes.quantity.unit": 1, "id": 1, "quantity": 1, "slug": 1}


# What leads to other documents, and lists that are stored elsewhere in the same one.
LEFT_OUT = frozenset(
    {
        *("district", "pillar", "initiative", "metric", "indicator", "source", "standing", "latest"),
        *("District.initiatives", "District.metrics", "Pillar.metrics", "parent", "parts"),
        *("Unit.numerator", "Unit.per"),
    }
)


def every_field(type_name: str, without: frozenset[str] = frozenset()) -> str:
    """Every stored field of a type and of what it holds, but for some."""
    found = []
    for name, field in GRAPHQL_SCHEMA.type_map[type_name].fields.items():  # type: ignore[attr-defined]  # of objects
        below = get_named_type(field.type)
        if is_leaf_type(below):
            found.append(name)
        elif not {name, f"{type_name}.{name}"} & (LEFT_OUT | without):
            found.append(f"{name} {{ {every_field(below.name, without)} }}")
    return " ".join(found)


def test_a_selection_of_nearly_everything_fetches_whole_subtrees_and_then_the_whole_document() -> None:
    without = frozenset({"note", "citations", "changes", "otherReports"})
    awards, pillars = (every_field(name, without) for name in ("Award", "Pillar"))
    # A headline needs the changes.
    pillars = pillars.replace(" headline", "")
    everything = f"id slug name {{ en }} awards {{ {awards} }} pillars {{ {pillars} }}"
    assert keys(plan(f"{{ district {{ {everything} }} }}")) == {
        "awards": 1,
        "id": 1,
        "name.texts": 1,
        "pillars": 1,
        "slug": 1,
    }
    assert plan(f"{{ district {{ {every_field('District')} }} }}").project is None


def test_the_keys_of_an_order_are_fetched_too() -> None:
    order = (SortKey("quantity.normalized", nullable=True), SortKey("period.end", nullable=True), SortKey("id"))
    planned = plan("{ metric { quantity { value } } }", "Metric", order)
    assert keys(planned) == {"id": 1, "period.end": 1, "quantity": 1, "slug": 1}


def test_fragments_on_other_types_fetch_nothing() -> None:
    assert keys(plan("{ node { id ... on Metric { quantity { value } } } }")) == {"id": 1, "slug": 1}
    assert keys(plan("{ node { ... on Metric { quantity { value } } } }", "Metric")) == {
        "id": 1,
        "quantity": 1,
        "slug": 1,
    }


def test_a_list_with_arguments_is_computed_beside_the_one_that_is_stored() -> None:
    planned = plan(
        "{ initiative { few: metrics(first: 2, offset: 1) { slug name { en } } metrics { slug } } }", "Initiative"
    )
    fields = {key: f"$$v0.{key}" for key in ("id", "slug", "name")}
    assert computed(planned) == [
        {
            "$map": {
                "input": {"$slice": ["$metrics", 1, 2]},
                "as": "v0",
                "in": {key: fields[key] for key in sorted(fields)},
            }
        }
    ]
    assert stored(planned) == {"id": 1, "metrics.slug": 1, "slug": 1}


def test_a_list_through_other_lists_is_flattened() -> None:
    planned = plan("{ district { initiatives(first: 2) { slug } } }")
    flattened = {
        "$reduce": {
            "input": "$pillars",
            "initialValue": [],
            "in": {"$concatArrays": ["$$value", "$$this.initiatives"]},
        }
    }
    assert computed(planned)[0]["$map"]["input"] == {"$slice": [flattened, 0, 2]}


def test_all_of_a_list_through_other_lists_is_fetched_where_it_is_stored() -> None:
    planned = plan("{ district { initiatives { slug } awards { kind } } }")
    assert keys(planned) == {
        "awards.kind": 1,
        "id": 1,
        "pillars.awards.kind": 1,
        "pillars.initiatives.awards.kind": 1,
        "pillars.initiatives.slug": 1,
        "slug": 1,
    }


def test_awards_of_a_parent_come_before_those_of_its_children() -> None:
    [items] = computed(plan("{ pillar { awards(offset: 1) { slug } } }", "Pillar"))
    of_initiatives = {"$concatArrays": ["$$value", "$$this.awards"]}
    below = {"$reduce": {"input": "$initiatives", "initialValue": [], "in": of_initiatives}}
    assert items["$map"]["input"]["$slice"][0] == {"$concatArrays": ["$awards", below]}


def test_a_text_of_a_client_is_a_literal() -> None:
    planned = plan('{ initiative { metrics(where: {slug: {eq: "$where"}}) { id } } }', "Initiative")
    condition = computed(planned)[0]["$map"]["input"]["$filter"]["cond"]
    assert condition == {"$eq": ["$$v0.slug", {"$literal": "$where"}]}


def test_a_count_is_computed_only_where_it_is_filtered() -> None:
    planned = plan("{ initiative { metricCount n: metricCount(where: {rank: {exists: true}}) } }", "Initiative")
    assert projected(planned)["metric_count"] == 1
    any_rank = {"$map": {"input": {"$ifNull": ["$$v0.ranks", []]}, "as": "item1", "in": {"$and": []}}}
    assert computed(planned) == [
        {"$size": {"$filter": {"input": "$metrics", "as": "v0", "cond": {"$anyElementTrue": [any_rank]}}}}
    ]


@pytest.mark.parametrize("arguments", ["first: 0", "first: 101", "offset: -1"])
def test_an_invalid_nested_page_is_left_out_and_its_error_kept_for_its_field(arguments: str) -> None:
    operation, planned = read_and_plan(f"{{ initiative {{ metrics({arguments}) {{ id }} }} }}", "Initiative")
    assert keys(planned) == {"id": 1, "slug": 1}
    [error] = operation.refused.values()
    assert isinstance(error, BadUserInput)
    assert re.search(r"metrics\.(first|offset)", error.message)


def test_forty_levels_of_doubled_fragments_are_visited_in_a_moment() -> None:
    levels = 40
    text = "{ district { ...F0 } } " + " ".join(
        f"fragment F{level} on District {{ ...F{level + 1} ...F{level + 1} }}" for level in range(levels)
    )
    assert keys(plan(f"{text} fragment F{levels} on District {{ city {{ en }} }}")) == {
        "city": 1,
        "id": 1,
        "slug": 1,
    }
