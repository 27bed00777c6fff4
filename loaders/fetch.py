"""One database call, as data: what a plan asks of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loaders.collections import BY_SLUG
from loaders.documents import Document


@dataclass(frozen=True, slots=True)
class Fetch:
    """Documents of one collection, as they stood at one revision.

    where: a MongoDB filter; every value that a client sent stands behind an operator of ours.
    keys: top-level keys to bring, None for whole documents.
    order: keys, each with 1 or -1. limit: 0 for all.
    count_where: also count what matches this filter, in the same call; None to leave that out.
    """

    collection: str
    where: Mapping[str, Any] = field(default_factory=dict)
    keys: frozenset[str] | None = None
    order: tuple[tuple[str, int], ...] = ()
    limit: int = 0
    count_where: Mapping[str, Any] | None = None
    hint: str = BY_SLUG


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought; `total` only where it was asked to count."""

    documents: Sequence[Document]
    total: int | None = None
