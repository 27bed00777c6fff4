"""Read the figures of a line: numbers with the words around them that say how exact they are and what they count."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Final, Literal

from seeds.verification.dates import DateMention
from seeds.verification.normalisation import Line
from seeds.verification.numerals import Numeral, numerals_of, scaled
from seeds.verification.units import clause_of, printed_unit
from seeds.verification.words import Language, has_word, languages, pattern_of

MentionKind = Literal["cardinal", "ordinal", "band"]
PERCENT_FORM: Final = "percent form"
_PERCENT: Final = frozenset({"percent"})
# Words before a number are looked for so far.
_BEFORE: Final = 60
# What stands between the ends of a range; in Japanese and Korean the first may have its counter too.
_TO: Final = re.compile(r"\s*(?:-|~|至|到)\s*|\s*[件人台社건명대개]?\s*(?:から|에서)\s*|\s+(?:to|a|à|bis)\s+")
_AND: Final = re.compile(r"\s+(?:and|y|e|et|und)\s+")
_BETWEEN: Final = re.compile(r"(?:^|\W)(?:between|entre|zwischen)\s+(?:[$€£]\s?)?$")
# Before the first of two figures of a change; the others may stand before a range too.
_FROM: Final = re.compile(r"(?:\bfrom|从|由|自)\s*$|(?P<maybe>\b(?:de|von|da))\s*$")
_PASSED: Final = re.compile(r"\b(?:pas|verkürz|vervier|verdopp|went|moved)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure as a line prints it, from `start` to `end`; the number itself from `number_start` to `number_end`.

    maximum: the upper end of a range. units: the codes that it may be in. steps: the normalisations that reading it
    took.
    """

    line: Line
    kind: MentionKind
    start: int
    end: int
    number_start: int
    number_end: int
    value: Decimal
    power: int
    comparator: str
    units: frozenset[str]
    steps: frozenset[str]
    maximum: Decimal | None = None

    @property
    def number(self) -> Decimal:
        """The number itself."""
        return scaled(self.value, self.power)

    @property
    def printed(self) -> str:
        """The figure as the text prints it."""
        first, last = self.line.raw_span(self.start, self.end)
        return self.line.raw[first:last]


def mentions_of(line: Line, dates: Sequence[DateMention], language: Language) -> list[Mention]:
    """The figures of a line in order. dates: those of the line, whose numbers are no figures."""
    taken = {place for date in dates if date.is_certain for place in range(date.start, date.end)}
    words = _words(language.code)
    numerals = (one for one in numerals_of(line.text, language) if taken.isdisjoint(range(one.start, one.end)))
    found = [_mention(line, one, words) for one in numerals]
    found += [
        _without_number(line, match)
        for match in words.first.finditer(line.text)
        if taken.isdisjoint(range(*match.span()))
    ]
    return sorted(_ranges(found, language), key=lambda mention: mention.start)


@dataclass(frozen=True, slots=True)
class _Words:
    language: Language
    before: re.Pattern[str]
    exceptions: tuple[str, ...]
    after: re.Pattern[str]
    percent_before: re.Pattern[str]
    ordinal_before: re.Pattern[str]
    ordinal_after: re.Pattern[str]
    band_before: re.Pattern[str]
    band_after: re.Pattern[str]
    first: re.Pattern[str]


@cache
def _words(code: str) -> _Words:
    language = languages()[code]
    fillers = rf"(?:\s*(?:{pattern_of(language.fillers)}))*" if language.fillers else ""
    return _Words(
        language,
        re.compile(
            rf"(?P<word>{pattern_of(language.before)}){fillers}\s*(?:[a-z]{{0,3}}[$¥₩€£₹₱฿₺]|[a-z]{{3}})?\s*$"
        ),
        language.no_comparators,
        re.compile(rf"\s*(?P<word>{pattern_of(language.after)})"),
        re.compile(rf"(?:{pattern_of(language.percent_before)})\s*$"),
        re.compile(rf"(?:{pattern_of(language.ordinal_before)})\s*$"),
        re.compile(rf"(?:{'|'.join(map(re.escape, language.ordinal_after)) or '(?!)'})(?![a-z])"),
        re.compile(rf"(?:{pattern_of(language.band_before)})\s*$"),
        re.compile(rf"{pattern_of(language.band_after)}"),
        re.compile(rf"(?P<first>{pattern_of(language.first)})|(?P<ordinal>{pattern_of(language.ordinals)})"),
    )


