"""Write periods, changes, ranks and whole figures for people: one wording for the API and all that is built on it."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from loaders.documents import Change, Metric, Period, Rank
from loaders.texts import LocalizedText
from schema.base.cldr import ordinal, written_day, written_days, written_months, written_quarter, written_year
from schema.base.formatting import format_quantity
from schema.base.languages import look_up

STYLE: Final = "COMPACT"
_Words = Mapping[str, Mapping[str, str]]
# Patterns by language tag and code. `{}` is what changes or is ranked, `{where}` the area of a rank's peers.
_HALVES: Final[_Words] = MappingProxyType(
    {
        "zh-Hans": {"01": "{}上半年", "07": "{}下半年"},
        "zh-Hant": {"01": "{}上半年", "07": "{}下半年"},
        "en": {"01": "first half of {}", "07": "second half of {}"},
    }
)
_SPANS: Final[_Words] = MappingProxyType(
    {
        "zh-Hans": {"SINCE": "自{}起", "UNTIL": "至{}", "CUMULATIVE": "截至{}", "FROM": "从{}至{}"},
        "zh-Hant": {"SINCE": "自{}起", "UNTIL": "至{}", "CUMULATIVE": "截至{}", "FROM": "從{}至{}"},
        "en": {"SINCE": "since {}", "UNTIL": "until {}", "CUMULATIVE": "up to {}", "FROM": "from {} to {}"},
    }
)
_BASES: Final[_Words] = MappingProxyType(
    {
        "zh-Hans": {
            **{"YEAR_ON_YEAR": "同比{}", "PERIOD_ON_PERIOD": "环比{}", "BASELINE": "较此前{}", "TARGET": "较目标{}"},
            **{"PEERS": "较同类{}", "UNSPECIFIED": "{}"},
        },
        "zh-Hant": {
            **{"YEAR_ON_YEAR": "同比{}", "PERIOD_ON_PERIOD": "環比{}", "BASELINE": "較此前{}", "TARGET": "較目標{}"},
            **{"PEERS": "較同類{}", "UNSPECIFIED": "{}"},
        },
        "en": {
            **{"YEAR_ON_YEAR": "{} year on year", "PERIOD_ON_PERIOD": "{} on the period before"},
            **{"BASELINE": "{} on before the work began", "TARGET": "{} against the target"},
            **{"PEERS": "{} against peers", "UNSPECIFIED": "{}"},
        },
    }
)
_DIRECTIONS: Final[_Words] = MappingProxyType(
    {
        "zh-Hans": {"UP": "增长{}", "DOWN": "下降{}", "FLAT": "持平"},
        "zh-Hant": {"UP": "增長{}", "DOWN": "下降{}", "FLAT": "持平"},
        "en": {"UP": "up {}", "DOWN": "down {}", "FLAT": "unchanged"},
    }
)
_PLACES: Final[_Words] = MappingProxyType(
    {
        "zh-Hans": {
            **{"PLACE": "{where}第{}", "FIRST": "{where}首个", "ONLY": "{where}唯一", "FIRST_BATCH": "{where}首批"},
            **{"LEADING": "{where}前列", "BAND": "{where}前{}", "TIER": "{where}第{}梯队"},
        },
        "zh-Hant": {
            **{"PLACE": "{where}第{}", "FIRST": "{where}首個", "ONLY": "{where}唯一", "FIRST_BATCH": "{where}首批"},
            **{"LEADING": "{where}前列", "BAND": "{where}前{}", "TIER": "{where}第{}梯隊"},
        },
        "en": {
            **{"PLACE": "{}{of}{where}", "FIRST": "first to do it{of}{where}", "ONLY": "the only one{of}{where}"},
            **{"FIRST_BATCH": "in the first batch{of}{where}", "LEADING": "among the leaders{of}{where}"},
            **{"BAND": "in the top {}{of}{where}", "TIER": "in tier {}{of}{where}"},
        },
    }
)
_SCOPES: Final[_Words] = MappingProxyType(
    {
        "zh-Hans": {
            **{"DISTRICT": "全区", "CITY": "全市", "PROVINCE": "全省", "NATION": "全国", "ASIA_PACIFIC": "亚太"},
            "WORLD": "全球",
        },
        "zh-Hant": {
            **{"DISTRICT": "全區", "CITY": "全市", "PROVINCE": "全省", "NATION": "全國", "ASIA_PACIFIC": "亞太"},
            "WORLD": "全球",
        },
        "en": {
            **{"DISTRICT": "the district", "CITY": "the city", "PROVINCE": "the province", "NATION": "the nation"},
            **{"ASIA_PACIFIC": "Asia and the Pacific", "WORLD": "the world"},
        },
    }
)
_DETAILS: Final[_Words] = MappingProxyType(
    {
        "zh-Hans": {
            **{"of": "共{}个", "among": "同类为{}", "tied": "并列", "GROWTH": "按增速", "LEVEL": "按规模"},
            **{"streak": "连续{}次", "by": "由{}评定", "like_for_like": "同口径", "ends": "由{}到{}"},
            **{
                "ESTIMATED": "估计",
                "PROVISIONAL": "初步",
                "about": "约{}",
                "approximate": "约数",
                "uncertain": "不确定",
            },
        },
        "zh-Hant": {
            **{"of": "共{}個", "among": "同類為{}", "tied": "並列", "GROWTH": "按增速", "LEVEL": "按規模"},
            **{"streak": "連續{}次", "by": "由{}評定", "like_for_like": "同口徑", "ends": "由{}到{}"},
            **{
                "ESTIMATED": "估計",
                "PROVISIONAL": "初步",
                "about": "約{}",
                "approximate": "約數",
                "uncertain": "不確定",
            },
        },
        "en": {
            **{"of": " of {}", "in": " in {}", "among": "among {}", "tied": "tied", "GROWTH": "by growth"},
            **{"LEVEL": "by level", "streak": "{} time in a row", "by": "ranked by {}"},
            **{"like_for_like": "like for like", "ends": "from {} to {}"},
            **{"ESTIMATED": "estimate", "PROVISIONAL": "provisional"},
            **{"about": "about {}", "approximate": "approximate", "uncertain": "uncertain"},
        },
    }
)


def format_period(period: Period, tag: str) -> str:
    """A period by its days, in whole years, months or days; by its label where no day is known.

    What is approximate or uncertain says so: about 2020, 2020 (uncertain).
    """
    if period["edtf"] is None:
        return _chosen(period["label"], tag)
    written, details = _dated(period, tag), _DETAILS[tag]
    # Of an interval, one end may be meant.
    is_about = period["approximate"] and "/" not in period["edtf"]
    notes = [
        details["approximate"] if period["approximate"] and not is_about else "",
        details["uncertain"] if period["uncertain"] else "",
    ]
    return (details["about"].format(written) if is_about else written) + _in_brackets(notes, tag)


def _dated(period: Period, tag: str) -> str:
    start, end = period["start"], period["end"]
    spans = _SPANS[tag]
    if period["kind"] == "CUMULATIVE" and end:
        return spans["CUMULATIVE"].format(_end(end, tag))
    if start and end:
        return _between(start, end, period["kind"], tag)
    if start:
        return spans["SINCE"].format(_start(start, tag))
    if end:
        return spans["UNTIL"].format(_end(end, tag))
    return _chosen(period["label"], tag)


def format_change(change: Change, tag: str) -> str:
    """A change with its basis: up 19.1% year on year, 同比增长19.1%."""
    details = _DETAILS[tag]
    moved = _DIRECTIONS[tag][change["direction"]].format(format_quantity(change["quantity"], tag, STYLE))
    notes = [details["like_for_like"]] if change["like_for_like"] else []
    if (before := change["from"]) and (after := change["to"]):
        notes.append(details["ends"].format(*(format_quantity(one, tag, STYLE) for one in (before, after))))
    return _BASES[tag][change["basis"]].format(moved) + _in_brackets(notes, tag)


def format_rank(rank: Rank, tag: str) -> str:
    """A rank with the area and the number of its peers: 3rd of 11 in the city, 全市第3（共11个）."""
    words, details = _PLACES[tag][rank["kind"]], _DETAILS[tag]
    where = _chosen(rank["area"], tag) if rank["area"] else _SCOPES[tag].get(rank["scope"] or "", "")
    position, of, streak = rank["position"], rank["of"], rank["streak"]
    place = "" if position is None else ordinal(position, tag) if rank["kind"] == "PLACE" else str(position)
    notes = [
        details["of"].format(of) if of and tag != "en" else "",
        details["among"].format(_chosen(rank["among"], tag)) if rank["among"] else "",
        details["tied"] if rank["tied"] else "",
        details.get(rank["basis"] or "", ""),
        details["streak"].format(ordinal(streak, tag)) if streak and streak > 1 else "",
        details["by"].format(_chosen(rank["by"], tag)) if rank["by"] else "",
        _chosen(rank["edition"], tag) if rank["edition"] else "",
    ]
    if tag == "en":
        parts = {"of": details["of"].format(of) if of else "", "where": details["in"].format(where) if where else ""}
        return words.format(place, **parts) + _in_brackets(notes, tag)
    return words.format(place, where=where) + _in_brackets(notes, tag)


def format_headline(metric: Metric | Mapping[str, Any], tag: str) -> str:
    """What a metric's latest figure says in one line: name, figure, period, how firm it is, changes, ranks."""
    details = _DETAILS[tag]
    period, status = metric["period"], metric["status"]
    quantity = format_quantity(metric["quantity"], tag, STYLE) if metric["quantity"] else ""
    notes = [format_period(period, tag) if period else "", details.get(status or "", "")]
    claims = [
        quantity + _in_brackets(notes, tag) if quantity else "",
        *(format_change(change, tag) for change in metric["changes"]),
        *(format_rank(rank, tag) for rank in metric["ranks"]),
    ]
    colon, comma = (": ", ", ") if tag == "en" else ("：", "，")
    said = comma.join(claim for claim in claims if claim)
    return _chosen(metric["name"], tag) + (colon + said if said else "")


