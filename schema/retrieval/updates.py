"""What changed since a revision, a page at a time: the events of `districtChanged` without a subscription."""

from typing import Any, Final

from loaders.documents import Document
from loaders.errors import HistoryPruned
from loaders.model.revisions import Published
from schema.base.context import Info
from schema.base.cursors import Listing, fingerprint
from schema.base.errors import BadUserInput
from schema.types.connections import DEFAULT_PAGE, MAX_PAGE

# A revision changes something, so a page seldom reads more revisions than it has items.
MAX_REVISIONS: Final = MAX_PAGE + 1


async def updates_since(info: Info, since: int, first: int | None, after: str | None) -> dict[str, Any]:
    """Read a page of the changes after a revision. Raises BadUserInput."""
    size = DEFAULT_PAGE if first is None else first
    if not 1 <= size <= MAX_PAGE:
        raise BadUserInput(f'"first" is {size}; 1 to {MAX_PAGE} (page with "after")')
    published = await info.context.published()
    if since > published.revision:
        raise BadUserInput(f'"since" is {since}, which is not published; the newest is {published.revision}')
    if since < published.kept:
        raise _not_kept(published.kept)
    listing = Listing("updates", "", fingerprint([since]))
    last = (since, "~") if after is None else tuple(listing.parse(after, "after", (int, str)).keys)
    changes, place = await _read(info, published, last, size + 1)
    page = changes[:size]
    has_more = len(changes) > size or place < published.revision
    # A page may end between two changes, or where enough revisions were read.
    ends = [(one["revision"], one["slug"]) for one in page]
    end = ends[-1] if len(changes) > size else (place, "~")
    cursors = [listing.cursor(published.revision, place) for place in ends]
    return {
        "edges": [{"cursor": cursor, "node": one} for cursor, one in zip(cursors, page, strict=True)],
        "nodes": page,
        "page_info": {
            "has_next_page": has_more,
            "has_previous_page": after is not None,
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": listing.cursor(published.revision, end),
        },
    }


async def _read(info: Info, published: Published, last: Any, wanted: int) -> tuple[list[Document], int]:
    """The changes after a place, at least `wanted` of them if there are so many; the last revision that was read."""
    found: list[Document] = []
    number, place = 0, last[0]
    for revision in range(last[0], published.revision + 1):
        if len(found) >= wanted or number >= MAX_REVISIONS:
            break
        place = revision
        if revision == 0 or not published.is_published(revision) or (revision, "~") == last:
            continue
        number += 1
        try:
            changes = await info.context.log.changes(revision)
        except HistoryPruned as pruned:
            raise _not_kept(pruned.kept) from pruned
        await info.context.turn()
        found += [
            {"cursor": f"{revision}:{slug}", "revision": revision, "kind": kind, "slug": slug}
            for slug, kind in changes.items()
            if (revision, slug) > last
        ]
    return found, place


def _not_kept(kept: int) -> BadUserInput:
    return BadUserInput(f'changes are kept after revision {kept} only; read all districts, and then "since: {kept}"')
