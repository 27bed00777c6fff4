"""Format figures for people. Digits are grouped or scaled, never rounded."""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Final

from loaders.documents import Quantity
from loaders.values.unit_names import currency_name, per_pattern
from loaders.values.units import NO_UNITS, Unit, find_unit, unit_of
from schema.base.cldr import measure_patterns, scales
from schema.base.figures_abroad import with_own_unit, write_figure
from schema.base.phrases import phrases

# Enough for every decimal128 value at every multiplier.
_PRECISION: Final = 80
_ONES: Final = frozenset({"1", "-1"})
_CATEGORY_OF_ONE: Final = "one"
# The languages of most data sets, in words of our own: these write what is counted, and Chinese the printed scales.
_AT_HOME: Final = frozenset({"zh-Hans", "zh-Hant", "en"})
# The scale words that Chinese sources print after digits. 5十万 and 5百 are not used: they become 50万 and 500.
_PRINTED_SCALES: Final[Mapping[int, str]] = {
    16: "亿亿",
    15: "千万亿",
    14: "百万亿",
    12: "万亿",
    11: "千亿",
    10: "百亿",
    8: "亿",
    7: "千万",
    6: "百万",
    4: "万",
    3: "千",
}
_TRADITIONAL: Final = str.maketrans("亿万", "億萬")


def format_quantity(quantity: Quantity, language: str, style: str, own: Mapping[str, Unit] = NO_UNITS) -> str:
    """Format a figure in one of the languages of wordings; style is a value of `FigureStyle`.

    own: the units that the data set counts by itself. Each style has the unit: a sign, the code or name of a
    currency, the measure word in Chinese, the noun elsewhere.
    """
    unit = find_unit(quantity["unit"]) or unit_of(quantity["unit"], own)
    if unit.numerator and unit.per:
        whole = format_quantity({**quantity, "unit": unit.numerator.code}, language, style, own)
        return per_pattern(unit.per, language).format(whole)
    before, behind = phrases(language).around[quantity["comparator"]]
    if language not in _AT_HOME:
        return before + write_figure(quantity, unit, language, style) + behind
    low, high, multiplier = quantity["value"], quantity["max_value"], quantity["multiplier"]
    with localcontext(prec=_PRECISION):
        number = _number(low, multiplier, language, style)
        if high is None:
            written = _with_unit(number, unit, language)
        else:
            written = _range(number, _number(high, multiplier, language, style), unit, language)
    return before + written + behind


def _number(value: Decimal, multiplier: int, language: str, style: str) -> str:
    exact = value.scaleb(multiplier)
    if style == "PLAIN":
        return _grouped(exact)
    if language != "en":
        printed = next((power for power in _PRINTED_SCALES if power <= multiplier), 0)
        # SOURCE keeps the printed scale, even if a larger one would be shorter.
        if style == "SOURCE":
            return _grouped(value.scaleb(multiplier - printed)) + _printed_word(printed, language)
        if printed == multiplier and 1 <= abs(value) < 10:
            return _grouped(value.normalize()) + _printed_word(printed, language)
    for power, word in scales(language):
        if abs(exact) >= 10**power:
            return _grouped(exact.scaleb(-power).normalize()) + word
    return _grouped(exact)


def _printed_word(power: int, language: str) -> str:
    word = _PRINTED_SCALES.get(power, "")
    return word.translate(_TRADITIONAL) if language == "zh-Hant" else word


def _grouped(value: Decimal) -> str:
    return format(value, ",f")


def _range(low: str, high: str, unit: Unit, language: str) -> str:
    """Format both ends, joined by a dash, or by a word if the lower end is negative."""
    if not low.startswith("-"):
        return _with_unit(f"{low}–{high}", unit, language)
    to = phrases(language).figures["to"]
    if unit.dimension in {"ratio", "currency"}:
        return to.format(*(_with_unit(end, unit, language) for end in (low, high)))
    return _with_unit(to.format(low, high), unit, language)


def _with_unit(number: str, unit: Unit, language: str) -> str:
    if unit.currency:
        return _money(number, unit.currency, language)
    if unit.is_own:
        return with_own_unit(number, unit, _CATEGORY_OF_ONE if number in _ONES else "other", language)
    is_one = number in _ONES
    if unit.words is None:
        one, several = measure_patterns(unit, language)
        return (one if is_one else several).format(number)
    if language == "en":
        return f"{number} {unit.words.one if is_one else unit.words.other}"
    return number + (unit.words.measure_zh_hant if language == "zh-Hant" else unit.words.measure_zh_hans)


def _money(number: str, currency: str, language: str) -> str:
    if language != "en":
        return number + ("元" if currency == "CNY" else currency_name(currency, language))
    return f"-{currency} {number[1:]}" if number.startswith("-") else f"{currency} {number}"
