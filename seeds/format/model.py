"""The pydantic models of a district document in a seed file; nothing that can be derived is in it.

Names are those of the GraphQL schema; `seeds/district.schema.json` is generated from the models. Checks across
several fields of a document are in `seeds.format.checks`.
"""

from functools import cached_property
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import Field, ModelWrapValidatorHandler, model_validator

from loaders.comparability import IndicatorDirection, PeriodType
from loaders.documents import (
    AreaLevel,
    AwardKind,
    InitiativeStatus,
    MetricStatus,
    PlaceKind,
    ReportKind,
    SourceKind,
)
from loaders.model.observations import MAIN
from loaders.values.units import are_of_one_kind
from seeds.format.base import Model
from seeds.format.fields import (
    CodeText,
    Country,
    Day,
    Edtf,
    LanguageTag,
    Line,
    Slug,
    UnitCode,
    Url,
    Whole,
    allowing_units,
)
from seeds.format.own_units import MAX_UNITS, OwnUnit, unit_codes
from seeds.format.texts import Language, LocalizedText
from seeds.format.values import Change, Citations, KeptText, Period, Quantity, Rank

MAX_LIST = 1000
ACTUAL: Final = frozenset({"NORMAL", "ESTIMATED", "PROVISIONAL"})  # the statuses of what has been observed


class OtherReport(Model):
    """What the same source said before (SUPERSEDED), or another source says (DIFFERS), of the same thing."""

    kind: ReportKind
    quantity: Quantity
    printed: LocalizedText | None = None
    note: LocalizedText | None = None
    citations: Citations


class Observed(Model):
    """What is published of a metric at one time."""

    quantity: Quantity | None = None
    period: Period | None = None
    changes: Annotated[list[Change], Field(max_length=20)] = []
    rank: Rank | None = None
    ranks: Annotated[list[Rank], Field(max_length=20)] = []
    status: MetricStatus = "NORMAL"
    printed: LocalizedText | None = None
    counted: bool = False
    breaks: LocalizedText | None = None
    other_reports: Annotated[list[OtherReport], Field(max_length=20)] = []
    note: LocalizedText | None = None

    @model_validator(mode="after")
    def _ranks_are_said_once(self) -> Self:
        return _said_once(self)

    @property
    def is_actual(self) -> bool:
        """Whether it says how things are, and not how they are expected or wanted to be."""
        return self.status in ACTUAL

    @property
    def says_something(self) -> bool:
        """Whether there is a figure, a change or a rank."""
        return self.quantity is not None or bool(self.changes) or bool(all_ranks(self))


class Observation(Observed):
    """One of several figures of a metric; `slug` is its name within the metric, such as 2023 or 2025-target."""

    slug: Slug
    citations: Citations

    @model_validator(mode="after")
    def _is_of_something(self) -> Self:
        if not self.says_something:
            raise ValueError("an observation needs a quantity, a change or a rank")
        return self


class Metric(Observed):
    """What an initiative measures, with its only figure, or with several under `observations`.

    Without `indicator`, it defines an indicator with its own slug, name and unit.
    """

    slug: Slug
    name: LocalizedText
    indicator: Slug | None = None
    citations: Citations | None = None
    observations: Annotated[list[Observation], Field(max_length=MAX_LIST)] = []

    @model_validator(mode="after")
    def _has_one_figure_or_observations(self) -> Self:
        if not self.observations:
            if not self.says_something:
                raise ValueError("a metric needs a quantity, a change or a rank, or observations that have one")
            if self.citations is None:
                raise ValueError("a metric needs citations, at least one: {source: …, locator: …}")
            return self
        own = self.model_fields_set & {*Observed.model_fields, "citations"}
        if own:
            raise ValueError(
                f"a metric with observations has no {min(own)} of its own; write it in the observation that it is of"
            )
        return self

    @cached_property
    def all_observations(self) -> list[Observation]:
        """Its observations; the only figure of a metric that lists none is `main`."""
        if self.observations:
            return self.observations
        own = {name: getattr(self, name) for name in (*Observed.model_fields, "citations")}
        return [Observation.model_construct(slug=MAIN, **own)]


