"""Shape stored documents for the contract: put what a slug names in the slug's place."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from loaders.documents import Document
from schema.computed import SLOT
from schema.plan import Plan

_LISTS: Final = ("pillars", "initiatives", "metrics", "awards")


def shape(plan: Plan, documents: Iterable[Document]) -> None:
    """Link citations to their sources and metrics to their indicators, in place.

    A slug that names nothing becomes null, which its field then reports.
    """
    if not (plan.sources or plan.indicators):
        return
    for document in documents:
        sources = _by_slug(document, "sources") if plan.sources else None
        indicators = _by_slug(document, "indicators") if plan.indicators else None
        _link(document, sources, indicators, has_slots=plan.has_slots)


def _by_slug(document: Document, key: str) -> Mapping[str, Any]:
    return {one["slug"]: one for one in document[key]}


def _link(
    item: Document, sources: Mapping[str, Any] | None, indicators: Mapping[str, Any] | None, *, has_slots: bool
) -> None:
    for key in item if has_slots else _LISTS:
        if key in item and (key in _LISTS or key.startswith(SLOT)) and item[key].__class__ is list:
            for below in item[key]:
                if below.__class__ is dict:
                    _link(below, sources, indicators, has_slots=has_slots)
    if sources is not None and "citations" in item:
        for citation in item["citations"]:
            citation["source"] = sources.get(citation["source"])
    if indicators is not None and "indicator" in item:
        item["indicator"] = indicators.get(item["indicator"])
