"""Shape stored documents for the contract: put what a slug names in the slug's place."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from loaders.documents import Document
from schema.plan import SLOT, Plan

_LISTS: Final = frozenset({"pillars", "initiatives", "metrics", "awards"})


def shape(plan: Plan, documents: Iterable[Document]) -> None:
    """Link citations to their sources and metrics to their indicators, in place.

    A slug that names nothing becomes null, which its field then reports.
    """
    if not (plan.sources or plan.indicators):
        return
    for document in documents:
        sources = _by_slug(document, "sources") if plan.sources else None
        indicators = _by_slug(document, "indicators") if plan.indicators else None
        _link(document, sources, indicators)


def _by_slug(document: Document, key: str) -> Mapping[str, Any]:
    return {one["slug"]: one for one in document[key]}


def _link(item: Document, sources: Mapping[str, Any] | None, indicators: Mapping[str, Any] | None) -> None:
    for key, value in item.items():
        if (key in _LISTS or key.startswith(SLOT)) and isinstance(value, list):
            for below in value:
                if isinstance(below, dict):
                    _link(below, sources, indicators)
    if sources is not None and "citations" in item:
        for citation in item["citations"]:
            citation["source"] = sources.get(citation["source"])
    if indicators is not None and "indicator" in item:
        item["indicator"] = indicators.get(item["indicator"])
