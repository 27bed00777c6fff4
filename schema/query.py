"""The roots of the contract: each resolver plans, fetches once, and shapes."""

import asyncio
from typing import Annotated, Any, cast

import strawberry
from strawberry import ID, argument, field

from loaders.documents import Document
from loaders.fetch import Fetch
from schema.connections import After, Before, DistrictConnection, First, Last, page_of, page_request
from schema.context import Context, Info
from schema.dataset import Dataset
from schema.entities import District, Node
from schema.errors import BadUserInput
from schema.nodes import NodeId, find_node, parse_id
from schema.plan import Selection, plan_districts, selection_of
from schema.shape import shape_districts

MAX_IDS = 100
BY_SLUG_ORDER = "slug"


def _selection(info: Info) -> Selection:
    return selection_of(info._raw_info.field_nodes, info._raw_info.fragments)


async def _node(context: Context, node_id: NodeId) -> Document | None:
    document = await context.district(node_id.district)
    return find_node(document, node_id) if document else None


@strawberry.type(description="What smart districts have achieved: figures, awards, and where they are published.")
class Query:
    """The query root."""

    @field(description="One district by its slug, such as baiyun; null when there is none.")
    async def district(
        self, info: Info, slug: Annotated[str, argument(description="The district's slug.")]
    ) -> District | None:
        """Fetch one district."""
        plan = plan_districts(_selection(info))
        fetched = await info.context.fetch(Fetch("districts", {"slug": {"$eq": slug}}, plan.keys, limit=1))
        shape_districts(plan, fetched.documents)
        return cast(District, fetched.documents[0]) if fetched.documents else None

    @field(description="The districts in the order of their slugs, a page at a time.")
    async def districts(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> DistrictConnection:
        """Fetch a page of districts, and their count if it is selected, in one call."""
        request = page_request(BY_SLUG_ORDER, first=first, after=after, last=last, before=before)
        selection = _selection(info)
        plan = plan_districts(selection.get("nodes", {}), selection.get("edges", {}).get("node", {}))
        revision = request.revision(await info.context.published())
        fetched = await info.context.fetch(
            Fetch(
                "districts",
                request.where("slug"),
                plan.keys,
                order=(("slug", -1 if request.backward else 1),),
                limit=request.size + 1,
                count_where={} if "totalCount" in selection else None,
            ),
            revision,
        )
        shape_districts(plan, fetched.documents)
        page: Any = page_of(request, fetched.documents, "slug", revision, fetched.total)
        return cast(DistrictConnection, page)

    @field(description="Anything by its global id; null when there is nothing of that id.")
    async def node(
        self, info: Info, id: Annotated[ID, argument(description="An id as it was given.")]
    ) -> Node | None:
        """Load one node."""
        return cast(Node | None, await _node(info.context, parse_id(id)))

    @field(description=f"Several things by their global ids, in the order of the ids; at most {MAX_IDS}.")
    async def nodes(
        self, info: Info, ids: Annotated[list[ID], argument(description="Ids as they were given.")]
    ) -> list[Node | None]:
        """Load several nodes, in one call for all districts."""
        if len(ids) > MAX_IDS:
            raise BadUserInput(f'"ids" has {len(ids)}; at most {MAX_IDS}')
        node_ids = [parse_id(text) for text in ids]
        nodes = await asyncio.gather(*(_node(info.context, node_id) for node_id in node_ids))
        return cast(list[Node | None], nodes)

    @field(description="The dataset as a whole: its revision, counts and sources.")
    async def dataset(self, info: Info) -> Dataset:
        """Read what is published."""
        published = await info.context.published()
        return cast(Dataset, await info.context.store.revision(published.revision) or {})
