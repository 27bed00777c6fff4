"""The floor's search: the same order as ours, for questions without single Chinese characters.

Documents with every token of a term match (of a long run, any token); the score weighs terms, tokens, and matches in
the name.
"""

from typing import Any

from loaders.documents import STILL_LIVE, Document
from loaders.values.folding import fold
from loaders.values.tokens import needles, terms


def search_pipeline(text: str) -> list[Document]:
    """Find and rank the first twenty."""
    wanted = [[needle.strip() for needle in term.needles] for term in terms(text)]
    ways = [
        {"tokens": {"$all": part}}
        for term in wanted
        for part in ([[one] for one in term] if len(term) > 3 else [term])
    ]
    return [
        {"$match": {"$or": ways, "to": STILL_LIVE} if len(ways) > 1 else {**ways[0], "to": STILL_LIVE}},
        {"$set": {"score": _score(wanted, needles(text), fold(text))}},
        {"$sort": {"score": -1, "id": 1}},
        {"$limit": 20},
        {"$project": {"_id": 0, "id": 1, "kind": 1, "name.zh_hans": 1, "name.en": 1}},
    ]


def _score(terms: list[list[str]], wanted: list[str], whole: str) -> Document:
    whole_terms = [{"$cond": [{"$and": [_held(token) for token in term]}, 10, 0]} for term in terms]
    held = [{"$cond": [_held(needle.strip()), 1, 0]} for needle in wanted]
    named = {"$sum": [{"$cond": [_named(needle), 1, 0]} for needle in wanted]}
    cover = {"$divide": [{"$multiply": [5, named]}, {"$add": [1, {"$size": "$name_tokens"}]}]}
    shared = {"$cond": [{"$in": ["$kind", ["INDICATOR", "SOURCE"]]}, -1, 0]}
    whole_name = {"$cond": [_named(whole), 10, 0]}
    return {"$sum": [*whole_terms, *held, {"$multiply": [3, named]}, cover, whole_name, shared]}


def _held(token: str) -> Any:
    return {"$in": [token, "$tokens"]}


def _named(needle: str) -> Any:
    return {"$gte": [{"$indexOfBytes": ["$name.folded", needle]}, 0]}