_Ranked = TypeVar("_Ranked", bound="Observed | Award")


def _said_once(ranked: _Ranked) -> _Ranked:
    if ranked.rank and ranked.ranks:
        raise ValueError("rank and ranks exclude each other; write all of them in ranks")
    return ranked


def all_ranks(ranked: "Observed | Award") -> list[Rank]:
    """The ranks of something, which a file may write as `rank` if there is one."""
    return [ranked.rank] if ranked.rank else ranked.ranks


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
    ranks: Annotated[list[Rank], Field(max_length=20)] = []
    note: LocalizedText | None = None
    citations: Citations

    @model_validator(mode="after")
    def _ranks_are_said_once(self) -> Self:
        return _said_once(self)


class System(Model):
    """A named system, platform or facility that an initiative runs."""

    slug: Slug
    name: LocalizedText
    summary: LocalizedText | None = None
    status: InitiativeStatus | None = None
    citations: Citations | None = None


class Initiative(Model):
    """A line of work within a pillar."""

    slug: Slug
    name: LocalizedText
    summary: LocalizedText | None = None
    status: InitiativeStatus | None = None
    citations: Citations | None = None
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
    published: Edtf | None = None
    published_on: Day | None = None
    accessed_on: Day | None = None
    language: LanguageTag | None = None
    kept_text: KeptText | None = None

    @model_validator(mode="after")
    def _published_is_said_once(self) -> Self:
        if self.published and self.published_on:
            raise ValueError("published and publishedOn exclude each other; published takes a day, a month or a year")
        return self

    @property
    def when_published(self) -> str | None:
        """When it was published, in EDTF."""
        return self.published or self.published_on


class Indicator(Model):
    """A measure that metrics share, listed if more is said of it than a metric's own name and unit.

    part_of: the slug of another indicator. units: several currencies, in place of `unit`.
    """

    slug: Slug
    name: LocalizedText
    definition: LocalizedText | None = None
    period_type: PeriodType | None = None
    part_of: Slug | None = None
    unit: UnitCode | None = None
    units: Annotated[list[UnitCode], Field(max_length=20)] = []
    direction: IndicatorDirection | None = None

    @model_validator(mode="after")
    def _has_units_of_one_kind(self) -> Self:
        if self.unit and self.units:
            raise ValueError("unit and units exclude each other; write one unit as unit, several as units")
        if len(set(self.units)) < len(self.units):
            raise ValueError("units names a unit twice; name each once")
        if not are_of_one_kind(self.units):
            raise ValueError(
                f"units {', '.join(self.units)} are not of one kind; only currencies can stand side by side, so "
                "make an indicator for each"
            )
        return self

    @property
    def all_units(self) -> list[str]:
        """Its unit or units, sorted."""
        return [self.unit] if self.unit else sorted(self.units)


class Strategy(LocalizedText):
    """What guides the work of a district."""

    citations: Citations | None = None


class District(Model):
    """One district with everything under it. language: of texts that say no other; zh-Hans if left out."""

    json_schema: Annotated[str | None, Field(alias="$schema", max_length=2000)] = None
    language: Language | None = None
    slug: Slug
    name: LocalizedText
    kind: PlaceKind = "DISTRICT"
    country: Country
    parent: Slug | None = None
    city: LocalizedText | None = None
    province: LocalizedText | None = None
    codes: Annotated[list[Code], Field(max_length=100)] = []
    strategy: Strategy | None = None
    sources: Annotated[list[Source], Field(max_length=MAX_LIST)] = []
    units: Annotated[list[OwnUnit], Field(max_length=MAX_UNITS)] = []
    indicators: Annotated[list[Indicator], Field(max_length=MAX_LIST)] = []
    awards: Annotated[list[Award], Field(max_length=MAX_LIST)] = []
    pillars: Annotated[list[Pillar], Field(max_length=MAX_LIST)] = []

    @model_validator(mode="wrap")
    @classmethod
    def _figures_may_have_its_units(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        with allowing_units(unit_codes(value)):
            return handler(value)
