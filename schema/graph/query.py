"""The query root: each resolver plans what to read, reads it with one fetch, and builds the result."""

from typing import Annotated, Any, cast

import strawberry
from strawberry import ID, argument, field

from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare
from schema.arguments.district_filters import DistrictFilter
from schema.arguments.filters import IndicatorFilter
from schema.arguments.orders import DistrictOrder, IndicatorOrder, SourceOrder
from schema.arguments.source_filters import SourceFilter
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.graph import single_items
from schema.graph.dataset import Dataset
from schema.graph.entities import (
    AwardOrderBy,
    AwardWhere,
    District,
    InitiativeOrderBy,
    InitiativeWhere,
    MetricOrderBy,
    MetricWhere,
    ObservationOrderBy,
    ObservationWhere,
)
from schema.graph.indicators import Indicator
from schema.graph.pages import (
    AwardConnection,
    DistrictConnection,
    IndicatorConnection,
    InitiativeConnection,
    MetricConnection,
    ObservationConnection,
    SourceConnection,
)
from schema.graph.search import SearchConnection, search
from schema.graph.subscription import UpdateConnection
from schema.planning.link_references import link_references
from schema.planning.plan import plan_item
from schema.planning.selection import SelectionReader
from schema.retrieval.flat_lists import connection
from schema.retrieval.nodes import load_each, load_node, parse_id
from schema.retrieval.past import AsOf, load_district_as_of, load_each_as_of, pin_as_of
from schema.retrieval.updates import updates_since
from schema.types.connections import DEFAULT_PAGE, MAX_PAGE, After, Before, First, Last
from schema.types.enums import SearchKind, SearchMatch
from schema.types.interface import Node
from schema.types.scalars import Revision

MAX_IDS = 100

DistrictWhere = Annotated[
    DistrictFilter | None, argument(description="Which districts are wanted; all when left out.")
]
DistrictOrderBy = Annotated[
    list[DistrictOrder] | None, argument(description="The order, the first key first; by slug when left out.")
]

IndicatorWhere = Annotated[
    IndicatorFilter | None, argument(description="Which indicators are wanted; all when left out.")
]
IndicatorOrderBy = Annotated[
    list[IndicatorOrder] | None, argument(description="The order, the first key first; by slug when left out.")
]
SourceWhere = Annotated[SourceFilter | None, argument(description="Which sources are wanted; all when left out.")]
SourceOrderBy = Annotated[
    list[SourceOrder] | None, argument(description="The order, the first key first; by slug when left out.")
]
AsOfArgument = Annotated[
    AsOf | None,
    argument(
        description="As it was published then, in place of now. Only what is in the documents of districts can be "
        "read: no rankings, standings or totals, and nothing that a field of another object refers to."
    ),
]


