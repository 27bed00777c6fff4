"""A predicate has two translations: the exact filters and expressions that MongoDB is sent."""

from typing import Any

import pytest

from loaders.model.revisions import Published
from loaders.store.fetch import Fetch, SortKey, after
from loaders.store.pipeline import compose
from loaders.store.predicates import (
    TRUE,
    AllOf,
    AnyItem,
    AnyOf,
    Compare,
    ContainsAll,
    Exists,
    Not,
    every_item,
    expression_for,
    filter_for,
)

VISIBLE = {"from": {"$lte": 5}, "to": {"$gt": 5}}


@pytest.mark.parametrize(
    ("predicate", "filter_"),
    [
        (TRUE, {}),
        (AnyOf(), {"_id": {"$in": []}}),
        (Compare("slug", "eq", "$where"), {"slug": {"$eq": "$where"}}),
        (Compare("slug", "in", ("a", "b")), {"slug": {"$in": ["a", "b"]}}),
        (Not(Compare("slug", "eq", "a")), {"$nor": [{"slug": {"$eq": "a"}}]}),
        (Exists("rank"), {"rank": {"$ne": None}}),
        (Not(Exists("rank")), {"rank": {"$eq": None}}),
        (
            AnyOf((Compare("a", "lt", 1), Compare("b", "gte", 2))),
            {"$or": [{"a": {"$lt": 1}}, {"b": {"$gte": 2}}]},
        ),
        (
            AnyItem(("pillars", "initiatives"), Compare("slug", "eq", "a")),
            {"pillars": {"$elemMatch": {"initiatives": {"$elemMatch": {"slug": {"$eq": "a"}}}}}},
        ),
        (
            ContainsAll("name.folded", (("热线",), (" a ",))),
            {"$and": [{"tokens": {"$eq": "热线"}}, {"tokens": {"$eq": "a"}}]},
        ),
        (
            ContainsAll("name.folded", (("热",),)),
            {"$and": [{"tokens": {"$elemMatch": {"$gte": "热", "$lt": "热\U0010ffff"}}}]},
        ),
    ],
)
def test_a_filter_is_what_indexes_serve(predicate: Any, filter_: dict[str, Any]) -> None:
    assert filter_for(predicate) == filter_


def test_what_the_match_language_cannot_say_goes_along_as_an_expression() -> None:
    found = {"$gte": [{"$indexOfBytes": [{"$ifNull": ["$name.folded", ""]}, {"$literal": "智慧热线"}]}, 0]}
    tokens = {"$and": [{"tokens": {"$eq": token}} for token in ("智慧", "慧热", "热线")]}
    assert filter_for(ContainsAll("name.folded", (("智慧热线",),))) == {
        "$and": [tokens, {"$expr": {"$and": [found]}}]
    }
    # What doesn't hold can't be narrowed by tokens.
    assert filter_for(Not(ContainsAll("name.folded", (("智慧热线",),)))) == {"$expr": {"$not": [{"$and": [found]}]}}


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (Compare("slug", "eq", "$$ROOT"), {"$eq": ["$$it.slug", {"$literal": "$$ROOT"}]}),
        (
            Compare("rank.position", "lt", 3),
            {"$and": [{"$gt": ["$$it.rank.position", None]}, {"$lt": ["$$it.rank.position", {"$literal": 3}]}]},
        ),
        (Compare("a", "in", ("x", "y")), {"$in": ["$$it.a", {"$literal": ["x", "y"]}]}),
        (
            every_item(("metrics",), Exists("rank")),
            {
                "$not": [
                    {
                        "$anyElementTrue": [
                            {
                                "$map": {
                                    "input": {"$ifNull": ["$$it.metrics", []]},
                                    "as": "item0",
                                    "in": {"$not": [{"$gt": ["$$item0.rank", None]}]},
                                }
                            }
                        ]
                    }
                ]
            },
        ),
    ],
)
def test_an_expression_takes_a_clients_value_as_a_literal(predicate: Any, expected: dict[str, Any]) -> None:
    assert expression_for(predicate, "$$it.") == expected


def test_an_order_whose_nulls_stand_elsewhere_is_read_in_two_phases() -> None:
    order = (SortKey("rank.position", nullable=True), SortKey("id"))
    phases = [
        [
            {"$match": {"$and": [{"rank.position": {operator: None}}, VISIBLE]}},
            {"$sort": {"rank.position": 1, "id": 1}},
            {"$limit": 8},
        ]
        for operator in ("$ne", "$eq")
    ]
    assert compose(Fetch("metrics", order=order, limit=8), Published(5, 0)) == [
        *phases[0],
        {"$unionWith": {"coll": "metrics", "pipeline": phases[1]}},
        {"$limit": 8},
    ]


def test_an_order_as_mongodb_has_it_is_one_read() -> None:
    order = (SortKey("rank.position", descending=True, nullable=True), SortKey("id", descending=True))
    assert compose(Fetch("metrics", order=order, limit=8), Published(5, 0)) == [
        {"$match": VISIBLE},
        {"$sort": {"rank.position": -1, "id": -1}},
        {"$limit": 8},
    ]


def test_what_follows_a_document_begins_at_its_key() -> None:
    order = (SortKey("streak_years", nullable=True), SortKey("id"))
    assert after(order, (6, "Award:a/b")) == AllOf(
        (
            AnyOf((Compare("streak_years", "gte", 6), Not(Exists("streak_years")))),
            AnyOf(
                (
                    AnyOf((Compare("streak_years", "gt", 6), Not(Exists("streak_years")))),
                    AllOf((Compare("streak_years", "eq", 6), Compare("id", "gt", "Award:a/b"))),
                )
            ),
        )
    )
