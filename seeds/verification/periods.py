"""Tell whether a text gives a figure the period that a seed file states.

The date that counts is the nearest in the figure's clause; without one, the last before it in its sentence, then in
its line, then the first after it in its sentence, then the last in a heading before, then that of the source's title.
A word such as 目前 (now) ends what sentences before said.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from loaders.values.edtf import Span, parse_edtf
from seeds.format.values import Period
from seeds.verification.dates import LINKS, DateMention
from seeds.verification.kept_text import KeptText
from seeds.verification.mentions import Mention
from seeds.verification.normalisation import Line, normal
from seeds.verification.units import clause_of, sentence_of
from seeds.verification.words import Language, has_word, languages, pattern_of

_SHARES: Final = frozenset({"percent", "percentage-point"})
_LONGEST_HEADING: Final = 80
_DAYS_OF_A_YEAR: Final = 364
_END_OF_SENTENCE: Final = re.compile(r"[。.!?;]\s*$")


def period_fault(text: KeptText, mention: Mention, period: Period | None, language: Language) -> str | None:
    """What differs between a stated period and the text; None if nothing does, or if no period is stated."""
    if period is None:
        return None
    if period.kind == "CUMULATIVE" and not _is_said(mention, language.cumulative):
        return "the text doesn't say that the figure is cumulative"
    if period.edtf is not None:
        return _days_fault(governing_date(text, mention, language), parse_edtf(period.edtf), period.edtf)
    if period.kind == "CUMULATIVE":
        named = date_in_clause(text, mention)
        return f"the period has no days, and the text says {named}" if named else None
    if _is_said(mention, language.kinds.get(period.kind, ())) or any(
        normal(one) in mention.line.text for one in period.label.texts.values()
    ):
        return None
    return f"the text names no period of kind {period.kind} here"


def period_not_stated(text: KeptText, mention: Mention, language: Language) -> str:
    """The period that a sentence gives to a figure whose file states none; empty if it gives none."""
    if named := date_in_clause(text, mention):
        return named
    line = mention.line
    begins, _ = sentence_of(line.text, mention.number_start, mention.number_end)
    before = [date for date in _own_dates(text, mention) if begins <= date.start and date.end <= mention.start]
    if before:
        return _words(line, before[-1])
    first, last = clause_of(line.text, mention.start, mention.end)
    return next((word for word in language.cumulative if has_word(line.text[first:last], [word])), "")


def _is_said(mention: Mention, words: Sequence[str]) -> bool:
    """Whether one of some words is in the figure's clause, or before it in its sentence.

    Of a share its own clause alone: what a sentence counts up is no share.
    """
    text = mention.line.text
    first, last = clause_of(text, mention.start, mention.end)
    if not mention.units & _SHARES:
        first, _ = sentence_of(text, mention.start, mention.end)
    return has_word(text[first:last], words)


def _days_fault(date: tuple[str, DateMention] | None, stated: Span, edtf: str) -> str | None:
    if date is None:
        return f"the text names no date for {edtf}"
    if any(_is_same(span, stated) for span in date[1].spans):
        return None
    return f"the period is {edtf}, and the text says {date[0]}"


def _is_same(printed: Span, stated: Span) -> bool:
    if stated.start_is_open or stated.start is None:
        return printed.end == stated.end
    if stated.end_is_open or stated.end is None:
        return printed.start == stated.start
    return (printed.start, printed.end) == (stated.start, stated.end)


def date_in_clause(text: KeptText, mention: Mention) -> str | None:
    """The words of a date in the figure's clause."""
    line = mention.line
    first, last = clause_of(line.text, mention.number_start, mention.number_end)
    inside = [date for date in _own_dates(text, mention) if first <= date.start and date.end <= last]
    return _words(line, inside[0]) if inside else None


def governing_date(text: KeptText, mention: Mention, language: Language) -> tuple[str, DateMention] | None:
    """The date that a figure is for, with its words; None if the text names none."""
    line = mention.line
    if found := next(_nearest_first(line.text, _own_dates(text, mention), mention, language), None):
        return _words(line, found), found
    begins, _ = sentence_of(line.text, mention.number_start, mention.number_end)
    if has_word(line.text[begins : mention.start], language.now):
        return None
    for before in reversed(text.lines[: line.number - 1]):
        dates = [date for date in text.dates[before.number - 1] if date.spans and not date.is_compared]
        if dates and _is_a_heading(before):
            return f"{_words(before, dates[-1])} (line {before.number})", dates[-1]
    titled = [date for date in text.title_dates if date.spans]
    return (text.title[titled[-1].start : titled[-1].end], titled[-1]) if titled else None


