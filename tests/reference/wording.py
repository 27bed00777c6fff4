"""Periods, changes, ranks and headlines in words: docs/guide/ask.md, "In words"."""

from calendar import month_name, monthrange
from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeAlias

from tests.reference.written_figures import formatted

Texts: TypeAlias = Callable[[dict[str, Any]], str]
_HANT: Final = str.maketrans("长环较标类国亚区队个并规连续评径从计约数", "長環較標類國亞區隊個並規連續評徑從計約數")
_SCOPES: Final = {
    "DISTRICT": ("the district", "全区"),
    "CITY": ("the city", "全市"),
    "PROVINCE": ("the province", "全省"),
    "NATION": ("the nation", "全国"),
    "ASIA_PACIFIC": ("Asia and the Pacific", "亚太"),
    "WORLD": ("the world", "全球"),
}
_AGAINST: Final = {
    "YEAR_ON_YEAR": (" year on year", "同比"),
    "PERIOD_ON_PERIOD": (" on the period before", "环比"),
    "BASELINE": (" on before the work began", "较此前"),
    "TARGET": (" against the target", "较目标"),
    "PEERS": (" against peers", "较同类"),
    "UNSPECIFIED": ("", ""),
}


def in_words(kind: str, item: dict[str, Any], language: str, texts: Texts) -> str:
    """A period, change, rank or metric in words. texts: chooses the form of a text."""
    write = {"Period": _period, "Change": _change, "Rank": _rank, "Metric": _metric}[kind]
    return write(item, language, texts)


def _own(chinese: str, language: str) -> str:
    return chinese.translate(_HANT) if language == "zh-Hant" else chinese


def _noted(notes: list[str], language: str) -> str:
    kept = [note for note in notes if note]
    if language == "en":
        return f" ({', '.join(kept)})" if kept else ""
    return f"（{'，'.join(kept)}）" if kept else ""


def _period(period: dict[str, Any], language: str, texts: Texts) -> str:
    written, is_english = _days_of(period, language, texts), language == "en"
    edtf = period.get("edtf") or ""
    notes = []
    if period["approximate"] and "/" in edtf:
        notes.append("approximate" if is_english else _own("约数", language))
    elif period["approximate"]:
        written = f"about {written}" if is_english else _own("约", language) + written
    if period["uncertain"]:
        notes.append("uncertain" if is_english else _own("不确定", language))
    return written + _noted(notes, language)


def _days_of(period: dict[str, Any], language: str, texts: Texts) -> str:
    start, end = (date.fromisoformat(day) if day else None for day in (period["start"], period["end"]))
    is_english = language == "en"
    if end and (period["kind"] == "CUMULATIVE" or not start):
        before = "截至" if period["kind"] == "CUMULATIVE" else "至"
        until = "up to" if period["kind"] == "CUMULATIVE" else "until"
        return f"{until} {_edge(end, language)}" if is_english else before + _edge(end, language)
    if start and not end:
        return f"since {_edge(start, language, True)}" if is_english else f"自{_edge(start, language, True)}起"
    if not start or not end:
        return texts(period["label"])
    return _span(start, end, period["kind"], language)


def _edge(day: date, language: str, is_start: bool = False) -> str:
    """An open period's end: a year or a month if it begins or ends there, else a day."""
    of_year, of_month = ((1, 1), 1) if is_start else ((12, 31), monthrange(day.year, day.month)[1])
    if (day.month, day.day) == of_year:
        return _year(day.year, language)
    if day.day == of_month:
        return f"{month_name[day.month]} {_digits(day)}" if language == "en" else f"{day.year}年{day.month}月"
    return _day(day, language)


def _year(year: int, language: str) -> str:
    return str(year) if language == "en" else f"{year}年"


def _digits(day: date) -> str:
    return str(day.year)


def _day(day: date, language: str) -> str:
    if language == "en":
        return f"{day.day} {month_name[day.month]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def _span(start: date, end: date, kind: str, language: str) -> str:
    year, is_english, is_hant = start.year, language == "en", language == "zh-Hant"
    if start == end:
        return _day(start, language)
    quarter, half = (start.month + 2) // 3, "first" if start.month == 1 else "second"
    if kind == "QUARTER":
        nth = ("1st", "2nd", "3rd", "4th")[quarter - 1]
        return f"{nth} quarter {year}" if is_english else f"{year}年第{quarter}季" + ("" if is_hant else "度")
    if kind == "HALF_YEAR":
        part = "上" if half == "first" else "下"
        return f"{half} half of {year}" if is_english else f"{year}年{part}半年"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        if year == end.year:
            return _year(year, language)
        both = _year(year, language), _year(end.year, language)
        return "from {} to {}".format(*both) if is_english else _own("从{}至{}", language).format(*both)
    is_months = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    return _months(start, end, language) if is_months else _days(start, end, language)


