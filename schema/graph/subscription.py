"""The subscriptions of the contract: each starts after a revision and reports every later change once, in order."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Annotated, Any, Final, cast

import strawberry
from graphql import OperationType
from strawberry import ID, Parent, argument, field

from loaders.documents import Document
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare, Predicate
from schema.arguments.where import predicate_of
from schema.base.changed_items import paths_changed
from schema.base.context import Info
from schema.graph.dataset import Dataset
from schema.graph.entities import District, Metric, MetricWhere, Observation, ObservationWhere
from schema.planning.link_references import link_references
from schema.planning.plan import plan_item
from schema.planning.selection import SelectionReader
from schema.retrieval.events import (
    History,
    dataset_events,
    district_events,
    metric_events,
    observation_events,
    start_of,
)
from schema.retrieval.past import WITHIN
from schema.types.connections import Edge, PageInfo
from schema.types.enums import ChangeKind
from schema.types.scalars import Revision
from schema.types.values import Quantity

ResumeAfter = Annotated[
    Revision | None,
    argument(description="The last revision received: later changes are sent first. Without it, only new ones."),
]
After = Annotated[
    str | None,
    argument(description="The cursor of the last event received; use it in place of `resumeAfter`."),
]
_PATHS: Final = (
    "The paths of the fields that differ, such as strategy.en, with slugs for items of lists; no derived values. "
    "Empty if the whole object was added or removed."
)


@strawberry.type
class _Change:
    """The fields that all changes have."""

    cursor: str = field(
        description="The position that this event has among all events: give it as `after` to resume."
    )
    revision: Revision = field(description="The revision that changed it.")
    kind: ChangeKind = field(description="What happened to it.")


@strawberry.type(description="What has become of a district in a revision.")
class DistrictChange(_Change):
    """See `schema.retrieval.events.district_events`."""

    slug: str = field(description="The slug that names the district, such as baiyun.")

    @field(description=_PATHS)
    @staticmethod
    async def paths(change: Parent[Document], info: Info) -> list[str]:
        """Compare the district's two documents."""
        return paths_changed(await info.context.log.versions(change["slug"], change["revision"]))

    @field(description="The district as of the revision; null where it is gone.")
    @staticmethod
    async def district(change: Parent[Document], info: Info) -> District | None:
        """Fetch the district."""
        return cast(
            District | None,
            None if change["kind"] == "REMOVED" else await _fetched(info, change, change["slug"], "District"),
        )


@strawberry.type(description="A page of what changed.")
class UpdateConnection:
    """Relay's connection, forward only and without a count."""

    edges: list[Edge[DistrictChange]] = field(
        description="The changes of the page, each with a cursor that marks its place."
    )
    nodes: list[DistrictChange] = field(
        description="The changes of the page, where no cursors of single changes are needed."
    )
    page_info: PageInfo = field(description="Where the page stands among all changes.")


@strawberry.type
class _FigureChange(_Change):
    """The fields of changes of what has a figure."""

    paths: list[str] = field(description=_PATHS)
    quantity_before: Quantity | None = field(description="The figure until then; null where there was none.")
    quantity_after: Quantity | None = field(description="The figure from then on; null where there is none.")


@strawberry.type(description="What has become of a metric in a revision.")
class MetricChange(_FigureChange):
    """See `schema.retrieval.events.metric_events`."""

    metric_id: ID = field(description="The id that the metric has in the whole dataset.")

    @field(description="The metric as of the revision; null where it is gone.")
    @staticmethod
    async def metric(change: Parent[Document], info: Info) -> Metric | None:
        """Fetch the metric, from its district."""
        return cast(Metric | None, await _fetched_item(info, change, "Metric"))


@strawberry.type(description="What has become of an observation in a revision.")
class ObservationChange(_FigureChange):
    """See `schema.retrieval.events.observation_events`."""

    observation_id: ID = field(description="The id that the observation has in the whole dataset.")

    @field(description="The observation as of the revision; null where it is gone.")
    @staticmethod
    async def observation(change: Parent[Document], info: Info) -> Observation | None:
        """Fetch the observation, from its district."""
        return cast(Observation | None, await _fetched_item(info, change, "Observation"))


