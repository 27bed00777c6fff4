"""Keys that names are ordered by as their languages do: Chinese by pinyin, English without regard to case.

A key compares by code point, so that a database without collations orders by it from an index. The text itself ends
each key: names that are spelled alike stand in a fixed order.
"""

import re
from typing import Any, Final
from unicodedata import combining, normalize

from loaders.values.folding import cache_short_texts, is_han, normalize_text

# Below every character of a key, so that a name stands before longer ones that begin with it.
_END: Final = "\t"
# Before each Han character, so that they stand behind digits and letters.
_HAN_MARK: Final = "\u3400"
_SEPARATORS: Final = re.compile(r"[\s_]+")
_SIGNS: Final = re.compile(r"[^\w ]")


@cache_short_texts
def chinese_key(text: str) -> str:
    """The key by pinyin: each character's syllable with its tone as the word has it (重庆 chong2), then itself."""
    # Imported here: its dictionaries take 0.2 s or more to load, which most commands don't need.
    from pypinyin import Style, lazy_pinyin

    letters = _letters(text)
    syllables = lazy_pinyin(letters, Style.TONE3, errors=_each, v_to_u=True, neutral_tone_with_five=True)
    pairs = zip(letters, syllables, strict=True)
    return "".join(_of_han(one, syllable) if is_han(one) else one for one, syllable in pairs) + _END + text


@cache_short_texts
def english_key(text: str) -> str:
    """The key of letters and digits, whatever their case and accents."""
    return f"{_letters(text)}{_END}{text}"


def _each(other: str) -> Any:
    """Give each character without a reading an item of its own."""
    return list(other)


def _of_han(character: str, syllable: str) -> str:
    # Dictionaries have lü between lu and luan. A character without a reading stands behind all others.
    reading = "~" if syllable.startswith(character) else syllable.replace("ü", "u:")
    return f"{_HAN_MARK}{reading}{character}"


def _letters(text: str) -> str:
    """A text without signs, accents and differences of case and width."""
    plain = "".join(one for one in normalize("NFD", normalize_text(text)) if not combining(one))
    return _SIGNS.sub("", _SEPARATORS.sub(" ", plain)).strip()
