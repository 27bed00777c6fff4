"""The words of figures, read once from `words.yaml` and `units.yaml` beside this file."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from loaders.values.unit_names import currency_name, locale_of, measure_name, unit_names
from loaders.values.units import UNITS, Unit
from seeds.verification.normalisation import normal

_FOLDER: Final = Path(__file__).parent
# That of libyaml is ten times as fast.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HAS_LETTERS: Final = re.compile(r"[a-zà-ÿ]$")
# The languages whose nouns stand apart, and those of all names.
_ALPHABETIC: Final = ("es", "fr", "de", "pt")
_ALL_TAGS: Final = ("zh-Hans", "zh-Hant", "en", "ja", "ko", *_ALPHABETIC)


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language, in normal form; see `words.yaml`. code: its first subtag."""

    code: str
    decimal: str
    group: str
    digits: Mapping[str, int] = field(default_factory=dict)
    whole_words: Mapping[str, int] = field(default_factory=dict)
    joiners: tuple[str, ...] = ()
    scales: Mapping[str, int] = field(default_factory=dict)
    short_scales: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    no_comparators: tuple[str, ...] = ()
    no_numbers: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    percent_before: tuple[str, ...] = ()
    ordinal_before: tuple[str, ...] = ()
    ordinal_after: tuple[str, ...] = ()
    ordinals: Mapping[str, int] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    band_before: tuple[str, ...] = ()
    band_after: tuple[str, ...] = ()
    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    flat: tuple[str, ...] = ()
    year_on_year: tuple[str, ...] = ()
    period_on_period: tuple[str, ...] = ()
    streak: tuple[str, ...] = ()
    cumulative: tuple[str, ...] = ()
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    this_year: tuple[str, ...] = ()
    last_year: tuple[str, ...] = ()
    quarters: tuple[str, ...] = ()
    halves: tuple[str, ...] = ()
    first_months: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    end_of: tuple[str, ...] = ()
    compared_before: tuple[str, ...] = ()
    compared_after: tuple[str, ...] = ()
    before_years: tuple[str, ...] = ()
    previous_year: tuple[str, ...] = ()
    tenths: tuple[str, ...] = ()
    tenths_before: tuple[str, ...] = ()
    same_period: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitWords:
    """How texts print a unit; see `units.yaml`. alone: counters that need no noun."""

    signs: tuple[str, ...]
    counters: tuple[str, ...]
    nouns: tuple[str, ...]
    per: tuple[str, ...]
    alone: tuple[str, ...]


@cache
def languages() -> Mapping[str, Language]:
    """The languages by code."""
    return MappingProxyType({code: _language(code, words) for code, words in _read("words.yaml").items()})


@cache
def units() -> Mapping[str, UnitWords]:
    """The words of every unit of the registry; one that `units.yaml` lacks has those of the registry alone."""
    read = _read("units.yaml")
    return MappingProxyType({code: _unit(code, read.get(code, {})) for code in UNITS})


@cache
def other_signs() -> tuple[str, ...]:
    """What stands behind numbers that are in no unit of the registry, such as years."""
    return tuple(map(normal, _read("units.yaml")["other"]["signs"]))


@cache
def shared_counters() -> tuple[str, ...]:
    """Counters that any unit may have."""
    return tuple(map(normal, _read("units.yaml")["other"]["counters"]))


def pattern_of(words: Iterable[str]) -> str:
    """A pattern of any of some words, the longest first; words of letters end where words end."""
    chosen = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(map(_word_pattern, chosen)) or "(?!)"


def has_word(text: str, words: Iterable[str]) -> bool:
    """Whether one of some words is in a text."""
    return any_of(tuple(words)).search(text) is not None


@lru_cache(maxsize=4096)
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A compiled pattern of any of some words."""
    return re.compile(pattern_of(words))


def _word_pattern(word: str) -> str:
    escaped = r"\s+".join(map(re.escape, word.split(" ")))
    before = r"(?<![a-zà-ÿ])" if re.match(r"[a-zà-ÿ]", word) else ""
    return f"{before}{escaped}" + (r"(?![a-zà-ÿ])" if _HAS_LETTERS.search(word) else "")


def _read(name: str) -> Mapping[str, Any]:
    with open(_FOLDER / name, encoding="utf-8") as file:
        found: Mapping[str, Any] = yaml.load(file, Loader=_LOADER)  # noqa: S506
    return found


def _language(code: str, words: Mapping[str, Any]) -> Language:
    given: dict[str, Any] = {
        key: _normal_words(value) for key, value in words.items() if key not in {"before", "after"}
    }
    comparators: dict[str, Any] = {
        key: {normal(word): comparator for comparator, listed in words[key].items() for word in listed}
        for key in ("before", "after")
    }
    return Language(code=code, **given, **comparators)


def _normal_words(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(normal, value))
    if isinstance(value, Mapping):
        return {
            normal(key) if isinstance(number, int) else key: _normal_words(number) for key, number in value.items()
        }
    return value


def _unit(code: str, words: Mapping[str, Any]) -> UnitWords:
    unit = UNITS[code]
    signs, counters, nouns = (list(words.get(kind, ())) for kind in ("signs", "counters", "nouns"))
    alone = list(words.get("alone", ()))
    if unit.words is None:
        signs += [*_names_abroad(unit), unit.currency or "", unit.ucum or ""]
    elif not signs:
        counters.append(unit.words.measure_zh_hans)
        nouns += [unit.words.noun_zh_hans, unit.words.other, unit.words.one]
        nouns += [_noun(word, tag) for tag in _ALPHABETIC for word in unit.abroad.get(tag, {}).values()]
        alone += [unit.words.measure_zh_hans] if not unit.words.noun_zh_hans else []
        counters += [*alone, *(unit.abroad[tag]["other"] for tag in ("ja", "ko") if tag in unit.abroad)]
    each_kind = (signs, counters, nouns, words.get("per", ()), alone)
    plain = [tuple(dict.fromkeys(filter(None, map(normal, listed)))) for listed in each_kind]
    return UnitWords(*plain)


def _names_abroad(unit: Unit) -> Iterator[str]:
    """What CLDR calls money and measures in every language, in each of its numbers."""
    yield from unit_names(unit).values()
    for tag in _ALL_TAGS:
        if unit.currency is not None:
            yield currency_name(unit.currency, tag)
        elif unit.cldr is not None:
            yield measure_name(unit.cldr, tag)
            for pattern in locale_of(tag)._data["unit_patterns"].get(unit.cldr, {}).get("long", {}).values():
                yield str(pattern).replace("{0}", "").strip()


def _noun(word: str, tag: str) -> str:
    """A noun of the registry as `units.yaml` writes it."""
    plain = re.sub("^(?:de |d’|d')", "", word)
    return f"~{plain}" if tag == "de" else plain
