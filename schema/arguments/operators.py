"""Operators on a single value; if several are given, all must hold."""

from typing import Generic, TypeVar

import strawberry
from strawberry import UNSET, field

from schema.types.enums import (
    AreaLevel,
    AwardHolder,
    AwardKind,
    ChangeBasis,
    Comparator,
    Direction,
    InitiativeStatus,
    MetricStatus,
    PeriodKind,
    PlaceKind,
    RankKind,
    SourceKind,
)
from schema.types.scalars import Date

T = TypeVar("T")
MAX_VALUES = 100


@strawberry.input
class EqualityOperators(Generic[T]):
    """Operators of values that compare for equality only."""

    eq: T | None = field(default=UNSET, description="The value is equal to this one.")
    ne: T | None = field(
        default=UNSET, description="The value is not equal to this one; also true where there is no value."
    )
    in_: list[T] | None = field(
        default=UNSET, name="in", description=f"The value is one of these, at most {MAX_VALUES}."
    )
    not_in: list[T] | None = field(
        default=UNSET,
        description=f"The value is none of these, at most {MAX_VALUES}; also true where there is no value.",
    )
    exists: bool | None = field(default=UNSET, description="Whether there is a value at all: true or false.")


@strawberry.input
class RangeOperators(EqualityOperators[T]):
    """Operators of values that also have an order."""

    lt: T | None = field(default=UNSET, description="The value is less than this one.")
    lte: T | None = field(default=UNSET, description="The value is less than this one, or equal to it.")
    gt: T | None = field(default=UNSET, description="The value is more than this one.")
    gte: T | None = field(default=UNSET, description="The value is more than this one, or equal to it.")
    between: list[T] | None = field(
        default=UNSET, description="The value lies between these two, or is one of them: [low, high]."
    )


@strawberry.input(
    description="Conditions that a text must meet that names or codes something; texts are compared by code point."
)
class StringFilter(RangeOperators[str]):
    """Operators of slugs and codes."""


@strawberry.input(description="Conditions that a whole number must meet.")
class IntFilter(RangeOperators[int]):
    """Operators of counts, places and years."""


@strawberry.input(description="Conditions that a number must meet.")
class FloatFilter(RangeOperators[float]):
    """Operators of normalized figures."""


@strawberry.input(description="Conditions that a day must meet, such as 2025-09-30.")
class DateFilter(RangeOperators[Date]):
    """Operators of days."""


@strawberry.input(description="Conditions that a name must meet, in any of its languages.")
class NameFilter:
    """The only operator of names."""

    contains: str | None = field(
        default=UNSET,
        description="Has every word of this, and every run of Chinese characters; in Simplified or Traditional "
        "Chinese, full or half width, upper or lower case.",
    )


@strawberry.input(description="Conditions that a comparator must meet.")
class ComparatorFilter(EqualityOperators[Comparator]):
    """Operators of a comparator."""


@strawberry.input(description="Conditions that a kind of period must meet.")
class PeriodKindFilter(EqualityOperators[PeriodKind]):
    """Operators of a kind of period."""


@strawberry.input(description="Conditions that the basis of a change must meet.")
class ChangeBasisFilter(EqualityOperators[ChangeBasis]):
    """Operators of a basis."""


@strawberry.input(description="Conditions that the direction of a change must meet.")
class DirectionFilter(EqualityOperators[Direction]):
    """Operators of a direction."""


@strawberry.input(description="Conditions that a kind of rank must meet.")
class RankKindFilter(EqualityOperators[RankKind]):
    """Operators of a kind of rank."""


@strawberry.input(description="Conditions that a kind of publication must meet.")
class SourceKindFilter(EqualityOperators[SourceKind]):
    """Operators of a kind of source."""


@strawberry.input(description="Conditions that a kind of place must meet.")
class PlaceKindFilter(EqualityOperators[PlaceKind]):
    """Operators of a kind of place."""


@strawberry.input(description="Conditions that the size of an area must meet.")
class AreaLevelFilter(EqualityOperators[AreaLevel]):
    """Operators of an area's size."""


@strawberry.input(description="Conditions that the status of a figure must meet.")
class MetricStatusFilter(EqualityOperators[MetricStatus]):
    """Operators of a figure's status."""


@strawberry.input(description="Conditions that the status of a line of work must meet.")
class InitiativeStatusFilter(EqualityOperators[InitiativeStatus]):
    """Operators of an initiative's status."""


@strawberry.input(description="Conditions that the holder of an award must meet.")
class AwardHolderFilter(EqualityOperators[AwardHolder]):
    """Operators of what holds an award."""


@strawberry.input(description="Conditions that a kind of distinction must meet.")
class AwardKindFilter(EqualityOperators[AwardKind]):
    """Operators of a kind of award."""
