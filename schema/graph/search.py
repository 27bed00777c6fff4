"""Search over everything with a name, in the order of the steps that `schema.planning.search_plan` plans.

A query is cut into terms: words, runs of Chinese characters, quoted phrases. How often their tokens occur is counted
up to a limit, for a plan that reads the rarest first; cursors carry the counts, so that all pages have one plan.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import strawberry
from strawberry import Parent, field

from loaders.documents import Document
from loaders.store.fetch import SortKey
from loaders.store.search import COLLECTION, MAX_TOTAL, NAMES, TEXTS, CountFetch, Position, SearchFetch, step_of
from loaders.values.folding import FoldedText, fold, fold_joined, folded_texts
from loaders.values.tokens import Term, terms
from schema.base.context import Info
from schema.base.cursors import Listing, fingerprint, no_cursor
from schema.base.errors import BadUserInput
from schema.planning.search_plan import MAX_COUNT, MAX_EXAMINED, TokenCounts, counted_tokens, plan_search
from schema.planning.selection import SelectionReader, name_of
from schema.retrieval.nodes import load_node
from schema.types.connections import Connection, page_of, page_request
from schema.types.enums import SearchKind, SearchMatch
from schema.types.interface import Node

MAX_TEXT: Final = 200
MAX_NEEDLES: Final = 30


@strawberry.type(description="A stretch of a text, which is counted in Unicode code points.")
class TextRange:
    """Half open, as in most programming languages."""

    start: int = field(description="The first code point; the text begins with 0.")
    end: int = field(description="The code point that comes after the last.")


@strawberry.type(description="Where a text has what was searched for.")
class Highlight:
    """One form of one text of a search row."""

    field: str = strawberry.field(description="Which text of the thing it is, such as name, summary or note.")
    language: str = strawberry.field(description="The BCP 47 tag of the language that the text is in.")
    text: str = strawberry.field(description="The text in which it was found.")
    ranges: list[TextRange] = strawberry.field(description="The stretches found, in order and apart.")


@strawberry.type(description="Something that a search found.")
class SearchResult:
    """See `loaders.model.read_models.SearchRow`."""

    kind: SearchKind = field(description="What kind of thing it is.")
    score: float = field(
        description="A number that is smaller from step to step of the order of results.",
        deprecation_reason="Results come in order; use their order.",
    )

    @field(description="The thing that was found.")
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
            for language, form in text["texts"].items():
                if ranges := ranges_of(form, document["forms"]):
                    stretches = [{"start": start, "end": end} for start, end in ranges]
                    found.append({"field": text["field"], "language": language, "text": form, "ranges": stretches})
        return found


@strawberry.type(description="A page of what a search found, best first.")
class SearchConnection(Connection[SearchResult]):
    """Relay's connection, forward only."""

    total_count: int = field(
        description=f"How many results there are; counted only if selected, and up to {MAX_TOTAL:,}: that number "
        "means so many or more."
    )
    is_complete: bool = field(
        description="Whether everything was found. False if common words meet so rarely that the search stopped: it "
        f"examines about {MAX_EXAMINED:,} index entries for a page. Then there may be more, and a rarer word helps."
    )


# The keys of a cursor: a position (`loaders.store.search.Position`), and the counts that the plan is made from.
ORDER: Final = tuple(map(SortKey, ("step", "rank", "length", "id", "counts")))
_KEYS: Final = (int, str, int, str, str)
_COUNTS: Final = re.compile(r"([0-9]{1,3}(,[0-9]{1,3})*)?")


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
    listing = Listing(COLLECTION, "steps", fingerprint(asked))
    request = page_request(listing, ORDER, arguments)
    place, told = _begin(listing, arguments.get("after"))
    revision = request.revision(await info.context.published(request.at_least))
    info.context.pin(info, revision)
    tokens = counted_tokens(wanted)
    counts = await _counted(info, tokens) if told is None else _told(tokens, told)
    steps = plan_search(wanted, match, TokenCounts(counts))
    if place and not 0 <= place.step < len(steps):
        raise no_cursor("after")
    fetch = SearchFetch(COLLECTION, limit=request.size + 1, steps=steps, kinds=chosen, position=place)
    found, stopped = await _rows(info, fetch)
    same = {"counts": ",".join(str(count) for pair in counts.values() for count in pair), "forms": _forms(wanted)}
    for document in found:
        number = step_of(steps, document)
        document.update(same, step=number, score=1 / (1 + number))
    page = page_of(request, found, revision)
    # What follows the page is not yet passed over.
    last_step = page["nodes"][-1]["step"] if page["page_info"]["has_next_page"] else len(steps)
    is_complete = not any(step < last_step for step in stopped)
    return {**page, **await _totals(info, fetch, is_complete=is_complete)}


