"""The documents of the collection `revisions`: one record for each load, the pointer, and the lease."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from loaders.comparability import OwnUnit


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
    observations: int
    awards: int
    sources: int
    indicators: NotRequired[int]


class LoadChanges(TypedDict):
    """How many districts a load changed; `slugs` lists the first hundred."""

    added: int
    changed: int
    removed: int
    unchanged: int
    slugs: list[str]


class Revision(TypedDict):
    """One published load; `_id` is its number, `stamp` the epoch that the pointer got.

    languages: of all texts, those of most districts first. restored: the number of the restore that wrote it, if one
    did.
    """

    _id: int
    stamp: NotRequired[str]
    loaded_at: datetime
    counts: Counts
    changes: LoadChanges
    files: list[FileDigest]
    languages: NotRequired[list[str]]
    restored: NotRequired[int]


class Migrated(TypedDict):
    """What was published in the collections of the first edition: its pointer's `revision` and `stamp`."""

    revision: int
    stamp: str


class Migration(Migrated):
    """Which revision here is what of the first edition: `published_as`."""

    published_as: int


class Pointer(TypedDict):
    """`Published` as stored: `floor` is `oldest_readable`; `stamp` is the epoch, empty before the first load.

    drawn: the highest number that was ever drawn for a load. writer: the number that may be published next.
    reserved: the number of the restore under way; no loader that may still write has drawn one below it.
    derivation: the `loaders.model.read_models.DERIVATION` of all that is published; an older one if they differ.
    migrated: the last migration from the first edition. units: as in `Published`; absent where there are none.
    """

    _id: Literal["published"]
    revision: int
    floor: int
    stamp: str
    drawn: NotRequired[int]
    writer: NotRequired[int]
    gaps: NotRequired[list[list[int]]]
    kept: NotRequired[int]
    reserved: NotRequired[int]
    counts: NotRequired[Counts]
    units: NotRequired[list[OwnUnit]]
    derivation: NotRequired[int]
    migrated: NotRequired[Migration]


class SeedRecord(TypedDict):
    """The record that a district was built of: `_id` is its slug, `hash` the content hash that it gives."""

    _id: str
    digest: str
    hash: str


class Numbers(TypedDict):
    """A document of the collection `numbers`: `drawn` as in the pointer."""

    _id: Literal["drawn"]
    drawn: int


class Note(TypedDict):
    """A document of the collection `numbers`: of which districts a load writes versions; `_id` is its number."""

    _id: int
    slugs: list[str]


# A range of numbers that were drawn for loads and never published, both ends included.
Gap: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Published:
    """The published pointer: readers see `revision`, and can read back to `oldest_readable`; both 0 before any load.

    epoch: unique to each move of the pointer, even if the database was recreated.
    gaps: all numbers below `revision` that were never published; what was written under them is invisible.
    kept: the oldest revision after which all changes can be told; those up to it are no longer in the history.
    counts: the totals of `revision`; None where a release that did not keep them has published it.
    derivation: by which version of the deriving code all that is published was derived, at least; 0 if unknown.
    units: those that the districts of `revision` count by themselves, as stored.
    """

    revision: int
    oldest_readable: int
    epoch: str = ""
    gaps: tuple[Gap, ...] = ()
    kept: int = 0
    counts: Mapping[str, int] | None = field(default=None, hash=False)
    derivation: int = field(default=0, compare=False)
    units: Sequence[OwnUnit] = field(default=(), compare=False, repr=False)

    @classmethod
    def of(cls, pointer: Mapping[str, Any] | None) -> "Published":
        """Read the stored pointer; None stands for a database without one."""
        if pointer is None:
            return cls(0, 0)
        return cls(
            pointer["revision"],
            pointer["floor"],
            pointer.get("stamp", ""),
            gaps_of(pointer),
            pointer.get("kept", 0),
            pointer.get("counts"),
            pointer.get("derivation", 0),
            pointer.get("units", ()),
        )

    def at(self, revision: int) -> "Published":
        """The same pointer, to read an older revision with."""
        return self if revision == self.revision else replace(self, revision=revision, counts=None)

    def is_published(self, revision: int) -> bool:
        """Whether a number up to `revision` was published."""
        return not any(first <= revision <= last for first, last in self.gaps)


def gaps_of(pointer: Mapping[str, Any]) -> tuple[Gap, ...]:
    """The gaps of the stored pointer."""
    return tuple((first, last) for first, last in pointer.get("gaps", ()))


class LeaseDocument(TypedDict):
    """The lease that admits one loader at a time: `holder` is null when free, `beat` grows while it is held.

    overtaken: whether a holder was ever replaced; it may only sleep, and write when it wakes.
    """

    _id: Literal["lease"]
    token: int
    holder: str | None
    beat: int
    overtaken: NotRequired[bool]
