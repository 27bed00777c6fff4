"""Numbers, currencies and measures are written as ICU writes them in ten languages, by the same data of CLDR."""

import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from loaders.values.unit_names import currency_name, per_pattern
from loaders.values.units import UNITS, unit_of
from schema.base.cldr import measure_patterns
from schema.base.figures_abroad import grouped, plural_category
from schema.base.formatting import format_quantity
from schema.base.languages import WORDED
from tests.clients.conftest import REQUIRED_BY
from tests.support import programs

pytestmark = pytest.mark.slow

# From the first scale that English uses; Chinese has one at ten thousand too.
NUMBERS: Final = (
    *("1000000", "1234567", "1500000", "2000000", "50000000", "152600000", "1000000000", "9095000000"),
    *("15258000000", "2000000000000", "3100000000000"),
)
# Of every plural category, with and without digits behind the decimal point.
PLAIN: Final = (
    *("0", "1", "2", "3", "5", "10", "11", "21", "100", "103", "111", "1.5", "0.5", "1234", "12345", "1000000"),
    *("-1", "-2", "-1234.5"),
)
CURRENCIES: Final = [unit.currency for unit in UNITS.values() if unit.currency]
# Those that ECMA-402 has.
MEASURES: Final = {
    **{f"{name}metre": f"{name}meter" for name in ("", "kilo")},
    **{name: name for name in ("hectare", "kilogram", "percent", "millisecond", "second", "minute", "hour", "day")},
    **{name: name for name in ("week", "month", "year")},
    **{f"{name}byte": f"{name}byte" for name in ("mega", "giga", "tera", "peta")},
    "degree-celsius": "celsius",
    "kilometre-per-hour": "kilometer-per-hour",
}
RATES: Final = {
    f"{amount}-per-{each}": f"{amounts}-per-{eachs}"
    for amount, amounts in (("kilogram", "kilogram"), ("gigabyte", "gigabyte"))
    for each, eachs in (("day", "day"), ("month", "month"), ("kilometre", "kilometer"), ("hectare", "hectare"))
}
# English as it is written outside America; Arabic as in the Emirates.
LOCALES: Final = {tag: tag for tag in WORDED} | {"en": "en-001", "ar": "ar-AE", "zh-Hant": "zh-Hant-HK"}
# Those in which CLDR writes the whole figure. In English and Chinese, the words around a number are ours: CNY for
# yuan, 人民币 is 元, and digits are grouped before a scale (5,000万).
ABROAD: Final = [tag for tag in WORDED if tag not in {"en", "zh-Hans", "zh-Hant"}]
# What our versions of CLDR or our choices differ in, by tag and part of the table, with the reason.
DIFFERENCES: Final = {
    ("zh-Hant", "compact"): "CLDR of Hong Kong has K, M and B, which no Chinese source prints: we write 萬 and 億",
    **{
        (tag, "distances"): "ICU has one pattern for plain per cent and another for compact; we write both alike"
        for tag in ("ar", "de", "fr")
    },
}

_PEOPLE: Final = re.compile(r"(?: de)? (?:people|personas|Personen|personnes|pessoas|شخصًا|شخصان|أشخاص|شخص)$|[人명]$")


@pytest.fixture(scope="module")
def icu() -> Any:
    """What ICU writes, by locale."""
    node = programs.node(18, otherwise="No Node 18 to write by ICU; install Node", required_by=REQUIRED_BY)
    asked: dict[str, Any] = {"locales": [*LOCALES.values()], "currencies": CURRENCIES}
    asked |= {"numbers": [*map(float, NUMBERS)], "plain": [*map(float, PLAIN)]}
    asked["units"] = [*MEASURES.values(), *RATES.values()]
    script = Path(__file__).parent / "cldr.js"
    done = subprocess.run([node, str(script), json.dumps(asked)], capture_output=True, check=True, timeout=300)
    return json.loads(done.stdout)


def written(number: str, unit: str, tag: str, style: str) -> str:
    figure: Any = {"value": Decimal(number), "multiplier": 0, "comparator": "EQ", "max_value": None, "unit": unit}
    return format_quantity(figure, tag, style)


