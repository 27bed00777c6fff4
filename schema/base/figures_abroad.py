"""Write figures in the languages other than English and Chinese: by CLDR, which Babel has.

Digits are grouped or scaled, never rounded. What is counted is named by `unit_words.toml`, or else in English.
"""

import re
from decimal import Decimal, localcontext
from functools import cache, lru_cache
from typing import Final

from loaders.documents import Quantity
from loaders.values.unit_names import locale_of
from loaders.values.units import Unit
from schema.base.phrases import phrases

_PRECISION: Final = 80
# The power of ten of the first scale that is used: 16,000 stays as it is where the language groups by thousands.
_LEAST_BY_THOUSANDS, _LEAST_BY_MYRIADS = 6, 4
# How many digits a number has at least before its first separator: CLDR's minimumGroupingDigits, which Babel
# lacks, and ICU's strategy for compact numbers.
_MINIMUM_GROUPING: Final = {"es": 2}
_COMPACT_GROUPING: Final = 2
# Romance languages have a category for round millions, behind which the noun has a preposition: millones de euros.
_MANY: Final = frozenset({"es", "fr", "pt"})
_MILLION: Final = 6
_WITHOUT_SPACES: Final = frozenset({"zh", "ja", "ko"})
_HOW_MANY_NUMBERS: Final = 10_000


def write_figure(quantity: Quantity, unit: Unit, tag: str, style: str) -> str:
    """A figure without its comparator; style is a value of `FigureStyle`, of which SOURCE is as COMPACT."""
    with localcontext(prec=_PRECISION):
        low = _Number(quantity["value"].scaleb(quantity["multiplier"]), tag, style)
        if quantity["max_value"] is None:
            return _with_unit(low.text, low, unit, tag)
        high = _Number(quantity["max_value"].scaleb(quantity["multiplier"]), tag, style)
    if quantity["value"] >= 0:
        return _with_unit(f"{low.text}–{high.text}", high, unit, tag)
    to = phrases(tag).figures["to"]
    if unit.dimension in {"ratio", "currency"}:
        return to.format(_with_unit(low.text, low, unit, tag), _with_unit(high.text, high, unit, tag))
    return _with_unit(to.format(low.text, high.text), high, unit, tag)


class _Number:
    """A number as it is written, and the plural category of what it counts."""

    def __init__(self, value: Decimal, tag: str, style: str) -> None:
        power, words = (0, {}) if style == "PLAIN" else _scale(value, tag)
        if not words:
            self.text, self.category = grouped(value, tag), plural_category(value, tag)
            return
        scaled = value.scaleb(-power).normalize()
        self.text = words.get(plural_category(scaled, tag), words["other"]).format(
            grouped(scaled, tag, _COMPACT_GROUPING)
        )
        is_many = tag in _MANY and power >= _MILLION
        self.category = "many" if is_many else plural_category(_whole(value), tag)


def grouped(value: Decimal, tag: str, least: int = 1) -> str:
    """A number with the separators of a language, and all its digits. least: how many stand before a separator."""
    text = format(value, ",f")
    before_first, found, _ = text.lstrip("-").partition(",")
    is_short = text.count(",") == 1 and len(before_first) < max(_MINIMUM_GROUPING.get(tag, 1), least)
    return (text.replace(",", "") if found and is_short else text).translate(_separators(tag))


def plural_category(value: Decimal, tag: str) -> str:
    """CLDR's plural category of a number with its printed digits: one of 1, other of 1.0 in most languages."""
    # As text, since 1 and 1.0 are equal.
    return _category(format(abs(value), "f"), tag)


@lru_cache(maxsize=_HOW_MANY_NUMBERS)
def _category(number: str, tag: str) -> str:
    return locale_of(tag).plural_form(Decimal(number))


def _whole(value: Decimal) -> Decimal:
    """A number without zeros behind the decimal point, and without an exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


@cache
def _separators(tag: str) -> dict[int, str]:
    symbols = locale_of(tag).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"], "-": symbols["minusSign"]})


def _scale(value: Decimal, tag: str) -> tuple[int, dict[str, str]]:
    """The largest scale that a number reaches, with its patterns by plural category; none if it reaches none."""
    return next(((power, words) for power, words in _scales(tag) if abs(value) >= 10**power), (0, {}))


@cache
def _scales(tag: str) -> tuple[tuple[int, dict[str, str]], ...]:
    """The powers of ten that have a word in compact numbers, largest first, with patterns by plural category."""
    found: dict[int, dict[str, str]] = {}
    formats = locale_of(tag).compact_decimal_formats["long"]
    for category in ("other", *(one for one in formats if one != "other")):
        for magnitude, pattern in formats[category].items():
            zeros = pattern.pattern.count("0")
            if pattern.pattern.strip("0") and zeros:
                power = len(magnitude) - zeros
                found.setdefault(power, {}).setdefault(category, pattern.pattern.replace("0" * zeros, "{}"))
    least = _LEAST_BY_MYRIADS if _LEAST_BY_MYRIADS in found else _LEAST_BY_THOUSANDS
    return tuple(sorted(((power, words) for power, words in found.items() if power >= least), reverse=True))


def _with_unit(number: str, counted: _Number, unit: Unit, tag: str) -> str:
    if unit.currency:
        return _money(number, unit.currency, counted.category, tag)
    if unit.is_own:
        return with_own_unit(number, unit, counted.category, tag)
    if tag in unit.abroad:
        noun = unit.abroad[tag].get(counted.category, unit.abroad[tag]["other"])
        return f"{number}{'' if tag in _WITHOUT_SPACES else ' '}{noun}"
    if unit.words is not None:
        noun = unit.words.one if counted.category == "one" else unit.words.other
        return f"{number} {noun}"
    if unit.dimension == "ratio":
        return _ratio_pattern(unit.code, tag).format(number)
    assert unit.cldr is not None
    patterns = _unit_patterns(unit.cldr, tag)
    return patterns.get(counted.category, patterns["other"]).format(number)


def with_own_unit(number: str, unit: Unit, category: str, tag: str) -> str:
    """A number of what a data set counts by itself; counters of Chinese, Japanese and Korean have no space before."""
    name, language = unit.own_name(tag, category)
    return f"{number}{'' if language.split('-')[0] in _WITHOUT_SPACES else ' '}{name}"


@cache
def _ratio_pattern(code: str, tag: str) -> str:
    """How a number of percent or permille is written; CLDR has both signs in one place."""
    symbols = locale_of(tag).number_symbols["latn"]
    sign = symbols["percentSign" if code == "percent" else "perMille"]
    return re.sub(r"[#,.0]+", "{}", locale_of(tag).percent_formats[None].pattern).replace("%", sign)


@cache
def _unit_patterns(cldr: str, tag: str) -> dict[str, str]:
    return {key: str(one) for key, one in locale_of(tag)._data["unit_patterns"][cldr]["long"].items()}


@cache
def _currency_names(currency: str, tag: str) -> dict[str, str]:
    data = locale_of(tag)._data
    names = {key: str(one) for key, one in data["currency_names_plural"].get(currency, {}).items()}
    return {"other": str(data["currency_names"].get(currency, currency)), **names}


def _money(number: str, currency: str, category: str, tag: str) -> str:
    names = _currency_names(currency, tag)
    patterns = locale_of(tag)._data["currency_unit_patterns"]
    pattern = str(patterns.get(category, patterns["other"]))
    return pattern.format(number, names.get(category, names["other"]))
