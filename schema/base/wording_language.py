"""Choose the language that figures are worded in from language ranges, by RFC 4647 lookup (section 3.4).

There are more of these than of texts: a figure needs no translation, and is written out in each. Which kind of
Chinese a range means, `schema.base.languages` knows.
"""

from functools import lru_cache
from types import MappingProxyType
from typing import Final

from schema.base.languages import preferred

# With the codes of ISO 639-2 that CLDR has for them; those of Chinese are among the languages of texts.
_OTHERS: Final = MappingProxyType(
    {
        **{"es": "es", "spa": "es", "fr": "fr", "fra": "fr", "fre": "fr", "de": "de", "deu": "de", "ger": "de"},
        **{"ja": "ja", "jpn": "ja", "ko": "ko", "kor": "ko", "pt": "pt", "por": "pt"},
        **{"ar": "ar", "ara": "ar", "arb": "ar"},
    }
)
WORDING_LANGUAGES: Final = ("ar", "de", "en", "es", "fr", "ja", "ko", "pt", "zh-Hans", "zh-Hant")


@lru_cache(maxsize=64)
def wording_language(ranges: tuple[str, ...]) -> str:
    """The tag of the language that figures are worded in; where no range matches, that of texts."""
    for wanted in ranges:
        if wanted == "*":
            break
        # Subtags behind the language are dropped one by one until a language is left: de-AT is de.
        if tag := _OTHERS.get(wanted.lower().split("-")[0]):
            return tag
        if _is_of_texts(wanted):
            break
    return preferred(ranges)[0]


def _is_of_texts(wanted: str) -> bool:
    """Whether texts have the language of a range."""
    # A range that matches nothing leaves the choice to the next.
    return preferred((wanted, "en"))[0] != "en" or preferred((wanted,))[0] == "en"