def compact(number: str, tag: str) -> str:
    """A number of people without what is counted."""
    return _PEOPLE.sub("", written(number, "person", tag, "COMPACT")).rstrip(" ")


@pytest.mark.parametrize("tag", [tag for tag in LOCALES if (tag, "compact") not in DIFFERENCES])
def test_large_numbers_have_the_scales_of_cldr(icu: Any, tag: str) -> None:
    # We group digits before a Chinese scale (5,000万), which ICU doesn't.
    is_grouped = tag == "zh-Hans"
    found = [compact(number, tag).replace(",", "") if is_grouped else compact(number, tag) for number in NUMBERS]
    assert found == icu[LOCALES[tag]]["compact"]


@pytest.mark.parametrize("tag", LOCALES)
def test_numbers_have_the_separators_of_cldr(icu: Any, tag: str) -> None:
    assert [grouped(Decimal(number), tag) for number in PLAIN] == icu[LOCALES[tag]]["plain"]


@pytest.mark.parametrize("tag", LOCALES)
def test_numbers_have_the_plural_categories_of_cldr(icu: Any, tag: str) -> None:
    assert [plural_category(Decimal(number), tag) for number in PLAIN] == icu[LOCALES[tag]]["plurals"]


@pytest.mark.parametrize("tag", LOCALES)
def test_currencies_have_the_names_of_cldr(icu: Any, tag: str) -> None:
    # Versions of CLDR differ in capitals: Turkish Lira, Turkish lira.
    names = [name.lower() for name in icu[LOCALES[tag]]["names"]]
    assert [currency_name(str(code), tag).lower() for code in CURRENCIES] == names


@pytest.mark.parametrize("tag", ["en", "zh-Hans", "zh-Hant"])
def test_measures_are_written_as_cldr_has_them(icu: Any, tag: str) -> None:
    patterns = [measure_patterns(UNITS[code], tag) for code in MEASURES]
    one, five = PLAIN.index("1"), PLAIN.index("5")
    expected = [[row[one], row[five]] for row in icu[LOCALES[tag]]["units"][: len(MEASURES)]]
    assert [[single.format(1), several.format(5)] for single, several in patterns] == expected


@pytest.mark.parametrize("tag", ABROAD)
@pytest.mark.parametrize(
    ("part", "numbers", "style"), [("currencies", PLAIN, "PLAIN"), ("money", NUMBERS, "COMPACT")]
)
def test_amounts_of_money_are_written_as_cldr_has_them(
    icu: Any, tag: str, part: str, numbers: tuple[str, ...], style: str
) -> None:
    for currency, expected in zip(CURRENCIES, icu[LOCALES[tag]][part], strict=True):
        unit = str(currency).lower()
        assert [written(number, unit, tag, style) for number in numbers] == expected


@pytest.mark.parametrize("tag", ABROAD)
@pytest.mark.parametrize(("part", "numbers", "style"), [("units", PLAIN, "PLAIN"), ("distances", NUMBERS, "COMPACT")])
def test_figures_in_measures_and_rates_are_written_as_cldr_has_them(
    icu: Any, tag: str, part: str, numbers: tuple[str, ...], style: str
) -> None:
    for unit, expected in zip([*MEASURES, *RATES], icu[LOCALES[tag]][part], strict=True):
        if unit == "percent" and (tag, part) in DIFFERENCES:
            continue
        assert [written(number, unit, tag, style) for number in numbers] == expected, unit


@pytest.mark.parametrize("tag", ["en", "zh-Hans", "zh-Hant"])
def test_rates_have_the_patterns_of_cldr(icu: Any, tag: str) -> None:
    five = PLAIN.index("5")
    rows = icu[LOCALES[tag]]["units"][len(MEASURES) :]
    amounts = {"kilogram": written("5", "kilogram", tag, "PLAIN"), "gigabyte": written("5", "gigabyte", tag, "PLAIN")}
    for code, row in zip(RATES, rows, strict=True):
        rate = unit_of(code)
        assert rate.numerator and rate.per
        assert per_pattern(rate.per, tag).format(amounts[rate.numerator.code]) == row[five]
