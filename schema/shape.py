"""Shape stored documents for the contract: put what a slug names in the slug's place."""

from collections.abc import Iterator, Sequence

from loaders.documents import Document
from schema.plan import DistrictPlan


def shape_districts(plan: DistrictPlan, documents: Sequence[Document]) -> None:
    """Link citations to their sources and metrics to their indicators, in place.

    A slug that names nothing becomes null, which its field then reports.
    """
    for document in documents:
        if plan.sources:
            sources = {source["slug"]: source for source in document["sources"]}
            for statement in _statements(document):
                for citation in statement["citations"]:
                    citation["source"] = sources.get(citation["source"])
        if plan.indicators:
            indicators = {indicator["slug"]: indicator for indicator in document["indicators"]}
            for metric in _metrics(document):
                metric["indicator"] = indicators.get(metric["indicator"])


def _initiatives(document: Document) -> Iterator[Document]:
    for pillar in document.get("pillars", ()):
        yield from pillar["initiatives"]


def _metrics(document: Document) -> Iterator[Document]:
    for initiative in _initiatives(document):
        yield from initiative["metrics"]


def _statements(document: Document) -> Iterator[Document]:
    yield from document.get("awards", ())
    for pillar in document.get("pillars", ()):
        yield from pillar["awards"]
    for initiative in _initiatives(document):
        yield from initiative["metrics"]
        yield from initiative["awards"]
