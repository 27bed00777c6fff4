"""Read the numbers of a line: written digits with their scale (`152.58亿`, `1.6 billion`), and words (`三百二十`)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from seeds.verification.words import Language, languages, pattern_of

SEPARATORS: Final = "separators"
SCALE: Final = "scale word"
WORDS: Final = "number words"
CLASS: Final = "class word"
TENTHS: Final = "tenths"
_LARGE: Final = 4
_HANGUL: Final = "[가-힣]"
# What begins with the character of a tenth and is another word: 成立, 成为.
_NO_TENTHS: Final = "(?![立为员功本果都熟交绩就长效型品分套合引])"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a line: `value` as its digits have it, times ten to `power`.

    steps: what was normalised. is_class: only a word such as 千 in 千卡, which names a class. is_more: 900余万.
    is_share: in percent.
    """

    start: int
    end: int
    value: Decimal
    power: int
    steps: frozenset[str] = frozenset()
    is_class: bool = False
    is_more: bool = False
    is_share: bool = False

    @property
    def number(self) -> Decimal:
        """The number itself."""
        return scaled(self.value, self.power)


def scaled(value: Decimal, power: int) -> Decimal:
    """A value times ten to a power, without rounding."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    return Decimal((sign, digits, exponent + power))


def numerals_of(text: str, language: Language) -> Iterator[Numeral]:
    """Yield the numbers of a normal line, in order; names such as 5G and 1+4+N have none."""
    patterns = _Patterns.of(language)
    others = [word.span() for word in patterns.no_number.finditer(text)]
    place = 0
    while match := patterns.any_number.search(text, place):
        found = _written(text, match, patterns) if match["digits"] else _worded(match, patterns)
        found = _in_tenths(text, found, patterns) if found else None
        place = max(match.end(), found.end if found else 0)
        is_ordinal = found is not None and patterns.ordinal_after.match(text, found.end) is not None
        if found and (is_ordinal or not _is_in_a_name(text, found)) and not _is_in_another_word(found, others):
            yield found


@dataclass(frozen=True, slots=True)
class _Patterns:
    language: Language
    any_number: re.Pattern[str]
    no_number: re.Pattern[str]
    scale: re.Pattern[str]
    one_scale: re.Pattern[str]
    tenths: re.Pattern[str]
    tenths_before: re.Pattern[str]
    ordinal_after: re.Pattern[str]

    @classmethod
    def of(cls, language: Language) -> "_Patterns":
        return _patterns(language.code)


@cache
def _patterns(code: str) -> _Patterns:
    language = languages()[code]
    group, decimal = re.escape(language.group), re.escape(language.decimal)
    grouped = rf"\d{{1,3}}(?:{group}\d{{3}})+(?!\d)" + (
        r"|\d{1,3}(?: \d{3})+(?!\d)" if code in {"de", "en", "es", "fr", "pt"} else ""
    )
    # A part of a number that is written in another way is none: 1'234, 1.234.567, 1,40,000. A comma divides the items
    # of a Chinese list without a space.
    mark = ".'" if code in {"zh", "ja"} else ".',"
    digits = rf"(?<!\d)(?<!\d[{mark}])(?:{grouped}|\d+)(?:{decimal}\d+)?(?!\d|[{mark}]\d)"
    scales = pattern_of(language.scales)
    short = rf"|(?:{pattern_of(language.short_scales)})" if language.short_scales else ""
    more = "".join(word for word in language.after if len(word) == 1 and not word.isascii() and word.isalpha())
    scale = (
        rf"\s*(?P<more>[{more}])?(?P<scale>(?:\s*(?:{scales})){{1,3}}{short})"
        if more
        else (rf"\s*(?P<scale>(?:\s*(?:{scales})){{1,3}}{short})(?P<more>(?!))?")
    )
    return _Patterns(
        language,
        re.compile(rf"(?P<digits>{digits})|(?P<words>{_word_pattern(language)})"),
        re.compile(pattern_of(language.no_numbers)),
        re.compile(scale),
        re.compile(scales),
        re.compile(
            rf"(?:\s+[a-zà-ÿ]+){{0,2}}\s*(?:{pattern_of(language.tenths)}){_NO_TENTHS}"
            r"(?:(?P<more>[\d一二三四五六七八九])分?(?![\d年月个]))?"
        ),
        re.compile(rf"(?:{pattern_of(language.tenths_before)})\s*$"),
        re.compile(rf"(?:{'|'.join(map(re.escape, language.ordinal_after)) or '(?!)'})(?![a-z])"),
    )


def _word_pattern(language: Language) -> str:
    if language.digits:
        characters = "".join([*language.digits, *language.scales])
        if language.code == "ko":
            whole = "|".join(sorted(language.whole_words, key=len, reverse=True))
            return rf"(?<!{_HANGUL})(?:[{characters}]{{2,}}|(?:{whole})(?=\s))"
        return f"[{characters}]+(?:点[{''.join(language.digits)}]+)?"
    word, scale = pattern_of(language.whole_words), pattern_of(language.scales)
    joiner = rf"(?:[\s-]+(?:(?:{'|'.join(language.joiners)})\s+)?(?:{word}|{scale}))*"
    articles = pattern_of(language.fillers)
    return rf"(?:(?:{word})|(?:(?:{articles})\s+)?(?:{scale})){joiner}"


def _written(text: str, match: re.Match[str], patterns: _Patterns) -> Numeral:
    """Digits, with a scale word; and 1亿2000万, whose parts are added up."""
    language = patterns.language
    written = match["digits"]
    value = _decimal(written, language)
    steps = (
        {SEPARATORS} if language.group in written or " " in written or language.decimal == "," in written else set()
    )
    scale = patterns.scale.match(text, match.end())
    if scale is None:
        return Numeral(match.start(), match.end(), value, 0, frozenset(steps))
    power = _power(scale["scale"], patterns)
    found = Numeral(match.start(), scale.end(), value, power, frozenset({*steps, SCALE}), is_more=bool(scale["more"]))
    return _with_smaller_parts(text, found, patterns) if power >= _LARGE and language.digits else found


def _in_tenths(text: str, found: Numeral, patterns: _Patterns) -> Numeral:
    """八成 as 80 percent, 九成五 and 9割5分 as 95, nine in ten as 90."""
    if not 1 <= found.number < 10:
        return found
    if before := patterns.tenths_before.search(text, max(found.start - 20, 0), found.start):
        steps = frozenset({*found.steps, TENTHS})
        return Numeral(before.start(), found.end, found.number * 10, 0, steps, is_share=True)
    tenths = patterns.tenths.match(text, found.end)
    if tenths is None:
        return found
    more = tenths["more"]
    ones = int(more) if more and more.isdecimal() else patterns.language.digits.get(more or "", 0)
    steps = frozenset({*found.steps, TENTHS})
    return Numeral(found.start, tenths.end(), found.number * 10 + ones, 0, steps, is_share=True)


def _with_smaller_parts(text: str, found: Numeral, patterns: _Patterns) -> Numeral:
    gap = r"\s?" if patterns.language.code == "ko" else ""
    digits = re.compile(rf"{gap}(?P<digits>\d[\d,]*(?:\.\d+)?)")
    total, end, last = found.number, found.end, found.power
    while part := digits.match(text, end):
        scale = patterns.scale.match(text, part.end())
        power = _power(scale["scale"], patterns) if scale else 0
        value = scaled(_decimal(part["digits"], patterns.language), power)
        if power >= last or value >= Decimal(10) ** last:
            break
        total, end, last = total + value, scale.end() if scale else part.end(), power
    return found if end == found.end else Numeral(found.start, end, total, 0, found.steps)


def _worded(match: re.Match[str], patterns: _Patterns) -> Numeral | None:
    word, language = match["words"], patterns.language
    whole, _, decimals = word.partition("点")
    number: int | Decimal | None
    if language.digits and word not in language.whole_words:
        number = _chinese_number(whole, language)
        if number is not None and decimals:
            number = Decimal(f"{number}.{''.join(str(language.digits[one]) for one in decimals)}")
    else:
        number = _alphabetic_number(word, patterns)
    if number is None:
        return None
    is_class = bool(language.digits) and all(one in language.scales for one in whole) and word[0] not in "十십"
    steps = frozenset({WORDS, CLASS} if is_class else {WORDS})
    return Numeral(match.start(), match.end(), Decimal(number), 0, steps, is_class=is_class)


def _chinese_number(word: str, language: Language) -> int | None:
    """三百二十 as 320, 二〇二五 as 2025; None if the characters make up no number (十五五)."""
    if len(word) > 1 and all(one in language.digits for one in word):
        return int("".join(str(language.digits[one]) for one in word)) if len(word) > 2 else None
    total = section = last = 0
    digit: int | None = None
    for one in word:
        if one in language.digits:
            if digit:
                return None
            digit = language.digits[one]
            continue
        power = language.scales[one]
        if power < _LARGE:
            section, digit = section + (1 if digit is None else digit) * 10**power, None
        else:
            section, digit = section + (digit or 0), None
            section = section or (0 if total else 1)
            total = (total + section) * 10**power if power > last else total + section * 10**power
            section, last = 0, power
    return total + section + (digit or 0)


def _alphabetic_number(word: str, patterns: _Patterns) -> int | None:
    language = patterns.language
    total = current = last = 0
    for one in re.findall(r"[^\s-]+", word):
        if one in language.whole_words:
            current += language.whole_words[one]
        elif one in language.scales:
            power = language.scales[one]
            if power == 2:
                current = (current or 1) * 100
            elif power > last:
                total, current, last = (total + current or 1) * 10**power, 0, power
            else:
                total, current, last = total + (current or 1) * 10**power, 0, power
    return total + current


def _decimal(written: str, language: Language) -> Decimal:
    plain = written.replace(language.group, "").replace(" ", "")
    return Decimal(plain.replace(language.decimal, "."))


def _power(scale: str, patterns: _Patterns) -> int:
    language = patterns.language
    short = language.short_scales.get(scale.strip())
    if short is not None:
        return short
    return sum(language.scales[re.sub(r"\s+", " ", one)] for one in patterns.one_scale.findall(scale))


def _is_in_another_word(found: Numeral, others: Sequence[tuple[int, int]]) -> bool:
    return any(start <= found.start and found.end <= end for start, end in others)


def _is_in_a_name(text: str, found: Numeral) -> bool:
    """Whether letters or plus signs make it a part of a name, as in 5G, km2, 1+4+N and 8+2."""
    before, after = text[: found.start][-1:], text[found.end : found.end + 2]
    if found.steps & {WORDS}:
        return False
    is_after_name = before.isascii() and (before.isalpha() or re.search(r"[\w)]\+$", text[: found.start]) is not None)
    is_before_name = bool(re.match(r"[a-z](?![a-z])(?<!k)|\+[\da-z]", after)) and not re.match(r"m2|km", after)
    return is_after_name or is_before_name
