"""Units of measure, from the registry."""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, Final

import strawberry
from strawberry import enum_value as value
from strawberry import field

from loaders.values import units
from loaders.values.unit_names import unit_names
from schema.types.texts import LocalizedText

_HOW_MANY_UNITS: Final = 1_000


@strawberry.enum(description="What a unit measures.")
class Dimension(Enum):
    """See `loaders/values/units.toml`."""

    COUNT = value("COUNT", description="How many there are of something.")
    CURRENCY = value("CURRENCY", description="It is an amount of money.")
    RATIO = value("RATIO", description="It is a share or a growth rate, such as a percentage.")
    RATE = value("RATE", description="How much of one unit there is for each of another, such as yuan per person.")
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


@strawberry.type(
    description="A unit of measure, from one registry, or a rate of two of them: figures of one unit can be compared."
)
class Unit:
    """See `loaders.values.units.Unit`."""

    code: str = field(
        description="The code that this dataset has for it, a slug: percent, percentage-point, cny, work-order. "
        "That of a rate names both of its units: cny-per-person."
    )
    ucum: str | None = field(
        description="The code that it has in the Unified Code for Units of Measure (UCUM); null for money."
    )
    currency: str | None = field(
        description="The ISO 4217 code that a currency has, such as CNY; null for other units, and for rates, whose "
        "`numerator` has it."
    )
    dimension: Dimension = field(
        description="What it measures: count, currency, ratio, length, area, time and so on. Figures compare in one "
        "unit only, also within a dimension."
    )
    name: LocalizedText = field(description="What the unit is called.")
    numerator: "Unit | None" = field(
        description="Of a rate, the unit that its amount is in: cny of cny-per-person; else null."
    )
    per: "Unit | None" = field(
        description="Of a rate, the unit that the amount is for each of: person of cny-per-person; else null."
    )


def unit_document(code: str, own: Mapping[str, units.Unit] = units.NO_UNITS) -> Unit:
    """The unit of a code, as a document. own: the units that the data set counts by itself."""
    return _of_registry(code) or document_of(units.unit_of(code, own))


@lru_cache(maxsize=_HOW_MANY_UNITS)
def _of_registry(code: str) -> Unit | None:
    known = units.find_unit(code)
    return document_of(known) if known else None


def document_of(unit: units.Unit) -> Unit:
    """A unit as a document."""
    names = unit_names(unit)
    document: Any = {
        "code": unit.code,
        "ucum": unit.ucum,
        "currency": unit.currency,
        "dimension": unit.dimension.upper(),
        "numerator": document_of(unit.numerator) if unit.numerator else None,
        "per": document_of(unit.per) if unit.per else None,
        "name": {"master": "zh-Hans", "texts": dict(names), "derived": []},
    }
    return document  # type: ignore[no-any-return]  # documents stand in for instances