def _chosen(text: LocalizedText, tag: str) -> str:
    return look_up(text, (tag,))[1]


def _in_brackets(notes: Sequence[str], tag: str) -> str:
    written = [note for note in notes if note]
    if not written:
        return ""
    return f" ({', '.join(written)})" if tag == "en" else f"（{'，'.join(written)}）"


def _between(start: str, end: str, kind: str, tag: str) -> str:
    if kind == "DAY":
        return written_day(start, tag)
    if kind == "QUARTER":
        return written_quarter(start, tag)
    if kind == "HALF_YEAR":
        return _HALVES[tag][start[5:7]].format(written_year(int(start[:4]), tag))
    if start.endswith("-01-01") and end.endswith("-12-31"):
        first, last = (written_year(int(day[:4]), tag) for day in (start, end))
        return first if first == last else _SPANS[tag]["FROM"].format(first, last)
    if start.endswith("-01") and _ends_month(end):
        return written_months(start, end, tag)
    return written_days(start, end, tag)


def _start(day: str, tag: str) -> str:
    if day.endswith("-01-01"):
        return written_year(int(day[:4]), tag)
    return written_months(day, day, tag) if day.endswith("-01") else written_day(day, tag)


def _end(day: str, tag: str) -> str:
    if day.endswith("-12-31"):
        return written_year(int(day[:4]), tag)
    return written_months(day, day, tag) if _ends_month(day) else written_day(day, tag)


def _ends_month(day: str) -> bool:
    last = date.fromisoformat(day)
    return last.day == calendar.monthrange(last.year, last.month)[1]
