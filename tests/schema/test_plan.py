"""A plan brings what a selection needs, and its cost follows the text and not what fragments expand to."""

from typing import Any

import pytest
from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, parse

from loaders.fetch import Key, Order
from schema.contract import GRAPHQL_SCHEMA
from schema.errors import BadUserInput
from schema.plan import Plan, plan_item
from schema.selection import Operation


def plan(text: str, type_name: str = "District", order: Order = ()) -> Plan:
    """Plan what is selected under the root fields of an operation."""
    definitions = parse(text).definitions
    fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
    [operation] = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
    nodes = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    return plan_item(Operation(GRAPHQL_SCHEMA, fragments, None), type_name, nodes, order)


def projected(planned: Plan) -> dict[str, Any]:
    assert planned.project is not None
    return planned.project


def keys(planned: Plan) -> dict[str, Any]:
    return dict(sorted(projected(planned).items()))


def test_a_narrow_selection_brings_its_keys_only() -> None:
    planned = plan("{ district { __typename name { en } n: name { zhHans } ...F } } fragment F on Node { id }")
    assert keys(planned) == {"id": 1, "name.en": 1, "name.zh_hans": 1, "slug": 1}
    assert not (planned.sources or planned.indicators)


def test_a_nested_selection_brings_no_more_of_a_list() -> None:
    planned = plan("{ district { pillars { initiatives { metrics { indicator { slug } } } } } }")
    assert keys(planned) == {
        "id": 1,
        "indicators.slug": 1,
        "pillars.initiatives.metrics.indicator": 1,
        "slug": 1,
    }
    assert (planned.sources, planned.indicators) == (False, True)


def test_citations_bring_the_sources_they_name() -> None:
    planned = plan("{ district { awards { citations { source { slug } } } } }")
    assert keys(planned) == {"awards.citations.source": 1, "id": 1, "slug": 1, "sources.slug": 1}
    assert (planned.sources, planned.indicators) == (True, False)


def test_what_may_be_null_is_brought_whole_since_a_path_through_null_finds_nothing() -> None:
    planned = plan("{ district { strategy { en } pillars { summary { zhHans } } } }")
    assert keys(planned) == {"id": 1, "pillars.summary": 1, "slug": 1, "strategy": 1}


def test_an_object_of_which_nothing_is_selected_is_brought_to_be_there() -> None:
    planned = plan("{ district { pillars { __typename } city { __typename } } }")
    assert keys(planned) == {"city": 1, "id": 1, "pillars.slug": 1, "slug": 1}


def test_computed_texts_and_figures_bring_what_they_are_made_of() -> None:
    planned = plan("{ district { name { text } } }")
    forms = {"name.en": 1, "name.zh_hans": 1, "name.zh_hant": 1}
    assert keys(planned) == {"id": 1, **forms, "slug": 1}
    planned = plan("{ metric { changes { quantity { unit { name { en } } } } quantity { formatted } } }", "Metric")
    assert keys(planned) == {"changes.quantity.unit": 1, "id": 1, "quantity": 1, "slug": 1}


def test_a_selection_of_nearly_everything_brings_whole_subtrees_and_then_the_whole_document() -> None:
    shared = "id slug name { zhHans en } period { kind } rank { kind } note { en } citations { locator }"
    awards = f"awards {{ {shared} kind level issuer {{ en }} }}"
    metrics = f"metrics {{ {shared} quantity {{ value }} changes {{ quantity {{ value }} }} status }}"
    systems = "systems { slug name { en } summary { en } status }"
    initiatives = f"initiatives {{ id slug name {{ en }} summary {{ en }} {systems} {metrics} {awards} }}"
    everything = f"id slug name {{ en }} {awards} pillars {{ id slug name {{ en }} {initiatives} {awards} }}"
    assert keys(plan(f"{{ district {{ {everything} }} }}")) == {
        "awards": 1,
        "id": 1,
        "name.en": 1,
        "pillars": 1,
        "slug": 1,
    }
    more = everything.replace("name { en }", "name { zhHans en zhHant derived }")
    assert plan(f"{{ district {{ {more} }} }}").project is None


def test_the_keys_of_an_order_are_brought_too() -> None:
    order = (Key("quantity.normalized", nullable=True), Key("period.end", nullable=True), Key("id"))
    planned = plan("{ metric { quantity { value } } }", "Metric", order)
    assert keys(planned) == {"id": 1, "period.end": 1, "quantity": 1, "slug": 1}


def test_fragments_on_other_types_bring_nothing() -> None:
    assert keys(plan("{ node { id ... on Metric { quantity { value } } } }")) == {"id": 1, "slug": 1}
    assert keys(plan("{ node { ... on Metric { quantity { value } } } }", "Metric")) == {
        "id": 1,
        "quantity": 1,
        "slug": 1,
    }


def test_a_list_with_arguments_is_computed_into_a_slot_of_its_response_key() -> None:
    planned = plan(
        "{ initiative { few: metrics(first: 2, offset: 1) { slug name { en } } metrics { slug } } }", "Initiative"
    )
    fields = {key: f"$$v0.{key}" for key in ("id", "slug", "name")}
    assert projected(planned).pop("~few") == {
        "$map": {"input": {"$slice": ["$metrics", 1, 2]}, "as": "v0", "in": fields}
    }
    assert keys(planned) == {"id": 1, "metrics.slug": 1, "slug": 1}


def test_a_list_through_other_lists_is_flattened() -> None:
    planned = plan("{ district { initiatives { slug } } }")
    flattened = {
        "$reduce": {
            "input": "$pillars",
            "initialValue": [],
            "in": {"$concatArrays": ["$$value", "$$this.initiatives"]},
        }
    }
    assert projected(planned)["~initiatives"]["$map"]["input"] == flattened


def test_a_client_text_stands_behind_literal() -> None:
    planned = plan('{ initiative { metrics(where: {slug: {eq: "$where"}}) { id } } }', "Initiative")
    condition = projected(planned)["~metrics"]["$map"]["input"]["$filter"]["cond"]
    assert condition == {"$eq": ["$$v0.slug", {"$literal": "$where"}]}


def test_a_count_is_computed_only_where_it_is_filtered() -> None:
    planned = plan("{ initiative { metricCount n: metricCount(where: {rank: {exists: true}}) } }", "Initiative")
    assert projected(planned)["metric_count"] == 1
    assert projected(planned)["~n"] == {
        "$size": {"$filter": {"input": "$metrics", "as": "v0", "cond": {"$gt": ["$$v0.rank", None]}}}
    }


@pytest.mark.parametrize("arguments", ["first: 0", "first: 101", "offset: -1"])
def test_a_nested_page_that_cannot_be_is_refused(arguments: str) -> None:
    with pytest.raises(BadUserInput, match=r"metrics\.(first|offset)"):
        plan(f"{{ initiative {{ metrics({arguments}) {{ id }} }} }}", "Initiative")


def test_forty_levels_of_doubled_fragments_are_walked_in_a_moment() -> None:
    levels = 40
    text = "{ district { ...F0 } } " + " ".join(
        f"fragment F{level} on District {{ ...F{level + 1} ...F{level + 1} }}" for level in range(levels)
    )
    assert keys(plan(f"{text} fragment F{levels} on District {{ city {{ en }} }}")) == {
        "city.en": 1,
        "id": 1,
        "slug": 1,
    }
