"""Check the files of a load, with each other and with what is published, and report what is wrong."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing.publish import compare
from loaders.publishing.records import KnownRecord, known_records
from seeds.agreement import disagreements
from seeds.ancestry import misplaced
from seeds.console import Console, counted
from seeds.format.problems import Problem
from seeds.inputs import Inputs, check_inputs


def checked(console: Console, paths: Sequence[Path]) -> Inputs | None:
    """Check files with each other, without a database; reports where they are wrong."""
    found = check_inputs(paths)
    if isinstance(found, Inputs):
        return found
    _report(console, found)
    return None


async def checked_against(
    console: Console,
    database: Database,
    paths: Sequence[Path],
    published: Published,
    *,
    prune: bool,
    is_whole: bool = False,
) -> Inputs | None:
    """Check files with what is published; reports where they are wrong or disagree with it.

    Records that are published as they are need not be checked again, unless `is_whole`, or there are problems: then
    all are, so that problems name both places in the files.
    """
    loop = asyncio.get_running_loop()
    are_known = False

    def known(slugs: Sequence[str]) -> Mapping[str, KnownRecord]:
        nonlocal are_known
        found = asyncio.run_coroutine_threadsafe(known_records(database, published, slugs), loop).result()
        are_known = are_known or bool(found)
        return found

    problems: list[Problem] = []
    for compared_with in (None,) if is_whole else (known, None):
        found = await asyncio.to_thread(check_inputs, paths, compared_with)
        if isinstance(found, Inputs):
            problems = await _disagreements(database, found, paths, published, prune=prune)
            if not problems:
                return found
            found.__exit__()
        else:
            problems = found
        if not are_known:
            break
    _report(console, problems)
    return None


async def _disagreements(
    database: Database, inputs: Inputs, paths: Sequence[Path], published: Published, *, prune: bool
) -> list[Problem]:
    """Where an input disagrees with published districts that it neither changes nor removes."""
    own = set(inputs.digests)
    removed = (await compare(database, inputs.load(prune=True), published)).removed if prune else frozenset()
    problems = await misplaced(database, inputs, removed, paths, published)
    if prune and own == inputs.hashes.keys():
        return problems
    return problems + await disagreements(database, inputs.statements, own | removed, paths, published)


def _report(console: Console, problems: Sequence[Problem]) -> None:
    for problem in problems:
        console.tell(str(problem))
    console.tell(f"{counted(len(problems), 'problem')}; nothing was written")
