"""The documents of the collection `revisions`: what each load did, the pointer, and the lease."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict


class FileDigest(TypedDict):
    """A file that a load read; `sha256` is that of its bytes."""

    name: str
    sha256: str


class Counts(TypedDict):
    """How much a revision publishes."""

    districts: int
    pillars: int
    initiatives: int
    metrics: int
    awards: int
    sources: int


class LoadChanges(TypedDict):
    """What a load did, in districts; slugs are cut to the first hundred, counts are whole."""

    added: int
    changed: int
    removed: int
    unchanged: int
    slugs: list[str]


class Revision(TypedDict):
    """One published load; `_id` is its number."""

    _id: int
    loaded_at: datetime
    counts: Counts
    changes: LoadChanges
    files: list[FileDigest]


class Pointer(TypedDict):
    """The one document that publishes, as `Published` tells; it has no stamp before the first load."""

    _id: Literal["published"]
    revision: int
    floor: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Published:
    """What the pointer says: readers see `revision`, and may still read from `oldest_readable` on; 0 before any load.

    epoch: different for each move of the pointer, also in a database that was made anew.
    """

    revision: int
    oldest_readable: int
    epoch: str = ""


class LeaseDocument(TypedDict):
    """Admits one loader: `holder` is null when free, `beat` grows while the holder is alive."""

    _id: Literal["lease"]
    token: int
    holder: str | None
    beat: int
