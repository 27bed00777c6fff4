"""Why something is not ranked, put together or computed: enums that are not stored."""

from enum import Enum

import strawberry
from strawberry import enum_value as value


@strawberry.enum(description="Why a district is not in a ranking.")
class LeftOutReason(Enum):
    """Built by `schema.rankings.ranking`."""

    OTHER_KIND = value("OTHER_KIND", description="It is a place of another kind than those asked for.")
    PART_OF_RANKED = value("PART_OF_RANKED", description="It is a part of a place that is in the ranking.")
    OTHER_PERIOD = value("OTHER_PERIOD", description="Its figures are for other periods.")
    OTHER_UNIT = value("OTHER_UNIT", description="Its figures are in other units.")
    OTHER_STATUS = value(
        "OTHER_STATUS",
        description="Its figures have other statuses; where none are asked for, they are forecasts or targets.",
    )
    NO_FIGURE = value("NO_FIGURE", description="It publishes only changes or ranks.")


@strawberry.enum(description="Why figures of a list can't be put together.")
class NotComparedReason(Enum):
    """Built by `schema.rankings.compared`."""

    SEVERAL_INDICATORS = value("SEVERAL_INDICATORS", description="The figures measure different things.")
    SEVERAL_UNITS = value("SEVERAL_UNITS", description="They are in different units.")
    SEVERAL_STATUSES = value("SEVERAL_STATUSES", description="Results, forecasts and targets are among them.")
    SEVERAL_PERIODS = value("SEVERAL_PERIODS", description="They are for different periods.")


@strawberry.enum(description="Why growth can't be computed or ranked.")
class NoGrowthReason(Enum):
    """Built by `schema.base.growth`."""

    NO_FIGURE = value("NO_FIGURE", description="A figure of one of the periods is missing.")
    OTHER_LENGTH = value("OTHER_LENGTH", description="The periods are not known to be equally long.")
    OTHER_UNIT = value("OTHER_UNIT", description="The figures are in another unit.")
    BREAK = value("BREAK", description="The later figure can't be joined with the earlier one.")
    BOUNDS = value("BOUNDS", description="The figures are bounds or ranges that leave open how they grew.")
    FROM_ZERO = value("FROM_ZERO", description="The earlier figure is zero or less.")
    PART_OF_RANKED = value("PART_OF_RANKED", description="It is a part of a place that is in the ranking.")
    OTHER_KIND = value("OTHER_KIND", description="It is a place of another kind than those asked for.")
