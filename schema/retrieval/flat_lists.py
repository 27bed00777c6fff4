"""Fetch one page of a flat list and its aggregates, in one command."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final, cast

from graphql import FieldNode, GraphQLError, GraphQLObjectType, GraphQLResolveInfo, get_named_type

from loaders.model.revisions import Published
from loaders.store.fetch import TOTAL, Extra, Fetch, Fetched, Order
from loaders.store.predicates import TRUE, Compare, Predicate, all_of
from schema.arguments.orders import FIGURE_PATH, order_of
from schema.arguments.where import (
    compares_unpinned_figures,
    indicators_of,
    pins_unit,
    predicate_of,
    without_figure_comparisons,
)
from schema.base.context import Info
from schema.base.cursors import Listing, fingerprint
from schema.planning.link_references import link_references
from schema.planning.plan import plan_item
from schema.planning.selection import SelectionReader, name_of
from schema.retrieval.aggregates import (
    FIGURES_OF,
    LIST_KEY,
    FilteredList,
    aggregate_extras,
    mixed_units_error,
    units_of,
    units_of_indicators,
)
from schema.retrieval.listed_sources import by_slugs
from schema.retrieval.nodes import IS_SHARED
from schema.types.connections import PageRequest, page_of, page_request

UNITS_KEY: Final = "units"


@dataclass(frozen=True, slots=True)
class FlatList:
    """A list over all districts: its collection, the type of its items, and their unique key.

    scope: which documents of the collection are its items.
    """

    collection: str
    type_name: str
    key: str = "id"
    scope: Predicate = TRUE


FLAT_LISTS: Final[Mapping[str, FlatList]] = MappingProxyType(
    {
        "districts": FlatList("districts", "District", "slug"),
        "initiatives": FlatList("initiatives", "Initiative"),
        "metrics": FlatList("metrics", "Metric"),
        "observations": FlatList("observations", "Observation"),
        "awards": FlatList("awards", "Award"),
        "indicators": FlatList("indicators", "Indicator", "slug"),
        "sources": FlatList("sources", "Source", "slug", IS_SHARED),
    }
)


async def connection(
    info: Info,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    where: Any = None,
    order_by: Any = None,
) -> dict[str, Any]:
    """Resolve the root field of a flat list.

    where, order_by: as graphql-core coerced them (`schema.arguments.mappings`). Raises BadUserInput.
    """
    raw = info._raw_info
    listed = FLAT_LISTS[raw.field_name]
    order = order_of(order_by, "orderBy", listed.key)
    listing = Listing(listed.collection, fingerprint(order_by), fingerprint(where))
    request = page_request(listing, order, {"first": first, "after": after, "last": last, "before": before})
    return await read_page(info, SelectionReader.of(raw), listed, request, _filter(raw, where))


async def read_page(
    info: Info, operation: SelectionReader, listed: FlatList, request: PageRequest, where: Predicate
) -> dict[str, Any]:
    """Fetch and build one page of a list, with its total and aggregates if they are selected."""
    published = await info.context.published(request.at_least)
    revision = request.revision(published)
    info.context.pin(info, revision)
    if listed.type_name == "Source":
        where = await by_slugs(partial(info.context.fetch, info), where)
    type_: Any = get_named_type(info._raw_info.return_type)
    fields = operation.fields(type_.name, info._raw_info.field_nodes)
    items = item_selections(operation, type_, fields.values())
    plan = plan_item(operation, listed.type_name, items, request.order)
    requested = _extras(operation, listed, type_, fields, where)
    extras = {name: extra for name, extra in requested.items() if not isinstance(extra, GraphQLError)}
    kept = await _kept_total(info, published.at(revision), listed) if "total" in extras and where == TRUE else None
    if kept is not None:
        del extras["total"]
    comparing = _comparing_argument(where, request.order) if listed.type_name in FIGURES_OF else None
    if comparing:
        compared, about = without_figure_comparisons(where), indicators_of(where)
        known = units_of_indicators(Compare("slug", "in", about)) if about else None
        extras[UNITS_KEY] = known or units_of(listed.collection, compared)
    fetch = Fetch(
        listed.collection,
        all_of(listed.scope, where),
        bounds=request.bounds(),
        order=request.reading_order,
        limit=request.size + 1,
        project=plan.project,
        extras=extras,
    )
    fetched = await info.context.fetch(info, fetch)
    units = [row["_id"] for row in fetched.extras.get(UNITS_KEY, ())]
    if comparing and len(units) > 1 and known:
        # Indicators have more units than one; whether these figures do is read only now.
        units = await _units_of_some(info, listed, compared)
    if comparing and len(units) > 1:
        raise mixed_units_error(comparing, units)
    # Cursors contain stored values, so they are made before slugs are replaced.
    with_edges = any(name_of(nodes) == "edges" for nodes in fields.values())
    page = page_of(request, fetched.documents, revision, with_edges=with_edges)
    link_references(plan.links, fetched.documents)
    total = _total(fetched) if kept is None else kept
    aggregate = {**requested, **fetched.extras, LIST_KEY: FilteredList(listed.collection, where)}
    return {**page, "total_count": total, "aggregate": aggregate}


async def _units_of_some(info: Info, listed: FlatList, where: Predicate) -> list[str]:
    one = Fetch(listed.collection, limit=1, project={"id": 1}, extras={UNITS_KEY: units_of(listed.collection, where)})
    return [row["_id"] for row in (await info.context.fetch(info, one)).extras[UNITS_KEY]]


async def _kept_total(info: Info, published: Published, listed: FlatList) -> int | None:
    """How many items a list has that nobody filtered, as the load counted them; None if it did not."""
    counts = published.counts
    if counts is None:
        record = await info.context.store.revision(published.revision)
        counts = cast(Mapping[str, int], record["counts"]) if record else {}
    return counts.get(listed.collection)


def item_selections(
    operation: SelectionReader, connection_type: GraphQLObjectType, fields: Iterable[list[FieldNode]]
) -> Iterable[list[FieldNode]]:
    """The field nodes that select items: each `nodes`, and each `node` in each `edges`."""
    for nodes in fields:
        if name_of(nodes) == "nodes":
            yield nodes
        elif name_of(nodes) == "edges":
            edge_type = get_named_type(connection_type.fields["edges"].type)
            edges = operation.fields(edge_type.name, nodes).values()
            yield from (below for below in edges if name_of(below) == "node")


def _filter(raw: GraphQLResolveInfo[Any], where: Any) -> Predicate:
    if where is None:
        return TRUE
    type_: Any = get_named_type(raw.parent_type.fields[raw.field_name].args["where"].type)
    return predicate_of(type_, where, "where")


def _extras(
    operation: SelectionReader,
    listed: FlatList,
    connection_type: GraphQLObjectType,
    fields: Mapping[str, list[FieldNode]],
    where: Predicate,
) -> dict[str, Extra | Fetch | GraphQLError]:
    extras: dict[str, Extra | Fetch | GraphQLError] = {}
    for response_key, nodes in fields.items():
        if name_of(nodes) == "totalCount":
            extras["total"] = TOTAL
        elif name_of(nodes) == "aggregate":
            type_ = get_named_type(connection_type.fields["aggregate"].type)
            extras |= aggregate_extras(operation, type_.name, listed.collection, response_key, nodes, where)
    return extras


def _comparing_argument(where: Predicate, order: Order) -> str | None:
    """The name of the argument that compares figures of any unit; None if there is none."""
    if compares_unpinned_figures(where):
        return "where"
    by_figure = any(key.path == FIGURE_PATH for key in order)
    return "orderBy" if by_figure and not pins_unit(where) else None


def _total(fetched: Fetched) -> int | None:
    return fetched.total if "total" in fetched.extras else None
