"""The types of the plain Strawberry server: leaves as attributes, what is nested by resolvers."""

from collections.abc import Mapping
from decimal import Decimal

import strawberry
from strawberry import Private

from loaders.documents import Document
from schema.types.enums import (
    AreaLevel,
    AwardKind,
    ChangeBasis,
    Comparator,
    Direction,
    PeriodKind,
    RankKind,
)

Indicators = Mapping[str, Document]


@strawberry.type
class LocalizedText:
    """A text in several languages."""

    zh_hans: str | None
    en: str | None
    zh_hant: str | None

    @classmethod
    def of(cls, document: Document) -> "LocalizedText":
        """Convert a stored text."""
        texts = document["texts"]
        return cls(zh_hans=texts.get("zh-Hans"), en=texts.get("en"), zh_hant=texts.get("zh-Hant"))


def text(document: Document | None) -> LocalizedText | None:
    """Convert a stored text that may be missing."""
    return LocalizedText.of(document) if document else None


@strawberry.type
class Unit:
    """A unit of measure."""

    code: str


@strawberry.type
class Quantity:
    """A figure as published."""

    value: Decimal
    multiplier: int
    comparator: Comparator
    max_value: Decimal | None
    unit: Unit
    normalized: float

    @classmethod
    def of(cls, document: Document) -> "Quantity":
        """Convert a stored quantity."""
        most = document["max_value"]
        return cls(
            value=document["value"].to_decimal(),
            multiplier=document["multiplier"],
            comparator=Comparator(document["comparator"]),
            max_value=most.to_decimal() if most else None,
            unit=Unit(code=document["unit"]),
            normalized=document["normalized"],
        )


@strawberry.type
class Period:
    """A stretch of time."""

    kind: PeriodKind
    start: str | None
    end: str | None
    edtf: str | None
    label: LocalizedText

    @classmethod
    def of(cls, document: Document) -> "Period":
        """Convert a stored period."""
        return cls(
            kind=PeriodKind(document["kind"]),
            start=document["start"],
            end=document["end"],
            edtf=document["edtf"],
            label=LocalizedText.of(document["label"]),
        )


def period(document: Document | None) -> Period | None:
    """Convert a stored period that may be missing."""
    return Period.of(document) if document else None


@strawberry.type
class Change:
    """How a figure moved."""

    basis: ChangeBasis
    direction: Direction
    quantity: Quantity
    reference: Period | None

    @classmethod
    def of(cls, document: Document) -> "Change":
        """Convert a stored change."""
        return cls(
            basis=ChangeBasis(document["basis"]),
            direction=Direction(document["direction"]),
            quantity=Quantity.of(document["quantity"]),
            reference=period(document["reference"]),
        )


@strawberry.type
class Rank:
    """A place among peers."""

    kind: RankKind
    position: int | None
    of: int | None
    scope: AreaLevel | None
    area: LocalizedText | None


def ranks(document: Document) -> list[Rank]:
    """Convert the ranks of a stored metric or award."""
    return [
        Rank(
            kind=RankKind(one["kind"]),
            position=one["position"],
            of=one["of"],
            scope=AreaLevel(one["scope"]) if one["scope"] else None,
            area=text(one["area"]),
        )
        for one in document["ranks"]
    ]


@strawberry.type
class Source:
    """A publication."""

    slug: str


@strawberry.type
class Citation:
    """The source of a statement and the place in it."""

    source: Source
    locator: str


def citations(document: Document) -> list[Citation]:
    """Convert the citations of a statement."""
    return [Citation(source=Source(slug=one["source"]), locator=one["locator"]) for one in document["citations"]]


@strawberry.type
class Indicator:
    """What metrics measure."""

    slug: str
    name: LocalizedText


@strawberry.type
class Award:
    """A distinction."""

    slug: str
    name: LocalizedText
    kind: AwardKind
    level: AreaLevel | None
    issuer: LocalizedText | None
    streak_years: int | None
    note: LocalizedText | None
    document: Private[Document]

    @classmethod
    def of(cls, document: Document) -> "Award":
        """Convert a stored award."""
        return cls(
            slug=document["slug"],
            name=LocalizedText.of(document["name"]),
            kind=AwardKind(document["kind"]),
            level=AreaLevel(document["level"]) if document["level"] else None,
            issuer=text(document["issuer"]),
            streak_years=document["streak_years"],
            note=text(document["note"]),
            document=document,
        )

    @strawberry.field
    def period(self) -> Period | None:
        """When it was given."""
        return period(self.document["period"])

    @strawberry.field
    def ranks(self) -> list[Rank]:
        """The places that go with it."""
        return ranks(self.document)

    @strawberry.field
    def citations(self) -> list[Citation]:
        """Where it is published."""
        return citations(self.document)
