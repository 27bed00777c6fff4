"""The units that figures may have: the registry's data, and the names that CLDR has for money and measures."""

import tomllib
from pathlib import Path
from typing import Any, Final

from babel.numbers import get_currency_name
from babel.units import get_unit_name

from tests.reference.texts import in_languages

_LOCALES: Final = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant_HK", "en": "en_001"}
_DATA: Final = tomllib.loads((Path(__file__).parents[2] / "loaders/values/units.toml").read_text(encoding="utf-8"))


def _of(code: str, dimension: str, names: dict[str, str], **others: Any) -> dict[str, Any]:
    unit = {"code": code, "dimension": dimension.upper(), "ucum": f"{{{code}}}", "currency": None}
    return unit | {"name": in_languages(names)} | others


def _counted(code: str, words: list[str], dimension: str) -> dict[str, Any]:
    one, other, measure, noun, measure_hant, noun_hant = words
    names = {"zh-Hans": measure + noun, "zh-Hant": measure_hant + noun_hant, "en": other}
    written = {"zh-Hans": f"{{}}{measure}", "zh-Hant": f"{{}}{measure_hant}", "en": f"{{}} {other}"}
    return _of(code, dimension, names, patterns=written, one=f"{{}} {one}")


def _currency(code: str) -> dict[str, Any]:
    names = {key: get_currency_name(code.upper(), 2, locale) for key, locale in _LOCALES.items()}
    return _of(code, "currency", names, ucum=None, currency=code.upper())


def _measure(code: str, measure: dict[str, Any]) -> dict[str, Any]:
    names = {key: get_unit_name(measure["cldr"], locale=locale) or "" for key, locale in _LOCALES.items()}
    return _of(code, measure["dimension"], names, ucum=measure["ucum"], cldr=measure["cldr"])


UNITS: Final[dict[str, dict[str, Any]]] = {
    **{code: _currency(code) for code in _DATA["currencies"]},
    **{code: _measure(code, measure) for code, measure in _DATA["measures"].items()},
    **{code: _counted(code, words, "count") for code, words in _DATA["counted"].items()},
    **{code: _counted(code, words, "reading") for code, words in _DATA["readings"].items()},
}


def unit_of(code: str) -> dict[str, Any]:
    """The unit of a code."""
    return UNITS[code]