def _own_dates(text: KeptText, mention: Mention) -> list[DateMention]:
    """The dates of a figure's line, but for one that is the figure itself."""
    start, end = mention.number_start, mention.number_end
    dates = text.dates[mention.line.number - 1]
    return [
        date
        for date in dates
        if date.spans
        and (date.compared_from is None or date.compared_from <= start < date.start)
        and not (date.start < end and start < date.end)
    ]


def compared_dates(text: KeptText, mention: Mention) -> list[DateMention]:
    """The dates in a figure's sentence that a change is compared with: those of its clause, if there are any."""
    line = mention.line
    dates = [date for date in text.dates[line.number - 1] if date.spans and date.is_compared]
    for first, last in (
        clause_of(line.text, mention.start, mention.end),
        sentence_of(line.text, mention.start, mention.end),
    ):
        if inside := [date for date in dates if first <= date.start and date.end <= last]:
            return inside
    return []


def is_year_on_year(text: str, language: Language) -> bool:
    """Whether words say that a change is from the year before: 同比, compared with the same quarter of last year."""
    return has_word(text, language.year_on_year) or _previous_year(language.code).search(text) is not None


@cache
def _previous_year(code: str) -> re.Pattern[str]:
    language = languages()[code]
    kinds = (language.compared_before, language.same_period, language.previous_year)
    before, same, previous = map(pattern_of, kinds)
    return re.compile(rf"(?:{before})(?:\s+(?:{LINKS}|{same}))*\s+(?:{previous})")


def is_compared(period: Period | None, dates: Sequence[DateMention], basis: str) -> bool:
    """Whether one of some dates is the period a year before a stated one, or the one right before it."""
    stated = parse_edtf(period.edtf) if period and period.edtf else None
    return any(_is_before(span, stated, basis) for date in dates for span in date.spans)


def _is_before(span: Span, stated: Span | None, basis: str) -> bool:
    if not (span.start and span.end):
        return False
    end = datetime.date.fromisoformat(span.end)
    # A whole year before is compared year on year.
    if basis == "PERIOD_ON_PERIOD" and (end - datetime.date.fromisoformat(span.start)).days >= _DAYS_OF_A_YEAR:
        return False
    if stated is None or stated.start is None or stated.end is None:
        return True
    if basis == "PERIOD_ON_PERIOD":
        return end + datetime.timedelta(days=1) == datetime.date.fromisoformat(stated.start)
    return int(stated.end[:4]) - int(span.end[:4]) == 1


def reference_fault(line: Line, dates: Sequence[DateMention], reference: Period | None) -> str | None:
    """What differs between the period that a change is compared with and the dates that a text has for it."""
    if reference is None or reference.edtf is None:
        return None
    stated = parse_edtf(reference.edtf)
    # "The same period of 2024" names a year alone.
    if any(_is_same(span, stated) or _contains(span, stated) for date in dates for span in date.spans):
        return None
    return f"the reference is {reference.edtf}, and the text says {_words(line, dates[0])}"


def _contains(printed: Span, stated: Span) -> bool:
    if not (printed.start and printed.end and stated.start and stated.end):
        return False
    return printed.start <= stated.start and stated.end <= printed.end


def _words(line: Line, date: DateMention) -> str:
    first, last = line.raw_span(date.start, date.end)
    return line.raw[first:last]


def _is_a_heading(line: Line) -> bool:
    return len(line.text) <= _LONGEST_HEADING and not _END_OF_SENTENCE.search(line.text)


def _nearest_first(
    text: str, dates: Sequence[DateMention], mention: Mention, language: Language
) -> Iterator[DateMention]:
    start, end = mention.number_start, mention.number_end
    first, last = clause_of(text, start, end)
    yield from sorted(
        (date for date in dates if first <= date.start and date.end <= last),
        key=lambda date: start - date.end if date.end <= start else date.start - end,
    )
    begins, ends = sentence_of(text, start, end)
    before = [date for date in reversed(dates) if date.end <= start]
    yield from (date for date in before if date.start >= begins)
    if not has_word(text[begins:start], language.now):
        yield from before
    yield from (date for date in dates if end <= date.start < ends)
