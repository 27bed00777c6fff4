"""The commands of the loader, one function each; each returns the exit status.

0  done            2  wrong usage              4  the database can't be reached, or refused a write
1  wrong input     3  another load is running  5  `verify` or `verify-source` found differences

`check` ends with 6 if it has warnings alone.
"""

import json
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from loaders.documents import Document
from loaders.model.collections import BY_SLUG, REVISIONS
from loaders.model.preparation import ensure_collections
from loaders.model.read_models import DERIVATION
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing.audit import audit
from loaders.publishing.batches import DISTRICTS
from loaders.publishing.difference import Difference
from loaders.publishing.publish import MANY, compare, publish
from loaders.store.pipeline import visible
from loaders.store.store import Store
from seeds.checking import checked, checked_against
from seeds.console import Console, counted
from seeds.differ import differences
from seeds.export import WRITERS, json_line, seed_value
from seeds.format.model import District
from seeds.format.shared import NAMES as SHARED
from seeds.generate import generate
from seeds.inputs import Inputs
from seeds.migration import is_to_be_migrated, migrate
from seeds.preparing import prepare_record
from seeds.progress import progress

DATA: Final = Path(__file__).parent / "data"
SHIPPED: Final = tuple(path for path in sorted(DATA.glob("*.yaml")) if path.name not in SHARED)
# Generated districts have its shape.
BAIYUN: Final = DATA / "baiyun.yaml"
DETAILED: Final = 20
NOTHING_YET: Final = "nothing is published yet; load with: python -m seeds load"
DONE, WRONG_INPUT, DIFFERENT = 0, 1, 5


def validate(console: Console, paths: Sequence[Path]) -> int:
    """Check files and report all problems, or that there are none."""
    inputs = checked(console, paths)
    if inputs is None:
        return WRONG_INPUT
    with inputs:
        console.out.write(f"{counted(len(inputs.hashes), 'district')} in {counted(len(paths), 'file')}: all right\n")
    return DONE


async def load(
    console: Console,
    database: Database,
    paths: Sequence[Path],
    *,
    prune: bool,
    if_empty: bool,
    force: bool = False,
    history_days: int | None = None,
) -> int:
    """Publish all differences from the published revision as a new one."""
    published = await Store(database).published()
    if await is_to_be_migrated(database, published):
        if if_empty:
            console.tell("the database has data of the first edition; it is migrated")
            return await migrate(console, database)
        if not prune:
            console.tell("the database has data of the first edition; run: python -m seeds migrate (or load --prune)")
            return WRONG_INPUT
    if if_empty and published.revision:
        if published.derivation < DERIVATION:
            console.tell("the database has data that an older release derived; it is derived again")
            return await repair(console, database)
        console.tell("the database has data; nothing loaded")
        return DONE
    inputs = await checked_against(console, database, paths, published, prune=prune, is_whole=force)
    if inputs is None:
        return WRONG_INPUT
    with inputs:
        # Of a large first load, the indexes of readers are made when all is written, in half of the time.
        is_first = not published.revision and len(inputs.hashes) > MANY
        await ensure_collections(database, for_readers=not is_first)
        with progress() as advance:
            load = inputs.load(
                finish=partial(ensure_collections, database) if is_first else None,
                prune=prune,
                base_revision=published.revision,
                progress=advance,
                forced=frozenset(inputs.hashes if force else ()),
                history_days=history_days,
            )
            outcome = await publish(database, load)
    if outcome.difference.is_empty:
        console.out.write(f"nothing to load: revision {outcome.revision} is up to date\n")
    else:
        console.out.write(f"published revision {outcome.revision}: {summary_of(outcome.difference)}\n")
    if not outcome.is_current:
        console.tell("other districts are still as an older release derived them; run: python -m seeds repair")
    return DONE


async def prepare(console: Console, database: Database) -> int:
    """Create or update collections and indexes as this release needs them; tell what was done."""
    done = await ensure_collections(database)
    console.out.writelines(f"{line}\n" for line in done or ["collections and indexes are as this release needs them"])
    return DONE


async def diff(console: Console, database: Database, paths: Sequence[Path], *, prune: bool) -> int:
    """Show what a load would change, and write nothing."""
    published = await Store(database).published()
    inputs = await checked_against(console, database, paths, published, prune=prune)
    if inputs is None:
        return WRONG_INPUT
    with inputs:
        difference = await compare(database, inputs.load(prune=prune), published)
        if difference.is_empty:
            console.out.write(f"no difference from revision {published.revision}\n")
            return DONE
        for sign, slugs in (("+", difference.added), ("-", difference.removed)):
            console.out.writelines(f"{sign} {slug}\n" for slug in sorted(slugs))
        await _show_changed(console, database, inputs, difference, published)
        console.out.write(f"{summary_of(difference)}\n")
    return DONE


