"""Relay connections: read the paging arguments, and build the page.

Relay Cursor Connections Specification, sections 4 and 5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar

import strawberry
from strawberry import argument, field

from loaders.documents import Document
from loaders.model.revisions import Published
from loaders.store.fetch import Order, after
from loaders.store.predicates import Predicate, all_of, value_at
from schema.base.cursors import Cursor, Listing
from schema.base.errors import BadUserInput

MAX_PAGE: Final = 100
DEFAULT_PAGE: Final = 20

First = Annotated[
    int | None,
    argument(
        description=f"How many items are wanted from the start, 1 to {MAX_PAGE}; {DEFAULT_PAGE} without a size."
    ),
]
After = Annotated[
    str | None,
    argument(description="Only items that come after this cursor, such as the `endCursor` of the page before."),
]
Last = Annotated[int | None, argument(description=f"How many items are wanted from the end, 1 to {MAX_PAGE}.")]
Before = Annotated[
    str | None,
    argument(description="Only items that come before this cursor, such as the `startCursor` of the page after."),
]

Item = TypeVar("Item")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = field(description="Whether items follow this page.")
    has_previous_page: bool = field(description="Whether items come before this page.")
    start_cursor: str | None = field(
        description="The cursor of the first item: give it as `before` for the page before. It is null for an empty "
        "page."
    )
    end_cursor: str | None = field(
        description="The cursor of the last item: give it as `after` for the next page. It is null for an empty page."
    )


@strawberry.type(description="An item of a page, with the cursor that marks its place in the list.")
class Edge(Generic[Item]):
    """Relay's edge."""

    cursor: str = field(description="The place that this item has in the list: give it as `after` or `before`.")
    node: Item = field(description="The item that stands at this place.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    """Relay's connection."""

    edges: list[Edge[Item]] = field(description="The items of the page, each with a cursor that marks its place.")
    nodes: list[Item] = field(description="The items of the page, where no cursors of single items are needed.")
    page_info: PageInfo = field(description="Where the page stands in the list.")
    total_count: int = field(description="How many items the whole list has; counted only if selected.")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A requested page: `size` items after or before a cursor; `backward` counts from the end of the list."""

    listing: Listing
    order: Order
    size: int
    backward: bool
    after: Cursor | None
    before: Cursor | None

    @property
    def reading_order(self) -> Order:
        """The order to read in: the list's order, reversed for a page from the end."""
        return tuple(key.reversed() for key in self.order) if self.backward else self.order

    @property
    def at_least(self) -> int:
        """The revision of the cursor, 0 without one."""
        cursor = self.after or self.before
        return cursor.revision if cursor else 0

    def revision(self, published: Published) -> int:
        """The revision to read: the cursor's while it is readable, else the published one."""
        return readable_revision(self.after or self.before, published)

    def bounds(self) -> Predicate:
        """The predicate of the items between the cursors."""
        opposite = tuple(key.reversed() for key in self.order)
        parts: list[Predicate] = []
        if self.after:
            parts.append(after(self.order, self.after.keys))
        if self.before:
            parts.append(after(opposite, self.before.keys))
        return all_of(*parts)


def readable_revision(cursor: Cursor | None, published: Published) -> int:
    """The revision of a cursor while it is readable, else the published one."""
    if cursor and published.oldest_readable <= cursor.revision <= published.revision:
        return cursor.revision
    return published.revision


def page_request(listing: Listing, order: Order, arguments: Mapping[str, Any]) -> PageRequest:
    """Read the paging arguments of a connection: first, after, last, before.

    Raises BadUserInput.
    """
    first, last = arguments.get("first"), arguments.get("last")
    if first is not None and last is not None:
        raise BadUserInput('"first" and "last" exclude each other; give one of them')
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 1 <= size <= MAX_PAGE:
            cursor_name = "after" if name == "first" else "before"
            raise BadUserInput(f'"{name}" is {size}; 1 to {MAX_PAGE} (page with "{cursor_name}")')
    cursors = {
        name: listing.parse(arguments[name], name, [object] * len(order))
        for name in ("after", "before")
        if arguments.get(name) is not None
    }
    return PageRequest(
        listing=listing,
        order=order,
        size=first or last or DEFAULT_PAGE,
        backward=last is not None,
        after=cursors.get("after"),
        before=cursors.get("before"),
    )


def page_of(
    request: PageRequest, documents: Sequence[Document], revision: int, *, with_edges: bool = True
) -> dict[str, Any]:
    """Build the connection from the documents of a page, fetched with one more than the page's size.

    with_edges: whether `edges` is selected, which needs a cursor for each document.
    """
    more = len(documents) > request.size
    rows = list(documents[: request.size])
    if request.backward:
        rows.reverse()
    paths = [key.path for key in request.order]

    def cursor(row: Document) -> str:
        return request.listing.cursor(revision, [value_at(row, path) for path in paths])

    return {
        "edges": [{"cursor": cursor(row), "node": row} for row in rows] if with_edges else [],
        "nodes": rows,
        "page_info": {
            "has_next_page": request.before is not None if request.backward else more,
            "has_previous_page": more if request.backward else request.after is not None,
            "start_cursor": cursor(rows[0]) if rows else None,
            "end_cursor": cursor(rows[-1]) if rows else None,
        },
    }
