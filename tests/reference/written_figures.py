"""Format figures: docs/guide/ask.md, "Languages"."""

from decimal import Decimal
from typing import Any, Final

from babel.units import format_unit

from tests.reference.units import one_per, own_written

_COMPARATORS: Final = ("GT", "GTE", "LT", "LTE", "NEAR", "UP_TO", "APPROX")
_WORDS: Final = {
    "zh-Hans": dict(zip(_COMPARATORS, ("超", "至少", "不足", "至多", "近", "最高", "约"), strict=True)),
    "zh-Hant": dict(zip(_COMPARATORS, ("超", "至少", "不足", "至多", "近", "最高", "約"), strict=True)),
    "en": dict(
        zip(_COMPARATORS, ("over ", "at least ", "under ", "at most ", "nearly ", "up to ", "about "), strict=True)
    ),
}
_COMPACT: Final = {
    "zh-Hans": {12: "万亿", 8: "亿", 4: "万"},
    "zh-Hant": {12: "萬億", 8: "億", 4: "萬"},
    "en": {12: " trillion", 9: " billion", 6: " million"},
}
# Scales that Chinese prints behind digits.
_PRINTED: Final = {
    **{16: "亿亿", 15: "千万亿", 14: "百万亿", 12: "万亿", 11: "千亿", 10: "百亿", 8: "亿", 7: "千万", 6: "百万"},
    **{4: "万", 3: "千", 0: ""},
}


def formatted(quantity: dict[str, Any], language: str, style: str) -> str:
    """A figure in words: its comparator, its digits (both ends of a range), and its unit."""
    if quantity["unit"]["per"]:
        whole = formatted({**quantity, "unit": quantity["unit"]["numerator"]}, language, style)
        return one_per(quantity["unit"]["per"], language).format(whole)
    ends = [end for end in (quantity["value"], quantity["maxValue"]) if end is not None]
    digits = [_digits(end, quantity["multiplier"], language, style) for end in ends]
    unit = quantity["unit"]
    if len(digits) == 2 and digits[0].startswith("-"):
        joint = " to " if language == "en" else "至"
        if unit["dimension"] in ("RATIO", "CURRENCY"):
            written = joint.join(_with_unit(one, unit, language) for one in digits)
        else:
            written = _with_unit(joint.join(digits), unit, language)
    else:
        written = _with_unit("–".join(digits), unit, language)
    return _WORDS[language].get(quantity["comparator"], "") + written


def _with_unit(digits: str, unit: dict[str, Any], language: str) -> str:
    if unit["currency"] and language != "en":
        return digits + ("元" if unit["currency"] == "CNY" else unit["name"]["texts"][language])
    if unit["currency"]:
        return f"-{unit['currency']} {digits[1:]}" if digits.startswith("-") else f"{unit['currency']} {digits}"
    is_one = language == "en" and digits in ("1", "-1")
    if "forms" in unit:
        return own_written(unit, digits, language, "one" if digits in ("1", "-1") else "other")
    if "cldr" not in unit:
        return str(unit["one"] if is_one else unit["patterns"][language]).format(digits)
    if unit["dimension"] == "RATIO":
        return digits + {"%": "%", "[ppth]": "‰"}[unit["ucum"]]
    # CLDR writes the number within the words of some measures, so another number is replaced.
    locale = {"en": "en_001", "zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant_HK"}[language]
    return format_unit(1 if is_one else 7, unit["cldr"], locale=locale).replace("1" if is_one else "7", digits)


def _digits(value: Decimal, multiplier: int, language: str, style: str) -> str:
    if style == "PLAIN":
        return f"{moved(value, multiplier):,f}"
    if language != "en":
        printed = max(power for power in _PRINTED if power <= multiplier)
        word = _PRINTED[printed]
        if language == "zh-Hant":
            word = word.replace("亿", "億").replace("万", "萬")
        if style == "SOURCE":
            return f"{moved(value, multiplier - printed):,f}{word}"
        if printed == multiplier and 1 <= abs(value) < 10:
            return f"{_trimmed(value)}{word}"
    for power, word in _COMPACT[language].items():
        if abs(moved(value, multiplier)) >= 10**power:
            return f"{_trimmed(moved(value, multiplier - power))}{word}"
    return f"{moved(value, multiplier):,f}"


def moved(value: Decimal, places: int) -> Decimal:
    """A value times a power of ten, whatever its number of digits."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    return Decimal((sign, digits, exponent + places))


def _trimmed(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
