"""Choose the language of a text from BCP 47 language ranges, by RFC 4647 lookup (section 3.4).

A range is tried as it is, then without its last subtags, then with the region where most people speak the language.
Chinese is also tried in its script, first as the range's region writes it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from loaders.texts import LocalizedText
from loaders.values.language_tags import HANT, canonical_tag, is_compatible, likely_region, parse_tag

MAX_RANGES: Final = 20
# The languages that figures are worded in; the first is the default.
WORDED: Final = ("zh-Hans", "zh-Hant", "en", "ar", "de", "es", "fr", "ja", "ko", "pt")

_RANGE: Final = re.compile(r"\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
# A subtag of one character begins extensions or private use, which no text differs in.
_EXTENSIONS: Final = re.compile(r"(?<=.)-[A-Za-z0-9](-.*)?$")
_SIMPLIFIED: Final = "zh-Hans"
_TRADITIONAL: Final = ("zh-Hant", "zh-Hant-HK", "zh-Hant-TW")


def is_language_range(text: str) -> bool:
    """Whether a text is a basic language range (RFC 4647, section 2.1)."""
    return _RANGE.fullmatch(text) is not None


@lru_cache(maxsize=64)
def preferred(ranges: tuple[str, ...]) -> tuple[str, ...]:
    """The language tags to try for some ranges, best first; a text that has none of them is served in its master."""
    tags: dict[str, None] = {}
    for wanted in ranges:
        if wanted == "*":
            break
        tags |= dict.fromkeys(_tags_for(wanted))
    return tuple(tags)


@lru_cache(maxsize=64)
def tags_in_language(tag: str) -> tuple[str, ...]:
    """The tags of texts in the language, script and region of a tag, best first: zh-Hant-TW and zh-Hant for zh-TW."""
    return tuple(one for one in preferred((tag,)) if is_compatible(one, tag))


def look_up(text: LocalizedText, tags: Sequence[str]) -> tuple[str, str]:
    """Choose the best form of a text: its tag and the text."""
    texts = text["texts"]
    for tag in tags:
        if tag in texts:
            return tag, texts[tag]
    master = text["master"]
    return master, texts[master]


def worded_in(tags: Sequence[str]) -> str:
    """The best of the languages that figures are worded in."""
    return next((tag for tag in tags if tag in WORDED), WORDED[0])


def _tags_for(wanted: str) -> Iterator[str]:
    """The tags that match a language range, best first; none if it names no language."""
    tag = parse_tag(wanted) or parse_tag(_EXTENSIONS.sub("", wanted))
    if tag is None:
        return
    yield from _shortened(canonical_tag(str(tag)) or str(tag))
    if canonical_tag(tag.language) and not tag.chinese_script and (region := likely_region(tag.language)):
        yield f"{tag.language}-{region}"
    if tag.chinese_script == HANT:
        yield from _TRADITIONAL
    if tag.chinese_script:
        # The other script of Chinese is preferred to another language.
        yield _SIMPLIFIED


def _shortened(tag: str) -> Iterator[str]:
    """A tag and the shorter ones that it begins with, of those that a text can have."""
    subtags = tag.split("-")
    for length in range(len(subtags), 0, -1):
        shorter = "-".join(subtags[:length])
        if canonical_tag(shorter) == shorter:
            yield shorter
