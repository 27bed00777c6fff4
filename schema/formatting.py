"""Write figures out for people, exactly: nothing is rounded, only grouped or scaled."""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Final

from loaders.documents import Quantity
from loaders.units import UNITS, Unit

# Room for every digit that decimal128 holds, at every multiplier.
_PRECISION: Final = 80
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh-Hans": {
        "EQ": "",
        "GT": "超",
        "GTE": "至少",
        "LT": "不足",
        "LTE": "至多",
        "APPROX": "约",
        "RANGE": "",
    },
    "zh-Hant": {
        "EQ": "",
        "GT": "超",
        "GTE": "至少",
        "LT": "不足",
        "LTE": "至多",
        "APPROX": "約",
        "RANGE": "",
    },
    "en": {
        "EQ": "",
        "GT": "over ",
        "GTE": "at least ",
        "LT": "under ",
        "LTE": "at most ",
        "APPROX": "about ",
        "RANGE": "",
    },
}
# Powers of ten with a word of their own, largest first.
_SCALES: Final[Mapping[str, tuple[tuple[int, str], ...]]] = {
    "zh-Hans": ((8, "亿"), (4, "万")),
    "zh-Hant": ((8, "億"), (4, "萬")),
    "en": ((12, " trillion"), (9, " billion"), (6, " million")),
}


def format_quantity(quantity: Quantity, language: str, style: str) -> str:
    """Write a figure in one of the languages; style is a value of `FigureStyle`.

    Percentages and money carry their unit in every style, counted things (Chinese) in SOURCE only.
    """
    unit = UNITS[quantity["unit"]]
    with localcontext(prec=_PRECISION):
        number = _number(quantity, quantity["value"], language, style)
        if quantity["max_value"] is not None:
            number += "–" + _number(quantity, quantity["max_value"], language, style)
    return _WORDS[language][quantity["comparator"]] + _with_unit(number, unit, language, style)


def _number(quantity: Quantity, value: Decimal, language: str, style: str) -> str:
    multiplier = quantity["multiplier"]
    exact = value.scaleb(multiplier)
    if style == "PLAIN":
        return _grouped(exact)
    scales = _SCALES[language]
    if style == "SOURCE" and language != "en":
        # The printed value with the printed scale, even where a larger scale would be shorter.
        scale = next((scale for scale in scales if scale[0] == multiplier), None)
        return _grouped(value) + scale[1] if scale else _grouped(exact)
    for power, word in scales:
        if abs(exact) >= 10**power:
            return _grouped(exact.scaleb(-power).normalize()) + word
    return _grouped(exact)


def _grouped(value: Decimal) -> str:
    return format(value, ",f")


def _with_unit(number: str, unit: Unit, language: str, style: str) -> str:
    if unit.code == "percent":
        return f"{number}%"
    if unit.currency:
        return f"{unit.currency} {number}" if language == "en" else f"{number}元"
    if unit.code == "percentage-point":
        word = {"en": " percentage points", "zh-Hant": "個百分點"}.get(language, "个百分点")
        return number + word
    if style == "SOURCE" and language != "en":
        name = unit.zh_hant if language == "zh-Hant" else unit.zh_hans
        return number + name[: len(unit.counter_zh)]
    return number
