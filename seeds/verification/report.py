"""Report a verification line by line, with the text and the figures of the seed file side by side, as plain text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from seeds.console import counted
from seeds.format.problems import path_text
from seeds.format.reader import Location
from seeds.verification.claims import Claim
from seeds.verification.matching import FOUND, Result, Verified
from seeds.verification.mentions import Mention
from seeds.verification.normalisation import Line

STATUSES: Final = ("exact", "normalised", "counted", "ambiguous", "absent")
_COMPARATORS: Final = {
    **{"EQ": "", "GT": "> ", "GTE": "≥ ", "LT": "< ", "LTE": "≤ "},
    **{"NEAR": "nearly ", "UP_TO": "up to ", "APPROX": "about ", "RANGE": ""},
}
_WHAT: Final = {"rank": "place ", "band": "the first ", "peers": "of ", "streak": "times in a row: "}


@dataclass(frozen=True, slots=True)
class Passage:
    """A line of the text with the results that belong to it; `line` is None for those that belong to none."""

    line: Line | None
    results: list[Result]
    unclaimed: list[Mention]


def passages_of(verified: Verified) -> Iterator[Passage]:
    """Yield the lines of the text that have results or figures that nobody claims, and then what has no line."""
    for line in verified.text.lines:
        results = [one for one in verified.results if one.line is line]
        unclaimed = [one for one in verified.unclaimed if one.line is line]
        if results or unclaimed:
            yield Passage(line, results, unclaimed)
    if placeless := [one for one in verified.results if one.line is None]:
        yield Passage(None, placeless, [])


def plain(text: str) -> str:
    """A text as it can be shown, as long as it was: no control and no direction of writing has an effect."""
    return "".join(one if one.isprintable() else " " if one.isspace() else "\ufffd" for one in text)


def figure_text(claim: Claim) -> str:
    """A claim in one line: `work-orders-handled: > 900×10^4 work-order, cumulative`."""
    parts = [f"{_WHAT.get(claim.kind, '')}{_COMPARATORS[claim.comparator]}{_number(claim.value, claim.power)}"]
    if claim.maximum is not None:
        parts[0] += f" to {_number(claim.maximum.scaleb(-claim.power), claim.power)}"
    if claim.unit:
        parts[0] += f" {claim.unit}"
    if claim.change:
        parts[0] = f"{claim.change.direction} {parts[0]}"
        parts.append(claim.change.basis)
    if claim.period:
        parts.append(f"{claim.period.kind} {claim.period.edtf or ''}".strip())
    return f"{claim.name}: {', '.join(parts)}"


def _number(value: Decimal, power: int) -> str:
    return f"{value:f}×10^{power}" if power else f"{value:f}"


def why(result: Result) -> str:
    """What a result took, or why there is none."""
    return plain("; ".join(filter(None, (", ".join(result.steps), result.reason))))


def summary(verified: Verified) -> str:
    """How many figures have which result."""
    counts = Counter(result.status for result in verified.results)
    told = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status]) or "none"
    return f"{counted(len(verified.results), 'figure')}: {told}; {len(verified.unclaimed)} of the text not claimed"


def lines_of_report(verified: Verified, location: Location) -> Iterator[str]:
    """Yield the report as text."""
    for passage in passages_of(verified):
        yield f"L{passage.line.number}  {plain(passage.line.raw)}" if passage.line else "in no one line"
        for result in passage.results:
            yield from _lines_of_result(result, location)
        if passage.unclaimed:
            yield f"    not claimed: {', '.join(plain(mention.printed) for mention in passage.unclaimed)}"
        yield ""
    yield summary(verified)


def _lines_of_result(result: Result, location: Location) -> Iterator[str]:
    claim = result.claim
    printed = f" ← {plain(result.mention.printed)}" if result.mention else ""
    notes = f"  [{why(result)}]" if why(result) else ""
    yield f"    {result.status:10}  {figure_text(claim)}{printed}{notes}"
    if result.status not in FOUND:
        locators = ", ".join(claim.locators)
        yield f"                {location.file}:{location.line(claim.path)}: {path_text(claim.path)} (at {locators})"


def not_found(results: Sequence[Result]) -> list[Result]:
    """The results that an editor has to look at."""
    return [result for result in results if result.status not in FOUND]
