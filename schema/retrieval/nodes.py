"""Load objects of any type by global id, with one call for all objects of a field.

`Metric:baiyun/work-orders` is a metric of the district baiyun. A loader belongs to one field of an operation, and so
to one projection: another field that loads the same id has its own.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, cast

from loaders.documents import Document
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare, Exists, Not, all_of
from schema.base.batching import Loader
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.planning.link_references import link_references
from schema.planning.plan import Plan, plan_item
from schema.planning.selection import SelectionReader

_SLUG: Final = "[a-z0-9-]{1,80}"
_ID: Final = re.compile(
    rf"(District|Indicator|Source):{_SLUG}|(Pillar|Initiative|Metric|Award):{_SLUG}/{_SLUG}|"
    rf"Observation:{_SLUG}/{_SLUG}/{_SLUG}"
)
# Each source has one row that belongs to no district, besides those of the districts that list it.
IS_SHARED: Final = Not(Exists("district"))
_COLLECTIONS: Final = {
    "District": "districts",
    "Indicator": "indicators",
    "Initiative": "initiatives",
    "Metric": "metrics",
    "Observation": "observations",
    "Award": "awards",
}


def parse_id(text: str) -> str:
    """Check a global id.

    Raises BadUserInput.
    """
    if _ID.fullmatch(text):
        return text
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    raise BadUserInput(f"{shown!a} is no id; send back an id as it was given, such as District:baiyun")


def district_of(document: Document) -> str:
    """The id of an item's district."""
    return f"District:{document['district']}"


def pillar_of(document: Document) -> str:
    """The id of an item's pillar."""
    return f"Pillar:{document['district']}/{document['pillar']}"


def initiative_of(document: Document) -> str:
    """The id of an item's initiative."""
    return f"Initiative:{document['district']}/{document['initiative']}"


def metric_of(document: Document) -> str:
    """The id of an observation's metric."""
    return f"Metric:{document['district']}/{document['metric']}"


async def load_node(info: Info, node_id: str) -> Document | None:
    """Load the object with an id, for the field being resolved; None if there is none."""
    return cast(Document | None, await (await _loader(info)).load(node_id))


async def load_each(info: Info, texts: Sequence[str]) -> list[Document | BadUserInput | None]:
    """Load the objects with some ids, in order. An invalid id gives its error, which nulls only this item."""

    async def load(text: str) -> Document | BadUserInput | None:
        try:
            return await load_node(info, parse_id(text))
        except BadUserInput as wrong:
            return wrong

    return await asyncio.gather(*map(load, texts))


async def load_nodes(info: Info, ids: Sequence[str]) -> Mapping[str, Document | None]:
    """Load the objects with some ids, for a field of several documents."""
    return await (await _loader(info)).load_all(ids)


async def _loader(info: Info) -> Loader:
    place = (await info.context.revision(info), *map(id, info._raw_info.field_nodes))
    return info.context.loader(place, partial(_load, info))


async def _load(info: Info, ids: list[str]) -> Sequence[Document | None]:
    operation = SelectionReader.of(info._raw_info)
    by_type: dict[str, list[str]] = defaultdict(list)
    for node_id in ids:
        by_type[node_id.partition(":")[0]].append(node_id)
    plans = {type_name: plan_item(operation, type_name, [info._raw_info.field_nodes]) for type_name in by_type}
    fetches = [_fetch(type_name, of_type, plans[type_name]) for type_name, of_type in by_type.items()]
    found: dict[str, Document] = {}
    for plan, fetched in zip(plans.values(), await info.context.fetch_all(info, fetches), strict=True):
        link_references(plan.links, fetched.documents)
        found |= {document["id"]: document for document in fetched.documents}
    return [found.get(node_id) for node_id in ids]


def _fetch(type_name: str, ids: list[str], plan: Plan) -> Fetch:
    wanted = Compare("id", "in", tuple(ids))
    slugs = tuple({node_id.partition(":")[2].partition("/")[0] for node_id in ids})
    by_slug = Compare("slug", "in", slugs)
    if type_name == "Pillar":
        return Fetch("districts", by_slug, within="pillars", item_where=wanted, project=plan.project)
    if type_name == "Source":
        return Fetch("sources", all_of(IS_SHARED, by_slug), project=plan.project)
    if type_name in {"District", "Indicator"}:
        return Fetch(_COLLECTIONS[type_name], by_slug, project=plan.project)
    # The id names the district, which is the collection's shard key.
    return Fetch(_COLLECTIONS[type_name], all_of(Compare("district", "in", slugs), wanted), project=plan.project)
