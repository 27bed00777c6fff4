"""Tell in which units a text prints a number: by the sign or counter beside it, and by the noun that is nearest.

A Chinese, Japanese or Korean counter (家, 个) is shared by many units, so a noun (企业) must be in the same clause.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from seeds.verification.words import other_signs, pattern_of, units

# Commas within numbers are none of these.
_CLAUSE: Final = re.compile(r"[;:!?。;()\n]|,(?!\d)|(?<!\d),|\.(?=\s|$)")
# 、 divides Japanese clauses; in Chinese it lists what is counted together.
_JAPANESE_CLAUSE: Final = re.compile(rf"{_CLAUSE.pattern}|、")
_KANA: Final = re.compile("[ぁ-ヿ]")
_SENTENCE: Final = re.compile(r"[;!?。\n]|\.(?=\s|$)")
# No clause or sentence reaches farther.
_LONGEST: Final = 1000
# A noun as far as this names no more what a number counts.
_FAR: Final = 60
_IDEOGRAPH: Final = re.compile(r"\s*[㐀-鿿가-힣ぁ-ヿ]")
_CLOSE: Final = 6
# A counter that one unit alone has names it without a noun.
_BY_COUNTER: Final = 1000


@dataclass(frozen=True, slots=True)
class PrintedUnit:
    """The units that a number may be in. end: of the sign or counter behind it. noun_end: of a noun behind it."""

    codes: frozenset[str]
    end: int
    noun_end: int | None = None


def clause_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause around a number begins and ends."""
    return _within(_CLAUSE, text, start, end)


def sentence_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around a number begins and ends."""
    return _within(_SENTENCE, text, start, end)


def _within(mark: re.Pattern[str], text: str, start: int, end: int) -> tuple[int, int]:
    if mark is _CLAUSE and _KANA.search(text):
        mark = _JAPANESE_CLAUSE
    first, last = max(start - _LONGEST, 0), min(end + _LONGEST, len(text))
    # A mark right before the number is judged with the digit behind it.
    ends = (match.end() for match in mark.finditer(text, first, start + 1))
    begins = max((place for place in ends if place <= start), default=first)
    following = mark.search(text, end, last)
    return begins, following.start() if following else last


def printed_unit(text: str, start: int, end: int) -> PrintedUnit:
    """The units that a text prints for the number from `start` to `end`."""
    words = _words()
    if sign := words.sign.match(text, end):
        return PrintedUnit(words.by_sign[_squeezed(sign["sign"])], sign.end())
    if sign := words.sign_before.search(text, max(start - _FAR, 0), start):
        return PrintedUnit(words.by_sign[_squeezed(sign["sign"])], end)
    counter = words.counter.match(text, end)
    counted = words.by_counter[counter["counter"]] if counter else None
    behind = counter.end() if counter else end
    found = dict(_nouns(text, start, behind, counted))
    if counted is not None and len(counted) == 1:
        found.setdefault(next(iter(counted)), (_BY_COUNTER, None))
    nearest = min((far for far, _ in found.values()), default=0)
    codes = frozenset(code for code, (far, _) in found.items() if far == nearest)
    return PrintedUnit(codes, behind, max((found[code][1] or 0 for code in codes), default=0) or None)


def _nouns(
    text: str, start: int, end: int, counted: frozenset[str] | None
) -> Iterator[tuple[str, tuple[int, int | None]]]:
    """How far the nearest noun of each unit is from a number, within its clause, and its end if it is behind."""
    first, last = clause_of(text, start, end)
    nouns = _words().nouns
    if counted is None and _IDEOGRAPH.match(text, end):
        # Without a counter, only what stands right behind the number is counted by it.
        first, last = end, min(last, end + _CLOSE)
    for code in nouns if counted is None else counted & nouns.keys():
        found = [
            (match.start() - end, match.end()) if match.start() >= end else (start - match.end(), None)
            for match in nouns[code].finditer(text, first, last)
            if match.start() >= end or match.end() <= start
        ]
        nearest = min(found, key=lambda place: place[0], default=(_FAR + 1, None))
        if nearest[0] <= _FAR:
            yield code, nearest


@dataclass(frozen=True, slots=True)
class _Words:
    sign: re.Pattern[str]
    sign_before: re.Pattern[str]
    by_sign: Mapping[str, frozenset[str]]
    counter: re.Pattern[str]
    by_counter: Mapping[str, frozenset[str]]
    nouns: Mapping[str, re.Pattern[str]]


@cache
def _words() -> _Words:
    by_sign: dict[str, set[str]] = {}
    by_counter: dict[str, set[str]] = {}
    for code, words in units().items():
        for sign in words.signs:
            by_sign.setdefault(sign, set()).add(code)
        for counter in words.counters:
            by_counter.setdefault(counter, set()).add(code)
    for sign in other_signs():
        by_sign.setdefault(sign, set())
    # What may stand before a number: symbols, and codes such as CNY.
    before = [sign for sign in by_sign if sign in "$¥₩€£" or re.fullmatch("[a-z$]{3}", sign)]
    return _Words(
        sign=re.compile(rf"\s*(?:de\s+)?(?P<sign>{pattern_of(by_sign)})"),
        sign_before=re.compile(rf"(?P<sign>{pattern_of(before)})\s*$"),
        by_sign={sign: frozenset(codes) for sign, codes in by_sign.items()},
        counter=re.compile(rf"\s*(?P<counter>{pattern_of(by_counter)})"),
        by_counter={counter: frozenset(codes) for counter, codes in by_counter.items()},
        nouns={
            code: re.compile("|".join(_noun_pattern(noun) for noun in words.nouns))
            for code, words in units().items()
            if words.nouns
        },
    )


def _noun_pattern(noun: str) -> str:
    """A noun, in the plural or the singular if it is one of letters."""
    if not re.fullmatch("[a-zà-ÿ ]+", noun):
        return re.escape(noun)
    singular = f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")
    return pattern_of([noun, singular, f"{singular}s"])


def _squeezed(sign: str) -> str:
    return re.sub(r"\s+", " ", sign)
