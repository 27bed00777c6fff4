"""The enums of the schema. Their values are stored as they are, see `loaders.documents`."""

from enum import Enum
from typing import Annotated

import strawberry
from strawberry import argument
from strawberry import enum_value as value


@strawberry.enum(description="How a figure relates to the value beside it, as its source words it.")
class Comparator(Enum):
    """See `loaders.documents.Comparator`."""

    EQ = value("EQ", description="Exactly the value.")
    GT = value("GT", description="More than the value (“over”, 超, 突破, 余).")
    GTE = value("GTE", description="The value or more (“at least”, 以上).")
    LT = value("LT", description="Less than the value (“under”, 不足).")
    LTE = value("LTE", description="The value or less (“at most”, 以下).")
    NEAR = value("NEAR", description="Less than the value, but close to it (“nearly”, 近, 接近).")
    UP_TO = value("UP_TO", description="The value at best, and often less (“up to”, 最高, 高达).")
    APPROX = value("APPROX", description="About the value, above or below (约, 左右).")
    RANGE = value("RANGE", description="Between `value` and `maxValue`.")


@strawberry.enum(description="What stretch of time a period is.")
class PeriodKind(Enum):
    """See `loaders.documents.PeriodKind`; it depends on the days alone, not on how a file writes them."""

    DAY = value("DAY", description="One day.")
    MONTH = value("MONTH", description="One calendar month.")
    QUARTER = value("QUARTER", description="Three months of a year.")
    HALF_YEAR = value("HALF_YEAR", description="Six months of a year.")
    YEAR = value("YEAR", description="One calendar year; which one may be unknown.")
    RANGE = value(
        "RANGE", description="From one date to another that is none of these, or with an end open or unknown."
    )
    CUMULATIVE = value("CUMULATIVE", description="Everything so far, up to the end date or to an unnamed day.")


@strawberry.enum(description="What a change is measured against.")
class ChangeBasis(Enum):
    """See `loaders.documents.ChangeBasis`."""

    YEAR_ON_YEAR = value("YEAR_ON_YEAR", description="The same period a year earlier (同比).")
    PERIOD_ON_PERIOD = value("PERIOD_ON_PERIOD", description="The period just before (环比).")
    BASELINE = value("BASELINE", description="How things were before the work began.")
    TARGET = value("TARGET", description="A target that was set.")
    PEERS = value("PEERS", description="Others, such as the average of the city.")
    UNSPECIFIED = value("UNSPECIFIED", description="The source doesn't say what.")


@strawberry.enum(description="Which way a figure moved.")
class Direction(Enum):
    """See `loaders.documents.Direction`."""

    UP = value("UP", description="It rose.")
    DOWN = value("DOWN", description="It fell.")
    FLAT = value("FLAT", description="It stayed the same.")


@strawberry.enum(description="What kind of place among peers is claimed.")
class RankKind(Enum):
    """See `loaders.documents.RankKind`."""

    PLACE = value("PLACE", description="A place in a ranking, such as first in the city.")
    FIRST = value("FIRST", description="The first to do it (首个), which is no position in a ranking.")
    ONLY = value("ONLY", description="The only one (唯一), which is no position in a ranking.")
    FIRST_BATCH = value("FIRST_BATCH", description="One of the first group (首批); no position is claimed.")
    LEADING = value("LEADING", description="Among the leaders (前列); no position is claimed.")
    BAND = value("BAND", description="Among the first so many, such as the top 50; the position is the last of them.")
    TIER = value("TIER", description="In a tier, such as the first; the position is the tier's.")


@strawberry.enum(description="What a ranking orders by.")
class RankBasis(Enum):
    """See `loaders.documents.RankBasis`."""

    LEVEL = value("LEVEL", description="How high the figures are.")
    GROWTH = value("GROWTH", description="How fast they grow.")


