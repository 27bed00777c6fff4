"""Which form of a text is served, and how figures are written out."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from tests.reference.errors import BadInput

_KEYS: Final = {"zh-hans": "zhHans", "zh-hant": "zhHant", "en": "en"}
_TAGS: Final = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}
_REGIONS: Final = {"zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant"}
_SIMPLIFIED: Final = ("zh", "zh-cn", "zh-sg", "zh-my")
_RANGE: Final = re.compile(r"\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_MASTER: Final = "zh-hans"


def served(text: dict[str, Any], lang: Sequence[str] | None, accepted: Sequence[str]) -> tuple[str, str]:
    """The tag and the text that a field with an argument `lang` serves (RFC 4647, section 3.4)."""
    if lang is not None:
        if len(lang) > 20:
            raise BadInput("too many ranges")
        if not all(_RANGE.fullmatch(one) for one in lang):
            raise BadInput("no language range")
    for wanted in accepted if lang is None else lang:
        if wanted == "*":
            break
        shorter = wanted.lower()
        while shorter:
            tag = _REGIONS.get(shorter, _MASTER if shorter in _SIMPLIFIED else shorter)
            if (key := _KEYS.get(tag)) and text[key] is not None:
                return _TAGS[tag], text[key]
            shorter = shorter.rpartition("-")[0]
            if re.search(r"(^|-).$", shorter):
                shorter = shorter.rpartition("-")[0]
    return _TAGS[_MASTER], text["zhHans"]


_WORDS: Final = {
    "zh-Hans": {"GT": "超", "GTE": "至少", "LT": "不足", "LTE": "至多", "APPROX": "约"},
    "zh-Hant": {"GT": "超", "GTE": "至少", "LT": "不足", "LTE": "至多", "APPROX": "約"},
    "en": {"GT": "over ", "GTE": "at least ", "LT": "under ", "LTE": "at most ", "APPROX": "about "},
}
_SCALES: Final = {
    "zh-Hans": {8: "亿", 4: "万"},
    "zh-Hant": {8: "億", 4: "萬"},
    "en": {12: " trillion", 9: " billion", 6: " million"},
}
_POINTS: Final = {"zh-Hans": "个百分点", "zh-Hant": "個百分點", "en": " percentage points"}


def formatted(quantity: dict[str, Any], language: str, style: str) -> str:
    """A figure in words: its comparator, its digits (both ends of a range), and its unit."""
    ends = [end for end in (quantity["value"], quantity["maxValue"]) if end is not None]
    digits = "–".join(_digits(end, quantity["multiplier"], language, style) for end in ends)
    unit, word = quantity["unit"], _WORDS[language].get(quantity["comparator"], "")
    if unit["code"] == "percent":
        return f"{word}{digits}%"
    if unit["code"] == "percentage-point":
        return f"{word}{digits}{_POINTS[language]}"
    if unit["currency"]:
        return f"{word}{unit['currency']} {digits}" if language == "en" else f"{word}{digits}元"
    if style == "SOURCE" and language != "en":
        return f"{word}{digits}{unit['counter'][language]}"
    return f"{word}{digits}"


def _digits(value: Decimal, multiplier: int, language: str, style: str) -> str:
    scales = _SCALES[language]
    if style == "SOURCE" and language != "en":
        if multiplier in scales:
            return f"{value:,f}{scales[multiplier]}"
    elif style != "PLAIN":
        for power, word in scales.items():
            if abs(value) * 10**multiplier >= 10**power:
                return f"{_trimmed(_moved(value, multiplier - power))}{word}"
    return f"{_moved(value, multiplier):,f}"


def _moved(value: Decimal, places: int) -> Decimal:
    """A value times a power of ten, whatever its number of digits."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    return Decimal((sign, digits, exponent + places))


def _trimmed(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
