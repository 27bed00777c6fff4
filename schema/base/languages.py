"""Choose the language of a text from BCP 47 language ranges, by RFC 4647 lookup (section 3.4).

Subtags that a Chinese range omits, such as the script, are filled in from CLDR's likely subtags.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from loaders.texts import LocalizedText

LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en")
MASTER: Final = "zh-Hans"
MAX_RANGES: Final = 20

_RANGE: Final = re.compile(r"\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")

# The tables below are the Chinese part of CLDR 49: `languageAlias` of supplementalMetadata.xml, which has the
# grandfathered tags of BCP 47 and the codes of ISO 639-2, and likelySubtags.xml. Keys are in lower case.
_ALIASES: Final = {
    **{"cmn": "zh", "zho": "zh", "chi": "zh", "zh-guoyu": "zh", "zh-hakka": "hak", "zh-min": "nan"},
    **{"zh-min-nan": "nan", "zh-xiang": "hsn", "i-hak": "hak", "eng": "en", "i-default": "en"},
}
_HANS, _HANT, _EN = "zh-Hans", "zh-Hant", "en"
# The macrolanguage zh and its languages, by the script that each is mostly written in.
_BY_LANGUAGE: Final = {
    **dict.fromkeys(("zh", "cdo", "cjy", "cnp", "cpx", "csp", "czh", "czo", "gan", "hak", "hnm", "hsn"), _HANS),
    **dict.fromkeys(("luh", "mnp", "nan", "sjc", "wuu"), _HANS),
    **dict.fromkeys(("yue", "lzh"), _HANT),
}
_BY_SCRIPT: Final = {"hans": _HANS, "hant": _HANT, "hanb": _HANT, "bopo": _HANT}
_BY_REGION: Final = {
    **{region: {"zh": _HANS, "yue": _HANS} for region in ("cn", "sg", "my")},
    **{region: dict.fromkeys(_BY_LANGUAGE, _HANT) for region in ("hk", "mo", "tw")},
    **{region: {"zh": _HANT} for region in ("au", "bn", "gb", "gf", "id", "pa", "pf", "ph", "sr", "th", "us", "vn")},
}


def is_language_range(text: str) -> bool:
    """Whether a text is a basic language range (RFC 4647, section 2.1)."""
    return _RANGE.fullmatch(text) is not None


@lru_cache(maxsize=64)
def preferred(ranges: tuple[str, ...]) -> tuple[str, ...]:
    """The language tags to try for some ranges, best first; the master text, which always exists, is last."""
    tags: dict[str, None] = {}
    for wanted in ranges:
        if wanted == "*":
            break
        if (tag := _form_for(wanted.lower())) is None:
            continue
        tags[tag] = None
        if tag == _HANT:
            # The other Chinese script is preferred to another language.
            tags[_HANS] = None
    tags[MASTER] = None
    order = tuple(tags)
    return order[: order.index(MASTER) + 1]


def look_up(text: LocalizedText, tags: Sequence[str]) -> tuple[str, str]:
    """Choose the best form of a text: its tag and the text."""
    for tag in tags:
        form = _form(text, tag)
        if form is not None:
            return tag, form
    return MASTER, text["zh_hans"]


def _form_for(wanted: str) -> str | None:
    """The tag that matches a language range; None if none does."""
    for alias in (wanted, *(wanted.rsplit("-", count)[0] for count in range(1, wanted.count("-") + 1))):
        if alias in _ALIASES:
            wanted = _ALIASES[alias] + wanted.removeprefix(alias)
            break
    # Subtags after a singleton are extensions, not part of the language.
    language, *others = re.split(r"-[a-z0-9](?:-|$)", wanted, maxsplit=1)[0].split("-")
    if language == "zh" and others and (extended := _ALIASES.get(others[0], others[0])) in _BY_LANGUAGE:
        # An extended language, such as zh-yue, stands for the language alone (RFC 5646, section 4.5).
        language = extended
    if language not in _BY_LANGUAGE:
        return _EN if language == _EN else None
    script = next((_BY_SCRIPT[subtag] for subtag in others if subtag in _BY_SCRIPT), None)
    region = next((_BY_REGION[subtag].get(language) for subtag in others if subtag in _BY_REGION), None)
    return script or region or _BY_LANGUAGE[language]


def _form(text: LocalizedText, tag: str) -> str | None:
    if tag == "en":
        return text["en"]
    return text["zh_hans"] if tag == MASTER else text["zh_hant"]
