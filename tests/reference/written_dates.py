"""Dates in words: docs/guide/ask.md, "Languages"."""

import re
from calendar import month_name
from typing import Any, Final

_DATE: Final = re.compile(r"(\d+)(?:-(\d+))?(?:-(\d+))?([~?%]?)")
_EN: Final = {"33": "first quarter", "34": "second quarter", "35": "third quarter", "36": "fourth quarter"}
_EN_HALVES: Final = {"40": "first half", "41": "second half"}
_ZH: Final = {"33": "第一季度", "34": "第二季度", "35": "第三季度", "36": "第四季度", "40": "上半年", "41": "下半年"}


def written_dates(edtf: str) -> dict[str, Any]:
    """A period in words, in each language."""
    en = _joined(edtf, _english, ("{} to {}", "since {}", "from {}", "until {}"))
    hans = _joined(edtf, _chinese, ("{}至{}", "{}以来", "自{}起", "截至{}"))
    hant = hans.translate(str.maketrans("约来确", "約來確"))
    return {"zhHans": hans, "zhHant": hant, "en": en}


def _joined(edtf: str, write: Any, patterns: tuple[str, str, str, str]) -> str:
    both, since, begun, until = patterns
    first, slash, last = edtf.partition("/")
    if not slash:
        return str(write(first))
    if first in {"", ".."}:
        return until.format(write(last))
    if last == "..":
        return since.format(write(first))
    return begun.format(write(first)) if last == "" else both.format(write(first), write(last))


def _english(date: str) -> str:
    year, month, day, qualifier = _parts(date)
    text = str(int(year))
    if part := (_EN | _EN_HALVES).get(month):
        text = f"the {part} of {text}"
    elif month:
        text = f"{month_name[int(month)]} {text}"
    text = f"{int(day)} {text}" if day else text
    return {"~": "about {}", "?": "{} (uncertain)", "%": "about {} (uncertain)", "": "{}"}[qualifier].format(text)


def _chinese(date: str) -> str:
    year, month, day, qualifier = _parts(date)
    text = f"{int(year)}年"
    if month:
        text += _ZH.get(month) or f"{int(month)}月"
    text += f"{int(day)}日" if day else ""
    return {"~": "约{}", "?": "{}（不确定）", "%": "约{}（不确定）", "": "{}"}[qualifier].format(text)


def _parts(date: str) -> tuple[str, str, str, str]:
    match = _DATE.fullmatch(date)
    assert match
    year, month, day, qualifier = match.groups(default="")
    return year, month, day, qualifier
