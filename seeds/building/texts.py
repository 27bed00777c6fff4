"""Build the stored form of texts: the other writings of Chinese, folded forms and sort keys.

Chinese that is given in one script is derived in the other, by OpenCC: in Traditional characters as Hong Kong writes
them (zh-Hant), and as Taiwan does (zh-Hant-TW) where that differs.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

import opencc

from loaders import texts
from loaders.values.folding import cache_short_texts, fold_all
from loaders.values.language_tags import is_latin
from seeds.building.collation import chinese_key, english_key
from seeds.format.texts import LocalizedText

SIMPLIFIED: Final = "zh-Hans"
TRADITIONAL: Final = "zh-Hant"
TAIWAN: Final = "zh-Hant-TW"
# OpenCC's conversions to Simplified characters, by the tag they are from; that of others is `t2s`.
_TO_SIMPLIFIED: Final[Mapping[str, str]] = {TRADITIONAL: "hk2s", "zh-Hant-HK": "hk2s", TAIWAN: "tw2s"}


def build_text(text: LocalizedText) -> texts.LocalizedText:
    """A text, with its Chinese in both scripts if it is given in one."""
    given = dict(text.texts)
    derived = _derived(given)
    others = sorted({*given, *derived} - {text.master})
    forms = given | derived
    return {
        "master": text.master,
        "texts": {tag: forms[tag] for tag in (text.master, *others)},
        "derived": sorted(derived),
    }


def build_name(text: LocalizedText) -> texts.Name:
    """A text with its folded forms."""
    built = build_text(text)
    return {
        "master": built["master"],
        "texts": built["texts"],
        "derived": built["derived"],
        "folded": fold_all(built["texts"].values()),
    }


def build_optional_name(text: LocalizedText | None) -> texts.Name | None:
    """A text with its folded forms; it may be missing."""
    return build_name(text) if text else None


def build_ordered_name(text: LocalizedText) -> texts.OrderedName:
    """A name with its sort keys."""
    name = build_name(text)
    master = name["texts"][name["master"]]
    english = name["texts"].get("en") or (master if is_latin(name["master"]) else None)
    return {
        **name,
        "sort_zh": chinese_key(name["texts"].get(SIMPLIFIED, master)),
        "sort_en": english_key(english) if english else None,
    }


def build_optional_text(text: LocalizedText | None) -> texts.LocalizedText | None:
    """A text that may be missing."""
    return build_text(text) if text else None


def languages_of(document: Any, first: str) -> list[str]:
    """The tags of all texts in a document: one of them first, the others in order."""
    return [first, *sorted(set(_tags(document)) - {first})]


def _tags(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.get("texts", ())
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            yield from _tags(item)


def _derived(given: Mapping[str, str]) -> dict[str, str]:
    """The writings of Chinese that can be made of those given."""
    simplified = _of_script(given, SIMPLIFIED)
    traditional = _of_script(given, TRADITIONAL)
    if simplified is None and traditional is None:
        return {}
    if traditional is None:
        assert simplified is not None
        found = {SIMPLIFIED: simplified[1], TRADITIONAL: _converted("s2hk", simplified[1])}
        taiwan = _converted("s2tw", simplified[1])
        found |= {TAIWAN: taiwan} if taiwan != found[TRADITIONAL] else {}
    elif simplified is None:
        tag, text = traditional
        found = {SIMPLIFIED: _converted(_TO_SIMPLIFIED.get(tag, "t2s"), text), TRADITIONAL: text}
    else:
        found = {SIMPLIFIED: simplified[1], TRADITIONAL: traditional[1]}
    return {tag: text for tag, text in found.items() if tag not in given}


def _of_script(given: Mapping[str, str], script: str) -> tuple[str, str] | None:
    """The text in a script of Chinese: as it is written everywhere, or else in one region."""
    tags = sorted(tag for tag in given if tag == script or tag.startswith(f"{script}-"))
    return (tags[0], given[tags[0]]) if tags else None


def _converted(name: str, text: str) -> str:
    return _conversion(name)(text)


@cache
def _conversion(name: str) -> Callable[[str], str]:
    # s2hk and s2tw convert characters only; s2twp would also change vocabulary.
    converter = opencc.OpenCC(name)
    return cache_short_texts(lambda text: str(converter.convert(text)))
