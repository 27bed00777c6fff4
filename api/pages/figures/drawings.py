"""Charts of the pages: which shape, with which words. Pure: no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from api.pages.charts.bars import bars
from api.pages.charts.dots import dot_rows, dot_strip
from api.pages.charts.figures import Moment, Row
from api.pages.charts.frame import Drawing, Frame, framed
from api.pages.charts.glyphs import Sign
from api.pages.charts.lines import line
from api.pages.charts.numbers import tick_format
from api.pages.figures.plotting import PERCENT, Data
from api.pages.languages import Language

_WHOLE: Final = Decimal(100)
_DESCRIBED: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """What a chart outside of its page says beside its title. footer: its sources, revision and address."""

    subtitle: str
    footer: Sequence[str]


def draw_ranking(
    rows: Sequence[Row], chart_id: str, title: str, language: Language, alone: Alone | None = None
) -> Markup:
    """Draw a row for each district: shares of a whole as bars, all else as dots."""
    frame = _frame(
        chart_id, title, [(row.label, row.figure.text if row.figure else row.note) for row in rows], language, alone
    )
    if _are_shares(rows):
        return bars(rows, frame, whole=_WHOLE)
    return dot_rows(rows, frame)


def draw_strip(
    rows: Sequence[Row], chart_id: str, title: str, language: Language, alone: Alone | None = None
) -> Markup:
    """Draw all districts on one strip, with the own one named."""
    frame = _frame(chart_id, title, [(row.label, row.figure.text) for row in rows if row.figure], language, alone)
    return dot_strip(rows, frame)


def draw_series(
    moments: Sequence[Moment], chart_id: str, title: str, language: Language, alone: Alone | None = None
) -> Markup:
    """Draw figures over time."""
    told = [(moment.label, moment.figure.text) for moment in moments if moment.figure]
    return line(moments, _frame(chart_id, title, told, language, alone))


def draw_notice(chart_id: str, language: Language) -> Markup:
    """Say in place of a chart that what it would show can't be read."""
    alone = Alone(subtitle=language.say("damaged-note"), footer=())
    return framed(Drawing((), Decimal(0)), _frame(chart_id, language.say("h-damaged"), (), language, alone))


def sources_of(citations: Sequence[Data]) -> list[str]:
    """Who published what is cited, each once, in order."""
    sources = [citation["source"] for citation in citations]
    return list(dict.fromkeys((source["publisher"] or source["title"])["text"] for source in sources))


def _are_shares(rows: Sequence[Row]) -> bool:
    ends = [end for row in rows if row.figure for end in row.figure.ends]
    units = {row.figure.unit for row in rows if row.figure}
    return units == {PERCENT} and min(ends) >= 0 and max(ends) <= _WHOLE


def _frame(
    chart_id: str, title: str, told: Sequence[tuple[str, str]], language: Language, alone: Alone | None
) -> Frame:
    lines = [language.say("chart-item", label=label, figure=text) for label, text in told[:_DESCRIBED]]
    if len(told) > _DESCRIBED:
        lines.append(language.say("and-more", count=len(told) - _DESCRIBED))
    return Frame(
        id=chart_id,
        title=title,
        description=language.say("semicolon").join(lines),
        language=language.tag,
        words={sign: language.say(f"sign-{sign.value}") for sign in Sign},
        tick=tick_format(language.tag),
        is_standalone=alone is not None,
        subtitle=alone.subtitle if alone else "",
        footer=alone.footer if alone else (),
    )
