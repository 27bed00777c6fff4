"""Which form of a text is served: docs/guide/ask.md, "Languages"."""

import re
from collections.abc import Sequence
from typing import Any, Final

from tests.reference.errors import BadInput

_RANGE: Final = re.compile(r"\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_KEYS: Final = {"zh-Hans": "zhHans", "zh-Hant": "zhHant", "en": "en"}
_CHINESE: Final = {"zh": "zh", "zho": "zh", "cmn": "zh", "yue": "yue", "lzh": "lzh", "wuu": "wuu", "nan": "nan"}
_TRADITIONAL: Final = frozenset({"yue", "lzh"})
# Where Chinese is written in Traditional characters, by CLDR; of other Chinese languages only the first three.
_REGIONS: Final = ("hk", "mo", "tw", "au", "bn", "gb", "gf", "id", "pa", "pf", "ph", "sr", "th", "us", "vn")


def served(text: dict[str, Any], lang: Sequence[str] | None, accepted: Sequence[str]) -> tuple[str, str]:
    """The tag and the text that a field with an argument `lang` serves."""
    if lang is not None:
        if len(lang) > 20:
            raise BadInput("too many ranges")
        if not all(_RANGE.fullmatch(one) for one in lang):
            raise BadInput("no language range")
    for wanted in accepted if lang is None else lang:
        if wanted == "*":
            break
        tag = _tag(wanted.lower())
        if tag and text[_KEYS[tag]] is not None:
            return tag, text[_KEYS[tag]]
    return "zh-Hans", text["zhHans"]


_OTHERS: Final = {"spa": "es", "fra": "fr", "deu": "de", "jpn": "ja", "kor": "ko", "por": "pt", "ara": "ar"}


def worded(lang: Sequence[str] | None, accepted: Sequence[str]) -> str:
    """The tag of the language that figures are worded in: of ten, or as a text that has all forms is served."""
    any_text = dict.fromkeys(_KEYS.values(), "")
    tag, _ = served(any_text, lang, accepted)
    for wanted in accepted if lang is None else lang:
        language = wanted.lower().split("-")[0]
        if _OTHERS.get(language, language) in _OTHERS.values():
            return _OTHERS.get(language, language)
        if wanted == "*" or _tag(wanted.lower()):
            break
    return tag


def _tag(wanted: str) -> str | None:
    first, *others = wanted.split("-")
    if first == "en":
        return "en"
    if first not in _CHINESE:
        return None
    language = _CHINESE[first]
    if language == "zh" and others and others[0] in _CHINESE:
        language = _CHINESE[others.pop(0)]
    for script in ("hans", "hant"):
        if script in others:
            return f"zh-{script.title()}"
    regions = _REGIONS if language == "zh" else _REGIONS[:3]
    if any(region in regions for region in others):
        return "zh-Hant"
    simplified = language not in _TRADITIONAL or (language == "yue" and "cn" in others)
    return "zh-Hans" if simplified else "zh-Hant"
