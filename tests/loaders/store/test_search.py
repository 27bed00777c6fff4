"""A search is one pipeline: each step reads an index in the order of results, from where the page begins."""

from typing import Any

from loaders.model.revisions import Published
from loaders.store.predicates import ContainsAll
from loaders.store.search import CountFetch, Position, SearchFetch, Step, stages_of, step_of

PUBLISHED = Published(3, 1)
IN_NAME, ANYWHERE = ContainsAll("name.folded", (("热线",),)), ContainsAll("folded", (("热线",),))
NAMES = Step(("name_tokens",), ("热线",), IN_NAME)
ANY = Step(("name_tokens", "tokens"), ("热线", "线"), ANYWHERE, examined=7, may_stop=True)


def contains(path: str) -> dict[str, Any]:
    found = {"$indexOfBytes": [{"$ifNull": [f"$items.{path}", ""]}, {"$literal": "热线"}]}
    return {"$expr": {"$and": [{"$gte": [found, 0]}]}}


def union(pipeline: list[dict[str, Any]]) -> dict[str, Any]:
    return {"$unionWith": {"coll": "search", "pipeline": pipeline}}


ALTERNATIVES = [
    {field: token, "rank": {"$gte": "0"}} for field in ("name_tokens", "tokens") for token in ("热线", "线")
]
SEEN = {"$match": {"from": {"$lte": 3}, "to": {"$gt": 3}}}
ROW = {
    "$project": {
        "_id": 0,
        "kind": 1,
        "rank": 1,
        **{key: f"$items.{key}" for key in ("id", "length", "name", "texts", "folded")},
    }
}


def test_the_steps_of_a_page_follow_each_other_until_it_is_full() -> None:
    stages = stages_of(SearchFetch("search", limit=21, steps=(NAMES, ANY)), PUBLISHED)
    assert stages == [
        SEEN,
        {"$match": {"name_tokens": "热线", "rank": {"$gte": "0"}}},
        {"$sort": {"rank": 1}},
        {"$limit": 22},
        {"$unwind": "$items"},
        {"$match": contains("name.folded")},
        {"$limit": 21},
        union(
            [
                SEEN,
                {"$match": {"$or": ALTERNATIVES}},
                {"$sort": {"rank": 1}},
                {"$limit": 7},
                {"$unwind": "$items"},
                {"$match": contains("folded")},
                {"$limit": 21},
            ]
        ),
        {"$limit": 21},
        ROW,
        union(
            [
                {"$match": {"$or": ALTERNATIVES}},
                {"$sort": {"rank": 1}},
                {"$skip": 7},
                {"$limit": 1},
                {"$project": {"_id": 0, "stopped": {"$literal": 1}}},
            ]
        ),
    ]


def test_a_page_after_a_position_begins_with_its_step_and_entry() -> None:
    position = Position(0, "3/b", 4, "Metric:b/x")
    fetch = SearchFetch("search", limit=5, steps=(NAMES,), kinds=("AWARD", "METRIC", "PILLAR"), position=position)
    stages = stages_of(fetch, PUBLISHED)
    # Nothing of the pillars is left.
    assert stages[1] == {
        "$match": {
            "$or": [
                {"name_tokens": "热线", "rank": {"$gte": "3/b", "$lt": "30"}},
                {"name_tokens": "热线", "rank": {"$gte": "4/", "$lt": "40"}},
            ]
        }
    }
    rest = [
        {"rank": {"$gt": "3/b"}},
        {"items.length": {"$gt": 4}},
        {"items.length": 4, "items.id": {"$gt": "Metric:b/x"}},
    ]
    assert stages[5] == {"$match": {"$and": [{"$or": rest}, contains("name.folded")]}}


def test_a_total_counts_the_same_steps() -> None:
    stages = stages_of(SearchFetch("search", limit=1_000, steps=(NAMES,), only_counts=True), PUBLISHED)
    assert stages[-2:] == [{"$limit": 1_000}, {"$count": "total"}]


def test_tokens_are_counted_up_to_a_limit_in_each_index() -> None:
    stages = stages_of(CountFetch("search", limit=9, tokens=("a",)), PUBLISHED)
    told = {"_id": 0, "field": {"$literal": "name_tokens"}, "token": {"$literal": "a"}, "count": 1}
    first = [{"$match": {"name_tokens": "a"}}, {"$limit": 9}, {"$count": "count"}, {"$project": told}]
    assert stages[:4] == first
    assert len(stages) == 5


def test_a_result_tells_its_step() -> None:
    name, text = (
        {"name": {"folded": " 热线 "}, "folded": " 热线 "},
        {"name": {"folded": " a "}, "folded": " a  热线 "},
    )
    assert [step_of((NAMES, ANY), result) for result in (name, text)] == [0, 1]
