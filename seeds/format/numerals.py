"""Suggest what to write for a numeral that isn't one in YAML or JSON: `17,188.18`, `１２`, `90.95亿`, `超87%`."""

import re
import unicodedata
from typing import Final

_GROUPED: Final = re.compile(r"(?<=\d)[,\s_'’](?=\d{3}(?!\d))")
_POWERS: Final = {"十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
_BEFORE: Final = {
    "": "",
    "+": "",
    **dict.fromkeys(("超过", "超過", "超", "逾", "突破", ">"), "GT"),
    **dict.fromkeys(("至少", "不少于", "≥", ">="), "GTE"),
    **dict.fromkeys(("不足", "<"), "LT"),
    **dict.fromkeys(("至多", "不超过", "≤", "<="), "LTE"),
    **dict.fromkeys(("近", "将近", "將近", "接近"), "NEAR"),
    **dict.fromkeys(("最高", "高达", "高達"), "UP_TO"),
    **dict.fromkeys(("约", "約", "~", "≈"), "APPROX"),
}
_AFTER: Final = {"": "", **dict.fromkeys(("余", "餘", "多", "+"), "GT"), "以上": "GTE", "左右": "APPROX"}
_UNITS: Final = {"": "", "%": "percent", "元": "cny"}
_NUMERAL: Final = re.compile(
    rf"(?P<before>{'|'.join(map(re.escape, sorted(_BEFORE, key=len, reverse=True)))})\s*"
    rf"(?P<sign>-?)(?P<digits>\d+(\.\d+)?|\.\d+|\d+\.)\s*(?P<scale>[{''.join(_POWERS)}]*)"
    rf"(?P<after>{'|'.join(map(re.escape, sorted(_AFTER, key=len, reverse=True)))})\s*"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
    rf"(?P<late>{'|'.join(map(re.escape, sorted(_AFTER, key=len, reverse=True)))})",
    re.ASCII,
)
_MINUS: Final = str.maketrans("−–—", "---")


def advice_for(text: str) -> str | None:
    """What to write instead, such as `90.95 with multiplier 8`; None if the text doesn't look like a numeral."""
    plain = unicodedata.normalize("NFKC", text).strip().translate(_MINUS)
    found = _NUMERAL.fullmatch(_GROUPED.sub("", plain))
    if found is None:
        return None
    power = sum(_POWERS[word] for word in found["scale"])
    comparator = _BEFORE[found["before"]] or _AFTER[found["after"]] or _AFTER[found["late"]]
    unit = _UNITS[found["unit"]]
    besides = [
        *([f"multiplier {power}"] if power else []),
        *([f"comparator {comparator}"] if comparator else []),
        *([f"unit {unit}"] if unit else []),
    ]
    written = found["sign"] + _digits(found["digits"])
    return f"{written} with {' and '.join(besides)}" if besides else written


def _digits(numeral: str) -> str:
    """Digits as JSON requires: no leading zeros, and digits on both sides of the decimal point."""
    whole, _, fraction = numeral.partition(".")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole
