"""Canonical BCP 47 language tags (RFC 5646, section 4.5), by the data of CLDR that Babel has.

Subtags have their usual case, aliases are replaced (cmn: zh, iw: he), and a script that follows from the rest is left
out (ko-Kore: ko). Chinese is written in two scripts, so `zh` always names its own: zh-Hans, zh-Hant-HK. The region of
the mainland, which follows from zh-Hans, is left out.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

HANS: Final = "Hans"
HANT: Final = "Hant"
CHINESE: Final = "zh"
MAX_LENGTH: Final = 35

_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(?P<extended>(?:-[a-z]{3}){0,3})(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-z](?:-[a-z0-9]{1,8})+)*)"
)
# Tags of RFC 3066 that are no language with subtags, and that CLDR replaces. Babel has no aliases of several subtags.
_GRANDFATHERED: Final = {
    **{"i-default": "en", "i-hak": "hak", "i-klingon": "tlh", "i-lux": "lb", "i-navajo": "nv"},
    **{"zh-guoyu": "zh", "zh-hakka": "hak", "zh-min": "nan", "zh-xiang": "hsn", "no-bok": "nb", "no-nyn": "nn"},
}


@dataclass(frozen=True, slots=True)
class Tag:
    """The subtags of a language tag; extensions, which don't name a language, are left out."""

    language: str
    script: str = ""
    region: str = ""
    variants: tuple[str, ...] = ()

    @property
    def chinese_script(self) -> str:
        """Which of the two scripts of Chinese it stands for; empty if it is no Chinese language."""
        likely = _likely_script(self.language)
        if likely not in {HANS, HANT}:
            return ""
        if self.script in {HANS, HANT}:
            return self.script
        if self.script in {"Bopo", "Hanb"}:
            return HANT
        in_region = _likely_script(f"{self.language}_{self.region}") if self.region else ""
        if self.region and not in_region and self.language != CHINESE:
            in_region = _likely_script(f"und_{self.region}")
        return in_region if in_region in {HANS, HANT} else likely

    def __str__(self) -> str:
        return "-".join(filter(None, (self.language, self.script, self.region, *self.variants)))


@lru_cache(maxsize=1_000)
def canonical_tag(text: str) -> str | None:
    """The canonical form of a language tag; None if it is none, or names no language, script or region of CLDR."""
    tag = parse_tag(text)
    if tag is None or not _is_known(tag) or len(text) > MAX_LENGTH:
        return None
    return str(_with_its_script(tag))


def parse_tag(text: str) -> Tag | None:
    """The subtags of a well-formed tag, with aliases replaced; None if it is not well-formed."""
    text = text.lower()
    for length in range(2, text.count("-") + 2):
        head = "-".join(text.split("-")[:length])
        if head in _GRANDFATHERED:
            text = _GRANDFATHERED[head] + text.removeprefix(head)
            break
    if (found := _TAG.fullmatch(text)) is None:
        return None
    # An extended language, as in zh-yue, stands for the language alone.
    language = found["extended"].rpartition("-")[2] or found["language"]
    language, _, script = _language_aliases().get(language, language).partition("_")
    return Tag(
        language,
        (found["script"] or script).title(),
        (found["region"] or "").upper(),
        tuple(found["variants"].split("-")[1:]),
    )


def is_latin(tag: str) -> bool:
    """Whether a language is written in Latin letters."""
    found = parse_tag(tag)
    return found is not None and (found.script or _likely_script(found.language)) == "Latn"


def is_compatible(tag: str, other: str) -> bool:
    """Whether two tags are of one language in one script, and not of two regions."""
    one, two = parse_tag(tag), parse_tag(other)
    if one is None or two is None or one.language != two.language or _script(one) != _script(two):
        return False
    return one.region == two.region or not (one.region and two.region)


def likely_region(language: str) -> str:
    """The region where most people speak a language; empty if it isn't known."""
    return _likely(language).rpartition("_")[2]


def _with_its_script(tag: Tag) -> Tag:
    if tag.language == CHINESE:
        region = "" if tag.region == "CN" and tag.chinese_script == HANS else tag.region
        return Tag(CHINESE, tag.script or tag.chinese_script, region, tag.variants)
    follows = _script(Tag(tag.language, region=tag.region))
    return Tag(tag.language, "" if tag.script == follows else tag.script, tag.region, tag.variants)


def _is_known(tag: Tag) -> bool:
    from babel import Locale

    english = Locale("en")
    is_language = bool(_likely(tag.language)) or tag.language in english.languages
    is_script = not tag.script or tag.script in english.scripts
    is_region = not tag.region or tag.region in english.territories
    return is_language and tag.language != "und" and is_script and is_region


def _script(tag: Tag) -> str:
    return tag.script or _likely_script(f"{tag.language}_{tag.region}") or _likely_script(tag.language)


def _likely_script(key: str) -> str:
    return next(iter(_likely(key).split("_")[1:2]), "")


def _likely(key: str) -> str:
    from babel.core import get_global

    found: str = get_global("likely_subtags").get(key, "")
    return found


def _language_aliases() -> "dict[str, str]":
    from babel.core import get_global

    return get_global("language_aliases")  # type: ignore[return-value]  # a mapping of texts
