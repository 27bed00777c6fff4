"""The enums of the schema. Their values are stored as they are, see `loaders.documents`."""

from enum import Enum
from typing import Annotated

import strawberry
from strawberry import argument
from strawberry import enum_value as value


@strawberry.enum(description="How a figure is related to the value beside it, as its source words it.")
class Comparator(Enum):
    """See `loaders.documents.Comparator`."""

    EQ = value("EQ", description="The figure is exactly the value.")
    GT = value("GT", description="The figure is more than the value (“over”, 超, 突破, 余).")
    GTE = value("GTE", description="The figure is the value or more (“at least”, 以上).")
    LT = value("LT", description="The figure is less than the value (“under”, 不足).")
    LTE = value("LTE", description="The figure is the value or less (“at most”, 以下).")
    NEAR = value("NEAR", description="The figure is less than the value, but close to it (“nearly”, 近, 接近).")
    UP_TO = value("UP_TO", description="The figure is the value at best, and often less (“up to”, 最高, 高达).")
    APPROX = value("APPROX", description="The figure is about the value, above or below (约, 左右).")
    RANGE = value("RANGE", description="The figure lies between `value` and `maxValue`.")


@strawberry.enum(description="What stretch of time a period is.")
class PeriodKind(Enum):
    """See `loaders.documents.PeriodKind`; it depends on the days alone, not on how a file writes them."""

    DAY = value("DAY", description="The period is a single day.")
    MONTH = value("MONTH", description="The period is one calendar month.")
    QUARTER = value("QUARTER", description="The period is three months of a year, a quarter.")
    HALF_YEAR = value("HALF_YEAR", description="The period is the first or second six months of a year.")
    YEAR = value("YEAR", description="The period is one calendar year; which one may be unknown.")
    RANGE = value("RANGE", description="It is any other period, or one of its ends is open or unknown.")
    CUMULATIVE = value("CUMULATIVE", description="Everything is counted up to the end date or an unnamed day.")


@strawberry.enum(description="What a change is measured against.")
class ChangeBasis(Enum):
    """See `loaders.documents.ChangeBasis`."""

    YEAR_ON_YEAR = value("YEAR_ON_YEAR", description="It is compared with the same period a year earlier (同比).")
    PERIOD_ON_PERIOD = value("PERIOD_ON_PERIOD", description="It is compared with the period just before (环比).")
    BASELINE = value("BASELINE", description="It is compared with how things were before the work began.")
    TARGET = value("TARGET", description="It is compared with a target that was set.")
    PEERS = value("PEERS", description="It is compared with others, such as the average of the city.")
    UNSPECIFIED = value("UNSPECIFIED", description="The source doesn't say what it is compared with.")


@strawberry.enum(description="Which way a figure moved.")
class Direction(Enum):
    """See `loaders.documents.Direction`."""

    UP = value("UP", description="The figure has become larger.")
    DOWN = value("DOWN", description="The figure has become smaller.")
    FLAT = value("FLAT", description="The figure has stayed the same.")


@strawberry.enum(description="What kind of place among peers is claimed.")
class RankKind(Enum):
    """See `loaders.documents.RankKind`."""

    PLACE = value("PLACE", description="It has a place in a ranking, such as first in the city.")
    FIRST = value("FIRST", description="It is the first to do it (首个), which is no position in a ranking.")
    ONLY = value("ONLY", description="It is the only one (唯一), which is no position in a ranking.")
    FIRST_BATCH = value("FIRST_BATCH", description="It is in the first group (首批); no position is claimed.")
    LEADING = value("LEADING", description="It is among the leaders (前列); no position is claimed.")
    BAND = value("BAND", description="It is among the first so many (the top 50); the position is the last one.")
    TIER = value("TIER", description="It is in a tier, such as the first; the position is the tier's.")


@strawberry.enum(description="What is ranked: figures or their growth.")
class RankBasis(Enum):
    """See `loaders.documents.RankBasis`."""

    LEVEL = value("LEVEL", description="It is ranked by how high the figures are.")
    GROWTH = value("GROWTH", description="It is ranked by how fast the figures grow.")


