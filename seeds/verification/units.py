"""Tell in which units a text prints a number: by the sign or counter beside it, and by the noun that is nearest.

A Chinese, Japanese or Korean counter (家, 个) is shared by many units, so a noun (企业) must be in the same clause.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from seeds.verification.words import languages, other_signs, pattern_of, shared_counters, units

# What German writes behind an ordinal number and its point.
_AFTER_A_DAY: Final = sorted([*languages()["de"].months, "quartal", "halbjahr", "platz", "rang", "stelle", "mal"])
# Commas within numbers are none of these.
# A point behind an abbreviation, or between a day or a place and its noun (31. dezember), ends nothing.
_ABBREVIATIONS: Final = (
    "mio",
    "mrd",
    "tsd",
    "ca",
    "nr",
    "no",
    "vs",
    "dr",
    "st",
    "approx",
    "aprox",
    "núm",
    "bzw",
    "rs",
)
_SHORT: Final = "".join(rf"(?<!\b{word})" for word in _ABBREVIATIONS)
_POINT: Final = rf"{_SHORT}\.(?=\s|$)(?!\s(?:{'|'.join(_AFTER_A_DAY)}))"
_CLAUSE: Final = re.compile(rf"[;:!?。;()\n]|,(?!\d)|(?<!\d),|{_POINT}")
# 、 divides Japanese clauses; in Chinese it lists what is counted together.
_JAPANESE_CLAUSE: Final = re.compile(rf"{_CLAUSE.pattern}|、")
_KANA: Final = re.compile("[ぁ-ヿ]")
# What ends the words that a number counts, with letters: another number, a preposition, the end of the text.
_END_OF_PHRASE: Final = re.compile(
    r"\d|$|[,;.:)、]|(?<![a-zà-ÿ])(?:in|across|at|for|with|by|from|to|than|en|para|con|por|entre|dans|pour|avec|sur|par|"
    r"für|mit|auf|aus|bei|em|com|no|na|nos|nas|and|y|e|et|und)(?![a-zà-ÿ])"
)
_SENTENCE: Final = re.compile(rf"[;!?。\n]|{_POINT}")
# No clause or sentence reaches farther.
_LONGEST: Final = 1000
# A noun as far as this names no more what a number counts.
_FAR: Final = 60
_IDEOGRAPH: Final = re.compile(r"\s*[㐀-鿿가-힣ぁ-ヿ]")
_CLOSE: Final = 6
_FEW: Final = 5
# A noun that has another counter is so much farther.
_ANOTHER: Final = 4
# Endings of plurals, and those of one.
_PLURALS: Final = (("s", ""), ("es", ""), ("ies", "y"), ("ões", "ão"), ("aux", "al"), ("ones", "ón"), ("ns", "m"))


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
    sign = words.sign.match(text, end)
    noun = words.any_noun.match(text, end)
    if sign and not (noun and noun.end() > sign.end()):
        return PrintedUnit(words.by_sign[_squeezed(sign["sign"])], sign.end())
    if sign := words.sign_before.search(text, max(start - _FAR, 0), start):
        return PrintedUnit(words.by_sign[_squeezed(sign["sign"])], end)
    counter = words.counter.match(text, end)
    counted = words.by_counter[counter["counter"]] if counter else frozenset[str]()
    behind = counter.end() if counter else end
    alone = words.alone.get(counter["counter"]) if counter else None
    # A counter of few units tells the noun that it counts.
    found = list(_nouns(text, start, behind, counted, is_counted=True)) if alone or len(counted) <= _FEW else []
    if not found and not alone:
        found = list(_nouns(text, start, behind, words.nouns, is_counted=counter is not None))
    if not (found or counter):
        found = list(_earlier_nouns(text, start))
    if not found:
        return PrintedUnit(alone or (counted if counted and len(counted) == 1 else frozenset()), behind)
    ranks = [(noun.far + (0 if noun.code in counted else _ANOTHER), -noun.length) for noun in found]
    nearest = found[ranks.index(min(ranks))]
    named = [noun for noun, rank in zip(found, ranks, strict=True) if rank == min(ranks)]
    return PrintedUnit(frozenset(noun.code for noun in named), behind, nearest.end)


@dataclass(frozen=True, slots=True)
class _Noun:
    """A noun near a number. far: how many characters are between; end: of one behind the number."""

    code: str
    far: int
    length: int
    end: int | None


def _nouns(text: str, start: int, end: int, codes: Iterable[str], *, is_counted: bool) -> Iterator[_Noun]:
    """The nouns of units in the clause of a number; of several in one piece the last (charging point sensors)."""
    first, last = clause_of(text, start, end)
    nouns = _words().nouns
    if not is_counted and _IDEOGRAPH.match(text, end):
        # Without a counter, only what stands right behind the number is counted by it.
        first, last = end, min(last, end + _CLOSE)
    phrase = _END_OF_PHRASE.search(text, end, last)
    places = [
        (begins, ends, code)
        for code in codes
        if code in nouns
        for begins, ends in _places(nouns[code], text, max(first, start - _FAR), min(last, end + 2 * _FAR))
    ]
    heads = {begins for begins, _, _ in places}
    found = [
        _Noun(code, begins - end if begins >= end else start - ends, ends - begins, ends if begins >= end else None)
        for begins, ends, code in places
        if ends <= start or (end <= begins <= end + _FAR and _head_after(text, ends) not in heads)
    ]
    before = [one for one in found if one.end is None]
    own = [one for one in found if one.end and phrase and one.end <= phrase.start()]
    # With letters, the noun of the number's own phrase is what it counts.
    has_letters = not _IDEOGRAPH.search(text)
    yield from ((own or before) if has_letters else [*before, *own]) or found


def _earlier_nouns(text: str, start: int) -> Iterator[_Noun]:
    """The nouns in the clauses before a number, where its own has none: of users, ... had risen to 33,400."""
    first, _ = sentence_of(text, start, start)
    for code, noun in _words().nouns.items():
        for begins, ends in _places(noun, text, max(first, start - 2 * _FAR), start):
            yield _Noun(code, start - ends, ends - begins, None)


def _places(noun: re.Pattern[str], text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    return (match.span() for match in noun.finditer(text, first, last))


def _head_after(text: str, end: int) -> int | None:
    """Where a noun begins right behind another, as in charging point sensors: the last is what is counted."""
    following = _words().following.match(text, end)
    if following is None or (following["noun"].isascii() and not following["noun"].endswith("s")):
        return None
    return following.start("noun")


@dataclass(frozen=True, slots=True)
class _Words:
    sign: re.Pattern[str]
    sign_before: re.Pattern[str]
    by_sign: Mapping[str, frozenset[str]]
    counter: re.Pattern[str]
    by_counter: Mapping[str, frozenset[str]]
    alone: Mapping[str, frozenset[str]]
    nouns: Mapping[str, re.Pattern[str]]
    any_noun: re.Pattern[str]
    following: re.Pattern[str]


@cache
def _words() -> _Words:
    known = units()
    by_sign = _codes((sign, code) for code, words in known.items() for sign in words.signs)
    by_sign = {**dict.fromkeys(other_signs(), frozenset[str]()), **by_sign}
    by_counter = _codes((counter, code) for code, words in known.items() for counter in words.counters)
    by_counter = {**dict.fromkeys(shared_counters(), frozenset[str]()), **by_counter}
    # What may stand before a number: symbols, and codes such as CNY.
    before = [sign for sign in by_sign if sign[-1] in "$¥₩€£₹₱฿₺" or re.fullmatch("[a-z]{3}", sign)]
    nouns = {
        code: "|".join(map(_noun_pattern, sorted(words.nouns, key=len, reverse=True)))
        for code, words in known.items()
        if words.nouns
    }
    return _Words(
        sign=re.compile(rf"\s*(?:de\s+|d')?(?P<sign>{pattern_of(by_sign)})"),
        sign_before=re.compile(rf"(?P<sign>{pattern_of(before)})\s*$"),
        by_sign=by_sign,
        counter=re.compile(rf"\s*(?P<counter>{pattern_of(by_counter)})"),
        by_counter=by_counter,
        alone=_codes((counter, code) for code, words in known.items() for counter in words.alone),
        nouns={code: re.compile(pattern) for code, pattern in nouns.items()},
        any_noun=re.compile(rf"\s*(?:de\s+|d')?(?:{'|'.join(nouns.values())})"),
        following=re.compile(rf"(?:\s+|-|(?<=[㐀-鿿가-힣ぁ-ヿ]))(?P<noun>{'|'.join(nouns.values())})"),
    )


def _codes(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """The codes that each word may stand for."""
    found: dict[str, set[str]] = {}
    for word, code in pairs:
        found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


def _noun_pattern(noun: str) -> str:
    """A noun, in the plural or the singular if it is one of letters."""
    if noun.startswith("~"):
        return rf"[a-zà-ÿ-]*{re.escape(noun[1:])}(?![a-zà-ÿ])"
    if not re.fullmatch("[a-zà-ÿ' -]+", noun):
        return re.escape(noun)
    forms = {noun, f"{noun}s"}
    for plural, one in _PLURALS:
        if noun.endswith(plural):
            forms |= {noun.removesuffix(plural) + one}
    return pattern_of(forms)


def _squeezed(sign: str) -> str:
    return re.sub(r"\s+", " ", sign)
