"""The units that figures may have: the registry's data, and the names that CLDR has for money and measures."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from babel.numbers import get_currency_name
from babel.units import format_compound_unit, format_unit, get_unit_name

from tests.reference.texts import in_languages

_LOCALES: Final = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant_HK", "en": "en_001"}
_ABROAD: Final = {tag: tag for tag in ("es", "fr", "de", "ja", "ko", "pt")} | {"ar": "ar_AE"}
_PER: Final = {
    **{"zh-Hans": "每{1}{0}", "zh-Hant": "{0}每{1}", "en": "{0} per {1}", "es": "{0} por {1}", "fr": "{0} par {1}"},
    **{"de": "{0} pro {1}", "ja": "{0}毎{1}", "ko": "{1}당 {0}", "pt": "{0} por {1}", "ar": "{0} لكل {1}"},
}
_NO_AMOUNTS: Final = ("RATIO", "READING", "TEMPERATURE", "SPEED")
_DATA: Final = tomllib.loads((Path(__file__).parents[2] / "loaders/values/units.toml").read_text(encoding="utf-8"))

# What is counted, in languages that the first table lacks: by language and plural category.
NOUNS: Final = tomllib.loads(
    (Path(__file__).parents[2] / "loaders/values/unit_words.toml").read_text(encoding="utf-8")
)


def _of(code: str, dimension: str, names: dict[str, str], **others: Any) -> dict[str, Any]:
    unit = {"code": code, "dimension": dimension.upper(), "ucum": f"{{{code}}}", "currency": None}
    unit |= {"numerator": None, "per": None}
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


def _named(code: str, measure: dict[str, Any]) -> dict[str, Any]:
    return _counted(code, measure["words"], measure["dimension"])


UNITS: Final[dict[str, dict[str, Any]]] = {
    **{code: _currency(code) for code in _DATA["currencies"]},
    **{code: _measure(code, measure) for code, measure in _DATA["measures"].items()},
    **{code: _counted(code, words, "count") for code, words in _DATA["counted"].items()},
    **{code: _named(code, measure) for code, measure in _DATA["named"].items()},
    **{code: _counted(code, words, "reading") for code, words in _DATA["readings"].items()},
}


# What the districts that were read last count by themselves, by code.
_OWN: Final[dict[str, dict[str, Any]]] = {}


def define(units: Collection[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep what districts count by themselves; returns these units by code."""
    for given in units:
        names = given["names"]
        english = names["en"]["other"]
        hans, hant = (names.get(tag, {}).get("other", english) for tag in ("zh-Hans", "zh-Hant"))
        texts = {"zh-Hans": hans, "zh-Hant": hant, "en": english}
        texts |= {tag: names[tag]["other"] for tag in sorted(names)}
        own = _of(given["code"], "count", texts, forms=names)
        _OWN[given["code"]] = own
    return [_OWN[code] for code in sorted({given["code"] for given in units})]


def own_written(unit: dict[str, Any], digits: str, language: str, category: str) -> str:
    """A number of what districts count by themselves, in a language that they have names in, or else in English."""
    tag = language if language in unit["forms"] else "en"
    forms = unit["forms"][tag]
    space = "" if tag[:2] in ("zh", "ja", "ko") else " "
    return f"{digits}{space}{forms.get(category, forms['other'])}"


def unit_of(code: str) -> dict[str, Any]:
    """The unit of a code; that of a rate names two others."""
    return _plain(code) if code in UNITS or code in _OWN else _rate(code)


def _plain(code: str) -> dict[str, Any]:
    return UNITS[code] if code in UNITS else _OWN[code]


def is_unit(code: str) -> bool:
    """Whether a code has a unit."""
    numerator, _, per = code.partition("-per-")
    known = UNITS | _OWN
    is_rate = numerator != per and all(
        one in known and known[one]["dimension"] not in _NO_AMOUNTS for one in (numerator, per)
    )
    return code in known or is_rate


def _rate(code: str) -> dict[str, Any]:
    numerator, per = (_plain(part) for part in code.split("-per-"))
    english = one_per(per, "en").format(numerator["name"]["en"])
    names = {key: f"{numerator['name']['texts'][key]}/{_one(per, key)}" for key in _LOCALES} | {"en": english}
    ucum = f"{numerator['ucum']}/{per['ucum']}" if numerator["ucum"] and per["ucum"] else None
    return _of(code, "rate", names, ucum=ucum, numerator=numerator, per=per)


def one_per(unit: dict[str, Any], key: str) -> str:
    """How a figure for each of a unit is written."""
    if "cldr" in unit and unit["ucum"] != "har":
        written = format_compound_unit("{}", denominator_unit=unit["cldr"], locale=_locale(key))
        return str(written)
    if key in ("ja", "ko") and key in NOUNS.get(unit["code"], {}):
        counter = NOUNS[unit["code"]][key]["other"]
        return f"1{counter}当たり{{}}" if key == "ja" else f"1{counter}당 {{}}"
    return _PER[key].format("{}", _one(unit, key))


def _locale(key: str) -> str:
    return (_LOCALES | _ABROAD)[key]


def _one(unit: dict[str, Any], key: str) -> str:
    if "forms" in unit:
        return own_written(unit, "", key, "one").strip()
    if forms := NOUNS.get(unit["code"], {}).get(key):
        return str(forms.get("one", forms["other"]))
    if key not in ("zh-Hans", "zh-Hant") and "one" in unit:
        return str(unit["one"]).replace("{} ", "")
    if unit["currency"]:
        return get_currency_name(unit["currency"], 1, _locale(key))
    if "cldr" in unit:
        return str(format_unit(1, unit["cldr"], locale=_locale(key))).replace("1", "").strip()
    return str(unit["name"]["texts"][key])
