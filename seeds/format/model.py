"""The pydantic models of a district document in a seed file; nothing that can be derived is in it.

Names are those of the GraphQL schema; `seeds/district.schema.json` is generated from the models. Checks across
several fields of a document are in `seeds.format.checks`.
"""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from loaders.documents import (
    AreaLevel,
    AwardKind,
    ChangeBasis,
    Comparator,
    Direction,
    InitiativeStatus,
    MetricStatus,
    PeriodKind,
    RankKind,
    SourceKind,
)
from loaders.values.edtf import parse_edtf
from seeds.format.fields import (
    CodeText,
    Day,
    Edtf,
    Figure,
    LanguageTag,
    Line,
    Prose,
    Slug,
    UnitCode,
    Url,
    Whole,
)

MAX_LIST = 1000


class Model(BaseModel):
    """Rejects unknown keys, and never converts one type into another."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=False, extra="forbid", frozen=True, strict=True
    )


class LocalizedText(Model):
    """One text: `zhHans` is the master, `zhHant` is derived from it when left out."""

    zh_hans: Prose
    en: Prose | None = None
    zh_hant: Prose | None = None


class Quantity(Model):
    """A figure as published: 152.58亿 is value 152.58 with multiplier 8."""

    value: Figure
    multiplier: Annotated[Whole, Field(ge=0, le=18)] = 0
    comparator: Comparator = "EQ"
    max_value: Figure | None = None
    unit: UnitCode

    @model_validator(mode="after")
    def _range_has_both_ends(self) -> Self:
        if self.comparator == "RANGE" and (self.max_value is None or self.max_value <= self.value):
            raise ValueError("comparator RANGE needs a maxValue above value")
        if self.comparator != "RANGE" and self.max_value is not None:
            raise ValueError("maxValue belongs to comparator RANGE; remove it or set the comparator")
        return self


class Period(Model):
    """A stretch of time; `edtf` gives its days, and is left out where the source names none.

    `kind` follows from the days, or is CUMULATIVE. It may also be RANGE if `edtf` is an interval.
    """

    kind: PeriodKind
    edtf: Edtf | None = None
    label: LocalizedText

    @model_validator(mode="after")
    def _kind_fits_edtf(self) -> Self:
        if self.edtf is None:
            return self
        kind = parse_edtf(self.edtf).kind
        is_interval = self.kind == "RANGE" and "/" in self.edtf
        if self.kind not in {kind, "CUMULATIVE"} and not is_interval:
            raise ValueError(f"edtf {self.edtf} is of kind {kind}, not {self.kind}; make them agree")
        return self


class Change(Model):
    """How a figure changed, and compared with what."""

    basis: ChangeBasis
    direction: Direction
    quantity: Quantity
    reference: Period | None = None

    @model_validator(mode="after")
    def _sign_is_in_direction(self) -> Self:
        value = self.quantity.value
        if value < 0 or (value == 0) != (self.direction == "FLAT"):
            raise ValueError("a change's quantity is positive and its direction UP or DOWN (or 0 and FLAT)")
        return self


class Rank(Model):
    """A place among peers; kind PLACE needs a position, the other kinds have none.

    `scope` is left out where the source doesn't name the peers.
    """

    kind: RankKind = "PLACE"
    position: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    of: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    scope: AreaLevel | None = None
    area: LocalizedText | None = None

    @model_validator(mode="after")
    def _position_fits_kind(self) -> Self:
        if self.kind != "PLACE" and self.position is not None:
            raise ValueError(
                f"a rank of kind {self.kind} has no position; remove it, or write kind PLACE for a numbered place"
            )
        if self.kind == "PLACE" and self.position is None:
            raise ValueError("a rank of kind PLACE needs a position; without one, use LEADING")
        if self.of is not None and self.position is not None and self.position > self.of:
            raise ValueError(f"position {self.position} is greater than the number of peers, {self.of}")
        return self


class Citation(Model):
    """The evidence of a statement: a source of this document and a place in it, such as L5."""

    source: Slug
    locator: Line


Citations = Annotated[list[Citation], Field(min_length=1, max_length=100)]


class Metric(Model):
    """One published figure. Without `indicator`, it defines an indicator with its own slug, name and unit."""

    slug: Slug
    name: LocalizedText
    indicator: Slug | None = None
    quantity: Quantity | None = None
    period: Period | None = None
    changes: Annotated[list[Change], Field(max_length=20)] = []
    rank: Rank | None = None
    status: MetricStatus = "NORMAL"
    note: LocalizedText | None = None
    citations: Citations

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.quantity is None and not self.changes and self.rank is None:
            raise ValueError("a metric needs a quantity, a change or a rank")
        return self


class Award(Model):
    """A prize, honour, pilot status or certification."""

    slug: Slug
    name: LocalizedText
    kind: AwardKind
    level: AreaLevel | None = None
    issuer: LocalizedText | None = None
    period: Period | None = None
    streak_years: Annotated[Whole, Field(ge=1, le=1000)] | None = None
    rank: Rank | None = None
    note: LocalizedText | None = None
    citations: Citations


class System(Model):
    """A named system, platform or facility that an initiative runs."""

    slug: Slug
    name: LocalizedText
    summary: LocalizedText | None = None
    status: InitiativeStatus | None = None


class Initiative(Model):
    """A line of work within a pillar."""

    slug: Slug
    name: LocalizedText
    summary: LocalizedText | None = None
    status: InitiativeStatus | None = None
    systems: Annotated[list[System], Field(max_length=MAX_LIST)] = []
    metrics: Annotated[list[Metric], Field(max_length=MAX_LIST)] = []
    awards: Annotated[list[Award], Field(max_length=MAX_LIST)] = []


class Pillar(Model):
    """One of the main themes of a district."""

    slug: Slug
    name: LocalizedText
    summary: LocalizedText | None = None
    initiatives: Annotated[list[Initiative], Field(max_length=MAX_LIST)] = []
    awards: Annotated[list[Award], Field(max_length=MAX_LIST)] = []


class Code(Model):
    """A code of the district, its city or its province in a public scheme such as GB/T 2260."""

    scheme: Line
    value: CodeText
    level: AreaLevel


class Source(Model):
    """A publication that statements cite; leave out fields that it doesn't state."""

    slug: Slug
    title: LocalizedText
    kind: SourceKind
    publisher: LocalizedText | None = None
    url: Url | None = None
    published_on: Day | None = None
    accessed_on: Day | None = None
    language: LanguageTag | None = None


class Indicator(Model):
    """A measure that metrics share, listed if its name or unit differs from the metric's own."""

    slug: Slug
    name: LocalizedText
    definition: LocalizedText | None = None
    unit: UnitCode | None = None


class District(Model):
    """One district with everything under it."""

    json_schema: Annotated[str | None, Field(alias="$schema", max_length=2000)] = None
    slug: Slug
    name: LocalizedText
    city: LocalizedText
    province: LocalizedText
    codes: Annotated[list[Code], Field(max_length=100)] = []
    strategy: LocalizedText | None = None
    sources: Annotated[list[Source], Field(max_length=MAX_LIST)] = []
    indicators: Annotated[list[Indicator], Field(max_length=MAX_LIST)] = []
    awards: Annotated[list[Award], Field(max_length=MAX_LIST)] = []
    pillars: Annotated[list[Pillar], Field(max_length=MAX_LIST)] = []
