"""Write the dates of EDTF texts for people, in every language that is served. Pure."""

from functools import lru_cache
from typing import Final

from loaders.texts import LocalizedText
from loaders.values.edtf import QUALIFIERS

_OPEN: Final = ".."
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# The parts of a year by their EDTF codes.
_PARTS_EN: Final = {
    **{33: "the first quarter", 34: "the second quarter", 35: "the third quarter", 36: "the fourth quarter"},
    **{40: "the first half", 41: "the second half"},
}
_PARTS_ZH: Final = {33: "第一季度", 34: "第二季度", 35: "第三季度", 36: "第四季度", 40: "上半年", 41: "下半年"}


@lru_cache(maxsize=2000)
def format_edtf(edtf: str) -> LocalizedText:
    """Write out the dates of a valid EDTF text: `2020~` is “about 2020”, `2020?` “2020 (uncertain)”."""
    zh_hans = _chinese(edtf, about="约", uncertain="（不确定）", since="以来")
    zh_hant = _chinese(edtf, about="約", uncertain="（不確定）", since="以來")
    return {"zh_hans": zh_hans, "en": _english(edtf), "zh_hant": zh_hant, "derived": []}


def _english(edtf: str) -> str:
    first, slash, last = edtf.partition("/")
    if not slash:
        return _english_date(first)
    if last in {"", _OPEN}:
        return f"{'since' if last else 'from'} {_english_date(first)}"
    if first in {"", _OPEN}:
        return f"until {_english_date(last)}"
    return f"{_english_date(first)} to {_english_date(last)}"


def _english_date(date: str) -> str:
    bare, is_approximate, is_uncertain = _qualified(date)
    year, month, day = bare
    written = str(year)
    if month in _PARTS_EN:
        written = f"{_PARTS_EN[month]} of {year}"
    elif month:
        written = f"{f'{day} ' if day else ''}{_MONTHS[month - 1]} {year}"
    return f"{'about ' if is_approximate else ''}{written}{' (uncertain)' if is_uncertain else ''}"


def _chinese(edtf: str, *, about: str, uncertain: str, since: str) -> str:
    def written(date: str) -> str:
        (year, month, day), is_approximate, is_uncertain = _qualified(date)
        text = f"{year}年"
        if month:
            text += _PARTS_ZH.get(month) or f"{month}月{f'{day}日' if day else ''}"
        return f"{about if is_approximate else ''}{text}{uncertain if is_uncertain else ''}"

    first, slash, last = edtf.partition("/")
    if not slash:
        return written(first)
    if last in {"", _OPEN}:
        return f"{written(first)}{since}" if last else f"自{written(first)}起"
    if first in {"", _OPEN}:
        return f"截至{written(last)}"
    return f"{written(first)}至{written(last)}"


def _qualified(date: str) -> tuple[tuple[int, int, int], bool, bool]:
    """Year, month and day of a date, 0 for none, and whether it is approximate and uncertain."""
    bare = date.rstrip(QUALIFIERS)
    year, month, day = [*map(int, bare.split("-")), 0, 0][:3]
    qualifier = date[len(bare) :]
    return (year, month, day), qualifier in {"~", "%"}, qualifier in {"?", "%"}
