"""Answer a flat list: one page of rows, and what was asked of the whole list, in one call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from graphql import FieldNode, GraphQLError

from loaders.store.fetch import TOTAL, Extra, Fetch, Fetched, Order
from loaders.store.predicates import Predicate
from schema.arguments.orders import FIGURE, order_of
from schema.arguments.where import compares_figures, pins_unit, predicate_of, without_figures
from schema.base.context import Info
from schema.base.cursors import Listing, fingerprint
from schema.planning.link_references import link_references
from schema.planning.plan import plan_item
from schema.planning.selection import SelectionReader, name_of
from schema.retrieval.aggregates import aggregate_extras, several_units, units_of
from schema.types.connections import PageRequest, page_of, page_request

UNITS: Final = "units"


@dataclass(frozen=True, slots=True)
class List:
    """A flat list: its collection, the type of its items, and the key that is different for each."""

    collection: str
    type_name: str
    key: str = "id"


LISTS: Final[Mapping[str, List]] = MappingProxyType(
    {
        "districts": List("districts", "District", "slug"),
        "initiatives": List("initiatives", "Initiative"),
        "metrics": List("metrics", "Metric"),
        "awards": List("awards", "Award"),
        "indicators": List("indicators", "Indicator", "slug"),
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
    """Answer the root field of a flat list.

    where, order_by: as graphql-core coerced them (`schema.arguments.mappings`). Raises BadUserInput.
    """
    raw = info._raw_info
    listed = LISTS[raw.field_name]
    filter_type: Any = raw.schema.type_map.get(f"{listed.type_name}Filter")
    order = order_of(order_by, "orderBy", listed.key)
    listing = Listing(listed.collection, fingerprint(order_by), fingerprint(where))
    request = page_request(listing, order, {"first": first, "after": after, "last": last, "before": before})
    predicate = predicate_of(filter_type, where, "where")
    return await read_page(info, SelectionReader.of(raw), listed, request, predicate)


async def read_page(
    info: Info, operation: SelectionReader, listed: List, request: PageRequest, where: Predicate
) -> dict[str, Any]:
    """Fetch and build one page of a list, with what is selected beside it."""
    revision = request.revision(await info.context.published(request.at_least))
    info.context.pin(info, revision)
    fields = operation.fields(f"{listed.type_name}Connection", info._raw_info.field_nodes)
    items = item_selections(operation, listed.type_name, fields.values())
    plan = plan_item(operation, listed.type_name, items, request.order)
    asked = _extras(operation, listed, fields)
    extras = {name: extra for name, extra in asked.items() if isinstance(extra, Extra)}
    figures = _compared_in(where, request.order) if listed.type_name == "Metric" else None
    if figures:
        extras[UNITS] = units_of(without_figures(where))
    fetch = Fetch(
        listed.collection,
        where,
        bounds=request.bounds(),
        order=request.reading_order,
        limit=request.size + 1,
        project=plan.project,
        extras=extras,
    )
    fetched = await info.context.fetch(info, fetch)
    units = [row["_id"] for row in fetched.extras.get(UNITS, ())]
    if figures and len(units) > 1:
        raise several_units(figures, units)
    # Cursors hold what is stored, so they are written before slugs are replaced.
    with_edges = any(name_of(nodes) == "edges" for nodes in fields.values())
    page = page_of(request, fetched.documents, revision, with_edges=with_edges)
    link_references(plan.links, fetched.documents)
    return {**page, "total_count": _total(fetched), "aggregate": {**asked, **fetched.extras}}


def item_selections(
    operation: SelectionReader, type_name: str, fields: Iterable[list[FieldNode]]
) -> Iterable[list[FieldNode]]:
    """The places where items are selected: each `nodes`, and each `node` in each `edges`."""
    for nodes in fields:
        if name_of(nodes) == "nodes":
            yield nodes
        elif name_of(nodes) == "edges":
            edges = operation.fields(f"{type_name}Edge", nodes).values()
            yield from (below for below in edges if name_of(below) == "node")


def _extras(
    operation: SelectionReader, listed: List, fields: Mapping[str, list[FieldNode]]
) -> dict[str, Extra | GraphQLError]:
    extras: dict[str, Extra | GraphQLError] = {}
    for response_key, nodes in fields.items():
        if name_of(nodes) == "totalCount":
            extras["total"] = TOTAL
        elif name_of(nodes) == "aggregate":
            extras |= aggregate_extras(operation, listed.collection, response_key, nodes)
    return extras


def _compared_in(where: Predicate, order: Order) -> str | None:
    """The argument that compares figures without holding them to one unit."""
    if compares_figures(where):
        return "where"
    by_figure = any(key.path == FIGURE for key in order)
    return "orderBy" if by_figure and not pins_unit(where) else None


def _total(fetched: Fetched) -> int | None:
    return fetched.total if "total" in fetched.extras else None
