"""Draw a number for a load. Numbers are never reused, so a loader that is paused anywhere harms nothing.

The pointer keeps the highest number drawn, the number that may be published next (`writer`), and all numbers below
the published revision that were never published (`gaps`). A number is dead once a later one is drawn: it can't be
published, its inserts are invisible, and what it ends counts as live. So nothing that a paused loader writes when it
resumes changes what readers see. docs/engineering/architecture.md has the proof.
"""

from collections.abc import Set
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast
from uuid import uuid4

from loaders.comparability import OwnUnit
from loaders.documents import STILL_LIVE, Document
from loaders.errors import StoreConflict
from loaders.model.collections import HISTORY, NUMBERS, REVISIONS, VERSIONED_COLLECTIONS
from loaders.model.read_models import DERIVATION
from loaders.model.revisions import Counts, Gap, Migrated, Published
from loaders.mongo.driver import Database
from loaders.store.pipeline import visible

_POINTER: Final = {"_id": "published"}
_DRAWN: Final = {"_id": "drawn"}
# Numbers that were drawn after a backup was made are unknown when it is restored; so many of them are left out.
RESTORE_STEP: Final = 10_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A number to publish, and the pointer as it was when the number was drawn.

    epoch: what the pointer gets as its epoch; the revision's record has it too.
    """

    number: int
    published: Published
    epoch: str = field(default_factory=lambda: uuid4().hex)

    @property
    def dead(self) -> tuple[Gap, ...]:
        """Every number below this one that is not, and will never be, published."""
        gaps = self.published.gaps
        between = (self.published.revision + 1, self.number - 1)
        return gaps if between[0] > between[1] else (*gaps, between)

    @property
    def visible(self) -> dict[str, Any]:
        """The filter for what readers will see once this number is published."""
        return visible(replace(self.published, revision=self.number, gaps=self.dead))

    @property
    def endable(self) -> dict[str, Any]:
        """The filter for published versions that this number may end: live, or ended by a dead number only.

        Versions of dead numbers stay as they are, or the history would take what readers never saw for a version.
        """
        published, live = self.published, [{"to": STILL_LIVE}]
        shown: Document = {"$nor": in_ranges("from", published.gaps)} if published.gaps else {}
        return {"from": {"$lte": published.revision}, **shown, "$or": live + in_ranges("to", self.dead)}


def in_ranges(field: str, ranges: tuple[Gap, ...]) -> list[Document]:
    """One filter for each range."""
    return [{field: {"$gte": first, "$lte": last}} for first, last in ranges]


async def read_published(database: Database) -> Published:
    """Read the pointer; create it in a new database, or in one that has lost it."""
    pointer = await database.find_one(REVISIONS, _POINTER)
    if pointer is None:
        # Revisions go on after those of the first edition: who knows one of its revisions sees that this is newer.
        before = await read_first_edition(database)
        drawn = max(await _highest_number(database), before.revision if before else 0)
        first = {"revision": 0, "floor": 0, "stamp": "", "drawn": drawn, "gaps": []}
        pointer = await database.find_one_and_update(REVISIONS, _POINTER, {"$setOnInsert": first}, upsert=True)
    return Published.of(pointer)


async def read_first_edition(database: Database) -> Published | None:
    """Read the pointer of the first edition, in whose collections its servers may still read; None without one."""
    pointer = await database.of_first_edition().find_one(REVISIONS, _POINTER)
    return None if pointer is None else Published.of(pointer)


async def draw_above(database: Database, number: int) -> None:
    """Let the next number that is drawn be greater than one of the first edition."""
    await database.update_one(REVISIONS, _POINTER, {"$max": {"drawn": number}})


async def _highest_number(database: Database) -> int:
    """The highest number that anything was written under; 0 in an empty database."""
    highest: Document = {"$group": {"_id": None, "from": {"$max": "$from"}}}
    first, *others = (*VERSIONED_COLLECTIONS, HISTORY)
    with_others: list[Document] = [{"$unionWith": {"coll": name, "pipeline": [highest]}} for name in others]
    rows = await database.aggregate(first, [highest, *with_others, highest])
    return rows[0]["from"] if rows else 0


async def draw(database: Database, published: Published) -> Draft:
    """Draw the next number; from now on no loader that drew an earlier one can publish.

    Raises StoreConflict where something else than `published` is published by now.
    """
    kept = await database.find_one(NUMBERS, _DRAWN)
    # A loader that drew no numbers wrote under the one after the published revision.
    drawn = {"$ifNull": ["$drawn", {"$add": ["$revision", 1]}]}
    known = {"$max": [drawn, "$revision", kept["drawn"] if kept else 0]}
    update: list[Document] = [{"$set": {"drawn": {"$add": [known, 1]}}}, {"$set": {"writer": "$drawn"}}]
    unmoved = {**_POINTER, "revision": published.revision}
    pointer = await database.find_one_and_update(REVISIONS, unmoved, update)
    if pointer is None:
        raise StoreConflict(f"revision {published.revision} is no longer the published one; nothing was written")
    await _keep_drawn(database, pointer["drawn"])
    await database.replace_many(NUMBERS, [{"_id": pointer["drawn"], "slugs": []}])
    return Draft(pointer["drawn"], Published.of(pointer))


async def note_slugs(database: Database, draft: Draft, slugs: Set[str]) -> None:
    """Note that versions of some districts are about to be written, to find them if the draft is never published."""
    await database.update_one(NUMBERS, {"_id": draft.number}, {"$push": {"slugs": {"$each": sorted(slugs)}}})


async def noted_slugs(database: Database, ranges: tuple[Gap, ...]) -> set[str] | None:
    """The districts of which loads with some numbers wrote versions; None if not all of them have noted it."""
    if not ranges:
        return set()
    notes = await database.find(NUMBERS, {"$or": in_ranges("_id", ranges)})
    if len(notes) < sum(last - first + 1 for first, last in ranges):
        return None
    return {slug for note in notes for slug in note["slugs"]}


async def forget_notes(database: Database, published: Published) -> None:
    """Remove the notes of numbers that are published, or whose versions were removed."""
    await database.delete_many(NUMBERS, {"_id": {"$gte": 0, "$lte": published.revision}})


async def _keep_drawn(database: Database, number: int) -> None:
    await database.find_one_and_update(NUMBERS, _DRAWN, {"$max": {"drawn": number}}, upsert=True)


async def move_pointer(
    database: Database,
    draft: Draft,
    counts: Counts,
    derivation: int,
    *,
    units: list[Document],
    migrated: Migrated | None = None,
) -> Published:
    """Move the pointer to the draft: the single write that publishes, and that lists the numbers skipped as gaps.

    migrated: what of the first edition the draft is.
    Raises StoreConflict where a later number was drawn, or another published.
    """
    published = draft.published
    moved = {
        "revision": draft.number,
        "stamp": draft.epoch,
        "gaps": [list(gap) for gap in draft.dead],
        "counts": counts,
        "derivation": derivation,
        "units": units,
        **({"migrated": {**migrated, "published_as": draft.number}} if migrated else {}),
    }
    # With the epoch, a loader that wakes beside a remade database, with the same numbers, publishes nothing.
    unmoved = {"revision": published.revision, "stamp": published.epoch}
    still_writer = {**_POINTER, **unmoved, "writer": draft.number}
    if not await database.update_one(REVISIONS, still_writer, {"$set": moved}):
        raise StoreConflict("another load was begun or published meanwhile; this one published nothing")
    return replace(
        published,
        revision=draft.number,
        epoch=draft.epoch,
        gaps=draft.dead,
        counts=cast(dict[str, int], counts),
        derivation=derivation,
        units=cast(list[OwnUnit], units),
    )


async def reserve(database: Database, above: int) -> int:
    """Draw a number for a restore: the next multiple of `RESTORE_STEP` above all drawn here and above a given one.

    Raises StoreConflict where something is published.
    """
    kept = await database.find_one(NUMBERS, _DRAWN)
    highest = {"$max": ["$drawn", await _highest_number(database), above, kept["drawn"] if kept else 0]}
    steps = {"$floor": {"$divide": [highest, RESTORE_STEP]}}
    update: list[Document] = [
        {"$set": {"drawn": {"$toInt": {"$multiply": [{"$add": [steps, 1]}, RESTORE_STEP]}}}},
        {"$set": {"writer": "$drawn", "reserved": "$drawn"}},
    ]
    pointer = await database.find_one_and_update(REVISIONS, {**_POINTER, "revision": 0}, update)
    if pointer is None:
        raise StoreConflict("something was published meanwhile; nothing was restored")
    await _keep_drawn(database, pointer["drawn"])
    return int(pointer["drawn"])


async def publish_restored(database: Database, number: int, restored: Published) -> Published:
    """Move the pointer of an unpublished database to what the holder of a reserved number has restored.

    It keeps the epoch of the backup, which the record of the revision has too. Raises StoreConflict where a later
    number was drawn.
    """
    published = replace(restored, oldest_readable=restored.revision)
    moved = {
        "revision": published.revision,
        "floor": published.oldest_readable,
        "stamp": published.epoch,
        "gaps": [list(gap) for gap in published.gaps],
        "kept": published.kept,
        "counts": published.counts,
        "derivation": DERIVATION,
        "units": list(published.units),
    }
    still_writer = {**_POINTER, "revision": 0, "writer": number}
    if not await database.update_one(REVISIONS, still_writer, {"$set": moved, "$unset": {"reserved": ""}}):
        raise StoreConflict("another load or restore was begun meanwhile; this one published nothing")
    return published
