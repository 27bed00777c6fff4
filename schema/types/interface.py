"""The interface of all types with a global id."""

from typing import Any

import strawberry
from strawberry import ID, field


@strawberry.interface(description="Something that has a global id, as Relay and normalising caches need.")
class Node:
    """Relay's Global Object Identification; an id begins with the name of its type."""

    id: ID = field(description="A text that names this in the whole dataset, and stays the same in all revisions.")

    @classmethod
    def resolve_type(cls, document: Any, *_: Any) -> str:
        """Read the type's name from the id."""
        return str(document["id"]).partition(":")[0]

    @classmethod
    def is_type_of(cls, document: Any, *_: Any) -> bool:
        """Whether a value is a document; its type is that of the field."""
        return isinstance(document, dict)