def _months(start: date, end: date, language: str) -> str:
    same_year = start.year == end.year
    if language == "en":
        first = month_name[start.month] + ("" if same_year else f" {start.year}")
        last = f"{month_name[end.month]} {end.year}"
        return last if same_year and start.month == end.month else f"{first}\u2009–\u2009{last}"
    first = f"{start.year}年{start.month}月"
    if same_year and start.month == end.month:
        return first
    last = f"{end.month}月" if same_year else f"{end.year}年{end.month}月"
    return f"{first}至{last}" if language == "zh-Hant" else f"{first} – {last}"


def _days(start: date, end: date, language: str) -> str:
    same_year = start.year == end.year
    same_month = same_year and start.month == end.month
    if language == "en":
        # CLDR shortens the months of such intervals; September has four letters outside America.
        short = {9: "Sept", **{month: month_name[month][:3] for month in range(1, 13) if month != 9}}
        last = f"{end.day} {short[end.month]} {end.year}"
        if same_month:
            return f"{start.day}–{last}"
        return f"{start.day} {short[start.month]}{'' if same_year else f' {start.year}'}\u2009–\u2009{last}"
    first = f"{start.year}年{start.month}月{start.day}日"
    last = f"{end.day}日" if same_month else f"{end.month}月{end.day}日" if same_year else _day(end, language)
    return f"{first}至{last}" if language == "zh-Hant" else f"{first}\u2009–\u2009{last}"


def _change(change: dict[str, Any], language: str, texts: Texts) -> str:
    figure = formatted(change["quantity"], language, "COMPACT")
    english, chinese = _AGAINST[change["basis"]]
    notes = []
    if change.get("likeForLike"):
        notes.append("like for like" if language == "en" else _own("同口径", language))
    if change.get("from") and change.get("to"):
        ends = [formatted(change[end], language, "COMPACT") for end in ("from", "to")]
        notes.append("from {} to {}".format(*ends) if language == "en" else "由{}到{}".format(*ends))
    if language == "en":
        moved = {"UP": f"up {figure}", "DOWN": f"down {figure}", "FLAT": "unchanged"}[change["direction"]]
        return moved + english + _noted(notes, language)
    moved = {"UP": _own("增长", language) + figure, "DOWN": f"下降{figure}", "FLAT": "持平"}[change["direction"]]
    return _own(chinese, language) + moved + _noted(notes, language)


def _nth(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _rank(rank: dict[str, Any], language: str, texts: Texts) -> str:
    is_english = language == "en"
    scope = _SCOPES[rank["scope"]] if rank.get("scope") else ("", "")
    area = texts(rank["area"]) if rank.get("area") else scope[0] if is_english else _own(scope[1], language)
    among, by, edition = (texts(rank[key]) if rank.get(key) else "" for key in ("among", "by", "edition"))
    position, of, streak = rank.get("position"), rank.get("of"), rank.get("streak")
    if is_english:
        basis = {"GROWTH": "by growth", "LEVEL": "by level", None: ""}[rank.get("basis")]
        notes = [among and f"among {among}", "tied" if rank.get("tied") else "", basis]
        notes += [
            f"{_nth(streak or 0)} time in a row" if (streak or 0) > 1 else "",
            by and f"ranked by {by}",
            edition,
        ]
        said = {
            "PLACE": _nth(position) if position else "",
            "FIRST": "first to do it",
            "ONLY": "the only one",
            "FIRST_BATCH": "in the first batch",
            "LEADING": "among the leaders",
            "BAND": f"in the top {position}",
            "TIER": f"in tier {position}",
        }[rank["kind"]]
        return said + (f" of {of}" if of else "") + (f" in {area}" if area else "") + _noted(notes, language)
    basis = {"GROWTH": "按增速", "LEVEL": _own("按规模", language), None: ""}[rank.get("basis")]
    notes = [f"共{of}" + _own("个", language) if of else "", among and _own("同类为", language) + among]
    notes += [_own("并列", language) if rank.get("tied") else "", basis]
    notes += [_own(f"连续{streak}次", language) if (streak or 0) > 1 else ""]
    notes += [by and f"由{by}" + _own("评定", language), edition]
    said = {
        "PLACE": f"第{position}",
        "FIRST": _own("首个", language),
        "ONLY": "唯一",
        "FIRST_BATCH": "首批",
        "LEADING": "前列",
        "BAND": f"前{position}",
        "TIER": f"第{position}梯" + _own("队", language),
    }[rank["kind"]]
    return area + said + _noted(notes, language)


def _metric(metric: dict[str, Any], language: str, texts: Texts) -> str:
    is_english = language == "en"
    period = _period(metric["period"], language, texts) if metric.get("period") else ""
    firm = {
        "ESTIMATED": "estimate" if is_english else _own("估计", language),
        "PROVISIONAL": "provisional" if is_english else "初步",
    }.get(metric.get("status") or "", "")
    said = []
    if metric.get("quantity"):
        said.append(formatted(metric["quantity"], language, "COMPACT") + _noted([period, firm], language))
    said += [_change(change, language, texts) for change in metric["changes"]]
    said += [_rank(rank, language, texts) for rank in metric["ranks"]]
    name = texts(metric["name"])
    if not said:
        return name
    return f"{name}: {', '.join(said)}" if is_english else f"{name}：{'，'.join(said)}"
