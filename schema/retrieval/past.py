"""Read districts, and what is in their documents, as they were at a revision that was published before.

Only documents of districts are kept of the past. What is derived of them (rows, rankings, totals) is refused below.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import strawberry
from strawberry import field

from loaders.documents import Document
from loaders.errors import HistoryPruned
from loaders.model.revisions import Published
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.planning.link_references import link_references
from schema.planning.plan import plan_item
from schema.planning.selection import SelectionReader
from schema.retrieval.nodes import parse_id
from schema.types.scalars import Revision

# Where the things of a type are in the document of a district.
WITHIN: Final = {
    "Pillar": ("pillars",),
    "Initiative": ("pillars.initiatives",),
    "Metric": ("pillars.initiatives.metrics",),
    "Observation": ("pillars.initiatives.metrics.observations",),
    "Award": ("awards", "pillars.awards", "pillars.initiatives.awards"),
}


@strawberry.input(one_of=True, description="A moment of the past: a revision, or what was published at a time.")
class AsOf:
    """Resolved by `pin_as_of`."""

    revision: Revision | None = field(
        default=strawberry.UNSET,
        description="The number of a revision; of a number that was never published, the revision before it.",
    )
    time: datetime | None = field(
        default=strawberry.UNSET, description="The time of a load or later, as the database's clock has it."
    )


async def pin_as_of(info: Info, as_of: Any) -> Published:
    """Make a field and all below it read what was published then.

    Raises BadUserInput if that was never published, is not published yet, or is no longer kept.
    """
    published = await info.context.published()
    if isinstance(as_of.time, datetime):
        number = await info.context.log.revision_at(as_of.time, published)
        if number is None:
            raise BadUserInput(
                'nothing was published at "asOf.time", or it is no longer kept; '
                f"the oldest that is kept is revision {published.kept or 1}"
            )
    else:
        number = _last_published(as_of.revision, published)
    if number < published.kept:
        raise _not_kept(number, published.kept)
    info.context.pin(info, number, is_past=True)
    return published.at(number)


def _last_published(number: int, published: Published) -> int:
    if number > published.revision:
        raise BadUserInput(f'"asOf.revision" is {number}, which is not published; the newest is {published.revision}')
    while number > 0 and not published.is_published(number):
        number = next(first for first, last in published.gaps if first <= number <= last) - 1
    if number == 0:
        raise BadUserInput('nothing was published at "asOf.revision"; give a later one')
    return number


async def load_district_as_of(info: Info, slug: str, as_of: Any) -> Document | None:
    """The district with a slug, as it was; None if it was not there. Raises BadUserInput."""
    return await _read(info, "District", slug, await pin_as_of(info, as_of))


async def load_each_as_of(info: Info, texts: Sequence[str], as_of: Any) -> list[Document | BadUserInput | None]:
    """The objects with some ids, as they were, in order. An invalid id gives its error, which nulls only this item.

    Raises BadUserInput for a moment that can't be read.
    """
    published = await pin_as_of(info, as_of)
    found: list[Document | BadUserInput | None] = []
    for text in texts:
        try:
            type_name, _, key = parse_id(text).partition(":")
            if type_name != "District" and type_name not in WITHIN:
                raise BadUserInput(f'"asOf" reads what is in the document of a district; {text} is in none')
            found.append(await _read(info, type_name, key.partition("/")[0], published, text))
        except BadUserInput as wrong:
            found.append(wrong)
    return found


async def _read(
    info: Info, type_name: str, slug: str, published: Published, node_id: str | None = None
) -> Document | None:
    raw = info._raw_info
    plan = plan_item(SelectionReader.of(raw), type_name, [raw.field_nodes])
    whole = Fetch("districts", Compare("slug", "eq", slug), project=plan.project, limit=1)
    wanted = Compare("id", "eq", node_id)
    inside = [replace(whole, within=within, item_where=wanted) for within in WITHIN.get(type_name, ())]
    for fetch in inside or [whole]:
        try:
            found: Document | None = await info.context.log.find_past(fetch, published)
        except HistoryPruned as pruned:
            raise _not_kept(published.revision, pruned.kept) from pruned
        if found is not None:
            link_references(plan.links, [found])
            return found
    return None


def _not_kept(revision: int, kept: int) -> BadUserInput:
    return BadUserInput(f'"asOf" is revision {revision}; {kept} is the oldest of which the districts are kept')
