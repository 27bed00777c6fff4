"""Replace slugs of sources and indicators by the objects they name, where a selection needs the objects.

Each document contains those objects, under `sources` and `indicators`. Slugs to replace are given per list: a slug
that one list needs replaced is not replaced in another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from loaders.documents import Document


@dataclass(frozen=True, slots=True)
class Links:
    """The slugs to replace in an object.

    tables: pairs of a key with a slug and the table that it refers to. below: pairs of a key and the links of the
    object, or of each object in the list, stored there. chosen: pairs of a key with a slug and the list beside it
    that has the object.
    """

    tables: tuple[tuple[str, str], ...] = ()
    below: tuple[tuple[str, "Links"], ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to replace."""
        return bool(self.tables or self.below or self.chosen)

    @property
    def size(self) -> int:
        """How many keys there are, at any depth."""
        return len(self.tables) + len(self.chosen) + sum(1 + links.size for _, links in self.below)

    def names(self) -> frozenset[str]:
        """The tables needed, at any depth."""
        return frozenset(name for _, name in self.tables).union(*(links.names() for _, links in self.below))


def link_references(links: Links, documents: Iterable[Document]) -> None:
    """Replace slugs in documents, in place.

    A slug without an object becomes null, which the field then reports.
    """
    if not links:
        return
    names = links.names()
    for document in documents:
        _link(document, links, {name: _by_slug(document, name) for name in names})


def _by_slug(document: Document, name: str) -> Mapping[str, Any]:
    return {one["slug"]: one for one in document[name]}


def _link(item: Document, links: Links, tables: Mapping[str, Mapping[str, Any]]) -> None:
    for key, name in links.tables:
        if key in item:
            item[key] = tables[name].get(item[key])
    for key, below in links.below:
        value = item.get(key)
        if value.__class__ is list:
            for one in value:
                if one.__class__ is dict:
                    _link(one, below, tables)
        elif value.__class__ is dict:
            _link(value, below, tables)
    for key, listed in links.chosen:
        if item.get(key) is not None:
            # Without the object the slug stays, which the field then reports.
            item[key] = next((one for one in item.get(listed) or () if _has_slug(one, item[key])), item[key])


def _has_slug(item: Any, slug: Any) -> bool:
    return item.__class__ is dict and item.get("slug") == slug
