"""Figures in the languages that texts don't have: docs/guide/ask.md, "Languages". Words are data, patterns CLDR's."""

import tomllib
from calendar import monthrange
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import get_currency_name
from babel.units import format_unit

from tests.reference.units import NOUNS, one_per, own_written
from tests.reference.written_figures import moved

_WORDS: Final = Path(__file__).parents[2] / "schema/base/words"
# Before thousands and before decimals, as CLDR has them.
_SEPARATORS: Final = {
    **{"es": (".", ","), "de": (".", ","), "pt": (".", ","), "fr": ("\u202f", ",")},
    **{"ja": (",", "."), "ko": (",", "."), "ar": (",", ".")},
}
_SCALES: Final[dict[str, dict[int, tuple[str, str]]]] = {
    "es": {12: (" billón", " billones"), 9: (" mil millones", " mil millones"), 6: (" millón", " millones")},
    "fr": {12: (" billion", " billions"), 9: (" milliard", " milliards"), 6: (" million", " millions")},
    "de": {12: (" Billion", " Billionen"), 9: (" Milliarde", " Milliarden"), 6: (" Million", " Millionen")},
    "pt": {12: (" trilhão", " trilhões"), 9: (" bilhão", " bilhões"), 6: (" milhão", " milhões")},
    "ja": {16: ("京", "京"), 12: ("兆", "兆"), 8: ("億", "億"), 4: ("万", "万")},
    "ko": {12: ("조", "조"), 8: ("억", "억"), 4: ("만", "만")},
    "ar": {12: (" ترليون", " ترليون"), 9: (" مليار", " مليار"), 6: (" مليون", " مليون")},
}
# Arabic has another form for three to ten.
_FEW: Final = {6: " ملايين", 9: " مليار", 12: " ترليون"}
_PERCENT: Final = {"es": "\u00a0%", "fr": "\u00a0%", "de": "\u00a0%", "ar": "\u200e%\u200e"}


def is_abroad(language: str) -> bool:
    """Whether a language is one that texts don't have."""
    return language in _SEPARATORS


@cache
def words(language: str) -> Any:
    """The words of a language."""
    return tomllib.loads((_WORDS / f"{language}.toml").read_text(encoding="utf-8"))


def figure(quantity: dict[str, Any], language: str, style: str) -> str:
    """A figure: its comparator, its digits (both ends of a range), and its unit."""
    unit = quantity["unit"]
    if unit["per"]:
        whole = figure({**quantity, "unit": unit["numerator"]}, language, style)
        return one_per(unit["per"], language).format(whole)
    ends = [end for end in (quantity["value"], quantity["maxValue"]) if end is not None]
    exact = [moved(end, quantity["multiplier"]) for end in ends]
    digits = [_digits(end, language, style) for end in exact]
    joint = words(language)["figures"]["to"]
    if len(exact) == 2 and exact[0] < 0 and unit["dimension"] in ("RATIO", "CURRENCY"):
        each = (_with_unit(one, end, unit, language, style) for one, end in zip(digits, exact, strict=True))
        written = joint.format(*each)
    else:
        number = joint.format(*digits) if len(exact) == 2 and exact[0] < 0 else "–".join(digits)
        written = _with_unit(number, exact[-1], unit, language, style)
    pattern: str = words(language)["comparators"].get(quantity["comparator"], "{}")
    return pattern.format(written)


def _digits(value: Decimal, language: str, style: str) -> str:
    for power, (one, other) in _SCALES[language].items() if style != "PLAIN" else ():
        if abs(value) >= 10**power:
            scaled = Decimal(_trimmed(moved(value, -power)))
            category = _locale(language).plural_form(abs(scaled))
            word = _FEW[power] if language == "ar" and category == "few" else one if category == "one" else other
            return _separated(scaled, language, 5) + word
    return _separated(value, language, 5 if language == "es" else 4)


def _separated(value: Decimal, language: str, least: int) -> str:
    """A number with separators if it has as many digits before the decimal point."""
    thousands, decimal = _SEPARATORS[language]
    text = f"{abs(value):,f}"
    whole, dot, fraction = text.partition(".")
    if len(whole.replace(",", "")) < least:
        whole = whole.replace(",", "")
    minus = ("\u200e-" if language == "ar" else "-") if value.is_signed() else ""
    return minus + whole.replace(",", thousands) + (decimal + fraction if dot else "")


def _with_unit(number: str, value: Decimal, unit: dict[str, Any], language: str, style: str) -> str:
    is_scaled = style != "PLAIN" and any(abs(value) >= 10**power for power in _SCALES[language])
    counted = Decimal(_trimmed(value)) if is_scaled else value
    category = _locale(language).plural_form(abs(counted))
    if is_scaled and language in ("es", "fr", "pt"):
        category = "many"
    sample = _sample(category, language)
    if unit["currency"]:
        name = get_currency_name(unit["currency"], sample, _locale(language))
        return f"{number}{name}" if language == "ja" else f"{number} {name}"
    if unit["dimension"] == "RATIO":
        sign = _PERCENT.get(language, "%")
        return number + (sign if unit["ucum"] == "%" else "‰" if language == "ar" else sign.replace("%", "‰"))
    if "forms" in unit:
        return own_written(unit, number, language, category)
    if forms := NOUNS.get(unit["code"], {}).get(language):
        space = "" if language in ("ja", "ko") else " "
        return f"{number}{space}{forms.get(category, forms['other'])}"
    if "cldr" not in unit:
        return f"{number} {unit['one'].removeprefix('{} ') if category == 'one' else unit['name']['en']}"
    written = format_unit(sample, unit["cldr"], format="0", locale=_locale(language))
    return written.replace(str(sample), number)


