"""What decides whether figures of an indicator compare: their kind of period, what they are part of, their units.

An indicator has one unit or several currencies: amounts of money are one kind of thing, and are never converted.
"""

from typing import Literal, TypedDict

PeriodType = Literal["INSTANT", "DURATION"]
IndicatorDirection = Literal["HIGHER_IS_BETTER", "LOWER_IS_BETTER", "NEITHER"]
PluralCategory = Literal["zero", "one", "two", "few", "many", "other"]


class Comparability(TypedDict):
    """What an indicator says of its figures; `part_of` is the slug of the indicator that it is a part of.

    unit: the only one of `units`; null if there are none or several.
    """

    period_type: PeriodType | None
    part_of: str | None
    unit: str | None
    units: list[str]
    direction: IndicatorDirection | None


class CountName(TypedDict):
    """What several of something, or one, are called: `plural` is CLDR's category of the number before it."""

    language: str
    plural: PluralCategory
    text: str


class OwnUnit(TypedDict):
    """A unit that a data set counts by itself, beside those of the registry."""

    code: str
    names: list[CountName]
