"""Root fields for one object: by the slugs that make up its global id, or by the id itself.

A slug alone is enough where one object has it. The first few of that slug are read with it, served by an index, so
that a slug that several objects have is refused with their ids.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Final, cast

from strawberry import ID, argument, field

from loaders.documents import Document
from loaders.store.fetch import Fetch, SortKey
from loaders.store.predicates import Compare, all_of
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.graph.entities import Award, Initiative, Metric, Observation, Pillar
from schema.planning.link_references import link_references
from schema.planning.plan import plan_item
from schema.planning.selection import SelectionReader
from schema.retrieval.nodes import load_node, parse_id

MAX_CANDIDATES: Final = 3

Id = Annotated[ID | None, argument(description="Its global id, which says everything; give no slug beside it.")]
Slug = Annotated[str | None, argument(description="Its own slug; needed if no id is given.")]
DistrictOfItem = Annotated[
    str | None,
    argument(description="The slug of its district; needed where items of several districts have the slug."),
]
DistrictOfPillar = Annotated[str | None, argument(description="The slug of its district; needed if no id is given.")]
MetricOfItem = Annotated[
    str | None, argument(description="The slug of its metric; needed where figures of several metrics have the slug.")
]


async def _pillar(info: Info, id: Id = None, district: DistrictOfPillar = None, slug: Slug = None) -> Pillar | None:
    """Fetch one pillar."""
    return cast(Pillar | None, await _find(info, "Pillar", id, {"district": district, "slug": slug}))


async def _initiative(
    info: Info, id: Id = None, district: DistrictOfItem = None, slug: Slug = None
) -> Initiative | None:
    """Fetch one initiative."""
    return cast(Initiative | None, await _find(info, "Initiative", id, {"district": district, "slug": slug}))


async def _metric(info: Info, id: Id = None, district: DistrictOfItem = None, slug: Slug = None) -> Metric | None:
    """Fetch one metric."""
    return cast(Metric | None, await _find(info, "Metric", id, {"district": district, "slug": slug}))


async def _observation(
    info: Info, id: Id = None, district: DistrictOfItem = None, metric: MetricOfItem = None, slug: Slug = None
) -> Observation | None:
    """Fetch one observation."""
    slugs = {"district": district, "metric": metric, "slug": slug}
    return cast(Observation | None, await _find(info, "Observation", id, slugs))


async def _award(info: Info, id: Id = None, district: DistrictOfItem = None, slug: Slug = None) -> Award | None:
    """Fetch one award."""
    return cast(Award | None, await _find(info, "Award", id, {"district": district, "slug": slug}))


async def _find(info: Info, type_name: str, node_id: str | None, slugs: dict[str, str | None]) -> Document | None:
    """The object with an id, or with some of the slugs that the ids of its type consist of. Raises BadUserInput."""
    given = {name: slug for name, slug in slugs.items() if slug is not None}
    if node_id is not None:
        return await load_node(info, _checked_id(type_name, node_id, list(given)))
    # No index has the slugs of pillars, which are stored in districts.
    if "slug" not in given or (type_name == "Pillar" and "district" not in given):
        raise BadUserInput(f'give "slug", with {_listed(name for name in slugs if name != "slug")}; or "id"')
    if len(given) == len(slugs):
        # The id names the district, which is the collection's shard key.
        return await load_node(info, f"{type_name}:{'/'.join(given.values())}")
    return await _only_one(info, type_name, given, [name for name in slugs if name not in given])


def _checked_id(type_name: str, node_id: str, beside: list[str]) -> str:
    if beside:
        raise BadUserInput(f'"id" says everything; leave out {_listed(beside)}')
    named = parse_id(node_id).partition(":")[0]
    if named != type_name:
        raise BadUserInput(f'"id" is that of another type, {named}; ask for it with "node"')
    return node_id


async def _only_one(info: Info, type_name: str, given: dict[str, str], missing: list[str]) -> Document | None:
    raw = info._raw_info
    plan = plan_item(SelectionReader.of(raw), type_name, [raw.field_nodes])
    fetch = Fetch(
        f"{raw.field_name}s",
        all_of(*(Compare(name, "eq", slug) for name, slug in given.items())),
        order=(SortKey("id"),),
        limit=MAX_CANDIDATES + 1,
        project=plan.project,
    )
    found = (await info.context.fetch(info, fetch)).documents
    if len(found) > 1:
        ids = ", ".join(document["id"] for document in found[:MAX_CANDIDATES])
        more = ", and others" if len(found) > MAX_CANDIDATES else ""
        raise BadUserInput(f"several {fetch.collection} have the slug; add {_listed(missing)}: {ids}{more}")
    link_references(plan.links, found)
    return found[0] if found else None


def _listed(names: Iterable[str]) -> str:
    return " and ".join(f'"{name}"' for name in names)


# Fields of the query root, with the names that they have there.
pillar: Final[Any] = field(
    resolver=_pillar, description="One pillar by its district and its slug, or by its id; null when there is none."
)
initiative: Final[Any] = field(
    resolver=_initiative,
    description="One initiative by its district and its slug, or by its id; null when there is none.",
)
metric: Final[Any] = field(
    resolver=_metric, description="One metric by its district and its slug, or by its id; null when there is none."
)
observation: Final[Any] = field(
    resolver=_observation,
    description="One observation by its district, its metric and its slug, or by its id; null when there is none.",
)
award: Final[Any] = field(
    resolver=_award, description="One award by its district and its slug, or by its id; null when there is none."
)
