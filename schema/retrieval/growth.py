"""How figures grew: of one metric, and of an indicator's districts, fastest first. Batched over metrics.

Growth is computed of observations of one metric that are results: no forecasts and no targets
(`schema.base.growth`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Annotated, Any, Final, cast

from strawberry import Parent, argument

from loaders.documents import Document
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare, Predicate, all_of
from loaders.values.edtf import Span
from schema.arguments.periods import read_span
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.base.growth import RESULTS, a_year_before, equally_long, growth_between, span_of
from schema.planning.link_references import link_references
from schema.planning.plan import Plan, plan_item
from schema.planning.selection import SelectionReader, name_of

# What growth is computed from.
FIGURE_KEYS: Final = (
    *("id", "slug", "district", "metric", "quantity", "period", "reference_date", "status", "breaks", "changes"),
)
ARE_RESULTS: Final = Compare("status", "in", RESULTS)

From = Annotated[
    str | None,
    argument(
        name="from",
        description="The earlier period, which is written in EDTF; when left out, the same days a year before `to`.",
    ),
]
To = Annotated[
    str | None,
    argument(description="The later period, which is written in EDTF; when left out, that of the latest figure."),
]


async def growth_of(document: Parent[Document], info: Info, from_: From = None, to: To = None) -> Any:
    """Resolve a metric's growth; one call for all metrics of a level. Raises BadUserInput."""
    spans = read_spans(from_, to)
    place = ("growth", await info.context.revision(info), *map(id, info._raw_info.field_nodes))
    loader = info.context.loader(place, partial(_load_growths, info))
    observations = await loader.load(document["id"])
    latest = document["latest"]
    return _growth(observations, latest["slug"] if isinstance(latest, dict) else latest, *spans)


def read_spans(from_: str | None, to: str | None) -> tuple[Span | None, Span | None]:
    """The two periods. Raises BadUserInput unless they are as long as each other, and in order."""
    earlier = None if from_ is None else read_span(from_, "from")
    later = None if to is None else read_span(to, "to")
    check_spans(earlier, later)
    return earlier, later


def check_spans(earlier: Span | None, later: Span | None) -> None:
    """Check that periods can be compared. Raises BadUserInput."""
    if earlier is None or later is None:
        return
    if not equally_long(earlier, later):
        raise BadUserInput('"from" and "to" are not equally long; compare full periods, such as 2023 and 2024')
    if str(earlier.end) >= str(later.end):
        raise BadUserInput('"from" ends no earlier than "to"; give the earlier period as "from"')


def planned_observations(info: Info, growths: Iterable[Sequence[Any]]) -> Plan:
    """What to fetch of observations for the fields `from` and `to` of growths, and to compute growth.

    growths: the field nodes of each selection set on `Growth`.
    """
    operation = SelectionReader.of(info._raw_info)
    selected = [
        below
        for nodes in growths
        for below in operation.fields("Growth", nodes).values()
        if name_of(below) in {"from", "to"}
    ]
    plan = plan_item(operation, "Observation", selected)
    assert plan.project is not None
    return Plan({**plan.project, **dict.fromkeys(FIGURE_KEYS, 1)}, plan.links)


async def _load_growths(info: Info, metrics: list[str]) -> Sequence[list[Document]]:
    """The results of each metric."""
    plan = planned_observations(info, [info._raw_info.field_nodes])
    found: dict[str, list[Document]] = defaultdict(list)
    fetch = Fetch("observations", all_of(_of_metrics(metrics), ARE_RESULTS), project=plan.project)
    documents = (await info.context.fetch(info, fetch)).documents
    link_references(plan.links, documents)
    for document in documents:
        found[f"{document['district']}/{document['metric']}"].append(document)
    return [found[metric.partition(":")[2]] for metric in metrics]


def _of_metrics(metrics: Iterable[str]) -> Predicate:
    """The observations of some metrics. A district's metrics have slugs of their own, another's may have the same."""
    names = [metric.partition(":")[2].split("/") for metric in metrics]
    districts, slugs = (tuple(sorted({name[part] for name in names})) for part in (0, 1))
    return all_of(Compare("district", "in", districts), Compare("metric", "in", slugs))


def _growth(
    observations: Sequence[Document], latest: str | None, from_: Span | None, to: Span | None
) -> dict[str, Any] | None:
    later = chosen(observations, to) if to else next((one for one in observations if one["slug"] == latest), None)
    if later is None:
        return None
    span = span_of(later)
    earlier = chosen(observations, from_ or (span and a_year_before(span)))
    if earlier is None or str(earlier["reference_date"]) >= str(later["reference_date"]):
        return None
    return grown(earlier, later, observations)


def grown(earlier: Document, later: Document, observations: Iterable[Document]) -> dict[str, Any]:
    """The growth between two observations. observations: all results of their metric."""
    quantity, reason = growth_between(earlier, later, observations)
    return {
        "from": earlier,
        "to": later,
        "quantity": quantity,
        "reason": reason,
        "published": _published(earlier, later),
    }


def chosen(observations: Iterable[Document], span: Span | None) -> Document | None:
    """The observation that is for exactly the days of a period."""
    return next((one for one in observations if span is not None and span_of(one) == span), None)


def _published(earlier: Document, later: Document) -> Document | None:
    """What the source says of the same growth."""
    own, days = span_of(later), span_of(earlier)
    for change in cast(list[Document], later["changes"]):
        reference = span_of({"period": change["reference"]})
        is_year_on_year = change["basis"] == "YEAR_ON_YEAR" and own is not None and a_year_before(own) == days
        if reference == days if reference is not None else is_year_on_year:
            return change
    return None
