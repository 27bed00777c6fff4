"""The interface of everything with a global id."""

from typing import Any

import strawberry
from strawberry import ID, field


@strawberry.interface(description="Something with a global id, as Relay and normalising caches expect.")
class Node:
    """Relay's Global Object Identification; the id begins with the type's name."""

    id: ID = field(description="Stable across revisions, and unique in the whole dataset.")

    @classmethod
    def resolve_type(cls, document: Any, *_: Any) -> str:
        """Read the type from the id."""
        return str(document["id"]).partition(":")[0]

    @classmethod
    def is_type_of(cls, document: Any, *_: Any) -> bool:
        """Every instance is a document, of the type its place says."""
        return isinstance(document, dict)
