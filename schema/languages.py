"""Which language a text is served in: RFC 4647 look-up over BCP 47 language ranges."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from loaders.documents import LocalizedText

LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en")
MASTER: Final = "zh-Hans"
MAX_RANGES: Final = 20

_RANGE: Final = re.compile(r"\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_BY_LOWER: Final = {tag.lower(): tag for tag in LANGUAGES}
# Chinese is asked for by region more often than by script; CLDR's likely subtags name the script.
_LIKELY: Final = {
    "zh": "zh-hans",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-my": "zh-hans",
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
}


def is_language_range(text: str) -> bool:
    """Tell whether a text is a basic language range (RFC 4647, section 2.1)."""
    return _RANGE.fullmatch(text) is not None


@lru_cache(maxsize=64)
def preferred(ranges: tuple[str, ...]) -> tuple[str, ...]:
    """The tags of the forms to try for some ranges, best first; the master text, which is always there, is last.

    Each range is shortened from its end (RFC 4647, section 3.4).
    """
    tags: dict[str, None] = {}
    for wanted in ranges:
        if wanted == "*":
            break
        tags |= dict.fromkeys(_shortened(wanted.lower()))
    tags[MASTER] = None
    order = tuple(tags)
    return order[: order.index(MASTER) + 1]


def look_up(text: LocalizedText, tags: Sequence[str]) -> tuple[str, str]:
    """Choose a form of a text by the tags to try: the tag served and the text itself."""
    for tag in tags:
        form = _form(text, tag)
        if form is not None:
            return tag, form
    return MASTER, text["zh_hans"]


def _shortened(wanted: str) -> Iterator[str]:
    while wanted:
        if tag := _BY_LOWER.get(_LIKELY.get(wanted, wanted)):
            yield tag
        wanted = wanted.rpartition("-")[0]
        # A range may not end in a single character: it introduces what follows.
        if len(wanted) > 1 and wanted[-2] == "-":
            wanted = wanted[:-2]


def _form(text: LocalizedText, tag: str) -> str | None:
    if tag == "en":
        return text["en"]
    return text["zh_hans"] if tag == MASTER else text["zh_hant"]
