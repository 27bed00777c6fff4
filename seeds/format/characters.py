"""Reject characters that no text of a seed file may have, and say what to do about each.

They come with text that is pasted from web pages and PDF files; they are invisible or look like other characters, so
a search doesn't find the text.
"""

import re
import unicodedata
from typing import Final

from loaders.values.folding import DEFAULT_IGNORABLE

_CONTROLS: Final = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\u2028\u2029"
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_PRIVATE: Final = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_NONCHARACTERS: Final = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
_RADICALS: Final = "\u2e80-\u2fdf"
# Equivalent_Unified_Ideograph of U+2E81 to U+2E99 and of U+2E9B to U+2EF3 (Unicode's EquivalentUnifiedIdeograph.txt);
# that of the Kangxi radicals behind them is their compatibility decomposition.
_IDEOGRAPHS: Final = dict(
    zip(
        (*range(0x2E81, 0x2E9A), *range(0x2E9B, 0x2EF4)),
        "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵"
        "旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角"
        "𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
# The first kind that matches a character says what to do about it.
_KINDS: Final = (
    (re.compile("[\ud800-\udfff]"), "the half of a surrogate pair", "write the character itself"),
    (re.compile(f"[{_CONTROLS}]"), "the control character", "remove it"),
    # Before the ignorable characters, which include them.
    (re.compile(f"[{_BIDI}]"), "the character for the direction of writing", "remove it"),
    (re.compile(f"[{DEFAULT_IGNORABLE}]"), "the invisible character", "remove it"),
    (re.compile("\ufffd"), "the character for bytes that could not be decoded", "write the character that was lost"),
    (re.compile("[\ufff9-\ufffc]"), "the character for an object that can't be pasted", "remove it"),
    (re.compile(f"[{_PRIVATE}]"), "the private-use character", "write the Unicode character that it stands for"),
    (re.compile(f"[{_NONCHARACTERS}]"), "the noncharacter", "remove it"),
    (re.compile(f"[{_RADICALS}]"), "the radical", "write the ideograph"),
)
_UNWANTED: Final = re.compile("|".join(kind.pattern for kind, _, _ in _KINDS))
_BEFORE: Final = 10


def fault_of(text: str) -> str | None:
    """Describe the first character that is not allowed: which it is, where, and what to do; None if there is none."""
    if found := _UNWANTED.search(text):
        name, remedy = next((name, remedy) for kind, name, remedy in _KINDS if kind.match(found[0]))
        remedy += _ideograph(found[0])
        return f"the text has {name} {_described(found[0])}; {remedy}{_place(text[: found.start()])}"
    if not unicodedata.is_normalized("NFC", text):
        return _not_composed(text)
    return None


def _described(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"{_code_point(character)} {name}".rstrip()


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def _place(before: str) -> str:
    near = before[-_BEFORE:]
    return f" (it comes after {near!r})" if near and near.isprintable() else ""


def _ideograph(character: str) -> str:
    """The ideograph that looks like a radical; empty for other characters and for radicals without one."""
    if not "\u2e80" <= character <= "\u2fdf":
        return ""
    ideograph = _IDEOGRAPHS.get(ord(character)) or unicodedata.normalize("NFKC", character)
    return f" {ideograph} ({_code_point(ideograph)})" if ideograph != character else ""


def _not_composed(text: str) -> str:
    sentence = "the text is not in Unicode form NFC; write composed characters"
    for character in text:
        composed = unicodedata.normalize("NFC", character)
        if composed != character:
            named = " ".join(map(_code_point, composed))
            return f"{sentence}: {composed} ({named}) in place of {_described(character)}"
    return sentence