@strawberry.enum(description="How large an area is: of a code, a rank's peers, or an award.")
class AreaLevel(Enum):
    """See `loaders.documents.AreaLevel`."""

    DISTRICT = value("DISTRICT", description="A district or county.")
    CITY = value("CITY", description="A city.")
    PROVINCE = value("PROVINCE", description="A province.")
    NATION = value("NATION", description="A whole country.")
    ASIA_PACIFIC = value("ASIA_PACIFIC", description="Asia and the Pacific.")
    WORLD = value("WORLD", description="The world.")


@strawberry.enum(description="What holds an award.")
class AwardHolder(Enum):
    """See `loaders.documents.AwardHolder`."""

    DISTRICT = value("DISTRICT", description="The district itself.")
    PILLAR = value("PILLAR", description="A pillar of the district.")
    INITIATIVE = value("INITIATIVE", description="An initiative of the district.")


@strawberry.enum(description="How firm a figure is; after SDMX's observation status.")
class MetricStatus(Enum):
    """See `loaders.documents.MetricStatus`."""

    NORMAL = value("NORMAL", description="Published without reservation.")
    ESTIMATED = value("ESTIMATED", description="An estimate.")
    PROVISIONAL = value("PROVISIONAL", description="Still to be confirmed.")
    FORECAST = value("FORECAST", description="Expected, not yet measured.")
    TARGET = value("TARGET", description="An aim, not a result.")


@strawberry.enum(description="How another report of the same thing relates to the one that stands.")
class ReportKind(Enum):
    """See `loaders.documents.ReportKind`."""

    SUPERSEDED = value("SUPERSEDED", description="It was published before and has been replaced.")
    DIFFERS = value("DIFFERS", description="Another source says so.")


@strawberry.enum(description="How far a line of work, or one of its systems, has come.")
class InitiativeStatus(Enum):
    """See `loaders.documents.InitiativeStatus`."""

    PLANNED = value("PLANNED", description="Announced, not begun.")
    IN_PROGRESS = value("IN_PROGRESS", description="Being built.")
    OPERATING = value("OPERATING", description="In use.")
    COMPLETED = value("COMPLETED", description="Finished.")


@strawberry.enum(description="What kind of distinction an award is.")
class AwardKind(Enum):
    """See `loaders.documents.AwardKind`."""

    AWARD = value("AWARD", description="A prize or title given in a selection.")
    HONOUR = value("HONOUR", description="A recognition or a place in a select group.")
    PILOT = value("PILOT", description="Chosen as a pilot.")
    CERTIFICATION = value("CERTIFICATION", description="Passed an assessment against a standard.")


@strawberry.enum(description="What kind of place a district is.")
class PlaceKind(Enum):
    """See `loaders.documents.PlaceKind`."""

    DISTRICT = value("DISTRICT", description="A district of a city.")
    COUNTY = value("COUNTY", description="A county.")
    CITY = value("CITY", description="A whole city.")
    ZONE = value("ZONE", description="A zone with an administration of its own, such as an industrial park.")
    TOWN = value("TOWN", description="A town, a street or another part of a district.")
    REGION = value("REGION", description="A region of several cities, or a province.")


@strawberry.enum(description="What the figures of an indicator stand for.")
class PeriodType(Enum):
    """See `loaders.comparability.PeriodType`."""

    INSTANT = value("INSTANT", description="How things were at one time, such as a number of cameras.")
    DURATION = value("DURATION", description="What happened over a time, such as the output of a year.")


@strawberry.enum(description="Which figures of an indicator are better.")
class IndicatorDirection(Enum):
    """See `loaders.comparability.IndicatorDirection`."""

    HIGHER_IS_BETTER = value("HIGHER_IS_BETTER", description="Large figures.")
    LOWER_IS_BETTER = value("LOWER_IS_BETTER", description="Small figures, such as of waiting times.")
    NEITHER = value("NEITHER", description="Neither large nor small figures; they only describe.")