def _sample(category: str, language: str) -> int:
    """A number of a plural category."""
    samples = (1_000_000, 7, 3, 1, 2, 0, 11, 100)
    return next((one for one in samples if _locale(language).plural_form(one) == category), 7)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse({"ar": "ar_AE"}.get(language, language))


def _trimmed(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_words_abroad(kind: str, item: dict[str, Any], language: str, texts: Any) -> str:
    """A period, change, rank or metric in words. texts: chooses the form of a text."""
    write = {"Period": _period, "Change": _change, "Rank": _rank, "Metric": _metric}[kind]
    return write(item, language, texts)


def _noted(notes: list[str], language: str) -> str:
    kept = [note for note in notes if note]
    brackets: str = words(language)["brackets"]
    return brackets.format(words(language)["comma"].join(kept)) if kept else ""


def _period(period: dict[str, Any], language: str, texts: Any) -> str:
    own = words(language)["periods"]
    written, is_interval = _days(period, language, texts), "/" in (period.get("edtf") or "")
    notes = [own["approximate"] if period["approximate"] and is_interval else ""]
    notes += [own["uncertain"] if period["uncertain"] else ""]
    if period["approximate"] and not is_interval:
        written = own["about"].format(written)
    return written + _noted(notes, language)


def _days(period: dict[str, Any], language: str, texts: Any) -> str:
    own, locale, kind = words(language)["periods"], _locale(language), period["kind"]
    start, end = (date.fromisoformat(day) if day else None for day in (period["start"], period["end"]))
    if not period.get("edtf") or not (start or end):
        return str(texts(period["label"]))
    if start is None or end is None or kind == "CUMULATIVE":
        which = "SINCE" if end is None else "CUMULATIVE" if kind == "CUMULATIVE" else "UNTIL"
        return _edge(which, start if end is None else end, language)
    ends_month = end.day == monthrange(end.year, end.month)[1]
    year = _year(start, language)
    if start == end:
        return str(format_date(start, "long", locale))
    if kind == "QUARTER":
        return str(format_skeleton("yQQQQ", start, locale=locale))
    if kind == "HALF_YEAR":
        return str(own["FIRST_HALF" if start.month == 1 else "SECOND_HALF"].format(year))
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return year if start.year == end.year else str(own["FROM"].format(year, _year(end, language)))
    if start.day == 1 and ends_month:
        if (start.year, start.month) == (end.year, end.month):
            return str(format_skeleton("yMMMM", start, locale=locale))
        return str(format_interval(start, end, "yMMMM", locale=locale))
    return str(format_interval(start, end, "yMMMMd", locale=locale))


def _edge(which: str, day: date | None, language: str) -> str:
    assert day
    own, locale = words(language)["periods"], _locale(language)
    first, of_year = (1, (1, 1)) if which == "SINCE" else (monthrange(day.year, day.month)[1], (12, 31))
    if (day.month, day.day) == of_year:
        return str(own[which].format(_year(day, language)))
    if day.day == first:
        return str(own[which].format(format_skeleton("yMMMM", day, locale=locale)))
    return str(own.get(f"{which}_DAY", own[which]).format(format_date(day, "long", locale)))


def _year(day: date, language: str) -> str:
    return str(day.year) + {"ja": "年", "ko": "년"}.get(language, "")


def _change(change: dict[str, Any], language: str, texts: Any) -> str:
    own = words(language)["changes"]
    notes = [own["like_for_like"] if change.get("likeForLike") else ""]
    if change.get("from") and change.get("to"):
        ends = (figure(change[end], language, "COMPACT") for end in ("from", "to"))
        notes.append(own["ends"].format(*ends))
    moved = own[change["direction"]].format(figure(change["quantity"], language, "COMPACT"))
    return str(own[change["basis"]].format(moved)) + _noted(notes, language)


def _rank(rank: dict[str, Any], language: str, texts: Any) -> str:
    own, streak, of = words(language)["ranks"], rank.get("streak") or 0, rank.get("of")
    among, by, area, edition = (
        texts(rank[key]) if rank.get(key) else "" for key in ("among", "by", "area", "edition")
    )
    scope = own[rank["scope"]] if rank.get("scope") else ""
    notes = [own["of_note"].format(of) if of and "of" not in own else "", among and own["among"].format(among)]
    notes += [own["tied"] if rank.get("tied") else "", own[rank["basis"]] if rank.get("basis") else ""]
    notes += [own["streak"].format(n=streak, nth=_nth(streak, language)) if streak > 1 else ""]
    notes += [by and own["by"].format(by), edition]
    position = rank.get("position") or 0
    said = own[rank["kind"]].format(
        n=position,
        nth=_nth(position, language),
        of=own["of"].format(of) if of and "of" in own else "",
        where=own["area"].format(area) if area else scope,
    )
    return str(said) + _noted(notes, language)


def _nth(number: int, language: str) -> str:
    return str(number) if language != "fr" else "1er" if number == 1 else f"{number}e"


def _metric(metric: dict[str, Any], language: str, texts: Any) -> str:
    period = _period(metric["period"], language, texts) if metric.get("period") else ""
    firm = words(language)["statuses"].get(metric.get("status") or "", "")
    said = []
    if metric.get("quantity"):
        said.append(figure(metric["quantity"], language, "COMPACT") + _noted([period, firm], language))
    said += [_change(change, language, texts) for change in metric["changes"]]
    said += [_rank(rank, language, texts) for rank in metric["ranks"]]
    comma, colon = words(language)["comma"], words(language)["colon"]
    return str(texts(metric["name"])) + (colon + comma.join(said) if said else "")
