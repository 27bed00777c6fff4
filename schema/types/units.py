"""Units of measure, from the registry."""

from enum import Enum
from functools import cache
from typing import Any

import strawberry
from strawberry import enum_value as value
from strawberry import field

from loaders.values.unit_names import unit_names
from loaders.values.units import UNITS
from schema.types.texts import LocalizedText


@strawberry.enum(description="What a unit measures.")
class Dimension(Enum):
    """See `loaders/values/units.toml`."""

    COUNT = value("COUNT", description="How many there are of something.")
    CURRENCY = value("CURRENCY", description="It is an amount of money.")
    RATIO = value("RATIO", description="It is a share or a rate, such as a percentage.")
    READING = value("READING", description="A number that is read off a scale, such as percentage points.")
    LENGTH = value("LENGTH", description="How long something is.")
    AREA = value("AREA", description="How large a surface is.")
    VOLUME = value("VOLUME", description="How much space something takes.")
    MASS = value("MASS", description="How heavy something is.")
    TIME = value("TIME", description="How long something takes.")
    POWER = value("POWER", description="How much energy something gives or takes in a time.")
    ENERGY = value("ENERGY", description="How much energy something gives or takes.")
    DATA = value("DATA", description="How much data there is, in bytes.")
    TEMPERATURE = value("TEMPERATURE", description="How warm something is.")
    SPEED = value("SPEED", description="It says how fast something is.")


@strawberry.type(description="A unit of measure, from one closed registry: figures of one unit can be compared.")
class Unit:
    """See `loaders.values.units.Unit`."""

    code: str = field(
        description="The code that this dataset has for it, a slug: percent, percentage-point, cny, work-order."
    )
    ucum: str | None = field(
        description="The code that it has in the Unified Code for Units of Measure (UCUM); null for money."
    )
    currency: str | None = field(
        description="The ISO 4217 code that a currency has, such as CNY; null for other units."
    )
    dimension: Dimension = field(
        description="What it measures: count, currency, ratio, length, area, time and so on. Figures compare in one "
        "unit only, also within a dimension."
    )
    name: LocalizedText = field(description="What the unit is called.")


@cache
def unit_document(code: str) -> Unit:
    """The unit of a code, as a document."""
    unit = UNITS[code]
    names = unit_names(unit)
    document: Any = {
        "code": code,
        "ucum": unit.ucum,
        "currency": unit.currency,
        "dimension": unit.dimension.upper(),
        "name": {"master": "zh-Hans", "texts": dict(names), "derived": []},
    }
    return document  # type: ignore[no-any-return]  # documents stand in for instances