@strawberry.enum(description="How large an area is: of a code, a rank's peers, or an award.")
class AreaLevel(Enum):
    """See `loaders.documents.AreaLevel`."""

    DISTRICT = value("DISTRICT", description="The area is a district or a county.")
    CITY = value("CITY", description="The area is a city as a whole.")
    PROVINCE = value("PROVINCE", description="The area is a province as a whole.")
    NATION = value("NATION", description="The area is a whole country.")
    ASIA_PACIFIC = value("ASIA_PACIFIC", description="The area is that of all countries of Asia and the Pacific.")
    WORLD = value("WORLD", description="The area is the whole world.")


@strawberry.enum(description="What holds an award.")
class AwardHolder(Enum):
    """See `loaders.documents.AwardHolder`."""

    DISTRICT = value("DISTRICT", description="The district itself holds it.")
    PILLAR = value("PILLAR", description="A pillar of the district holds it.")
    INITIATIVE = value("INITIATIVE", description="An initiative of the district holds it.")


@strawberry.enum(description="How firm a figure is; after SDMX's observation status.")
class MetricStatus(Enum):
    """See `loaders.documents.MetricStatus`."""

    NORMAL = value("NORMAL", description="The figure is published without reservation.")
    ESTIMATED = value("ESTIMATED", description="The figure is an estimate.")
    PROVISIONAL = value("PROVISIONAL", description="The figure is still to be confirmed.")
    FORECAST = value("FORECAST", description="The figure is expected, and not yet measured.")
    TARGET = value("TARGET", description="The figure is an aim, and no result.")


@strawberry.enum(description="How another report of the same thing relates to the one that stands.")
class ReportKind(Enum):
    """See `loaders.documents.ReportKind`."""

    SUPERSEDED = value("SUPERSEDED", description="It was published before and has been replaced.")
    DIFFERS = value("DIFFERS", description="Another source says so.")


@strawberry.enum(description="How far a line of work, or one of its systems, has come.")
class InitiativeStatus(Enum):
    """See `loaders.documents.InitiativeStatus`."""

    PLANNED = value("PLANNED", description="It was announced, and has not begun.")
    IN_PROGRESS = value("IN_PROGRESS", description="It is being built.")
    OPERATING = value("OPERATING", description="It is in use.")
    COMPLETED = value("COMPLETED", description="The work is finished.")


@strawberry.enum(description="What kind of distinction an award is.")
class AwardKind(Enum):
    """See `loaders.documents.AwardKind`."""

    AWARD = value("AWARD", description="It is a prize or title that was given in a selection.")
    HONOUR = value("HONOUR", description="It is a recognition, or a place in a select group.")
    PILOT = value("PILOT", description="It was chosen as a pilot.")
    CERTIFICATION = value("CERTIFICATION", description="It is a certificate for having met a standard.")


@strawberry.enum(description="What kind of place a district is.")
class PlaceKind(Enum):
    """See `loaders.documents.PlaceKind`."""

    DISTRICT = value("DISTRICT", description="It is a district of a city.")
    COUNTY = value("COUNTY", description="It is a county, with a government of its own.")
    CITY = value("CITY", description="It is a whole city.")
    ZONE = value("ZONE", description="It is a zone with its own administration, such as an industrial park.")
    TOWN = value("TOWN", description="It is a town, a street or another part of a district.")
    REGION = value("REGION", description="It is a region of several cities, or a province.")


@strawberry.enum(description="What the figures of an indicator stand for.")
class PeriodType(Enum):
    """See `loaders.comparability.PeriodType`."""

    INSTANT = value("INSTANT", description="How things were at one time, such as a number of cameras.")
    DURATION = value("DURATION", description="What happened over a time, such as the output of a year.")


@strawberry.enum(description="Which figures of an indicator are better.")
class IndicatorDirection(Enum):
    """See `loaders.comparability.IndicatorDirection`."""

    HIGHER_IS_BETTER = value("HIGHER_IS_BETTER", description="Large figures are better.")
    LOWER_IS_BETTER = value("LOWER_IS_BETTER", description="Small figures are better, such as of waiting times.")
    NEITHER = value("NEITHER", description="Neither large nor small figures are better; they only describe.")


