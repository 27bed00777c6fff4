"""The plain Strawberry server's entities, from metrics up to districts."""

from typing import Any

import strawberry
from strawberry import ID, Info, Private

from bench.servers.strawberry_types import (
    Award,
    Change,
    Citation,
    Indicator,
    Indicators,
    LocalizedText,
    Period,
    Quantity,
    Rank,
    citations,
    period,
    ranks,
    text,
)
from loaders.documents import Document
from schema.types.enums import AreaLevel, InitiativeStatus, MetricStatus


@strawberry.type
class Metric:
    """A published figure."""

    slug: str
    name: LocalizedText
    status: MetricStatus
    note: LocalizedText | None
    document: Private[Document]
    indicators: Private[Indicators]

    @classmethod
    def of(cls, document: Document, indicators: Indicators) -> "Metric":
        """Convert a stored metric; `indicators` has those of its district by slug."""
        return cls(
            slug=document["slug"],
            name=LocalizedText.of(document["name"]),
            status=MetricStatus(document["status"]),
            note=text(document["note"]),
            document=document,
            indicators=indicators,
        )

    @strawberry.field
    def indicator(self) -> Indicator:
        """What it measures."""
        found = self.indicators[self.document["indicator"]]
        return Indicator(slug=found["slug"], name=LocalizedText.of(found["name"]))

    @strawberry.field
    def quantity(self) -> Quantity | None:
        """The figure itself."""
        stored = self.document["quantity"]
        return Quantity.of(stored) if stored else None

    @strawberry.field
    def period(self) -> Period | None:
        """What it belongs to."""
        return period(self.document["period"])

    @strawberry.field
    def changes(self) -> list[Change]:
        """How it moved."""
        return [Change.of(one) for one in self.document["changes"]]

    @strawberry.field
    def ranks(self) -> list[Rank]:
        """The places it claims."""
        return ranks(self.document)

    @strawberry.field
    def citations(self) -> list[Citation]:
        """Where it is published."""
        return citations(self.document)

    @strawberry.field
    async def district(self, info: Info[Any, None]) -> "District":
        """The district that published it; those of all rows are loaded at once."""
        return District.of(await info.context["districts"].load(self.document["district"]))


@strawberry.type
class System:
    """A named system."""

    slug: str
    name: LocalizedText
    summary: LocalizedText | None
    status: InitiativeStatus | None

    @classmethod
    def of(cls, document: Document) -> "System":
        """Convert a stored system."""
        return cls(
            slug=document["slug"],
            name=LocalizedText.of(document["name"]),
            summary=text(document["summary"]),
            status=InitiativeStatus(document["status"]) if document["status"] else None,
        )


@strawberry.type
class Initiative:
    """A line of work."""

    slug: str
    name: LocalizedText
    summary: LocalizedText | None
    status: InitiativeStatus | None
    document: Private[Document]
    indicators: Private[Indicators]

    @classmethod
    def of(cls, document: Document, indicators: Indicators) -> "Initiative":
        """Convert a stored initiative."""
        return cls(
            slug=document["slug"],
            name=LocalizedText.of(document["name"]),
            summary=text(document["summary"]),
            status=InitiativeStatus(document["status"]) if document["status"] else None,
            document=document,
            indicators=indicators,
        )

    @strawberry.field
    def systems(self) -> list[System]:
        """What it runs."""
        return [System.of(one) for one in self.document["systems"]]

    @strawberry.field
    def metrics(self) -> list[Metric]:
        """Its figures."""
        return [Metric.of(one, self.indicators) for one in self.document["metrics"]]

    @strawberry.field
    def awards(self) -> list[Award]:
        """Its awards."""
        return [Award.of(one) for one in self.document["awards"]]


@strawberry.type
class Pillar:
    """A main theme."""

    slug: str
    name: LocalizedText
    summary: LocalizedText | None
    document: Private[Document]
    indicators: Private[Indicators]

    @classmethod
    def of(cls, document: Document, indicators: Indicators) -> "Pillar":
        """Convert a stored pillar."""
        return cls(
            slug=document["slug"],
            name=LocalizedText.of(document["name"]),
            summary=text(document["summary"]),
            document=document,
            indicators=indicators,
        )

    @strawberry.field
    def initiatives(self) -> list[Initiative]:
        """Its initiatives."""
        return [Initiative.of(one, self.indicators) for one in self.document["initiatives"]]

    @strawberry.field
    def awards(self) -> list[Award]:
        """Its own awards."""
        return [Award.of(one) for one in self.document["awards"]]


@strawberry.type
class Code:
    """A code in a public scheme."""

    scheme: str
    value: str
    level: AreaLevel


@strawberry.type
class District:
    """A district."""

    slug: str
    name: LocalizedText
    document: Private[Document]

    @classmethod
    def of(cls, document: Document) -> "District":
        """Convert a stored district, which may lack nested objects that aren't selected."""
        return cls(slug=document["slug"], name=LocalizedText.of(document["name"]), document=document)

    @strawberry.field
    def id(self) -> ID:
        """Its global id."""
        return ID(self.document["id"])

    @strawberry.field
    def city(self) -> LocalizedText:
        """Its city."""
        return LocalizedText.of(self.document["city"])

    @strawberry.field
    def province(self) -> LocalizedText:
        """Its province."""
        return LocalizedText.of(self.document["province"])

    @strawberry.field
    def codes(self) -> list[Code]:
        """Its codes."""
        return [
            Code(scheme=one["scheme"], value=one["value"], level=AreaLevel(one["level"]))
            for one in self.document["codes"]
        ]

    @strawberry.field
    def strategy(self) -> LocalizedText | None:
        """What guides its work."""
        return text(self.document["strategy"])

    @strawberry.field
    def pillars(self) -> list[Pillar]:
        """Its themes."""
        indicators = {one["slug"]: one for one in self.document["indicators"]}
        return [Pillar.of(one, indicators) for one in self.document["pillars"]]

    @strawberry.field
    def awards(self) -> list[Award]:
        """Its own awards."""
        return [Award.of(one) for one in self.document["awards"]]
