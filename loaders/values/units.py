"""The registry of units, read from `units.toml`, and the rates that two of them make: `cny-per-person`.

Only these units are allowed, and those that a data set counts by itself, so that figures are comparable. Codes of
measures are from the Unified Code for Units of Measure (counted things are its curly-brace annotations), currencies
from ISO 4217. The code of a rate is a slug like every other, so a rate is a unit of its own wherever units are
compared, filtered, ranked or exported.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class CountWords:
    """The words for what is counted: in English by number, in Chinese a measure word and a noun."""

    one: str
    other: str
    measure_zh_hans: str
    noun_zh_hans: str
    measure_zh_hant: str
    noun_zh_hant: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `code` is its slug.

    dimension: what it measures. adds_up: whether the sum of figures of several places has a meaning. words: those of
    what is counted; money and measures have their names from CLDR, by `currency` or `cldr`. numerator and per: of a
    rate, the units that it is composed of. names: of what a data set counts by itself, by language tag and CLDR's
    plural category; None of other units. abroad: the same of what the registry counts, where `words` has none.
    """

    code: str
    dimension: str
    ucum: str | None
    currency: str | None = None
    cldr: str | None = None
    words: CountWords | None = None
    adds_up: bool = True
    numerator: "Unit | None" = None
    per: "Unit | None" = None
    names: Mapping[str, Mapping[str, str]] | None = None
    abroad: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)

    @property
    def is_own(self) -> bool:
        """Whether a data set counts it by itself."""
        return self.names is not None

    def own_name(self, tag: str, category: str = "other") -> tuple[str, str]:
        """What stands behind a number of a plural category, and its language: that asked for, English, or the first.

        Without any name it is the code.
        """
        names = self.names or {}
        language = tag.split("-")[0]
        kept = (one for one in (tag, language, "en", *names) if one in names)
        found = next(kept, None)
        if found is None:
            return self.code.replace("-", " "), "en"
        return names[found].get(category, names[found]["other"]), found


class EveryOwnUnit(dict[str, Unit]):
    """The units that a data set counts by itself at the revision that is read: figures have no others."""


def _units(registry: dict[str, Any]) -> Iterator[Unit]:
    for code in registry["currencies"]:
        yield Unit(code, "currency", ucum=None, currency=code.upper())
    for code, measure in registry["measures"].items():
        yield Unit(code, **{"adds_up": False, **measure})
    for code, words in registry["counted"].items():
        yield Unit(code, "count", ucum=f"{{{code}}}", words=CountWords(*words), abroad=_ABROAD.get(code, {}))
    for code, measure in registry["named"].items():
        yield Unit(code, measure["dimension"], ucum=f"{{{code}}}", words=CountWords(*measure["words"]))
    for code, words in registry["readings"].items():
        abroad = _ABROAD.get(code, {})
        yield Unit(code, "reading", ucum=f"{{{code}}}", words=CountWords(*words), adds_up=False, abroad=abroad)


_REGISTRY: Final = tomllib.loads((Path(__file__).parent / "units.toml").read_text(encoding="utf-8"))
_ABROAD: Final = tomllib.loads((Path(__file__).parent / "unit_words.toml").read_text(encoding="utf-8"))
UNITS: Final = MappingProxyType({unit.code: unit for unit in _units(_REGISTRY)})
NO_UNITS: Final[Mapping[str, Unit]] = MappingProxyType({})
# Stands between the two units of a rate.
PER: Final = "-per-"
# The dimensions whose figures are not amounts: a rate can neither divide them nor divide by them.
_NO_AMOUNTS: Final = frozenset({"ratio", "reading", "temperature", "speed"})
_HOW_MANY_RATES: Final = 1_000
_SHOWN: Final = 60
_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@lru_cache(maxsize=_HOW_MANY_RATES)
def find_unit(code: str) -> Unit | None:
    """The unit of a code of the registry, plain or a rate; None if there is none."""
    return UNITS.get(code) or (_rate(code, {}) if fault_of_unit(code) is None else None)


def unit_of(code: str, own: Mapping[str, Unit] = NO_UNITS) -> Unit:
    """The unit of a code that figures have. own: the units that their data set counts by itself, by code."""
    return find_unit(code) or _rate(code, own) or _own(code, own)


