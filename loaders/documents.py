"""The types of the stored documents.

The `$jsonSchema` validators are derived from these types (`loaders.model.validators`), the seed loader builds them,
and a test compares the GraphQL types with them. Keys are snake_case. An unknown value is stored as null, so a
missing key always means damage. `district`, `pillar` and `initiative` of an item are the slugs of its parents, so
that an item is the same inside its district and in a row of its own (`loaders.model.read_models`).
`awards` are an object's own; `award_count` also counts those below it.
"""

from decimal import Decimal
from typing import Any, Final, Literal, NotRequired, TypeAlias, TypedDict

from loaders.comparability import Comparability, OwnUnit
from loaders.texts import Citation, LocalizedText, Name, OrderedName, Strategy

Document: TypeAlias = dict[str, Any]

# The `to` of a version that is not superseded: the largest integer that JSON clients represent exactly.
STILL_LIVE: Final = 2**53 - 1

Comparator = Literal["EQ", "GT", "GTE", "LT", "LTE", "NEAR", "UP_TO", "APPROX", "RANGE"]
PeriodKind = Literal["DAY", "MONTH", "QUARTER", "HALF_YEAR", "YEAR", "RANGE", "CUMULATIVE"]
ChangeBasis = Literal["YEAR_ON_YEAR", "PERIOD_ON_PERIOD", "BASELINE", "TARGET", "PEERS", "UNSPECIFIED"]
Direction = Literal["UP", "DOWN", "FLAT"]
ReportKind = Literal["SUPERSEDED", "DIFFERS"]
RankKind = Literal["PLACE", "FIRST", "ONLY", "FIRST_BATCH", "LEADING", "BAND", "TIER"]
RankBasis = Literal["LEVEL", "GROWTH"]
AreaLevel = Literal["DISTRICT", "CITY", "PROVINCE", "NATION", "ASIA_PACIFIC", "WORLD"]
MetricStatus = Literal["NORMAL", "ESTIMATED", "PROVISIONAL", "FORECAST", "TARGET"]
InitiativeStatus = Literal["PLANNED", "IN_PROGRESS", "OPERATING", "COMPLETED"]
AwardKind = Literal["AWARD", "HONOUR", "PILOT", "CERTIFICATION"]
AwardHolder = Literal["DISTRICT", "PILLAR", "INITIATIVE"]
PlaceKind = Literal["DISTRICT", "COUNTY", "CITY", "ZONE", "TOWN", "REGION"]
SourceKind = Literal["GOVERNMENT_NOTICE", "NEWS", "REPORT", "STATISTICS", "STANDARD", "LAW", "SYNTHETIC", "OTHER"]


class Quantity(TypedDict):
    """A figure as published: `value` times ten to the `multiplier`, in `unit` (a registry code)."""

    value: Decimal
    multiplier: int
    comparator: Comparator
    max_value: Decimal | None
    unit: str
    normalized: float
    decimals: int


class Period(TypedDict):
    """A stretch of time; `start` and `end` are inclusive ISO 8601 dates, null when open or unknown.

    kind: follows from the dates where they are known, or is CUMULATIVE. start_is_open, end_is_open: false if unknown.
    approximate, uncertain: whether the source says so of a date (EDTF `~`, `?`, `%`); they change no date.
    """

    kind: PeriodKind
    start: str | None
    end: str | None
    start_is_open: bool
    end_is_open: bool
    approximate: bool
    uncertain: bool
    edtf: str | None
    label: LocalizedText


# `from` is a keyword of Python, hence the functional form.
ChangeEnds = TypedDict("ChangeEnds", {"from": Quantity | None, "to": Quantity | None})
"""The figures before and after a change, where the source prints them."""


class Change(ChangeEnds):
    """How a figure moved; `quantity` is positive, `direction` has the sign; like_for_like: if the source says so."""

    basis: ChangeBasis
    direction: Direction
    quantity: Quantity
    reference: Period | None
    like_for_like: bool


class Rank(TypedDict):
    """A place among peers; `position` is null unless `kind` is PLACE, BAND or TIER, `scope` if none is named.

    by: who ranks. basis: by level or by growth. among: the peers, if not all of the area. tied: whether others share
    it. edition: of a ranking that appears regularly. streak: for how many times in a row.
    """

    kind: RankKind
    position: int | None
    of: int | None
    scope: AreaLevel | None
    area: LocalizedText | None
    by: LocalizedText | None
    basis: RankBasis | None
    among: LocalizedText | None
    tied: bool
    edition: LocalizedText | None
    streak: int | None