@strawberry.type(description="What smart districts have achieved: figures, awards, and where they are published.")
class Query:
    """The query root."""

    @field(description="One district by its slug, such as baiyun; null when there is none.")
    async def district(
        self,
        info: Info,
        slug: Annotated[str, argument(description="The slug that names the district, such as baiyun.")],
        as_of: AsOfArgument = None,
    ) -> District | None:
        """Fetch one district."""
        if as_of is not None:
            return cast(District | None, await load_district_as_of(info, slug, as_of))
        return cast(District | None, await _by_slug(info, "districts", "District", slug))

    @field(description="The districts, by slug when no order is given, a page at a time.")
    async def districts(
        self,
        info: Info,
        where: DistrictWhere = None,
        order_by: DistrictOrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> DistrictConnection:
        """Fetch a page of districts."""
        page = await connection(info, first, after, last, before, where, order_by)
        return cast(DistrictConnection, page)

    pillar = single_items.pillar

    @field(description="The initiatives of all districts, by id when no order is given, a page at a time.")
    async def initiatives(
        self,
        info: Info,
        where: InitiativeWhere = None,
        order_by: InitiativeOrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> InitiativeConnection:
        """Fetch a page of initiatives."""
        page = await connection(info, first, after, last, before, where, order_by)
        return cast(InitiativeConnection, page)

    initiative = single_items.initiative

    @field(description="The metrics of all districts, by id when no order is given, a page at a time.")
    async def metrics(
        self,
        info: Info,
        where: MetricWhere = None,
        order_by: MetricOrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> MetricConnection:
        """Fetch a page of metrics."""
        page = await connection(info, first, after, last, before, where, order_by)
        return cast(MetricConnection, page)

    metric = single_items.metric

    @field(
        description="The published figures of all metrics of all districts, by id when no order is given, a page at "
        "a time."
    )
    async def observations(
        self,
        info: Info,
        where: ObservationWhere = None,
        order_by: ObservationOrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ObservationConnection:
        """Fetch a page of observations."""
        page = await connection(info, first, after, last, before, where, order_by)
        return cast(ObservationConnection, page)

    observation = single_items.observation

    @field(description="The awards of all districts, by id when no order is given, a page at a time.")
    async def awards(
        self,
        info: Info,
        where: AwardWhere = None,
        order_by: AwardOrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> AwardConnection:
        """Fetch a page of awards."""
        page = await connection(info, first, after, last, before, where, order_by)
        return cast(AwardConnection, page)

    award = single_items.award

    @field(description="What the metrics of all districts measure, by slug when no order is given, a page at a time.")
    async def indicators(
        self,
        info: Info,
        where: IndicatorWhere = None,
        order_by: IndicatorOrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> IndicatorConnection:
        """Fetch a page of indicators."""
        page = await connection(info, first, after, last, before, where, order_by)
        return cast(IndicatorConnection, page)

    @field(description="One indicator by its slug; null when no metric is about it.")
    async def indicator(
        self,
        info: Info,
        slug: Annotated[str, argument(description="The slug that names the indicator, such as drone-docks.")],
    ) -> Indicator | None:
        """Fetch one indicator."""
        return cast(Indicator | None, await _by_slug(info, "indicators", "Indicator", slug))

    @field(
        description="The sources that are cited by districts, each once, by slug when no order is given, a page at a "
        "time."
    )
    async def sources(
        self,
        info: Info,
        where: SourceWhere = None,
        order_by: SourceOrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> SourceConnection:
        """Fetch a page of sources."""
        page = await connection(info, first, after, last, before, where, order_by)
        return cast(SourceConnection, page)

    @field(
        description="Everything that has the words or Chinese characters in its name or other texts, best first; in "
        "Simplified or Traditional Chinese, English, or both."
    )
    async def search(
        self,
        info: Info,
        text: Annotated[str, argument(description="What to look for; words in quotation marks must stand together.")],
        kinds: Annotated[
            list[SearchKind] | None, argument(description="Only things of these kinds; all when left out.")
        ] = None,
        match: Annotated[
            SearchMatch, argument(description="Whether any part of the text is enough, or all must be found.")
        ] = SearchMatch.ANY,
        first: First = None,
        after: After = None,
    ) -> SearchConnection:
        """Fetch a page of what a search finds."""
        return cast(SearchConnection, await search(info, text, kinds, match, {"first": first, "after": after}))

    @field(description="Anything by its global id; null when there is nothing of that id.")
    async def node(
        self, info: Info, id: Annotated[ID, argument(description="An id as it was given.")]
    ) -> Node | None:
        """Load one node. Relay's compiler allows it no other argument."""
        return cast(Node | None, await load_node(info, parse_id(id)))

    @field(description=f"Several things by their global ids, which are at most {MAX_IDS}; in the order of the ids.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[ID], argument(description="Ids as they were given.")],
        as_of: AsOfArgument = None,
    ) -> list[Node | None]:
        """Load several nodes, in one call."""
        if len(ids) > MAX_IDS:
            raise BadUserInput(f'"ids" has {len(ids)}; at most {MAX_IDS}')
        if as_of is not None:
            return cast(list[Node | None], await load_each_as_of(info, ids, as_of))
        return cast(list[Node | None], await load_each(info, ids))

    @field(
        description="The dataset as a whole: which revision it is, how much it has, and what the load has changed."
    )
    async def dataset(self, info: Info, as_of: AsOfArgument = None) -> Dataset:
        """Read what is published, or was."""
        published = await (info.context.published() if as_of is None else pin_as_of(info, as_of))
        return cast(Dataset, await info.context.store.revision(published.revision) or {})

    @field(
        description="The changes of districts after a revision, oldest first, a page at a time: those that "
        "`districtChanged` tells of. Each has the district as of its revision."
    )
    async def updates(
        self,
        info: Info,
        since: Annotated[Revision, argument(description="The last revision known: only later changes.")],
        first: Annotated[
            int | None, argument(description=f"How many are wanted, 1 to {MAX_PAGE}; {DEFAULT_PAGE} when left out.")
        ] = None,
        after: After = None,
    ) -> UpdateConnection:
        """Read a page of changes."""
        return cast(UpdateConnection, await updates_since(info, since, first, after))


async def _by_slug(info: Info, collection: str, type_name: str, slug: str) -> Any:
    raw = info._raw_info
    plan = plan_item(SelectionReader.of(raw), type_name, [raw.field_nodes])
    fetch = Fetch(collection, Compare("slug", "eq", slug), project=plan.project, limit=1)
    fetched = await info.context.fetch(info, fetch)
    link_references(plan.links, fetched.documents)
    return fetched.documents[0] if fetched.documents else None
