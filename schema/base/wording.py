"""Write periods, changes, ranks and whole figures for people: one wording for the API and all that is built on it.

The words of each language are in `words/`. `tag` is the language that figures are worded in, `texts` are the tags to
try for the texts among them, since these have fewer languages; without `texts`, they are in the same one. `own` are
the units that the data set counts by itself.
"""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeAlias

from loaders.documents import Change, Metric, Period, Rank
from loaders.texts import LocalizedText
from loaders.values.units import NO_UNITS, Unit
from schema.base.cldr import (
    ordinal_category,
    written_day,
    written_days,
    written_months,
    written_quarter,
    written_year,
)
from schema.base.formatting import format_quantity
from schema.base.languages import look_up, preferred
from schema.base.phrases import phrases

STYLE: Final = "COMPACT"
Own: TypeAlias = Mapping[str, Unit]


def format_period(period: Period, tag: str, texts: Sequence[str] = (), own: Own = NO_UNITS) -> str:
    """A period by its days, in whole years, months or days; by its label where no day is known.

    What is approximate or uncertain says so: about 2020, 2020 (uncertain).
    """
    if period["edtf"] is None:
        return _chosen(period["label"], tag, texts)
    written, words = _dated(period, tag, texts), phrases(tag).periods
    # Of an interval, one end may be meant.
    is_about = period["approximate"] and "/" not in period["edtf"]
    notes = [
        words["approximate"] if period["approximate"] and not is_about else "",
        words["uncertain"] if period["uncertain"] else "",
    ]
    return (words["about"].format(written) if is_about else written) + _in_brackets(notes, tag)


def _dated(period: Period, tag: str, texts: Sequence[str]) -> str:
    start, end = period["start"], period["end"]
    if period["kind"] == "CUMULATIVE" and end:
        return _open("CUMULATIVE", _end(end, tag), tag)
    if start and end:
        return _between(start, end, period["kind"], tag)
    if start:
        return _open("SINCE", _start(start, tag), tag)
    if end:
        return _open("UNTIL", _end(end, tag), tag)
    return _chosen(period["label"], tag, texts)


def _open(kind: str, edge: tuple[str, bool], tag: str) -> str:
    """What is since or until a year, a month or a day; some languages have an article before days."""
    words, (written, is_day) = phrases(tag).periods, edge
    pattern = words.get(f"{kind}_DAY", words[kind]) if is_day else words[kind]
    return pattern.format(written)


def format_change(change: Change, tag: str, texts: Sequence[str] = (), own: Own = NO_UNITS) -> str:
    """A change with its basis: up 19.1% year on year, 同比增长19.1%."""
    words = phrases(tag).changes
    moved = words[change["direction"]].format(format_quantity(change["quantity"], tag, STYLE, own))
    notes = [words["like_for_like"]] if change["like_for_like"] else []
    if (before := change["from"]) and (after := change["to"]):
        notes.append(words["ends"].format(*(format_quantity(one, tag, STYLE, own) for one in (before, after))))
    return words[change["basis"]].format(moved) + _in_brackets(notes, tag)


def format_rank(rank: Rank, tag: str, texts: Sequence[str] = (), own: Own = NO_UNITS) -> str:
    """A rank with the area and the number of its peers: 3rd of 11 in the city, 全市第3（共11个）."""
    words, streak = phrases(tag).ranks, rank["streak"]
    of = rank["of"] or ""
    notes = [
        words["of_note"].format(of) if of and "of_note" in words else "",
        words["among"].format(_chosen(rank["among"], tag, texts)) if rank["among"] else "",
        words["tied"] if rank["tied"] else "",
        words[rank["basis"]] if rank["basis"] else "",
        words["streak"].format(n=streak, nth=_ordinal(streak, tag)) if streak and streak > 1 else "",
        words["by"].format(_chosen(rank["by"], tag, texts)) if rank["by"] else "",
        _chosen(rank["edition"], tag, texts) if rank["edition"] else "",
    ]
    if rank["area"]:
        where = words["area"].format(_chosen(rank["area"], tag, texts))
    else:
        where = words[rank["scope"]] if rank["scope"] else ""
    written = words[rank["kind"]].format(
        n=rank["position"],
        nth=_ordinal(rank["position"], tag) if rank["position"] else "",
        of=words["of"].format(of) if of and "of" in words else "",
        where=where,
    )
    return written.strip() + _in_brackets(notes, tag)


def format_headline(
    metric: Metric | Mapping[str, Any], tag: str, texts: Sequence[str] = (), own: Own = NO_UNITS
) -> str:
    """What a metric's latest figure says in one line: name, figure, period, how firm it is, changes, ranks."""
    words = phrases(tag)
    period, status = metric["period"], metric["status"]
    quantity = format_quantity(metric["quantity"], tag, STYLE, own) if metric["quantity"] else ""
    notes = [format_period(period, tag, texts) if period else "", words.statuses.get(status or "", "")]
    claims = [
        quantity + _in_brackets(notes, tag) if quantity else "",
        *(format_change(change, tag, texts, own) for change in metric["changes"]),
        *(format_rank(rank, tag, texts) for rank in metric["ranks"]),
    ]
    said = words.comma.join(claim for claim in claims if claim)
    return _chosen(metric["name"], tag, texts) + (words.colon + said if said else "")


def _chosen(text: LocalizedText, tag: str, texts: Sequence[str]) -> str:
    # Without any of the languages asked for, that of the sentence comes before the text's own.
    return look_up(text, (*texts, *preferred((tag,))))[1]


def _in_brackets(notes: Sequence[str], tag: str) -> str:
    written = [note for note in notes if note]
    return phrases(tag).brackets.format(phrases(tag).comma.join(written)) if written else ""


def _ordinal(number: int, tag: str) -> str:
    """The number of a place: 3rd in English, 1er in French."""
    words = phrases(tag).ordinals
    return words.get(ordinal_category(number, tag), words["other"]).format(number)


def _between(start: str, end: str, kind: str, tag: str) -> str:
    if kind == "DAY":
        return written_day(start, tag)
    if kind == "QUARTER":
        return written_quarter(start, tag)
    if kind == "HALF_YEAR":
        half = "FIRST_HALF" if start[5:7] == "01" else "SECOND_HALF"
        return phrases(tag).periods[half].format(written_year(int(start[:4]), tag))
    if start.endswith("-01-01") and end.endswith("-12-31"):
        first, last = (written_year(int(day[:4]), tag) for day in (start, end))
        return first if first == last else phrases(tag).periods["FROM"].format(first, last)
    if start.endswith("-01") and _ends_month(end):
        return written_months(start, end, tag)
    return written_days(start, end, tag)


def _start(day: str, tag: str) -> tuple[str, bool]:
    """The first day of an open period, as the year or month that it begins; and whether it is written as a day."""
    if day.endswith("-01-01"):
        return written_year(int(day[:4]), tag), False
    is_day = not day.endswith("-01")
    return written_day(day, tag) if is_day else written_months(day, day, tag), is_day


def _end(day: str, tag: str) -> tuple[str, bool]:
    """The last day of an open period, as the year or month that it ends; and whether it is written as a day."""
    if day.endswith("-12-31"):
        return written_year(int(day[:4]), tag), False
    is_day = not _ends_month(day)
    return written_day(day, tag) if is_day else written_months(day, day, tag), is_day


def _ends_month(day: str) -> bool:
    last = date.fromisoformat(day)
    return last.day == calendar.monthrange(last.year, last.month)[1]