@strawberry.enum(description="What kind of publication a source is.")
class SourceKind(Enum):
    """See `loaders.documents.SourceKind`."""

    GOVERNMENT_NOTICE = value("GOVERNMENT_NOTICE", description="It is a notice by a public authority.")
    NEWS = value("NEWS", description="It is a report in the news.")
    REPORT = value("REPORT", description="It is a report, such as a yearly one.")
    STATISTICS = value("STATISTICS", description="It is a statistical publication, such as a yearbook.")
    STANDARD = value("STANDARD", description="It is a technical standard, such as one of ISO.")
    LAW = value("LAW", description="It is a law or a regulation.")
    SYNTHETIC = value("SYNTHETIC", description="It is no publication: the sample data is generated.")
    OTHER = value("OTHER", description="It is of no other kind in this list.")


@strawberry.enum(description="How a figure is written out.")
class FigureStyle(Enum):
    """Styles of `Quantity.formatted`; not stored."""

    PLAIN = value("PLAIN", description="All digits are written, in groups: over 160,000.")
    COMPACT = value("COMPACT", description="The number is shortened: 152.58亿, 15.258 billion.")
    SOURCE = value("SOURCE", description="It is as close to the source's wording as the language allows: 超16万路.")


@strawberry.enum(description="Which way a list is ordered.")
class OrderDirection(Enum):
    """An option of one sort key."""

    ASC = value("ASC", description="The smallest or earliest comes first.")
    DESC = value("DESC", description="The largest or latest comes first.")


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

    FIRST = value("FIRST", description="They come before all that have one.")
    LAST = value("LAST", description="They come after all that have one.")


@strawberry.enum(description="The field whose values are counted: each value is a group.")
class GroupBy(Enum):
    """The groups of an aggregate; `schema.retrieval.aggregates` says which list supports which."""

    DISTRICT = value("DISTRICT", description="Items are counted by the slug of the district.")
    PILLAR = value("PILLAR", description="Items are counted by the slug of the pillar.")
    UNIT = value("UNIT", description="Items are counted by the code of the figure's unit.")
    YEAR = value("YEAR", description="Items are counted by the year of the period's last day, or else of its first.")
    LEVEL = value("LEVEL", description="Awards are counted by the size of the area that they were chosen from.")
    KIND = value("KIND", description="Awards are counted by the kind of distinction.")
    STATUS = value(
        "STATUS", description="Items are counted by how firm a figure is, or how far a line of work has come."
    )
    INDICATOR = value("INDICATOR", description="Items are counted by the slug of what is measured.")
    CITY = value("CITY", description="Districts are counted by the Simplified Chinese name of their city.")
    PROVINCE = value(
        "PROVINCE", description="Districts are counted by the Simplified Chinese name of their province."
    )


@strawberry.enum(description="What happened to something.")
class ChangeKind(Enum):
    """See `loaders.store.changes.ChangeKind`."""

    ADDED = value("ADDED", description="It is new in this revision.")
    CHANGED = value("CHANGED", description="Its content is different in this revision.")
    REMOVED = value("REMOVED", description="It is gone from this revision on.")


@strawberry.enum(description="How much of a query a result of a search must have.")
class SearchMatch(Enum):
    """An argument of `search`; not stored."""

    ANY = value(
        "ANY",
        description="At least one of its words, runs of Chinese characters or phrases is found; first those with "
        "all.",
    )
    ALL = value("ALL", description="All of them must be found, wherever each stands.")


@strawberry.enum(description="What kind of thing a search may find.")
class SearchKind(Enum):
    """See `loaders.model.read_models.SearchRow`."""

    DISTRICT = value("DISTRICT", description="Only districts are found.")
    PILLAR = value("PILLAR", description="Only pillars are found.")
    INITIATIVE = value("INITIATIVE", description="Only initiatives are found.")
    METRIC = value("METRIC", description="Only metrics are found.")
    AWARD = value("AWARD", description="Only awards are found.")
    INDICATOR = value("INDICATOR", description="Only indicators are found: what metrics measure.")
    SOURCE = value("SOURCE", description="Only sources are found: publications that are cited.")
