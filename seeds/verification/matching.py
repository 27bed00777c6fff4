"""Find each claim of a seed file among the figures of the kept text, at the place that its citation names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from loaders.values.units import PER, UNITS
from seeds.format.values import Change
from seeds.verification.claims import Claim
from seeds.verification.kept_text import KeptText
from seeds.verification.mentions import Mention, mentions_of
from seeds.verification.normalisation import Line, normal
from seeds.verification.numerals import WORDS
from seeds.verification.periods import (
    compared_dates,
    governing_date,
    is_compared,
    is_year_on_year,
    period_fault,
    period_not_stated,
    reference_fault,
)
from seeds.verification.units import clause_of, sentence_of
from seeds.verification.words import Language, any_of, has_word, units

Status = Literal["exact", "normalised", "ambiguous", "absent", "counted"]
FOUND: Final = frozenset({"exact", "normalised", "counted"})
DIGITS: Final = "digits"
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_KINDS: Final = {"rank": "ordinal", "band": "band"}


@dataclass(frozen=True, slots=True)
class Result:
    """What was found of a claim. line: of the text, if it is at one. steps: the normalisations that it took.

    reason: why a claim is not found, or what was to be decided.
    """

    claim: Claim
    status: Status
    line: Line | None = None
    mention: Mention | None = None
    steps: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """The results for all claims, and the figures of the text that none of them is."""

    text: KeptText
    results: list[Result]
    unclaimed: list[Mention]


def verify(text: KeptText, claims: Sequence[Claim], language: Language) -> Verified:
    """Find all claims in a text, and the figures that are left."""
    mentions = {
        line.number: mentions_of(line, dates, language) for line, dates in zip(text.lines, text.dates, strict=True)
    }
    results = [_Finder(text, mentions, language).find(claim) for claim in claims]
    claimed = [result.mention for result in results if result.mention]
    # A figure that stands there twice is reported as ambiguous already.
    values = {(result.line.number, result.claim.number) for result in results if result.line}
    left = [
        mention
        for line in text.lines
        for mention in mentions[line.number]
        if mention not in claimed and (line.number, mention.number) not in values and _is_a_figure(mention)
    ]
    return Verified(text, results, left)


def _is_a_figure(mention: Mention) -> bool:
    """Whether a number that nobody claims looks like a figure; words such as 一 seldom are."""
    if mention.kind != "cardinal":
        return mention.kind == "band"
    if WORDS in mention.steps:
        return bool(mention.units) and mention.end > mention.number_end and mention.number > 1
    return bool(mention.units) or not 1900 <= mention.number < 2100


@dataclass(frozen=True, slots=True)
class _Finder:
    text: KeptText
    mentions: Mapping[int, list[Mention]]
    language: Language

    def find(self, claim: Claim) -> Result:
        lines, fault = self.text.lines_at(claim.locators)
        line = lines[0] if len(lines) == 1 else None
        if fault:
            return Result(claim, "absent", line, reason=fault)
        if words := _missing_words(claim, lines):
            return Result(claim, "absent", line, reason=f"the printed words {words!r} are not there")
        same = [one for each in lines for one in self.mentions[each.number] if _is_same_number(claim, one)]
        whole = [one for one in same if not any(self._faults(claim, one))]
        if claim.counted:
            mention = whole[0] if len(whole) == 1 else None
            return Result(claim, "counted", mention.line if mention else line, mention, reason=_counted(mention))
        if not whole:
            return Result(claim, "absent", line, reason=self._why_absent(claim, same, lines))
        chosen = whole if len(whole) == 1 else _named(claim, whole, self.mentions)
        if len(chosen) > 1:
            printed = ", ".join(f"{one.printed} (line {one.line.number})" for one in chosen)
            return Result(claim, "ambiguous", line, reason=f"it may be any of {printed}")
        return self._found(claim, chosen[0], is_told_apart=len(whole) > 1)

    def _found(self, claim: Claim, mention: Mention, *, is_told_apart: bool) -> Result:
        """The result of a claim that is one figure of the text."""
        steps = set(mention.steps)
        if claim.unit and _digits(claim.value, claim.power) != _digits(mention.value, mention.power):
            steps.add(DIGITS)
        notes = ["told apart by its name"] if is_told_apart else []
        if claim.kind in {"figure", "change"} and claim.period is None:
            named = period_not_stated(self.text, mention, self.language)
            notes += [f"the text says {named}, and the file no period"] if named else []
        if claim.unit_names and self.language.code not in claim.unit_names and not mention.units:
            notes.append(f"the unit has no name in {self.language.code}, and was not compared")
        status: Status = "normalised" if steps else "exact"
        return Result(claim, status, mention.line, mention, tuple(sorted(steps)), "; ".join(notes))

    def _faults(self, claim: Claim, mention: Mention) -> Iterator[str]:
        """What differs between a claim and a figure of the same value."""
        if claim.kind == "streak":
            if not self._is_a_streak(mention):
                yield "the text doesn't say that it is a streak"
            return
        if claim.kind in {"rank", "band", "peers"}:
            yield from self._rank_faults(claim, mention)
            return
        if claim.comparator != mention.comparator:
            yield f"the comparator is {claim.comparator}, and the text says {mention.comparator} ({mention.printed})"
        if claim.unit and not self._is_in_unit(claim, claim.unit, mention):
            printed = ", ".join(sorted(mention.units)) or "none that is known"
            yield f"the unit is {claim.unit}, and the text has {printed} ({mention.printed})"
        if claim.unit and (missing := _missing_rate(claim.unit, mention)):
            yield f"the unit is {claim.unit}, and the text doesn't say per {missing}"
        if fault := period_fault(self.text, mention, claim.period, self.language):
            yield fault
        if claim.change:
            yield from self._change_faults(claim, claim.change, mention)

    def _rank_faults(self, claim: Claim, mention: Mention) -> Iterator[str]:
        """What differs of a place in a ranking; its period counts where the text names one."""
        is_dated = claim.period and claim.period.edtf and governing_date(self.text, mention, self.language)
        if is_dated and (fault := period_fault(self.text, mention, claim.period, self.language)):
            yield fault
        years = {year for text in claim.edition for year in _YEAR.findall(normal(text))}
        if years and not years & {*_YEAR.findall(mention.line.text), *_YEAR.findall(self.text.title)}:
            yield f"the edition is of {', '.join(sorted(years))}, which the text doesn't say"

    def _change_faults(self, claim: Claim, change: Change, mention: Mention) -> Iterator[str]:
        printed = _direction(mention, self.language)
        if printed != change.direction:
            yield f"the direction is {change.direction}, and the text says {printed or 'none'}"
        text, basis = mention.line.text, change.basis
        dates = compared_dates(self.text, mention)
        begins, last = clause_of(text, mention.start, mention.end)
        first, _ = sentence_of(text, mention.start, mention.end)
        bases = {
            "YEAR_ON_YEAR": is_year_on_year(text[first:last], self.language),
            "PERIOD_ON_PERIOD": has_word(text[first:last], self.language.period_on_period),
        }
        if basis in bases and not (bases[basis] or (dates and is_compared(claim.period, dates, basis))):
            yield f"the basis is {basis}, which the text doesn't say"
        own = text[begins:last]
        if basis == "UNSPECIFIED" and (
            is_year_on_year(own, self.language) or has_word(own, self.language.period_on_period)
        ):
            yield "the basis is UNSPECIFIED, and the text names one"
        if dates and (fault := reference_fault(mention.line, dates, change.reference)):
            yield fault

    def _is_in_unit(self, claim: Claim, code: str, mention: Mention) -> bool:
        """Whether a text prints a unit beside a figure: of a rate, that of the amount.

        An own unit that has no name in the text's language is not looked for; but no other may stand there.
        """
        amount = code if code in UNITS else code.partition(PER)[0]
        if amount in mention.units:
            return True
        if claim.unit_names and self.language.code not in claim.unit_names:
            return not mention.units
        first, last = clause_of(mention.line.text, mention.start, mention.end)
        words = (normal(one) for names in claim.unit_names.values() for one in names)
        return has_word(mention.line.text[first:last], words)

    def _is_a_streak(self, mention: Mention) -> bool:
        text = mention.line.text
        first, last = clause_of(text, mention.start, mention.end)
        others = [one for one in self.mentions[mention.line.number] if first <= one.start and one.end <= last]
        return any(
            min(others, key=lambda one: max(word.start() - one.end, one.start - word.end())) is mention
            for word in any_of(self.language.streak).finditer(text, first, last)
        )

    def _why_absent(self, claim: Claim, same: Sequence[Mention], lines: Sequence[Line]) -> str:
        if same:
            faults = min((list(self._faults(claim, one)) for one in same), key=len)
            return "; ".join(faults)
        here = {line.number for line in lines}
        elsewhere = [
            number
            for number, mentions in self.mentions.items()
            if number not in here
            and any(_is_same_number(claim, one) and not any(self._faults(claim, one)) for one in mentions)
        ]
        if elsewhere:
            return f"the figure is not there, but in line {', '.join(map(str, elsewhere))}"
        return "the text has no such figure there"


def _digits(value: Decimal, power: int) -> tuple[int, int]:
    """How a number is written out: its decimals and its power of ten."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return max(-exponent, 0), power


