"""Translate a fetch into one MongoDB aggregation pipeline.

Pure. The rows of the page come first, in the order of an index; the rows of the extras follow in the same command
(`$unionWith`), each marked with the name of its extra.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from loaders.documents import Document
from loaders.model.collections import DOCUMENT_KEYS
from loaders.model.revisions import Published
from loaders.store.fetch import Extra, Fetch, Fetched, Order
from loaders.store.predicates import TRUE, Exists, Not, Predicate, all_of, filter_for

Stages = list[Mapping[str, Any]]
_EXTRA: Final = "_extra"


def visible(published: Published) -> dict[str, Any]:
    """The filter for the versions that a reader of a published revision sees.

    A version is visible from the revision that wrote it until the one that ended it; a number in a gap does neither.
    """
    revision = published.revision
    gaps = [(first, min(last, revision)) for first, last in published.gaps if first <= revision]
    if not gaps:
        return {"from": {"$lte": revision}, "to": {"$gt": revision}}
    # Negated, so that no index with `to` can serve it: see `loaders.model.collections`.
    starts = [0, *(last + 1 for _, last in gaps)]
    ends = [*(first - 1 for first, _ in gaps), revision]
    hidden = [
        *({"from": {"$gte": first, "$lte": last}} for first, last in gaps),
        *({"to": {"$gte": first, "$lte": last}} for first, last in zip(starts, ends, strict=True) if first <= last),
    ]
    return {"from": {"$lte": revision}, "$nor": hidden}


def compose(fetch: Fetch, published: Published) -> Stages:
    """Build the stages of a fetch as of a published revision."""
    stages = _ordered(fetch, published)
    if fetch.limit:
        stages.append({"$limit": fetch.limit})
    if fetch.within:
        stages += _unwound(fetch.within, fetch.item_where)
    if fetch.project is not None:
        stages.append({"$project": {"_id": 0, **fetch.project}})
    return stages + [_union(fetch, name, extra, published) for name, extra in fetch.extras.items()]


def filter_and_projection(fetch: Fetch, published: Published) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """The filter and projection of a fetch that a `find` command can run."""
    where = _indexed(fetch, all_of(fetch.where, fetch.bounds), published)["$match"]
    return where, None if fetch.project is None else {"_id": 0, **fetch.project}


def split_rows(fetch: Fetch, rows: Sequence[Document]) -> Fetched:
    """Separate the rows of the page from those of the extras."""
    if not fetch.extras:
        return Fetched(rows)
    extras: dict[str, list[Document]] = {name: [] for name in fetch.extras}
    documents: list[Document] = []
    for row in rows:
        if _EXTRA in row:
            extras[row[_EXTRA]].append(row["row"])
        else:
            documents.append(row)
    return Fetched(documents, extras)


def _ordered(fetch: Fetch, published: Published) -> Stages:
    order = fetch.order
    if fetch.compute:
        page: Stages = [{"$match": filter_for(fetch.bounds)}, {"$sort": _sort(order)}] if order else []
        return [_indexed(fetch, fetch.where, published), *fetch.compute, *page]
    where = all_of(fetch.where, fetch.bounds)
    if not order:
        return [_indexed(fetch, where, published)]
    if not _is_one_key(order, DOCUMENT_KEYS[fetch.collection]):
        return [_indexed(fetch, where, published), *_sorted_by_database(order)]
    if all(key.is_natural for key in order):
        return [{"$match": _match(where, published)}, {"$sort": _sort(order)}]
    return _in_two_phases(fetch, where, published)


def _is_one_key(order: Order, last: str) -> bool:
    """Whether an index has the order: one key, followed by the unique key in the same direction."""
    return len(order) == 1 or (
        len(order) == 2 and order[1].path == last and order[0].descending == order[1].descending
    )


def _in_two_phases(fetch: Fetch, where: Predicate, published: Published) -> Stages:
    """Read values and nulls one after the other, so that an index gives the order of each."""
    [key, *_] = fetch.order
    phases: list[Predicate] = [Exists(key.path), Not(Exists(key.path))]
    if key.nulls_first:
        phases.reverse()
    limit: Stages = [{"$limit": fetch.limit}] if fetch.limit else []
    first, second = (
        [{"$match": _match(all_of(where, phase), published)}, {"$sort": _sort(fetch.order)}, *limit]
        for phase in phases
    )
    return [*first, {"$unionWith": {"coll": fetch.collection, "pipeline": second}}]


def _sorted_by_database(order: Order) -> Stages:
    """Sort by several keys, which no index has: with a limit, MongoDB's sort holds no more than the page."""
    places: dict[str, Any] = {}
    sort: dict[str, int] = {}
    for number, key in enumerate(order):
        if not key.is_natural:
            places[f"_null{number}"] = {"$cond": [{"$gt": [f"${key.path}", None]}, 0, -1 if key.nulls_first else 1]}
            sort[f"_null{number}"] = 1
        sort |= _sort((key,))
    return [*([{"$set": places}] if places else []), {"$sort": sort}]


def _sort(order: Order) -> dict[str, int]:
    return {key.path: -1 if key.descending else 1 for key in order}


def _unwound(within: str, where: Predicate) -> Stages:
    kept = {"sources": "$sources", "indicators": "$indicators"}
    keys = within.split(".")
    return [
        {"$project": {within: 1, "sources": 1, "indicators": 1}},
        *({"$unwind": f"${'.'.join(keys[: depth + 1])}"} for depth in range(len(keys))),
        {"$replaceRoot": {"newRoot": {"$mergeObjects": [f"${within}", kept]}}},
        {"$match": filter_for(where)},
    ]


def _union(fetch: Fetch, name: str, extra: Extra | Fetch, published: Published) -> Mapping[str, Any]:
    marked = {"$project": {"_id": 0, _EXTRA: {"$literal": name}, "row": "$$ROOT"}}
    if isinstance(extra, Fetch):
        return {"$unionWith": {"coll": extra.collection, "pipeline": [*compose(extra, published), marked]}}
    return {"$unionWith": {"coll": fetch.collection, "pipeline": [*_extra(fetch, extra, published), marked]}}


def _extra(fetch: Fetch, extra: Extra, published: Published) -> Stages:
    return [_indexed(fetch, fetch.where if extra.where is None else extra.where, published), *extra.stages]


def _indexed(fetch: Fetch, where: Predicate, published: Published) -> Mapping[str, Any]:
    """A `$match` that uses the index of the document key even where there is no other filter and no order."""
    key = DOCUMENT_KEYS[fetch.collection]
    bound = {key: {"$gt": ""}}
    return {"$match": {"$and": [bound, _match(where, published)]}}


def _match(where: Predicate, published: Published) -> Document:
    if where == TRUE:
        return visible(published)
    return {"$and": [filter_for(where), visible(published)]}
