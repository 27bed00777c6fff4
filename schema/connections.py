"""Relay connections: which page is asked for, and the page as the contract gives it.

Relay Cursor Connections Specification, sections 4 and 5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import strawberry
from strawberry import argument, field

from loaders.documents import Document
from loaders.store import Published
from schema.cursors import Cursor, parse_cursor
from schema.entities import District
from schema.errors import BadUserInput

MAX_PAGE: Final = 100
DEFAULT_PAGE: Final = 20

First = Annotated[
    int | None,
    argument(description=f"How many items from the start, 1 to {MAX_PAGE}; {DEFAULT_PAGE} when no size is given."),
]
After = Annotated[str | None, argument(description="Only items after this cursor.")]
Last = Annotated[int | None, argument(description=f"How many items from the end, 1 to {MAX_PAGE}.")]
Before = Annotated[str | None, argument(description="Only items before this cursor.")]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = field(description="Whether items follow this page.")
    has_previous_page: bool = field(description="Whether items come before this page.")
    start_cursor: str | None = field(description="The cursor of the first item; null for an empty page.")
    end_cursor: str | None = field(description="The cursor of the last item; null for an empty page.")


@strawberry.type(description="A district with its place in the list.")
class DistrictEdge:
    """Relay's edge."""

    cursor: str = field(description="This item's place, to page from.")
    node: District = field(description="The district.")


@strawberry.type(description="A page of districts.")
class DistrictConnection:
    """Relay's connection."""

    edges: list[DistrictEdge] = field(description="The items with their cursors.")
    nodes: list[District] = field(description="The items without their cursors.")
    page_info: PageInfo = field(description="Where the page stands in the list.")
    total_count: int = field(description="How many items the whole list has; counted only when asked for.")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page that was asked for: `size` items after or before a cursor, `backward` from the end."""

    order: str
    size: int
    backward: bool
    after: Cursor | None
    before: Cursor | None

    def revision(self, published: Published) -> int:
        """The revision to read: the cursor's own while it is at hand, else the published one."""
        cursor = self.after or self.before
        if cursor and published.floor <= cursor.revision <= published.revision:
            return cursor.revision
        return published.revision

    def where(self, key: str) -> dict[str, Any]:
        """Match the items between the cursors."""
        bounds = {"$gt": self.after, "$lt": self.before}
        given = {operator: cursor.key[0] for operator, cursor in bounds.items() if cursor}
        return {key: given} if given else {}


def page_request(
    order: str, *, first: int | None, after: str | None, last: int | None, before: str | None
) -> PageRequest:
    """Check the paging arguments of a connection.

    Raises BadUserInput.
    """
    if first is not None and last is not None:
        raise BadUserInput('"first" and "last" exclude each other; give one of them')
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 1 <= size <= MAX_PAGE:
            turn = "after" if name == "first" else "before"
            raise BadUserInput(f'"{name}" is {size}; 1 to {MAX_PAGE} (page with "{turn}")')
    return PageRequest(
        order=order,
        size=first or last or DEFAULT_PAGE,
        backward=last is not None,
        after=parse_cursor(after, "after", order) if after is not None else None,
        before=parse_cursor(before, "before", order) if before is not None else None,
    )


def page_of(
    request: PageRequest, documents: Sequence[Document], key: str, revision: int, total: int | None
) -> Mapping[str, Any]:
    """Build the connection from the documents of a page, fetched with one more than its size."""
    more = len(documents) > request.size
    rows = list(documents[: request.size])
    if request.backward:
        rows.reverse()
    edges = [{"cursor": str(Cursor(request.order, revision, (row[key],))), "node": row} for row in rows]
    return {
        "edges": edges,
        "nodes": rows,
        "page_info": {
            "has_next_page": request.before is not None if request.backward else more,
            "has_previous_page": more if request.backward else request.after is not None,
            "start_cursor": edges[0]["cursor"] if edges else None,
            "end_cursor": edges[-1]["cursor"] if edges else None,
        },
        "total_count": total,
    }
