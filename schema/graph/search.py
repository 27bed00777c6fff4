"""Search over everything with a name: by tokens, ranked by how much of the query is found and where.

A query is cut into terms (words, runs of Chinese characters, quoted phrases); what has any term is found, or what has
all of them. A long run may be several words, so any part of it is enough unless all terms must be found. Results with
more terms rank higher, those with terms in the name higher than others, and short names that the query covers higher
than long ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import strawberry
from strawberry import Parent, field

from loaders.documents import Document
from loaders.store.fetch import TOTAL, Extra, Fetch, SortKey
from loaders.store.predicates import AnyOf, Compare, ContainsAll, Predicate, all_of, expression_for
from loaders.values.folding import FoldedText, fold, folded_texts
from loaders.values.tokens import Term, terms
from schema.base.context import Info
from schema.base.cursors import Listing, fingerprint
from schema.base.errors import BadUserInput
from schema.planning.selection import SelectionReader, name_of
from schema.retrieval.nodes import load_node
from schema.types.connections import Connection, page_of, page_request
from schema.types.enums import SearchKind, SearchMatch
from schema.types.interface import Node

MAX_TEXT: Final = 200
MAX_NEEDLES: Final = 30
# In parts, which are neighbours: five characters are mostly more than one word.
LONG_RUN: Final = 4
WEIGHT_TERM: Final = 10
WEIGHT_NAME: Final = 3
WEIGHT_COVER: Final = 5
# Shared objects rank below those of a district: an indicator has the same name as its metrics.
WEIGHT_SHARED: Final = -1
_SHARED: Final = ("INDICATOR", "SOURCE")


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
    """See `loaders.model.read_models.SearchRow`."""

    kind: SearchKind = field(description="What kind of thing it is.")
    score: float = field(description="How well it matches; comparable only within one search.")

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
        named = "title" if document["kind"] == SearchKind.SOURCE.value else "name"
        for text in ({**document["name"], "field": named}, *document["texts"]):
            for language, key in (("zh-Hans", "zh_hans"), ("zh-Hant", "zh_hant"), ("en", "en")):
                if text[key] and (ranges := ranges_of(text[key], document["forms"])):
                    stretches = [{"start": start, "end": end} for start, end in ranges]
                    found.append(
                        {"field": text["field"], "language": language, "text": text[key], "ranges": stretches}
                    )
        return found


@strawberry.type(description="A page of what a search found, best first.")
class SearchConnection(Connection[SearchResult]):
    """Relay's connection, forward only."""


_ANYWHERE: Final = "folded"
_IN_NAME: Final = "name.folded"
ORDER: Final = (SortKey("score", descending=True), SortKey("id"))


async def search(
    info: Info, text: str, kinds: Sequence[SearchKind] | None, match: SearchMatch, arguments: dict[str, Any]
) -> Any:
    """Answer a search.

    Raises BadUserInput.
    """
    wanted = _wanted(text)
    if kinds is not None and not kinds:
        raise BadUserInput('"kinds" is empty; name at least one kind, or leave it out for all')
    chosen = tuple(sorted({str(kind.value) for kind in kinds})) if kinds else ()
    asked = [[list(term.parts) for term in wanted], chosen, str(match.value)]
    request = page_request(Listing("search", "score", fingerprint(asked)), ORDER, arguments)
    revision = request.revision(await info.context.published(request.at_least))
    info.context.pin(info, revision)
    fields = SelectionReader.of(info._raw_info).fields("SearchConnection", info._raw_info.field_nodes)
    found = _found(wanted, match)
    extras: dict[str, Extra] = {"total": TOTAL} if any(name_of(n) == "totalCount" for n in fields.values()) else {}
    fetched = await info.context.fetch(
        info,
        Fetch(
            "search",
            all_of(found, Compare("kind", "in", chosen)) if chosen else found,
            compute=({"$set": {"score": _score(wanted, fold(text))}},),
            bounds=request.bounds(),
            order=ORDER,
            limit=request.size + 1,
            project=dict.fromkeys(("id", "kind", "name", "texts", "score"), 1),
            extras=extras,
        ),
    )
    forms = [form for term in wanted for part in term.parts for form in part]
    for document in fetched.documents:
        document["forms"] = forms
    total = fetched.total if extras else None
    return {**page_of(request, fetched.documents, revision), "total_count": total}


def _wanted(text: str) -> list[Term]:
    if len(text) > MAX_TEXT:
        raise BadUserInput(f'"text" has {len(text)} characters; at most {MAX_TEXT}')
    wanted = terms(text)
    if not wanted:
        raise BadUserInput('"text" has nothing to search for; give letters, digits or Chinese characters')
    if sum(len(term.needles) for term in wanted) > MAX_NEEDLES:
        raise BadUserInput(f'"text" is too long; at most {MAX_NEEDLES} words or Chinese characters')
    return wanted


def _found(wanted: Sequence[Term], match: SearchMatch) -> Predicate:
    """The predicate of a search: any term (any part of a long run), or all terms with all their parts."""
    if match == SearchMatch.ALL:
        return ContainsAll(_ANYWHERE, tuple(part for term in wanted for part in term.parts))
    return AnyOf(
        tuple(
            ContainsAll(_ANYWHERE, parts)
            for term in wanted
            for parts in (((part,) for part in term.parts) if len(term.parts) >= LONG_RUN else (term.parts,))
        )
    )


def _score(wanted: Sequence[Term], whole: str) -> dict[str, Any]:
    parts = list(dict.fromkeys(part for term in wanted for part in term.parts))
    in_name = {"$sum": [_one(ContainsAll(_IN_NAME, (part,))) for part in parts]}
    return {
        "$add": [
            {"$sum": [{"$multiply": [WEIGHT_TERM, _one(ContainsAll(_ANYWHERE, term.parts))]} for term in wanted]},
            {"$sum": [_one(ContainsAll(_ANYWHERE, (part,))) for part in parts]},
            {"$multiply": [WEIGHT_NAME, in_name]},
            {"$divide": [{"$multiply": [WEIGHT_COVER, in_name]}, {"$add": [1, {"$size": "$name_tokens"}]}]},
            {"$multiply": [WEIGHT_TERM, _one(ContainsAll(_IN_NAME, ((whole,),)))]},
            {"$multiply": [WEIGHT_SHARED, _one(Compare("kind", "in", _SHARED))]},
        ]
    }


def _one(predicate: Predicate) -> dict[str, Any]:
    return {"$cond": [expression_for(predicate), 1, 0]}


def ranges_of(text: str, wanted: Iterable[str]) -> list[tuple[int, int]]:
    """The ranges of a text, in code points, whose folded form is one of `wanted`; adjacent ranges are merged."""
    wanted = list(wanted)
    found = sorted(place for layout in folded_texts(text) for form in wanted for place in _occurrences(layout, form))
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _occurrences(layout: FoldedText, form: str) -> Iterator[tuple[int, int]]:
    first, last = len(form) - len(form.lstrip()), len(form.rstrip()) - 1
    at = layout.folded.find(form)
    while at >= 0:
        yield layout.spans[at + first][0], layout.spans[at + last][1]
        at = layout.folded.find(form, at + 1)
