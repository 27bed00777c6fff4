"""Describe a search as steps that are read in order, and translate it into one MongoDB aggregation pipeline.

Pure. A step reads the entries (`loaders.model.read_models.SearchRow`) with some token from an index that has them in
the order of results, and filters their items. The pipeline stops when the page is full, so later steps don't run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from loaders.documents import Document
from loaders.model.read_models import SEARCH_KINDS
from loaders.model.revisions import Published
from loaders.store.fetch import Fetch
from loaders.store.pipeline import Stages, compose, visible
from loaders.store.predicates import Predicate, expression_for, matches

NAMES: Final = "name_tokens"
TEXTS: Final = "tokens"
COLLECTION: Final = "search"
# Results are counted up to this number.
MAX_TOTAL: Final = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a search: the items of `where` in the entries that have one of `tokens` in one of `fields`.

    examined: how many entries it may read; None for all, where each has a result.
    may_stop: whether there may be more entries than that.
    """

    fields: tuple[str, ...]
    tokens: tuple[str, ...]
    where: Predicate
    examined: int | None = None
    may_stop: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """A result's place: the number of its step, the rank of its entry, and its keys within the entry."""

    step: int
    rank: str
    length: int
    id: str


@dataclass(frozen=True, slots=True)
class SearchFetch(Fetch):
    """One page of a search. Its rows are results, then a row `{"stopped": step}` for each step that read no further.

    kinds: of the items; all if empty. position: the place after which the page begins.
    only_counts: whether to return the number of results up to the limit instead of them: one row `{"total": …}`, none
    for zero.
    """

    steps: tuple[Step, ...] = ()
    kinds: tuple[str, ...] = ()
    position: Position | None = None
    only_counts: bool = False

    @property
    def is_find(self) -> bool:
        """A search has steps."""
        return False


@dataclass(frozen=True, slots=True)
class CountFetch(Fetch):
    """How many entries have each token, in names and in other texts; at most `limit` each, of any version."""

    tokens: tuple[str, ...] = ()

    @property
    def is_find(self) -> bool:
        """It counts by an index."""
        return False


def stages_of(fetch: Fetch, published: Published) -> Stages:
    """Build the stages of any fetch as of a published revision."""
    match fetch:
        case SearchFetch():
            return compose_search(fetch, published)
        case CountFetch():
            return compose_counts(fetch)
        case _:
            return compose(fetch, published)


def compose_counts(fetch: CountFetch) -> Stages:
    """Build the stages that count; rows are `{"field": …, "token": …, "count": …}`, none for a count of zero."""
    first, *others = [_count(field, token, fetch.limit) for token in fetch.tokens for field in (NAMES, TEXTS)]
    return [*first, *map(_union, others)]


def compose_search(fetch: SearchFetch, published: Published) -> Stages:
    """Build the stages of a search as of a published revision.

    Parts of a union that a limit may end have no stages that compute documents: MongoDB 6.0 crashes explaining them.
    """
    begin = fetch.position.step if fetch.position else 0
    [first, *others] = [_results(fetch, number, published) for number in range(begin, len(fetch.steps))]
    found = [*first, *map(_union, others), {"$limit": fetch.limit}]
    item = {key: f"$items.{key}" for key in ("id", "length", "name", "texts", "folded")}
    row = {"$count": "total"} if fetch.only_counts else {"$project": {"_id": 0, "kind": 1, "rank": 1, **item}}
    return [*found, row] + [
        _union(_past_examined(fetch, number))
        for number, step in enumerate(fetch.steps)
        if step.may_stop and number >= begin
    ]


def step_of(steps: Sequence[Step], result: Document) -> int:
    """The number of the step that found a result; an item satisfies one step only."""
    return next(number for number, step in enumerate(steps) if matches(step.where, result))


def _results(fetch: SearchFetch, number: int, published: Published) -> Stages:
    step, position = fetch.steps[number], _position(fetch, number)
    # Where each has a result, the one of the position may have none left.
    examined = fetch.limit + 1 if step.examined is None else step.examined
    satisfies = {"$expr": expression_for(step.where, "$items.")}
    return [
        {"$match": visible(published)},
        *_entries(step, fetch.kinds, position),
        {"$limit": examined},
        {"$unwind": "$items"},
        {"$match": {"$and": [_after(position), satisfies]} if position else satisfies},
        {"$limit": fetch.limit},
    ]


def _position(fetch: SearchFetch, number: int) -> Position | None:
    """The position that a step begins after; None for its start."""
    return fetch.position if fetch.position and fetch.position.step == number else None


def _past_examined(fetch: SearchFetch, number: int) -> Stages:
    """One row if the step has entries, of any version, beyond as many as it reads; only the index is read."""
    step = fetch.steps[number]
    position = _position(fetch, number)
    told = {"_id": 0, "stopped": {"$literal": number}}
    return [*_entries(step, fetch.kinds, position), {"$skip": step.examined}, {"$limit": 1}, {"$project": told}]


def _entries(step: Step, kinds: Sequence[str], position: Position | None) -> Stages:
    """Entries in the order of results, from the one of a position; each alternative is a range of one index."""
    alternatives = [
        {field: token, "rank": between}
        for field in step.fields
        for token in step.tokens
        for between in _ranks(kinds, position.rank if position else "")
    ]
    where = alternatives[0] if len(alternatives) == 1 else {"$or": alternatives}
    return [{"$match": where}, {"$sort": {"rank": 1}}]


def _ranks(kinds: Sequence[str], begin: str) -> list[Document]:
    """The ranges of ranks of some kinds, from a rank on."""
    if not kinds:
        return [{"$gte": begin or "0"}]
    places = sorted(SEARCH_KINDS.index(kind) for kind in kinds)
    # The character after the slash ends the range.
    ranges = [(max(begin, f"{place}/"), f"{place}0") for place in places]
    return [{"$gte": first, "$lt": end} for first, end in ranges if first < end] or [{"$lt": ""}]


def _after(position: Position) -> Document:
    """Match what follows a position, among unwound items from its entry on."""
    length, id_ = position.length, position.id
    return {
        "$or": [
            {"rank": {"$gt": position.rank}},
            {"items.length": {"$gt": length}},
            {"items.length": length, "items.id": {"$gt": id_}},
        ]
    }


def _count(field: str, token: str, limit: int) -> Stages:
    told = {"_id": 0, "field": {"$literal": field}, "token": {"$literal": token}, "count": 1}
    return [{"$match": {field: token}}, {"$limit": limit}, {"$count": "count"}, {"$project": told}]


def _union(pipeline: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {"$unionWith": {"coll": COLLECTION, "pipeline": list(pipeline)}}