def _mention(line: Line, numeral: Numeral, words: _Words) -> Mention:
    text, start, end = line.text, numeral.start, numeral.end
    steps = set(numeral.steps)
    if percent := words.percent_before.search(text, max(start - _BEFORE, 0), start):
        start = percent.start()
        steps.add(PERCENT_FORM)
    kind, start, end = _kind(text, start, end, words)
    if kind != "cardinal":
        steps |= line.steps(start, end)
        return _built(line, kind, (start, end), numeral, "EQ", frozenset(), steps)
    before, comparator = _comparator_before(text, start, words)
    after, later = _comparator_after(text, end, words)
    printed = printed_unit(text, numeral.start, after)
    if percent or numeral.is_share:
        units, last = _PERCENT, after
    else:
        units, last = printed.codes, printed.end
    if later is None:
        last, later = _comparator_after(text, last, words)
    if later is None and not percent and printed.noun_end:
        behind, later = _comparator_after(text, printed.noun_end, words)
        last = behind if later else last
    implied = "GT" if numeral.is_more else "GTE" if numeral.is_class else "EQ"
    steps |= line.steps(before, last)
    return _built(line, kind, (before, last), numeral, comparator or later or implied, units, steps)


def _built(
    line: Line,
    kind: MentionKind,
    span: tuple[int, int],
    numeral: Numeral,
    comparator: str,
    units: frozenset[str],
    steps: set[str],
) -> Mention:
    return Mention(
        line=line,
        kind=kind,
        start=span[0],
        end=span[1],
        number_start=numeral.start,
        number_end=numeral.end,
        value=numeral.value,
        power=numeral.power,
        comparator=comparator,
        units=units,
        steps=frozenset(steps),
    )


def _kind(text: str, start: int, end: int, words: _Words) -> tuple[MentionKind, int, int]:
    if before := words.band_before.search(text, max(start - _BEFORE, 0), start):
        return "band", before.start(), end
    if after := words.band_after.match(text, end):
        return "band", start, after.end()
    if before := words.ordinal_before.search(text, max(start - _BEFORE, 0), start):
        return "ordinal", before.start(), end
    if after := words.ordinal_after.match(text, end):
        return "ordinal", start, after.end()
    return "cardinal", start, end


def _comparator_before(text: str, start: int, words: _Words) -> tuple[int, str | None]:
    match = words.before.search(text, max(start - _BEFORE, 0), start)
    if match is None or any(text[: match.end("word")].endswith(one) for one in words.exceptions):
        return start, None
    return match.start(), words.language.before[re.sub(r"\s+", " ", match["word"])]


def _comparator_after(text: str, end: int, words: _Words) -> tuple[int, str | None]:
    match = words.after.match(text, end)
    return (match.end(), words.language.after[re.sub(r"\s+", " ", match["word"])]) if match else (end, None)


def _without_number(line: Line, match: re.Match[str]) -> Mention:
    """A first or another place in a word: 榜首, second."""
    ordinals = {word: number for each in languages().values() for word, number in each.ordinals.items()}
    value = Decimal(1) if match["first"] else Decimal(ordinals[match["ordinal"]])
    steps = frozenset({"number words", *line.steps(*match.span())})
    return Mention(line, "ordinal", *match.span(), *match.span(), value, 0, "EQ", frozenset(), steps)


def _ranges(found: Sequence[Mention], language: Language) -> Iterator[Mention]:
    """Join two figures that are the ends of a range: 3-5万人, 10 to 20 users."""
    waiting: Mention | None = None
    for mention in sorted(found, key=lambda one: one.number_start):
        if waiting is not None:
            if joined := _joined(waiting, mention, language):
                waiting = joined
                continue
            yield waiting
        waiting = mention
    if waiting is not None:
        yield waiting


def _is_change(text: str, low: Mention, language: Language) -> bool:
    """Whether a figure is what something rose or fell from, and no lower end of a range."""
    before = _FROM.search(text[: low.start])
    if before is None or not before["maybe"]:
        return before is not None
    first, last = clause_of(text, low.start, low.number_end)
    return has_word(text[first:last], (*language.up, *language.down)) or bool(_PASSED.search(text[first:last]))


def _joined(low: Mention, high: Mention, language: Language) -> Mention | None:
    text = low.line.text
    between = text[low.number_end : high.number_start]
    is_change = _is_change(text, low, language)
    is_range = _TO.fullmatch(between.removeprefix("%")) or (
        _AND.fullmatch(between.removeprefix("%")) and _BETWEEN.search(text[: low.number_start])
    )
    if not is_range or is_change or {low.kind, high.kind} != {"cardinal"}:
        return None
    power = low.power or high.power
    if scaled(low.value, power) >= high.number:
        return None
    return replace(
        high,
        start=low.start,
        number_start=low.number_start,
        value=low.value,
        power=power,
        maximum=high.number,
        comparator="RANGE",
        steps=low.steps | high.steps,
    )
