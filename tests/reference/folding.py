"""Fold texts so that spelling variants compare equal: docs/guide/ask.md, the table of "Search"."""

import re
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple
from unicodedata import category, combining, name, normalize

import opencc

MARKS: Final = {"Mn", "Mc", "Me"}
_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ufa0e-\ufa29\U00020000-\U0003ffff"
_IS_HAN: Final = re.compile(f"[{_HAN}]")
_RUN: Final = f"{_HAN}々ぁ-ゖゝ-ゟァ-ヺー-ヿㇰ-ㇿ가-힣"
_IS_RUN: Final = re.compile(f"[{_RUN}]")
# Signs that belong to one script are named by it: DEVANAGARI VOWEL SIGN I.
_SIGN: Final = "".join(
    sign
    for sign in map(chr, range(0x07A6, 0x11FFF))
    if re.match("(?!COMBINING|IDEOGRAPHIC|HANGUL|VARIATION|ARABIC)[A-Z]", name(sign, "")) and category(sign) in MARKS
)
_WORD: Final = f"[^\\W_{_RUN}][^\\W_{_RUN}]*(?:[{_SIGN}]+[^\\W_{_RUN}]*)*"
_GROUP: Final = re.compile(f"[{_RUN}]+|{_WORD}(?:[-\u2010]{_WORD})*")
_IGNORED: Final = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_PLURALS: Final = {"people": "person", "children": "child", "men": "man", "women": "woman"}
_SINGULAR: Final = frozenset(
    {"news", "series", "plus", "goods", "politics", "economics", "physics", "customs", "lens"}
)


class Piece(NamedTuple):
    """A word or a run of Chinese characters, folded, and where it stands in its folded text."""

    text: str
    start: int
    end: int


def is_han(text: str) -> bool:
    """Whether a text begins with a Chinese character."""
    return bool(_IS_HAN.match(text))


def is_run(text: str) -> bool:
    """Whether a piece is a run of Chinese, Japanese or Korean characters."""
    return bool(_IS_RUN.match(text))


@cache
def _converters() -> list[Any]:
    return [opencc.OpenCC(name).convert for name in ("hk2s", "tw2s")]


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """The characters of a text without differences of case, width, composition, script and region."""
    folded = normalize("NFKC", _IGNORED.sub("", text)).casefold()
    folded = "".join(plain(one) for one in folded)
    for convert in _converters():
        folded = convert(folded)
    return folded


# Letters whose accent is no mark of Unicode.
_LETTERS: Final = {
    "đ": "d",
    "ð": "d",
    "ø": "o",
    "ł": "l",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
}
_ARABIC: Final = {"ة": "ه", "ى": "ي", "ک": "ك", "ی": "ي"}


@cache
def plain(character: str) -> str:
    """A character of a script with accents without them."""
    script = name(character, "").split(" ")[0]
    if script == "COMBINING" and character <= "\u0487":
        return ""
    if script in {"ARABIC", "HEBREW"} and (combining(character) or character == "ـ"):
        return ""
    if script in {"LATIN", "GREEK", "CYRILLIC", "ARABIC"}:
        bare = normalize("NFD", character)[0]
        return (_LETTERS | _ARABIC).get(bare, bare)
    return character


@lru_cache(maxsize=20_000)
def pieces(folded: str, *, joined: bool) -> tuple[Piece, ...]:
    """The pieces of a folded text; joined: words with hyphens between them are one."""
    found = []
    for group in _GROUP.finditer(folded):
        words = re.finditer(r"[^-\u2010]+", group[0])
        if joined or is_run(group[0]):
            found.append(Piece(_singular(re.sub(r"[-\u2010]", "", group[0])), *group.span()))
        else:
            at = group.start()
            found += [Piece(_singular(word[0]), at + word.start(), at + word.end()) for word in words]
    return tuple(found)


def groups(folded: str) -> list[str]:
    """The runs of Chinese characters, and the words with those that hyphens join to them."""
    return _GROUP.findall(folded)


def _singular(word: str) -> str:
    if word in _PLURALS:
        return _PLURALS[word]
    if len(word) < 4 or not (word.isascii() and word.isalpha()) or word in _SINGULAR:
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and re.search("(ss|x|zz|ch|sh|o)es$", word):
        return word[:-2]
    return word if re.search("(ss|is|us|[^s]us)$", word) or not word.endswith("s") else word[:-1]


@lru_cache(maxsize=20_000)
def line(text: str, *, joined: bool) -> str:
    """A text as its pieces, a space before, between and after them."""
    return " ".join(["", *(piece.text for piece in pieces(fold(text), joined=joined)), ""])


def clusters(text: str) -> list[tuple[int, int]]:
    """Where a text can be cut and folded in parts: marks go with what stands before them."""
    starts = [at for at, one in enumerate(text) if at == 0 or not (combining(one) or _IGNORED.match(one))]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))
