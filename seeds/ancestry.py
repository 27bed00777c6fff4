"""Check the parents of districts against what a load would publish: they exist, in no cycle, at most five deep.

Only districts of the load that name a parent, those above and below them, and the parts of removed ones are read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, Final

from loaders.model.collections import BY_SLUG
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing.batches import DISTRICTS
from loaders.store.pipeline import visible
from seeds.agreement import PARENTS, Statement, located
from seeds.format.problems import FieldPath, Problem
from seeds.inputs import Inputs

MAX_LEVELS: Final = 5
_BY_PARENT: Final = "by_parent"
_AT_ONCE: Final = 1_000
_MISSING: Final = "is no district of this load and no published one that stays; name one, or load it too"

# The parent of each district; None at the top. A district that would not be published is not in it.
_Parents = dict[str, str | None]


async def misplaced(
    database: Database, inputs: Inputs, removed: Set[str], paths: Sequence[Path], published: Published
) -> list[Problem]:
    """Find where the parents would be wrong once a load is published. removed: what it removes."""
    stated = {slug: one.stated for (kind, slug), one in inputs.statements.items() if kind == PARENTS}
    # The others that were checked name none by now, whatever is published of them.
    own: _Parents = {**dict.fromkeys(inputs.digests), **stated}
    parents = dict(own)
    await _add_parts(database, parents, {*stated, *removed}, removed, published)
    await _add_ancestors(database, parents, removed, published)
    found = [(Statement(slug, ("parent",), None), _PATH, message) for slug, message in _wrong(parents, own)]
    return list(located(found, paths)) if found else []


_PATH: Final[FieldPath] = ("parent",)


async def _add_parts(
    database: Database, parents: _Parents, above: Set[str], removed: Set[str], published: Published
) -> None:
    for _ in range(MAX_LEVELS):
        rows = await _rows(database, "parent", above, _BY_PARENT, published)
        new = {slug: parent for slug, parent in rows.items() if slug not in parents and slug not in removed}
        parents |= new
        above = new.keys()


async def _add_ancestors(database: Database, parents: _Parents, removed: Set[str], published: Published) -> None:
    wanted = {parent for parent in parents.values() if parent} - parents.keys()
    while wanted:
        rows = await _rows(database, "slug", wanted - removed, BY_SLUG, published)
        parents |= rows
        # Published districts are in no cycle, so this ends.
        wanted = {parent for parent in rows.values() if parent} - parents.keys()


async def _rows(database: Database, key: str, values: Set[str], hint: str, published: Published) -> _Parents:
    rows: list[dict[str, Any]] = []
    chosen = sorted(values)
    for start in range(0, len(chosen), _AT_ONCE):
        where = {key: {"$in": chosen[start : start + _AT_ONCE]}, **visible(published)}
        rows += await database.find(DISTRICTS, where, {"_id": 0, "slug": 1, "parent": 1}, hint=hint)
    return {row["slug"]: row.get("parent") for row in rows}


def _wrong(parents: Mapping[str, str | None], own: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    """Say of districts what is wrong with their parents; of a chain, of the first part that the load places."""
    told: set[str] = set()
    for slug, parent in parents.items():
        if parent is not None and parent not in parents:
            yield (
                slug,
                f"{parent!r} is no district of this load and no published one that stays; name one, or load it too",
            )
    for slug in parents:
        chain = _chain(slug, parents)
        at = next((one for one in chain if own.get(one)), slug)
        if at in told or not (message := _too_long(chain, parents)):
            continue
        told.add(at)
        yield at, message


def _chain(slug: str, parents: Mapping[str, str | None]) -> list[str]:
    """A district and those above it; the last one is the first again where they are in a cycle."""
    chain, above = [slug], parents[slug]
    while above is not None and above in parents:
        chain.append(above)
        if above in chain[:-1]:
            break
        above = parents[above]
    return chain


def _too_long(chain: Sequence[str], parents: Mapping[str, str | None]) -> str | None:
    if chain[-1] in chain[:-1]:
        return f"{_drawn(chain[chain.index(chain[-1]) :])} is a cycle; a district is no part of itself"
    if len(chain) > MAX_LEVELS:
        return f"{_drawn(chain)} is {len(chain)} deep; at most {MAX_LEVELS}: name a parent that is nearer to the top"
    return None


def _drawn(chain: Iterable[str]) -> str:
    return " < ".join(chain)
