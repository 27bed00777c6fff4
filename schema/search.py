"""Search over everything with a name: by tokens, ranked by how much of the question is found and where.

A question is cut into terms (words, runs of Chinese characters); what holds every token of at least one term is
found, and of a long run, which may be several words, what holds any. What holds more terms ranks higher, a hit in the
name higher than one elsewhere, and a short name that the question covers higher than a long one.
"""

from collections.abc import Sequence
from typing import Any, Final

import strawberry
from strawberry import Parent, field

from loaders.documents import Document
from loaders.fetch import TOTAL, Extra, Fetch, Key
from loaders.predicates import Compare, Either, Holds, both
from loaders.tokens import fold, is_prefix, needles
from schema.connections import Connection, page_of, page_request
from schema.context import Info
from schema.cursors import Listing, fingerprint
from schema.enums import SearchKind
from schema.errors import BadUserInput
from schema.highlights import ranges_of
from schema.interface import Node
from schema.nodes import load_node
from schema.selection import Operation, name_of

MAX_TEXT: Final = 200
MAX_NEEDLES: Final = 30
# In neighbours: five characters are mostly more than one word.
LONG_RUN: Final = 4
WEIGHT_TERM: Final = 10
WEIGHT_NAME: Final = 3
WEIGHT_COVER: Final = 5


@strawberry.type(description="A stretch of a text, in Unicode code points.")
class TextRange:
    """Half open, as in most programming languages."""

    start: int = field(description="The first code point, from 0.")
    end: int = field(description="The one after the last.")


@strawberry.type(description="Where a text has what was searched for.")
class Highlight:
    """One form of one text of a search row."""

    field: str = strawberry.field(description="Which text of the thing it is: name, summary, note, …")
    language: str = strawberry.field(description="The BCP 47 tag of the form.")
    text: str = strawberry.field(description="The text itself.")
    ranges: list[TextRange] = strawberry.field(description="The stretches found, in order and apart.")


@strawberry.type(description="Something that a search found.")
class SearchResult:
    """See `loaders.read_models.SearchRow`."""

    kind: SearchKind = field(description="What kind of thing it is.")
    score: float = field(description="How well it answers; comparable within one search only.")

    @field(description="The thing itself.")
    @staticmethod
    async def node(document: Parent[Document], info: Info) -> Node:
        """Load the thing; one call for all results."""
        found: Any = await load_node(info, document["id"])
        return found  # type: ignore[no-any-return]  # documents stand in for instances

    @field(description="Which of its texts have what was searched for, and where.")
    @staticmethod
    def highlights(document: Parent[Document]) -> list[Highlight]:
        """Find the stretches in every form of every text."""
        found: list[Any] = []
        for text in ({**document["name"], "field": "name"}, *document["texts"]):
            for language, key in (("zh-Hans", "zh_hans"), ("zh-Hant", "zh_hant"), ("en", "en")):
                if text[key] and (ranges := ranges_of(text[key], document["needles"])):
                    stretches = [{"start": start, "end": end} for start, end in ranges]
                    found.append(
                        {"field": text["field"], "language": language, "text": text[key], "ranges": stretches}
                    )
        return found


@strawberry.type(description="A page of what a search found, best first.")
class SearchConnection(Connection[SearchResult]):
    """Relay's connection, forward only."""


ORDER: Final = (Key("score", descending=True), Key("id"))


async def search(info: Info, text: str, kinds: Sequence[SearchKind] | None, arguments: dict[str, Any]) -> Any:
    """Answer a search.

    Raises BadUserInput.
    """
    wanted = _wanted(text)
    if kinds is not None and not kinds:
        raise BadUserInput('"kinds" is empty; name at least one kind, or leave it out for all')
    chosen = tuple(sorted({str(kind.value) for kind in kinds})) if kinds else ()
    listing = Listing("search", "score", fingerprint([fold(text), chosen]))
    request = page_request(listing, ORDER, arguments)
    revision = request.revision(await info.context.published(request.at_least))
    info.context.pin(info, revision)
    fields = Operation.of(info._raw_info).fields("SearchConnection", info._raw_info.field_nodes)
    terms = _terms(text)
    found = Either(tuple(Holds("name", part) for term in terms for part in _parts(term)))
    extras: dict[str, Extra] = {"total": TOTAL} if any(name_of(n) == "totalCount" for n in fields.values()) else {}
    fetched = await info.context.fetch(
        info,
        Fetch(
            "search",
            both(found, Compare("kind", "in", chosen)) if chosen else found,
            compute=({"$set": {"score": _score(terms, wanted, fold(text))}},),
            bounds=request.bounds(),
            order=ORDER,
            limit=request.size + 1,
            project=dict.fromkeys(("id", "kind", "name", "texts", "score"), 1),
            extras=extras,
        ),
    )
    for document in fetched.documents:
        document["needles"] = wanted
    total = fetched.total if extras else None
    return {**page_of(request, fetched.documents, revision), "total_count": total}


def _wanted(text: str) -> list[str]:
    if len(text) > MAX_TEXT:
        raise BadUserInput(f'"text" has {len(text)} characters; at most {MAX_TEXT}')
    wanted = needles(text)
    if not wanted:
        raise BadUserInput('"text" has nothing to search for; give letters, digits or Chinese characters')
    if len(wanted) > MAX_NEEDLES:
        raise BadUserInput(f'"text" is too long; at most {MAX_NEEDLES} words or Chinese characters')
    return wanted


def _terms(text: str) -> list[tuple[str, ...]]:
    """The needles of each term of a question."""
    return [tuple(needles(piece)) for piece in dict.fromkeys(fold(text).split())]


def _parts(term: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What is enough to be found by a term: all of it, or of a long run any two neighbours."""
    return [(needle,) for needle in term] if len(term) >= LONG_RUN else [term]


def _score(terms: Sequence[tuple[str, ...]], wanted: Sequence[str], whole: str) -> dict[str, Any]:
    in_name = {"$sum": [_one(_in_name(needle)) for needle in wanted]}
    return {
        "$add": [
            {"$sum": [{"$multiply": [WEIGHT_TERM, _one({"$and": [_in_tokens(n) for n in term]})]} for term in terms]},
            {"$sum": [_one(_in_tokens(needle)) for needle in wanted]},
            {"$multiply": [WEIGHT_NAME, in_name]},
            {"$divide": [{"$multiply": [WEIGHT_COVER, in_name]}, {"$add": [1, {"$size": "$name_tokens"}]}]},
            {"$multiply": [WEIGHT_TERM, _one(_in_name(whole))]},
        ]
    }


def _one(condition: Any) -> dict[str, Any]:
    return {"$cond": [condition, 1, 0]}


def _in_name(needle: str) -> dict[str, Any]:
    return {"$gte": [{"$indexOfBytes": ["$name.folded", {"$literal": needle}]}, 0]}


def _in_tokens(needle: str) -> dict[str, Any]:
    if is_prefix(needle):
        begins = {"$eq": [{"$substrCP": ["$$token", 0, 1]}, {"$literal": needle}]}
        return {"$anyElementTrue": [{"$map": {"input": "$tokens", "as": "token", "in": begins}}]}
    return {"$in": [{"$literal": needle.strip()}, "$tokens"]}
