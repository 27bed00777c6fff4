"""The documents of the collection `revisions`: one record for each load, the pointer, and the lease."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict


class FileDigest(TypedDict):
    """A file that a load read; `sha256` is the digest of its bytes."""

    name: str
    sha256: str


class Counts(TypedDict):
    """How many objects a revision has, by kind."""

    districts: int
    pillars: int
    initiatives: int
    metrics: int
    awards: int
    sources: int


class LoadChanges(TypedDict):
    """How many districts a load changed; `slugs` lists the first hundred."""

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
    """`Published` as stored: `floor` is `oldest_readable`; `stamp` is the epoch, empty before the first load."""

    _id: Literal["published"]
    revision: int
    floor: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Published:
    """The published pointer: readers see `revision`, and can read back to `oldest_readable`; both 0 before any load.

    epoch: unique to each move of the pointer, even if the database was recreated.
    """

    revision: int
    oldest_readable: int
    epoch: str = ""


class LeaseDocument(TypedDict):
    """The lease that admits one loader at a time: `holder` is null when free, `beat` grows while it is held."""

    _id: Literal["lease"]
    token: int
    holder: str | None
    beat: int
