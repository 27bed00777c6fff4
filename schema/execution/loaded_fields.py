"""Fields whose value is loaded separately, such as the district of a metric: the key and the batched loader of each.

A resolver loads the value for one document; `schema.execution.executor` loads those of many documents at once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from loaders.documents import Document
from schema.base.context import Info
from schema.execution.local_fields import Binder
from schema.rankings.standings import bind_figure, load_standings
from schema.retrieval.nodes import district_of, initiative_of, load_nodes, metric_of, pillar_of
from schema.retrieval.places import parent_of

# Loads the values of several keys in one call.
LoadAll: TypeAlias = Callable[[Info, Sequence[Any]], Awaitable[Mapping[Any, Any]]]


@dataclass(frozen=True, slots=True)
class LoadedField:
    """How a field's value is loaded. bind: makes the function that reads the key from a document, None for null."""

    bind: Binder
    load: LoadAll


def _to(key_of: Callable[[Document], str]) -> LoadedField:
    return LoadedField(lambda _: key_of, load_nodes)


def _to_any(key: str, key_of: Callable[[Document], str]) -> LoadedField:
    return LoadedField(lambda _: lambda document: key_of(document) if document[key] else None, load_nodes)


LOADED_FIELDS: Final[Mapping[tuple[str, str], LoadedField]] = MappingProxyType(
    {
        ("District", "parent"): _to_any("parent", parent_of),
        ("Award", "district"): _to(district_of),
        ("Award", "pillar"): _to_any("pillar", pillar_of),
        ("Award", "initiative"): _to_any("initiative", initiative_of),
        ("Metric", "district"): _to(district_of),
        ("Metric", "pillar"): _to(pillar_of),
        ("Metric", "initiative"): _to(initiative_of),
        ("Metric", "standing"): LoadedField(bind_figure, load_standings),
        ("Observation", "district"): _to(district_of),
        ("Observation", "pillar"): _to(pillar_of),
        ("Observation", "initiative"): _to(initiative_of),
        ("Observation", "metric"): _to(metric_of),
        ("Initiative", "district"): _to(district_of),
        ("Initiative", "pillar"): _to(pillar_of),
        ("Pillar", "district"): _to(district_of),
        ("RankedMetric", "metric"): _to(lambda document: metric_of(document["observation"])),
        ("LeftOut", "district"): _to(district_of),
        ("SearchResult", "node"): _to(lambda document: document["id"]),
    }
)