def own_unit(code: str, names: Mapping[str, Mapping[str, str]]) -> Unit:
    """A unit that a data set counts by itself."""
    return Unit(code, "count", ucum=f"{{{code}}}", names=names)


def own_units(stored: Iterable[Any]) -> EveryOwnUnit:
    """The units that a data set counts by itself, by code. stored: as `loaders.comparability.OwnUnit`."""
    units = EveryOwnUnit()
    for unit in stored:
        units[unit["code"]] = own_unit(unit["code"], names_by_language(unit))
    return units


def names_by_language(stored: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The names of a stored unit by language and plural category."""
    names: dict[str, dict[str, str]] = {}
    for name in stored["names"]:
        names.setdefault(name["language"], {})[name["plural"]] = name["text"]
    return names


def adds_up(code: str) -> bool:
    """Whether the sum of figures in a unit of several places has a meaning."""
    return unit_of(code).adds_up


def _rate(code: str, own: Mapping[str, Unit]) -> Unit | None:
    if (parts := _parts(code)) is None:
        return None
    numerator, per = (_own(part, own) for part in parts)
    ucum = f"{numerator.ucum}/{per.ucum}" if numerator.ucum and per.ucum else None
    return Unit(code, "rate", ucum, adds_up=False, numerator=numerator, per=per)


def _own(code: str, own: Mapping[str, Unit]) -> Unit:
    """A plain unit; one that nobody knows any more, as of a past revision, is named after its code.

    Raises ValueError for what was stored by no loader: no code, or one that is not among every own unit.
    """
    if (known := UNITS.get(code) or own.get(code)) is not None:
        return known
    if isinstance(own, EveryOwnUnit) or not _CODE.fullmatch(code):
        raise ValueError(f"{_said(code)} is not the code of a unit")
    return own_unit(code, {})


def fault_of_unit(code: str, own: Collection[str] = ()) -> str | None:
    """Why a code is no unit, and what would be right; None if it is one. own: codes that a data set adds."""
    if code in UNITS or code in own:
        return None
    parts = _parts(code)
    if parts is None:
        return f"{_said(code)} is not a unit of the registry; {unit_hint(code)}"
    numerator, per = parts
    for part in parts:
        if part not in UNITS and part not in own:
            return f"{_said(part)} is not a unit of the registry; {unit_hint(part)}"
        if part in UNITS and UNITS[part].dimension in _NO_AMOUNTS:
            side = "divided" if part == numerator else "divided by"
            return f"{part!a} is no amount and can't be {side}; a rate is of two amounts, such as cny-per-person"
    if numerator == per:
        return f"{per!a} per itself is a share; use percent, permille or times"
    return None


def _parts(code: str) -> tuple[str, str] | None:
    """The numerator and the denominator that the code of a rate names."""
    numerator, found, per = code.partition(PER)
    return (numerator, per) if found else None


def _said(code: str) -> str:
    """A code in a message: shortened, without unprintable characters."""
    head = code[:_SHOWN]
    text = repr(head) if head.isprintable() else ascii(head)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def unit_hint(code: str) -> str:
    """What to say of a code that no unit has: those like it, or where all are; of a rate, what is wrong with it."""
    if _parts(code) and (fault := fault_of_unit(code)):
        return fault
    close = get_close_matches(code, UNITS, 3, cutoff=0.7)
    return f"did you mean {', '.join(close)}?" if close else "see docs/reference/units.md"


def kind_of_unit(code: str) -> str:
    """What two units have in common that an indicator may have both: the unit itself, or that they are currencies.

    Rates of money have it in common by what they are per.
    """
    unit = unit_of(code)
    if unit.numerator and unit.per and unit.numerator.currency:
        return f"currency{PER}{unit.per.code}"
    return "currency" if unit.currency else code


def are_of_one_kind(codes: Iterable[str]) -> bool:
    """Whether an indicator may have figures in all of some units."""
    return len(set(map(kind_of_unit, codes))) < 2


def only_one(codes: Iterable[str]) -> str | None:
    """The only one of some units; None if there are none or several."""
    found = list(codes)
    return found[0] if len(found) == 1 else None