@strawberry.enum(description="What kind of publication a source is.")
class SourceKind(Enum):
    """See `loaders.documents.SourceKind`."""

    GOVERNMENT_NOTICE = value("GOVERNMENT_NOTICE", description="A notice by a public authority.")
    NEWS = value("NEWS", description="A news report.")
    REPORT = value("REPORT", description="A report, such as a yearly one.")
    STATISTICS = value("STATISTICS", description="A statistical publication.")
    STANDARD = value("STANDARD", description="A technical standard.")
    LAW = value("LAW", description="A law or regulation.")
    SYNTHETIC = value("SYNTHETIC", description="No publication: generated sample data.")
    OTHER = value("OTHER", description="Anything else.")


@strawberry.enum(description="How to write a figure out.")
class FigureStyle(Enum):
    """Styles of `Quantity.formatted`; not stored."""

    PLAIN = value("PLAIN", description="All digits, grouped: over 160,000.")
    COMPACT = value("COMPACT", description="Short: 152.58亿, 15.258 billion.")
    SOURCE = value("SOURCE", description="As close to the source's wording as the language allows: 超16万路.")


@strawberry.enum(description="Which way a list is ordered.")
class OrderDirection(Enum):
    """An option of one sort key."""

    ASC = value("ASC", description="Smallest or earliest first.")
    DESC = value("DESC", description="Largest or latest first.")


Best = Annotated[
    OrderDirection | None,
    argument(
        description="Which figures are best: the largest (DESC) or the smallest (ASC). Without it, what the "
        "indicator's `direction` says: the smallest for LOWER_IS_BETTER, else the largest."
    ),
]


@strawberry.enum(description="Where items without a value stand in an order.")
class NullsOrder(Enum):
    """An option of one sort key."""

    FIRST = value("FIRST", description="Before all that have one.")
    LAST = value("LAST", description="After all that have one.")


@strawberry.enum(description="What to count by.")
class GroupBy(Enum):
    """The groups of an aggregate; `schema.retrieval.aggregates` says which list supports which."""

    DISTRICT = value("DISTRICT", description="The slug of the district.")
    PILLAR = value("PILLAR", description="The slug of the pillar.")
    UNIT = value("UNIT", description="The code of the figure's unit.")
    YEAR = value(
        "YEAR", description="The year of the period's last day, or of its first where that is open or unknown."
    )
    LEVEL = value("LEVEL", description="The size of the area that an award was chosen from.")
    KIND = value("KIND", description="The kind of distinction.")
    STATUS = value("STATUS", description="How firm a figure is, or how far a line of work has come.")
    INDICATOR = value("INDICATOR", description="The slug of what is measured.")
    CITY = value("CITY", description="The city, by its name in Simplified Chinese.")
    PROVINCE = value("PROVINCE", description="The province, by its name in Simplified Chinese.")


@strawberry.enum(description="What happened to something.")
class ChangeKind(Enum):
    """See `loaders.store.changes.ChangeKind`."""

    ADDED = value("ADDED", description="It is new.")
    CHANGED = value("CHANGED", description="Its content changed.")
    REMOVED = value("REMOVED", description="It is gone.")


@strawberry.enum(description="How much of a query a result of a search must have.")
class SearchMatch(Enum):
    """An argument of `search`; not stored."""

    ANY = value(
        "ANY", description="At least one of its words, runs of Chinese characters or phrases; first those with all."
    )
    ALL = value("ALL", description="All of them, wherever each stands.")


@strawberry.enum(description="What kind of thing a search may find.")
class SearchKind(Enum):
    """See `loaders.model.read_models.SearchRow`."""

    DISTRICT = value("DISTRICT", description="Districts.")
    PILLAR = value("PILLAR", description="Pillars.")
    INITIATIVE = value("INITIATIVE", description="Initiatives.")
    METRIC = value("METRIC", description="Metrics.")
    AWARD = value("AWARD", description="Awards.")
    INDICATOR = value("INDICATOR", description="Indicators: what metrics measure.")
    SOURCE = value("SOURCE", description="Sources: publications that are cited.")
