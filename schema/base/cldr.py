"""What CLDR says, by Babel: patterns of measures, scales of large numbers, and dates.

Babel is imported when a figure or a date is first written, and its data of a language when that is first needed.
"""

from datetime import date
from functools import cache, lru_cache
from typing import Final

from loaders.values.unit_names import locale_of
from loaders.values.units import Unit

_TRADITIONAL: Final = str.maketrans("亿万", "億萬")
# The power of ten of the first scale that is used, where the language groups by thousands: 16,000 stays as it is.
_LEAST_SCALE: Final = 6
# A number of each plural category of English; Chinese has one category.
_ONE, _SEVERAL = 1, 5
_HOW_MANY_PERIODS: Final = 1_000


@cache
def scales(tag: str) -> tuple[tuple[int, str], ...]:
    """The powers of ten that have a word in compact numbers, largest first: (8, "亿"), (6, " million").

    Those of Traditional Chinese are written for those of Simplified: 兆 means different numbers in different places.
    """
    if tag == "zh-Hant":
        return tuple((power, word.translate(_TRADITIONAL)) for power, word in scales("zh-Hans"))
    found: dict[str, int] = {}
    for magnitude, pattern in locale_of(tag).compact_decimal_formats["long"]["other"].items():
        zeros, word = pattern.pattern.count("0"), pattern.pattern.replace("0", "")
        if word:
            found.setdefault(word, len(magnitude) - zeros)
    by_thousands = 3 in found.values()
    kept = ((power, word) for word, power in found.items() if not by_thousands or power >= _LEAST_SCALE)
    return tuple(sorted(kept, reverse=True))


@cache
def measure_patterns(unit: Unit, tag: str) -> tuple[str, str]:
    """How one and several of a measure are written, with `{}` for the number: "{} kilometres". Ratios have signs."""
    from babel.units import format_unit

    assert unit.cldr is not None
    length: Final = "short" if unit.dimension == "ratio" else "long"
    one, several = (
        format_unit(number, unit.cldr, length=length, locale=locale_of(tag)).replace(str(number), "{}")
        for number in (_ONE, _SEVERAL)
    )
    return one, several


@lru_cache(maxsize=_HOW_MANY_PERIODS)
def written_day(day: str, tag: str) -> str:
    """A day: 30 June 2025."""
    from babel.dates import format_date

    return format_date(date.fromisoformat(day), "long", locale=locale_of(tag))


@lru_cache(maxsize=_HOW_MANY_PERIODS)
def written_months(start: str, end: str, tag: str) -> str:
    """Whole months, or one: January – September 2025."""
    from babel.dates import format_interval, format_skeleton

    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if start[:7] == end[:7]:
        return format_skeleton("yMMMM", first, locale=locale_of(tag))
    return format_interval(first, last, "yMMMM", locale=locale_of(tag))


@lru_cache(maxsize=_HOW_MANY_PERIODS)
def written_days(start: str, end: str, tag: str) -> str:
    """Several days: 3 – 9 March 2025."""
    from babel.dates import format_interval

    return format_interval(date.fromisoformat(start), date.fromisoformat(end), "yMMMMd", locale=locale_of(tag))


@lru_cache(maxsize=_HOW_MANY_PERIODS)
def written_quarter(start: str, tag: str) -> str:
    """A quarter of a year: 2nd quarter 2025."""
    from babel.dates import format_skeleton

    return format_skeleton("yQQQQ", date.fromisoformat(start), locale=locale_of(tag))


@lru_cache(maxsize=_HOW_MANY_PERIODS)
def written_year(year: int, tag: str) -> str:
    """A year: 2025, 2025年."""
    from babel.dates import format_skeleton

    return format_skeleton("y", date(year, 1, 1), locale=locale_of(tag))


def ordinal_category(number: int, tag: str) -> str:
    """CLDR's plural category of an ordinal."""
    return locale_of(tag).ordinal_form(number)
