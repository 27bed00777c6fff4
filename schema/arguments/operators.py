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

    eq: T | None = field(default=UNSET, description="Is this.")
    ne: T | None = field(default=UNSET, description="Is not this; also true where there is no value.")
    in_: list[T] | None = field(default=UNSET, name="in", description=f"Is one of these, at most {MAX_VALUES}.")
    not_in: list[T] | None = field(
        default=UNSET, description=f"Is none of these, at most {MAX_VALUES}; also true where there is no value."
    )
    exists: bool | None = field(default=UNSET, description="Whether there is a value at all.")


@strawberry.input
class RangeOperators(EqualityOperators[T]):
    """Operators of values that also have an order."""

    lt: T | None = field(default=UNSET, description="Is less than this.")
    lte: T | None = field(default=UNSET, description="Is this or less.")
    gt: T | None = field(default=UNSET, description="Is more than this.")
    gte: T | None = field(default=UNSET, description="Is this or more.")
    between: list[T] | None = field(default=UNSET, description="Lies between two values, both included: [low, high].")


@strawberry.input(description="Conditions on a text that names or codes something; compares by code point.")
class StringFilter(RangeOperators[str]):
    """Operators of slugs and codes."""


@strawberry.input(description="Conditions on a whole number.")
class IntFilter(RangeOperators[int]):
    """Operators of counts, places and years."""


@strawberry.input(description="Conditions on a number.")
class FloatFilter(RangeOperators[float]):
    """Operators of normalized figures."""


@strawberry.input(description="Conditions on a day, such as 2025-09-30.")
class DateFilter(RangeOperators[Date]):
    """Operators of days."""


@strawberry.input(description="Conditions on a name, in any of its languages.")
class NameFilter:
    """The only operator of names."""

    contains: str | None = field(
        default=UNSET,
        description="Has every word of this, and every run of Chinese characters; in Simplified or Traditional "
        "Chinese, full or half width, upper or lower case.",
    )


@strawberry.input(description="Conditions on a comparator.")
class ComparatorFilter(EqualityOperators[Comparator]):
    """Operators of a comparator."""


@strawberry.input(description="Conditions on a kind of period.")
class PeriodKindFilter(EqualityOperators[PeriodKind]):
    """Operators of a kind of period."""


@strawberry.input(description="Conditions on what a change is measured against.")
class ChangeBasisFilter(EqualityOperators[ChangeBasis]):
    """Operators of a basis."""


@strawberry.input(description="Conditions on the way a figure moved.")
class DirectionFilter(EqualityOperators[Direction]):
    """Operators of a direction."""


@strawberry.input(description="Conditions on a kind of rank.")
class RankKindFilter(EqualityOperators[RankKind]):
    """Operators of a kind of rank."""


@strawberry.input(description="Conditions on a kind of publication.")
class SourceKindFilter(EqualityOperators[SourceKind]):
    """Operators of a kind of source."""


@strawberry.input(description="Conditions on a kind of place.")
class PlaceKindFilter(EqualityOperators[PlaceKind]):
    """Operators of a kind of place."""


@strawberry.input(description="Conditions on the size of an area.")
class AreaLevelFilter(EqualityOperators[AreaLevel]):
    """Operators of an area's size."""


@strawberry.input(description="Conditions on how firm a figure is.")
class MetricStatusFilter(EqualityOperators[MetricStatus]):
    """Operators of a figure's status."""


@strawberry.input(description="Conditions on how far a line of work has come.")
class InitiativeStatusFilter(EqualityOperators[InitiativeStatus]):
    """Operators of an initiative's status."""


@strawberry.input(description="Conditions on what holds an award.")
class AwardHolderFilter(EqualityOperators[AwardHolder]):
    """Operators of what holds an award."""


@strawberry.input(description="Conditions on a kind of distinction.")
class AwardKindFilter(EqualityOperators[AwardKind]):
    """Operators of a kind of award."""
