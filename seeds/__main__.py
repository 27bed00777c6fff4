"""`python -m seeds`: load, check, compare, export and generate districts; back up and restore the database."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from loaders.errors import StoreDenied, StoreError, StoreUnavailable
from loaders.local.mongod import LocalMongodError
from loaders.local.shared_mongod import database_address
from loaders.mongo.driver import Database
from loaders.publishing.backup import BackupFailed
from loaders.publishing.backup_file import BackupDamaged
from loaders.publishing.indicators import IndicatorConflict
from loaders.publishing.lease import LeaseHeld, LeaseLost
from loaders.publishing.own_units import TooManyUnits
from loaders.publishing.processes import ProcessLost
from loaders.publishing.publish import LoadOvertaken
from loaders.publishing.restore import RestoreRefused
from loaders.publishing.verification import VerificationFailed
from loaders.settings import StoreSettings, settings_problems
from seeds import backups, commands, migration
from seeds.commands import DONE, SHIPPED
from seeds.console import Console, utf8_output
from seeds.editing.check import check_against_published, check_files
from seeds.export import WRITERS
from seeds.verification.command import verify_source

OPERATION_TIMEOUT_MS = 600_000
OTHER_LOADER, STORE_FAILED, INTERRUPTED = 3, 4, 130

Job = Callable[[Console, Database], Awaitable[int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status (see `seeds.commands`)."""
    # Documents have no reference cycles; the default collections take a tenth of a load's time.
    gc.set_threshold(50_000, 20, 50)
    console = Console(utf8_output(), partial(print, file=sys.stderr, flush=True))
    options = _parser().parse_args(arguments)
    try:
        status = _run_command(console, options)
        console.out.flush()
    except BrokenPipeError:
        # The reader closed the pipe; the rest of the buffer must not be written at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return status


def _run_command(console: Console, options: argparse.Namespace) -> int:
    if options.command == "validate":
        return commands.validate(console, options.paths)
    if options.command == "check" and not _reads_published(options):
        return check_files(console, options.paths, against=options.against, form=options.format)
    if options.command == "verify-source":
        return verify_source(console, options.path, options.text, source_key=options.source, html=options.html)
    if options.command == "schema":
        return commands.print_schema(console)
    if options.command == "generate":
        return commands.generate_districts(console, options.districts, options.seed)
    return _with_database(console, options)


def _reads_published(options: argparse.Namespace) -> bool:
    """Whether a check compares with a published revision: if `--against` names one, or if MONGODB_URI is set."""
    if options.against is None:
        try:
            return StoreSettings().mongodb_uri is not None
        except ValidationError:
            return True  # which reports it
    return not isinstance(options.against, Path)


def _job(options: argparse.Namespace, settings: StoreSettings) -> Job:
    if options.command == "status":
        return commands.status
    if options.command == "prepare":
        return commands.prepare
    if options.command == "verify":
        return commands.verify
    if options.command == "repair":
        return commands.repair
    if options.command == "migrate":
        return partial(migration.migrate, country=options.country, replace=options.replace)
    if options.command == "export":
        return partial(commands.export, form=options.format)
    if options.command == "backup":
        return partial(backups.backup, path=options.file)
    if options.command == "restore":
        days = settings.history_days
        return partial(backups.restore, path=options.file, replace=options.replace, history_days=days)
    if options.command == "check":
        return partial(
            check_against_published,
            paths=options.paths,
            revision=options.against or None,
            is_required=options.against is not None,
            form=options.format,
        )
    if options.command == "prune":
        return partial(backups.prune, days=settings.history_days if options.days is None else options.days)
    paths = options.paths or SHIPPED
    if options.command == "diff" or options.dry_run:
        return partial(commands.diff, paths=paths, prune=options.prune)
    return partial(
        commands.load,
        paths=paths,
        prune=options.prune,
        if_empty=options.if_empty,
        force=options.force,
        history_days=settings.history_days,
    )