@strawberry.type(description="Changes as they are published: each once, in order, resumable after any event.")
class Subscription:
    """The subscription root. Each resolver gives events (`schema.retrieval.events`), which are each executed."""

    @strawberry.subscription(
        description="Each district that is changed by a revision, or one of them; by slug within it."
    )
    async def district_changed(
        self,
        info: Info,
        slug: Annotated[str | None, argument(description="The district's slug; all districts when left out.")] = None,
        resume_after: ResumeAfter = None,
        after: After = None,
    ) -> AsyncGenerator[DistrictChange]:
        """Yield each change of a district."""
        history = await _history(info, resume_after, after)
        return cast(AsyncGenerator[DistrictChange], district_events(slug, history))

    @strawberry.subscription(
        description="Each metric that a revision changes and that matches `where` before or after the change; by the "
        "slug of its district and its own within the revision."
    )
    async def metric_changed(
        self, info: Info, where: MetricWhere = None, resume_after: ResumeAfter = None, after: After = None
    ) -> AsyncGenerator[MetricChange]:
        """Yield each change of a metric that matches."""
        predicate = _predicate(info, "MetricFilter", where)
        history = await _history(info, resume_after, after)
        return cast(AsyncGenerator[MetricChange], metric_events(predicate, history))

    @strawberry.subscription(
        description="Each observation that a revision adds, changes or removes and that matches `where` before or "
        "after the change; by the slugs of its district, of its metric and its own within the revision."
    )
    async def observation_changed(
        self, info: Info, where: ObservationWhere = None, resume_after: ResumeAfter = None, after: After = None
    ) -> AsyncGenerator[ObservationChange]:
        """Yield each change of an observation that matches."""
        predicate = _predicate(info, "ObservationFilter", where)
        history = await _history(info, resume_after, after)
        return cast(AsyncGenerator[ObservationChange], observation_events(predicate, history))

    @strawberry.subscription(description="The dataset, each time that a revision is published.")
    async def dataset_changed(self, info: Info, resume_after: ResumeAfter = None) -> AsyncGenerator[Dataset]:
        """Yield each revision."""
        return cast(AsyncGenerator[Dataset], dataset_events(await _history(info, resume_after, None)))


async def _history(info: Info, resume_after: int | None, after: str | None) -> History:
    context = info.context
    if context.last_event is not None:
        resume_after, after = None, context.last_event
    published = await context.published()
    start = await start_of(context.log, published, resume_after, after)
    return History(context.log, start, published.revision, context.replay)


def _predicate(info: Info, filter_name: str, where: Any) -> Predicate:
    """Read a filter, as graphql-core coerced it (`schema.arguments.mappings`)."""
    filter_type: Any = info._raw_info.schema.type_map[filter_name]
    return predicate_of(filter_type, where, "where")


async def _fetched_item(info: Info, change: Document, type_name: str) -> Document | None:
    """Bring the metric or observation of a change, as of its revision; None where it is gone."""
    after = change["after"]
    return None if after is None else await _fetched(info, change, after["district"], type_name, after["id"])


async def _fetched(info: Info, change: Document, slug: str, type_name: str, item_id: str | None = None) -> Document:
    """Bring a district as of the change's revision, or what has an id in it."""
    raw = info._raw_info
    if raw.operation.operation == OperationType.QUERY:
        info.context.pin(info, change["revision"], is_past=True)
    plan = plan_item(SelectionReader.of(raw), type_name, [raw.field_nodes])
    fetch = Fetch("districts", Compare("slug", "eq", slug), project=plan.project, limit=1)
    if item_id:
        fetch = replace(fetch, within=WITHIN[type_name][0], item_where=Compare("id", "eq", item_id))
    published = (await info.context.published()).at(change["revision"])
    fetched = await info.context.log.fetch_past(fetch, published)
    link_references(plan.links, fetched.documents)
    return fetched.documents[0]