async def _totals(info: Info, fetch: SearchFetch, *, is_complete: bool) -> Document:
    """The total, if it is selected, and whether the page and what was counted is complete."""
    fields = SelectionReader.of(info._raw_info).fields("SearchConnection", info._raw_info.field_nodes)
    if not any(name_of(node) == "totalCount" for node in fields.values()):
        return {"total_count": None, "is_complete": is_complete}
    counted, stopped = await _rows(info, replace(fetch, limit=MAX_TOTAL, position=None, only_counts=True))
    total = counted[0]["total"] if counted else 0
    return {"total_count": total, "is_complete": is_complete and (total == MAX_TOTAL or not stopped)}


async def _rows(info: Info, fetch: SearchFetch) -> tuple[list[Document], list[int]]:
    """The results or their number, and the steps that read no further."""
    rows = (await info.context.fetch(info, fetch)).documents if fetch.steps else []
    return [row for row in rows if "stopped" not in row], [row["stopped"] for row in rows if "stopped" in row]


def _begin(listing: Listing, after: str | None) -> tuple[Position | None, str | None]:
    """The position in a cursor, and the counts as it tells them."""
    if after is None:
        return None, None
    *place, told = listing.parse(after, "after", _KEYS).keys
    return Position(*place), told


async def _counted(info: Info, tokens: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """How many entries have each token, in names and in other texts."""
    if not tokens:
        return {}
    fetched = await info.context.fetch(info, CountFetch(COLLECTION, limit=MAX_COUNT, tokens=tokens))
    found = {(row["field"], row["token"]): row["count"] for row in fetched.documents}
    return {token: (found.get((NAMES, token), 0), found.get((TEXTS, token), 0)) for token in tokens}


def _told(tokens: Sequence[str], told: str) -> dict[str, tuple[int, int]]:
    """The counts in a cursor."""
    numbers = [int(count) for count in told.split(",")] if told and _COUNTS.fullmatch(told) else []
    if len(numbers) != 2 * len(tokens):
        raise no_cursor("after")
    return dict(zip(tokens, zip(numbers[::2], numbers[1::2], strict=True), strict=True))


def _forms(wanted: Sequence[Term]) -> list[str]:
    return [form for term in wanted for part in term.parts for form in part]


def _wanted(text: str) -> list[Term]:
    if len(text) > MAX_TEXT:
        raise BadUserInput(f'"text" has {len(text)} characters; at most {MAX_TEXT}')
    wanted = terms(text)
    if not wanted:
        raise BadUserInput('"text" has nothing to search for; give letters, digits or Chinese characters')
    if sum(len(term.needles) for term in wanted) > MAX_NEEDLES:
        raise BadUserInput(f'"text" is too long; at most {MAX_NEEDLES} words or Chinese characters')
    return wanted


def ranges_of(text: str, wanted: Iterable[str]) -> list[tuple[int, int]]:
    """The ranges of a text, in code points, whose folded form is one of `wanted`; adjacent ranges are merged."""
    folded = fold(text), fold_joined(text)
    # Most texts of a result don't have what was searched for; finding spans costs ten times as much as folding.
    wanted = [form for form in wanted if form in folded[0] or form in folded[1]]
    if not wanted:
        return []
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
