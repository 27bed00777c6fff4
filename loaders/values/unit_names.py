"""The names of units in each language: those of money and of measures are CLDR's, by Babel.

Babel is imported when a name is first needed, and its data of a language likewise.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from loaders.values.units import Unit

if TYPE_CHECKING:
    from babel import Locale

# The locale of each language tag that texts have; English as it is written outside America, as the manual is.
_LOCALES: Final = MappingProxyType({"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant_HK", "en": "en_001"})
# A number of the plural category that names have.
_SEVERAL: Final = 5


@cache
def locale_of(tag: str) -> "Locale":
    """Babel's locale for a language tag."""
    from babel import Locale

    return Locale.parse(_LOCALES[tag])


@cache
def currency_name(currency: str, tag: str) -> str:
    """The name of a currency, as it stands behind a number."""
    from babel.numbers import get_currency_name

    return get_currency_name(currency, count=_SEVERAL, locale=locale_of(tag))


@cache
def measure_name(cldr: str, tag: str) -> str:
    """The name of a measure."""
    from babel.units import get_unit_name

    return get_unit_name(cldr, locale=locale_of(tag)) or cldr


def unit_names(unit: Unit) -> Mapping[str, str]:
    """The name of a unit by language tag."""
    if unit.words is not None:
        words = unit.words
        return {
            "zh-Hans": words.measure_zh_hans + words.noun_zh_hans,
            "zh-Hant": words.measure_zh_hant + words.noun_zh_hant,
            "en": words.other,
        }
    if unit.currency is not None:
        return {tag: currency_name(unit.currency, tag) for tag in _LOCALES}
    assert unit.cldr is not None
    return {tag: measure_name(unit.cldr, tag) for tag in _LOCALES}