def _counted(mention: Mention | None) -> str:
    return f"counted by the editor; the text says {mention.printed}" if mention else "counted by the editor"


def _missing_words(claim: Claim, lines: Sequence[Line]) -> str | None:
    """The source's own words, if the file has them in no language that is in the text."""
    if not claim.printed:
        return None
    texts = [line.text for line in lines]
    return None if any(normal(words) in text for words in claim.printed for text in texts) else claim.printed[0]


def _is_same_number(claim: Claim, mention: Mention) -> bool:
    # Peers may be counted as a band is: entre las 50 ciudades.
    is_of_kind = claim.kind == "peers" and mention.kind == "band"
    if _KINDS.get(claim.kind, "cardinal") != mention.kind and claim.kind != "streak" and not is_of_kind:
        return False
    return claim.number == mention.number and claim.maximum == mention.maximum


def _named(claim: Claim, found: Sequence[Mention], mentions: Mapping[int, list[Mention]]) -> Sequence[Mention]:
    """Of several figures those whose words, up to the next figure, have most of the claim's name in one piece."""
    lengths = [
        max((_shared(normal(name), _around(one, mentions)) for name in claim.texts), default=0) for one in found
    ]
    best = max(lengths)
    return [one for one, length in zip(found, lengths, strict=True) if length == best and best > 1] or found


