"""Pages of connections: docs/guide/ask.md, "Pages". A cursor of the reference names its list and the item's id."""

import json
from collections.abc import Mapping
from typing import Any, Final

from tests.reference.data import Item
from tests.reference.errors import BadInput

CURSOR: Final = "cursor of the reference: "
_MAX, _DEFAULT = 100, 20


def check_page(arguments: Mapping[str, Any], listing: str) -> None:
    """Check sizes and cursors. Raises BadInput."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is not None and last is not None:
        raise BadInput("first and last exclude each other")
    for size in (first, last):
        if size is not None and not 1 <= size <= _MAX:
            raise BadInput("a size beyond 1 to 100")
    for name in ("after", "before"):
        if arguments.get(name) is not None:
            _read(arguments[name], listing)


def listing_of(name: str, arguments: Mapping[str, Any]) -> str:
    """What a cursor is bound to: a list, its order and its filter."""
    return json.dumps([name, {key: arguments.get(key) or None for key in ("where", "orderBy", "best")}])


def page_of(items: list[Item], arguments: Mapping[str, Any], listing: str) -> Item:
    """A page of a list that is in its order: its nodes, edges and what is before and after it."""
    ids = [item["id"] for item in items]
    start, end = 0, len(items)
    if arguments.get("after") is not None:
        start = ids.index(_read(arguments["after"], listing)) + 1
    if arguments.get("before") is not None:
        end = max(start, ids.index(_read(arguments["before"], listing)))
    if (last := arguments.get("last")) is not None:
        start = max(start, end - last)
    else:
        end = min(end, start + (arguments.get("first") or _DEFAULT))
    page = items[start:end]
    cursors = [f"{CURSOR}{json.dumps([listing, item['id']])}" for item in page]
    return {
        "nodes": page,
        "edges": [{"cursor": cursor, "node": item} for cursor, item in zip(cursors, page, strict=True)],
        "pageInfo": {
            "hasNextPage": end < len(items),
            "hasPreviousPage": start > 0,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
        "totalCount": len(items),
    }


def _read(cursor: str, listing: str) -> str:
    if not cursor.startswith(CURSOR):
        raise BadInput("no cursor")
    of, item_id = json.loads(cursor.removeprefix(CURSOR))
    if of != listing:
        raise BadInput("a cursor of another list, order or filter")
    return str(item_id)