class OtherReport(TypedDict):
    """What was published otherwise of the same thing; `kind` says whether it was replaced or disagrees."""

    kind: ReportKind
    quantity: Quantity
    printed: LocalizedText | None
    note: LocalizedText | None
    citations: list[Citation]


class Observation(TypedDict):
    """One published figure of a metric, whose slug is `metric`; `indicator` is the slug of what it measures.

    reference_date: the day it stands for: the last of its period, or else the day its source was published.
    ranked_as: the list in which it stands for its district, if any (`seeds.building.ranked`). counted: by the editor.
    """

    id: str
    slug: str
    district: str
    pillar: str
    initiative: str
    metric: str
    indicator: str
    quantity: Quantity | None
    period: Period | None
    reference_date: str | None
    ranked_as: str | None
    changes: list[Change]
    ranks: list[Rank]
    best_rank: int | None
    status: MetricStatus
    printed: LocalizedText | None
    counted: bool
    breaks: LocalizedText | None
    other_reports: list[OtherReport]
    note: LocalizedText | None
    citations: list[Citation]


class Metric(TypedDict):
    """What an initiative measures. `latest` is the slug of its latest observation, repeated here; null for none."""

    id: str
    slug: str
    district: str
    pillar: str
    initiative: str
    name: OrderedName
    indicator: str
    quantity: Quantity | None
    period: Period | None
    changes: list[Change]
    ranks: list[Rank]
    best_rank: int | None
    status: MetricStatus | None
    note: LocalizedText | None
    citations: list[Citation]
    latest: str | None
    ranked_as: str | None
    observation_count: int
    observations: list[Observation]


class Award(TypedDict):
    """A prize, honour, pilot status or certification."""

    id: str
    slug: str
    district: str
    pillar: str | None
    initiative: str | None
    held_by: AwardHolder
    name: OrderedName
    kind: AwardKind
    level: AreaLevel | None
    issuer: LocalizedText | None
    period: Period | None
    streak_years: int | None
    ranks: list[Rank]
    best_rank: int | None
    note: LocalizedText | None
    citations: list[Citation]


class System(TypedDict):
    """A named system, platform or facility that an initiative runs."""

    slug: str
    name: Name
    summary: LocalizedText | None
    status: InitiativeStatus | None
    citations: list[Citation]


class Initiative(TypedDict):
    """A line of work within a pillar."""

    id: str
    slug: str
    district: str
    pillar: str
    name: OrderedName
    summary: LocalizedText | None
    status: InitiativeStatus | None
    citations: list[Citation]
    systems: list[System]
    metric_count: int
    metrics: list[Metric]
    award_count: int
    awards: list[Award]


class Pillar(TypedDict):
    """One of the main themes of a district."""

    id: str
    slug: str
    district: str
    name: Name
    summary: LocalizedText | None
    initiative_count: int
    initiatives: list[Initiative]
    metric_count: int
    award_count: int
    awards: list[Award]


class Code(TypedDict):
    """A code of an area in a public scheme; `level` is the level of that area."""

    scheme: str
    value: str
    level: AreaLevel


class Source(TypedDict):
    """A publication that statements are cited from; `published` is in EDTF, `published_on` the day, if it is one."""

    id: str
    slug: str
    title: LocalizedText
    kind: SourceKind
    publisher: LocalizedText | None
    url: str | None
    published: str | None
    published_on: str | None
    accessed_on: str | None
    language: str | None


class Indicator(Comparability):
    """A measure that metrics of several districts share."""

    id: str
    slug: str
    name: Name
    definition: LocalizedText | None


class DistrictContent(TypedDict):
    """The content of a district document, without its version; `country` is an ISO 3166-1 code, `parent` a slug.

    languages: the tags of all its texts, that of its name's master first. units: those that only it counts, if any.
    """

    id: str
    slug: str
    name: OrderedName
    kind: PlaceKind
    country: str
    parent: str | None
    city: Name | None
    province: Name | None
    codes: list[Code]
    strategy: Strategy | None
    pillar_count: int
    pillars: list[Pillar]
    initiative_count: int
    metric_count: int
    observation_count: int
    total_award_count: int
    award_count: int
    awards: list[Award]
    languages: list[str]
    sources: list[Source]
    indicators: list[Indicator]
    units: NotRequired[list[OwnUnit]]


Version = TypedDict("Version", {"_id": str, "from": int, "to": int})
"""One version of a document: visible to revision R when `from` <= R < `to` (a keyword: functional form)."""


class District(DistrictContent, Version):
    """One version of one district; `_id` is `slug@from`, `hash` the sha256 of its content, `tokens` its name's."""

    hash: str
    tokens: list[str]