def _around(mention: Mention, mentions: Mapping[int, list[Mention]]) -> str:
    text = mention.line.text
    first, last = clause_of(text, mention.start, mention.end)
    others = [one for one in mentions[mention.line.number] if one is not mention]
    first = max([first, *(one.end for one in others if one.end <= mention.start)])
    last = min([last, *(one.start for one in others if one.start >= mention.end)])
    return text[first:last]


def _missing_rate(code: str, mention: Mention) -> str | None:
    """What a rate is per, if its sentence should say so and doesn't."""
    per = "" if code in UNITS else code.partition(PER)[2]
    words = units()[per].per if per in UNITS else ()
    first, last = sentence_of(mention.line.text, mention.start, mention.end)
    return per if words and not has_word(mention.line.text[first:last], words) else None


def _shared(name: str, text: str) -> int:
    """The length of the longest piece of a name that is in a text."""
    longest = 0
    for start in range(len(name)):
        while start + longest < len(name) and name[start : start + longest + 1] in text:
            longest += 1
    return longest


def _direction(mention: Mention, language: Language) -> str | None:
    """The direction that is nearest to a figure in its clause, or else the last before it in its sentence."""
    text, start, end = mention.line.text, mention.start, mention.end
    if signed := re.search(r"(?:^|[\s(])([+-])$", text[:start]):
        return "UP" if signed[1] == "+" else "DOWN"
    first, last = clause_of(text, start, end)
    begins, _ = sentence_of(text, start, end)
    found: list[tuple[int, str]] = []
    for direction, words in (("UP", language.up), ("DOWN", language.down)):
        for match in any_of(words).finditer(text[begins:last]):
            at, till = match.start() + begins, match.end() + begins
            if at >= first:
                found.append((at - end if at >= end else abs(start - till), direction))
            else:
                found.append((len(text) + start - till, direction))
    return min(found)[1] if found else None
