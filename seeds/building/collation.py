"""Sort keys of names: Chinese by pinyin, English without regard to case and accents.

Keys compare by code point, so that MongoDB sorts by an index without a collation. Each key ends with the text itself,
so that names with the same spelling have a fixed order.
"""

import re
from typing import Any, Final
from unicodedata import combining, normalize

from loaders.values.folding import cache_short_texts, is_han, normalize_accents

# Less than every character of a key, so that a name comes before longer ones that begin with it.
_END: Final = "\t"
# Precedes each Han character, so that they come after digits and letters.
_HAN_MARK: Final = "\u3400"
_SEPARATORS: Final = re.compile(r"[\s_]+")
_SIGNS: Final = re.compile(r"[^\w ]")


@cache_short_texts
def chinese_key(text: str) -> str:
    """The key by pinyin: each character's syllable with its tone in this word (重庆 chong2), then the character."""
    # Its dictionaries are slow to load: `python -X importtime -m seeds --help` takes 0.59 s of CPU time with the
    # import here, and 0.93 s with it at the top (medians of five runs).
    from pypinyin import Style, lazy_pinyin

    letters = _letters(text)
    syllables = lazy_pinyin(letters, Style.TONE3, errors=_split_characters, v_to_u=True, neutral_tone_with_five=True)
    pairs = zip(letters, syllables, strict=True)
    return "".join(_han_key(one, syllable) if is_han(one) else one for one, syllable in pairs) + _END + text


@cache_short_texts
def english_key(text: str) -> str:
    """The key by letters and digits, without case and accents."""
    return f"{_letters(text)}{_END}{text}"


def _split_characters(other: str) -> Any:
    """Return each character without a reading as an item of its own."""
    return list(other)


def _han_key(character: str, syllable: str) -> str:
    # Dictionaries put lü between lu and luan. A character without a reading comes after all others.
    reading = "~" if syllable.startswith(character) else syllable.replace("ü", "u:")
    return f"{_HAN_MARK}{reading}{character}"


def _letters(text: str) -> str:
    """Remove punctuation, accents and differences of case and width."""
    plain = "".join(one for one in normalize("NFD", normalize_accents(text)) if not combining(one))
    return _SIGNS.sub("", _SEPARATORS.sub(" ", plain)).strip()
