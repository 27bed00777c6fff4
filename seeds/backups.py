"""The commands that keep a database: back it up, restore it, prune its history.

`seeds.commands` lists the exit statuses.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, Final

from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.backup import write_backup
from loaders.publishing.backup_file import Tally
from loaders.publishing.publish import prune as prune_now
from loaders.publishing.publish import publish
from loaders.publishing.restore import RestoreRefused, load_from
from loaders.publishing.restore import restore as restore_all
from seeds.commands import DONE, WRONG_INPUT, summary_of
from seeds.console import Console, counted
from seeds.progress import progress

WRONG_USAGE: Final = 2
STANDARD: Final = "-"


async def backup(console: Console, database: Database, path: str) -> int:
    """Write the published districts and their history to a file, or to standard output."""
    try:
        with _new_file(path) as file:
            tally = await write_backup(database, file)
    except OSError as error:
        console.tell(f"{path}: {error.strerror}; no backup was written")
        return WRONG_INPUT
    tell = console.tell if path == STANDARD else lambda line: console.out.write(f"{line}\n")
    tell(f"backed up {_contents(tally)}")
    return DONE


async def restore(console: Console, database: Database, path: str, *, replace: bool, history_days: int | None) -> int:
    """Restore a backup where nothing is published; with `replace`, else publish its districts as a new revision."""
    try:
        with _read_file(path) as file, progress() as advance:
            try:
                tally = await restore_all(database, file, advance)
            except RestoreRefused:
                if not replace:
                    raise
            else:
                console.out.write(f"restored {_contents(tally)}\n")
                return DONE
            await ensure_collections(database)
            name = "standard input" if path == STANDARD else Path(path).name
            load = load_from(file, name, history_days=history_days, progress=advance)
            outcome = await publish(database, load)
    except OSError as error:
        console.tell(f"{path}: {error.strerror}; nothing was restored")
        return WRONG_INPUT
    verb = "nothing to replace: " if outcome.difference.is_empty else "published "
    console.out.write(f"{verb}revision {outcome.revision}: {summary_of(outcome.difference)}\n")
    return DONE


async def prune(console: Console, database: Database, days: int | None) -> int:
    """Remove versions and records of revisions that were superseded more than `days` days ago."""
    if days is None:
        console.tell("give --days N, or set HISTORY_DAYS: how many days to keep superseded versions")
        return WRONG_USAGE
    await ensure_collections(database)
    removed, published = await prune_now(database, days)
    if removed is None:
        console.out.write(f"nothing to prune: nothing was superseded more than {counted(days, 'day')} ago\n")
    else:
        console.out.write(
            f"removed {counted(removed, 'superseded version')}; subscriptions can be resumed after revision "
            f"{published.kept} or later\n"
        )
    return DONE


def _contents(tally: Tally) -> str:
    counts = tally.counts
    return (
        f"revision {tally.published.revision}: {counted(counts['current'], 'district')}, "
        f"{counted(counts['superseded'], 'superseded version')}, {counted(counts['record'], 'revision')}"
    )


@contextmanager
def _new_file(path: str) -> Iterator[IO[bytes]]:
    """Open a file that gets its name when the block ends without an error, and not before."""
    if path == STANDARD:
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as file:
            yield file
        return
    target = Path(path)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _read_file(path: str) -> Iterator[IO[bytes]]:
    """Open a file that can be read several times."""
    if path != STANDARD:
        with open(path, "rb") as file:
            yield file
        return
    spool: Any
    with TemporaryFile(prefix="yunshan-restore-") as spool:
        copyfileobj(sys.stdin.buffer, spool)
        yield spool
