"""The fields that cross from a document to another, which is loaded: by what key, and how all of them are loaded.

Their resolvers do so for one document; `schema.execution.executor` does so for all that one function completes.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from loaders.documents import Document
from schema.base.context import Info
from schema.execution.local_fields import Binder
from schema.retrieval.nodes import district_of, initiative_of, load_nodes, pillar_of
from schema.retrieval.standings import bind_figure, load_standings

# Loads what keys name, in one call.
LoadAll: TypeAlias = Callable[[Info, Sequence[Any]], Awaitable[Mapping[Any, Any]]]


@dataclass(frozen=True, slots=True)
class Crossing:
    """How a field crosses. bind: how the key of what a document crosses to is read, None for null."""

    bind: Binder
    load: LoadAll


def _to(key_of: Callable[[Document], str]) -> Crossing:
    return Crossing(lambda _: key_of, load_nodes)


def _to_any(key: str, key_of: Callable[[Document], str]) -> Crossing:
    return Crossing(lambda _: lambda document: key_of(document) if document[key] else None, load_nodes)


CROSSINGS: Final[Mapping[tuple[str, str], Crossing]] = MappingProxyType(
    {
        ("Award", "district"): _to(district_of),
        ("Award", "pillar"): _to_any("pillar", pillar_of),
        ("Award", "initiative"): _to_any("initiative", initiative_of),
        ("Metric", "district"): _to(district_of),
        ("Metric", "pillar"): _to(pillar_of),
        ("Metric", "initiative"): _to(initiative_of),
        ("Metric", "standing"): Crossing(bind_figure, load_standings),
        ("Initiative", "district"): _to(district_of),
        ("Initiative", "pillar"): _to(pillar_of),
        ("Pillar", "district"): _to(district_of),
        ("SearchResult", "node"): _to(lambda document: document["id"]),
    }
)
