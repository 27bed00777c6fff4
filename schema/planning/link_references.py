"""Put sources and indicators in the place of the slugs that name them, where a selection wants the objects.

A document carries what its slugs name, under `sources` and `indicators`. Which slugs are replaced is said place by
place: what one list needs is never looked for in another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from loaders.documents import Document


@dataclass(frozen=True, slots=True)
class Links:
    """What to replace in an object.

    tables: by key, the table that the slug stored there names an object of. below: by key, what to replace in the
    object, or in each object of the list, that is stored there.
    """

    tables: tuple[tuple[str, str], ...] = ()
    below: tuple[tuple[str, "Links"], ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to replace."""
        return bool(self.tables or self.below)

    def names(self) -> frozenset[str]:
        """The tables that are needed, at any depth."""
        return frozenset(name for _, name in self.tables).union(*(links.names() for _, links in self.below))


def link_references(links: Links, documents: Iterable[Document]) -> None:
    """Replace slugs in documents, in place.

    A slug that names nothing becomes null, which its field then reports.
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
