"""Resolve what a district is a part of, and its parts; one call for all districts of a level.

Parts are found by slug first, and only those of the page are loaded: how many a district has is unlimited.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Final

from strawberry import Parent, argument

from loaders.documents import Document
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.retrieval.nested_lists import Offset
from schema.retrieval.nodes import load_node, load_nodes
from schema.types.connections import DEFAULT_PAGE, MAX_PAGE

PartsFirst = Annotated[int, argument(description=f"How many districts are wanted at most, 1 to {MAX_PAGE}.")]
_PLACED: Final = {"slug": 1, "parent": 1}


def parent_of(document: Document) -> str:
    """The id of the district that a district is a part of."""
    return f"District:{document['parent']}"


async def load_parent(document: Parent[Document], info: Info) -> Any:
    """Resolve a district's parent."""
    return await load_node(info, parent_of(document)) if document["parent"] else None


async def load_parts(
    document: Parent[Document], info: Info, first: PartsFirst = DEFAULT_PAGE, offset: Offset = 0
) -> Any:
    """Resolve a page of a district's parts, by slug. Raises BadUserInput."""
    if not 1 <= first <= MAX_PAGE:
        raise BadUserInput(f'"parts.first" is {first}; 1 to {MAX_PAGE} (page with "offset")')
    if offset < 0:
        raise BadUserInput(f'"parts.offset" is {offset}; 0 or more')
    loader = info.context.loader(("parts", await info.context.revision(info)), partial(_load_slugs, info))
    slugs: list[str] = await loader.load(document["slug"])
    ids = [f"District:{slug}" for slug in slugs[offset : offset + first]]
    found = await load_nodes(info, ids)
    return [found[one] for one in ids]


async def _load_slugs(info: Info, parents: list[str]) -> Sequence[list[str]]:
    """The slugs of each district's parts, in order."""
    fetch = Fetch("districts", Compare("parent", "in", tuple(parents)), project=_PLACED)
    parts: dict[str, list[str]] = defaultdict(list)
    for row in (await info.context.fetch(info, fetch)).documents:
        parts[row["parent"]].append(row["slug"])
    return [sorted(parts[slug]) for slug in parents]