async def verify(console: Console, database: Database) -> int:
    """Compare everything derived with the published districts; report each difference."""
    findings = [finding.message async for finding in audit(database, await Store(database).published())]
    for message in findings:
        console.out.write(f"{message}\n")
    if findings:
        console.tell(f"{counted(len(findings), 'difference')}; mend with: python -m seeds repair")
        return DIFFERENT
    console.out.write("everything agrees with the published districts\n")
    return DONE


async def repair(console: Console, database: Database) -> int:
    """Derive again what differs from the published districts, and publish that as a new revision."""
    published = await Store(database).published()
    findings = [finding async for finding in audit(database, published)]
    if not findings:
        console.out.write("nothing to repair\n")
        return DONE
    await ensure_collections(database)
    named = frozenset(finding.district for finding in findings if finding.district is not None)
    with Inputs([]) as inputs:
        districts = database.stream(DISTRICTS, visible(published), order=[("slug", 1)], hint=BY_SLUG)
        async for document in districts:
            # What districts share is written with any district.
            if document["slug"] in named or not (named or inputs.hashes):
                district = prepare_record(seed_value(document))
                if district is None:
                    console.tell(f"{document['slug']} is no valid district by now; load it from its file")
                    return WRONG_INPUT
                inputs.add(district)
        found = frozenset(inputs.hashes)
        load = inputs.load(base_revision=published.revision, forced=found, orphans=named - found, repairs=True)
        outcome = await publish(database, load)
    console.out.write(f"published revision {outcome.revision}: {counted(len(found), 'district')} derived again\n")
    return DONE


async def export(console: Console, database: Database, form: str) -> int:
    """Write all published districts in the format of seed files."""
    published = await Store(database).published()
    await WRITERS[form](_seed_values(database, published), console.out)
    return DONE


def generate_districts(console: Console, count: int, seed: int) -> int:
    """Write synthetic districts as JSON Lines, shaped like Baiyun."""
    inputs = checked(console, [BAIYUN])
    assert inputs is not None, "the shipped data is checked by the tests"
    with inputs:
        [template] = inputs.read(frozenset(inputs.hashes))
    for district in generate(dict(template), count, seed):
        console.out.write(json_line(district))
    return DONE


def print_schema(console: Console) -> int:
    """Write the JSON Schema of the file format, for editors with completion and validation."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **District.model_json_schema()}
    console.out.write(f"{json.dumps(schema, indent=2, ensure_ascii=False)}\n")
    return DONE


async def status(console: Console, database: Database) -> int:
    """Show the published revision, what it changed, and whether a load is running."""
    store = Store(database)
    published = await store.published()
    revision = await store.revision(published.revision)
    if revision is None:
        is_old = await is_to_be_migrated(database, published)
        todo = "the first edition's data is not migrated; run: python -m seeds migrate" if is_old else NOTHING_YET
        console.out.write(f"{todo}\n")
    else:
        counts = ", ".join(f"{number} {name}" for name, number in revision["counts"].items())
        files = ", ".join(f"{file['name']} ({file['sha256'][:12]})" for file in revision["files"])
        console.out.write(
            f"revision {revision['_id']}, loaded {revision['loaded_at']:%Y-%m-%d %H:%M:%S} UTC\n"
            f"  holds    {counts}\n"
            f"  changed  {_totals(revision['changes'])}\n"
            f"  from     {files}\n"
        )
    lease = await database.find_one(REVISIONS, {"_id": "lease"})
    if lease and lease["holder"]:
        console.out.write(f"a load is running, or was killed: {lease['holder']}\n")
    return DONE


async def _show_changed(
    console: Console, database: Database, inputs: Inputs, difference: Difference, published: Published
) -> None:
    """Show the differences of the first changed districts, field by field."""
    shown = frozenset(sorted(difference.changed)[:DETAILED])
    new = {content["slug"]: seed_value(dict(content)) for content in inputs.read(shown)}
    for slug in sorted(shown):
        where = {"slug": slug, **visible(published)}
        old = await database.find_one(DISTRICTS, where)
        console.out.write(f"~ {slug}\n")
        console.out.writelines(f"    {line}\n" for line in differences(seed_value(old) if old else {}, new[slug]))
    for slug in sorted(difference.changed - shown):
        console.out.write(f"~ {slug}\n")


async def _seed_values(database: Database, published: Published) -> AsyncIterator[dict[str, Any]]:
    districts: AsyncIterator[Document] = database.stream(
        DISTRICTS, visible(published), order=[("slug", 1)], hint=BY_SLUG
    )
    async for district in districts:
        yield seed_value(district)


def summary_of(difference: Difference) -> str:
    """How many districts a load added, changed, removed and left unchanged, in words."""
    return _totals(difference.summary())


def _totals(changes: Any) -> str:
    return ", ".join(f"{changes[key]} {key}" for key in ("added", "changed", "removed", "unchanged"))
