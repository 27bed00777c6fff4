"""Migrate what the first edition published: read it, build it as this edition stores it, and publish that.

The first edition's collections are only read, so its servers go on serving from them (`loaders.mongo.stored_names`).
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from loaders.documents import Document
from loaders.model.collections import REVISIONS
from loaders.model.preparation import ensure_collections
from loaders.model.revisions import Migrated, Migration, Published
from loaders.mongo.driver import Database
from loaders.publishing.batches import DISTRICTS
from loaders.publishing.draft import read_first_edition
from loaders.publishing.publish import MANY, publish
from loaders.store.pipeline import visible
from seeds.console import Console, counted
from seeds.export import seed_value
from seeds.format.checks import check
from seeds.format.problems import path_text
from seeds.format.reader import Location, Record
from seeds.inputs import Inputs
from seeds.preparing import prepare_record
from seeds.progress import progress

# The first edition's format had no field for it; the city and the province that it required are China's.
COUNTRY: Final = "CN"
MIGRATED, REFUSED, OVERTAKEN = 0, 1, 3
COMMAND: Final = "python -m seeds migrate"


async def is_to_be_migrated(database: Database, published: Published) -> bool:
    """Whether the first edition published something, and nothing is published in this one's collections."""
    first = await read_first_edition(database) if not published.revision else None
    return first is not None and first.revision > 0


async def migrate(console: Console, database: Database, *, country: str = COUNTRY, replace: bool = False) -> int:
    """Publish what the first edition has published, as one revision, unless that is done; returns the status.

    country: that of all its districts. replace: also remove what was loaded here otherwise.
    """
    pointer = await database.find_one(REVISIONS, {"_id": "published"})
    published = Published.of(pointer)
    last: Migration | None = pointer.get("migrated") if pointer else None
    first = await read_first_edition(database)
    if first is None or not first.revision:
        return _tell_of_nothing(console, first, last)
    if last and (last["revision"], last["stamp"]) == (first.revision, first.epoch):
        console.out.write(f"nothing to migrate: {_told(first)} was published as revision {last['published_as']}\n")
        return MIGRATED
    if published.revision and not replace and (not last or last["published_as"] != published.revision):
        console.tell(
            f"revision {published.revision} was loaded without the first edition, whose revision {first.revision} "
            f"would undo it; if it shall, run: {COMMAND} --replace"
        )
        return REFUSED
    with Inputs([]) as inputs:
        if status := await _read(console, database, first, country, inputs):
            return status
        is_first = not published.revision and len(inputs.hashes) > MANY
        await ensure_collections(database, for_readers=not is_first)
        with progress() as advance:
            load = inputs.load(
                finish=partial(ensure_collections, database) if is_first else None,
                prune=True,
                base_revision=published.revision,
                migrated=Migrated(revision=first.revision, stamp=first.epoch),
                progress=advance,
            )
            outcome = await publish(database, load)
    changes = outcome.difference.summary()
    told = ", ".join(f"{changes[key]} {key}" for key in ("added", "changed", "removed", "unchanged"))
    console.out.write(f"published revision {outcome.revision}, {_told(first)}: {told}\n")
    return MIGRATED


def _told(first: Published) -> str:
    return f"revision {first.revision} of the first edition"


def _tell_of_nothing(console: Console, first: Published | None, last: Migration | None) -> int:
    if last:
        console.out.write(
            f"nothing to migrate: the first edition's data is gone since revision {last['published_as']}\n"
        )
        return MIGRATED
    found = "is no data" if first is None else "is an empty dataset, with no published revision,"
    console.tell(f"there {found} of the first edition here; nothing was migrated (is MONGODB_DATABASE right?)")
    return REFUSED


async def _read(console: Console, database: Database, first: Published, country: str, inputs: Inputs) -> int:
    """Build the first edition's districts; returns the exit status, 0 if all of them are in `inputs`."""
    past = database.of_first_edition()
    async for document in past.stream(DISTRICTS, visible(first), order=[("slug", 1)]):
        value = district_of_first_edition(document, country)
        district = prepare_record(value)
        if district is None:
            for problem in _problems(value):
                console.tell(f"{document['slug']}: {problem}")
            console.tell(
                f"{document['slug']} can't be migrated; correct it with the first edition's loader, or load its file"
            )
            return REFUSED
        inputs.add(district)
    record = await past.find_one(REVISIONS, {"_id": first.revision})
    now = await read_first_edition(database)
    # Once the floor has moved past it, its districts may be in the history.
    if now is None or now.oldest_readable > first.revision:
        console.tell(f"the first edition published again while its revision {first.revision} was read; run it again")
        return OVERTAKEN
    expected = record["counts"]["districts"] if record else len(inputs.hashes)
    if len(inputs.hashes) != expected:
        found = counted(len(inputs.hashes), "district")
        console.tell(f"{found} of {expected} of {_told(first)} were found; nothing was migrated")
        return REFUSED
    return MIGRATED


def district_of_first_edition(document: Document, country: str) -> dict[str, Any]:
    """A district that the first edition stored, in the format of seed files."""
    dated = [{**source, "published": source.get("published_on")} for source in document["sources"]]
    return seed_value({**document, "country": country, "sources": dated})


def _problems(value: Any) -> Iterator[str]:
    found = check(Record(value, Location("", dict)))
    if isinstance(found, list):
        yield from (f"{path_text(problem.path)}: {problem.message}" for problem in found[:20])
