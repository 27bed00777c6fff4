"""How names order: docs/guide/ask.md, "Orders"."""

import re
from functools import cache
from typing import Any, Final
from unicodedata import combining, normalize

from pypinyin import Style, lazy_pinyin

from tests.reference.errors import BadInput
from tests.reference.folding import is_han
from tests.reference.folding import plain as bare

_LANGUAGES: Final = {"zh": "zhHans", "en": "en"}
_IN_LATIN_LETTERS: Final = frozenset({"en", "en-GB", "es", "de", "fr", "pt", "pt-BR", "vi"})


def check_lang(lang: str) -> None:
    """Check the language of an order by name. Raises BadInput."""
    if lang not in _LANGUAGES:
        raise BadInput("zh or en")


def name_key(name: dict[str, Any], lang: str) -> Any:
    """The sort key of a name; None if the name has no such form."""
    master = name["texts"][name["master"]]
    text = name[_LANGUAGES[lang]] or (master if lang == "zh" or name["master"] in _IN_LATIN_LETTERS else None)
    if text is None:
        return None
    letters = _letters(text)
    if lang == "en":
        return letters, text
    return [_place(*pair) for pair in zip(letters, _syllables(letters), strict=True)], text


@cache
def _syllables(letters: str) -> list[str]:
    return lazy_pinyin(letters, Style.TONE3, errors=_each, v_to_u=True, neutral_tone_with_five=True)


def _each(others: str) -> Any:
    """Give characters without a reading an item each."""
    return list(others)


def _place(character: str, syllable: str) -> tuple[int, str, str]:
    """Digits and letters first, then Chinese characters by syllable and tone, those without a reading last."""
    if not is_han(character):
        return 0, character, ""
    return (2, "", character) if syllable == character else (1, syllable.replace("ü", "u:"), character)


@cache
def _letters(text: str) -> str:
    """A text without signs, accents and differences of case and width."""
    plain = "".join(
        one for one in normalize("NFD", "".join(map(bare, normalize("NFKC", text).casefold()))) if not combining(one)
    )
    return re.sub(r"[^\w ]", "", re.sub(r"[\s_]+", " ", plain)).strip()
