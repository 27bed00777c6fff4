"""Texts in several languages, and which of them is served: docs/guide/ask.md, "Languages"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import opencc

from tests.reference.errors import BadInput

CHINESE: Final = "zh-Hans"
# The fields that are texts.
_TEXTS: Final = frozenset(
    {
        *("name", "city", "province", "strategy", "summary", "title", "publisher", "definition", "issuer", "label"),
        *("note", "printed", "breaks", "area", "by", "among", "edition"),
    }
)
_RANGE: Final = re.compile(r"\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_CHINESE: Final = {"zh": "zh", "zho": "zh", "cmn": "zh", "yue": "yue", "lzh": "lzh", "wuu": "wuu", "nan": "nan"}
_TRADITIONAL: Final = frozenset({"yue", "lzh"})
# Where Chinese is written in Traditional characters, by CLDR; of other Chinese languages only the first three.
_REGIONS: Final = ("hk", "mo", "tw", "au", "bn", "gb", "gf", "id", "pa", "pf", "ph", "sr", "th", "us", "vn")
_MOST_SPEAKERS: Final = {
    "en": "US",
    "ko": "KR",
    "ja": "JP",
    "es": "ES",
    "de": "DE",
    "fr": "FR",
    "vi": "VN",
    "ar": "EG",
    "pt": "BR",
}
# Tags that files may write in another way.
_SPELLINGS: Final = {"zhhans": "zh-Hans", "zhhant": "zh-Hant", "zh": "zh-Hans", "zh-cn": "zh-Hans"}
_HK, _TW = "zh-Hant-HK", "zh-Hant-TW"
_SPELLINGS_BY_REGION: Final = {"zh-hk": _HK, "zh-tw": _TW, "zh-hant-hk": _HK, "zh-hant-tw": _TW}


def in_its_language(value: Any, language: str) -> Any:
    """Something of a file in a language, with texts that all say their master."""
    if isinstance(value, list):
        return [in_its_language(one, language) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _with_master(one, language) if key in _TEXTS else in_its_language(one, language)
        for key, one in value.items()
    }


def _with_master(text: Any, language: str) -> dict[str, Any]:
    return {"master": language, language: text} if isinstance(text, str) else {"master": language, **text}


def text_of(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A text as a file gives it, with what is derived of it."""
    if given is None:
        return None
    master = canonical(given.get("master", CHINESE))
    written = {canonical(key): text for key, text in given.items() if key not in {"master", "citations"}}
    derived = {tag: text for tag, text in _chinese(written).items() if tag not in written}
    others = sorted({*written, *derived} - {master})
    return {
        **{key: value for key, value in given.items() if key == "citations"},
        **in_languages({tag: {**written, **derived}[tag] for tag in (master, *others)}, sorted(derived)),
    }


def in_languages(texts: Mapping[str, str], derived: Sequence[str] = ()) -> dict[str, Any]:
    """A text in some languages, the master first."""
    return {
        "master": next(iter(texts)),
        "texts": texts,
        "derived": derived,
        "translations": [{"language": tag, "text": text, "derived": tag in derived} for tag, text in texts.items()],
        **{key: texts.get(tag) for key, tag in (("zhHans", "zh-Hans"), ("zhHant", "zh-Hant"), ("en", "en"))},
    }


def canonical(tag: str) -> str:
    """The usual spelling of a tag."""
    low = tag.lower()
    if low in _SPELLINGS | _SPELLINGS_BY_REGION:
        return (_SPELLINGS | _SPELLINGS_BY_REGION)[low]
    first, *others = low.split("-")
    return "-".join([first, *({2: str.upper, 4: str.title}.get(len(one), str)(one) for one in others)])


def _chinese(written: Mapping[str, str]) -> dict[str, str]:
    """The Chinese texts in both scripts."""
    simplified = next((written[tag] for tag in sorted(written) if tag.startswith("zh-Hans")), None)
    traditional = [tag for tag in sorted(written) if tag.startswith("zh-Hant")]
    if traditional:
        text = written[traditional[0]]
        rule = "tw2s" if traditional[0] == _TW else "hk2s"
        return {"zh-Hans": simplified or _converted(rule, text), "zh-Hant": text}
    if simplified is None:
        return {}
    in_hong_kong, in_taiwan = (_converted(rule, simplified) for rule in ("s2hk", "s2tw"))
    more = {_TW: in_taiwan} if in_taiwan != in_hong_kong else {}
    return {"zh-Hans": simplified, "zh-Hant": in_hong_kong, **more}


@cache
def _converter(rule: str) -> opencc.OpenCC:
    return opencc.OpenCC(rule)


def _converted(rule: str, text: str) -> str:
    return str(_converter(rule).convert(text))


def served(text: Mapping[str, Any], lang: Sequence[str] | None, accepted: Sequence[str]) -> tuple[str, str]:
    """The tag and the text that a field with an argument `lang` serves."""
    if lang is not None:
        if len(lang) > 20:
            raise BadInput("too many ranges")
        if not all(_RANGE.fullmatch(one) for one in lang):
            raise BadInput("no language range")
    for wanted in accepted if lang is None else lang:
        if wanted == "*":
            break
        for tag in _tags(wanted.lower()):
            if tag in text["texts"]:
                return tag, text["texts"][tag]
    return text["master"], text["texts"][text["master"]]


_OTHERS: Final = {"spa": "es", "fra": "fr", "deu": "de", "jpn": "ja", "kor": "ko", "por": "pt", "ara": "ar"}
# The languages that figures are worded in.
_WORDED: Final = ("zh-Hans", "zh-Hant", "en", "es", "fr", "de", "ja", "ko", "pt", "ar")


def worded(lang: Sequence[str] | None, accepted: Sequence[str]) -> str:
    """The tag of the language that figures are worded in."""
    return served(in_languages(dict.fromkeys(_WORDED, "")), lang, accepted)[0]


def _tags(wanted: str) -> Iterator[str]:
    """The tags that a range matches, best first."""
    first, *others = wanted.split("-")
    first = _OTHERS.get(first, first)
    if first in _CHINESE:
        script = _script(_CHINESE[first], others)
        yield from (f"{script}-{region.upper()}" for region in others if len(region) == 2)
        yield script
        if script == "zh-Hant":
            yield from (_HK, _TW, "zh-Hans")
        return
    yield from (canonical("-".join([first, *others[:length]])) for length in range(len(others), -1, -1))
    if first in _MOST_SPEAKERS:
        yield f"{first}-{_MOST_SPEAKERS[first]}"


def _script(language: str, others: list[str]) -> str:
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