def _with_database(console: Console, options: argparse.Namespace) -> int:
    try:
        settings = StoreSettings()
        with database_address(settings, "tool", console.tell) as uri:
            return asyncio.run(_run(console, _job(options, settings), uri, settings))
    except ValidationError as error:
        for problem in settings_problems(error):
            console.tell(problem)
        return STORE_FAILED
    except (LeaseHeld, LeaseLost, LoadOvertaken, ProcessLost) as error:
        console.tell(str(error))
        return OTHER_LOADER
    except (IndicatorConflict, TooManyUnits) as error:
        console.tell(f"{error}; nothing was published")
        return commands.WRONG_INPUT
    except (BackupDamaged, BackupFailed, RestoreRefused) as error:
        console.tell(f"{options.file}: {error}")
        return commands.WRONG_INPUT
    except StoreUnavailable as error:
        console.tell(f"{error.diagnosis}; nothing was published. Is it running, and is MONGODB_URI right?")
        return STORE_FAILED
    except StoreDenied as error:
        console.tell(f"{error}; nothing was published. Check MONGODB_URI, and the user's roles (docs/guide/run.md)")
        return STORE_FAILED
    except StoreError as error:
        console.tell(error.diagnosis)
        return STORE_FAILED
    except (LocalMongodError, VerificationFailed) as error:
        console.tell(str(error))
        return STORE_FAILED
    except KeyboardInterrupt:
        console.tell("interrupted; what is published is unchanged")
        return INTERRUPTED


async def _run(console: Console, job: Job, uri: str, settings: StoreSettings) -> int:
    database = Database.open(uri, settings, timeout_ms=OPERATION_TIMEOUT_MS)
    try:
        return await job(console, database)
    finally:
        await database.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m seeds", description=__doc__)
    commands_ = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_commands_for_files(commands_)

    load = commands_.add_parser("load", help="publish changes as a new revision")
    diff = commands_.add_parser("diff", help="show what a load would change")
    for command in (load, diff):
        command.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="default: the shipped data")
        command.add_argument("--prune", action="store_true", help="remove districts that are not in the input")
    load.add_argument("--dry-run", action="store_true", help="show the difference, write nothing")
    load.add_argument("--if-empty", action="store_true", help="do nothing if a revision is published")

    load.add_argument("--force", action="store_true", help="write districts again even if they are unchanged")

    export = commands_.add_parser("export", help="write the published districts to standard output")
    export.add_argument("--format", choices=sorted(WRITERS), default="yaml")

    backup = commands_.add_parser("backup", help="write the published districts and their history to one file")
    backup.add_argument("file", metavar="FILE", help="- is standard output")
    restore = commands_.add_parser("restore", help="bring back a backup where nothing is published")
    restore.add_argument("file", metavar="FILE", help="- is standard input")
    restore.add_argument("--replace", action="store_true", help="publish its districts as a new revision instead")
    prune = commands_.add_parser("prune", help="remove versions that were superseded long ago")
    prune.add_argument("--days", type=_positive, metavar="N", help="how many days ago; default: HISTORY_DAYS")

    generate = commands_.add_parser("generate", help="write synthetic districts to standard output")
    generate.add_argument("--districts", type=_positive, required=True, metavar="N")
    generate.add_argument("--seed", type=int, default=1, metavar="S")

    commands_.add_parser("status", help="show what is published")
    commands_.add_parser("prepare", help="create or update collections and indexes; load does so by itself")
    commands_.add_parser("verify", help="compare everything derived with the published districts")
    commands_.add_parser("repair", help="derive again what differs, and publish it")
    migrate = commands_.add_parser("migrate", help="publish what the first edition has published, in this one's form")
    migrate.add_argument(
        "--country", default=migration.COUNTRY, metavar="XX", help="that of all districts; default: CN"
    )
    migrate.add_argument("--replace", action="store_true", help="remove what was loaded without the first edition")
    commands_.add_parser("schema", help="write the JSON Schema of the file format")
    return parser


def _add_commands_for_files(commands_: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that read files and need no database."""
    validate = commands_.add_parser("validate", help="check files and report all problems")
    validate.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    check = commands_.add_parser("check", help="report all problems and, beside them, what is probably a mistake")
    check.add_argument("paths", nargs="+", type=Path, metavar="FILE")
    check.add_argument(
        "--against",
        type=_earlier,
        metavar="EARLIER",
        help="a file, the number of a revision or `published`, to tell what has gone since; "
        "default: what is published, if MONGODB_URI is set",
    )
    check.add_argument("--format", choices=("text", "json"), default="text")

    source = commands_.add_parser("verify-source", help="find the figures of a file again in a kept text")
    source.add_argument("path", type=Path, metavar="FILE")
    source.add_argument("--text", type=Path, required=True, metavar="TEXTFILE", help="the text of the source, UTF-8")
    source.add_argument("--source", metavar="KEY", help="the slug of the source; default: the only one of the file")
    source.add_argument("--html", type=Path, metavar="OUT", help="also write the report as a page")


def _earlier(text: str) -> Path | int:
    """A file, or the number of a revision; 0 is the newest."""
    if text == "published":
        return 0
    return _positive(text) if text.isdecimal() and text.isascii() else Path(text)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
