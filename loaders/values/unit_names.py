"""The names of units in each language: those of money and of measures are CLDR's, by Babel.

Babel is imported when a name is first needed, and its data of a language likewise.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from loaders.values.units import Unit

if TYPE_CHECKING:
    from babel import Locale

# The locale of each language tag that texts have; English as it is written outside America, as the manual is.
_LOCALES: Final = MappingProxyType(
    {
        **{"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant_HK", "en": "en_001", "es": "es", "fr": "fr", "de": "de"},
        **{"ja": "ja", "ko": "ko", "pt": "pt", "ar": "ar_AE"},
    }
)
# Where the counter needs its number: 12件毎人 would be no Japanese.
_PER_ONE: Final = MappingProxyType({"ja": "1{}当たり{{}}", "ko": "1{}당 {{}}"})
_OF_NAMES: Final = ("zh-Hans", "zh-Hant", "en")
# A number of the plural category that names have.
_SEVERAL: Final = 5
_HOW_MANY_TAGS: Final = 100
_HOW_MANY_PATTERNS: Final = 2_000


@cache
def locale_of(tag: str) -> "Locale":
    """Babel's locale for a language tag."""
    from babel import Locale

    return Locale.parse(_LOCALES[tag])


@lru_cache(maxsize=_HOW_MANY_TAGS)
def plural_categories(tag: str) -> frozenset[str] | None:
    """CLDR's plural categories of a language; None if it has none of the language."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag, sep="-").plural_form.tags | {"other"}
    except (UnknownLocaleError, ValueError):
        return None


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


@lru_cache(maxsize=_HOW_MANY_PATTERNS)
def _per_pattern(unit: Unit, tag: str) -> str:
    """How a figure for each of a unit is written: "{} per person", "每人{}"."""
    locale = locale_of(tag)
    if unit.cldr is not None:
        patterns = locale._data["unit_patterns"].get(unit.cldr, {}).get("long", {})
        if "per" in patterns:
            return str(patterns["per"]).replace("{0}", "{}")
    if tag in unit.abroad and tag in _PER_ONE:
        return _PER_ONE[tag].format(unit.abroad[tag]["other"])
    compound = str(locale._data["compound_unit_patterns"]["per"]["long"]["compound"])
    return compound.replace("{1}", _one_of(unit, tag)).replace("{0}", "{}")


def per_pattern(unit: Unit, tag: str) -> str:
    """How a figure for each of a unit is written: "{} per person", "每人{}"."""
    if unit.is_own:
        compound = str(locale_of(tag)._data["compound_unit_patterns"]["per"]["long"]["compound"])
        return compound.replace("{1}", _one_of(unit, tag)).replace("{0}", "{}")
    return _per_pattern(unit, tag)


def _one_of(unit: Unit, tag: str) -> str:
    """One of a unit, without the number; what is counted is named in English where it has no name."""
    if unit.is_own:
        return unit.own_name(tag, "one")[0]
    if tag in unit.abroad:
        return unit.abroad[tag].get("one", unit.abroad[tag]["other"])
    if unit.words is not None:
        return unit_names(unit)[tag] if tag in {"zh-Hans", "zh-Hant"} else unit.words.one
    if unit.currency is not None:
        from babel.numbers import get_currency_name

        return get_currency_name(unit.currency, count=1, locale=locale_of(tag))
    assert unit.cldr is not None
    patterns = locale_of(tag)._data["unit_patterns"][unit.cldr]["long"]
    return str(patterns.get("one", patterns["other"])).replace("{0}", "").strip()


def unit_names(unit: Unit) -> Mapping[str, str]:
    """The name of a unit by language tag."""
    if unit.numerator and unit.per:
        names = unit_names(unit.numerator)
        per_one = per_pattern(unit.per, "en").format(names["en"])
        # Without a number, 每人次出行 would be read as two words; CLDR's short form has a stroke.
        return {tag: f"{names[tag]}/{_one_of(unit.per, tag)}" for tag in _OF_NAMES} | {"en": per_one}
    if unit.is_own:
        return {tag: unit.own_name(tag)[0] for tag in (*_OF_NAMES, *sorted(unit.names or ()))}
    if unit.words is not None:
        words = unit.words
        return {
            "zh-Hans": words.measure_zh_hans + words.noun_zh_hans,
            "zh-Hant": words.measure_zh_hant + words.noun_zh_hant,
            "en": words.other,
        }
    if unit.currency is not None:
        return {tag: currency_name(unit.currency, tag) for tag in _OF_NAMES}
    assert unit.cldr is not None
    return {tag: measure_name(unit.cldr, tag) for tag in _OF_NAMES}
