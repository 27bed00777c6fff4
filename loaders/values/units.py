"""The closed registry of units, read from `units.toml`.

Only these units are allowed, so that figures are comparable. Codes of measures are from the Unified Code for Units of
Measure (counted things are its curly-brace annotations), currencies from ISO 4217.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
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
    what is counted; money and measures have their names from CLDR, by `currency` or `cldr`.
    """

    code: str
    dimension: str
    ucum: str | None
    currency: str | None = None
    cldr: str | None = None
    words: CountWords | None = None
    adds_up: bool = True


def _units(registry: dict[str, Any]) -> Iterator[Unit]:
    for code in registry["currencies"]:
        yield Unit(code, "currency", ucum=None, currency=code.upper())
    for code, measure in registry["measures"].items():
        yield Unit(code, **{"adds_up": False, **measure})
    for code, words in registry["counted"].items():
        yield Unit(code, "count", ucum=f"{{{code}}}", words=CountWords(*words))
    for code, words in registry["readings"].items():
        yield Unit(code, "reading", ucum=f"{{{code}}}", words=CountWords(*words), adds_up=False)


_REGISTRY: Final = tomllib.loads((Path(__file__).parent / "units.toml").read_text(encoding="utf-8"))
UNITS: Final = MappingProxyType({unit.code: unit for unit in _units(_REGISTRY)})


def unit_hint(code: str) -> str:
    """What to say of a code that no unit has: those like it, or where all are."""
    close = get_close_matches(code, UNITS, 3, cutoff=0.7)
    return f"did you mean {', '.join(close)}?" if close else "see docs/reference/units.md"


def kind_of_unit(code: str) -> str:
    """What two units have in common that an indicator may have both: the unit itself, or that they are currencies."""
    return "currency" if UNITS[code].currency else code


def are_of_one_kind(codes: Iterable[str]) -> bool:
    """Whether an indicator may have figures in all of some units."""
    return len(set(map(kind_of_unit, codes))) < 2


def only_one(codes: Iterable[str]) -> str | None:
    """The only one of some units; None if there are none or several."""
    found = list(codes)
    return found[0] if len(found) == 1 else None
